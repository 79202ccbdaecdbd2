/* SPDX-License-Identifier: MIT */
/*
 * D:740 The words a conversation's ctl file takes.
 *
 * An address is ADDR!PORT; announce also takes *!PORT and PORT.  Where a guest
 * announces *, it gets what the rules allow: all addresses if they do, else
 * those of this host alone.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "devices/hostnet_impl.h"

#define WORDS 4

int hn_deny(struct hostnet *h, int listen, int proto, const struct hn_addr *a)
{
	const char *rule = hn_refused(h->rules, listen, proto, a);
	char ip[48];

	if (!rule)
		return 0;
	h->refused[proto]++;
	if (*rule)
		snprintf(h->why, sizeof(h->why), "permission denied: lguest's rule deny=%s", rule);
	else
		snprintf(h->why, sizeof(h->why),
			 "permission denied: no rule of lguest allows %s %s!%s!%u",
			 listen ? "listen" : "dial", hn_proto_name(proto), hn_ip_text(a->ip, ip),
			 a->port);
	return -HN_EDENIED;
}

/* --- Addresses ------------------------------------------------------------------- */

/* "ADDR!PORT", "*!PORT", or "PORT"; *any: it named no address. */
static int parse_address(struct hn_addr *a, char *text, int *any)
{
	char *bang = strchr(text, '!');

	memset(a, 0, sizeof(*a));
	*any = !bang;
	if (bang) {
		*bang++ = 0;
		if (!strcmp(text, "*"))
			*any = 1;
		else if (hn_parse_ip(a->ip, text))
			return -HN_EBADADDR;
		if (hn_is_any(a->ip))
			*any = 1;
		text = bang;
	}
	return hn_parse_port(&a->port, text) ? -HN_EBADADDR : 0;
}

static int open_socket(struct hn_conv *c, int family)
{
	int type = c->proto == HN_TCP ? SOCK_STREAM : SOCK_DGRAM, on = 1, off = 0;
	struct epoll_event e = { .events = EPOLLONESHOT };

	c->fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return -errno;
	c->family = family;
	if (c->proto == HN_TCP) {
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	if (family == AF_INET6)
		setsockopt(c->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	e.data.u64 = (u64)c->proto << 16 | c->n;
	if (epoll_ctl(c->h->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		return -errno;
	if (c->headers)
		hn_udp_headers(c);
	return 0;
}

static void forget_socket(struct hn_conv *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->watched = 0;
}

static int bind_to(struct hn_conv *c, const struct hn_addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = hn_sockaddr(&ss, c->family, a);

	return bind(c->fd, (struct sockaddr *)&ss, len) < 0 ? -errno : 0;
}

static void note_local(struct hn_conv *c)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getsockname(c->fd, (struct sockaddr *)&ss, &len))
		hn_from_sockaddr(&c->local, &ss);
}

/* --- D:741 announce ------------------------------------------------------------------ */

static int try_announce(struct hn_conv *c, const struct hn_addr *a)
{
	int err = open_socket(c, hn_is_v4(a->ip) ? AF_INET : AF_INET6);

	if (!err)
		err = bind_to(c, a);
	if (!err && c->proto == HN_TCP && listen(c->fd, 128) < 0)
		err = -errno;
	if (err)
		forget_socket(c);
	return err;
}

/* All addresses of both kinds, of one kind, this host's. */
static int announce_any(struct hn_conv *c, u16 port)
{
	static const char *const places[] = { "::", "0.0.0.0", "127.0.0.1", "::1" };
	int err = -HN_EBADADDR, denied = 0;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct hn_addr a = { .port = port };

		hn_parse_ip(a.ip, places[i]);
		c->guarded = 0;
		if (hn_refused(c->h->rules, 1, c->proto, &a)) {
			/* a client's port: it may ask anybody, and hears who was asked */
			if (c->proto != HN_UDP || port || !hn_is_any(a.ip)) {
				denied++;
				continue;
			}
			c->guarded = 1;
		}
		err = try_announce(c, &a);
		if (!err || err == -EADDRINUSE || err == -EACCES)
			return err;
	}
	if (denied == (int)i) {
		struct hn_addr a = { .port = port };

		return hn_deny(c->h, 1, c->proto, &a);
	}
	return err;
}

static int announce(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	struct hn_addr a;
	int any, err;

	(void)q;
	if (narg != 1)
		return -HN_EBADCTL;
	if (c->state != HN_CLOSED)
		return -HN_EINUSE;
	err = parse_address(&a, arg[0], &any);
	if (err)
		return err;
	forget_socket(c); /* of an earlier bind */
	if (any)
		err = announce_any(c, a.port);
	else {
		err = hn_deny(c->h, 1, c->proto, &a);
		if (!err)
			err = try_announce(c, &a);
	}
	if (err)
		return err;
	c->state = HN_ANNOUNCED;
	note_local(c);
	return 0;
}

/* --- D:742 connect --------------------------------------------------------------------- */

/* "[LADDR!]PORT", perhaps with "!r" behind it: the port to call from. */
static int bind_local(struct hn_conv *c, char *text)
{
	struct hn_addr a;
	size_t len = strlen(text);
	int any, err;

	if (len > 2 && !strcmp(text + len - 2, "!r"))
		text[len - 2] = 0;
	err = parse_address(&a, text, &any);
	if (err)
		return err;
	if (any) {
		memset(a.ip, 0, sizeof(a.ip));
		if (c->family == AF_INET)
			a.ip[10] = a.ip[11] = 0xff;
	} else if (c->family == AF_INET && !hn_is_v4(a.ip))
		return -EADDRNOTAVAIL;
	return bind_to(c, &a);
}

static int start_connect(struct hn_conv *c)
{
	struct sockaddr_storage ss;
	socklen_t len = hn_sockaddr(&ss, c->family, &c->remote);

	/* bound to IPv4 before: only a part of the address would count */
	if (c->family == AF_INET && !hn_is_v4(c->remote.ip))
		return -EADDRNOTAVAIL;
	if (!connect(c->fd, (struct sockaddr *)&ss, len))
		return 0;
	return errno == EINPROGRESS || errno == EINTR ? HN_PENDING : -errno;
}

static void connected(struct hn_conv *c)
{
	c->state = HN_CONNECTED;
	note_local(c);
	c->h->calls[c->proto]++;
}

/* The socket is writable, or broken: which? */
int hn_connected(struct hn_conv *c, struct hn_req *q)
{
	int err = 0;
	socklen_t len = sizeof(err);
	struct sockaddr_storage ss;
	socklen_t sslen = sizeof(ss);

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		err = errno;
	if (!err && getpeername(c->fd, (struct sockaddr *)&ss, &sslen) < 0)
		return -EAGAIN; /* an old event */
	if (err) {
		forget_socket(c);
		c->state = HN_CLOSED;
		return -err;
	}
	connected(c);
	p9_put(&q->out, q->count, 4);
	return 0;
}

static int connect_(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	struct hn_addr a;
	int any, err;

	if (narg < 1 || narg > 2)
		return -HN_EBADCTL;
	if (c->state != HN_CLOSED || c->connector)
		return -HN_EINUSE;
	err = parse_address(&a, arg[0], &any);
	if (!err && any && !hn_is_v4(a.ip))
		err = -HN_EBADADDR;
	if (err)
		return err;
	if (any) /* what 0.0.0.0 means to the host, before rules are asked */
		hn_parse_ip(a.ip, "127.0.0.1");
	err = hn_deny(c->h, 0, c->proto, &a);
	if (err)
		return err;
	if (c->fd < 0)
		err = open_socket(c, hn_is_v4(a.ip) ? AF_INET : AF_INET6);
	if (!err && narg == 2)
		err = bind_local(c, arg[1]);
	c->remote = a;
	if (!err)
		err = start_connect(c);
	if (err == HN_PENDING) {
		c->state = HN_CONNECTING;
		hn_wait(q, &c->connector);
		hn_conv_watch(c);
		return err;
	}
	if (err)
		forget_socket(c);
	else
		connected(c);
	return err;
}

/* --- D:743 The others ---------------------------------------------------------------------- */

static int bind_(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	struct hn_addr a;
	int any, err;

	(void)q;
	if (narg != 1)
		return -HN_EBADCTL;
	if (c->state != HN_CLOSED || c->fd >= 0)
		return -HN_EINUSE;
	err = parse_address(&a, arg[0], &any);
	if (err)
		return err;
	if (any)
		hn_parse_ip(a.ip, "0.0.0.0");
	err = open_socket(c, hn_is_v4(a.ip) ? AF_INET : AF_INET6);
	if (!err)
		err = bind_to(c, &a);
	if (err)
		forget_socket(c);
	else
		note_local(c);
	return err;
}

static int hangup(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)q, (void)arg, (void)narg;
	hn_conv_end(c, 0, 1);
	return 0;
}

static int close_(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)q, (void)arg, (void)narg;
	hn_conv_end(c, 0, 0);
	return 0;
}

static int keepalive(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	int on = 1, s;
	u16 ms = 0;

	(void)q;
	if (c->proto != HN_TCP)
		return -HN_EBADCTL;
	if (c->fd < 0)
		return -HN_ENOTCONN;
	setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (!narg)
		return 0;
	/* beyond a minute the exact number is nobody's concern */
	s = hn_parse_port(&ms, arg[0]) ? 60 : (ms + 999) / 1000;
	if (s < 1)
		s = 1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPIDLE, &s, sizeof(s));
	setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPINTVL, &s, sizeof(s));
	return 0;
}

static int headers(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)q, (void)arg, (void)narg;
	return c->proto == HN_UDP ? hn_udp_headers(c) : -HN_EBADCTL;
}

static int number(struct hn_conv *c, char **arg, int narg, int v4, int v6)
{
	u16 value;
	int n;

	if (narg != 1 || hn_parse_port(&value, arg[0]) || value > 255)
		return -HN_EBADCTL;
	if (c->fd < 0)
		return -HN_ENOTCONN;
	n = value;
	if (c->family == AF_INET)
		n = setsockopt(c->fd, IPPROTO_IP, v4, &n, sizeof(n));
	else
		n = setsockopt(c->fd, IPPROTO_IPV6, v6, &n, sizeof(n));
	return n < 0 ? -errno : 0;
}

static int ttl(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)q;
	return number(c, arg, narg, IP_TTL, IPV6_UNICAST_HOPS);
}

static int tos(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)q;
	return number(c, arg, narg, IP_TOS, IPV6_TCLASS);
}

/* The host's stack does as it thinks right. */
static int nothing(struct hn_conv *c, struct hn_req *q, char **arg, int narg)
{
	(void)c, (void)q, (void)arg, (void)narg;
	return 0;
}

static const struct {
	const char *word;
	int (*act)(struct hn_conv *c, struct hn_req *q, char **arg, int narg);
} table[] = {
	{ "connect", connect_ }, { "announce", announce },
	{ "bind", bind_ },	 { "hangup", hangup },
	{ "close", close_ },	 { "keepalive", keepalive },
	{ "headers", headers },	 { "ttl", ttl },
	{ "tos", tos },		 { "ignoreadvice", nothing },
	{ "checksum", nothing }, { "tcpporthogdefense", nothing },
	{ "nodelay", nothing },	 { "maxfragsize", nothing },
};

/* A write to ctl: the whole of it is one command. */
int hn_ctl(struct hn_conv *c, struct hn_req *q)
{
	char text[256], *word[WORDS], *save = NULL, *p;
	int n = 0, err;
	size_t i;

	if (q->count >= sizeof(text) || memchr(q->in.at, 0, q->count))
		return -HN_EBADCTL;
	memcpy(text, q->in.at, q->count);
	text[q->count] = 0;
	for (p = strtok_r(text, " \t\r\n", &save); p && n < WORDS;
	     p = strtok_r(NULL, " \t\r\n", &save))
		word[n++] = p;
	if (!n || p)
		return -HN_EBADCTL;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].word, word[0]))
			continue;
		err = table[i].act(c, q, word + 1, n - 1);
		if (!err)
			p9_put(&q->out, q->count, 4);
		return err;
	}
	return -HN_EBADCTL;
}
