/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: kernel images, ELF and bzImage, packed or not.  What is accepted
 * must lie in the file and in the guest, in pieces that do not overlap.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "launcher/bzimage.h"

#define MUST(x) ((x) ? (void)0 : abort())
#define RAM	(8u << 20)

static void check(const struct image *img)
{
	int i, j;

	MUST(img->nsegments > 0 && img->nsegments <= IMAGE_SEGMENTS);
	MUST(img->setup_len <= IMAGE_SETUP_MAX);
	MUST(memchr(img->version, 0, sizeof(img->version)));
	for (i = 0; i < img->nsegments; i++) {
		const struct image_segment *s = &img->segments[i];

		MUST(s->filesz <= s->memsz);
		MUST((u64)s->offset + s->filesz <= img->size);
		MUST((u64)s->gpa + s->memsz <= RAM);
		for (j = 0; j < i; j++)
			MUST((u64)s->gpa + s->memsz <= img->segments[j].gpa ||
			     (u64)img->segments[j].gpa + img->segments[j].memsz <= s->gpa);
	}
}

/* The first byte: whether to unpack what could do so itself. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct image img;
	static int fd = -1;
	struct complaint c = { "" };
	char path[32];

	if (len < 2)
		return 0;
	if (fd < 0)
		fd = memfd_create("fuzz", 0);
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data + 1, len - 1, 0) == (ssize_t)len - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (image_open(&img, "K", path, data[0] & 1, RAM, &c) == 0) {
		check(&img);
		image_close(&img);
	} else {
		MUST(c.text[0] && !strchr(c.text, '\n'));
	}
	return 0;
}
