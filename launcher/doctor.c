/* SPDX-License-Identifier: MIT */
/*
 * L:755 What --doctor finds, on its way to the user.
 *
 * The Host, in a space, looks; debug/ has the words; here they meet.  The
 * guest waits for us, so what the report reads stands still.
 */
#include "launcher/doctor.h"

#include "debug/debug.h"
#include "host/doctor.h"
#include "launcher/image.h"

static struct debug_image image_of(const struct image *image)
{
	struct debug_image d = { .fd = -1 };

	if (image) {
		d.path = image->path;
		d.fd = image->fd;
	}
	return d;
}

int doctor_asked(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	struct debug_image image = image_of(l->image);

	(void)args;
	/* An honest space knows when to stop; one that the guest took over may not. */
	if (l->findings++ >= LG_DOCTOR_SEEN)
		return 1;
	fflush(stdout);
	*result = !debug_doctor_finding(l->lg, &image, stderr);
	return 1;
}

void doctor_summary(struct lg *lg, const struct image *kernel)
{
	struct debug_image image = image_of(kernel);

	fflush(stdout);
	debug_doctor_summary(lg, &image, stderr);
}
