/* SPDX-License-Identifier: MIT */
/* What a kernel finds in memory besides itself. */
#ifndef LAUNCHER_BOOT_H
#define LAUNCHER_BOOT_H

#include "launcher/image.h"

struct boot {
	char cmdline[LG_CMDLINE_MAX];
	u32 cmdline_len; /* bytes, without the NUL */
	u32 ram_bytes;
	const char *initrd_name; /* NULL: none */
	int initrd_fd;
	u32 initrd_gpa, initrd_size; /* bytes */
	u8 setup[IMAGE_SETUP_MAX]; /* of a bzImage, for IMAGE_SETUP_AT */
	u32 setup_len;		   /* bytes */
};

/* Put the command line together and open the initrd.  0 or -errno. */
int boot_prepare(struct boot *b, const struct image *img, const char *cmdline, char **args,
		 const char *initrd, u32 ram_bytes, struct complaint *c);
/* Write boot parameters, command line and initrd into fresh guest memory. */
int boot_load(const struct boot *b, struct lg *lg, struct complaint *c);
void boot_close(struct boot *b);

/*
 * Append text, or an argument as rc would quote it, to a command line of
 * LG_CMDLINE_MAX bytes.  0 or -E2BIG.
 */
int cmdline_add(char *line, u32 *len, const char *text);
int cmdline_add_quoted(char *line, u32 *len, const char *arg);

#endif
