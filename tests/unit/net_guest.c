/* SPDX-License-Identifier: MIT */
#include "tests/unit/net_guest.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void pair(int *mine, int *its)
{
	int p[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p) < 0)
		abort();
	*mine = p[0];
	*its = p[1];
}

void net_guest_init(struct net_guest *g, enum net_peer peer, u32 features)
{
	static const u8 mac[NET_MAC] = { 2, 0, 0, 0, 0, 1 };
	int fd = -1, control = -1;

	memset(g, 0, sizeof(*g));
	world_init(&g->w);
	devices_init(&g->all, &g->w.guest);
	g->control = -1;
	pair(&g->peer, &fd);
	if (net_open(&g->net, peer, fd, control, mac, 1500, "test") ||
	    !net_attach(&g->net, &g->all))
		abort();
	if (peer == NET_GUEST)
		g->net.hello_left = g->net.hello_seen = NET_HELLO;
	g->net.device->features = features;
	g->net.device->started = 1;
	g->net.kind.start(g->net.device);
}

void net_guest_end(struct net_guest *g)
{
	net_close(&g->net);
	if (g->peer >= 0)
		close(g->peer);
	if (g->control >= 0)
		close(g->control);
}

void net_guest_work(struct net_guest *g)
{
	int i;

	for (i = 0; i < 10000 && g->net.kind.work(g->net.device); i++)
		;
	device_check(g->net.device);
}

static u32 pfn(const struct net_guest *g, int queue)
{
	return g->net.device->vq[queue].pfn;
}

void net_guest_buffers(struct net_guest *g, unsigned first, unsigned n, u32 len)
{
	struct lg_vring_desc *d = world_desc(&g->w, pfn(g, NET_RX));
	unsigned i;

	for (i = first; i < first + n; i++) {
		d[i] = (struct lg_vring_desc){ IN_AT + i * IN_SIZE, len, LG_VRING_DESC_WRITE, 0 };
		world_offer(&g->w, pfn(g, NET_RX), (u16)i);
	}
}

void net_guest_send(struct net_guest *g, u16 head, const struct net_header *h, const u8 *frame,
		    u32 len)
{
	struct lg_vring_desc *d = world_desc(&g->w, pfn(g, NET_TX)) + head;
	u32 at = OUT_AT + head * 2048u;

	memcpy(g->w.memory + at, h, g->net.hdr_len);
	memcpy(g->w.memory + at + NET_HDR_LONG, frame, len);
	d[0] = (struct lg_vring_desc){ at, g->net.hdr_len, LG_VRING_DESC_NEXT, (u16)(head + 1) };
	d[1] = (struct lg_vring_desc){ at + NET_HDR_LONG, len, 0, 0 };
	world_offer(&g->w, pfn(g, NET_TX), head);
}

u16 net_guest_sent(const struct net_guest *g)
{
	return world_used((struct world *)&g->w, pfn(g, NET_TX))->idx;
}

int net_guest_received(struct net_guest *g, struct net_header *h, u8 *frame)
{
	struct lg_vring_used *used = world_used(&g->w, pfn(g, NET_RX));
	u32 len = 0, i, count, have;

	if (used->idx == g->taken)
		return -1;
	memset(h, 0, sizeof(*h));
	memcpy(h, g->w.memory + IN_AT + used->ring[g->taken % LG_VRING_NUM].id * IN_SIZE,
	       g->net.hdr_len);
	count = g->net.hdr_len == NET_HDR_LONG ? h->buffers : 1;
	for (i = 0; i < count; i++, g->taken++) {
		struct lg_vring_used_elem *e = &used->ring[g->taken % LG_VRING_NUM];
		u32 skip = i ? 0 : g->net.hdr_len;

		if (used->idx == g->taken)
			abort(); /* not all of the frame at once */
		have = e->len - skip;
		memcpy(frame + len, g->w.memory + IN_AT + e->id * IN_SIZE + skip, have);
		len += have;
	}
	return (int)len;
}

void net_peer_send(struct net_guest *g, u32 word, const void *data, u32 len)
{
	word = htonl(word);
	if (write(g->peer, &word, 4) != 4 || (len && write(g->peer, data, len) != (ssize_t)len))
		abort();
}

u32 net_peer_read(struct net_guest *g, u8 *to, u32 max)
{
	u32 have = 0;
	ssize_t n;

	while (have < max && (n = read(g->peer, to + have, max - have)) > 0)
		have += (u32)n;
	return have;
}
