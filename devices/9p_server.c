/* SPDX-License-Identifier: MIT */
/*
 * D:400 The 9P2000 server.
 *
 * One message in, one reply out, in order: by the time a Tflush arrives its
 * victim has been answered, so flushing is saying yes.  The guest may send
 * anything; a message that is not exactly what its type asks for gets an
 * Rerror and does nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/9p_impl.h"

#define HEADER	  7 /* size[4] type[1] tag[2] */
#define MSIZE_MIN 256u

/* One request on its way: what a handler sees. */
struct call {
	struct p9 *s;
	struct p9_in in;
	struct p9_out out;
	struct p9_fid *f; /* of the fid it starts with, if its kind says so */
};

/* The request ends here, or it was never a good one. */
static int done(const struct call *c)
{
	return c->in.bad || c->in.at != c->in.end ? -EBADMSG : 0;
}

static int version(struct call *c)
{
	u32 msize = (u32)p9_get(&c->in, 4);
	struct p9_string v = p9_get_string(&c->in);
	int known;

	if (done(c))
		return -EBADMSG;
	if (msize < MSIZE_MIN)
		return -EMSGSIZE;
	known = v.len >= 6 && !memcmp(v.s, "9P2000", 6) && (v.len == 6 || v.s[6] == '.');
	p9_fid_drop_all(c->s);
	msize = msize < P9_MSIZE ? msize : P9_MSIZE;
	c->s->msize = known ? msize : 0;
	p9_put(&c->out, msize, 4);
	p9_put_string(&c->out, known ? "9P2000" : "unknown");
	return 0;
}

static int auth(struct call *c)
{
	(void)c;
	return -EOPNOTSUPP;
}

static int flush(struct call *c)
{
	p9_get(&c->in, 2);
	return done(c);
}

/* A fid the guest wants to use from now on: is there room, is it free? */
static int check_new_fid(const struct p9 *s, u32 number)
{
	if (number == P9_NOFID)
		return -EBADF;
	if (p9_fid_find(s, number))
		return -EADDRINUSE;
	return s->nfids >= P9_FIDS ? -EUSERS : 0;
}

static int put_node_qid(struct call *c, const struct p9_node *n)
{
	struct stat st;
	int err = p9_node_stat(n, &st);

	if (!err)
		p9_put_qid(&c->out, p9_qid_of(c->s, &st));
	return err;
}

/* --- Attach and walk --------------------------------------------------------- */

/* From n, which is let go, to the next; on error n is let go too. */
static int step(struct p9 *s, struct p9_node **n, const char *name)
{
	struct p9_node *next = NULL;
	int err = p9_node_walk(s, *n, name, &next);

	p9_node_drop(s, *n);
	*n = next;
	return err;
}

/* aname: a directory within the share. */
static int find_root(struct p9 *s, char *aname, struct p9_node **n)
{
	char *save = NULL, *name;
	int err = 0;

	*n = &s->root;
	for (name = strtok_r(aname, "/", &save); name && !err; name = strtok_r(NULL, "/", &save))
		err = step(s, n, name);
	if (err)
		return err;
	if ((*n)->type == S_IFDIR)
		return 0;
	p9_node_drop(s, *n);
	return -ENOTDIR;
}

static int attach(struct call *c)
{
	u32 fid = (u32)p9_get(&c->in, 4), afid = (u32)p9_get(&c->in, 4);
	struct p9_string uname = p9_get_string(&c->in), aname = p9_get_string(&c->in);
	char user[P9_USER_MAX], where[1024];
	struct p9_node *n;
	int err;

	if (done(c))
		return -EBADMSG;
	if (p9_text(user, sizeof(user), uname) || p9_text(where, sizeof(where), aname))
		return -EBADR;
	if (afid != P9_NOFID)
		return -EOPNOTSUPP;
	err = check_new_fid(c->s, fid);
	if (!err)
		err = find_root(c->s, where, &n);
	if (err)
		return err;
	err = put_node_qid(c, n);
	if (err || !p9_fid_new(c->s, fid, n)) {
		p9_node_drop(c->s, n);
		return err ? err : -ENOMEM;
	}
	memcpy(c->s->user, *user ? user : "none", *user ? sizeof(user) : sizeof("none"));
	return 0;
}

/* As far as it goes.  How many steps; *n has then taken them. */
static unsigned walk_names(struct call *c, struct p9_string *names, unsigned nnames,
			   struct p9_node **n, int *err)
{
	char name[NAME_MAX + 1];
	unsigned i;

	for (i = 0; i < nnames; i++) {
		*err = p9_text(name, sizeof(name), names[i]) ? -ENOENT : 0;
		if (*err) {
			p9_node_drop(c->s, *n);
			*n = NULL;
			break;
		}
		*err = step(c->s, n, name);
		if (!*err)
			*err = put_node_qid(c, *n);
		if (*err)
			break;
	}
	return i;
}

static int finish_walk(struct call *c, u32 newfid, struct p9_node *n)
{
	if (newfid == c->f->number) {
		p9_node_drop(c->s, c->f->node);
		c->f->node = n;
		return 0;
	}
	if (p9_fid_new(c->s, newfid, n))
		return 0;
	p9_node_drop(c->s, n);
	return -ENOMEM;
}

static int walk(struct call *c)
{
	u32 newfid = (u32)p9_get(&c->in, 4);
	unsigned nnames = (unsigned)p9_get(&c->in, 2), i, went;
	struct p9_string names[P9_WALK_MAX];
	struct p9_node *n = c->f->node;
	u8 *count = c->out.at;
	int err = 0;

	if (c->in.bad || nnames > P9_WALK_MAX)
		return -EBADMSG;
	for (i = 0; i < nnames; i++)
		names[i] = p9_get_string(&c->in);
	if (done(c))
		return -EBADMSG;
	if (c->f->open)
		return -EBADFD;
	if (newfid != c->f->number)
		err = check_new_fid(c->s, newfid);
	if (err)
		return err;
	p9_put(&c->out, 0, 2);
	p9_node_hold(n);
	went = walk_names(c, names, nnames, &n, &err);
	if (!c->out.full)
		count[0] = (u8)went;
	if (went == nnames && !c->out.full)
		return finish_walk(c, newfid, n);
	if (n)
		p9_node_drop(c->s, n);
	return went ? 0 : err; /* the first step has an error; later ones stop short */
}

/* --- Open, create, read, write ------------------------------------------------- */

static int open_file(struct call *c)
{
	u8 mode = (u8)p9_get(&c->in, 1);
	int err;

	if (done(c))
		return -EBADMSG;
	if (c->f->open)
		return -EBADFD;
	err = p9_fid_open(c->s, c->f, mode);
	if (!err)
		err = put_node_qid(c, c->f->node);
	p9_put(&c->out, 0, 4); /* iounit: no advice */
	return err;
}

static int create(struct call *c)
{
	struct p9_string text = p9_get_string(&c->in);
	u32 perm = (u32)p9_get(&c->in, 4);
	u8 mode = (u8)p9_get(&c->in, 1);
	char name[NAME_MAX + 1];
	int err;

	if (done(c))
		return -EBADMSG;
	if (c->f->open)
		return -EBADFD;
	if (p9_text(name, sizeof(name), text))
		return text.len > NAME_MAX ? -ENAMETOOLONG : -EILSEQ;
	err = p9_fid_create(c->s, c->f, name, perm, mode);
	if (!err)
		err = put_node_qid(c, c->f->node);
	p9_put(&c->out, 0, 4);
	return err;
}

/* Data go straight to where the reply will have them. */
static int read_file(struct call *c, u64 offset, size_t count)
{
	ssize_t n = pread(c->f->fd, c->out.at, count, (off_t)offset);

	if (n < 0)
		return -errno;
	c->out.at += n;
	return 0;
}

static int read_(struct call *c)
{
	u64 offset = p9_get(&c->in, 8), count = p9_get(&c->in, 4);
	struct p9_out size, data;
	int err;

	if (done(c))
		return -EBADMSG;
	if (!c->f->open || c->f->mode == 1)
		return -EBADFD;
	if (offset > INT64_MAX)
		return -EOVERFLOW;
	size = c->out;
	p9_put(&c->out, 0, 4);
	if (c->out.full)
		return -EMSGSIZE;
	if (count > (u64)(c->out.end - c->out.at))
		count = (u64)(c->out.end - c->out.at);
	data = c->out;
	data.end = data.at + count;
	if (c->f->node->type == S_IFDIR) {
		err = p9_dir_read(c->s, c->f, offset, &data);
		c->out.at = data.at;
	} else
		err = read_file(c, offset, count);
	p9_put(&size, (u64)(c->out.at - size.at) - 4, 4);
	return err;
}

static int write_(struct call *c)
{
	u64 offset = p9_get(&c->in, 8), count = p9_get(&c->in, 4);
	ssize_t n;

	if (c->in.bad || count != (u64)(c->in.end - c->in.at))
		return -EBADMSG;
	if (!c->f->open || (c->f->mode != 1 && c->f->mode != 2))
		return -EBADFD;
	if (offset > INT64_MAX)
		return -EOVERFLOW;
	n = pwrite(c->f->fd, c->in.at, count, (off_t)offset);
	if (n < 0)
		return -errno;
	p9_put(&c->out, (u64)n, 4);
	return 0;
}

/* --- The rest ---------------------------------------------------------------------- */

static int remove_file(struct call *c, struct p9_fid *f)
{
	int err = c->s->read_only ? -EROFS : p9_node_remove(c->s, f->node);

	p9_fid_drop(c->s, f); /* whatever happened */
	return err;
}

static int clunk(struct call *c)
{
	if (done(c))
		return -EBADMSG;
	if (c->f->remove_on_close)
		remove_file(c, c->f);
	else
		p9_fid_drop(c->s, c->f);
	return 0;
}

static int remove_(struct call *c)
{
	return done(c) ? -EBADMSG : remove_file(c, c->f);
}

static int stat_(struct call *c)
{
	const struct p9_node *n = c->f->node;
	struct p9_out size = c->out;
	struct stat st;
	int err = done(c);

	if (!err)
		err = p9_node_stat(n, &st);
	if (err)
		return err;
	p9_put(&c->out, 0, 2);
	p9_put_stat(c->s, &c->out, n->parent ? n->name : "/", &st);
	p9_put(&size, (u64)(c->out.at - size.at) - 2, 2);
	return 0;
}

static int wstat(struct call *c)
{
	return p9_wstat(c->s, c->f, &c->in);
}

/* --- D:405 The table, and who uses it ------------------------------------------------ */

static const struct kind {
	u8 type;
	u8 on_fid; /* the request begins with a fid that must exist */
	int (*serve)(struct call *c);
} kinds[] = {
	{ P9_TVERSION, 0, version }, { P9_TAUTH, 0, auth },	 { P9_TATTACH, 0, attach },
	{ P9_TFLUSH, 0, flush },     { P9_TWALK, 1, walk },	 { P9_TOPEN, 1, open_file },
	{ P9_TCREATE, 1, create },   { P9_TREAD, 1, read_ },	 { P9_TWRITE, 1, write_ },
	{ P9_TCLUNK, 1, clunk },     { P9_TREMOVE, 1, remove_ }, { P9_TSTAT, 1, stat_ },
	{ P9_TWSTAT, 1, wstat },
};

static const struct kind *find_kind(u8 type)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

static int dispatch(struct call *c, u8 type, u32 len)
{
	const struct kind *k = find_kind(type);

	if (!k)
		return -ENOSYS;
	if (type != P9_TVERSION && !c->s->msize)
		return -EPROTO;
	if (type != P9_TVERSION && len > c->s->msize)
		return -E2BIG;
	if (k->on_fid) {
		u32 fid = (u32)p9_get(&c->in, 4);

		if (c->in.bad)
			return -EBADMSG;
		c->f = p9_fid_find(c->s, fid);
		if (!c->f)
			return -EBADF;
	}
	return k->serve(c);
}

/* Give the reply its header.  Its length, 0: it does not fit. */
static u32 seal(const struct p9_out *out, u8 *r, u8 type, u16 tag)
{
	struct p9_out head = { r, out->end, 0 };
	u32 len = (u32)(out->at - r);

	p9_put(&head, len, 4);
	p9_put(&head, type, 1);
	p9_put(&head, tag, 2);
	return out->full || head.full ? 0 : len;
}

static u32 refuse(u8 *r, u8 *end, u16 tag, int err)
{
	struct p9_out out = { r + HEADER, end, 0 };

	p9_put_string(&out, p9_error_text(err));
	return seal(&out, r, P9_RERROR, tag);
}

u32 p9_serve(struct p9 *s, const u8 *t, u32 len, u8 *r, u32 room)
{
	struct call c = { .s = s, .in = { t, t + len, 0 } };
	u32 size = (u32)p9_get(&c.in, 4), limit = s->msize ? s->msize : MSIZE_MIN;
	u8 type = (u8)p9_get(&c.in, 1), *end;
	u16 tag = (u16)p9_get(&c.in, 2);
	int err;

	if (c.in.bad || room < HEADER)
		return 0;
	end = r + (room < limit ? room : limit);
	c.out = (struct p9_out){ r + HEADER, end, 0 };
	err = size == len ? dispatch(&c, type, len) : -EBADMSG;
	if (!err && c.out.full)
		err = -EMSGSIZE;
	return err ? refuse(r, end, tag, -err) : seal(&c.out, r, (u8)(type + 1), tag);
}

struct p9 *p9_new(int dir_fd, int read_only)
{
	struct p9 *s = calloc(1, sizeof(*s));
	struct stat st;

	if (!s || fstat(dir_fd, &st) < 0) {
		free(s);
		return NULL;
	}
	s->read_only = read_only;
	s->root.fd = dir_fd;
	s->root.next = s->root.prev = &s->root;
	s->root.dev = s->root.ldev = st.st_dev;
	s->root.ino = s->root.lino = st.st_ino;
	s->root.type = S_IFDIR;
	strcpy(s->user, "none");
	return s;
}

void p9_reset(struct p9 *s)
{
	p9_fid_drop_all(s);
	s->msize = 0;
}

void p9_free(struct p9 *s)
{
	p9_fid_drop_all(s);
	close(s->root.fd);
	free(s);
}

unsigned p9_fids(const struct p9 *s)
{
	return s->nfids;
}

unsigned p9_nodes(const struct p9 *s)
{
	return s->nnodes;
}
