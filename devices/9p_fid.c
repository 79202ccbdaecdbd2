/* SPDX-License-Identifier: MIT */
/*
 * D:470 Fids: the numbers by which the guest calls files, and opening them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "devices/9p_impl.h"

enum { OREAD, OWRITE, ORDWR, OEXEC, OTRUNC = 0x10, OCEXEC = 0x20, ORCLOSE = 0x40 };

static struct p9_fid *const *chain(const struct p9 *s, u32 number)
{
	return &s->fids[number % P9_FID_HASH];
}

struct p9_fid *p9_fid_find(const struct p9 *s, u32 number)
{
	struct p9_fid *f = *chain(s, number);

	while (f && f->number != number)
		f = f->next;
	return f;
}

struct p9_fid *p9_fid_new(struct p9 *s, u32 number, struct p9_node *n)
{
	struct p9_fid **head = &s->fids[number % P9_FID_HASH], *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->number = number;
	f->node = n;
	f->fd = -1;
	f->next = *head;
	*head = f;
	s->nfids++;
	return f;
}

static void release(struct p9 *s, struct p9_fid *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->dir);
	p9_node_drop(s, f->node);
	free(f);
	s->nfids--;
}

void p9_fid_drop(struct p9 *s, struct p9_fid *f)
{
	struct p9_fid **l = &s->fids[f->number % P9_FID_HASH];

	while (*l != f)
		l = &(*l)->next;
	*l = f->next;
	release(s, f);
}

void p9_fid_drop_all(struct p9 *s)
{
	unsigned i;

	for (i = 0; i < P9_FID_HASH; i++)
		while (s->fids[i]) {
			if (s->fids[i]->remove_on_close)
				p9_node_remove(s, s->fids[i]->node);
			p9_fid_drop(s, s->fids[i]);
		}
}

int p9_fid_is_open(const struct p9 *s, dev_t dev, ino_t ino)
{
	const struct p9_fid *f;
	unsigned i;

	for (i = 0; i < P9_FID_HASH; i++)
		for (f = s->fids[i]; f; f = f->next)
			if (f->open && f->node->dev == dev && f->node->ino == ino)
				return 1;
	return 0;
}

/* --- D:480 Open ------------------------------------------------------------------- */

static int host_flags(u8 mode)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY };

	return flags[mode & 3];
}

static int writes(u8 mode)
{
	return (mode & 3) == OWRITE || (mode & 3) == ORDWR || mode & OTRUNC;
}

/* May a file with these bits be opened so? */
static int check_mode(const struct p9 *s, const struct p9_node *n, const struct stat *st, u8 mode)
{
	u32 marks = p9_marks(s, n->dev, n->ino);

	if (mode & ~(3 | OTRUNC | OCEXEC | ORCLOSE))
		return -EINVAL;
	if (s->read_only && (writes(mode) || mode & ORCLOSE))
		return -EROFS;
	if (S_ISDIR(st->st_mode))
		return writes(mode) ? -EISDIR : 0;
	if ((mode & 3) == OEXEC && !(st->st_mode & 0111))
		return -EACCES;
	if (marks & P9_DMEXCL && p9_fid_is_open(s, n->dev, n->ino))
		return -EBUSY;
	return 0;
}

static void now_open(struct p9_fid *f, int fd, u8 mode)
{
	f->fd = fd;
	f->open = 1;
	f->mode = mode & 3;
	f->remove_on_close = !!(mode & ORCLOSE);
}

/* Emptying needs the right to write, whatever else it is opened for. */
static int truncate_node(struct p9 *s, const struct p9_fid *f)
{
	int err = 0, fd = p9_node_open(s, f->node, O_WRONLY);

	if (fd < 0)
		return fd;
	if (ftruncate(fd, 0) < 0)
		err = -errno;
	close(fd);
	return err;
}

int p9_fid_open(struct p9 *s, struct p9_fid *f, u8 mode)
{
	u32 marks = p9_marks(s, f->node->dev, f->node->ino);
	int flags = host_flags(mode) | (marks & P9_DMAPPEND ? O_APPEND : 0), fd, err;
	struct stat st;

	err = p9_node_stat(f->node, &st);
	if (!err)
		err = check_mode(s, f->node, &st, mode);
	if (err)
		return err;
	fd = p9_node_open(s, f->node, flags);
	if (fd < 0)
		return fd;
	if (mode & OTRUNC && !(marks & P9_DMAPPEND))
		err = truncate_node(s, f);
	if (err) {
		close(fd);
		return err;
	}
	now_open(f, fd, mode);
	return 0;
}

/* --- D:490 Create ------------------------------------------------------------------- */

static mode_t created_mode(u32 perm, const struct stat *dir)
{
	if (perm & P9_DMDIR)
		return S_IFDIR | (perm & (~0777u | (dir->st_mode & 0777)) & 0777);
	return S_IFREG | (perm & (~0666u | (dir->st_mode & 0666)) & 0777);
}

static int check_create(const struct p9 *s, const struct p9_fid *f, const char *name, u32 perm,
			u8 mode)
{
	if (s->read_only)
		return -EROFS;
	if (f->node->type != S_IFDIR)
		return -ENOTDIR;
	if (perm & ~(P9_DMDIR | P9_DMAPPEND | P9_DMEXCL | P9_DMTMP | 0777u) ||
	    mode & ~(3 | OTRUNC | OCEXEC | ORCLOSE))
		return -EINVAL;
	if (perm & P9_DMDIR && (writes(mode) || perm & (P9_DMAPPEND | P9_DMEXCL)))
		return -EINVAL;
	return p9_good_name(name);
}

/* The fid moves to the new file. */
static int settle(struct p9 *s, struct p9_fid *f, struct p9_node *n, int fd, u32 perm, u8 mode)
{
	u32 bits = perm & (P9_DMAPPEND | P9_DMEXCL);
	int err = 0;

	if (perm & P9_DMDIR) {
		fd = p9_node_open(s, n, O_RDONLY);
		if (fd < 0)
			return fd;
	}
	if (bits)
		err = p9_mark(s, n->dev, n->ino, bits);
	if (err)
		return err;
	p9_node_drop(s, f->node);
	f->node = n;
	now_open(f, fd, mode);
	return 0;
}

int p9_fid_create(struct p9 *s, struct p9_fid *f, const char *name, u32 perm, u8 mode)
{
	struct stat st = { 0 }, now = { 0 };
	struct p9_node *n = NULL;
	int fd = -1, err = check_create(s, f, name, perm, mode);

	if (!err)
		err = p9_node_stat(f->node, &st);
	if (err)
		return err;
	fd = p9_node_create(s, f->node, name,
			    host_flags(mode) | (perm & P9_DMAPPEND ? O_APPEND : 0),
			    created_mode(perm, &st));
	if (fd < 0)
		return fd;
	err = p9_node_walk(s, f->node, name, &n);
	/* Somebody on the host may have been quicker. */
	if (!err && !(perm & P9_DMDIR) &&
	    (fstat(fd, &now) < 0 || now.st_dev != n->dev || now.st_ino != n->ino))
		err = -ESTALE;
	if (!err)
		err = settle(s, f, n, fd, perm, mode);
	if (err && n)
		p9_node_drop(s, n);
	if (err && !(perm & P9_DMDIR))
		close(fd);
	return err;
}
