/* SPDX-License-Identifier: MIT */
/*
 * Copy-on-write disks, inside: the map in memory (block_cow.c), the slots of
 * the file (block_cowslot.c), the file's format (block_cowlog.c, and for
 * people doc/overlay.md).
 */
#ifndef DEVICES_BLOCK_COW_H
#define DEVICES_BLOCK_COW_H

#include "devices/block_store.h"

#define COW_BLOCK 4096u
#define COW_LEAF  1024u	      /* blocks */
#define COW_NONE  0u	      /* a block's slot: it is still the base's */
#define COW_ZERO  0xffffffffu /* it reads as zeros */
#define COW_SLOTS 0xfffffff0u /* numbers are below */

#define COW_HEADERS 2u	       /* slots 0 and 1 */
#ifndef COW_EXTENT	       /* tests have smaller ones */
#define COW_EXTENT	16u    /* slots of a piece of the journal */
#define COW_HISTORY_MIN 65536u /* entries: a shorter journal is not worth cleaning */
#endif
#define COW_EXTENT_BYTES (COW_EXTENT * COW_BLOCK)
#define COW_DIRTY_MAX	 (4u << 20)  /* blocks changed before we commit unasked */
#define COW_MAGIC	 "lgcow\r\n" /* with the NUL: eight bytes */

struct cow_header {
	char magic[8];
	u32 version;
	u32 block;	/* COW_BLOCK */
	u64 bytes;	/* of the disk */
	u64 generation; /* the valid header with the higher one counts */
	u8 id[16];	/* random */
	u64 base_mtime; /* ns, 0: not known */
	u32 journal;	/* slot of its first piece */
	u32 unused;
	u64 check; /* CRC-64 of what is before */
};

_Static_assert(sizeof(struct cow_header) == 72, "as documented");

enum { COW_MAP = 1, COW_COMMIT = 2, COW_LINK = 3 };

struct cow_record {
	u32 kind;
	u32 n;	   /* entries behind; COW_LINK: slot of the next piece */
	u64 check; /* CRC-64 from the check before, over kind, n, entries */
};

struct cow_entry {
	u32 block, slot;
};

_Static_assert(sizeof(struct cow_record) == 16 && sizeof(struct cow_entry) == 8, "as documented");

struct cow_leaf {
	u32 slot[COW_LEAF];
	u64 dirty[COW_LEAF / 64]; /* changed since the last commit */
};

struct list {
	u32 *at;
	u32 n, max;
};

struct cow {
	struct store store; /* first */
	struct store *base;
	int fd;
	int temporary; /* no journal, nobody will read it again */

	u32 blocks; /* of the disk */
	u32 mapped; /* of them, not COW_NONE */
	struct cow_leaf **leaf;

	u32 nslots; /* the file has had so many */
	u32 nfree;  /* of them */
	u32 next;   /* where to look for a free one */
	u64 *used;  /* bit per slot */
	u32 nused;  /* bits allocated */

	struct list dirty;   /* blocks, each once */
	struct list freed;   /* slots the journal still means; free after the commit */
	struct list extents; /* first slots of the journal's pieces */
	struct cow_header header;
	u32 pos;	   /* bytes used in the last extent */
	u64 check;	   /* of the last record */
	u64 entries;	   /* in the journal */
	struct iovec *cut; /* room to build vectors in */
	int ncut;
	u8 buf[COW_BLOCK];
};

/* block_cow.c */
u32 cow_slot(const struct cow *c, u32 block);
int cow_map(struct cow *c, u32 block, u32 slot); /* 0 or -ENOMEM */

/* block_cowslot.c */
int list_add(struct list *l, u32 v);
/* Up to want slots in a row: how many (> 0) and where, or -errno. */
int cow_alloc(struct cow *c, u32 want, u32 *slot);
int cow_alloc_end(struct cow *c, u32 want, u32 *slot); /* new ones */
void cow_free(struct cow *c, u32 slot, u32 n);
int cow_init_slots(struct cow *c);
/* Mark those of a file just read; -EUCLEAN: twice. */
int cow_use(struct cow *c, u32 slot, u32 n);
u64 crc64(u64 crc, const void *data, size_t n);

/* block_cowlog.c, block_cowread.c */
u64 cow_header_check(const struct cow_header *h);
u64 cow_first_check(const struct cow_header *h);
u64 cow_record_check(u64 before, const struct cow_record *r, const void *entries);
int cow_create_log(struct cow *c);
int cow_read_log(struct cow *c, struct store_why *why, const char *path);
int cow_commit(struct cow *c);

#endif
