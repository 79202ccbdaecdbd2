/* SPDX-License-Identifier: MIT */
/*
 * D:700 The host's /net as a 9P2000 server.
 *
 * Unlike a directory's server it cannot answer one message after the other:
 * a read of a connection, a call, a listener may wait for hours.  So every
 * message becomes a request that lives until its reply; the ones that wait
 * stand in a queue of their conversation (hostnet_conv.c) or for the resolver
 * (hostnet_cs.c), and hn_ready, called when epoll has news, goes on with them.
 * Everything is done by one thread, so nothing here is locked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "devices/hostnet_impl.h"

#define HEADER	   7u
#define MSIZE_MIN  256u
#define RESOLVER   UINT64_MAX /* in an epoll event */
#define ERROR_ROOM (HEADER + 2 + 160)

/* --- D:701 Errors ------------------------------------------------------------------ */

static const char *error_text(int err)
{
	static const struct {
		int err;
		const char *text;
	} table[] = {
		{ HN_EHUNGUP, "i/o on hungup channel" },
		{ EINTR, "interrupted" },
		{ HN_EBADCTL, "bad process or channel control request" },
		{ HN_EBADADDR, "bad ip address" },
		{ HN_ENOTCONN, "not connected" },
		{ HN_ENOTANN, "not announced" },
		{ HN_EINUSE, "connection already in use" },
		{ HN_ENOCONV, "no free devices" },
		{ HN_EDNS, "dns failure" },
		{ HN_ENOREC, "resource does not exist" },
		{ HN_ENOSERV, "cs: can't translate service" },
		{ HN_ENONET, "cs: no such network" },
		{ HN_ETRANS, "cs: can't translate address" },
		{ HN_EQUERY, "bad format" },
		{ HN_ECROWD, "too many requests wait for the network" },
		{ HN_EFID, "fid already in use" },
		{ HN_ESHORT, "packet too short" },
		{ ECONNREFUSED, "connection refused" },
		{ ECONNRESET, "connection reset" },
		{ ETIMEDOUT, "connection timed out" },
		{ EHOSTUNREACH, "no route" },
		{ ENETUNREACH, "no route" },
		{ EADDRINUSE, "address in use" },
		{ EADDRNOTAVAIL, "address not available" },
		{ EAFNOSUPPORT, "address not available" },
		{ EMSGSIZE, "message too long" },
		{ ENOBUFS, "no buffers" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].err == err)
			return table[i].text;
	return p9_error_text(err);
}

/* --- D:702 Requests and their ends --------------------------------------------------- */

static struct hn_req *new_req(struct hostnet *h)
{
	struct hn_req *q = h->free;

	if (!q)
		return NULL;
	h->free = q->next;
	memset(q, 0, sizeof(*q));
	q->all_next = h->all;
	if (h->all)
		h->all->all_prev = q;
	h->all = q;
	h->nwaiting++;
	return q;
}

static void free_req(struct hostnet *h, struct hn_req *q)
{
	hn_unwait(q);
	if (q->all_next)
		q->all_next->all_prev = q->all_prev;
	if (q->all_prev)
		q->all_prev->all_next = q->all_next;
	else
		h->all = q->all_next;
	h->nwaiting--;
	q->next = h->free;
	h->free = q;
}

/* To the end of a queue; of none, for the resolver. */
void hn_wait(struct hn_req *q, struct hn_req **queue)
{
	q->queue = queue;
	q->next = NULL;
	if (!queue)
		return;
	while (*queue)
		queue = &(*queue)->next;
	*queue = q;
}

void hn_unwait(struct hn_req *q)
{
	struct hn_req **p = q->queue;

	if (!p)
		return;
	while (*p != q)
		p = &(*p)->next;
	*p = q->next;
	q->queue = NULL;
}

/* Give the reply its header.  Its length, 0: it does not fit. */
static u32 seal(struct hn_req *q, u8 type)
{
	struct p9_out head = { q->r, q->out.end, 0 };
	u32 len = (u32)(q->out.at - q->r);

	p9_put(&head, len, 4);
	p9_put(&head, type, 1);
	p9_put(&head, q->tag, 2);
	return q->out.full || head.full ? 0 : len;
}

static void send_reply(struct hostnet *h, struct hn_req *q, u8 type)
{
	u32 cookie = q->cookie, len = seal(q, type);

	free_req(h, q);
	h->reply(h->arg, cookie, len);
}

void hn_answer_text(struct hostnet *h, struct hn_req *q, const char *why)
{
	q->out.at = q->r + HEADER;
	q->out.full = 0;
	p9_put_string(&q->out, why);
	send_reply(h, q, P9_RERROR);
}

void hn_answer(struct hostnet *h, struct hn_req *q, int err)
{
	if (!err && q->out.full)
		err = -EMSGSIZE;
	if (err == -HN_EDENIED)
		hn_answer_text(h, q, h->why);
	else if (err)
		hn_answer_text(h, q, error_text(-err));
	else
		send_reply(h, q, (u8)(q->type + 1));
}

/* The body of Rread. */
int hn_put_read(struct hn_req *q, const void *data, size_t len)
{
	if (q->out.full || (size_t)(q->out.end - q->out.at) < len + 4)
		return -EMSGSIZE;
	p9_put(&q->out, len, 4);
	if (len)
		memcpy(q->out.at, data, len);
	q->out.at += len;
	return 0;
}

/* --- D:703 A message comes ------------------------------------------------------ */

void hn_request(struct hostnet *h, u32 cookie, const u8 *t, u32 len, u8 *r, u32 room)
{
	struct p9_in in = { t, t + len, 0 };
	u32 size = (u32)p9_get(&in, 4), limit = h->msize ? h->msize : MSIZE_MIN;
	u8 type = (u8)p9_get(&in, 1);
	u16 tag = (u16)p9_get(&in, 2);
	struct hn_req *q = in.bad || room < ERROR_ROOM ? NULL : new_req(h);
	int err;

	if (!q) {
		h->reply(h->arg, cookie, 0);
		return;
	}
	q->cookie = cookie;
	q->type = type;
	q->tag = tag;
	q->in = in;
	q->r = r;
	q->out = (struct p9_out){ r + HEADER, r + (room < limit ? room : limit), 0 };
	err = size == len ? hn_dispatch(h, q, len) : -EBADMSG;
	/*
	 * Every place in the guest's queue taken by what waits, there would be none
	 * for what ends the waiting: a write, a flush.
	 */
	if (err == HN_PENDING && h->nwaiting > HN_WAITING)
		hn_cancel(h, q, -HN_ECROWD);
	else if (err != HN_PENDING)
		hn_answer(h, q, err);
}

/* --- D:704 The server as a whole -------------------------------------------------------------------------- */

int hn_fd(const struct hostnet *h)
{
	return h->epoll;
}

void hn_ready(struct hostnet *h)
{
	struct epoll_event e[64];
	int n = epoll_wait(h->epoll, e, 64, 0), i;

	for (i = 0; i < n; i++) {
		struct hn_file f = { HN_CONV, (u8)(e[i].data.u64 >> 16), (u16)e[i].data.u64 };
		struct hn_conv *c;

		if (e[i].data.u64 == RESOLVER) {
			hn_resolver_ready(h);
			continue;
		}
		c = hn_conv_find(h, f);
		if (c)
			hn_conv_event(c, e[i].events);
	}
}

static void silence(void *arg, u32 cookie, u32 len)
{
	(void)arg, (void)cookie, (void)len;
}

void hn_reset(struct hostnet *h)
{
	hn_reply_fn *reply = h->reply;

	h->reply = silence;
	while (h->all)
		hn_answer(h, h->all, -EINTR);
	hn_free_fids(h);
	h->msize = 0;
	h->reply = reply;
}

struct hostnet *hn_new(const struct hn_rules *rules, int resolver, hn_reply_fn *reply, void *arg)
{
	struct hostnet *h = calloc(1, sizeof(*h));
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = RESOLVER };
	size_t i;

	if (!h)
		return NULL;
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (h->epoll < 0 ||
	    (resolver >= 0 && epoll_ctl(h->epoll, EPOLL_CTL_ADD, resolver, &e) < 0)) {
		if (h->epoll >= 0)
			close(h->epoll);
		free(h);
		return NULL;
	}
	h->rules = rules;
	h->resolver = resolver;
	h->reply = reply;
	h->arg = arg;
	h->start = (u32)time(NULL);
	for (i = 0; i < HN_REQS; i++) {
		h->req[i].next = h->free;
		h->free = &h->req[i];
	}
	hn_services_load(h);
	return h;
}

void hn_free(struct hostnet *h)
{
	unsigned proto, n;

	hn_reset(h);
	for (proto = 0; proto < HN_PROTOS; proto++)
		for (n = 0; n < HN_CONVS; n++)
			free(h->conv[proto][n]);
	close(h->epoll);
	free(h->services);
	free(h);
}

unsigned hn_convs(const struct hostnet *h)
{
	unsigned proto, n, used = 0;

	for (proto = 0; proto < HN_PROTOS; proto++)
		for (n = 0; n < HN_CONVS; n++)
			used += h->conv[proto][n] && h->conv[proto][n]->refs;
	return used;
}

unsigned hn_fids(const struct hostnet *h)
{
	return h->nfids;
}

unsigned hn_waiting(const struct hostnet *h)
{
	return h->nwaiting;
}
