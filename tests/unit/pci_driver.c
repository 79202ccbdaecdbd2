/* SPDX-License-Identifier: MIT */
#include "tests/unit/pci_driver.h"

#include <stdlib.h>
#include <string.h>

static u32 latch(u32 slot, u32 at)
{
	return 0x80000000u | slot << 11 | (at & 0xfc);
}

u32 cfg_read(struct devices *all, u32 slot, u32 at, u32 len)
{
	pci_port_out(all, 0xcf8, 4, latch(slot, at));
	return pci_port_in(all, 0xcfc + at % 4, len);
}

void cfg_write(struct devices *all, u32 slot, u32 at, u32 len, u32 value)
{
	pci_port_out(all, 0xcf8, 4, latch(slot, at));
	pci_port_out(all, 0xcfc + at % 4, len, value);
}

void driver_find(struct driver *d, struct devices *all, u32 slot)
{
	u32 cap;

	*d = (struct driver){ .all = all, .slot = slot, .bar = cfg_read(all, slot, 16, 4) };
	for (cap = cfg_read(all, slot, 52, 1); cap; cap = cfg_read(all, slot, cap + 1, 1)) {
		u32 at = cfg_read(all, slot, cap + 8, 4);

		switch (cfg_read(all, slot, cap + 3, 1)) {
		case 1:
			d->common = at;
			break;
		case 2:
			d->notify = at;
			break;
		case 3:
			d->isr = at;
			break;
		case 4:
			d->config = at;
			break;
		case 5:
			d->access = cap;
			break;
		}
	}
}

u32 reg_read(const struct driver *d, u32 at, u32 len)
{
	u32 v = 0xdead;

	if (pci_read(d->all, d->bar + at, len, &v))
		abort();
	return v;
}

void reg_write(const struct driver *d, u32 at, u32 len, u32 value)
{
	if (pci_write(d->all, d->bar + at, len, value))
		abort();
}

u32 driver_status(const struct driver *d)
{
	return reg_read(d, d->common + 20, 1);
}

void driver_set(const struct driver *d, u32 bits)
{
	reg_write(d, d->common + 20, 1, driver_status(d) | bits);
}

void driver_agree(const struct driver *d, u32 features)
{
	reg_write(d, d->common + 20, 1, 0);
	driver_set(d, 1);
	driver_set(d, 2);
	reg_write(d, d->common + 8, 4, 0);
	reg_write(d, d->common + 12, 4, features);
	reg_write(d, d->common + 8, 4, 1);
	reg_write(d, d->common + 12, 4, 1);
	driver_set(d, 8);
}

void driver_queue(const struct driver *d, u32 n, struct driver_queue *q)
{
	const u32 at[3] = { q->desc, q->avail, q->used };
	u32 i;

	reg_write(d, d->common + 22, 2, n);
	reg_write(d, d->common + 24, 2, q->num);
	for (i = 0; i < 3; i++) {
		reg_write(d, d->common + 32 + 8 * i, 4, at[i]);
		reg_write(d, d->common + 36 + 8 * i, 4, 0);
	}
	reg_write(d, d->common + 28, 2, 1);
	q->next = q->seen = 0;
}

void driver_notify(const struct driver *d, u32 n)
{
	reg_write(d, d->notify, 2, n);
}

void queue_offer(struct world *w, struct driver_queue *q, u16 first, const struct vq_piece *p,
		 u32 nread, u32 count)
{
	struct lg_vring_desc *desc = (void *)(w->memory + q->desc);
	struct lg_vring_avail *avail = (void *)(w->memory + q->avail);
	u32 i;

	for (i = 0; i < count; i++) {
		u16 n = (u16)((first + i) % q->num);

		desc[n] = (struct lg_vring_desc){ p[i].gpa, p[i].len, 0, (u16)((n + 1) % q->num) };
		if (i >= nread)
			desc[n].flags |= LG_VRING_DESC_WRITE;
		if (i + 1 < count)
			desc[n].flags |= LG_VRING_DESC_NEXT;
	}
	avail->ring[q->next % q->num] = first % q->num;
	__atomic_store_n(&avail->idx, ++q->next, __ATOMIC_SEQ_CST);
}

int queue_used(struct world *w, struct driver_queue *q, u32 *id, u32 *len)
{
	struct lg_vring_used *used = (void *)(w->memory + q->used);

	if (__atomic_load_n(&used->idx, __ATOMIC_SEQ_CST) == q->seen)
		return 0;
	*id = used->ring[q->seen % q->num].id;
	*len = used->ring[q->seen % q->num].len;
	q->seen++;
	return 1;
}
