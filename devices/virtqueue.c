/* SPDX-License-Identifier: MIT */
/*
 * D:110 Virtqueues.
 *
 * Three arrays in memory the guest can write at any time: descriptors, what
 * the guest offers ("avail"), what we have used.  So we trust nothing: each
 * word is read exactly once into a copy of ours, the copy is checked, and a
 * walk ends after as many steps as the queue has entries.  A driver that breaks
 * the rules gets a broken queue, with a reason that says which rule; the rest
 * of the guest goes on.
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

/* The guest says behind its ring when it wants an interrupt, we when a kick. */
static u16 *used_event(const struct virtqueue *vq)
{
	return &vq->avail->ring[vq->num];
}

static u16 *avail_event(const struct virtqueue *vq)
{
	return (u16 *)(void *)&vq->used_ring->ring[vq->num];
}

/* Where the used ring begins: on the next page after the others. */
static u32 used_at(const struct virtqueue *vq)
{
	u32 end = vq->num * (u32)(sizeof(struct lg_vring_desc) + sizeof(u16)) +
		  (u32)sizeof(struct lg_vring_avail);

	return (end + LG_VRING_ALIGN - 1) / LG_VRING_ALIGN * LG_VRING_ALIGN;
}

static void begin(struct virtqueue *vq)
{
	vq->last_avail = vq->used = vq->announced = 0;
	vq->features = 0;
	vq->broken[0] = 0;
}

int vq_init(struct virtqueue *vq)
{
	char *ring = vq->guest->memory(vq->guest->handle, (u64)vq->pfn * LG_PAGE_SIZE,
				       VRING_PAGES * LG_PAGE_SIZE);

	if (!ring)
		return -EFAULT;
	vq->at.desc = (u64)vq->pfn * LG_PAGE_SIZE;
	vq->at.avail = vq->at.desc + vq->num * sizeof(struct lg_vring_desc);
	vq->at.used = vq->at.desc + used_at(vq);
	vq->desc = (void *)ring;
	vq->avail = (void *)(ring + vq->num * sizeof(struct lg_vring_desc));
	vq->used_ring = (void *)(ring + used_at(vq));
	begin(vq);
	return 0;
}

void vq_where(const struct virtqueue *vq, struct guest_queue *q)
{
	q->desc = vq->at.desc;
	q->avail = vq->at.avail;
	q->used = vq->at.used;
	q->num = vq->num;
	q->irq = vq->irq;
	q->event_idx = (vq->features & LG_RING_F_EVENT_IDX) != 0;
}

/* A part of a ring: its memory, or NULL and *what. */
static void *ring_part(const struct virtqueue *vq, u64 gpa, u64 len, u32 align, const char **what,
		  const char *unaligned, const char *outside)
{
	void *p = gpa % align ? NULL : vq->guest->memory(vq->guest->handle, gpa, len);

	if (!p)
		*what = gpa % align ? unaligned : outside;
	return p;
}

/* Behind either ring is an index for the other side's wishes, used or not. */
int vq_place(struct virtqueue *vq, u16 num, const struct vq_parts *at, const char **what)
{
	void *desc = ring_part(vq, at->desc, num * sizeof(struct lg_vring_desc), 16, what,
			  "its descriptors are not on a multiple of 16",
			  "its descriptors are outside memory");
	void *avail = ring_part(vq, at->avail, sizeof(struct lg_vring_avail) + (num + 1u) * sizeof(u16),
			   2, what, "its available ring is not on a multiple of 2",
			   "its available ring is outside memory");
	void *used = ring_part(vq, at->used,
			  sizeof(struct lg_vring_used) + sizeof(u16) +
				  num * sizeof(struct lg_vring_used_elem),
			  4, what, "its used ring is not on a multiple of 4",
			  "its used ring is outside memory");

	if (!desc || !avail || !used)
		return -EINVAL;
	vq->num = num;
	vq->at = *at;
	vq->desc = desc;
	vq->avail = avail;
	vq->used_ring = used;
	begin(vq);
	return 0;
}

void vq_remove(struct virtqueue *vq)
{
	vq->desc = NULL;
	vq->avail = NULL;
	vq->used_ring = NULL;
	begin(vq);
}

void vq_reset(struct virtqueue *vq)
{
	memset(vq->desc, 0, VRING_PAGES * LG_PAGE_SIZE);
	begin(vq);
}

int vq_break(struct virtqueue *vq, const char *fmt, ...)
{
	va_list ap;

	if (vq->broken[0])
		return -EPROTO;
	va_start(ap, fmt);
	vsnprintf(vq->broken, sizeof(vq->broken), fmt, ap);
	va_end(ap);
	return -EPROTO;
}

/* --- D:120 Walking a chain -------------------------------------------------- */

/* One descriptor, fetched once. */
static struct lg_vring_desc fetch(const struct lg_vring_desc *d)
{
	struct lg_vring_desc copy;

	copy.addr = READ_ONCE(d->addr);
	copy.len = READ_ONCE(d->len);
	copy.flags = READ_ONCE(d->flags);
	copy.next = READ_ONCE(d->next);
	return copy;
}

static int broken(struct virtqueue *vq, const char *what, u32 value)
{
	return vq_break(vq, "%s 0x%x in the queue at 0x%llx", what, value,
			(unsigned long long)vq->at.desc);
}

/* The classic mistake, if that is what it is. */
static const char *virtual_words(const struct virtqueue *vq, u64 addr, char text[80])
{
	const struct guest *g = vq->guest;
	u32 gpa;

	text[0] = 0;
	if (g->physical && g->physical(g->handle, addr, &gpa))
		snprintf(text, 80, " (that is a virtual address: physical it is 0x%08x)", gpa);
	return text;
}

static int outside(struct virtqueue *vq, const char *what, const struct lg_vring_desc *d)
{
	char text[80];

	return vq_break(vq, "%s 0x%llx+0x%x outside memory in the queue at 0x%llx%s", what,
			(unsigned long long)d->addr, d->len,
			(unsigned long long)vq->at.desc, virtual_words(vq, d->addr, text));
}

static int add_piece(struct virtqueue *vq, struct vq_chain *c, const struct lg_vring_desc *d)
{
	u64 end = (u64)vq->guest->ram_bytes + LG_DEVICE_PAGES * LG_PAGE_SIZE;

	if (c->nwrite && !(d->flags & LG_VRING_DESC_WRITE))
		return broken(vq, "buffer to read behind one to write: flags", d->flags);
	if (!d->len)
		return 0;
	if (d->addr >= end || d->len > end - d->addr)
		return outside(vq, "buffer", d);
	if (c->nread + c->nwrite >= LG_VRING_NUM)
		return broken(vq, "more buffers in one chain than", LG_VRING_NUM);
	c->pieces[c->nread + c->nwrite] = (struct vq_piece){ d->addr, d->len };
	if (d->flags & LG_VRING_DESC_WRITE)
		c->nwrite++;
	else
		c->nread++;
	return 0;
}

/* Follow a table of num descriptors from entry i; indirect: it is our own copy. */
static int walk(struct virtqueue *vq, struct vq_chain *c, const struct lg_vring_desc *table,
		u32 num, u16 i, int indirect);

/*
 * D:125 A table of descriptors elsewhere in memory: copied whole, so that it
 * can be walked like the ring's own.  No table within a table, and nothing
 * behind one.
 */
static int walk_table(struct virtqueue *vq, struct vq_chain *c, const struct lg_vring_desc *d)
{
	struct lg_vring_desc table[LG_VRING_NUM];
	const struct guest *g = vq->guest;

	if (!(vq->features & LG_RING_F_INDIRECT))
		return broken(vq, "indirect descriptor (not agreed upon) of length", d->len);
	if (d->flags & LG_VRING_DESC_NEXT)
		return broken(vq, "indirect descriptor with a next: flags", d->flags);
	if (!d->len || d->len % sizeof(table[0]) || d->len > sizeof(table))
		return broken(vq, "indirect table of length", d->len);
	if (g->peek(g->handle, d->addr, table, d->len))
		return outside(vq, "indirect table", d);
	return walk(vq, c, table, d->len / (u32)sizeof(table[0]), 0, 1);
}

static int walk(struct virtqueue *vq, struct vq_chain *c, const struct lg_vring_desc *table,
		u32 num, u16 i, int indirect)
{
	u32 steps;

	for (steps = 0; steps < num; steps++) {
		struct lg_vring_desc d = fetch(&table[i]);

		if (d.flags & LG_VRING_DESC_INDIRECT) {
			if (indirect)
				return broken(vq, "indirect table within a table: flags", d.flags);
			return walk_table(vq, c, &d);
		}
		if (add_piece(vq, c, &d))
			return -EPROTO;
		if (!(d.flags & LG_VRING_DESC_NEXT))
			return 1;
		if (d.next >= num)
			return broken(vq, "next descriptor", d.next);
		i = d.next;
	}
	return broken(vq, "endless chain from descriptor", c->head);
}

int vq_ready(const struct virtqueue *vq)
{
	return vq->avail && !vq->broken[0] && READ_ONCE(vq->avail->idx) != vq->last_avail;
}

static void note(const struct virtqueue *vq, enum guest_note what, u32 head, u64 c, u64 d)
{
	if (vq->guest->note)
		vq->guest->note(vq->guest->handle, what, vq->pfn, head, (u32)c, (u32)d);
}

int vq_get(struct virtqueue *vq, struct vq_chain *c)
{
	u16 idx, waiting;
	int got;

	if (vq->broken[0])
		return -EPROTO;
	if (!vq->avail)
		return 0;
	idx = __atomic_load_n(&vq->avail->idx, __ATOMIC_ACQUIRE);
	waiting = (u16)(idx - vq->last_avail);
	if (!waiting)
		return 0;
	if (waiting > vq->num)
		return broken(vq, "avail index jumped to", idx);
	c->head = READ_ONCE(vq->avail->ring[vq->last_avail % vq->num]);
	c->nread = c->nwrite = 0;
	if (c->head >= vq->num)
		return broken(vq, "first descriptor", c->head);
	vq->last_avail++;
	got = walk(vq, c, vq->desc, vq->num, c->head, 0);
	if (got == 1)
		note(vq, GUEST_TAKE, c->head, vq_bytes(c->pieces, c->nread),
		     vq_bytes(c->pieces + c->nread, c->nwrite));
	return got;
}

void vq_fill(struct virtqueue *vq, u16 head, u32 len)
{
	struct lg_vring_used_elem *e = &vq->used_ring->ring[vq->used % vq->num];

	WRITE_ONCE(e->id, head);
	WRITE_ONCE(e->len, len);
	vq->used++;
	note(vq, GUEST_GIVE, head, len, 0);
}

void vq_publish(struct virtqueue *vq)
{
	/* The guest must see the elements before the index that counts them. */
	__atomic_store_n(&vq->used_ring->idx, vq->used, __ATOMIC_RELEASE);
}

void vq_put(struct virtqueue *vq, u16 head, u32 len)
{
	vq_fill(vq, head, len);
	vq_publish(vq);
}

/* --- D:130 Interrupts and kicks ----------------------------------------------- */

/*
 * With the event index a side says: tell me when your index steps over this
 * one.  Indices run freely, so all is modulo 65536.
 */
static int steps_over(u16 event, u16 from, u16 to)
{
	return (u16)(to - event - 1) < (u16)(to - from);
}

void vq_announce(struct virtqueue *vq)
{
	u16 from = vq->announced;
	int wanted;

	if (vq->used == from)
		return;
	vq->announced = vq->used;
	/* Our index first, then its wish: or both sides may miss each other. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (vq->features & LG_RING_F_EVENT_IDX)
		wanted = steps_over(READ_ONCE(*used_event(vq)), from, vq->used);
	else
		wanted = !(READ_ONCE(vq->avail->flags) & LG_VRING_AVAIL_NO_INTERRUPT);
	if (!wanted)
		return;
	if (vq->isr)
		__atomic_fetch_or(vq->isr, LG_PCI_ISR_QUEUE, __ATOMIC_SEQ_CST);
	vq->guest->irq(vq->guest->handle, vq->irq);
}

void vq_quiet(struct virtqueue *vq)
{
	/* An event index that stays behind is never stepped over. */
	if (vq->used_ring && !(vq->features & LG_RING_F_EVENT_IDX))
		WRITE_ONCE(vq->used_ring->flags, LG_VRING_USED_NO_NOTIFY);
}

int vq_listen(struct virtqueue *vq)
{
	if (vq->broken[0] || !vq->used_ring)
		return 0;
	if (vq->features & LG_RING_F_EVENT_IDX)
		WRITE_ONCE(*avail_event(vq), vq->last_avail);
	else
		WRITE_ONCE(vq->used_ring->flags, 0);
	/* Our wish first, then its index. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return vq_ready(vq);
}

/* --- D:140 The memory of a chain ------------------------------------------------- */

u64 vq_bytes(const struct vq_piece *p, unsigned n)
{
	u64 sum = 0;
	unsigned i;

	for (i = 0; i < n; i++)
		sum += p[i].len;
	return sum;
}

/*
 * The next stretch of [skip, skip + len) from piece *i on; pieces that follow
 * each other in memory are one stretch.  0: that was all.
 */
static u64 stretch(const struct vq_piece *p, unsigned n, unsigned *i, u64 *skip, u64 len, u64 *gpa)
{
	u64 got = 0;

	while (*i < n && *skip >= p[*i].len)
		*skip -= p[(*i)++].len;
	if (*i == n || !len)
		return 0;
	*gpa = p[*i].gpa + *skip;
	while (*i < n && got < len && p[*i].gpa + *skip == *gpa + got) {
		u64 part = p[*i].len - *skip;

		if (part > len - got) {
			*skip += len - got;
			return len;
		}
		got += part;
		*skip = 0;
		(*i)++;
	}
	return got;
}

int vq_iov(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip, u64 len,
	   struct iovec *iov, int max)
{
	unsigned i = 0;
	int k = 0;
	u64 gpa, part;

	while ((part = stretch(p, n, &i, &skip, len, &gpa)) != 0) {
		if (k == max)
			return -E2BIG;
		iov[k].iov_base = g->memory(g->handle, gpa, part);
		iov[k].iov_len = (size_t)part;
		if (!iov[k++].iov_base)
			return -EFAULT;
		len -= part;
	}
	return k;
}

int vq_copy_from(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip, void *to,
		 size_t len)
{
	unsigned i = 0;
	u8 *at = to;
	u64 gpa, part;

	while ((part = stretch(p, n, &i, &skip, len, &gpa)) != 0) {
		if (g->peek(g->handle, gpa, at, (size_t)part))
			return -EFAULT;
		at += part;
		len -= (size_t)part;
	}
	return len ? -EFAULT : 0;
}

int vq_copy_to(const struct guest *g, const struct vq_piece *p, unsigned n, u64 skip,
	       const void *from, size_t len)
{
	const u8 *at = from;
	unsigned i = 0;
	u64 gpa, part;

	while ((part = stretch(p, n, &i, &skip, len, &gpa)) != 0) {
		void *to = g->memory(g->handle, gpa, part);

		if (!to)
			return -EFAULT;
		memcpy(to, at, (size_t)part);
		at += part;
		len -= (size_t)part;
	}
	return len ? -EFAULT : 0;
}
