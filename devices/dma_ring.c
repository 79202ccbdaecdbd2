/* SPDX-License-Identifier: MIT */
/*
 * D:315 The driver's end of a virtqueue.
 *
 * The rings lie above what the guest may use, but a guest that has broken out
 * of its 32 bits can write there all the same.  So what the device gives back
 * is checked here against what it was given, and a slot that comes back twice
 * counts once.
 */
#include "devices/device_impl.h"
#include "devices/dma.h"

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))

static struct virtqueue *queue(const struct dma_ring *r)
{
	return &r->device->vq[r->queue];
}

void dma_ring_init(struct dma_ring *r, struct device *d, unsigned q, unsigned per_slot)
{
	*r = (struct dma_ring){ .device = d, .queue = q, .per_slot = per_slot };
}

void dma_ring_offer(struct dma_ring *r, unsigned slot, const struct vq_piece *p, unsigned nread,
		    unsigned nwrite)
{
	struct virtqueue *vq = queue(r);
	u16 head = (u16)(slot * r->per_slot);
	unsigned i, n = nread + nwrite;

	for (i = 0; i < n; i++) {
		u16 flags = i < nread ? 0 : LG_VRING_DESC_WRITE;

		if (i + 1 < n)
			flags |= LG_VRING_DESC_NEXT;
		vq->desc[head + i] =
			(struct lg_vring_desc){ p[i].gpa, p[i].len, flags, (u16)(head + i + 1) };
	}
	vq->avail->ring[r->avail % vq->num] = head;
	r->avail++;
	r->busy |= 1u << slot;
	__atomic_store_n(&vq->avail->idx, r->avail, __ATOMIC_RELEASE);
}

void dma_ring_kick(struct dma_ring *r)
{
	device_kick(r->device, r->queue);
}

int dma_ring_take(struct dma_ring *r, unsigned *slot, u32 *len)
{
	struct virtqueue *vq = queue(r);

	while (r->used != __atomic_load_n(&vq->used_ring->idx, __ATOMIC_ACQUIRE)) {
		const struct lg_vring_used_elem *e = &vq->used_ring->ring[r->used % vq->num];
		u32 id = READ_ONCE(e->id);

		*len = READ_ONCE(e->len);
		r->used++;
		*slot = id / r->per_slot;
		if (id % r->per_slot || *slot >= 32 || !(r->busy & 1u << *slot))
			continue;
		r->busy &= ~(1u << *slot);
		return 1;
	}
	return 0;
}
