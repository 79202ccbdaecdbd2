/* SPDX-License-Identifier: MIT */
/*
 * L:200 The kernel image.
 *
 * An ELF file for the i386, gzip'd or not.  Its program headers say which
 * bytes go to which physical address; nothing else of it matters to us.  The
 * file is untrusted: every number in it is checked, in 64 bits, against the
 * size of the file and of the guest before it is used, and read only once.
 */
#include "launcher/image.h"

#include "launcher/bzimage.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "NAME: what (file offset 0x12): remedy" */
int image_bad(const struct image *img, struct complaint *c, u64 offset, const char *remedy,
	      const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return complain(c, -EINVAL, "%s: %s (file offset 0x%llx): %s", img->name, what,
			(unsigned long long)offset, remedy);
}

int image_read(const struct image *img, u64 offset, void *to, size_t len)
{
	char *p = to;

	if (offset > img->size || len > img->size - offset)
		return -EINVAL;
	while (len) {
		ssize_t n = pread(img->fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p += n;
		offset += (u64)n;
		len -= (size_t)n;
	}
	return 0;
}

/* People hand us all sorts of files; say what they have. */
static int not_elf(const struct image *img, const u8 *id, struct complaint *c)
{
	if (!memcmp(id, "\0\0\1\xeb", 4))
		return image_bad(img, c, 0, "link the kernel as an ELF file",
				 "is a Plan 9 a.out file");
	return image_bad(img, c, 0, "give a 32-bit x86 kernel, an ELF file or a bzImage",
			 "is not an ELF file");
}

static int check_header(const struct image *img, const Elf32_Ehdr *eh, struct complaint *c)
{
	const char *m32 = "build the kernel for 32-bit x86 (gcc -m32)";

	if (eh->e_ident[EI_CLASS] != ELFCLASS32)
		return image_bad(img, c, EI_CLASS, m32, "is %s",
				 eh->e_ident[EI_CLASS] == ELFCLASS64 ? "a 64-bit ELF file" :
								       "of no known ELF class");
	if (eh->e_ident[EI_DATA] != ELFDATA2LSB)
		return image_bad(img, c, EI_DATA, m32, "is not little-endian");
	if (eh->e_ident[EI_VERSION] != EV_CURRENT || eh->e_version != EV_CURRENT)
		return image_bad(img, c, EI_VERSION, m32, "has unknown ELF version %u",
				 eh->e_version);
	if (eh->e_machine != EM_386)
		return image_bad(img, c, offsetof(Elf32_Ehdr, e_machine), m32,
				 "is for machine %u, not for the 386", eh->e_machine);
	if (eh->e_type != ET_EXEC)
		return image_bad(img, c, offsetof(Elf32_Ehdr, e_type),
				 "link it without -r, -shared and -pie",
				 "is not an executable but ELF type %u", eh->e_type);
	if (eh->e_phentsize != sizeof(Elf32_Phdr))
		return image_bad(img, c, offsetof(Elf32_Ehdr, e_phentsize), "the file is damaged",
				 "has program headers of %u bytes, not %zu", eh->e_phentsize,
				 sizeof(Elf32_Phdr));
	if (eh->e_phnum == 0)
		return image_bad(img, c, offsetof(Elf32_Ehdr, e_phnum),
				 "link it: object files do not boot", "has no program headers");
	return 0;
}

static int check_segment(const struct image *img, const Elf32_Phdr *ph, u64 at, u32 ram_bytes,
			 struct complaint *c)
{
	if (ph->p_filesz > ph->p_memsz)
		return image_bad(
			img, c, at, "the file is damaged",
			"has a segment with more bytes in the file (0x%x) than in memory (0x%x)",
			ph->p_filesz, ph->p_memsz);
	if ((u64)ph->p_offset + ph->p_filesz > img->size)
		return image_bad(img, c, at, "the file is truncated: copy or build it again",
				 "has a segment at 0x%x-0x%llx of a file of 0x%llx bytes",
				 ph->p_offset, (unsigned long long)ph->p_offset + ph->p_filesz,
				 (unsigned long long)img->size);
	if ((u64)ph->p_paddr + ph->p_memsz > UINT32_MAX)
		return image_bad(img, c, at, "set physical addresses in the linker script (AT)",
				 "has a segment of 0x%x bytes at 0x%x, past 4 GiB", ph->p_memsz,
				 ph->p_paddr);
	if (ph->p_paddr + ph->p_memsz > ram_bytes)
		return image_bad(img, c, at,
				 ph->p_paddr >= 0x80000000u ?
					 "set physical addresses in the linker script (AT)" :
					 "give the guest more with -m, or link the kernel lower",
				 "needs memory up to 0x%x but the guest has 0x%x bytes",
				 ph->p_paddr + ph->p_memsz, ram_bytes);
	return 0;
}

static int overlaps(u64 a, u64 alen, u64 b, u64 blen)
{
	return alen && blen && a < b + blen && b < a + alen;
}

static int add_segment(struct image *img, const Elf32_Phdr *ph, u64 at, struct complaint *c)
{
	struct image_segment *s = &img->segments[img->nsegments];
	int i;

	for (i = 0; i < img->nsegments; i++)
		if (overlaps(ph->p_paddr, ph->p_memsz, img->segments[i].gpa,
			     img->segments[i].memsz))
			return image_bad(img, c, at, "correct the linker script",
					 "has overlapping segments at 0x%x and 0x%x",
					 img->segments[i].gpa, ph->p_paddr);
	if (img->nsegments == IMAGE_SEGMENTS)
		return image_bad(img, c, at, "join sections in the linker script",
				 "has more than %d segments", IMAGE_SEGMENTS);
	*s = (struct image_segment){ ph->p_paddr,  ph->p_vaddr,	 ph->p_memsz,
				     ph->p_filesz, ph->p_offset, ph->p_flags };
	img->nsegments++;
	return 0;
}

int image_check_entry(const struct image *img, struct complaint *c)
{
	u64 at = offsetof(Elf32_Ehdr, e_entry);
	int i, virtual = 0;

	for (i = 0; i < img->nsegments; i++) {
		const struct image_segment *s = &img->segments[i];

		if (img->entry - s->gpa < s->filesz && img->entry >= s->gpa)
			return 0;
		if (img->entry - s->vaddr < s->filesz && img->entry >= s->vaddr)
			virtual = 1;
	}
	return image_bad(
		img, c, at,
		virtual ? "the entry point must be the physical address: subtract the kernel base" :
			  "name the entry point in the linker script (ENTRY)",
		"starts at 0x%x, which is in no segment", img->entry);
}

static int parse_segment(struct image *img, const Elf32_Phdr *ph, u64 at, u32 ram_bytes,
			 struct complaint *c)
{
	int err;

	if (ph->p_type == PT_NOTE)
		return image_note(img, ph->p_offset, ph->p_filesz, ph->p_align, ram_bytes, c);
	if (ph->p_type != PT_LOAD || !ph->p_memsz)
		return 0;
	err = check_segment(img, ph, at, ram_bytes, c);
	return err ? err : add_segment(img, ph, at, c);
}

int image_parse(struct image *img, u32 ram_bytes, struct complaint *c)
{
	Elf32_Ehdr eh = { 0 };
	u64 at, have = img->size < sizeof(eh) ? img->size : sizeof(eh);
	unsigned i;
	int err;

	if (image_read(img, 0, &eh, have))
		return complain(c, -EIO, "%s: cannot read it (file offset 0x0): check the disk",
				img->name);
	if (have < SELFMAG || memcmp(eh.e_ident, ELFMAG, SELFMAG))
		return not_elf(img, eh.e_ident, c);
	if (have > EI_CLASS && eh.e_ident[EI_CLASS] != ELFCLASS32)
		return check_header(img, &eh, c);
	if (have < sizeof(eh))
		return image_bad(img, c, have, "the file is truncated: copy or build it again",
				 "ends inside the ELF header");
	err = check_header(img, &eh, c);
	if (err)
		return err;
	img->entry = eh.e_entry;
	for (i = 0; i < eh.e_phnum; i++) {
		Elf32_Phdr ph;

		at = eh.e_phoff + (u64)i * sizeof(ph);
		if (image_read(img, at, &ph, sizeof(ph)))
			return image_bad(img, c, at,
					 "the file is truncated: copy or build it again",
					 "ends inside the program headers");
		err = parse_segment(img, &ph, at, ram_bytes, c);
		if (err)
			return err;
	}
	if (!img->nsegments)
		return image_bad(img, c, eh.e_phoff,
				 "link it with a linker script that loads something",
				 "has no segment to load");
	if (!img->native)
		image_hints(img);
	/* A signature may be meant as the entry point instead: abi.c knows. */
	return img->signature ? 0 : image_check_entry(img, c);
}

int image_keep_clear(const struct image *img, u64 gpa, u64 len, const char *what,
		     struct complaint *c)
{
	int i;

	for (i = 0; i < img->nsegments; i++) {
		const struct image_segment *s = &img->segments[i];

		if (overlaps(s->gpa, s->memsz, gpa, len))
			return image_bad(img, c, s->offset,
					 gpa ? "give the guest more with -m" :
					       "link the kernel higher, usually at 0x100000",
					 "is loaded at 0x%x-0x%llx, over the %s at 0x%llx-0x%llx",
					 s->gpa, (unsigned long long)s->gpa + s->memsz, what,
					 (unsigned long long)gpa, (unsigned long long)(gpa + len));
	}
	if (img->native && img->note.hcall_page &&
	    overlaps(img->note.hcall_page, LG_PAGE_SIZE, gpa, len))
		return complain(c, -EINVAL,
				"%s: its note puts the hypercall page at 0x%x, over the %s:"
				" reserve a page inside the kernel",
				img->name, img->note.hcall_page, what);
	return 0;
}

/* A regular file, opened; anything else is refused with a reason. */
static int open_file(struct image *img, struct complaint *c)
{
	struct stat st;

	/* O_NONBLOCK: opening a fifo must not hang. */
	img->fd = open(img->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (img->fd < 0)
		return complain(c, -errno, "%s: cannot open it: %s: %s", img->name, strerror(errno),
				errno == ENOENT ? "give the path of a kernel image" :
						  "check its permissions");
	if (fstat(img->fd, &st) < 0)
		return complain(c, -errno, "%s: fstat: %s: check the disk", img->name,
				strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(c, -EINVAL, "%s: is not a file but %s: give a kernel image",
				img->name,
				S_ISDIR(st.st_mode) ? "a directory" : "something special");
	if (!st.st_size)
		return complain(c, -EINVAL, "%s: is empty (file offset 0x0): build it again",
				img->name);
	img->size = (u64)st.st_size;
	return 0;
}

int image_open(struct image *img, const char *name, const char *path, int unpack, u32 ram_bytes,
	       struct complaint *c)
{
	u8 magic[2] = { 0 };
	int err;

	*img = (struct image){ .name = name, .path = path, .fd = -1 };
	err = open_file(img, c);
	if (!err && !image_read(img, 0, magic, 2) && magic[0] == 0x1f && magic[1] == 0x8b)
		err = gunzip_fd(name, &img->fd, &img->size, 0, IMAGE_UNPACK_MAX, c);
	if (!err && bzimage_is(img))
		err = bzimage_parse(img, unpack, ram_bytes, c);
	else if (!err)
		err = image_parse(img, ram_bytes, c);
	if (err)
		image_close(img);
	return err;
}

void image_close(struct image *img)
{
	if (img->fd >= 0)
		close(img->fd);
	img->fd = -1;
}
