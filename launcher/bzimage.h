/* SPDX-License-Identifier: MIT */
/* Linux' bzImage: the kernel and the program that unpacks it. */
#ifndef LAUNCHER_BZIMAGE_H
#define LAUNCHER_BZIMAGE_H

#include "launcher/image.h"

int bzimage_is(const struct image *img);
/* What image_parse does for ELF files; unpacked: take the kernel out of it even if it could itself. */
int bzimage_parse(struct image *img, int unpacked, u32 ram_bytes, struct complaint *c);
/* Replace the file by what its bytes from offset on, len of them, unpack to. */
int unpack_fd(struct image *img, u64 offset, u64 len, struct complaint *c);

#endif
