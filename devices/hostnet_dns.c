/* SPDX-License-Identifier: MIT */
/*
 * D:820 The resolver: a process that turns names into addresses.
 *
 * Asking takes seconds when a server is silent, and the host's way of asking
 * (getaddrinfo: files, DNS, and whatever nsswitch.conf names) needs files the
 * /net server has no business with.  So it is a process of its own, with a few
 * threads that take questions from one socket: a slow answer holds up one of
 * them.  With a server of the user's choice only DNS is asked.
 */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/hostnet_impl.h"
#include "devices/hostnet_process.h"

#define THREADS 6

struct resolver {
	int sock;
	int own; /* ask server, and nobody else */
	struct sockaddr_in server;
};

static void add_line(struct hn_answer *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_line(struct hn_answer *a, const char *format, ...)
{
	size_t room = sizeof(a->text) - a->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(a->text + a->len, room, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < room)
		a->len += (u32)n + 1; /* with its 0 */
}

static void no_answer(struct hn_answer *a, const char *why)
{
	snprintf(a->error, sizeof(a->error), "%s", why);
}

/* --- D:821 The host's way ---------------------------------------------------------- */

static void by_host(const struct hn_question *q, int family, struct hn_answer *a)
{
	const struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *ai;
	int err = getaddrinfo(q->name, NULL, &hints, &list);

	if (err) {
		no_answer(a, err == EAI_AGAIN ? "dns: no answer; dns failure" : "dns failure");
		return;
	}
	for (ai = list; ai; ai = ai->ai_next) {
		struct sockaddr_storage ss = { 0 };
		struct hn_addr addr;
		char ip[48];

		memcpy(&ss, ai->ai_addr, ai->ai_addrlen < sizeof(ss) ? ai->ai_addrlen : sizeof(ss));
		hn_from_sockaddr(&addr, &ss);
		add_line(a, "%s %s %s", q->name, hn_is_v4(addr.ip) ? "ip" : "ipv6",
			 hn_ip_text(addr.ip, ip));
	}
	freeaddrinfo(list);
	if (!a->len)
		no_answer(a, "dns failure");
}

/* "4.3.2.1.in-addr.arpa" is 1.2.3.4; the files of the host may know it. */
static int reverse_name(const char *name, struct sockaddr_in *sin)
{
	unsigned b[4];
	int used = 0;

	if (sscanf(name, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &b[3], &b[2], &b[1], &b[0], &used) !=
		    4 ||
	    !used || (name[used] && strcmp(name + used, ".")) || (b[0] | b[1] | b[2] | b[3]) > 255)
		return 0;
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
	return 1;
}

static int by_host_reverse(const struct hn_question *q, struct hn_answer *a)
{
	struct sockaddr_in sin;
	char name[HN_NAME_MAX + 1];

	if (!reverse_name(q->name, &sin) || getnameinfo((struct sockaddr *)&sin, sizeof(sin), name,
							sizeof(name), NULL, 0, NI_NAMEREQD))
		return 0;
	add_line(a, "%s ptr %s", q->name, name);
	return 1;
}

/* --- D:822 DNS itself ------------------------------------------------------------------- */

static const struct {
	const char *name;
	int type;
} types[] = {
	{ "ip", ns_t_a },	 { "ipv6", ns_t_aaaa }, { "ptr", ns_t_ptr },
	{ "cname", ns_t_cname }, { "mx", ns_t_mx },	{ "ns", ns_t_ns },
	{ "txt", ns_t_txt },	 { "srv", ns_t_srv },	{ "soa", ns_t_soa },
};

static int type_number(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, name))
			return types[i].type;
	return -1;
}

/* A reply, and a record of it. */
struct message {
	const u8 *start, *at, *end;
};

struct record {
	char owner[HN_NAME_MAX + 1];
	int type;
	const u8 *data;
	size_t len;
};

static unsigned get16(const u8 *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* How many bytes the name takes, or -1. */
static int expand(const struct message *m, const u8 *from, char name[HN_NAME_MAX + 1])
{
	int n = dn_expand(m->start, m->end, from, name, HN_NAME_MAX);
	char *p;

	if (n < 0)
		return -1;
	for (p = name; *p; p++) /* no line is to look like two */
		if (*p <= ' ' || *p > '~')
			*p = '?';
	return n;
}

/* Past the header and the questions: how many answers follow. */
static unsigned begin(struct message *m)
{
	unsigned questions;
	int n;

	if (m->end - m->start < 12)
		return 0;
	m->at = m->start + 12;
	for (questions = get16(m->start + 4); questions; questions--) {
		n = dn_skipname(m->at, m->end);
		if (n < 0 || m->end - m->at < n + 4)
			return 0;
		m->at += n + 4;
	}
	return get16(m->start + 6);
}

static int next_record(struct message *m, struct record *rr)
{
	int n = expand(m, m->at, rr->owner);

	if (n < 0 || m->end - m->at < n + 10)
		return -1;
	m->at += n;
	rr->type = (int)get16(m->at);
	rr->len = get16(m->at + 8);
	rr->data = m->at + 10;
	if ((size_t)(m->end - rr->data) < rr->len)
		return -1;
	m->at = rr->data + rr->len;
	return 0;
}

static void put_text(const u8 *p, size_t left, const char *name, struct hn_answer *a)
{
	char text[512];
	size_t n = 0;

	while (left && n < sizeof(text) - 1) {
		size_t len = *p++;

		left--;
		for (; len && left && n < sizeof(text) - 1; len--, left--, p++)
			text[n++] = (char)(*p < ' ' ? ' ' : *p);
	}
	text[n] = 0;
	add_line(a, "%s txt\t%s", name, text);
}

static void put_record(const struct message *m, const struct record *rr, struct hn_answer *a)
{
	const u8 *p = rr->data;
	size_t len = rr->len;
	const char *owner = rr->owner;
	char name[HN_NAME_MAX + 1], ip[48];

	switch (rr->type) {
	case ns_t_a:
		if (len == 4 && inet_ntop(AF_INET, p, ip, sizeof(ip)))
			add_line(a, "%s ip %s", owner, ip);
		break;
	case ns_t_aaaa:
		if (len == 16 && inet_ntop(AF_INET6, p, ip, sizeof(ip)))
			add_line(a, "%s ipv6 %s", owner, ip);
		break;
	case ns_t_ptr:
	case ns_t_cname:
	case ns_t_ns:
		if (expand(m, p, name) >= 0)
			add_line(a, "%s %s %s", owner,
				 rr->type == ns_t_ptr	? "ptr" :
				 rr->type == ns_t_cname ? "cname" :
							  "ns",
				 name);
		break;
	case ns_t_mx:
		if (len > 2 && expand(m, p + 2, name) >= 0)
			add_line(a, "%s mx %u %s", owner, get16(p), name);
		break;
	case ns_t_srv:
		/* priority, weight, port, as they come; Plan 9 gives weight after priority */
		if (len > 6 && expand(m, p + 6, name) >= 0)
			add_line(a, "%s srv %u %u %u %s", owner, get16(p + 2), get16(p),
				 get16(p + 4), name);
		break;
	case ns_t_soa:
		if (expand(m, p, name) >= 0)
			add_line(a, "%s soa %s", owner, name);
		break;
	case ns_t_txt:
		put_text(p, len, owner, a);
		break;
	default:
		break;
	}
}

static void by_dns(const struct resolver *r, const struct hn_question *q, int type,
		   struct hn_answer *a)
{
	struct __res_state state;
	u8 reply[4096];
	struct message m;
	struct record rr;
	unsigned n;
	int len;

	memset(&state, 0, sizeof(state));
	if (res_ninit(&state) < 0) {
		no_answer(a, "dns failure");
		return;
	}
	if (r->own) {
		state.nscount = 1;
		state.nsaddr_list[0] = r->server;
	}
	len = res_nquery(&state, q->name, ns_c_in, type, reply, sizeof(reply));
	res_nclose(&state);
	if (len < 0) {
		no_answer(a, state.res_h_errno == NO_DATA ? "resource does not exist; negrcode 0" :
							    "dns failure");
		return;
	}
	if (len > (int)sizeof(reply))
		len = sizeof(reply);
	m = (struct message){ reply, reply, reply + len };
	for (n = begin(&m); n && !next_record(&m, &rr); n--)
		if (rr.type == type)
			put_record(&m, &rr, a);
	if (!a->len)
		no_answer(a, "resource does not exist; negrcode 0");
}

/* --- D:823 One question after the other ----------------------------------------------------- */

static void answer(const struct resolver *r, const struct hn_question *q, struct hn_answer *a)
{
	int host = !strcmp(q->type, "host"), type = type_number(q->type);

	if (!host && type < 0) {
		no_answer(a, "unknown resource type");
		return;
	}
	if (r->own) {
		by_dns(r, q, host ? ns_t_a : type, a);
		if (host)
			by_dns(r, q, ns_t_aaaa, a);
		return;
	}
	if (host)
		by_host(q, AF_UNSPEC, a);
	else if (type == ns_t_a || type == ns_t_aaaa)
		by_host(q, type == ns_t_a ? AF_INET : AF_INET6, a);
	else if (type != ns_t_ptr || !by_host_reverse(q, a))
		by_dns(r, q, type, a);
}

static void *work(void *arg)
{
	const struct resolver *r = arg;
	struct hn_question q;
	struct hn_answer a;
	ssize_t n;

	for (;;) {
		n = recv(r->sock, &q, sizeof(q), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(q))
			_exit(0);
		q.name[HN_NAME_MAX] = q.type[sizeof(q.type) - 1] = 0;
		memset(&a, 0, sizeof(a));
		a.id = q.id;
		answer(r, &q, &a);
		if (send(r->sock, &a, sizeof(a), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
}

/* "ADDR" or "ADDR!PORT", checked when the option was read. */
static void take_server(struct resolver *r, const char *server)
{
	char copy[64], *bang;
	u16 port = 53;

	snprintf(copy, sizeof(copy), "%s", server);
	bang = strchr(copy, '!');
	if (bang) {
		*bang++ = 0;
		hn_parse_port(&port, bang);
	}
	r->own = *copy != 0;
	r->server.sin_family = AF_INET;
	r->server.sin_port = htons(port);
	inet_pton(AF_INET, copy, &r->server.sin_addr);
}

void hn_resolve(int sock, const char *server)
{
	static struct resolver r;
	pthread_t thread;
	int i;

	r.sock = sock;
	take_server(&r, server);
	/* the first is inherited by threads, the second reaches them all */
	hostnet_resolver_confine();
	for (i = 1; i < THREADS; i++)
		pthread_create(&thread, NULL, work, &r);
	hostnet_resolver_seccomp();
	work(&r);
	_exit(0);
}
