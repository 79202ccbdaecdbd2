/* SPDX-License-Identifier: MIT */
/*
 * D:760 What is in an overlay's file besides the blocks.
 *
 * Two headers, of which the valid one with the higher generation counts, and
 * a journal: records of map entries in pieces of 64 KiB, each piece ending in
 * a link to the next.  A record's check sum goes on from the one before, so
 * nothing left over from earlier can look like a continuation.  A commit is
 * any number of records of which the last is marked; it counts whole or not at
 * all.  Data are on the medium before the records that tell of them.  When the
 * journal is mostly history a new one is written, and a new header.
 */
#include "devices/block_cow.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define EXTENT_BYTES COW_EXTENT_BYTES
#define RECORD	     ((u32)sizeof(struct cow_record))

static int put(struct cow *c, const void *p, size_t n, u64 at)
{
	struct iovec iov = { (void *)(uintptr_t)p, n };

	return file_write(c->fd, &iov, 1, at, n);
}

/* Once this failed, nobody knows what is on the medium. */
static int sync_file(struct cow *c)
{
	if (!c->store.err && fdatasync(c->fd) < 0)
		c->store.err = -errno;
	return c->store.err;
}

u64 cow_header_check(const struct cow_header *h)
{
	return crc64(0, h, offsetof(struct cow_header, check));
}

/* --- D:762 Writing ------------------------------------------------------------------- */

/* A journal being written; the present one, or the one to follow it. */
struct writer {
	struct cow *c;
	struct list *extents;
	u32 pos;
	u64 check;
	u64 entries;
	u32 n; /* in e */
	struct cow_entry
		e[(EXTENT_BYTES - 2 * sizeof(struct cow_record)) / sizeof(struct cow_entry)];
};

u64 cow_record_check(u64 before, const struct cow_record *r, const void *entries)
{
	u64 crc = crc64(before, r, offsetof(struct cow_record, check));

	return r->kind == COW_LINK ? crc : crc64(crc, entries, r->n * sizeof(struct cow_entry));
}

static int put_record(struct writer *w, u32 kind, u32 n)
{
	u64 at = (u64)w->extents->at[w->extents->n - 1] * COW_BLOCK + w->pos;
	u32 len = kind == COW_LINK ? 0 : n * (u32)sizeof(struct cow_entry);
	struct cow_record r = { kind, n, 0 };
	struct iovec iov[2] = { { &r, RECORD }, { w->e, len } };
	int err;

	r.check = cow_record_check(w->check, &r, w->e);
	err = file_write(w->c->fd, iov, len ? 2 : 1, at, RECORD + len);
	if (err)
		return err;
	w->check = r.check;
	w->pos += RECORD + len;
	return 0;
}

/* At the end of the file, where slots in a row are sure to be. */
static int add_extent(struct writer *w, u32 *slot)
{
	int n = cow_alloc_end(w->c, COW_EXTENT, slot);

	if (n == (int)COW_EXTENT && !list_add(w->extents, *slot))
		return 0;
	if (n > 0)
		cow_free(w->c, *slot, (u32)n);
	return n < 0 ? n : -ENOSPC;
}

/* What is collected goes out; behind it there is room for a link. */
static int drain(struct writer *w, int commit)
{
	int err = put_record(w, commit ? COW_COMMIT : COW_MAP, w->n);

	w->entries += w->n;
	w->n = 0;
	return err;
}

static int link_extent(struct writer *w)
{
	u32 slot, last = w->extents->n;
	int err = add_extent(w, &slot);

	if (err)
		return err;
	/* The link belongs into the piece before. */
	w->extents->n = last;
	err = put_record(w, COW_LINK, slot);
	if (err) {
		cow_free(w->c, slot, COW_EXTENT);
		return err;
	}
	w->extents->n = last + 1;
	w->pos = 0;
	return 0;
}

static u32 room(const struct writer *w)
{
	u32 used = w->pos + 2 * RECORD;

	return used >= EXTENT_BYTES ? 0 : (EXTENT_BYTES - used) / (u32)sizeof(struct cow_entry);
}

static int add_entry(struct writer *w, u32 block)
{
	int err = 0;

	if (w->n >= room(w)) {
		if (w->n)
			err = drain(w, 0);
		if (!err)
			err = link_extent(w);
	}
	w->e[w->n++] = (struct cow_entry){ block, cow_slot(w->c, block) };
	return err;
}

/* Room for one record is always left: a commit may have no entry of its own. */
static int finish(struct writer *w)
{
	int err = drain(w, 1);

	return err ? err : sync_file(w->c);
}

/* --- D:764 Commits ------------------------------------------------------------------- */

static void committed(struct cow *c)
{
	u32 i;

	for (i = 0; i < c->dirty.n; i++) {
		u32 b = c->dirty.at[i];

		c->leaf[b / COW_LEAF]->dirty[b % COW_LEAF / 64] &= ~(1ull << (b % 64));
	}
	for (i = 0; i < c->freed.n; i++)
		cow_free(c, c->freed.at[i], 1);
	c->dirty.n = c->freed.n = 0;
}

static void free_extents(struct cow *c, struct list *l, u32 from)
{
	while (l->n > from)
		cow_free(c, l->at[--l->n], COW_EXTENT);
}

static int put_header(struct cow *c, struct cow_header *h)
{
	u8 slot[COW_BLOCK] = { 0 };
	int err;

	h->check = cow_header_check(h);
	memcpy(slot, h, sizeof(*h));
	err = put(c, slot, sizeof(slot), h->generation % 2 * COW_BLOCK);
	return err ? err : sync_file(c);
}

u64 cow_first_check(const struct cow_header *h)
{
	return crc64(h->generation, h->id, sizeof(h->id));
}

static struct writer *new_writer(struct cow *c, struct list *extents)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (w)
		*w = (struct writer){ .c = c, .extents = extents };
	return w;
}

static int write_all(struct writer *w)
{
	u32 slot, b;
	int err = add_extent(w, &slot);

	for (b = 0; b < w->c->blocks && !err; b++) {
		if (!w->c->leaf[b / COW_LEAF])
			b |= COW_LEAF - 1;
		else if (cow_slot(w->c, b) != COW_NONE)
			err = add_entry(w, b);
	}
	return err ? err : finish(w);
}

/*
 * A journal of just what is so, and a header that says where.  The map has no
 * changes now.  If it does not work out the old journal is as good as before.
 */
static int rewrite(struct cow *c)
{
	struct list extents = { NULL, 0, 0 };
	struct cow_header h = c->header;
	struct writer *w = new_writer(c, &extents);
	int err = w ? 0 : -ENOMEM;

	h.generation++;
	if (!err) {
		w->check = cow_first_check(&h);
		err = write_all(w);
	}
	if (!err) {
		h.journal = extents.at[0];
		err = put_header(c, &h);
	}
	if (err) {
		/* After a failed header nobody knows which one counts: keep both. */
		if (!c->store.err)
			free_extents(c, &extents, 0);
	} else {
		free_extents(c, &c->extents, 0);
		free(c->extents.at);
		c->extents = extents;
		extents.at = NULL;
		c->header = h;
		c->pos = w->pos;
		c->check = w->check;
		c->entries = w->entries;
	}
	free(extents.at);
	free(w);
	return err;
}

/* What changed since the last commit; on failure it is as if never begun. */
static int append(struct cow *c)
{
	u32 i, before = c->extents.n;
	struct writer *w = new_writer(c, &c->extents);
	int err = w ? 0 : -ENOMEM;

	if (!err) {
		w->pos = c->pos;
		w->check = c->check;
		for (i = 0; i < c->dirty.n && !err; i++)
			err = add_entry(w, c->dirty.at[i]);
		if (!err)
			err = finish(w);
	}
	if (err) {
		if (!c->store.err)
			free_extents(c, &c->extents, before);
	} else {
		c->pos = w->pos;
		c->check = w->check;
		c->entries += w->entries;
	}
	free(w);
	return err;
}

int cow_commit(struct cow *c)
{
	int err;

	if (c->store.err || !c->dirty.n)
		return c->store.err;
	err = sync_file(c);
	if (!err)
		err = append(c);
	if (err)
		return err;
	committed(c);
	if (c->entries > COW_HISTORY_MIN && c->entries / 2 > c->mapped)
		rewrite(c); /* no harm if not: sync_file remembers what matters */
	return c->store.err;
}

int cow_create_log(struct cow *c)
{
	struct cow_header *h = &c->header;

	memcpy(h->magic, COW_MAGIC, sizeof(h->magic));
	h->version = 1;
	h->block = COW_BLOCK;
	h->bytes = c->store.bytes;
	if (getrandom(h->id, sizeof(h->id), 0) != sizeof(h->id))
		return -EIO;
	h->base_mtime = c->base->mtime;
	return rewrite(c);
}
