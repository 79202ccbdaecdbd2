/* SPDX-License-Identifier: MIT */
/*
 * L:225 Hints.
 *
 * An old kernel carries no note, but two texts are worth looking for in what
 * its segments load: the signature that the first lguest kernels have in
 * front of their entry point, and the banner of a Linux.
 */
#include "launcher/image.h"

#include <string.h>

#define SIGNATURE "GenuineLguest"
#define BANNER	  "Linux version "
#define CHUNK	  65536u
#define OVERLAP	  64u /* more than a text we look for, and what follows it */

static void take_version(struct image *img, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < sizeof(img->version); i++) {
		if (p[i] <= ' ' || p[i] > '~')
			break;
		img->version[i] = p[i];
	}
	img->version[i] = 0;
}

static void look(struct image *img, const char *buf, size_t len, u32 gpa)
{
	const char *p;

	p = img->signature ? NULL : memmem(buf, len, SIGNATURE, strlen(SIGNATURE));
	if (p)
		img->signature = gpa + (u32)(p - buf) + (u32)strlen(SIGNATURE);
	p = img->version[0] ? NULL : memmem(buf, len, BANNER, strlen(BANNER));
	if (p) {
		p += strlen(BANNER);
		take_version(img, p, (size_t)(buf + len - p));
	}
}

void image_hints(struct image *img)
{
	static char buf[CHUNK + OVERLAP];
	int i;

	for (i = 0; i < img->nsegments; i++) {
		const struct image_segment *s = &img->segments[i];
		u32 at, len;

		for (at = 0; at < s->filesz; at += CHUNK) {
			len = s->filesz - at < sizeof(buf) ? s->filesz - at : sizeof(buf);
			if (image_read(img, (u64)s->offset + at, buf, len))
				return;
			look(img, buf, len, s->gpa + at);
		}
	}
}
