/* SPDX-License-Identifier: MIT */
/*
 * D:770 Opening an overlay: which header counts, and what its journal says.
 * The file may come from anywhere: every number in it is checked before use.
 */
#include "devices/block_cow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reader {
	struct cow *c;
	u64 size;  /* of the file */
	u64 check; /* of the last good record */
	u32 pos;
	u64 entries;
	struct cow_entry *waiting; /* for their commit */
	u32 n, max;
	u8 piece[COW_EXTENT_BYTES];
};

static int get(const struct cow *c, void *p, size_t n, u64 at)
{
	struct iovec iov = { p, n };

	return file_read(c->fd, &iov, 1, at, n, 0);
}

static int read_header(const struct cow *c, u32 slot, struct cow_header *h)
{
	int err = get(c, h, sizeof(*h), (u64)slot * COW_BLOCK);

	if (err)
		return err;
	if (memcmp(h->magic, COW_MAGIC, sizeof(h->magic)) || h->check != cow_header_check(h))
		return -EUCLEAN;
	return 0;
}

static int pick_header(struct cow *c)
{
	struct cow_header h[COW_HEADERS];
	int a, b;

	memset(h, 0, sizeof(h));
	a = read_header(c, 0, &h[0]);
	b = read_header(c, 1, &h[1]);

	if (a && b)
		return -EUCLEAN;
	c->header = b || (!a && h[0].generation > h[1].generation) ? h[0] : h[1];
	return 0;
}

static int wait_entries(struct reader *r, const u8 *p, u32 n)
{
	if (n > r->max - r->n) {
		u32 max = 2 * r->max + n;
		struct cow_entry *e = realloc(r->waiting, max * sizeof(*e));

		if (!e)
			return -ENOMEM;
		r->waiting = e;
		r->max = max;
	}
	if (n)
		memcpy(r->waiting + r->n, p, n * sizeof(struct cow_entry));
	r->n += n;
	return 0;
}

static int apply(struct reader *r)
{
	u32 i;

	for (i = 0; i < r->n; i++) {
		struct cow_entry e = r->waiting[i];
		int err;

		if (e.block >= r->c->blocks)
			return -EUCLEAN;
		if (e.slot != COW_ZERO && e.slot != COW_NONE &&
		    (e.slot < COW_HEADERS || e.slot >= r->size / COW_BLOCK))
			return -EUCLEAN;
		err = cow_map(r->c, e.block, e.slot);
		if (err)
			return err;
	}
	r->entries += r->n;
	r->n = 0;
	return 0;
}

/* Where the last whole commit ends: there the next one goes. */
static int commit(struct reader *r)
{
	int err = apply(r);

	r->c->pos = r->pos;
	r->c->check = r->check;
	r->c->entries = r->entries;
	return err;
}

/* 1: the piece ends in a link to *next.  0: the journal ends here. */
static int read_piece(struct reader *r, u32 slot, u32 *next)
{
	const u32 head = sizeof(struct cow_record);
	u64 at = (u64)slot * COW_BLOCK, have;

	if (slot < COW_HEADERS || at >= r->size)
		return 0;
	/* The last one may not have been written to its end. */
	have = r->size - at < sizeof(r->piece) ? r->size - at : sizeof(r->piece);
	memset(r->piece, 0, sizeof(r->piece));
	if (get(r->c, r->piece, (size_t)have, at))
		return -EIO;
	for (r->pos = 0; r->pos <= sizeof(r->piece) - head;) {
		struct cow_record rec;
		const u8 *p = r->piece + r->pos + head;
		int err = 0;

		memcpy(&rec, p - head, head);
		if (rec.kind < COW_MAP || rec.kind > COW_LINK)
			return 0;
		if (rec.kind != COW_LINK &&
		    rec.n > (sizeof(r->piece) - r->pos - head) / sizeof(struct cow_entry))
			return 0;
		if (rec.check != cow_record_check(r->check, &rec, p))
			return 0;
		r->check = rec.check;
		r->pos += head;
		if (rec.kind == COW_LINK) {
			*next = rec.n;
			return 1;
		}
		r->pos += rec.n * (u32)sizeof(struct cow_entry);
		err = wait_entries(r, p, rec.n);
		if (!err && rec.kind == COW_COMMIT)
			err = commit(r);
		if (err)
			return err;
	}
	return 0;
}

/*
 * A piece belongs to the journal once something in it, or behind it, was
 * committed; what a crash left of a longer one is free.
 */
static int read_pieces(struct reader *r)
{
	struct cow *c = r->c;
	u32 slot = c->header.journal, seen = 0, keep = 0;
	u64 check;
	int more;

	r->check = cow_first_check(&c->header);
	do {
		if (seen++ > r->size / COW_EXTENT_BYTES + 1)
			return -EUCLEAN; /* in a circle */
		if (list_add(&c->extents, slot))
			return -ENOMEM;
		check = c->check;
		more = read_piece(r, slot, &slot);
		if (more < 0)
			return more;
		if (c->check != check)
			keep = c->extents.n;
	} while (more);
	if (!keep)
		return -EUCLEAN; /* not even the first commit */
	c->extents.n = keep;
	return 0;
}

static int mark_slots(struct cow *c)
{
	u32 i, b;
	int err = 0;

	for (i = 0; i < c->extents.n && !err; i++)
		err = cow_use(c, c->extents.at[i], COW_EXTENT);
	for (b = 0; b < c->blocks && !err; b++) {
		u32 slot = cow_slot(c, b);

		if (!c->leaf[b / COW_LEAF])
			b |= COW_LEAF - 1;
		else if (slot != COW_NONE && slot != COW_ZERO)
			err = cow_use(c, slot, 1);
	}
	return err;
}

static int replay(struct cow *c, u64 size)
{
	struct reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->c = c;
	r->size = size;
	err = read_pieces(r);
	free(r->waiting);
	free(r);
	return err ? err : mark_slots(c);
}

int cow_read_log(struct cow *c, struct store_why *why, const char *path)
{
	const struct cow_header *h = &c->header;
	struct stat st;
	int err = fstat(c->fd, &st) < 0 ? -errno : pick_header(c);

	if (err)
		return store_fail(why, err, "cow=%s: not an overlay: name a new file, or remove it",
				  path);
	if (h->version != 1 || h->block != COW_BLOCK)
		return store_fail(why, -EINVAL,
				  "cow=%s: of version %u, this lguest knows 1: use a newer one",
				  path, h->version);
	if (h->bytes != c->store.bytes)
		return store_fail(why, -EINVAL,
				  "cow=%s: made for a disk of %llu bytes, this one has %llu:"
				  " use the disk it was made for",
				  path, (unsigned long long)h->bytes,
				  (unsigned long long)c->store.bytes);
	err = replay(c, (u64)st.st_size);
	if (err == -ENOMEM)
		return store_fail(why, err, "cow=%s: no memory for its map", path);
	if (err)
		return store_fail(why, err, "cow=%s: damaged: restore it from a copy", path);
	if (h->base_mtime && c->base->mtime && h->base_mtime != c->base->mtime)
		store_fail(why, 0,
			   "cow=%s: the disk below it was changed since it was made:"
			   " what the guest sees may make no sense",
			   path);
	return 0;
}
