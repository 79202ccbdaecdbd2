/* SPDX-License-Identifier: MIT */
/*
 * D:345 Console and disks of lguest 2.6.23.
 *
 * The console is at key 0: what is sent there is printed, what is bound there
 * is filled with what is typed.  A disk is at the key that is the address of its
 * page, in which the guest describes one request at a time; data come with the
 * SEND (to write) or go to what is bound (to read).  As on the old Launcher
 * either is over when the call returns.
 */
#include <errno.h>
#include <string.h>

#include "devices/block.h"
#include "devices/console.h"
#include "devices/device_impl.h"
#include "devices/dma.h"

/* --- D:346 The console -------------------------------------------------------------- */

#define TYPED_MAX 256u /* the buffer such guests have */

static void offer_typed(struct dma_port *p)
{
	struct vq_piece room = { p->scratch, TYPED_MAX };

	dma_ring_offer(&p->rx, 0, &room, 0, 1);
	dma_ring_kick(&p->rx);
}

static int console_send(struct dma_port *p, u32 key, const struct dma_list *l)
{
	(void)key;
	if (!l->n || p->device->broken)
		return dma_sent_now(p->bus, l, 0);
	dma_wait(p, l);
	dma_ring_offer(&p->tx, 0, l->piece, l->n, 0);
	dma_ring_kick(&p->tx);
	return DMA_LATER;
}

/* What is typed ahead waits here, then in the device, then in the terminal. */
static void give_typed(struct dma_port *p)
{
	int n;

	while (p->given < p->length[0]) {
		n = dma_deliver(p, 0, dma_scratch(p, p->given), p->length[0] - p->given);
		if (n <= 0)
			return;
		p->given += (u32)n;
	}
	p->length[0] = p->given = 0;
	offer_typed(p);
}

static void console_port_work(struct dma_port *p)
{
	unsigned slot;
	u32 len;

	if (dma_ring_take(&p->tx, &slot, &len))
		dma_sent(p, p->sending.bytes);
	if (p->device->broken)
		dma_sent(p, 0);
	if (dma_ring_take(&p->rx, &slot, &len))
		p->length[0] = len < TYPED_MAX ? len : TYPED_MAX;
	if (!p->rx.busy)
		give_typed(p);
}

static const struct dma_port_kind console_port = {
	.type = DMA_CONSOLE,
	.send = console_send,
	.work = console_port_work,
};

int dma_add_console(struct dma_bus *bus, struct device *d)
{
	struct dma_port *p = dma_bus_add(bus, &console_port, d, 0, 0, TYPED_MAX);

	if (!p)
		return -ENOSPC;
	dma_ring_init(&p->rx, d, CONSOLE_RX, 1);
	dma_ring_init(&p->tx, d, CONSOLE_TX, DMA_SECTIONS);
	device_start(d, 0);
	offer_typed(p);
	return 0;
}

/* --- D:348 Disks ------------------------------------------------------------------------ */

/* The disk's page. */
struct request {
	u32 type, sector, bytes, result, num_sectors;
};

_Static_assert(sizeof(struct request) == 20, "the interface");

enum { REQUEST_READ, REQUEST_WRITE };
enum { RESULT_OK = 1, RESULT_FAILED = 2 };

/* Of our device, in the scratch memory. */
struct header {
	u32 type, priority;
	u64 sector;
	u8 status;
};

#define HEADER_LEN 16u /* as virtio has it; the status goes elsewhere */

/* The request is over; moved: so many bytes, -1: none. */
static void finish(struct dma_port *p, int moved)
{
	struct dma_bus *bus = p->bus;
	u32 ok = moved >= 0 && (u32)moved == p->expected ? RESULT_OK : RESULT_FAILED;
	u8 *page = bus->real.memory(bus->real.handle, p->page, sizeof(struct request));

	memcpy(page + offsetof(struct request, result), &ok, sizeof(ok));
	if (dma_set_used(&bus->table, &p->reply, p->writing || moved < 0 ? 0 : (u32)moved,
			 "bad address writing to registered DMA"))
		return;
	bus->real.irq(bus->real.handle, p->reply_irq);
	dma_sent(p, 0);
}

/* Where the answer goes: what is bound, or there is no way to answer. */
static int find_reply(struct dma_port *p)
{
	struct dma_table *t = &p->bus->table;
	struct dma_binding *b = dma_bound(t, p->page);
	int ret = b ? dma_free_buffer(t, b, &p->reply) : 0;

	if (!ret)
		guest_kill(t->guest,
			   "disk request without a reply buffer: nothing free is bound to key %#x",
			   p->page);
	if (ret <= 0)
		return -EFAULT;
	p->reply_irq = b->irq;
	return 0;
}

static void begin(struct dma_port *p, u32 sector, const struct dma_list *data)
{
	struct header h = { p->writing ? BLOCK_T_OUT : BLOCK_T_IN, 0, sector, BLOCK_S_IOERR };
	struct vq_piece piece[DMA_SECTIONS + 2] = { { p->scratch, HEADER_LEN } };
	unsigned n = data->n, nread = p->writing ? n + 1 : 1;

	memcpy(dma_scratch(p, 0), &h, sizeof(h));
	memcpy(piece + 1, data->piece, n * sizeof(piece[0]));
	piece[n + 1] = (struct vq_piece){ p->scratch + offsetof(struct header, status), 1 };
	dma_ring_offer(&p->tx, 0, piece, nread, n + 2 - nread);
	dma_ring_kick(&p->tx);
}

static int block_send(struct dma_port *p, u32 key, const struct dma_list *l)
{
	const struct guest *g = &p->bus->real;
	struct request rq;

	if (key != p->page || g->peek(g->handle, p->page, &rq, sizeof(rq)) || find_reply(p))
		return DMA_DONE;
	p->writing = rq.type == REQUEST_WRITE;
	p->expected = rq.bytes;
	dma_wait(p, l);
	if (rq.type > REQUEST_WRITE || p->device->broken || p->tx.busy)
		finish(p, -1);
	else
		begin(p, rq.sector, p->writing ? &p->sending : &p->reply);
	return DMA_LATER;
}

static void block_port_work(struct dma_port *p)
{
	const struct dma_list *data = p->writing ? &p->sending : &p->reply;
	struct header *h = (void *)dma_scratch(p, 0);
	unsigned slot;
	u32 len;

	if (dma_ring_take(&p->tx, &slot, &len))
		finish(p, h->status == BLOCK_S_OK ? (int)data->bytes : -1);
	else if (p->waits && p->device->broken)
		finish(p, -1);
}

static const struct dma_port_kind block_port = {
	.type = DMA_BLOCK,
	.send = block_send,
	.work = block_port_work,
};

int dma_add_block(struct dma_bus *bus, struct device *d)
{
	struct dma_port *p =
		dma_bus_add(bus, &block_port, d, 1, DMA_F_RANDOMNESS, sizeof(struct header));
	const struct block *b = d->state;
	u64 sectors = b->store->bytes / STORE_SECTOR;
	struct request rq = { .num_sectors = sectors > UINT32_MAX ? UINT32_MAX : (u32)sectors };
	u8 *page;

	if (!p)
		return -ENOSPC;
	page = bus->real.memory(bus->real.handle, p->page, sizeof(rq));
	memcpy(page, &rq, sizeof(rq));
	dma_ring_init(&p->tx, d, 0, DMA_SECTIONS + 2);
	device_start(d, 0);
	return 0;
}
