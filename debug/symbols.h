/* SPDX-License-Identifier: MIT */
/*
 * The inside of struct symbols, for symbols.c and unwind.c only.
 */
#ifndef DEBUG_SYMBOLS_H
#define DEBUG_SYMBOLS_H

#include <elfutils/libdw.h>

#include "debug/internal.h"

#define MAX_LOADS	16

struct load {
	u32 vaddr, paddr, size;
	bool exec;
};

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
	struct load loads[MAX_LOADS];
	int nloads;
	struct symbol *table;		/* sorted by address */
	size_t count;
};

/* A gva as the linker saw it. */
u32 symbols_link_address(const struct symbols *symbols, u32 gva);

#endif /* DEBUG_SYMBOLS_H */
