/* SPDX-License-Identifier: MIT */
/*
 * L:230 Generations.
 *
 * A kernel with our note says what it wants.  One of the old days does not:
 * its image may give a hint, its first hypercall a better one (the Host looks
 * at that), and the user can say it with --abi.
 */
#include "launcher/abi.h"

#include <errno.h>
#include <string.h>

#include "launcher/image.h"

#define CHOICES "2.6.23, 2.6.24, 2.6.25, 2.6.31, 3.2 or 4.0"

int abi_option_parse(struct abi_option *o, const char *value, struct complaint *c)
{
	size_t len = strcspn(value, ",");
	char name[16] = "";

	*o = (struct abi_option){ 0 };
	if (len < sizeof(name)) {
		memcpy(name, value, len);
		o->generations = lg_generations_named(name);
	}
	if (!o->generations)
		return complain(c, -EINVAL, "--abi %s: no such interface: use " CHOICES, value);
	if (!value[len])
		return 0;
	o->pae = 1;
	if (strcmp(value + len, ",pae"))
		return complain(c, -EINVAL, "--abi %s: only ,pae may follow the version", value);
	for (u32 i = 0; i < LG_GENERATIONS; i++)
		if (!(lg_generations[i].has & LG_HAS_PAE))
			o->generations &= ~LG_GEN_BIT(i);
	if (!o->generations)
		return complain(c, -EINVAL,
				"--abi %s: guests with PAE exist from 2.6.31 on: leave out ,pae",
				value);
	return 0;
}

u32 abi_candidates(const struct abi_option *o, const struct image *img)
{
	u32 any = 0, i;

	if (img->native) {
		if (o->generations)
			log_warn("--abi ignored: the image carries the lguest note");
		log_info("guest interface: lguest native (the image carries the note)");
		return LG_GEN_BIT(LG_GEN_NATIVE);
	}
	for (i = 0; i < LG_GENERATIONS; i++)
		if (lg_generations[i].abi)
			any |= LG_GEN_BIT(i);
	return o->generations ? o->generations : any;
}

int abi_settled(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	u32 id = args[0];

	(void)l, (void)result;
	log_info("guest interface: lguest %s", lg_generation(id)->name);
	return 1;
}
