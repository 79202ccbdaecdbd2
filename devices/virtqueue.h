/* SPDX-License-Identifier: MIT */
/*
 * Split virtqueues, the device's end; with the two additions that a device may
 * offer and a guest may accept: descriptors in a table of their own
 * ("indirect"), and indices that say when to notify or interrupt ("event index").
 * virtio 0.9's have one place for the ring, virtio 1's have its three parts
 * wherever the guest likes.
 *
 * A queue belongs to one thread at a time.
 */
#ifndef DEVICES_VIRTQUEUE_H
#define DEVICES_VIRTQUEUE_H

#include <sys/uio.h>

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

/* The three parts of a ring, gpas. */
struct vq_parts {
	u64 desc, avail, used;
};

struct virtqueue {
	const struct guest *guest;
	const char *name; /* of the device, for reasons */
	u16 num;	  /* entries, a power of 2, at most LG_VRING_NUM */
	u16 irq;
	u32 pfn;	/* page frame of the ring in the device page's order */
	struct vq_parts at;
	u32 *isr;	/* LG_PCI_ISR_QUEUE is set here before an interrupt; may be NULL */
	u32 features;	/* accepted: LG_RING_F_* */
	u16 last_avail; /* free-running, as in the ring */
	u16 used;
	u16 announced;	  /* used at the last interrupt, or when none was wanted */
	char broken[160]; /* why nothing is taken any more; "": it works */
	struct lg_vring_desc *desc;
	struct lg_vring_avail *avail;
	struct lg_vring_used *used_ring;
};

#define VRING_PAGES 3 /* of LG_VRING_NUM entries */

/* Find the ring in guest memory and start from its beginning.  0 or -EFAULT. */
int vq_init(struct virtqueue *vq);
/* Where it lies, for those who watch: fills desc, avail, used, num and irq. */
void vq_where(const struct virtqueue *vq, struct guest_queue *q);
/*
 * The same with a ring of num entries in parts.  On failure *what says what is
 * wrong with them, and -EINVAL: nothing is changed.
 */
int vq_place(struct virtqueue *vq, u16 num, const struct vq_parts *at, const char **what);
/* No ring: nothing ever comes from it. */
void vq_remove(struct virtqueue *vq);
/* The ring as after power on: all zero, nothing broken, no features. */
void vq_reset(struct virtqueue *vq);

/* --- Taking and giving back ----------------------------------------------- */

/* 1: *chain is filled.  0: nothing there.  -EPROTO: the ring is broken. */
int vq_get(struct virtqueue *vq, struct vq_chain *chain);
/* Is there something to get?  A hint: vq_get decides. */
int vq_ready(const struct virtqueue *vq);
/* Give a chain back, of which the first len bytes to write were written. */
void vq_put(struct virtqueue *vq, u16 head, u32 len);
/* The same in two steps, for chains the guest must see at once: fill, fill, ..., publish. */
void vq_fill(struct virtqueue *vq, u16 head, u32 len);
void vq_publish(struct virtqueue *vq);
/* Raise the interrupt if something was given back and the guest wants it. */
void vq_announce(struct virtqueue *vq);
/* The driver broke a rule: take nothing any more until a reset.  -EPROTO. */
int vq_break(struct virtqueue *vq, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- Kicks ------------------------------------------------------------------ */

/* We look by ourselves: no kicks, please. */
void vq_quiet(struct virtqueue *vq);
/* We go to sleep: kicks, please.  1: do not, something has come already. */
int vq_listen(struct virtqueue *vq);

/* --- Guest memory of a chain --------------------------------------------------- */

/* Bytes of n pieces. */
u64 vq_bytes(const struct vq_piece *p, unsigned n);
/*
 * Bytes [skip, skip + len) of the pieces as an iovec for readv or writev, len
 * cut to what is there.  Pages borrowed from a file become the guest's own.
 * How many entries; -E2BIG: more than max; -EFAULT: not the guest's memory.
 */
int vq_iov(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip, u64 len,
	   struct iovec *iov, int max);
/* Copy len bytes from, or to, offset skip of the pieces.  0, or -EFAULT if they are fewer. */
int vq_copy_from(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip, void *to,
		 size_t len);
int vq_copy_to(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip,
	       const void *from, size_t len);

#endif
