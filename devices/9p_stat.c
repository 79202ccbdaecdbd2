/* SPDX-License-Identifier: MIT */
/*
 * D:500 What a file is, in Plan 9's words, and changing it.
 *
 * The user who started lguest is shown as the user the guest attached as: all
 * that is done in the share is done with the former's rights.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "devices/9p_impl.h"

#define ID_NOBODY 65534
#define ID_TEXT	  16

/* A small number for a file system, so that (device, inode) fits 64 bits. */
static unsigned device_number(struct p9 *s, dev_t dev)
{
	unsigned i;

	for (i = 0; i < s->ndevices; i++)
		if (s->devices[i] == dev)
			return i;
	if (i < P9_DEVICES) {
		s->devices[i] = dev;
		s->ndevices++;
	}
	return i;
}

struct p9_qid p9_qid_of(struct p9 *s, const struct stat *st)
{
	u32 marks = S_ISDIR(st->st_mode) ? 0 : p9_marks(s, st->st_dev, st->st_ino);
	struct p9_qid qid = { .type = (u8)(marks >> 24) };

	if (S_ISDIR(st->st_mode))
		qid.type |= P9_QTDIR;
	qid.path = (u64)st->st_ino + ((u64)device_number(s, st->st_dev) << 56);
	/* Changes with the contents; the size in case the clock is coarse. */
	qid.vers = (u32)st->st_mtim.tv_sec * 1000003u ^ (u32)st->st_mtim.tv_nsec ^
		   (S_ISDIR(st->st_mode) ? 0 : (u32)st->st_size << 8);
	return qid;
}

static const char *id_name(const struct p9 *s, u32 id, u32 own, char buf[ID_TEXT])
{
	if (id == own)
		return s->user;
	if (id == 0)
		return "root";
	if (id == ID_NOBODY)
		return "none";
	snprintf(buf, ID_TEXT, "%u", id);
	return buf;
}

static u32 plan9_mode(struct p9 *s, const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return P9_DMDIR | (st->st_mode & 0777);
	if (S_ISLNK(st->st_mode))
		return 0; /* leads nowhere: nothing can be done with it but remove */
	return (st->st_mode & 0777) | p9_marks(s, st->st_dev, st->st_ino);
}

static u64 plan9_length(const struct stat *st)
{
	return S_ISREG(st->st_mode) ? (u64)st->st_size : 0;
}

void p9_put_stat(struct p9 *s, struct p9_out *out, const char *name, const struct stat *st)
{
	struct p9_out start = *out, size = *out;
	char uid[ID_TEXT], gid[ID_TEXT];
	const char *owner = id_name(s, st->st_uid, geteuid(), uid);

	p9_put(out, 0, 2);
	p9_put(out, 0, 2); /* type and dev: the reader's kernel fills them in */
	p9_put(out, 0, 4);
	p9_put_qid(out, p9_qid_of(s, st));
	p9_put(out, plan9_mode(s, st), 4);
	p9_put(out, (u32)st->st_atim.tv_sec, 4);
	p9_put(out, (u32)st->st_mtim.tv_sec, 4);
	p9_put(out, plan9_length(st), 8);
	p9_put_string(out, name);
	p9_put_string(out, owner);
	p9_put_string(out, id_name(s, st->st_gid, getegid(), gid));
	p9_put_string(out, owner);
	if (out->full) {
		*out = start;
		out->full = 1;
		return;
	}
	p9_put(&size, (u64)(out->at - start.at) - 2, 2);
}

/* --- D:510 wstat ------------------------------------------------------------------ */

/* All ones, or an empty string: leave it as it is. */
struct change {
	u32 mode, atime, mtime;
	u64 length;
	char name[256];
	struct p9_string uid, gid, muid;
	u16 type;
	u32 dev;
	struct p9_qid qid;
};

static int parse_change(struct change *c, struct p9_in *in)
{
	struct p9_string name;
	u64 outer = p9_get(in, 2), inner = p9_get(in, 2);

	if (in->bad || outer != inner + 2 || inner != (u64)(in->end - in->at))
		return -ENOMSG;
	c->type = (u16)p9_get(in, 2);
	c->dev = (u32)p9_get(in, 4);
	c->qid.type = (u8)p9_get(in, 1);
	c->qid.vers = (u32)p9_get(in, 4);
	c->qid.path = p9_get(in, 8);
	c->mode = (u32)p9_get(in, 4);
	c->atime = (u32)p9_get(in, 4);
	c->mtime = (u32)p9_get(in, 4);
	c->length = p9_get(in, 8);
	name = p9_get_string(in);
	c->uid = p9_get_string(in);
	c->gid = p9_get_string(in);
	c->muid = p9_get_string(in);
	if (in->bad || in->at != in->end || p9_text(c->name, sizeof(c->name), name))
		return -ENOMSG;
	return 0;
}

static int wants_mode(const struct change *c)
{
	return c->mode != ~0u;
}

static int wants_length(const struct change *c, const struct stat *st)
{
	return c->length != ~0ull && c->length != plan9_length(st);
}

/* Who owns it stays, and what is its kernel's business. */
static int check_fixed(struct p9 *s, const struct change *c, const struct stat *st)
{
	char buf[ID_TEXT];

	if (c->uid.len && !p9_equal(c->uid, id_name(s, st->st_uid, geteuid(), buf)))
		return -EACCES;
	if (c->gid.len && !p9_equal(c->gid, id_name(s, st->st_gid, getegid(), buf)))
		return -EACCES;
	/* A qid as it is may have another version by now: not looked at. */
	if (c->qid.path != ~0ull && c->qid.path != p9_qid_of(s, st).path)
		return -EACCES;
	return 0;
}

static int check_change(struct p9 *s, const struct p9_fid *f, const struct change *c,
			const struct stat *st)
{
	int dir = S_ISDIR(st->st_mode), err = check_fixed(s, c, st);

	if (err)
		return err;
	if (S_ISLNK(st->st_mode) && (wants_mode(c) || wants_length(c, st)))
		return -EACCES;
	if (wants_mode(c) &&
	    (c->mode & ~(P9_DMDIR | P9_DMAPPEND | P9_DMEXCL | P9_DMTMP | 0777u) ||
	     !!(c->mode & P9_DMDIR) != dir || (dir && c->mode & (P9_DMAPPEND | P9_DMEXCL))))
		return -EINVAL;
	if (wants_length(c, st) && (!S_ISREG(st->st_mode) || c->length > INT64_MAX))
		return dir ? -EISDIR : -EINVAL;
	if (c->name[0] && !f->node->parent && strcmp(c->name, "/"))
		return -EACCES;
	return c->name[0] && f->node->parent ? p9_good_name(c->name) : 0;
}

static int change_mode(struct p9 *s, const struct p9_node *n, const struct change *c,
		       const struct stat *st)
{
	u32 bits = c->mode & (P9_DMAPPEND | P9_DMEXCL);
	int err = 0;

	if ((c->mode & 0777) != (st->st_mode & 0777))
		err = p9_node_chmod(s, n, (st->st_mode & 07000) | (c->mode & 0777));
	return err ? err : p9_mark(s, n->dev, n->ino, bits);
}

static int change_length(struct p9 *s, const struct p9_node *n, u64 length)
{
	int err = 0, fd = p9_node_open(s, n, O_WRONLY);

	if (fd < 0)
		return fd;
	if (ftruncate(fd, (off_t)length) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int change_times(const struct p9_node *n, const struct change *c)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = UTIME_OMIT } };

	if (c->atime != ~0u)
		times[0] = (struct timespec){ .tv_sec = c->atime };
	if (c->mtime != ~0u)
		times[1] = (struct timespec){ .tv_sec = c->mtime };
	return utimensat(n->fd, "", times, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

static int new_times(const struct change *c, const struct stat *st)
{
	return (c->atime != ~0u && c->atime != (u32)st->st_atim.tv_sec) ||
	       (c->mtime != ~0u && c->mtime != (u32)st->st_mtim.tv_sec);
}

/*
 * The name first: it is what fails most, and then nothing has been done.  The
 * times last, because the rest changes them.
 */
static int apply(struct p9 *s, struct p9_fid *f, const struct change *c, const struct stat *st)
{
	int err = 0;

	if (c->name[0] && f->node->parent)
		err = p9_node_rename(s, f->node, c->name);
	if (!err && wants_length(c, st))
		err = change_length(s, f->node, c->length);
	if (!err && wants_mode(c))
		err = change_mode(s, f->node, c, st);
	if (!err && new_times(c, st))
		err = change_times(f->node, c);
	return err;
}

/* "Leave all as it is" asks for the file to be on disk. */
static int nothing(const struct change *c)
{
	return !c->name[0] && c->length == ~0ull && !wants_mode(c) && c->mtime == ~0u &&
	       c->atime == ~0u && !c->gid.len;
}

int p9_wstat(struct p9 *s, struct p9_fid *f, struct p9_in *in)
{
	struct change c;
	struct stat st;
	int err = parse_change(&c, in);

	if (!err && s->read_only)
		err = -EROFS;
	if (!err)
		err = p9_node_stat(f->node, &st);
	if (!err)
		err = check_change(s, f, &c, &st);
	if (err)
		return err;
	if (!nothing(&c))
		return apply(s, f, &c, &st);
	return f->fd >= 0 && fsync(f->fd) < 0 ? -errno : 0;
}
