/* SPDX-License-Identifier: MIT */
/* Kernel images: what the ELF file says, checked, and how it gets into memory. */
#ifndef LAUNCHER_IMAGE_H
#define LAUNCHER_IMAGE_H

#include "host/lguest.h"
#include "launcher/log.h"

struct lg;

#define IMAGE_SEGMENTS	 32
#define IMAGE_SETUP_AT	 0x1f1u /* in the file and in the boot parameters */
#define IMAGE_SETUP_MAX	 0x90
#define IMAGE_UNPACK_MAX (512u << 20) /* bytes a gzip'd image may unpack to */

struct image_segment {
	u32 gpa; /* p_paddr */
	u32 vaddr;
	u32 memsz;
	u32 filesz; /* <= memsz */
	u32 offset; /* in the file */
	u32 flags;  /* PF_* */
};

struct image {
	const char *name; /* as the user wrote it, for messages */
	const char *path; /* where it was found; owned by the caller */
	int fd;		  /* of the unpacked image; -1 = not open */
	u64 size;	  /* bytes, unpacked */
	u32 entry;	  /* gpa */
	int nsegments;
	struct image_segment segments[IMAGE_SEGMENTS];
	int native; /* it carries the note */
	struct lg_note note;
	/* Hints in the image of a kernel without the note; image_hints. */
	u32 signature;	  /* gpa behind "GenuineLguest", 0: it does not say so */
	char version[32]; /* of "Linux version 2.6.24 ...", or "" */
	/* Of a bzImage: its setup header, as it goes into the boot parameters. */
	u8 setup[IMAGE_SETUP_MAX];
	u32 setup_len; /* bytes; 0: it is none */
};

/*
 * Open, unpack, check for a guest with ram_bytes.  unpack: also a bzImage that
 * could unpack itself.  0 or -errno and a complaint.
 */
int image_open(struct image *img, const char *name, const char *path, int unpack, u32 ram_bytes,
	       struct complaint *c);
/* Refuse if a segment touches [gpa, gpa + len), which holds "what". */
int image_keep_clear(const struct image *img, u64 gpa, u64 len, const char *what,
		     struct complaint *c);
/* Put the segments into guest memory, which is all zero. */
int image_load(const struct image *img, struct lg *lg, struct complaint *c);
void image_close(struct image *img);

/* Steps of image_open, for its own files and the tests. */
int image_parse(struct image *img, u32 ram_bytes, struct complaint *c);
int image_note(struct image *img, u32 offset, u32 len, u32 align, u32 ram_bytes,
	       struct complaint *c);
int image_check_entry(const struct image *img, struct complaint *c);
/* Fill in signature and version. */
void image_hints(struct image *img);
int image_bad(const struct image *img, struct complaint *c, u64 offset, const char *remedy,
	      const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The one way to get bytes of the file: all of the range, or -EINVAL / -EIO. */
int image_read(const struct image *img, u64 offset, void *to, size_t len);
/* Replace fd, a gzip file from offset on, by a memfd with what it holds. */
int gunzip_fd(const char *name, int *fd, u64 *size, u64 offset, u64 max, struct complaint *c);
/* Files to guest memory, borrowed where possible.  name is for the complaint. */
int load_range(struct lg *lg, const char *name, int fd, u64 offset, u32 gpa, u32 len, int borrow,
	       struct complaint *c);

#endif
