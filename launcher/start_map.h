/* SPDX-License-Identifier: MIT */
/* The page tables old kernels start with, at the top of RAM below the initrd. */
#ifndef LAUNCHER_START_MAP_H
#define LAUNCHER_START_MAP_H

#include "launcher/boot.h"
#include "launcher/image.h"

struct start_map {
	u32 gpa;	/* of the tables, the page directory last */
	u32 pages;	/* 0: there is no room for them */
	u32 ram_bytes;
};

/* Find the place.  Writes nothing: most kernels do not want it. */
void start_map_place(struct start_map *m, const struct boot *b, const struct image *img);
/* Map gva = gpa + offset for all of RAM below the top of the address space: the page directory. */
u32 start_map_build(const struct start_map *m, struct lg *lg, u32 offset);

#endif
