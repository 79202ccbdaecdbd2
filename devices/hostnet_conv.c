/* SPDX-License-Identifier: MIT */
/*
 * D:730 Conversations: a socket of the host behind each.
 *
 * No socket ever blocks.  A request that has to wait is put into one of its
 * conversation's queues, and epoll is told to look, once (EPOLLONESHOT): so
 * a socket nobody asks about costs nothing, even if its peer has hung up.
 * Conversations are used again and never freed while the server lives; what
 * an old event finds is at worst a socket that is not ready.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "devices/hostnet_impl.h"

/* --- D:731 To have one ------------------------------------------------------------ */

static void clear(struct hn_conv *c)
{
	c->state = HN_CLOSED;
	c->headers = c->guarded = c->ended = 0;
	c->fd = -1;
	c->family = AF_INET;
	c->watched = 0;
	c->error = 0;
	c->nin = c->nout = 0;
	c->npeers = 0;
	memset(&c->local, 0, sizeof(c->local));
	memset(&c->remote, 0, sizeof(c->remote));
}

static struct hn_conv *make(struct hostnet *h, int proto, unsigned n)
{
	struct hn_conv *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->h = h;
	c->proto = (u8)proto;
	c->n = (u16)n;
	clear(c);
	strcpy(c->owner, "network");
	h->conv[proto][n] = c;
	return c;
}

/* The first that nobody uses. */
int hn_conv_clone(struct hostnet *h, int proto, const char *user, struct hn_conv **to)
{
	unsigned n;

	for (n = 0; n < HN_CONVS; n++) {
		struct hn_conv *c = h->conv[proto][n];

		if (!c)
			c = make(h, proto, n);
		if (!c)
			return -ENOMEM;
		if (c->refs)
			continue;
		hn_conv_hold(c, user);
		*to = c;
		return 0;
	}
	return -HN_ENOCONV;
}

struct hn_conv *hn_conv_find(const struct hostnet *h, struct hn_file f)
{
	return f.proto < HN_PROTOS && f.n < HN_CONVS ? h->conv[f.proto][f.n] : NULL;
}

void hn_conv_hold(struct hn_conv *c, const char *user)
{
	if (!c->refs++) {
		clear(c);
		memset(c->owner, 0, sizeof(c->owner));
		memcpy(c->owner, user, strnlen(user, sizeof(c->owner) - 1));
	}
}

void hn_conv_drop(struct hn_conv *c)
{
	if (--c->refs)
		return;
	hn_conv_end(c, 0, 0);
	clear(c);
}

/* --- D:732 Ends ------------------------------------------------------------------------ */

static void answer_all(struct hn_conv *c, struct hn_req **queue, int err)
{
	while (*queue) {
		struct hn_req *q = *queue;

		hn_unwait(q);
		if (!err && q->type == P9_TREAD)
			hn_put_read(q, NULL, 0);
		hn_answer(c->h, q, q->type == P9_TREAD ? err : err ? err : -HN_EHUNGUP);
	}
}

/* What waits is told why; data on its way is still delivered unless abrupt. */
void hn_conv_end(struct hn_conv *c, int err, int abrupt)
{
	const struct linger now = { .l_onoff = 1 };

	if (c->fd >= 0) {
		if (abrupt && c->proto == HN_TCP && c->state == HN_CONNECTED)
			setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(c->fd);
	}
	c->fd = -1;
	c->watched = 0;
	if (c->state != HN_CLOSED)
		c->state = HN_HUNGUP;
	c->error = err;
	answer_all(c, &c->connector, -err);
	answer_all(c, &c->listeners, -err);
	answer_all(c, &c->readers, -err);
	answer_all(c, &c->writers, -err);
}

/* --- D:733 Waiting ------------------------------------------------------------------------ */

void hn_conv_watch(struct hn_conv *c)
{
	struct epoll_event e = { .events = EPOLLONESHOT };

	if (c->fd < 0)
		return;
	if (c->readers || c->listeners)
		e.events |= EPOLLIN;
	if (c->writers || c->connector)
		e.events |= EPOLLOUT;
	if (e.events == EPOLLONESHOT || e.events == c->watched)
		return;
	c->watched = e.events;
	e.data.u64 = (u64)c->proto << 16 | c->n;
	if (epoll_ctl(c->h->epoll, EPOLL_CTL_MOD, c->fd, &e) < 0 && errno == ENOENT &&
	    epoll_ctl(c->h->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		hn_conv_end(c, errno, 1);
}

static int wait_in(struct hn_conv *c, struct hn_req *q, struct hn_req **queue)
{
	hn_wait(q, queue);
	hn_conv_watch(c);
	return HN_PENDING;
}

/* --- D:734 Data ------------------------------------------------------------------------------ */

/* What stands in the way of data. */
static int not_ready(const struct hn_conv *c)
{
	if (c->state == HN_CONNECTED || (c->proto == HN_UDP && c->state == HN_ANNOUNCED))
		return 0;
	if (c->state == HN_HUNGUP)
		return c->error ? -c->error : -HN_EHUNGUP;
	return -HN_ENOTCONN;
}

/* 0, -EAGAIN, or why not. */
static int try_read(struct hn_conv *c, struct hn_req *q)
{
	struct p9_out size = q->out;
	size_t room = q->count;
	ssize_t n;

	p9_put(&q->out, 0, 4);
	if (q->out.full)
		return -EMSGSIZE;
	if (room > (size_t)(q->out.end - q->out.at))
		room = (size_t)(q->out.end - q->out.at);
	if (c->proto == HN_UDP)
		n = hn_udp_recv(c, q->out.at, room);
	else
		n = recv(c->fd, q->out.at, room, MSG_DONTWAIT);
	if (n < 0) {
		q->out = size;
		return errno == EINTR ? -EAGAIN : -errno;
	}
	if (!n && c->proto == HN_TCP && room)
		c->ended = 1;
	c->nin += (u64)n;
	q->out.at += n;
	p9_put(&size, (u64)n, 4);
	return 0;
}

int hn_conv_read(struct hn_conv *c, struct hn_req *q)
{
	int err = not_ready(c);

	if (err == -HN_EHUNGUP || (!err && c->ended))
		return hn_put_read(q, NULL, 0);
	if (err)
		return err;
	if (c->readers)
		return wait_in(c, q, &c->readers);
	err = try_read(c, q);
	return err == -EAGAIN ? wait_in(c, q, &c->readers) : err;
}

static int put_count(struct hn_req *q)
{
	p9_put(&q->out, q->done, 4);
	return 0;
}

static int try_write(struct hn_conv *c, struct hn_req *q)
{
	do {
		const u8 *from = q->in.at + q->done;
		size_t left = q->count - q->done;
		ssize_t n;

		if (c->proto == HN_UDP)
			n = hn_udp_send(c, from, left);
		else
			n = send(c->fd, from, left, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EINTR ? -EAGAIN : errno == EPIPE ? -HN_EHUNGUP : -errno;
		c->nout += (u64)n;
		q->done += (u32)n;
	} while (q->done < q->count);
	return put_count(q);
}

int hn_conv_write(struct hn_conv *c, struct hn_req *q)
{
	int err = not_ready(c);

	if (err)
		return err;
	if (c->writers)
		return wait_in(c, q, &c->writers);
	err = try_write(c, q);
	return err == -EAGAIN ? wait_in(c, q, &c->writers) : err;
}

/* --- D:735 Calls that come in ------------------------------------------------------------------ */

static int accept_into(struct hn_conv *c, struct hn_conv *to)
{
	struct sockaddr_storage ss = { .ss_family = AF_INET };
	socklen_t len = sizeof(ss);
	int fd = accept4(c->fd, (struct sockaddr *)&ss, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int on = 1;

	if (fd < 0)
		return errno == EINTR || errno == ECONNABORTED ? -EAGAIN : -errno;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	to->fd = fd;
	to->family = ss.ss_family;
	to->state = HN_CONNECTED;
	hn_from_sockaddr(&to->remote, &ss);
	len = sizeof(ss);
	if (!getsockname(fd, (struct sockaddr *)&ss, &len))
		hn_from_sockaddr(&to->local, &ss);
	c->h->accepts[c->proto]++;
	return 0;
}

/* The opened file becomes the ctl of the new conversation. */
static int try_listen(struct hn_conv *c, struct hn_req *q)
{
	struct hn_conv *to;
	int err;

	if (q->f->open) /* two wait for the same fid: the other was first */
		return -EBADFD;
	err = hn_conv_clone(c->h, c->proto, c->owner, &to);
	if (err)
		return err;
	err = accept_into(c, to);
	if (err) {
		hn_conv_drop(to);
		return err;
	}
	q->f->file = (struct hn_file){ HN_CTL, to->proto, to->n };
	q->f->open = 1;
	p9_put_qid(&q->out, hn_qid(c->h, q->f->file));
	p9_put(&q->out, 0, 4);
	return 0;
}

int hn_conv_listen(struct hn_conv *c, struct hn_req *q)
{
	int err;

	if (c->state == HN_HUNGUP)
		return c->error ? -c->error : -HN_EHUNGUP;
	if (c->state != HN_ANNOUNCED || c->proto != HN_TCP)
		return -HN_ENOTANN;
	if (c->listeners)
		return wait_in(c, q, &c->listeners);
	err = try_listen(c, q);
	return err == -EAGAIN ? wait_in(c, q, &c->listeners) : err;
}

/* --- D:736 What epoll found ----------------------------------------------------------------------- */

static void serve_queue(struct hn_conv *c, struct hn_req **queue,
			int (*attempt)(struct hn_conv *, struct hn_req *))
{
	while (*queue && c->fd >= 0) {
		struct hn_req *q = *queue;
		int err = attempt(c, q);

		if (err == -EAGAIN)
			return;
		hn_unwait(q);
		hn_answer(c->h, q, err);
	}
}

static int try_connected(struct hn_conv *c, struct hn_req *q)
{
	return hn_connected(c, q);
}

void hn_conv_event(struct hn_conv *c, u32 events)
{
	const u32 both = EPOLLERR | EPOLLHUP;

	if (c->fd < 0)
		return;
	c->watched = 0;
	if (events & (EPOLLOUT | both)) {
		serve_queue(c, &c->connector, try_connected);
		serve_queue(c, &c->writers, try_write);
	}
	if (events & (EPOLLIN | both)) {
		serve_queue(c, &c->listeners, try_listen);
		serve_queue(c, &c->readers, try_read);
	}
	hn_conv_watch(c);
}

/* --- D:737 What a conversation says about itself ----------------------------------------------------- */

static const char *tcp_state(const struct hn_conv *c, const struct tcp_info *ti)
{
	static const char *const names[] = {
		[TCP_ESTABLISHED] = "Established",
		[TCP_SYN_SENT] = "Syn_sent",
		[TCP_SYN_RECV] = "Syn_received",
		[TCP_FIN_WAIT1] = "Finwait1",
		[TCP_FIN_WAIT2] = "Finwait2",
		[TCP_TIME_WAIT] = "Time_wait",
		[TCP_CLOSE] = "Closed",
		[TCP_CLOSE_WAIT] = "Close_wait",
		[TCP_LAST_ACK] = "Last_ack",
		[TCP_LISTEN] = "Listen",
		[TCP_CLOSING] = "Closing",
	};

	if (c->fd < 0 || ti->tcpi_state >= sizeof(names) / sizeof(names[0]) ||
	    !names[ti->tcpi_state])
		return "Closed";
	return names[ti->tcpi_state];
}

static int status_text(struct hn_conv *c, char *buf, size_t size)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);

	if (c->proto == HN_UDP)
		return snprintf(buf, size, "%s qin 0 qout 0\n", c->fd >= 0 ? "Open" : "Closed");
	if (c->fd >= 0)
		getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &ti, &len);
	return snprintf(buf, size,
			"%s qin 0 qout %u srtt %u mdev %u cwin %u rexmit %u in %llu out %llu\n",
			tcp_state(c, &ti), ti.tcpi_unacked, ti.tcpi_rtt / 1000,
			ti.tcpi_rttvar / 1000, ti.tcpi_snd_cwnd * ti.tcpi_snd_mss,
			ti.tcpi_total_retrans, (unsigned long long)c->nin,
			(unsigned long long)c->nout);
}

int hn_conv_text(struct hn_conv *c, int kind, char *buf, size_t size)
{
	const struct hn_addr *a = kind == HN_LOCAL ? &c->local : &c->remote;
	char ip[48];

	if (kind == HN_STATUS)
		return status_text(c, buf, size);
	if (kind == HN_CTL)
		return snprintf(buf, size, "%u", c->n);
	if (kind == HN_ERR)
		return 0;
	return snprintf(buf, size, "%s!%u\n", hn_ip_text(a->ip, ip), a->port);
}
