/* SPDX-License-Identifier: MIT */
/*
 * L:235 bzImage.
 *
 * Linux packs its kernel behind a program that unpacks it.  From boot protocol
 * 2.7 on that program keeps the segments it is started with, so it runs in a
 * guest: it is loaded to 1 MiB and entered at code32_start.  Older ones do not,
 * and a kernel with our note has to be seen unpacked: then (--unpack, for those)
 * we take the kernel out ourselves.  Before protocol 2.8 nothing says where it
 * is, and it is no ELF file but bare memory, for 1 MiB.
 */
#include "launcher/bzimage.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SETUP_SECTS    0x1f1 /* offsets in the file */
#define HEADER_END     0x201 /* u8: how far behind 0x202 it goes */
#define MAGIC	       0x202
#define VERSION	       0x206
#define KERNEL_VERSION 0x20e
#define LOADFLAGS      0x211
#define CODE32_START   0x214
#define XLOADFLAGS     0x236
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define INIT_SIZE      0x260

#define LOADED_HIGH    1     /* LOADFLAGS */
#define KERNEL_64      1     /* XLOADFLAGS */
#define KEEPS_SEGMENTS 0x207 /* boot protocols */
#define HAS_PAYLOAD    0x208
#define HAS_INIT_SIZE  0x20a
#define HAS_XLOADFLAGS 0x20c

#define LOAD_AT	  0x100000u
#define SECTOR	  512u
#define SETUP_DEF 4 /* what 0 setup sectors mean */

struct header {
	u8 bytes[IMAGE_SETUP_AT + IMAGE_SETUP_MAX];
	u32 len; /* valid, from 0 on */
	u16 version;
	u64 code; /* file offset of what runs in protected mode */
};

int bzimage_is(const struct image *img)
{
	char magic[4];

	return !image_read(img, MAGIC, magic, 4) && !memcmp(magic, "HdrS", 4);
}

static u32 field(const struct header *h, u32 at, u32 size)
{
	u32 v = 0;

	if (at + size <= h->len)
		memcpy(&v, h->bytes + at, size); /* little-endian, as we are */
	return v;
}

static int read_header(const struct image *img, struct header *h, struct complaint *c)
{
	u8 more = 0;
	u32 sects;

	*h = (struct header){ .len = VERSION + 2 };
	if (!image_read(img, HEADER_END, &more, 1) && MAGIC + (u32)more > h->len)
		h->len = MAGIC + more;
	if (h->len > sizeof(h->bytes))
		h->len = sizeof(h->bytes);
	if (image_read(img, 0, h->bytes, h->len))
		return image_bad(img, c, MAGIC, "copy or build it again",
				 "is a bzImage that ends inside its header");
	h->version = (u16)field(h, VERSION, 2);
	sects = field(h, SETUP_SECTS, 1);
	h->code = (1 + (sects ? sects : SETUP_DEF)) * SECTOR;
	if (h->version < 0x200 || !(field(h, LOADFLAGS, 1) & LOADED_HIGH))
		return image_bad(img, c, LOADFLAGS, "make bzImage instead",
				 "is a zImage, for the first 640 KiB of memory");
	if (h->version >= HAS_XLOADFLAGS && field(h, XLOADFLAGS, 2) & KERNEL_64)
		return image_bad(img, c, XLOADFLAGS,
				 "build it for 32-bit x86, with CONFIG_LGUEST_GUEST",
				 "is a 64-bit Linux kernel");
	if (h->code >= img->size)
		return image_bad(img, c, SETUP_SECTS, "copy or build it again",
				 "is a bzImage without a kernel: 0x%llx bytes, all of them setup",
				 (unsigned long long)img->size);
	return 0;
}

/* "2.6.24.7 (who@where) #1": which Linux it says it is. */
static void read_version(struct image *img, const struct header *h)
{
	u32 at = field(h, KERNEL_VERSION, 2);
	char text[sizeof(img->version)] = "";
	size_t n = sizeof(text) - 1;

	if (!at)
		return;
	while (n && image_read(img, at + SECTOR, text, n))
		n--; /* near the end of the file */
	text[strcspn(text, " \n")] = 0;
	if (text[strspn(text,
			"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+_~")])
		return;
	strcpy(img->version, text);
}

/* One piece of the file, to 1 MiB. */
static int take_whole(struct image *img, u64 offset, u64 len, u32 page_offset, u32 ram_bytes,
		      struct complaint *c)
{
	if (len > UINT32_MAX - LOAD_AT || LOAD_AT + len > ram_bytes)
		return image_bad(img, c, offset, "give the guest more with -m",
				 "needs memory up to 0x%llx but the guest has 0x%x bytes",
				 LOAD_AT + (unsigned long long)len, ram_bytes);
	img->segments[0] = (struct image_segment){ LOAD_AT,	LOAD_AT + page_offset,
						   (u32)len,	(u32)len,
						   (u32)offset, PF_R | PF_W | PF_X };
	img->nsegments = 1;
	img->entry = LOAD_AT;
	return 0;
}

static int take_packed(struct image *img, const struct header *h, u32 ram_bytes,
		       struct complaint *c)
{
	u64 len = img->size - h->code;
	u32 init_size = h->version >= HAS_INIT_SIZE ? field(h, INIT_SIZE, 4) : 0;
	u32 entry = field(h, CODE32_START, 4);
	int err;

	if (entry < LOAD_AT || entry - LOAD_AT >= len)
		return image_bad(img, c, CODE32_START, "copy or build it again",
				 "starts at 0x%x, outside of what is loaded to 0x%x-0x%llx", entry,
				 LOAD_AT, LOAD_AT + (unsigned long long)len);
	if ((u64)LOAD_AT + init_size > ram_bytes)
		return image_bad(img, c, INIT_SIZE, "give the guest more with -m",
				 "wants 0x%x bytes from 0x%x on to unpack itself but the guest has "
				 "0x%x",
				 init_size, LOAD_AT, ram_bytes);
	err = take_whole(img, h->code, len, 0, ram_bytes, c);
	img->entry = entry;
	return err;
}

/*
 * Bare memory does not say which addresses it was linked for.  But many of its
 * instructions "mov addr, %eax" name one, and their highest bytes agree.
 */
static int guess_page_offset(const struct image *img, u32 *page_offset)
{
	u32 seen[256] = { 0 };
	u8 bytes[4096];
	u64 at;

	for (at = 0; at + 5 <= img->size; at += sizeof(bytes) - 4) {
		size_t n = img->size - at < sizeof(bytes) ? img->size - at : sizeof(bytes), i;

		if (image_read(img, at, bytes, n))
			return -EIO;
		for (i = 0; i + 4 < n; i++) {
			u8 top = bytes[i + 4];

			if (bytes[i] != 0xa1 || !top || top == 0xff || ++seen[top] <= 3)
				continue;
			*page_offset = (u32)top << 24;
			return 0;
		}
	}
	return -ENOENT;
}

static int find_gzip(const struct image *img, u64 from, u64 *offset)
{
	u8 bytes[4096];
	u64 at;

	for (at = from; at + 3 <= img->size; at += sizeof(bytes) - 2) {
		size_t n = img->size - at < sizeof(bytes) ? img->size - at : sizeof(bytes), i;

		if (image_read(img, at, bytes, n))
			return -EIO;
		for (i = 0; i + 2 < n; i++)
			if (bytes[i] == 0x1f && bytes[i + 1] == 0x8b && bytes[i + 2] == 8) {
				*offset = at + i;
				return 0;
			}
	}
	return -ENOENT;
}

/* Replace the file by the kernel that is packed in it. */
static int unpack(struct image *img, const struct header *h, struct complaint *c)
{
	u64 offset, len;

	if (h->version >= HAS_PAYLOAD && field(h, PAYLOAD_LENGTH, 4)) {
		offset = h->code + field(h, PAYLOAD_OFFSET, 4);
		len = field(h, PAYLOAD_LENGTH, 4);
		if (offset > img->size || len > img->size - offset)
			return image_bad(img, c, PAYLOAD_OFFSET, "copy or build it again",
					 "says its kernel is at 0x%llx-0x%llx of 0x%llx bytes",
					 (unsigned long long)offset,
					 (unsigned long long)(offset + len),
					 (unsigned long long)img->size);
		return unpack_fd(img, offset, len, c);
	}
	if (find_gzip(img, h->code, &offset))
		return image_bad(img, c, h->code, "give the ELF file it was made from (vmlinux)",
				 "is a bzImage of boot protocol %u.%02u in which nothing is gzip'd",
				 h->version >> 8, h->version & 0xffu);
	return gunzip_fd(img->name, &img->fd, &img->size, offset, IMAGE_UNPACK_MAX, c);
}

static int take_unpacked(struct image *img, const struct header *h, u32 ram_bytes,
			 struct complaint *c)
{
	char id[SELFMAG];
	u32 page_offset;
	int err = unpack(img, h, c);

	if (err)
		return err;
	if (!image_read(img, 0, id, SELFMAG) && !memcmp(id, ELFMAG, SELFMAG))
		return image_parse(img, ram_bytes, c);
	if (guess_page_offset(img, &page_offset))
		return image_bad(img, c, 0, "give the ELF file it was made from (vmlinux)",
				 "holds a kernel that does not show at which addresses it runs");
	err = take_whole(img, 0, img->size, page_offset, ram_bytes, c);
	if (!err)
		image_hints(img);
	return err;
}

int bzimage_parse(struct image *img, int unpacked, u32 ram_bytes, struct complaint *c)
{
	struct header h;
	int err = read_header(img, &h, c);

	if (err)
		return err;
	img->setup_len = h.len - IMAGE_SETUP_AT;
	memcpy(img->setup, h.bytes + IMAGE_SETUP_AT, img->setup_len);
	read_version(img, &h);
	if (!unpacked && h.version >= KEEPS_SEGMENTS)
		return take_packed(img, &h, ram_bytes, c);
	return take_unpacked(img, &h, ram_bytes, c);
}
