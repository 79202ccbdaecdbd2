/* SPDX-License-Identifier: MIT */
/*
 * The devices of Linux 2.6.23's lguest: no virtqueues, but lists of pieces of
 * memory ("DMA") that two sides meet over by a key.
 *
 * What stands behind them are our own devices: each port here is the driver
 * of one of them, whose rings lie in pages above those the guest knows of.
 */
#ifndef DEVICES_DMA_H
#define DEVICES_DMA_H

#include <stdatomic.h>

#include "devices/device.h"

#define DMA_SECTIONS 16
#define DMA_BINDINGS 32	 /* of a guest */
#define DMA_SLOTS    16	 /* devices of a guest */
#define DMA_LIST_LEN 100 /* bytes of a list in guest memory */

/* The device page: DMA_SLOTS of these. */
struct dma_desc {
	u16 type, features, status, num_pages;
	u32 pfn;
};

enum { DMA_CONSOLE = 1, DMA_NET, DMA_BLOCK };

#define DMA_F_NOCSUM	 0x4000u /* features: checksums need not be right */
#define DMA_F_RANDOMNESS 0x8000u /* its interrupts come at times nobody foresees */

/* A list of the guest, in a copy of ours and checked. */
struct dma_list {
	u32 gpa;   /* of the list itself */
	u32 bytes; /* in all sections */
	u32 used_len;
	u16 n;
	struct vq_piece piece[DMA_SECTIONS];
};

/* What the guest has bound to a key: buffers for whoever sends there. */
struct dma_binding {
	u32 key, array;	 /* gpas */
	u16 count, next; /* lists in the array; where to look first */
	u8 irq;		 /* 0: this binding is free */
};

struct dma_table {
	const struct guest *guest;
	u32 end; /* gpa where the guest's memory ends for DMA */
	struct dma_binding binding[DMA_BINDINGS];
};

/* --- dma_list.c: all kill the guest over a broken rule, and say so by -EFAULT -------- */

/* "bad dma key", "bad sending DMA key": is it a multiple of 4, in memory? */
int dma_check_key(const struct dma_table *t, u32 key, const char *what);
/* BIND_DMA: 1 done, 0 not. */
u32 dma_bind(struct dma_table *t, u32 key, u32 array, u32 count, u32 irq);
/* Read the list at gpa; what: the reason if it is not in memory. */
int dma_read(const struct dma_table *t, u32 gpa, const char *what, struct dma_list *l);
/* What is bound to the key, or NULL. */
struct dma_binding *dma_bound(struct dma_table *t, u32 key);
/* The next buffer with used_len 0.  1: *l is it; 0: none is free. */
int dma_free_buffer(const struct dma_table *t, struct dma_binding *b, struct dma_list *l);
/* The buffer holds used bytes now. */
int dma_set_used(const struct dma_table *t, const struct dma_list *l, u32 used, const char *what);
/* Copy as much as fits: how many bytes, or -EFAULT. */
int dma_fill(const struct dma_table *t, const struct dma_list *l, const void *from, u32 len);
/* Copy out, at most max bytes: how many, or -EFAULT. */
int dma_take(const struct dma_table *t, const struct dma_list *l, void *to, u32 max);

/* --- dma_ring.c: the driver's end of a virtqueue --------------------------------------- */

/* Chains are offered in slots of so many descriptors each. */
struct dma_ring {
	struct device *device;
	unsigned queue, per_slot;
	u16 avail, used;
	u32 busy; /* slots the device has; a bit each */
};

void dma_ring_init(struct dma_ring *r, struct device *d, unsigned queue, unsigned per_slot);
/* Pieces to read, then pieces to write; at most per_slot together.  Kick afterwards. */
void dma_ring_offer(struct dma_ring *r, unsigned slot, const struct vq_piece *p, unsigned nread,
		    unsigned nwrite);
void dma_ring_kick(struct dma_ring *r);
/* 1: the device gave that slot back, having written len bytes.  0: none. */
int dma_ring_take(struct dma_ring *r, unsigned *slot, u32 *len);

/* --- dma_bus.c ------------------------------------------------------------------------- */

struct dma_bus;
struct dma_port;

enum { DMA_DONE, DMA_LATER };

struct dma_port_kind {
	u16 type;
	/* SEND_DMA to a key of ours.  DMA_LATER: dma_bus_sent was or will be called. */
	int (*send)(struct dma_port *p, u32 key, const struct dma_list *l);
	/* Something came from the device, a buffer was bound, or time passed. */
	void (*work)(struct dma_port *p);
};

#define DMA_NET_SLOTS 16u /* frames under way in each direction */

struct dma_port {
	const struct dma_port_kind *kind;
	struct dma_bus *bus;
	struct device *device; /* behind it, or NULL */
	u32 page;	       /* gpa of the device's page; console: 0 */
	u8 irq;
	u32 scratch;		/* gpa of memory for headers and bounced data */
	struct dma_ring rx, tx; /* disks: tx only */

	/* A SEND_DMA under way, whose sender waits. */
	int waits;
	u64 since; /* ns, when it began to */
	struct dma_list sending;
	struct dma_list reply; /* disks: where the answer goes */
	u8 reply_irq;
	int writing;
	u32 expected;

	/* Received from the device and not yet the guest's. */
	u32 length[DMA_NET_SLOTS];
	u8 order[DMA_NET_SLOTS]; /* slots in the order they came */
	unsigned norder;
	u32 given;   /* console: bytes the guest has already */
	int knocked; /* the interrupt was raised for want of a buffer */

	struct dma_share *share;
};

struct dma_share;

struct dma_bus {
	struct guest real;   /* the guest itself */
	struct guest hidden; /* as our devices see it */
	struct devices *devices;
	struct dma_table table;
	struct dma_port port[DMA_SLOTS];
	unsigned n;
	u32 next_page; /* gpa of the next device page */
	u32 next_scratch;
	_Atomic u32 events; /* interrupts of our devices */
	int wake;	    /* eventfd: there are some */
	int timer;	    /* timerfd: look again */
	u64 backoff;	    /* ns until then */
	u64 armed;	    /* ns the timer was set to; 0: it is not */
	int sending;	    /* a SEND_DMA that was DMA_LATER is not over yet */
	int warned;
};

/* Where the pages of devices end for the guest; above lie ours. */
#define DMA_PAGES  (1u + DMA_SLOTS)
#define DMA_HIDDEN 32u /* pages above RAM where ours begin */

/*
 * A bus for a guest; devices is set up to sit on it, in the hidden.  wake and
 * timer are the caller's, to poll and to close.
 */
void dma_bus_init(struct dma_bus *bus, const struct guest *real, struct devices *devices, int wake,
		  int timer);
/*
 * Ports for devices that have been attached to bus->devices.  0, or -ENOSPC and
 * devices->full.  The console has to be the last.
 */
int dma_add_block(struct dma_bus *bus, struct device *d);
int dma_add_net(struct dma_bus *bus, struct device *d);
int dma_add_console(struct dma_bus *bus, struct device *d);
int dma_add_share(struct dma_bus *bus, struct dma_share *sh);

/* BIND_DMA: its result. */
u32 dma_bus_bind(struct dma_bus *bus, u32 key, u32 array, u32 count, u32 irq);
/* SEND_DMA: DMA_DONE or DMA_LATER: it is over when bus->sending is 0. */
int dma_bus_send(struct dma_bus *bus, u32 key, u32 list);
/* wake or timer is readable. */
void dma_bus_work(struct dma_bus *bus);

/* --- Between dma_*.c ------------------------------------------------------------------- */

/* The next slot of the device page; scratch bytes of memory for it.  NULL: no room. */
struct dma_port *dma_bus_add(struct dma_bus *bus, const struct dma_port_kind *kind,
			     struct device *d, u32 pages, u16 features, u32 scratch);
u8 *dma_scratch(const struct dma_port *p, u32 offset);
/* The list says used now; its sender was not made to wait: DMA_DONE. */
int dma_sent_now(struct dma_bus *bus, const struct dma_list *l, u32 used);
/* The sender of p->sending waits from now on: DMA_LATER. */
int dma_wait(struct dma_port *p, const struct dma_list *l);
/* It may go on. */
void dma_sent(struct dma_port *p, u32 used);
/*
 * Data for whoever has bound the key: how many bytes were taken.  -EAGAIN: no
 * buffer is free now, work will be called again; -ENOENT: nothing is bound
 * there; -EFAULT: the guest is over.
 */
int dma_deliver(struct dma_port *p, u32 key, const void *from, u32 len);
/* Work on all ports again after ns. */
void dma_bus_later(struct dma_bus *bus, u64 ns);

#endif
