/* SPDX-License-Identifier: MIT */
/*
 * P:155 What the image says about memory: its segments, sections and bytes.
 */
#include <gelf.h>

#include "debug/symbols.h"

bool symbols_segment(const struct symbols *sy, int i, struct segment *seg)
{
	if (!sy || i >= sy->nloads)
		return false;
	*seg = sy->loads[i];
	return true;
}

/* The distance between virtual and physical addresses of the text. */
bool symbols_offset(const struct symbols *sy, u32 *offset)
{
	for (int i = 0; sy && i < sy->nloads; i++) {
		if (sy->loads[i].exec) {
			*offset = sy->loads[i].vaddr - sy->loads[i].paddr;
			return true;
		}
	}
	return false;
}

/* Was something loaded at this gpa, or is it .bss? */
bool symbols_loaded(const struct symbols *sy, u32 gpa)
{
	for (int i = 0; sy && i < sy->nloads; i++)
		if (gpa - sy->loads[i].paddr < sy->loads[i].memsz)
			return true;
	return false;
}

const u8 *symbols_bytes(const struct symbols *sy, u32 offset, u32 len)
{
	size_t size = 0;
	const char *file = sy && sy->elf ? elf_rawfile(sy->elf, &size) : NULL;

	if (!file || offset > size || len > size - offset)
		return NULL;
	return (const u8 *)file + offset;
}

static const char *section_name(const struct symbols *sy, const GElf_Shdr *shdr)
{
	size_t strings;

	if (elf_getshdrstrndx(sy->elf, &strings))
		return NULL;
	return elf_strptr(sy->elf, strings, shdr->sh_name);
}

/* The section that contains this link address. */
bool symbols_section(const struct symbols *sy, u32 vaddr, const char **name)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	while (sy && sy->elf && (scn = elf_nextscn(sy->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || !(shdr.sh_flags & SHF_ALLOC) ||
		    vaddr - (u32)shdr.sh_addr >= (u32)shdr.sh_size)
			continue;
		*name = section_name(sy, &shdr);
		return *name != NULL;
	}
	return false;
}

static bool in_a_load(const struct symbols *sy, u32 vaddr)
{
	for (int i = 0; i < sy->nloads; i++)
		if (vaddr - sy->loads[i].vaddr < sy->loads[i].memsz)
			return true;
	return false;
}

/* A section with code or data in the file that no segment loads. */
bool symbols_orphan(const struct symbols *sy, const char **name, u32 *vaddr)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	while (sy && sy->elf && sy->nloads < MAX_LOADS && (scn = elf_nextscn(sy->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || !(shdr.sh_flags & SHF_ALLOC) ||
		    shdr.sh_type != SHT_PROGBITS || !shdr.sh_size || !shdr.sh_addr)
			continue;
		*vaddr = (u32)shdr.sh_addr;
		if (!in_a_load(sy, *vaddr) && (*name = section_name(sy, &shdr)))
			return true;
	}
	return false;
}
