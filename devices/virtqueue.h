/* SPDX-License-Identifier: MIT */
/*
 * Split virtqueues of virtio 0.9, the device's end.
 */
#ifndef DEVICES_VIRTQUEUE_H
#define DEVICES_VIRTQUEUE_H

#include "devices/guest.h"
#include "lguest/abi.h"

/* A piece of guest memory a descriptor named; checked to be the guest's. */
struct vq_piece {
	u64 gpa;
	u32 len;
};

/*
 * What the guest put into one slot: first the pieces the device reads, then
 * those it writes.  A private copy: the guest cannot change it any more.
 */
struct vq_chain {
	u16 head; /* to give back */
	u16 nread, nwrite;
	struct vq_piece pieces[LG_VRING_NUM];
};

struct virtqueue {
	const struct guest *guest;
	const char *name; /* of the device, for reasons */
	u16 num;	  /* entries, a power of 2 */
	u16 irq;
	u32 pfn;	/* page frame of the ring */
	u16 last_avail; /* free-running, as in the ring */
	u16 used;
	int unannounced; /* chains given back since the last interrupt */
	struct lg_vring_desc *desc;
	struct lg_vring_avail *avail;
	struct lg_vring_used *used_ring;
};

#define VRING_PAGES 3 /* of LG_VRING_NUM entries */

/* Find the ring in guest memory and start from its beginning.  0 or -EFAULT. */
int vq_init(struct virtqueue *vq);
/* The ring as after power on: all zero. */
void vq_reset(struct virtqueue *vq);
/* 1: *chain is filled.  0: nothing there.  -EPROTO: the guest was killed. */
int vq_get(struct virtqueue *vq, struct vq_chain *chain);
/* Is there something to get?  A hint: vq_get decides. */
int vq_ready(const struct virtqueue *vq);
/* Give a chain back, of which the first len bytes to write were written. */
void vq_put(struct virtqueue *vq, u16 head, u32 len);
/* Raise the interrupt if something was given back and the guest wants it. */
void vq_announce(struct virtqueue *vq);

#endif
