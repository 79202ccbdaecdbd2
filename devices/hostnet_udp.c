/* SPDX-License-Identifier: MIT */
/*
 * D:750 Datagrams.
 *
 * With "headers" each datagram carries 52 bytes before its data: the remote
 * address, the local one, that of the interface (16 bytes each), and the two
 * ports, high byte first.  Every address a guest sends to is looked up in the
 * rules, for there is no call that was allowed once.
 *
 * A guarded conversation is one on a port of the host's choice that the rules
 * allow no listening on: it hears only those it has spoken to.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/uio.h>

#include "devices/hostnet_impl.h"

static u32 peer_key(const struct hn_addr *a)
{
	u32 key = 2166136261u, i;

	for (i = 0; i < 16; i++)
		key = (key ^ a->ip[i]) * 16777619u;
	return (key ^ a->port) * 16777619u | 1;
}

static int spoken_to(const struct hn_conv *c, const struct hn_addr *a)
{
	u32 key = peer_key(a);
	unsigned i;

	for (i = 0; i < HN_PEERS; i++)
		if (i < c->npeers && c->peers[i] == key)
			return 1;
	return 0;
}

static void remember(struct hn_conv *c, const struct hn_addr *a)
{
	if (!c->guarded || spoken_to(c, a))
		return;
	memmove(c->peers + 1, c->peers, sizeof(c->peers) - sizeof(c->peers[0]));
	c->peers[0] = peer_key(a);
	if (c->npeers < HN_PEERS)
		c->npeers++;
}

/* Let the host say to which of its addresses a datagram came. */
int hn_udp_headers(struct hn_conv *c)
{
	int on = 1;

	c->headers = 1;
	if (c->fd < 0)
		return 0;
	if (c->family == AF_INET6)
		setsockopt(c->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	else
		setsockopt(c->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return 0;
}

static void local_of(struct msghdr *m, struct hn_addr *local)
{
	struct cmsghdr *cm;

	for (cm = CMSG_FIRSTHDR(m); cm; cm = CMSG_NXTHDR(m, cm)) {
		if (cm->cmsg_level == IPPROTO_IP && cm->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo pi;

			memcpy(&pi, CMSG_DATA(cm), sizeof(pi));
			memset(local->ip, 0, 10);
			local->ip[10] = local->ip[11] = 0xff;
			memcpy(local->ip + 12, &pi.ipi_addr, 4);
		}
		if (cm->cmsg_level == IPPROTO_IPV6 && cm->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo pi6;

			memcpy(&pi6, CMSG_DATA(cm), sizeof(pi6));
			memcpy(local->ip, &pi6.ipi6_addr, 16);
		}
	}
}

static void put_header(u8 *to, const struct hn_addr *remote, const struct hn_addr *local)
{
	memcpy(to, remote->ip, 16);
	memcpy(to + 16, local->ip, 16);
	memcpy(to + 32, local->ip, 16);
	to[48] = (u8)(remote->port >> 8);
	to[49] = (u8)remote->port;
	to[50] = (u8)(local->port >> 8);
	to[51] = (u8)local->port;
}

ssize_t hn_udp_recv(struct hn_conv *c, u8 *to, size_t room)
{
	size_t head = c->headers ? HN_UDP_HEADER : 0;
	union {
		struct cmsghdr align;
		char bytes[256];
	} control;
	struct sockaddr_storage ss;
	struct hn_addr from, local;
	int tries;

	if (room < head) {
		errno = EINVAL;
		return -1;
	}
	/* A flood of what is not wanted must not keep us here. */
	for (tries = 0; tries < 32; tries++) {
		struct iovec iov = { to + head, room - head };
		struct msghdr m = { .msg_name = &ss,
				    .msg_namelen = sizeof(ss),
				    .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT);

		if (n < 0)
			return n;
		hn_from_sockaddr(&from, &ss);
		if (c->guarded && !spoken_to(c, &from))
			continue;
		if (!head)
			return n;
		local = c->local;
		local_of(&m, &local);
		put_header(to, &from, &local);
		return n + (ssize_t)head;
	}
	errno = EAGAIN;
	return -1;
}

/* A refusal by the peer's host concerns an earlier datagram: try again, once. */
static ssize_t send_to(struct hn_conv *c, const u8 *data, size_t len, const struct hn_addr *a)
{
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
	struct sockaddr_storage ss;
	socklen_t sslen = 0;
	ssize_t n;

	if (a)
		sslen = hn_sockaddr(&ss, c->family, a);
	n = sendto(c->fd, data, len, flags, a ? (struct sockaddr *)&ss : NULL, sslen);
	if (n < 0 && errno == ECONNREFUSED && a)
		n = sendto(c->fd, data, len, flags, (struct sockaddr *)&ss, sslen);
	return n;
}

static ssize_t fail(int err)
{
	errno = err;
	return -1;
}

ssize_t hn_udp_send(struct hn_conv *c, const u8 *data, size_t len)
{
	struct hn_addr to;
	ssize_t n;

	if (!c->headers)
		return c->state == HN_CONNECTED ? send_to(c, data, len, NULL) : fail(HN_ENOTCONN);
	if (len < HN_UDP_HEADER)
		return fail(HN_ESHORT);
	memcpy(to.ip, data, 16);
	to.port = (u16)(data[48] << 8 | data[49]);
	if (hn_is_any(to.ip))
		return fail(HN_EBADADDR);
	if (c->family == AF_INET && !hn_is_v4(to.ip))
		return fail(ENETUNREACH);
	if (hn_deny(c->h, 0, HN_UDP, &to))
		return fail(HN_EDENIED);
	remember(c, &to);
	n = send_to(c, data + HN_UDP_HEADER, len - HN_UDP_HEADER,
		    c->state == HN_CONNECTED ? NULL : &to);
	return n < 0 ? n : n + HN_UDP_HEADER;
}
