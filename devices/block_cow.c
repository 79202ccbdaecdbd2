/* SPDX-License-Identifier: MIT */
/*
 * D:740 Copy on write.
 *
 * A map says for each block of the disk where it is: in the base, in a slot of
 * our file, or nowhere because it is all zeros.  A block that a committed map
 * knows is never overwritten: the new contents get another slot, and the old
 * one is free once the next map is on the medium.  So what is in the file is
 * at any moment the disk as of the last flush, however we end.
 */
#include "devices/block_cow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

u32 cow_slot(const struct cow *c, u32 block)
{
	const struct cow_leaf *l = c->leaf[block / COW_LEAF];

	return l ? l->slot[block % COW_LEAF] : COW_NONE;
}

static int is_dirty(const struct cow *c, u32 block)
{
	const struct cow_leaf *l = c->leaf[block / COW_LEAF];

	return l && l->dirty[block % COW_LEAF / 64] >> (block % 64) & 1;
}

static int is_slot(u32 slot)
{
	return slot != COW_NONE && slot != COW_ZERO;
}

/* In a slot of its own that no committed map knows. */
static int in_place(const struct cow *c, u32 block)
{
	return is_slot(cow_slot(c, block)) && (c->temporary || is_dirty(c, block));
}

static struct cow_leaf *leaf_of(struct cow *c, u32 block)
{
	struct cow_leaf **l = &c->leaf[block / COW_LEAF];

	if (!*l)
		*l = calloc(1, sizeof(**l));
	return *l;
}

int cow_map(struct cow *c, u32 block, u32 slot)
{
	struct cow_leaf *l = leaf_of(c, block);
	u32 *s;

	if (!l)
		return -ENOMEM;
	s = &l->slot[block % COW_LEAF];
	c->mapped += (u32)(*s == COW_NONE) - (u32)(slot == COW_NONE);
	*s = slot;
	return 0;
}

/* A slot the journal means must not be free before the commit that drops it. */
static int remember(struct cow *c, u32 block, u32 old)
{
	struct cow_leaf *l = leaf_of(c, block);

	if (!l || list_add(&c->dirty, block))
		return -ENOMEM;
	if (is_slot(old) && list_add(&c->freed, old)) {
		c->dirty.n--;
		return -ENOMEM;
	}
	l->dirty[block % COW_LEAF / 64] |= 1ull << (block % 64);
	return 0;
}

/* The block is in another place from now on. */
static int move(struct cow *c, u32 block, u32 slot)
{
	u32 old = cow_slot(c, block);
	int known = !c->temporary && !is_dirty(c, block); /* to the journal */

	if (known && remember(c, block, old))
		return -ENOMEM;
	if (cow_map(c, block, slot))
		return -ENOMEM;
	if (!known && is_slot(old))
		cow_free(c, old, 1);
	return 0;
}

/* --- D:742 Vectors ----------------------------------------------------------------- */

/* The first n bytes of the vector, in c->cut. */
static int cut(struct cow *c, const struct iovec *iov, int niov, u64 n)
{
	int i;

	if (niov > c->ncut) {
		struct iovec *v = realloc(c->cut, (size_t)niov * sizeof(*v));

		if (!v)
			return -ENOMEM;
		c->cut = v;
		c->ncut = niov;
	}
	for (i = 0; i < niov && n; i++) {
		c->cut[i] = iov[i];
		if (c->cut[i].iov_len > n)
			c->cut[i].iov_len = (size_t)n;
		n -= c->cut[i].iov_len;
	}
	return i;
}

/* --- D:744 Reading ------------------------------------------------------------------- */

/* How many bytes from pos on can be had in one piece. */
static u64 run_length(const struct cow *c, u64 pos, u64 len)
{
	u32 b = (u32)(pos / COW_BLOCK), first = cow_slot(c, b);
	u64 n = COW_BLOCK - pos % COW_BLOCK;

	while (n < len) {
		u32 s = cow_slot(c, ++b);

		if (is_slot(first) ? s != ++first : s != first)
			break;
		n += COW_BLOCK;
	}
	return n < len ? n : len;
}

/* The base may end in the middle of a block, even of a sector. */
static int read_base(struct cow *c, const struct iovec *iov, int niov, u64 pos, u64 len)
{
	u64 size = c->base->bytes;
	u64 n = pos >= size ? 0 : len < size - pos ? len : size - pos;
	struct store_io io = { STORE_READ, pos, n, NULL, 0, 0 };

	if (n) {
		io.niov = cut(c, iov, niov, n);
		if (io.niov < 0)
			return -ENOMEM;
		io.iov = c->cut;
		if (store_one(c->base, &io))
			return io.err;
	}
	iov_zero(iov, niov, n, len - n);
	return 0;
}

static int cow_read(struct cow *c, struct iovec *iov, int niov, u64 pos, u64 len)
{
	int err = 0, k;

	while (len && !err) {
		u64 n = run_length(c, pos, len);
		u32 slot = cow_slot(c, (u32)(pos / COW_BLOCK));
		u64 at = (u64)slot * COW_BLOCK + pos % COW_BLOCK;

		if (slot == COW_ZERO)
			iov_zero(iov, niov, 0, n);
		else if (slot == COW_NONE)
			err = read_base(c, iov, niov, pos, n);
		else if ((k = cut(c, iov, niov, n)) < 0)
			err = k;
		else
			err = file_read(c->fd, c->cut, k, at, n, 0);
		iov_skip(&iov, &niov, n);
		pos += n;
		len -= n;
	}
	return err;
}

/* --- D:746 Writing -------------------------------------------------------------------- */

/* Less than a block: what is around it is copied, unless the block is ours already. */
static int write_part(struct cow *c, struct iovec *iov, int niov, u64 pos, u64 len)
{
	u32 block = (u32)(pos / COW_BLOCK), off = (u32)(pos % COW_BLOCK), slot;
	struct iovec whole = { c->buf, COW_BLOCK };
	int err, k;
	u64 n;

	if (in_place(c, block)) {
		k = cut(c, iov, niov, len);
		n = (u64)cow_slot(c, block) * COW_BLOCK + off;
		return k < 0 ? k : file_write(c->fd, c->cut, k, n, len);
	}
	err = cow_read(c, &whole, 1, pos - off, COW_BLOCK);
	if (err)
		return err;
	for (n = 0; n < len; niov--, iov++) {
		u64 m = iov->iov_len < len - n ? iov->iov_len : len - n;

		memcpy(c->buf + off + n, iov->iov_base, (size_t)m);
		n += m;
	}
	err = cow_alloc(c, 1, &slot);
	if (err < 0)
		return err;
	whole = (struct iovec){ c->buf, COW_BLOCK };
	err = file_write(c->fd, &whole, 1, (u64)slot * COW_BLOCK, COW_BLOCK);
	if (!err)
		err = move(c, block, slot);
	if (err)
		cow_free(c, slot, 1);
	return err;
}

/* The blocks from here that are all ours, in a row, or all not: how many. */
static u32 same_kind(const struct cow *c, u32 block, u32 max)
{
	int ours = in_place(c, block);
	u32 n = 1;

	while (n < max && in_place(c, block + n) == ours &&
	       (!ours || cow_slot(c, block + n) == cow_slot(c, block) + n))
		n++;
	return n;
}

/* Whole blocks; as many as go to one place: how many, or -errno. */
static int write_run(struct cow *c, struct iovec *iov, int niov, u32 block, u32 max)
{
	u32 n = same_kind(c, block, max), slot = cow_slot(c, block), i;
	int ours = in_place(c, block), k, err;

	if (!ours) {
		k = cow_alloc(c, n, &slot);
		if (k < 0)
			return k;
		n = (u32)k;
	}
	k = cut(c, iov, niov, (u64)n * COW_BLOCK);
	err = k < 0 ? k : file_write(c->fd, c->cut, k, (u64)slot * COW_BLOCK, (u64)n * COW_BLOCK);
	if (ours)
		return err ? err : (int)n;
	for (i = 0; i < n && !err; i++)
		err = move(c, block + i, slot + i);
	if (err)
		for (i = 0; i < n; i++)
			if (cow_slot(c, block + i) != slot + i)
				cow_free(c, slot + i, 1);
	return err ? err : (int)n;
}

static int cow_write(struct cow *c, struct iovec *iov, int niov, u64 pos, u64 len)
{
	while (len) {
		u64 in_block = COW_BLOCK - pos % COW_BLOCK, n = len < in_block ? len : in_block;
		int k;

		if (n == COW_BLOCK) {
			k = write_run(c, iov, niov, (u32)(pos / COW_BLOCK),
				      (u32)(len / COW_BLOCK < 4096 ? len / COW_BLOCK : 4096));
			n = k > 0 ? (u64)k * COW_BLOCK : 0;
		} else {
			k = write_part(c, iov, niov, pos, n);
		}
		if (k < 0)
			return k;
		iov_skip(&iov, &niov, n);
		pos += n;
		len -= n;
	}
	return 0;
}

/* --- D:748 Forgetting ------------------------------------------------------------------- */

static int clear_block(struct cow *c, u32 block, int discard)
{
	u32 slot = cow_slot(c, block);

	if (slot == COW_ZERO || (discard && slot == COW_NONE))
		return 0;
	return move(c, block, COW_ZERO);
}

/* Blocks that are only touched keep the rest; discarding may leave them alone. */
static int cow_clear(struct cow *c, u64 pos, u64 len, int discard)
{
	static const char zeros[COW_BLOCK];
	int err = 0;

	while (len && !err) {
		u64 in_block = COW_BLOCK - pos % COW_BLOCK, n = len < in_block ? len : in_block;
		struct iovec iov = { (void *)(uintptr_t)zeros, (size_t)n };

		if (n == COW_BLOCK)
			err = clear_block(c, (u32)(pos / COW_BLOCK), discard);
		else if (!discard)
			err = write_part(c, &iov, 1, pos, n);
		pos += n;
		len -= n;
	}
	return err;
}

/* --- D:749 The store ---------------------------------------------------------------------- */

static int run_one(struct cow *c, struct store_io *io)
{
	int changes = io->op != STORE_READ && io->op != STORE_FLUSH;

	if (changes && c->store.err)
		return c->store.err;
	if (changes && !c->temporary && c->dirty.n >= COW_DIRTY_MAX && cow_commit(c))
		return -EIO;
	switch (io->op) {
	case STORE_READ:
		return cow_read(c, io->iov, io->niov, io->off, io->len);
	case STORE_WRITE:
		return cow_write(c, io->iov, io->niov, io->off, io->len);
	case STORE_FLUSH:
		return c->temporary ? 0 : cow_commit(c);
	case STORE_DISCARD:
	case STORE_ZERO:
		return cow_clear(c, io->off, io->len, io->op == STORE_DISCARD);
	}
	return -EINVAL;
}

static void cow_run(struct store *s, struct store_io *io, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		io[i].err = run_one((struct cow *)s, &io[i]);
}

static void destroy(struct cow *c)
{
	u32 i;

	for (i = 0; c->leaf && i <= c->blocks / COW_LEAF; i++)
		free(c->leaf[i]);
	free(c->leaf);
	free(c->used);
	free(c->dirty.at);
	free(c->freed.at);
	free(c->extents.at);
	free(c->cut);
	store_close(c->base);
	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

static void cow_close(struct store *s)
{
	struct cow *c = (struct cow *)s;

	if (!c->temporary)
		cow_commit(c);
	destroy(c);
}

static const struct store_kind cow_kind = { cow_run, cow_close };

static int temporary_file(void)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (!dir || !*dir)
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if ((size_t)snprintf(name, sizeof(name), "%s/lguest-XXXXXX", dir) >= sizeof(name))
		return -ENAMETOOLONG;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(name);
	return fd;
}

static int open_file(struct cow *c, const char *path, struct store_why *why)
{
	struct stat st;
	int err;

	if (!path) {
		c->temporary = 1;
		c->fd = temporary_file();
		if (c->fd >= 0)
			return 0;
		return store_fail(
			why, c->fd,
			"a temporary file for ,cow: %s: set TMPDIR to a directory you may write to",
			strerror(-c->fd));
	}
	c->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	if (c->fd < 0 || fstat(c->fd, &st) < 0)
		return store_fail(why, -errno, "cow=%s: %s: choose a file you may write", path,
				  strerror(errno));
	if (!S_ISREG(st.st_mode))
		return store_fail(why, -EINVAL, "cow=%s: not a file: name one, or a new one", path);
	err = file_lock(c->fd, F_WRLCK);
	if (err)
		return store_fail(why, err,
				  "cow=%s: in use by another program: give each guest its own",
				  path);
	if (st.st_size)
		return cow_read_log(c, why, path);
	err = cow_create_log(c);
	return err ? store_fail(why, err, "cow=%s: %s: make room", path, strerror(-err)) : 0;
}

int cow_open(struct store **sp, struct store *base, const char *path, struct store_why *why)
{
	struct cow *c = calloc(1, sizeof(*c));
	u64 blocks = (base->bytes + COW_BLOCK - 1) / COW_BLOCK;
	int err;

	if (!c) {
		store_close(base);
		return store_fail(why, -ENOMEM, "no memory for an overlay");
	}
	c->base = base;
	c->fd = -1;
	c->store.kind = &cow_kind;
	c->store.bytes = base->bytes;
	c->store.block = COW_BLOCK;
	why->text[0] = 0;
	if (blocks >= COW_SLOTS) {
		err = store_fail(why, -EFBIG, "too big for ,cow: at most 16 TiB");
	} else {
		c->blocks = (u32)blocks;
		c->leaf = calloc(c->blocks / COW_LEAF + 1, sizeof(struct cow_leaf *));
		err = c->leaf ? cow_init_slots(c) : -ENOMEM;
		if (!err)
			err = open_file(c, path, why);
	}
	if (err) {
		if (!why->text[0])
			store_fail(why, err, "overlay: %s: make room", strerror(-err));
		destroy(c);
		return err;
	}
	*sp = &c->store;
	return 0;
}
