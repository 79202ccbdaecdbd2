/* SPDX-License-Identifier: MIT */
#include "tests/unit/cm.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/hostnet_client.h"

static u64 get(const u8 *p, unsigned bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];
	return value;
}

static void reply(void *arg, u32 cookie, u32 len)
{
	struct net *n = arg;
	struct nc_call *c;

	assert_true(cookie < NET_CALLS);
	c = &n->call[cookie];
	assert_true(c->waiting);
	c->waiting = 0;
	c->answered++;
	c->rlen = len;
}

void nc_start(struct net *n, const char *allow, const char *deny, int resolver)
{
	memset(n, 0, sizeof(*n));
	if (*allow)
		assert_int_equal(hn_rule_add(&n->rules, allow, 0), 0);
	if (*deny)
		assert_int_equal(hn_rule_add(&n->rules, deny, 1), 0);
	hn_rules_complete(&n->rules);
	n->h = hn_new(&n->rules, resolver, reply, n);
	assert_non_null(n->h);
	assert_true(nc_do(n, P9_TVERSION, "4s", 65536, "9P2000"));
	assert_true(nc_do(n, P9_TATTACH, "44ss", 0, P9_NOFID, "glenda", ""));
}

void nc_stop(struct net *n)
{
	hn_free(n->h);
}

static void put(struct nc_call *c, u64 value, unsigned bytes)
{
	for (; bytes; bytes--, value >>= 8)
		c->t[c->tlen++] = (u8)value;
}

static void put_bytes(struct nc_call *c, const void *from, size_t len)
{
	memcpy(c->t + c->tlen, from, len);
	c->tlen += (u32)len;
}

static void send_va(struct net *n, unsigned call, u8 type, const char *fmt, va_list ap)
{
	struct nc_call *c = &n->call[call];
	u32 len;

	assert_false(c->waiting);
	c->tlen = 4;
	put(c, type, 1);
	put(c, type == P9_TVERSION ? P9_NOTAG : call, 2);
	for (; *fmt; fmt++) {
		const char *s;

		if (*fmt == 's' || *fmt == 'd') {
			s = va_arg(ap, const char *);
			if (*fmt == 's')
				put(c, strlen(s), 2);
			put_bytes(c, s, *fmt == 's' ? strlen(s) : va_arg(ap, size_t));
		} else if (*fmt == '8')
			put(c, va_arg(ap, u64), 8);
		else
			put(c, va_arg(ap, u32), (unsigned)(*fmt - '0'));
	}
	len = c->tlen;
	c->tlen = 0;
	put(c, len, 4);
	c->tlen = len;
	c->waiting = 1;
	c->rlen = 0;
	c->error[0] = 0;
	hn_request(n->h, call, c->t, c->tlen, c->r, NET_ROOM);
}

void nc_send(struct net *n, unsigned call, u8 type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_va(n, call, type, fmt, ap);
	va_end(ap);
}

/* 0: nothing happens. */
static int step(struct net *n, int ms)
{
	struct pollfd p = { hn_fd(n->h), POLLIN, 0 };

	if (poll(&p, 1, ms) < 1)
		return 0;
	hn_ready(n->h);
	return 1;
}

void nc_settle(struct net *n, int ms)
{
	while (step(n, ms))
		;
}

int nc_wait(struct net *n, unsigned call)
{
	struct nc_call *c = &n->call[call];
	u8 type;
	u32 len;

	while (c->waiting)
		assert_true(step(n, 10000));
	assert_true(c->rlen >= 7);
	assert_int_equal(get(c->r, 4), c->rlen);
	assert_int_equal(get(c->r + 5, 2), get(c->t + 5, 2));
	type = c->r[4];
	if (type != P9_RERROR) {
		assert_int_equal(type, c->t[4] + 1);
		return 1;
	}
	len = (u32)get(c->r + 7, 2);
	assert_int_equal(len + 9, c->rlen);
	assert_true(len < sizeof(c->error));
	memcpy(c->error, c->r + 9, len);
	c->error[len] = 0;
	return 0;
}

int nc_do(struct net *n, u8 type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_va(n, 0, type, fmt, ap);
	va_end(ap);
	return nc_wait(n, 0);
}

/* --- Files ------------------------------------------------------------------------ */

static int walk(struct net *n, u32 fid, const char *path)
{
	char copy[256], names[512], *save = NULL, *p;
	size_t len = 0;
	unsigned count = 0;

	snprintf(copy, sizeof(copy), "%s", path);
	for (p = strtok_r(copy, "/", &save); p; p = strtok_r(NULL, "/", &save)) {
		names[len++] = (char)strlen(p);
		names[len++] = 0;
		memcpy(names + len, p, strlen(p));
		len += strlen(p);
		count++;
	}
	if (!nc_do(n, P9_TWALK, "442d", 0, fid, count, names, len))
		return 0;
	if (get(n->call[0].r + 7, 2) == count)
		return 1;
	strcpy(n->call[0].error, "short walk");
	return 0;
}

int nc_open(struct net *n, u32 fid, const char *path, u8 mode)
{
	if (!walk(n, fid, path))
		return 0;
	if (nc_do(n, P9_TOPEN, "41", fid, mode))
		return 1;
	/* what is not open is not kept; the error is */
	nc_send(n, 1, P9_TCLUNK, "4", fid);
	assert_true(nc_wait(n, 1));
	return 0;
}

int nc_clunk(struct net *n, u32 fid)
{
	return nc_do(n, P9_TCLUNK, "4", fid);
}

int nc_write(struct net *n, u32 fid, const char *text)
{
	size_t len = strlen(text);

	if (!nc_do(n, P9_TWRITE, "484d", fid, (u64)0, (u32)len, text, len))
		return 0;
	assert_int_equal(get(n->call[0].r + 7, 4), len);
	return 1;
}

static const char *read_at(struct net *n, u32 fid, u64 offset)
{
	u32 len;

	if (!nc_do(n, P9_TREAD, "484", fid, offset, 8192))
		return NULL;
	len = (u32)get(n->call[0].r + 7, 4);
	assert_int_equal(len + 11, n->call[0].rlen);
	n->call[0].r[11 + len] = 0;
	return (const char *)n->call[0].r + 11;
}

const char *nc_read(struct net *n, u32 fid)
{
	return read_at(n, fid, 0);
}

const char *nc_file(struct net *n, const char *path)
{
	static char text[8200];
	const char *s;

	assert_true(nc_open(n, 99, path, 0));
	s = nc_read(n, 99);
	assert_non_null(s);
	strcpy(text, s);
	assert_true(nc_clunk(n, 99));
	return text;
}

const char *nc_error(struct net *n)
{
	return n->call[0].error;
}
