/* SPDX-License-Identifier: MIT */
/*
 * D:770 The files cs and dns: a question is written, answers are read.
 *
 * cs turns "tcp!host!service" into lines "/net/tcp/clone ADDR!PORT", dns turns
 * "host type" into lines "host type value".  Each read gives one line, found by
 * its place among all of them, as Plan 9's servers do.  Names are another
 * process's business (hostnet_dns.c): the write that asks waits for it, and
 * nobody else does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "devices/hostnet_impl.h"

#define LINES_MAX 8192

/* --- Answers of a fid ----------------------------------------------------------- */

static void drop_lines(struct hn_fid *f)
{
	free(f->lines.text);
	f->lines.text = NULL;
	f->lines.len = 0;
}

static int add_line(struct hn_fid *f, const char *line)
{
	u32 len = (u32)strlen(line) + 1;

	if (!f->lines.text)
		f->lines.text = malloc(LINES_MAX);
	if (!f->lines.text || len > LINES_MAX - f->lines.len)
		return -ENOMEM;
	memcpy(f->lines.text + f->lines.len, line, len);
	f->lines.len += len;
	return 0;
}

/* The rest of the line at this offset, the ends of lines not counted. */
int hn_query_read(struct hn_fid *f, struct hn_req *q)
{
	u32 start = 0;
	u64 at = 0;

	while (start < f->lines.len) {
		const char *line = f->lines.text + start;
		size_t len = strlen(line);

		if (q->offset < at + len) {
			size_t skip = (size_t)(q->offset - at), n = len - skip;

			return hn_put_read(q, line + skip, n < q->count ? n : q->count);
		}
		at += len;
		start += (u32)len + 1;
	}
	return hn_put_read(q, NULL, 0);
}

/* --- cs ------------------------------------------------------------------------------- */

/* "net!host!service" in three words; no service: "". */
struct cs_query {
	char net[64], host[HN_NAME_MAX + 1], service[32];
};

static int split_query(struct cs_query *c, const char *text)
{
	const char *host = strchr(text, '!'), *service;
	size_t net, len;

	if (!host)
		return -HN_EQUERY;
	net = (size_t)(host++ - text);
	service = strchr(host, '!');
	len = service ? (size_t)(service - host) : strlen(host);
	if (!len)
		return -HN_EDNS;
	if (net >= sizeof(c->net) || len >= sizeof(c->host) ||
	    (service && strlen(service + 1) >= sizeof(c->service)))
		return -HN_EQUERY;
	memset(c, 0, sizeof(*c));
	memcpy(c->net, text, net);
	memcpy(c->host, host, len);
	if (service)
		strcpy(c->service, service + 1);
	return 0;
}

/* The network's last element counts: /net/tcp is tcp. */
static int uses(const struct cs_query *c, int proto)
{
	const char *slash = strrchr(c->net, '/'), *net = slash ? slash + 1 : c->net;

	return !strcmp(net, "net") || !strcmp(net, hn_proto_name(proto));
}

/* One line for each protocol that has the service. */
static int cs_lines(struct hostnet *h, struct hn_fid *f, const struct cs_query *c,
		    const char *address)
{
	int proto, err = -HN_ENONET;

	for (proto = 0; proto < HN_PROTOS; proto++) {
		char line[160];
		u16 port = 0;
		int e;

		if (!uses(c, proto))
			continue;
		e = *c->service ? hn_service(h, proto, c->service, &port) : 0;
		if (e) {
			if (err)
				err = e;
			continue;
		}
		if (*c->service)
			snprintf(line, sizeof(line), "/net/%s/clone %s!%u", hn_proto_name(proto),
				 address, port);
		else
			snprintf(line, sizeof(line), "/net/%s/clone %s", hn_proto_name(proto),
				 address);
		err = add_line(f, line);
		if (err)
			return err;
	}
	return err;
}

static int cs_attribute(struct hn_fid *f, const char *text)
{
	char line[80];
	int n;

	if (strncmp(text, "protocol=", 9))
		return -HN_EQUERY;
	n = hn_protocol(text + 9);
	if (n < 0)
		return -HN_ETRANS;
	snprintf(line, sizeof(line), "protocol=%.32s ipproto=%d", text + 9, n);
	return add_line(f, line);
}

/* --- Questions to the resolver ----------------------------------------------------------- */

static int ask(struct hostnet *h, struct hn_req *q, const char *name, const char *type)
{
	struct hn_question question = { .id = ++h->next_question };

	if (!question.id)
		question.id = ++h->next_question;
	if (h->resolver < 0 || strlen(name) > HN_NAME_MAX || strlen(type) >= sizeof(question.type))
		return -HN_EDNS;
	strcpy(question.name, name);
	strcpy(question.type, type);
	if (send(h->resolver, &question, sizeof(question), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -HN_EDNS; /* too many at once, or it is gone */
	q->question = question.id;
	hn_wait(q, NULL);
	return HN_PENDING;
}

static int cs_query(struct hostnet *h, struct hn_fid *f, struct hn_req *q, const char *text)
{
	struct cs_query c;
	u8 ip[16];
	int err;

	if (*text == '!')
		return cs_attribute(f, text + 1);
	err = split_query(&c, text);
	if (err)
		return err;
	if (!strcmp(c.host, "*") || !hn_parse_ip(ip, c.host))
		return cs_lines(h, f, &c, c.host);
	if (!uses(&c, HN_TCP) && !uses(&c, HN_UDP))
		return -HN_ENONET;
	return ask(h, q, c.host, "host");
}

static int dns_query(struct hostnet *h, struct hn_req *q, char *text)
{
	char *type = strrchr(text, ' ');

	if (!type)
		return ask(h, q, text, "ip");
	*type++ = 0;
	return ask(h, q, text, type);
}

int hn_query(struct hostnet *h, struct hn_fid *f, struct hn_req *q, const char *text)
{
	char copy[512];
	int err;

	free(f->query);
	f->query = NULL;
	drop_lines(f);
	if (f->file.kind == HN_CS)
		err = cs_query(h, f, q, text);
	else {
		if (strlen(text) >= sizeof(copy))
			return -HN_EQUERY;
		strcpy(copy, text);
		err = dns_query(h, q, copy);
	}
	if (err == HN_PENDING)
		f->query = strdup(text);
	return err;
}

/* --- And its answers -------------------------------------------------------------------------- */

static struct hn_req *asked(struct hostnet *h, u32 id)
{
	struct hn_req *q;

	for (q = h->all; q; q = q->all_next)
		if (q->question == id)
			return q;
	return NULL; /* flushed meanwhile */
}

static int take_line(struct hostnet *h, struct hn_fid *f, const char *line)
{
	struct cs_query c;
	const char *value = strrchr(line, ' ');
	int err;

	if (f->file.kind == HN_DNS)
		return add_line(f, line);
	if (!f->query || split_query(&c, f->query))
		return -ENOMEM;
	err = cs_lines(h, f, &c, value ? value + 1 : line);
	return err;
}

/* The resolver reads files of the host; it is not believed more than needed. */
static void take_answer(struct hostnet *h, struct hn_answer *a)
{
	struct hn_req *q = asked(h, a->id);
	u32 at, len;
	int err = 0;

	if (!q || !a->id)
		return;
	q->question = 0;
	hn_unwait(q);
	if (a->len > sizeof(a->text))
		a->len = 0;
	for (at = 0; at < a->len && !err; at += len) {
		len = (u32)strnlen(a->text + at, a->len - at) + 1;
		if (at + len <= a->len)
			err = take_line(h, q->f, a->text + at);
	}
	a->error[sizeof(a->error) - 1] = 0;
	if (!a->len)
		hn_answer_text(h, q, *a->error ? a->error : "dns failure");
	else {
		if (!err)
			p9_put(&q->out, q->count, 4);
		hn_answer(h, q, err);
	}
}

/* Nobody shall wait for it, now or later. */
static void lose_resolver(struct hostnet *h)
{
	struct hn_req *q, *next;

	epoll_ctl(h->epoll, EPOLL_CTL_DEL, h->resolver, NULL);
	h->resolver = -1;
	for (q = h->all; q; q = next) {
		next = q->all_next;
		if (q->question)
			hn_answer(h, q, -HN_EDNS);
	}
}

void hn_resolver_ready(struct hostnet *h)
{
	struct hn_answer a;
	ssize_t n;
	int i;

	for (i = 0; i < 16; i++) {
		n = recv(h->resolver, &a, sizeof(a), MSG_DONTWAIT);
		if (n == sizeof(a))
			take_answer(h, &a);
		else if (n >= 0 || (errno != EAGAIN && errno != EINTR)) {
			lose_resolver(h);
			return;
		} else
			return;
	}
}
