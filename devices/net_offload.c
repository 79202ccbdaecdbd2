/* SPDX-License-Identifier: MIT */
/*
 * D:930 What a network card does for its guest: checksums and segments.
 *
 * Guests hand each other frames whose checksum is not computed and TCP
 * segments longer than the wire would take: there is no wire.  Only where one
 * side does not know of this do we have to do the work, here, in a buffer of
 * our own.  Everything in the frame and its header may be nonsense: lengths
 * are checked against the frame before they are used, and a frame that does
 * not fit what its header says is dropped.
 */
#include <arpa/inet.h>
#include <string.h>

#include "devices/net.h"

#define IP_PROTO_TCP 6
#define TCP_HEADER   20
#define UDP_CHECK    6 /* offset of the checksum in a UDP header */
#define TCP_FIN	     0x01
#define TCP_PSH	     0x08
#define TCP_CWR	     0x80

/* --- Checksums ------------------------------------------------------------------ */

/* Ones' complement sum of 16-bit words as they lie in memory, folded. */
static u32 sum_words(const u8 *p, size_t len)
{
	u64 sum = 0;
	u32 word;
	u16 half;

	for (; len >= 4; p += 4, len -= 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	if (len >= 2) {
		memcpy(&half, p, 2);
		sum += half;
		p += 2;
		len -= 2;
	}
	if (len)
		sum += *p;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u32)sum;
}

u32 net_sum(const u8 *p, size_t len, u32 sum, int odd)
{
	u32 part = sum_words(p, len);

	if (odd)
		part = (part >> 8 | part << 8) & 0xffff;
	sum += part;
	return (sum & 0xffff) + (sum >> 16);
}

u16 net_fold(u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

int net_header_ok(const struct net_header *h, u32 len)
{
	if (h->flags & NET_HDR_NEEDS_CSUM &&
	    (h->csum_start < NET_ETHER || (u32)h->csum_start + h->csum_offset + 2 > len))
		return 0;
	if (h->gso == NET_GSO_NONE)
		return 1;
	return h->gso == NET_GSO_TCP4 && h->gso_size && h->flags & NET_HDR_NEEDS_CSUM;
}

/* UDP has no checksum 0: it means none. */
u16 net_udp_zero(const struct net_header *h, u16 sum)
{
	return sum == 0 && h->csum_offset == UDP_CHECK ? 0xffff : sum;
}

static void complete(u8 *frame, u32 len, const struct net_header *h)
{
	u16 sum = net_fold(net_sum(frame + h->csum_start, len - h->csum_start, 0, 0));

	sum = net_udp_zero(h, sum);
	memcpy(frame + h->csum_start + h->csum_offset, &sum, 2);
}

/* --- D:935 Segments ----------------------------------------------------------------- */

static u32 get16(const u8 *p)
{
	return (u32)p[0] << 8 | p[1];
}

static void put16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

/* Bytes of Ethernet, IP and TCP header; 0: this is no TCP over IPv4. */
static u32 tcp_headers(const u8 *f, u32 len, const struct net_header *h)
{
	u32 ip, tcp;

	if (len < NET_ETHER + 20 || get16(f + 12) != 0x0800 || f[NET_ETHER] >> 4 != 4)
		return 0;
	ip = (f[NET_ETHER] & 15u) * 4;
	if (ip < 20 || f[NET_ETHER + 9] != IP_PROTO_TCP || h->csum_start != NET_ETHER + ip ||
	    len < NET_ETHER + ip + TCP_HEADER)
		return 0;
	tcp = (u32)(f[NET_ETHER + ip + 12] >> 4) * 4;
	if (tcp < TCP_HEADER || len < NET_ETHER + ip + tcp)
		return 0;
	return NET_ETHER + ip + tcp;
}

void net_cut_start(struct net_cut *c, u8 *frame, u32 len, const struct net_header *h)
{
	u32 headers;

	*c = (struct net_cut){ .h = *h, .frame = frame, .len = len };
	if (h->gso == NET_GSO_NONE) {
		c->left = 1;
		return;
	}
	headers = tcp_headers(frame, len, h);
	if (headers)
		c->left = len == headers ? 1 : (len - headers + h->gso_size - 1u) / h->gso_size;
}

/* The header of segment n at to, which has n bytes of payload. */
static void fix_headers(const struct net_cut *c, u8 *to, u32 headers, u32 n)
{
	u32 iplen = c->h.csum_start - NET_ETHER, seq;
	u8 *ip = to + NET_ETHER, *tcp = to + c->h.csum_start;
	u32 tcplen = headers - c->h.csum_start + n, sum;
	u16 check;

	put16(ip + 2, iplen + tcplen);
	put16(ip + 4, get16(ip + 4) + c->index);
	memset(ip + 10, 0, 2);
	check = net_fold(net_sum(ip, iplen, 0, 0));
	memcpy(ip + 10, &check, 2);

	memcpy(&seq, tcp + 4, 4);
	seq = htonl(ntohl(seq) + c->at);
	memcpy(tcp + 4, &seq, 4);
	if (c->left > 1)
		tcp[13] &= (u8) ~(TCP_FIN | TCP_PSH);
	if (c->index)
		tcp[13] &= (u8)~TCP_CWR;
	memset(tcp + 16, 0, 2);
	sum = net_sum(ip + 12, 8, htons(IP_PROTO_TCP), 0) + htons((u16)tcplen);
	check = net_fold(net_sum(tcp, tcplen, sum, 0));
	memcpy(tcp + 16, &check, 2);
}

u32 net_cut_next(struct net_cut *c, u8 *to)
{
	u32 headers, n;

	if (!c->left)
		return 0;
	if (c->h.gso == NET_GSO_NONE) {
		memcpy(to, c->frame, c->len);
		if (c->h.flags & NET_HDR_NEEDS_CSUM)
			complete(to, c->len, &c->h);
		c->left = 0;
		return c->len;
	}
	headers = tcp_headers(c->frame, c->len, &c->h);
	n = c->len - headers - c->at;
	if (n > c->h.gso_size)
		n = c->h.gso_size;
	memcpy(to, c->frame, headers);
	memcpy(to + headers, c->frame + headers + c->at, n);
	fix_headers(c, to, headers, n);
	c->at += n;
	c->index++;
	c->left--;
	return headers + n;
}
