/* SPDX-License-Identifier: MIT */
/*
 * Virtqueues as the old kernels had them, between a bus (bus_page.c,
 * bus_tlv.c, ..), which finds devices and queues, and virtio.c, which uses them.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "tests/gen/gen.h"

enum { V_NET = 1, V_BLOCK, V_CONSOLE, V_RNG };

struct vdesc {
	u64 addr;
	u32 len;
	u16 flags, next;		/* 1: next is valid, 2: the device writes */
};

struct vavail {
	u16 flags, idx, ring[];
};

struct vused {
	u16 flags, idx;
	struct { u32 id, len; } ring[];
};

struct vq {
	u16 num, seen;			/* seen: used entries */
	u32 irq;
	u32 handle;			/* the bus's */
	volatile struct vdesc *desc;
	volatile struct vavail *avail;
	volatile struct vused *used;
};

struct vdev {
	u32 type, handle;		/* the bus's */
	struct vq vq[3];
	u32 nvq;
	u8 config[32];
};

/* A bus.  bus_find fills in everything but the indices; 0, or -1: none. */
int bus_find(u32 type, struct vdev *d);
void bus_ready(struct vdev *d);		/* features are chosen, queues set up */
void bus_kick(struct vq *q);
void bus_interrupt(struct vdev *d);	/* its interrupt came */
extern const u32 bus_net_header;	/* bytes in front of a frame */

/* The classic ring in one piece of memory. */
void vq_place(struct vq *q, u32 num, u32 pfn);

#endif
