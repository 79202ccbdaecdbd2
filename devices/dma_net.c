/* SPDX-License-Identifier: MIT */
/*
 * D:350 The network card of lguest 2.6.23, at a cable of the host.
 *
 * Its page is an array of addresses, one for each station; a frame for station
 * n is sent to the key that is the n-th word of the page.  Here are only two:
 * we, in slot 0, who want to hear everything, and the guest in slot 1.
 *
 * Frames are copied through memory of ours: the guest's buffer is its own again
 * when the call returns, and what comes for it waits here until a buffer is
 * free, so that nothing is lost but when the guest does not listen at all.
 */
#include <errno.h>
#include <string.h>

#include "devices/device_impl.h"
#include "devices/dma.h"
#include "devices/net.h"
#include "devices/worker.h"

#define OUR_SLOT   0u
#define GUEST_SLOT 1u
#define SLOT_BYTES 2048u
#define FRAME_MAX  (SLOT_BYTES - NET_HDR_SHORT)
#define RX_AT	   (DMA_NET_SLOTS * SLOT_BYTES) /* in the scratch; out comes first */
#define SEND_NS	   50000000u			/* to wait for a cable that takes nothing */
#define LOOK_NS	   5000000u

static u32 key_of(const struct dma_port *p, u32 slot)
{
	return p->page + 4 * slot;
}

/* --- Out ----------------------------------------------------------------------------- */

/* 1: it is on its way, or will never be. */
static int transmit(struct dma_port *p, const struct dma_list *l, u32 *used)
{
	u32 free = ~p->tx.busy & ((1u << DMA_NET_SLOTS) - 1), slot;
	struct vq_piece piece;
	u8 *at;
	int n;

	*used = 0;
	if (l->bytes < NET_ETHER || l->bytes > FRAME_MAX || p->device->broken)
		return 1;
	if (!free)
		return 0;
	slot = (u32)__builtin_ctz(free);
	at = dma_scratch(p, slot * SLOT_BYTES);
	memset(at, 0, NET_HDR_SHORT);
	n = dma_take(&p->bus->table, l, at + NET_HDR_SHORT, FRAME_MAX);
	if (n < 0)
		return 1;
	piece = (struct vq_piece){ p->scratch + slot * SLOT_BYTES, NET_HDR_SHORT + (u32)n };
	dma_ring_offer(&p->tx, slot, &piece, 1, 0);
	dma_ring_kick(&p->tx);
	*used = (u32)n;
	return 1;
}

static int net_send(struct dma_port *p, u32 key, const struct dma_list *l)
{
	unsigned slot;
	u32 used, len;

	if (key != key_of(p, OUR_SLOT))
		return DMA_DONE; /* nobody there */
	while (dma_ring_take(&p->tx, &slot, &len))
		;
	if (transmit(p, l, &used))
		return dma_sent_now(p->bus, l, used);
	dma_bus_later(p->bus, LOOK_NS);
	return dma_wait(p, l);
}

static void work_out(struct dma_port *p)
{
	unsigned slot;
	u32 used, len;

	while (dma_ring_take(&p->tx, &slot, &len))
		;
	if (!p->waits)
		return;
	if (transmit(p, &p->sending, &used) || worker_now() - p->since > SEND_NS)
		dma_sent(p, used);
	else
		dma_bus_later(p->bus, LOOK_NS);
}

/* --- In ------------------------------------------------------------------------------- */

static void offer_room(struct dma_port *p, unsigned slot)
{
	struct vq_piece piece = { p->scratch + RX_AT + slot * SLOT_BYTES, SLOT_BYTES };

	dma_ring_offer(&p->rx, slot, &piece, 0, 1);
}

static void done_first(struct dma_port *p)
{
	offer_room(p, p->order[0]);
	p->norder--;
	memmove(p->order, p->order + 1, p->norder);
}

static void work_in(struct dma_port *p)
{
	unsigned slot, had;
	u32 len;
	int ret;

	while (dma_ring_take(&p->rx, &slot, &len)) {
		p->length[slot] = len > SLOT_BYTES || len < NET_HDR_SHORT ? 0 : len - NET_HDR_SHORT;
		p->order[p->norder++] = (u8)slot;
	}
	had = p->norder;
	while (p->norder) {
		slot = p->order[0];
		len = p->length[slot];
		ret = len ? dma_deliver(p, key_of(p, GUEST_SLOT),
					dma_scratch(p, RX_AT + slot * SLOT_BYTES + NET_HDR_SHORT),
					len) :
			    0;
		if (ret == -EAGAIN || ret == -EFAULT)
			break;
		done_first(p); /* taken, or nobody listens */
	}
	if (p->norder != had)
		dma_ring_kick(&p->rx);
}

static void net_port_work(struct dma_port *p)
{
	work_out(p);
	work_in(p);
}

static const struct dma_port_kind net_port = {
	.type = DMA_NET,
	.send = net_send,
	.work = net_port_work,
};

int dma_add_net(struct dma_bus *bus, struct device *d)
{
	static const u8 promiscuous[NET_MAC] = { 1 };
	struct dma_port *p = dma_bus_add(bus, &net_port, d, 1, DMA_F_RANDOMNESS | GUEST_SLOT,
					 2 * DMA_NET_SLOTS * SLOT_BYTES);
	unsigned i;
	u8 *page;

	if (!p)
		return -ENOSPC;
	page = bus->real.memory(bus->real.handle, p->page, LG_PAGE_SIZE);
	memcpy(page + OUR_SLOT * NET_MAC, promiscuous, NET_MAC);
	dma_ring_init(&p->tx, d, NET_TX, 1);
	dma_ring_init(&p->rx, d, NET_RX, 1);
	device_start(d, 0);
	for (i = 0; i < DMA_NET_SLOTS; i++)
		offer_room(p, i);
	dma_ring_kick(&p->rx);
	return 0;
}
