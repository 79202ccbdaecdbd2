/* SPDX-License-Identifier: MIT */
/*
 * D:705 The messages of 9P, as /net understands them.
 *
 * A handler has its request's arguments in q->in and puts the reply's into
 * q->out.  It returns 0, an error, or HN_PENDING: then the request waits in
 * some queue.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet_impl.h"

#define MSIZE_MIN 256u

/* --- D:706 Fids --------------------------------------------------------------------------- */

static struct hn_fid **fid_slot(struct hostnet *h, u32 number)
{
	struct hn_fid **p = &h->fids[number % 256];

	while (*p && (*p)->number != number)
		p = &(*p)->next;
	return p;
}

static int new_fid(struct hostnet *h, u32 number, struct hn_file file, const char *user)
{
	struct hn_fid **p = fid_slot(h, number), *f;

	if (number == P9_NOFID || *p)
		return -HN_EFID;
	if (h->nfids == HN_FIDS)
		return -EUSERS;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->number = number;
	f->file = file;
	memcpy(f->user, user, strnlen(user, sizeof(f->user) - 1));
	*p = f;
	h->nfids++;
	return 0;
}

/* Opening these files keeps the conversation. */
static int keeps(struct hn_file f)
{
	return f.kind == HN_CTL || f.kind == HN_DATA || f.kind == HN_LISTEN || f.kind == HN_ERR;
}

void hn_cancel(struct hostnet *h, struct hn_req *q, int err)
{
	struct hn_conv *c = q->f ? hn_conv_find(h, q->f->file) : NULL;

	if (c && q->queue == &c->connector) {
		hn_conv_end(c, -err, 1); /* answers it */
		return;
	}
	if (q->type == P9_TWRITE && q->done) {
		p9_put(&q->out, q->done, 4); /* that much was sent */
		hn_answer(h, q, 0);
	} else
		hn_answer(h, q, err);
}

/*
 * What waits on a fid that goes away waits for nothing.  To cancel one may
 * answer others too, so look from the start again.
 */
static void abandon(struct hostnet *h, const struct hn_fid *f)
{
	struct hn_req *q = h->all;

	while (q) {
		if (q->f == f) {
			hn_cancel(h, q, -EINTR);
			q = h->all;
		} else
			q = q->all_next;
	}
}

static void free_fid(struct hostnet *h, struct hn_fid *f)
{
	struct hn_fid **p = fid_slot(h, f->number);

	*p = f->next;
	h->nfids--;
	abandon(h, f);
	if (f->open && keeps(f->file))
		hn_conv_drop(hn_conv_find(h, f->file));
	free(f->lines.text);
	free(f->query);
	free(f);
}

void hn_free_fids(struct hostnet *h)
{
	unsigned i;

	for (i = 0; i < 256; i++)
		while (h->fids[i])
			free_fid(h, h->fids[i]);
}

/* --- D:707 Messages: version, attach, flush ---------------------------------------------------- */

static int version(struct hostnet *h, struct hn_req *q)
{
	u32 msize = (u32)p9_get(&q->in, 4);
	struct p9_string s = p9_get_string(&q->in);
	struct hn_req *old, *next;
	int known;

	if (q->in.bad)
		return -EBADMSG;
	if (msize < MSIZE_MIN)
		return -EMSGSIZE;
	for (old = h->all; old; old = next) {
		next = old->all_next;
		if (old != q)
			hn_answer(h, old, -EINTR);
	}
	hn_free_fids(h);
	known = s.len >= 6 && !memcmp(s.s, "9P2000", 6);
	h->msize = !known ? 0 : msize < P9_MSIZE ? msize : P9_MSIZE;
	p9_put(&q->out, h->msize ? h->msize : msize, 4);
	p9_put_string(&q->out, known ? "9P2000" : "unknown");
	return 0;
}

static int auth(struct hostnet *h, struct hn_req *q)
{
	(void)h, (void)q;
	return -EOPNOTSUPP;
}

static int attach(struct hostnet *h, struct hn_req *q)
{
	u32 fid = (u32)p9_get(&q->in, 4), afid = (u32)p9_get(&q->in, 4);
	struct p9_string uname = p9_get_string(&q->in), aname = p9_get_string(&q->in);
	struct hn_file root = { HN_ROOT, 0, 0 };
	char user[P9_USER_MAX];
	int err;

	if (q->in.bad)
		return -EBADMSG;
	if (afid != P9_NOFID)
		return -EOPNOTSUPP;
	if (aname.len)
		return -EBADR;
	err = p9_text(user, sizeof(user), uname);
	if (!err)
		err = new_fid(h, fid, root, *user ? user : "none");
	if (!err)
		p9_put_qid(&q->out, hn_qid(h, root));
	return err;
}

/* The old request is answered first, so its place is free when we have spoken. */
static int flush(struct hostnet *h, struct hn_req *q)
{
	u16 tag = (u16)p9_get(&q->in, 2);
	struct hn_req *old = h->all;

	if (q->in.bad)
		return -EBADMSG;
	while (old) {
		if (old != q && old->tag == tag) {
			hn_cancel(h, old, -EINTR);
			old = h->all;
		} else
			old = old->all_next;
	}
	return 0;
}

/* --- D:708 walk, open -------------------------------------------------------------------------------- */

static int walk(struct hostnet *h, struct hn_req *q)
{
	u32 newfid = (u32)p9_get(&q->in, 4);
	unsigned n = (unsigned)p9_get(&q->in, 2), i;
	struct p9_out count = q->out;
	struct hn_file file = q->f->file;
	int err = 0;

	if (q->in.bad || n > P9_WALK_MAX)
		return -EBADMSG;
	if (q->f->open)
		return -EBADFD;
	p9_put(&q->out, 0, 2);
	for (i = 0; i < n; i++) {
		struct p9_string s = p9_get_string(&q->in);
		char name[64];

		if (q->in.bad)
			return -EBADMSG;
		err = p9_text(name, sizeof(name), s) ? -ENOENT : hn_walk(h, &file, name);
		if (err)
			break;
		p9_put_qid(&q->out, hn_qid(h, file));
	}
	if (err && !i)
		return err;
	p9_put(&count, i, 2);
	if (err)
		return 0; /* as far as it went */
	if (newfid != q->f->number)
		return new_fid(h, newfid, file, q->f->user);
	q->f->file = file;
	return 0;
}

static int may(struct hn_file f, unsigned mode)
{
	static const unsigned need[] = { 4, 2, 6, 1 };
	unsigned have = hn_file_mode(f);

	have = (have | have >> 3 | have >> 6) & 7;
	return (have & need[mode & 3]) == need[mode & 3];
}

static int open_conv(struct hostnet *h, struct hn_req *q)
{
	struct hn_conv *c;
	int err = 0;

	if (q->f->file.kind == HN_CLONE) {
		err = hn_conv_clone(h, q->f->file.proto, q->f->user, &c);
		if (!err)
			q->f->file = (struct hn_file){ HN_CTL, c->proto, c->n };
		return err;
	}
	c = hn_conv_find(h, q->f->file);
	if (!c)
		return -ENOENT;
	if (q->f->file.kind == HN_LISTEN)
		return hn_conv_listen(c, q);
	hn_conv_hold(c, q->f->user);
	return 0;
}

static int open_file(struct hostnet *h, struct hn_req *q)
{
	u8 mode = (u8)p9_get(&q->in, 1);
	int err = 0;

	if (q->in.bad)
		return -EBADMSG;
	if (q->f->open)
		return -EBADFD;
	if ((mode & ~0x13) || (hn_is_dir(q->f->file) && mode) || !may(q->f->file, mode))
		return -EPERM;
	q->f->mode = mode & 3;
	if (q->f->file.kind == HN_CLONE || keeps(q->f->file))
		err = open_conv(h, q);
	if (err || q->f->open) /* a listener answers for itself */
		return err;
	q->f->open = 1;
	p9_put_qid(&q->out, hn_qid(h, q->f->file));
	p9_put(&q->out, 0, 4);
	return 0;
}

static int create(struct hostnet *h, struct hn_req *q)
{
	(void)h, (void)q;
	return -EPERM;
}

/* --- D:709 read, write ----------------------------------------------------------------------------------- */

static int read_text(struct hn_req *q, const char *text, int len)
{
	size_t n = len < 0 ? 0 : (size_t)len, from;

	if (q->offset >= n)
		return hn_put_read(q, NULL, 0);
	from = (size_t)q->offset;
	return hn_put_read(q, text + from, n - from < q->count ? n - from : q->count);
}

static int read_dir(struct hostnet *h, struct hn_req *q)
{
	struct p9_out size = q->out, data;
	int err;

	p9_put(&q->out, 0, 4);
	if (q->out.full || q->count > (size_t)(q->out.end - q->out.at))
		return -EMSGSIZE;
	data = (struct p9_out){ q->out.at, q->out.at + q->count, 0 };
	err = hn_read_dir(h, q->f->file, q->offset, &data);
	q->out.at = data.at;
	p9_put(&size, (u64)(q->out.at - size.at) - 4, 4);
	return err;
}

static int stats_text(struct hostnet *h, int proto, char *buf, size_t size)
{
	unsigned n, used = 0;

	for (n = 0; n < HN_CONVS; n++)
		used += h->conv[proto][n] && h->conv[proto][n]->refs;
	return snprintf(buf, size,
			"Conversations: %u\nActiveOpens: %llu\nPassiveOpens: %llu\nDenied: %llu\n",
			used, (unsigned long long)h->calls[proto],
			(unsigned long long)h->accepts[proto],
			(unsigned long long)h->refused[proto]);
}

static int read_file(struct hostnet *h, struct hn_req *q)
{
	struct hn_file f = q->f->file;
	struct hn_conv *c = hn_conv_find(h, f);
	char text[8192];

	switch (f.kind) {
	case HN_DATA:
		return hn_conv_read(c, q);
	case HN_CS:
	case HN_DNS:
		return hn_query_read(q->f, q);
	case HN_STATS:
		return read_text(q, text, stats_text(h, f.proto, text, sizeof(text)));
	case HN_CTL:
	case HN_ERR:
	case HN_LOCAL:
	case HN_REMOTE:
	case HN_STATUS:
		return read_text(q, text, c ? hn_conv_text(c, f.kind, text, sizeof(text)) : 0);
	default:
		return read_text(q, text, hn_ip_file(h, f, text, sizeof(text)));
	}
}

static int read_(struct hostnet *h, struct hn_req *q)
{
	q->offset = p9_get(&q->in, 8);
	q->count = (u32)p9_get(&q->in, 4);
	if (q->in.bad)
		return -EBADMSG;
	if (!q->f->open || q->f->mode == 1)
		return -EBADFD;
	if (q->count > h->msize - P9_IOHDR)
		q->count = h->msize - P9_IOHDR;
	return hn_is_dir(q->f->file) ? read_dir(h, q) : read_file(h, q);
}

static int ask(struct hostnet *h, struct hn_req *q)
{
	char text[512];
	int err;

	if (!q->count || q->count >= sizeof(text) || memchr(q->in.at, 0, q->count))
		return -HN_EQUERY;
	memcpy(text, q->in.at, q->count);
	text[q->count] = 0;
	text[strcspn(text, "\r\n")] = 0;
	err = hn_query(h, q->f, q, text);
	if (!err)
		p9_put(&q->out, q->count, 4);
	return err;
}

static int write_(struct hostnet *h, struct hn_req *q)
{
	u64 offset = p9_get(&q->in, 8), count = p9_get(&q->in, 4);
	struct hn_conv *c = hn_conv_find(h, q->f->file);

	(void)offset;
	if (q->in.bad || count != (u64)(q->in.end - q->in.at))
		return -EBADMSG;
	if (!q->f->open || (q->f->mode != 1 && q->f->mode != 2))
		return -EBADFD;
	q->count = (u32)count;
	switch (q->f->file.kind) {
	case HN_CTL:
		return hn_ctl(c, q);
	case HN_DATA:
		return hn_conv_write(c, q);
	case HN_CS:
	case HN_DNS:
		return ask(h, q);
	}
	return -EPERM;
}

/* --- The rest --------------------------------------------------------------------------------------- */

static int clunk(struct hostnet *h, struct hn_req *q)
{
	struct hn_fid *f = q->f;

	q->f = NULL;
	free_fid(h, f);
	return 0;
}

static int remove_(struct hostnet *h, struct hn_req *q)
{
	clunk(h, q);
	return -EPERM;
}

static int stat_(struct hostnet *h, struct hn_req *q)
{
	struct p9_out size = q->out;

	p9_put(&q->out, 0, 2);
	hn_stat(h, &q->out, q->f->file);
	p9_put(&size, (u64)(q->out.at - size.at) - 2, 2);
	return 0;
}

/* Plan 9 lets a conversation's owner and mode be set; here there is one user. */
static int wstat(struct hostnet *h, struct hn_req *q)
{
	(void)h, (void)q;
	return -EPERM;
}

static const struct kind {
	u8 type;
	u8 on_fid;
	int (*serve)(struct hostnet *h, struct hn_req *q);
} kinds[] = {
	{ P9_TVERSION, 0, version }, { P9_TAUTH, 0, auth },	 { P9_TATTACH, 0, attach },
	{ P9_TFLUSH, 0, flush },     { P9_TWALK, 1, walk },	 { P9_TOPEN, 1, open_file },
	{ P9_TCREATE, 1, create },   { P9_TREAD, 1, read_ },	 { P9_TWRITE, 1, write_ },
	{ P9_TCLUNK, 1, clunk },     { P9_TREMOVE, 1, remove_ }, { P9_TSTAT, 1, stat_ },
	{ P9_TWSTAT, 1, wstat },
};

int hn_dispatch(struct hostnet *h, struct hn_req *q, u32 len)
{
	const struct kind *k = kinds, *end = kinds + sizeof(kinds) / sizeof(kinds[0]);

	while (k < end && k->type != q->type)
		k++;
	if (k == end)
		return -ENOSYS;
	if (q->type != P9_TVERSION && !h->msize)
		return -EPROTO;
	if (q->type != P9_TVERSION && len > h->msize)
		return -E2BIG;
	if (k->on_fid) {
		u32 number = (u32)p9_get(&q->in, 4);

		if (q->in.bad)
			return -EBADMSG;
		q->f = *fid_slot(h, number);
		if (!q->f)
			return -EBADF;
	}
	return k->serve(h, q);
}
