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
#include <stdio.h>
#include <string.h>

#include "devices/pci.h"
#include "launcher/image.h"
#include "launcher/loop.h"
#include "launcher/start_map.h"

#define CHOICES "2.6.23, 2.6.24, 2.6.25, 2.6.31, 3.2 or 4.0"
#define GEN_A	(LG_GEN_BIT(LG_GEN_A0) | LG_GEN_BIT(LG_GEN_A1) | LG_GEN_BIT(LG_GEN_A2))

int abi_option_parse(struct abi_option *o, const char *value, struct complaint *c)
{
	size_t len = strcspn(value, ",");
	char name[16] = "";
	u32 i;

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
	for (i = 0; i < LG_GENERATIONS; i++)
		if (!(lg_generations[i].has & LG_HAS_PAE))
			o->generations &= ~LG_GEN_BIT(i);
	if (!o->generations)
		return complain(c, -EINVAL,
				"--abi %s: guests with PAE exist from 2.6.31 on: leave out ,pae",
				value);
	return 0;
}

/* --- What the image tells ------------------------------------------------------- */

static u32 all_historical(void)
{
	u32 any = 0, i;

	for (i = 0; i < LG_GENERATIONS; i++)
		if (lg_generations[i].abi)
			any |= LG_GEN_BIT(i);
	return any;
}

/*
 * Only what INIT cannot tell apart: lguest_data says the rest, and with more
 * authority than a version number somebody may have patched things into.
 */
u32 abi_of_version(const char *version, u32 generations)
{
	int is_24 = !strncmp(version, "2.6.24", 6) && (version[6] < '0' || version[6] > '9');
	u32 out = LG_GEN_BIT(is_24 ? LG_GEN_2_6_25 : LG_GEN_2_6_24);

	return generations & ~out;
}

/* Kernel addresses minus physical ones: the same for all segments, or it is no such kernel. */
static int page_offset(const struct image *img, u32 *offset)
{
	int i;

	*offset = img->segments[0].vaddr - img->segments[0].gpa;
	for (i = 1; i < img->nsegments; i++)
		if (img->segments[i].vaddr - img->segments[i].gpa != *offset)
			return -EINVAL;
	return *offset % 0x400000 || *offset < LG_BASE_SHIFT || *offset >= -LG_RESERVE_MEM ?
		       -EINVAL :
		       0;
}

static int set_up_a(struct abi *a, const struct image *img, struct complaint *c)
{
	if (page_offset(img, &a->page_offset))
		return image_bad(img, c, img->segments[0].offset,
				 "set physical addresses in the linker script (AT)",
				 "is a 2.6.23 kernel whose virtual addresses are not all its "
				 "physical ones plus the same multiple of 4 MiB");
	if (!img->signature)
		return image_bad(img, c, img->segments[0].offset,
				 "put these 13 bytes in front of the first instruction",
				 "is to be a 2.6.23 kernel but nowhere says GenuineLguest");
	a->entry = img->signature;
	return 0;
}

int abi_choose(struct abi *a, const struct abi_option *o, const struct image *img,
	       struct complaint *c)
{
	u32 offset;

	*a = (struct abi){ .entry = img->entry };
	if (img->native) {
		if (o->generations)
			log_warn("--abi has no effect: the image carries the lguest note");
		a->generations = LG_GEN_BIT(LG_GEN_NATIVE);
		strcpy(a->why, "the image carries the note");
		log_info("guest interface: lguest native (%s)", a->why);
		return 0;
	}
	if (o->generations) {
		a->generations = o->generations;
		strcpy(a->why, "--abi");
	} else if (img->signature && !page_offset(img, &offset)) {
		a->generations = GEN_A;
		strcpy(a->why, "the image says GenuineLguest");
	} else {
		a->generations = abi_of_version(img->version, all_historical() & ~GEN_A);
		if (img->version[0])
			snprintf(a->why, sizeof(a->why), "Linux %s", img->version);
	}
	return abi_starts_paged(a) ? set_up_a(a, img, c) : image_check_entry(img, c);
}

int abi_starts_paged(const struct abi *a)
{
	return !(a->generations & ~GEN_A);
}

/* --- What INIT told ---------------------------------------------------------------- */

/*
 * Before INIT no guest can start a device, but a broken-out one might ask for it
 * behind our Host's back; then workers are at the queues that we would move.
 */
static int untouched(const struct devices *all)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (all->device[i].started || all->device[i].pausing)
			return 0;
	return 1;
}

int abi_settled(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	u32 id = args[0];
	const struct lg_generation *g = lg_generation(id);

	/* INIT is over once and for all; who comes again is no Host of ours any more. */
	if (l->abi_known++ || id >= LG_GENERATIONS ||
	    !(l->abi->generations & LG_GEN_BIT(id))) {
		guest_kill(&l->guest, "the Host settled on an interface (%u) it may not choose",
			   id);
		return 1;
	}
	log_info("guest interface: lguest %s (%s%sarguments in %s, lguest_data of %d bytes)",
		 g->name, l->abi->why, l->abi->why[0] ? "; " : "",
		 g->arg_reg[0] == 1 ? "ebx ecx edx" : "edx ebx ecx", g->at.size);
	if (g->has & (LG_HAS_TLV | LG_HAS_PCI) && !untouched(&l->devices)) {
		guest_kill(&l->guest, "a device was started before LGUEST_INIT");
		return 1;
	}
	if (g->has & LG_HAS_TLV && devices_speak_tlv(&l->devices))
		guest_kill(&l->guest, "no room for the device page");
	if (g->has & LG_HAS_PCI)
		pci_start(&l->devices);
	if (g->start != LG_START_IDENTITY)
		return 1;
	*result = l->start_map->pages ? start_map_build(l->start_map, l->lg, 0) : 0;
	if (!*result)
		guest_kill(&l->guest,
			   "no room for the first page tables an lguest %s kernel needs: give it more with -m",
			   g->name);
	return 1;
}
