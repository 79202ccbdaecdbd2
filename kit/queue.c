// SPDX-License-Identifier: MIT
/*
 * Devices: finding them in the page above RAM, and their virtqueues, as plain
 * as they can be (virtio 0.9, no features).  Who uses a queue decides which
 * descriptor holds what; there is no free list.
 */
#include "kit.h"

/* The nth device of this type, or 0. */
volatile struct lg_device_desc *device_find(unsigned type, unsigned nth)
{
	uint8_t *p = va(kit_ram), *end = p + LG_PAGE_SIZE;

	while (p + sizeof(struct lg_device_desc) <= end) {
		struct lg_device_desc *d = (void *)p;

		if (d->type == LG_DEV_END)
			break;
		if (d->type == type && nth-- == 0)
			return d;
		p += sizeof(*d) + d->num_vq * sizeof(struct lg_vqconfig) + 2u * d->feature_len +
		     d->config_len;
	}
	return 0;
}

void *device_config(volatile struct lg_device_desc *d)
{
	return (uint8_t *)(d + 1) + d->num_vq * sizeof(struct lg_vqconfig) + 2u * d->feature_len;
}

/* Features accepted are those the caller has set after the offered ones. */
void device_start(volatile struct lg_device_desc *d)
{
	d->status = LG_DEV_S_ACKNOWLEDGE;
	d->status |= LG_DEV_S_DRIVER;
	hcall(LHCALL_NOTIFY, pa(d), 0, 0, 0); /* features are final */
	d->status |= LG_DEV_S_DRIVER_OK;
}

void queue_init(struct queue *q, volatile struct lg_device_desc *d, unsigned n)
{
	const struct lg_vqconfig *vq = (const struct lg_vqconfig *)(d + 1) + n;
	uint32_t avail_end;

	q->gpa = vq->pfn * LG_PAGE_SIZE;
	q->num = vq->num;
	q->irq = vq->irq;
	q->seen = 0;
	q->desc = va(q->gpa);
	q->avail = va(q->gpa + q->num * sizeof(struct lg_vring_desc));
	/* used starts on the page after avail's last word */
	avail_end = q->gpa + q->num * (sizeof(struct lg_vring_desc) + 2) + 6;
	q->used = va((avail_end + LG_VRING_ALIGN - 1) & -LG_VRING_ALIGN);
}

/* With LG_VRING_DESC_NEXT the chain goes on at descriptor n + 1. */
void queue_describe(struct queue *q, unsigned n, const volatile void *data, uint32_t len,
		    uint16_t flags)
{
	q->desc[n].addr = pa(data);
	q->desc[n].len = len;
	q->desc[n].flags = flags;
	q->desc[n].next = (uint16_t)(n + 1);
}

/* The chain that begins at head is the device's from here on. */
void queue_add(struct queue *q, unsigned head)
{
	uint16_t idx = q->avail->idx;

	q->avail->ring[idx % q->num] = (uint16_t)head;
	__asm__ volatile("" : : : "memory"); /* x86 keeps stores in order */
	q->avail->idx = idx + 1;
}

void queue_kick(struct queue *q)
{
	if (!(q->used->flags & LG_VRING_USED_NO_NOTIFY))
		hcall(LHCALL_NOTIFY, q->gpa, 0, 0, 0);
}

/* What the device is done with, in its order; len: bytes it has written. */
int queue_take(struct queue *q, unsigned *head, uint32_t *len)
{
	volatile struct lg_vring_used_elem *e = &q->used->ring[q->seen % q->num];

	if (q->seen == q->used->idx)
		return 0;
	__asm__ volatile("" : : : "memory");
	*head = e->id % q->num;
	*len = e->len;
	q->seen++;
	return 1;
}
