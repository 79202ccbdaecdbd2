/* SPDX-License-Identifier: MIT */
/*
 * P:150 Names and source lines of the guest kernel, from its ELF file by libelf and
 * libdw.  A file without symbols, or no file at all, is no error: then the
 * report shows bare addresses and says why.
 *
 * Before its first page table a kernel runs at its physical addresses, while
 * symbols are virtual: linear mode maps one to the other by program headers.
 */
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debug/internal.h"
#include "debug/symbols.h"

#define MAX_IMAGE	(1u << 30)	/* bytes: no kernel is bigger */

static int compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->size < y->size ? 1 : x->size > y->size ? -1 : 0;
}

static bool add_load(struct symbols *sy, const GElf_Phdr *ph)
{
	struct segment *l;

	if (ph->p_type != PT_LOAD || sy->nloads == MAX_LOADS)
		return false;
	l = &sy->loads[sy->nloads++];
	l->vaddr = (u32)ph->p_vaddr;
	l->paddr = (u32)ph->p_paddr;
	l->memsz = (u32)ph->p_memsz;
	l->filesz = (u32)ph->p_filesz;
	l->offset = (u32)ph->p_offset;
	l->exec = ph->p_flags & PF_X;
	l->write = ph->p_flags & PF_W;
	return true;
}

static void read_loads(struct symbols *sy)
{
	size_t n = 0;
	GElf_Phdr ph;

	if (elf_getphdrnum(sy->elf, &n))
		return;
	for (size_t i = 0; i < n && i < 64; i++)
		if (gelf_getphdr(sy->elf, (int)i, &ph))
			add_load(sy, &ph);
}

static Elf_Data *symbol_table(struct symbols *sy, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(sy->elf, scn)))
		if (gelf_getshdr(scn, shdr) && shdr->sh_type == SHT_SYMTAB && shdr->sh_entsize)
			return elf_getdata(scn, NULL);
	return NULL;
}

/* Local labels of assembly (.L..) and file names are no places. */
static bool wanted(const struct symbols *sy, const GElf_Sym *sym, const char *name)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (!name || !name[0] || name[0] == '.' || sym->st_shndx == SHN_UNDEF)
		return false;
	if (type != STT_FUNC && type != STT_NOTYPE)
		return false;
	for (int i = 0; i < sy->nloads; i++)
		if (sy->loads[i].exec && (u32)sym->st_value - sy->loads[i].vaddr < sy->loads[i].memsz)
			return true;
	return false;
}

static void read_symbols(struct symbols *sy)
{
	GElf_Shdr shdr;
	Elf_Data *data = symbol_table(sy, &shdr);
	size_t n = data ? shdr.sh_size / shdr.sh_entsize : 0;
	GElf_Sym sym;

	sy->table = n ? calloc(n, sizeof(*sy->table)) : NULL;
	for (size_t i = 0; sy->table && i < n && gelf_getsym(data, (int)i, &sym); i++) {
		const char *name = elf_strptr(sy->elf, shdr.sh_link, sym.st_name);

		if (wanted(sy, &sym, name))
			sy->table[sy->count++] = (struct symbol){
				(u32)sym.st_value, (u32)sym.st_size, name };
	}
	if (sy->table && sy->count)
		qsort(sy->table, sy->count, sizeof(*sy->table), compare);
	else
		sy->note = "the image has no symbol table";
}

/* The whole file, privately, so that libelf never needs a descriptor again. */
static void map_file(struct symbols *sy, const struct debug_image *image)
{
	int fd = image->fd >= 0 ? image->fd : image->path ?
		open(image->path, O_RDONLY | O_CLOEXEC) : -1;
	struct stat st;

	if (fd < 0) {
		sy->note = "the image cannot be opened again";
		return;
	}
	if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < MAX_IMAGE) {
		sy->map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
		sy->map_len = (size_t)st.st_size;
	}
	if (sy->map == MAP_FAILED) {
		sy->map = NULL;
		sy->note = strerror(errno);
	}
	if (fd != image->fd)
		close(fd);
}

static void open_elf(struct symbols *sy, const struct debug_image *image)
{
	GElf_Ehdr ehdr;

	elf_version(EV_CURRENT);
	if (!image->bytes)
		map_file(sy, image);
	if (image->bytes)
		sy->elf = elf_memory((char *)(uintptr_t)image->bytes, image->len);
	else if (sy->map)
		sy->elf = elf_memory(sy->map, sy->map_len);
	if (!sy->elf || !gelf_getehdr(sy->elf, &ehdr) || ehdr.e_machine != EM_386) {
		if (!sy->note)
			sy->note = "the image is not an i386 ELF file";
		return;
	}
	read_loads(sy);
	read_symbols(sy);
	sy->dwarf = dwarf_begin_elf(sy->elf, DWARF_C_READ, NULL);
	if (sy->dwarf) {
		sy->debug_frame = dwarf_getcfi(sy->dwarf);
		sy->eh_frame = dwarf_getcfi_elf(sy->elf);
	}
}

struct symbols *symbols_open(const struct debug_image *image, bool linear)
{
	struct symbols *sy = image ? calloc(1, sizeof(*sy)) : NULL;

	if (!sy)
		return NULL;
	sy->linear = linear;
	open_elf(sy, image);
	return sy;
}

void symbols_close(struct symbols *sy)
{
	if (!sy)
		return;
	if (sy->eh_frame)
		dwarf_cfi_end(sy->eh_frame);
	if (sy->dwarf)
		dwarf_end(sy->dwarf);
	if (sy->elf)
		elf_end(sy->elf);
	if (sy->map)
		munmap(sy->map, sy->map_len);
	free(sy->table);
	free(sy);
}

void symbols_linear(struct symbols *sy, bool linear)
{
	if (sy)
		sy->linear = linear;
}

const char *symbols_note(const struct symbols *sy)
{
	return sy ? sy->note : "no kernel image given";
}

/* A gva as the linker saw it; the same unless in linear mode. */
u32 symbols_link_address(const struct symbols *sy, u32 gva)
{
	for (int i = 0; sy && sy->linear && i < sy->nloads; i++)
		if (gva - sy->loads[i].paddr < sy->loads[i].memsz)
			return gva - sy->loads[i].paddr + sy->loads[i].vaddr;
	return gva;
}

bool symbols_text(struct symbols *sy, u32 gva)
{
	if (!sy)
		return false;
	gva = symbols_link_address(sy, gva);
	for (int i = 0; i < sy->nloads; i++)
		if (sy->loads[i].exec && gva - sy->loads[i].vaddr < sy->loads[i].memsz)
			return true;
	return false;
}

/* The last symbol at or below gva; sized symbols must really contain it. */
bool symbols_find(struct symbols *sy, u32 gva, const char **name, u32 *offset)
{
	size_t lo = 0, hi = sy ? sy->count : 0;

	if (!symbols_text(sy, gva))
		return false;
	gva = symbols_link_address(sy, gva);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sy->table[mid].addr <= gva)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo > 1 && sy->table[lo - 2].addr == sy->table[lo - 1].addr)
		lo--;
	if (!lo)
		return false;
	*name = sy->table[lo - 1].name;
	*offset = gva - sy->table[lo - 1].addr;
	return true;
}

/* The variable that contains this address. */
bool symbols_object(struct symbols *sy, u32 gva, u32 *start, u32 *size)
{
	GElf_Shdr shdr;
	Elf_Data *data = sy && sy->elf ? symbol_table(sy, &shdr) : NULL;
	size_t n = data ? shdr.sh_size / shdr.sh_entsize : 0;
	GElf_Sym sym;

	for (size_t i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++) {
		if (GELF_ST_TYPE(sym.st_info) != STT_OBJECT || gva - (u32)sym.st_value >= sym.st_size)
			continue;
		*start = (u32)sym.st_value;
		*size = (u32)sym.st_size;
		return true;
	}
	return false;
}

static bool compile_unit(struct symbols *sy, u32 addr, Dwarf_Die *die)
{
	Dwarf_Off off = 0, next;
	size_t header;

	if (dwarf_addrdie(sy->dwarf, addr, die))
		return true;
	while (dwarf_nextcu(sy->dwarf, off, &next, &header, NULL, NULL, NULL) == 0) {
		if (dwarf_offdie(sy->dwarf, off + header, die) && dwarf_haspc(die, addr) == 1)
			return true;
		off = next;
	}
	return false;
}

bool symbols_line(struct symbols *sy, u32 gva, const char **file, int *line)
{
	Dwarf_Die die;
	Dwarf_Line *found;

	if (!sy || !sy->dwarf || !symbols_text(sy, gva))
		return false;
	gva = symbols_link_address(sy, gva);
	if (!compile_unit(sy, gva, &die))
		return false;
	found = dwarf_getsrc_die(&die, gva);
	*file = found ? dwarf_linesrc(found, NULL, NULL) : NULL;
	return *file && dwarf_lineno(found, line) == 0;
}

/* The last two parts of a path say enough: "port/main.c". */
static const char *short_path(const char *path)
{
	int slashes = 0;

	for (const char *p = path + strlen(path); p > path; p--)
		if (p[-1] == '/' && ++slashes == 2)
			return p;
	return path;
}

/* back: 1 for a return address, whose call may be the last of its function. */
static void place(FILE *to, struct symbols *sy, u32 gva, u32 back)
{
	const char *name, *file;
	u32 offset;
	int line;

	if (symbols_note(sy))
		return;			/* nothing is known about any address */
	if (!symbols_find(sy, gva - back, &name, &offset)) {
		fprintf(to, "(not in the kernel's text)");
		return;
	}
	fprintf(to, "%.80s+0x%x", name, offset + back);
	if (symbols_line(sy, gva - back, &file, &line))
		fprintf(to, " (%.120s:%d)", short_path(file), line);
}

void print_place(FILE *to, struct symbols *sy, u32 gva)
{
	place(to, sy, gva, 0);
}

void print_caller(FILE *to, struct symbols *sy, u32 gva)
{
	place(to, sy, gva, 1);
}

/* The value of any symbol, data too; 0 if there is none of this name. */
u32 symbols_value(struct symbols *sy, const char *name)
{
	GElf_Shdr shdr;
	Elf_Data *data = sy && sy->elf ? symbol_table(sy, &shdr) : NULL;
	size_t n = data ? shdr.sh_size / shdr.sh_entsize : 0;
	GElf_Sym sym;

	for (size_t i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++) {
		const char *found = elf_strptr(sy->elf, shdr.sh_link, sym.st_name);

		if (found && sym.st_shndx != SHN_UNDEF && !strcmp(found, name))
			return (u32)sym.st_value;
	}
	return 0;
}
