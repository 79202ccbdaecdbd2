/* SPDX-License-Identifier: MIT */
/*
 * L:220 The lguest note.
 *
 * A kernel that knows the native interface says so in an ELF note: which
 * version it speaks and a few addresses.  No note: a guest of the old days.
 */
#include "launcher/image.h"

#include <elf.h>
#include <string.h>

static int check_addresses(const struct image *img, const struct lg_note *n, u64 at, u32 ram_bytes,
			   struct complaint *c)
{
	if (n->kernel_base % LG_PAGE_SIZE || !n->kernel_base || n->kernel_base >= -LG_RESERVE_MEM)
		return image_bad(img, c, at + offsetof(struct lg_note, kernel_base),
				 "use a page address below 0xffc00000, like 0xc0000000",
				 "names kernel base 0x%x in its note", n->kernel_base);
	if (n->user_low >= n->kernel_base)
		return image_bad(
			img, c, at + offsetof(struct lg_note, user_low),
			"user pages lie below the kernel base",
			"names lowest user address 0x%x in its note, above kernel base 0x%x",
			n->user_low, n->kernel_base);
	if (n->hcall_page % LG_PAGE_SIZE ||
	    (n->hcall_page && (u64)n->hcall_page + LG_PAGE_SIZE > ram_bytes))
		return image_bad(img, c, at + offsetof(struct lg_note, hcall_page),
				 "use the physical address of a page of the kernel, or 0 for none",
				 "names hypercall page 0x%x in its note", n->hcall_page);
	return 0;
}

static int check_note(const struct image *img, const struct lg_note *n, u64 at, u32 ram_bytes,
		      struct complaint *c)
{
	u32 first_free = LG_FIRST_IRQ_VECTOR + LG_IRQS;

	if (n->abi_version != LG_ABI_VERSION)
		return image_bad(img, c, at, "use an lguest of the same version or build it again",
				 "wants interface version %u, this lguest has %u", n->abi_version,
				 LG_ABI_VERSION);
	if (n->syscall_vector < first_free || n->syscall_vector >= LG_IDT_ENTRIES)
		return image_bad(img, c, at + offsetof(struct lg_note, syscall_vector),
				 "use one from 0x40 to 0xff",
				 "names system call vector 0x%x in its note", n->syscall_vector);
	return check_addresses(img, n, at, ram_bytes, c);
}

static int take_note(struct image *img, u64 at, u32 descsz, u32 ram_bytes, struct complaint *c)
{
	if (img->native)
		return image_bad(img, c, at, "keep one", "has more than one lguest note");
	if (descsz < sizeof(img->note))
		return image_bad(img, c, at, "fill all of struct lg_note",
				 "has an lguest note of %u bytes, not %zu", descsz,
				 sizeof(img->note));
	if (image_read(img, at, &img->note, sizeof(img->note)))
		return image_bad(img, c, at, "the file is truncated: copy or build it again",
				 "ends inside its note");
	img->native = 1;
	return check_note(img, &img->note, at, ram_bytes, c);
}

static int is_ours(const struct image *img, u64 at, const Elf32_Nhdr *nh)
{
	char name[sizeof(LG_NOTE_NAME)] = "";

	if (nh->n_type != LG_NOTE_TYPE)
		return 0;
	/* With its NUL, as ELF wants it; forgotten by some, so without too. */
	if (nh->n_namesz != sizeof(name) && nh->n_namesz != sizeof(name) - 1)
		return 0;
	return !image_read(img, at, name, nh->n_namesz) &&
	       !memcmp(name, LG_NOTE_NAME, sizeof(name));
}

static u64 round_up(u64 n, u32 align)
{
	return (n + align - 1) / align * align;
}

/* Walk the notes in [offset, offset + len) of the file. */
int image_note(struct image *img, u32 offset, u32 len, u32 align, u32 ram_bytes,
	       struct complaint *c)
{
	u64 at = offset, end = (u64)offset + len;

	if (end > img->size)
		return image_bad(img, c, offset, "the file is truncated: copy or build it again",
				 "ends inside its notes");
	if (align != 8)
		align = 4;
	while (at + sizeof(Elf32_Nhdr) <= end) {
		Elf32_Nhdr nh;
		u64 name = at + sizeof(nh), desc;
		int err;

		if (image_read(img, at, &nh, sizeof(nh)))
			return image_bad(img, c, at, "check the disk", "cannot be read");
		desc = round_up(name + nh.n_namesz - offset, align) + offset;
		if (desc + nh.n_descsz > end)
			return image_bad(img, c, at, "the file is damaged: build it again",
					 "has a note that is longer than its segment");
		if (is_ours(img, name, &nh)) {
			err = take_note(img, desc, nh.n_descsz, ram_bytes, c);
			if (err)
				return err;
		}
		at = round_up(desc + nh.n_descsz - offset, align) + offset;
	}
	return 0;
}
