/* SPDX-License-Identifier: MIT */
/*
 * D:110 Virtqueues.
 *
 * Three arrays in memory the guest can write at any time: descriptors, what
 * the guest offers ("avail"), what we have used.  So we trust nothing: each
 * word is read exactly once into a copy of ours, the copy is checked, and a
 * walk ends after as many steps as the queue has entries.  A guest that breaks
 * the rules is killed with a reason that says which rule.
 */
#include "devices/virtqueue.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void guest_kill(const struct guest *g, const char *fmt, ...)
{
	char reason[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	g->kill(g->handle, reason);
}

#define READ_ONCE(x)	 (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

int vq_init(struct virtqueue *vq)
{
	char *ring = vq->guest->memory(vq->guest->handle, (u64)vq->pfn * LG_PAGE_SIZE,
				       VRING_PAGES * LG_PAGE_SIZE);

	if (!ring)
		return -EFAULT;
	vq->desc = (void *)ring;
	vq->avail = (void *)(ring + vq->num * sizeof(struct lg_vring_desc));
	vq->used_ring = (void *)(ring + 2 * LG_VRING_ALIGN);
	vq->last_avail = vq->used = 0;
	vq->unannounced = 0;
	return 0;
}

void vq_reset(struct virtqueue *vq)
{
	memset(vq->desc, 0, VRING_PAGES * LG_PAGE_SIZE);
	vq->last_avail = vq->used = 0;
	vq->unannounced = 0;
}

/* D:120 One descriptor, fetched once. */
static struct lg_vring_desc fetch(const struct virtqueue *vq, u16 i)
{
	const struct lg_vring_desc *d = &vq->desc[i];
	struct lg_vring_desc copy;

	copy.addr = READ_ONCE(d->addr);
	copy.len = READ_ONCE(d->len);
	copy.flags = READ_ONCE(d->flags);
	copy.next = READ_ONCE(d->next);
	return copy;
}

static int broken(const struct virtqueue *vq, const char *what, u32 value)
{
	guest_kill(vq->guest, "%s: %s 0x%x in the queue at 0x%llx", vq->name, what, value,
		   (unsigned long long)vq->pfn * LG_PAGE_SIZE);
	return -EPROTO;
}

static int add_piece(const struct virtqueue *vq, struct vq_chain *c, const struct lg_vring_desc *d)
{
	const struct guest *g = vq->guest;
	u64 end = (u64)g->ram_bytes + LG_DEVICE_PAGES * LG_PAGE_SIZE;

	if (d->flags & LG_VRING_DESC_INDIRECT)
		return broken(vq, "indirect descriptor (never offered) of length", d->len);
	if (c->nwrite && !(d->flags & LG_VRING_DESC_WRITE))
		return broken(vq, "buffer to read behind one to write: flags", d->flags);
	if (!d->len)
		return 0;
	if (d->addr >= end || d->len > end - d->addr) {
		guest_kill(g, "%s: buffer 0x%llx+0x%x outside memory in the queue at 0x%llx",
			   vq->name, (unsigned long long)d->addr, d->len,
			   (unsigned long long)vq->pfn * LG_PAGE_SIZE);
		return -EPROTO;
	}
	c->pieces[c->nread + c->nwrite] = (struct vq_piece){ d->addr, d->len };
	if (d->flags & LG_VRING_DESC_WRITE)
		c->nwrite++;
	else
		c->nread++;
	return 0;
}

static int walk(const struct virtqueue *vq, struct vq_chain *c)
{
	u16 i = c->head, steps;

	for (steps = 0; steps < vq->num; steps++) {
		struct lg_vring_desc d = fetch(vq, i);

		if (add_piece(vq, c, &d))
			return -EPROTO;
		if (!(d.flags & LG_VRING_DESC_NEXT))
			return 1;
		if (d.next >= vq->num)
			return broken(vq, "next descriptor", d.next);
		i = d.next;
	}
	return broken(vq, "endless chain from descriptor", c->head);
}

int vq_ready(const struct virtqueue *vq)
{
	return READ_ONCE(vq->avail->idx) != vq->last_avail;
}

int vq_get(struct virtqueue *vq, struct vq_chain *c)
{
	u16 idx = __atomic_load_n(&vq->avail->idx, __ATOMIC_ACQUIRE);
	u16 waiting = (u16)(idx - vq->last_avail);

	if (!waiting)
		return 0;
	if (waiting > vq->num)
		return broken(vq, "avail index jumped to", idx);
	c->head = READ_ONCE(vq->avail->ring[vq->last_avail % vq->num]);
	c->nread = c->nwrite = 0;
	if (c->head >= vq->num)
		return broken(vq, "first descriptor", c->head);
	vq->last_avail++;
	return walk(vq, c);
}

void vq_put(struct virtqueue *vq, u16 head, u32 len)
{
	struct lg_vring_used_elem *e = &vq->used_ring->ring[vq->used % vq->num];

	WRITE_ONCE(e->id, head);
	WRITE_ONCE(e->len, len);
	vq->used++;
	/* The guest must see the element before the index that counts it. */
	__atomic_store_n(&vq->used_ring->idx, vq->used, __ATOMIC_RELEASE);
	vq->unannounced = 1;
}

void vq_announce(struct virtqueue *vq)
{
	if (!vq->unannounced)
		return;
	vq->unannounced = 0;
	/* Our index first, then its flag: or both sides may miss each other. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(READ_ONCE(vq->avail->flags) & LG_VRING_AVAIL_NO_INTERRUPT))
		vq->guest->irq(vq->guest->handle, vq->irq);
}
