/* SPDX-License-Identifier: MIT */
/*
 * L:320 The first page tables.
 *
 * Until 3.1 a Launcher made them: for the oldest kernels a map of RAM at their
 * own virtual addresses, later an identity map, whose address the kernel
 * finds in lguest_data and which it goes on using in part.  They are tables
 * of 4 KB pages, because that is what such a kernel reads out of them.
 */
#include "launcher/start_map.h"

#include <string.h>

#include "host/host.h"

#define ENTRIES	   1024u
#define TABLE_SPAN (ENTRIES * LG_PAGE_SIZE) /* bytes one table maps */
#define FLAGS	   (LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER)

void start_map_place(struct start_map *m, const struct boot *b, const struct image *img)
{
	u32 top = b->initrd_name ? b->initrd_gpa : b->ram_bytes / LG_PAGE_SIZE * LG_PAGE_SIZE;
	u32 pages = 1 + (b->ram_bytes + TABLE_SPAN - 1) / TABLE_SPAN;
	u32 low = LG_CMDLINE_GPA + LG_CMDLINE_MAX;
	struct complaint unheard;

	*m = (struct start_map){ .ram_bytes = b->ram_bytes };
	if (top < low || top - low < pages * LG_PAGE_SIZE)
		return;
	m->gpa = top - pages * LG_PAGE_SIZE;
	if (!image_keep_clear(img, m->gpa, (u64)pages * LG_PAGE_SIZE, "page tables", &unheard))
		m->pages = pages;
}

u32 start_map_build(const struct start_map *m, struct lg *lg, u32 offset)
{
	u32 *tables = lg_memory(lg, m->gpa, (u64)m->pages * LG_PAGE_SIZE);
	u32 *dir = tables ? tables + (m->pages - 1) * ENTRIES : NULL;
	u32 room = 0u - LG_RESERVE_MEM - offset, i;

	if (!dir)
		return 0;
	memset(tables, 0, (size_t)m->pages * LG_PAGE_SIZE);
	for (i = 0; i < m->ram_bytes / LG_PAGE_SIZE && i < room / LG_PAGE_SIZE; i++) {
		u32 gva = offset + i * LG_PAGE_SIZE, table = i / ENTRIES;

		/* offset is a multiple of what a table maps: image.c sees to it. */
		tables[i] = i * LG_PAGE_SIZE | FLAGS;
		dir[gva / TABLE_SPAN] = (m->gpa + table * LG_PAGE_SIZE) | FLAGS;
	}
	return m->gpa + (m->pages - 1) * LG_PAGE_SIZE;
}
