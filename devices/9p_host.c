/* SPDX-License-Identifier: MIT */
/*
 * D:430 The host's files, and no way out of the directory.
 *
 * A guest says names; each is one step, done by the host's kernel from a
 * directory we hold, with RESOLVE_BENEATH: a step that would lead out - by
 * "..", a symbolic link, a mount trick, or a rename at the wrong moment - is
 * refused by the kernel itself, so there is no check of ours to be raced.
 * ".." is never asked of the host: it is the directory we came from.  A link
 * is followed from the root, because it may lead up before it leads down.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "devices/9p_impl.h"

#define TRIES	       64 /* EAGAIN: somebody renames all the time */
#define NAME_MAX_BYTES 255

static int open_beneath(int dir, const char *name, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (u64)(flags | O_CLOEXEC),
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -1, i;

	for (i = 0; i < TRIES; i++) {
		fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return fd < 0 ? -errno : fd;
}

int p9_good_name(const char *name)
{
	if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		return -EILSEQ;
	return strlen(name) > NAME_MAX_BYTES ? -ENAMETOOLONG : 0;
}

/* The name from the root on, for following links.  0 or -ENAMETOOLONG. */
static int path_of(const struct p9_node *dir, const char *name, char buf[PATH_MAX])
{
	size_t at = PATH_MAX, len = strlen(name);

	buf[--at] = 0;
	for (;;) {
		if (len + 1 > at)
			return -ENAMETOOLONG;
		at -= len;
		memcpy(buf + at, name, len);
		if (!dir || !dir->parent)
			break;
		buf[--at] = '/';
		name = dir->name;
		len = strlen(name);
		dir = dir->parent;
	}
	memmove(buf, buf + at, PATH_MAX - at);
	return 0;
}

static int follow(struct p9 *s, const struct p9_node *dir, const char *name, int flags)
{
	char path[PATH_MAX];
	int err = path_of(dir, name, path);

	return err ? err : open_beneath(s->root.fd, path, flags, 0);
}

/* --- D:440 Nodes ---------------------------------------------------------------- */

void p9_node_hold(struct p9_node *n)
{
	n->refs++;
}

void p9_node_drop(struct p9 *s, struct p9_node *n)
{
	while (n->parent && --n->refs == 0) {
		struct p9_node *parent = n->parent;

		n->prev->next = n->next;
		n->next->prev = n->prev;
		close(n->fd);
		free(n->name);
		free(n);
		s->nnodes--;
		n = parent;
	}
}

static struct p9_node *new_node(struct p9 *s, struct p9_node *parent, const char *name, int fd)
{
	struct p9_node *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->name = strdup(name);
	if (!n->name) {
		free(n);
		return NULL;
	}
	n->fd = fd;
	n->refs = 1;
	n->parent = parent;
	if (parent->parent)
		parent->refs++;
	n->next = &s->root;
	n->prev = s->root.prev;
	n->prev->next = n;
	s->root.prev = n;
	s->nnodes++;
	return n;
}

static void identify(struct p9_node *n, const struct stat *st, const struct stat *link)
{
	n->dev = st->st_dev;
	n->ino = st->st_ino;
	n->type = st->st_mode & S_IFMT;
	n->ldev = link->st_dev;
	n->lino = link->st_ino;
	n->link = link->st_dev != st->st_dev || link->st_ino != st->st_ino;
}

/* fd is a link's: make it the target's, if that is for us to see. */
static int resolve_link(struct p9 *s, const struct p9_node *dir, const char *name, int *fd,
			struct stat *st)
{
	int target = follow(s, dir, name, O_PATH);

	if (target < 0)
		return target == -EMFILE || target == -ENFILE ? target : 0;
	close(*fd);
	*fd = target;
	return fstat(target, st) < 0 ? -errno : 0;
}

static int walk_down(struct p9 *s, struct p9_node *from, const char *name, struct p9_node **to)
{
	struct stat st, link;
	int fd, err;

	if (s->nnodes >= P9_NODES)
		return -EMFILE;
	fd = open_beneath(from->fd, name, O_PATH | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	err = fstat(fd, &link) < 0 ? -errno : 0;
	st = link;
	if (!err && S_ISLNK(link.st_mode))
		err = resolve_link(s, from, name, &fd, &st);
	*to = err ? NULL : new_node(s, from, name, fd);
	if (!*to) {
		close(fd);
		return err ? err : -ENOMEM;
	}
	identify(*to, &st, &link);
	return 0;
}

int p9_node_walk(struct p9 *s, struct p9_node *from, const char *name, struct p9_node **to)
{
	int err;

	if (from->type != S_IFDIR)
		return -ENOTDIR;
	if (!strcmp(name, "..")) {
		*to = from->parent ? from->parent : from;
		p9_node_hold(*to);
		return 0;
	}
	err = p9_good_name(name);
	/* A name that cannot be is one that does not exist. */
	return err ? -ENOENT : walk_down(s, from, name, to);
}

int p9_node_stat(const struct p9_node *n, struct stat *st)
{
	return fstat(n->fd, st) < 0 ? -errno : 0;
}

int p9_entry_stat(struct p9 *s, const struct p9_node *dir, const char *name, struct stat *st)
{
	int fd, err;

	if (fstatat(dir->fd, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISLNK(st->st_mode))
		return 0;
	fd = follow(s, dir, name, O_PATH);
	if (fd < 0)
		return 0; /* leads nowhere: the link itself */
	err = fstat(fd, st) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* --- D:450 What is done with files -------------------------------------------- */

/*
 * The name may stand for another file by now, so look.  Only files and
 * directories: opening anything else would do something, or wait.
 */
int p9_node_open(struct p9 *s, const struct p9_node *n, int flags)
{
	struct stat st;
	int fd;

	flags |= O_NONBLOCK | O_NOCTTY;
	if (n->type != S_IFREG && n->type != S_IFDIR)
		return n->type == S_IFLNK ? -ENOENT : -EACCES;
	if (n->type == S_IFDIR)
		fd = open_beneath(n->fd, ".", flags | O_DIRECTORY, 0);
	else if (n->link)
		fd = follow(s, n->parent, n->name, flags);
	else
		fd = open_beneath(n->parent->fd, n->name, flags | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || st.st_dev != n->dev || st.st_ino != n->ino) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

/* A new file, open; or a new directory, as 0. */
int p9_node_create(struct p9 *s, const struct p9_node *dir, const char *name, int flags,
		   mode_t mode)
{
	(void)s;
	if (S_ISDIR(mode))
		return mkdirat(dir->fd, name, mode & 0777) < 0 ? -errno : 0;
	return open_beneath(dir->fd, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0777);
}

/* Does the name still stand for it? */
static int check_name(const struct p9_node *n)
{
	struct stat st;

	if (!n->parent)
		return -EACCES; /* the root stays what it is */
	if (fstatat(n->parent->fd, n->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return st.st_dev == n->ldev && st.st_ino == n->lino ? 0 : -ESTALE;
}

int p9_node_remove(struct p9 *s, const struct p9_node *n)
{
	int dir = n->type == S_IFDIR && !n->link, err = check_name(n);
	struct stat st;

	if (err)
		return err;
	if (unlinkat(n->parent->fd, n->name, dir ? AT_REMOVEDIR : 0) < 0)
		return -errno;
	if (fstat(n->fd, &st) == 0 && st.st_nlink == 0)
		p9_mark(s, n->dev, n->ino, 0);
	return 0;
}

static int move(int dir, const char *from, const char *to)
{
	struct stat st;

	if (renameat2(dir, from, dir, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	/* A file system without that flag: look first. */
	if (fstatat(dir, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(dir, from, dir, to) < 0 ? -errno : 0;
}

/* All who hold the file shall know its new name. */
int p9_node_rename(struct p9 *s, struct p9_node *n, const char *name)
{
	struct p9_node *o, *dir = n->parent;
	char old[NAME_MAX_BYTES + 1];
	int err = check_name(n);

	if (err || !strcmp(n->name, name))
		return err;
	snprintf(old, sizeof(old), "%s", n->name);
	err = move(dir->fd, old, name);
	for (o = s->root.next; !err && o != &s->root; o = o->next) {
		char *copy;

		if (strcmp(o->name, old) || o->parent->dev != dir->dev ||
		    o->parent->ino != dir->ino || o->ldev != n->ldev || o->lino != n->lino)
			continue;
		copy = strdup(name);
		if (!copy)
			return -ENOMEM;
		free(o->name);
		o->name = copy;
	}
	return err;
}

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452 /* Linux 6.6 */
#endif

int p9_node_chmod(struct p9 *s, const struct p9_node *n, mode_t mode)
{
	int fd, err = 0;

	if (syscall(SYS_fchmodat2, n->fd, "", mode, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOSYS && errno != EPERM)
		return -errno;
	fd = p9_node_open(s, n, O_RDONLY);
	if (fd == -EACCES && n->type == S_IFREG)
		fd = p9_node_open(s, n, O_WRONLY);
	if (fd < 0)
		return fd;
	if (fchmod(fd, mode) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* --- D:460 Append-only, exclusive use ------------------------------------------- */

u32 p9_marks(const struct p9 *s, dev_t dev, ino_t ino)
{
	unsigned i;

	for (i = 0; i < P9_MARKS; i++)
		if (s->marks[i].bits && s->marks[i].dev == dev && s->marks[i].ino == ino)
			return s->marks[i].bits;
	return 0;
}

int p9_mark(struct p9 *s, dev_t dev, ino_t ino, u32 bits)
{
	struct p9_mark *m, *slot = NULL;

	for (m = s->marks; m < s->marks + P9_MARKS; m++) {
		if (!m->bits && !slot)
			slot = m;
		if (m->bits && m->dev == dev && m->ino == ino) {
			m->bits = bits;
			return 0;
		}
	}
	if (!bits)
		return 0;
	if (!slot)
		return -ENOSPC;
	*slot = (struct p9_mark){ dev, ino, bits };
	return 0;
}
