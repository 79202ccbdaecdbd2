/* SPDX-License-Identifier: MIT */
/*
 * The inside of struct symbols, for symbols.c, segments.c and unwind.c only.
 */
#ifndef DEBUG_SYMBOLS_H
#define DEBUG_SYMBOLS_H

#include <elfutils/libdw.h>

#include "debug/internal.h"

#define MAX_LOADS	16

struct symbol {
	u32 addr, size;
	const char *name;		/* in the ELF string table */
};

struct symbols {
	const char *note;		/* why there is nothing to see, or NULL */
	bool linear;			/* addresses are physical */
	void *map;
	size_t map_len;
	Elf *elf;
	Dwarf *dwarf;
	Dwarf_CFI *debug_frame;		/* belongs to dwarf */
	Dwarf_CFI *eh_frame;		/* ours */
	struct segment loads[MAX_LOADS];
	int nloads;
	struct symbol *table;		/* sorted by address */
	size_t count;
};

#endif /* DEBUG_SYMBOLS_H */
