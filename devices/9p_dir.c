/* SPDX-License-Identifier: MIT */
/*
 * D:520 Reading directories: whole entries, from the start or on from where
 * the last read ended.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "devices/9p_impl.h"

/* As getdents64 gives them. */
struct host_entry {
	u64 ino;
	u64 next;
	u16 len;
	u8 type;
	char name[];
};

struct p9_dir {
	u64 offset; /* what the guest has read */
	unsigned at, len;
	_Alignas(8) u8 buf[8192];
};

static int rewind_dir(struct p9_fid *f)
{
	if (!f->dir)
		f->dir = malloc(sizeof(*f->dir));
	if (!f->dir)
		return -ENOMEM;
	f->dir->offset = 0;
	f->dir->at = f->dir->len = 0;
	return lseek(f->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* The next entry of the host's, still to be taken; NULL: the end, or *err. */
static const struct host_entry *next_entry(struct p9_fid *f, int *err)
{
	struct p9_dir *d = f->dir;
	long n;

	if (d->at >= d->len) {
		n = syscall(SYS_getdents64, f->fd, d->buf, sizeof(d->buf));
		*err = n < 0 ? -errno : 0;
		d->at = 0;
		d->len = n > 0 ? (unsigned)n : 0;
		if (n <= 0)
			return NULL;
	}
	return (const struct host_entry *)(const void *)(d->buf + d->at);
}

/* 0: it is in out, or there is nothing to show; -EMSGSIZE: no room. */
static int put_entry(struct p9 *s, struct p9_fid *f, const struct host_entry *e, struct p9_out *out)
{
	struct stat st;

	if (!strcmp(e->name, ".") || !strcmp(e->name, ".."))
		return 0;
	if (p9_entry_stat(s, f->node, e->name, &st))
		return 0; /* gone meanwhile */
	p9_put_stat(s, out, e->name, &st);
	return out->full ? -EMSGSIZE : 0;
}

int p9_dir_read(struct p9 *s, struct p9_fid *f, u64 offset, struct p9_out *out)
{
	u8 *start = out->at;
	const struct host_entry *e;
	int err = 0;

	if (!offset)
		err = rewind_dir(f);
	else if (!f->dir || f->dir->offset != offset)
		err = -ESPIPE;
	if (err)
		return err;
	while ((e = next_entry(f, &err)) != NULL) {
		err = put_entry(s, f, e, out);
		if (err)
			break;
		f->dir->at += e->len;
	}
	out->full = 0;
	f->dir->offset += (u64)(out->at - start);
	return out->at > start ? 0 : err; /* an error can wait for the next read */
}
