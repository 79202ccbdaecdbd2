/* SPDX-License-Identifier: MIT */
/*
 * mkaout: turn a statically linked ELF32 program into a Plan 9 a.out.
 *
 *	mkaout [-s] program.elf program
 *
 * The ELF file must be linked as lib/user.ld does: one segment of text that
 * begins 32 bytes into a page, where the a.out header will lie, and one of
 * data on the first page boundary behind it.  -s adds the symbol table.
 * Anything else is refused with one line and status 1.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AOUT_MAGIC	0x1ebu
#define AOUT_HEADER	32u
#define PAGE		4096u

struct image {
	const char *name;
	uint8_t *bytes;
	size_t size;
};

struct aout {
	const Elf32_Phdr *text, *data;
	uint32_t entry;
	uint8_t *syms;
	uint32_t syms_size;
};

static const char *out_name;

__attribute__((noreturn, format(printf, 1, 2)))
static void die(const char *fmt, ...)
{
	va_list args;

	fputs("mkaout: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	if (out_name)
		unlink(out_name);
	exit(1);
}

static struct image read_image(const char *name)
{
	struct image im = { .name = name };
	FILE *f = fopen(name, "rb");
	size_t n;

	if (!f)
		die("%s: cannot open: %s", name, strerror(errno));
	do {
		im.bytes = realloc(im.bytes, im.size + 65536);
		if (!im.bytes)
			die("%s: out of memory", name);
		n = fread(im.bytes + im.size, 1, 65536, f);
		im.size += n;
	} while (n > 0);
	if (ferror(f))
		die("%s: cannot read: %s", name, strerror(errno));
	fclose(f);
	return im;
}

/* count things of a size at an offset: inside the file and aligned? */
static const void *part(const struct image *im, uint32_t off, uint32_t count,
			size_t size, const char *what)
{
	uint64_t end = (uint64_t)off + (uint64_t)count * size;

	if (end > im->size)
		die("%s: %s at offset 0x%x ends behind the file", im->name, what, off);
	if (off % 4 && size % 4 == 0)
		die("%s: %s at offset 0x%x is not aligned", im->name, what, off);
	return im->bytes + off;
}

static const Elf32_Ehdr *check_header(const struct image *im)
{
	const Elf32_Ehdr *eh = (const void *)im->bytes;

	if (im->size < sizeof(*eh) || memcmp(eh->e_ident, ELFMAG, SELFMAG))
		die("%s: not an ELF file", im->name);
	if (eh->e_ident[EI_CLASS] != ELFCLASS32 || eh->e_machine != EM_386)
		die("%s: not for the 386", im->name);
	if (eh->e_type != ET_EXEC)
		die("%s: not a static executable", im->name);
	if (eh->e_phentsize != sizeof(Elf32_Phdr))
		die("%s: program headers of %u bytes", im->name, eh->e_phentsize);
	return eh;
}

static void find_segments(const struct image *im, const Elf32_Ehdr *eh, struct aout *a)
{
	const Elf32_Phdr *ph = part(im, eh->e_phoff, eh->e_phnum, sizeof(*ph), "program headers");

	for (unsigned int i = 0; i < eh->e_phnum; i++, ph++) {
		if (ph->p_type == PT_DYNAMIC || ph->p_type == PT_INTERP)
			die("%s: dynamically linked", im->name);
		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (ph->p_filesz > ph->p_memsz || ph->p_memsz > UINT32_MAX - PAGE - ph->p_vaddr)
			die("%s: segment %u has an impossible size", im->name, i);
		part(im, ph->p_offset, ph->p_filesz, 1, "segment");
		if (ph->p_flags & PF_W) {
			if (a->data)
				die("%s: two data segments", im->name);
			a->data = ph;
		} else {
			if (a->text)
				die("%s: two text segments", im->name);
			a->text = ph;
		}
	}
	a->entry = eh->e_entry;
}

static void check_layout(const struct image *im, const struct aout *a)
{
	uint32_t end;

	if (!a->text)
		die("%s: no text segment", im->name);
	if (a->text->p_filesz != a->text->p_memsz)
		die("%s: text is not all in the file", im->name);
	if (a->text->p_vaddr % PAGE != AOUT_HEADER)
		die("%s: text starts at 0x%x, not 0x%x into a page", im->name,
		    a->text->p_vaddr, AOUT_HEADER);
	end = a->text->p_vaddr + a->text->p_filesz;
	if (a->entry < a->text->p_vaddr || a->entry >= end)
		die("%s: entry 0x%x is outside the text", im->name, a->entry);
	end = (end + PAGE - 1) & ~(PAGE - 1);
	if (a->data && a->data->p_vaddr != end)
		die("%s: data starts at 0x%x, not at 0x%x", im->name, a->data->p_vaddr, end);
}

static void put_word(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* T, D or B for a global, t, d or b for a local, 0 for what has no place */
static char symbol_type(const struct aout *a, const Elf32_Sym *s)
{
	int type = ELF32_ST_TYPE(s->st_info);
	char c;

	if (type != STT_FUNC && type != STT_OBJECT)
		return 0;
	if (s->st_value - a->text->p_vaddr < a->text->p_memsz)
		c = 'T';
	else if (a->data && s->st_value - a->data->p_vaddr < a->data->p_filesz)
		c = 'D';
	else if (a->data && s->st_value - a->data->p_vaddr < a->data->p_memsz)
		c = 'B';
	else
		return 0;
	return ELF32_ST_BIND(s->st_info) == STB_LOCAL ? (char)(c - 'A' + 'a') : c;
}

/* value[4] type|0x80 name NUL, for each symbol */
static void add_symbols(const struct image *im, const Elf32_Ehdr *eh, struct aout *a)
{
	const Elf32_Shdr *sh = part(im, eh->e_shoff, eh->e_shnum, sizeof(*sh), "section headers");
	const Elf32_Shdr *symtab = NULL;

	for (unsigned int i = 0; i < eh->e_shnum; i++)
		if (sh[i].sh_type == SHT_SYMTAB)
			symtab = &sh[i];
	if (!symtab || symtab->sh_link >= eh->e_shnum)
		return;

	const Elf32_Shdr *strtab = &sh[symtab->sh_link];
	uint32_t count = symtab->sh_size / (uint32_t)sizeof(Elf32_Sym);
	const Elf32_Sym *sym = part(im, symtab->sh_offset, count, sizeof(*sym), "symbols");
	const char *strs = part(im, strtab->sh_offset, strtab->sh_size, 1, "symbol names");
	size_t room = (size_t)count * 6 + strtab->sh_size * (size_t)1;
	size_t used = 0;

	/* several symbols may share the tail of a name */
	for (uint32_t i = 0; i < count; i++)
		if (sym[i].st_name < strtab->sh_size)
			room += strnlen(strs + sym[i].st_name, strtab->sh_size - sym[i].st_name);
	a->syms = malloc(room + 1);
	if (!a->syms)
		die("%s: out of memory", im->name);
	for (uint32_t i = 0; i < count; i++) {
		char type = symbol_type(a, &sym[i]);
		size_t len;

		if (!type || sym[i].st_name >= strtab->sh_size)
			continue;
		len = strnlen(strs + sym[i].st_name, strtab->sh_size - sym[i].st_name);
		put_word(a->syms + used, sym[i].st_value);
		a->syms[used + 4] = (uint8_t)type | 0x80;
		memcpy(a->syms + used + 5, strs + sym[i].st_name, len);
		a->syms[used + 5 + len] = 0;
		used += 6 + len;
	}
	a->syms_size = (uint32_t)used;
}

static void write_aout(const struct image *im, const struct aout *a, const char *name)
{
	uint32_t data = a->data ? a->data->p_filesz : 0;
	uint32_t bss = a->data ? a->data->p_memsz - data : 0;
	uint32_t words[8] = {
		AOUT_MAGIC, a->text->p_filesz, data, bss, a->syms_size, a->entry, 0, 0
	};
	uint8_t header[AOUT_HEADER];
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0777);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");

	if (!f)
		die("%s: cannot create: %s", name, strerror(errno));
	out_name = name;
	for (unsigned int i = 0; i < 8; i++)
		put_word(header + 4 * i, words[i]);
	fwrite(header, 1, sizeof(header), f);
	fwrite(im->bytes + a->text->p_offset, 1, a->text->p_filesz, f);
	if (data)
		fwrite(im->bytes + a->data->p_offset, 1, data, f);
	if (a->syms_size)
		fwrite(a->syms, 1, a->syms_size, f);
	if (ferror(f) | fclose(f))
		die("%s: cannot write: %s", name, strerror(errno));
}

int main(int argc, char **argv)
{
	int symbols = argc > 1 && !strcmp(argv[1], "-s");
	struct aout a = { 0 };
	const Elf32_Ehdr *eh;
	struct image im;

	if (argc != 3 + symbols) {
		fputs("usage: mkaout [-s] program.elf program\n", stderr);
		return 1;
	}
	im = read_image(argv[1 + symbols]);
	eh = check_header(&im);
	find_segments(&im, eh, &a);
	check_layout(&im, &a);
	if (symbols)
		add_symbols(&im, eh, &a);
	write_aout(&im, &a, argv[2 + symbols]);
	free(a.syms);
	free(im.bytes);
	return 0;
}
