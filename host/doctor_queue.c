/* SPDX-License-Identifier: MIT */
/*
 * H:820 Buffers that devices own.  From the moment a descriptor is offered
 * until it comes back in the used ring the memory is the device's: it must not
 * lie on a stack, which is gone when the function returns, not be offered a
 * second time, not be given away.
 *
 * At every NOTIFY, and whenever the Host runs anyway, the rings are read: what
 * is new among the offered is entered by page frame, what came back is
 * removed.  A chain may be offered and given back before we look.  Everything
 * here is the guest's memory and ours, and the guest stands still; the device
 * does not, but what it gives back now the guest has not seen yet.
 */
#include "host/doctor_space.h"

#define CHAIN_MAX	LG_VRING_NUM
#define STACK_PAGES	4u	/* looked at above esp */

static void release(struct lg_doctor_queue *q, u32 head)
{
	u32 i = q->chain[head];

	q->chain[head] = 0;
	q->back[head] = 0;
	while (i && i <= LG_OWNED) {
		struct lg_owned *o = &doc->owned[i - 1];
		u16 *link = &doc->page[o->gpa / LG_PAGE_SIZE].owned, next = o->same_chain;

		while (*link && *link != i)
			link = &doc->owned[*link - 1].same_page;
		if (*link)
			*link = o->same_page;
		if (!doc->page[o->gpa / LG_PAGE_SIZE].owned)
			doc->page[o->gpa / LG_PAGE_SIZE].watch &=
				(u16) ~(LG_WATCH_BUFFER | LG_WATCH_WRITES);
		o->same_page = doc->free_owned;
		doc->free_owned = (u16)i;
		i = next;
	}
}

static struct lg_owned *new_owned(u32 *index)
{
	*index = doc->free_owned;
	if (*index)
		doc->free_owned = doc->owned[*index - 1].same_page;
	else if (doc->nowned < LG_OWNED)
		*index = ++doc->nowned;
	else
		return NULL;
	return &doc->owned[*index - 1];
}

/*
 * Many drivers offer their buffers by way of one function, so its eip alone is
 * no place: queue and length tell them apart.
 */
static u32 place(u32 queue, u32 len)
{
	return cpu->regs.eip + queue * 0x9e3779b1u + len * 0x85ebca6bu;
}

/* --- Findings --------------------------------------------------------------------- */

static void overlap(const struct lg_owned *o, const struct lg_owned *other)
{
	struct lg_finding *f = doctor_finding(LG_F_OVERLAP);

	f->a = o->gpa;
	f->b = o->len;
	f->c = other->eip;
	f->d = o->queue;
	f->e = o->head;
	f->f = other->queue;
	f->g = other->head;
	doctor_tell(place(o->queue, o->len));
}

static void on_stack(u32 gpa, u32 len, u32 gva, u32 queue, u32 head, bool sure)
{
	struct lg_finding *f = doctor_finding(LG_F_STACK_DMA);

	f->a = gpa;
	f->b = len;
	f->c = gva;
	f->d = queue;
	f->e = head;
	f->f = sure;
	doctor_tell(place(queue, len));
}

/*
 * H:825 Is this piece on the kernel's stack?  The stack of SET_STACK is known;
 * any other is what lies above esp, as far as the frame pointers lead, and the
 * Launcher, which knows symbols, decides about the rest.
 */
static bool look_at_stack(u32 gpa, u32 len, u32 queue, u32 head)
{
	u32 top = cpu->sw.esp1, bottom = top - cpu->stack_pages * LG_PAGE_SIZE;
	u32 esp = cpu->regs.esp;
	struct walk w;

	for (u32 at = bottom; top && at < top; at += LG_PAGE_SIZE)
		if (walk(at, &w) && w.gpa == (gpa & ~0xfffu)) {
			on_stack(gpa, len, (at & ~0xfffu) | gpa % LG_PAGE_SIZE, queue, head, true);
			return true;
		}
	if (cpu->regs.user || (top && esp >= bottom && esp < top))
		return false;
	for (u32 i = 0; i < STACK_PAGES; i++) {
		u32 gva = ((esp & ~0xfffu) + i * LG_PAGE_SIZE) | gpa % LG_PAGE_SIZE;

		if (gva >= esp && walk(gva, &w) && w.gpa == (gpa & ~0xfffu)) {
			on_stack(gpa, len, gva, queue, head, false);
			return true;
		}
	}
	return false;
}

/* H:827 A frame goes away, or gets another meaning.  Does a device write to it? */
void doctor_lost(u32 gpa, u32 gva, enum lg_freed how)
{
	struct lg_finding *f;
	const struct lg_owned *o;
	u32 i;

	if (gpa / LG_PAGE_SIZE >= lg->pages || !doc->page[gpa / LG_PAGE_SIZE].owned)
		return;
	doctor_queues();
	i = doc->page[gpa / LG_PAGE_SIZE].owned;
	for (; i; i = o->same_page) {
		o = &doc->owned[i - 1];
		if (!doc->queues[o->queue].back[o->head] && (o->write || how != LG_FREED_TABLE))
			break;
	}
	if (!i)
		return;
	o = &doc->owned[i - 1];
	f = doctor_finding(LG_F_FREED);
	f->a = o->gpa;
	f->b = gva;
	f->c = o->eip;
	f->d = o->queue;
	f->e = o->head;
	f->f = how;
	doctor_tell(cpu->regs.eip);
}

/* --- Reading the rings ----------------------------------------------------------------- */

static void own(struct lg_doctor_queue *q, struct lg_owned piece, bool watch)
{
	u32 index;
	u16 *first = &doc->page[piece.gpa / LG_PAGE_SIZE].owned;
	struct lg_owned *o;

	for (u32 i = *first; i; i = o->same_page) {
		o = &doc->owned[i - 1];
		if (doc->queues[o->queue].back[o->head])
			continue;
		if ((o->queue != piece.queue || o->head != piece.head) && (o->write || piece.write) &&
		    o->gpa < piece.gpa + piece.len && piece.gpa < o->gpa + o->len) {
			overlap(&piece, o);
			break;
		}
	}
	o = new_owned(&index);
	if (!o)
		return;
	piece.same_page = *first;
	piece.same_chain = q->chain[piece.head];
	*o = piece;
	*first = q->chain[piece.head] = (u16)index;
	if (watch && doc->page[piece.gpa / LG_PAGE_SIZE].steps < LG_WATCH_STEPS)
		doctor_watch(piece.gpa, LG_WATCH_BUFFER | (piece.write ? LG_WATCH_WRITES : 0));
}

/* A descriptor, page by page. */
static void offered(u32 queue, u32 head, const struct lg_vring_desc *d, bool done)
{
	u64 gpa = d->addr, end = d->addr + d->len;

	if (d->flags & LG_VRING_DESC_WRITE)
		doc->queues[queue].writes[head] = 1;
	if (!d->len || end < gpa || end > (u64)lg->pages * LG_PAGE_SIZE)
		return;			/* the device will say so */
	while (gpa < end) {
		u32 n = LG_PAGE_SIZE - (u32)(gpa % LG_PAGE_SIZE);
		bool stack;

		if (n > end - gpa)
			n = (u32)(end - gpa);
		stack = look_at_stack((u32)gpa, n, queue, head);
		if (!done)
			own(&doc->queues[queue], (struct lg_owned){
				.gpa = (u32)gpa, .len = n, .eip = cpu->regs.eip, .queue = (u16)queue,
				.head = (u16)head, .write = !!(d->flags & LG_VRING_DESC_WRITE) }, !stack);
		gpa += n;
	}
}

static void walk_chain(u32 queue, u32 head, u64 table, u32 num, bool done)
{
	u32 i = table == doc->queues[queue].desc ? head : 0;

	for (u32 steps = 0; steps < num; steps++) {
		struct lg_vring_desc d;

		if (i >= num || !copy_from_guest(&d, table + i * sizeof(d), sizeof(d)))
			return;
		if (d.flags & LG_VRING_DESC_INDIRECT) {
			if (table == doc->queues[queue].desc && d.len / sizeof(d) <= CHAIN_MAX)
				walk_chain(queue, head, d.addr, d.len / (u32)sizeof(d), done);
			return;
		}
		offered(queue, head, &d, done);
		if (!(d.flags & LG_VRING_DESC_NEXT))
			return;
		i = d.next;
	}
}

static void given_back(struct lg_doctor_queue *q, const struct lg_vring_used *used, u16 upto)
{
	u16 n = (u16)(upto - q->seen_used);

	if (n > q->num)
		q->seen_used = (u16)(upto - q->num);
	for (; q->seen_used != upto; q->seen_used++) {
		u32 head = *(const volatile u32 *)&used->ring[q->seen_used % q->num].id;

		if (head >= q->num)
			continue;
		if (q->writes[head])
			q->written = (u16)(q->seen_used + 1);
		if (q->blind || q->back[head])
			release(q, head);
		if (q->chain[head]) {
			q->back[head] = 1;
			q->back_at[head] = (u16)(q->seen_used + 1);
		} else {
			q->early[head]++;
		}
	}
}

static bool usable(const struct lg_doctor_queue *q)
{
	u64 end = (u64)lg->pages * LG_PAGE_SIZE, pages = 2 * LG_PAGE_SIZE;

	return q->num && q->num <= LG_VRING_NUM && q->avail + pages <= end && q->used + pages <= end;
}

/* The driver knows what has come back up to here: it has read the index, or was interrupted. */
static void known(struct lg_doctor_queue *q, u16 upto)
{
	for (u32 head = 0; head < q->num; head++)
		if (q->back[head] && (u16)(upto - q->back_at[head]) < 0x8000)
			release(q, head);
}

void doctor_told(u32 irq)
{
	for (u32 i = 0; i < doc->nqueues && i < LG_DOCTOR_QUEUES; i++)
		if (usable(&doc->queues[i]) && doc->queues[i].irq == irq)
			known(&doc->queues[i], doc->queues[i].seen_used);
}

/* Hidden, so that we see who looks at it.  Once not, never again: the Host wanted it. */
static void watch_ring(struct lg_doctor_queue *q)
{
	u32 bytes = (u32)(sizeof(struct lg_vring_used) + q->num * sizeof(struct lg_vring_used_elem));

	q->blind = q->watched || q->used % LG_PAGE_SIZE + bytes > LG_PAGE_SIZE;
	q->watched = 1;
	if (!q->blind)
		doctor_watch(q->used, LG_WATCH_USED);
}

static void look_at_queue(u32 n)
{
	struct lg_doctor_queue *q = &doc->queues[n];
	const struct lg_vring_avail *avail = (const void *)(LG_RAM_ADDR + q->avail);
	const struct lg_vring_used *used = (const void *)(LG_RAM_ADDR + q->used);
	u16 used_idx = *(const volatile u16 *)&used->idx;
	u16 idx = *(const volatile u16 *)&avail->idx;

	if (!(doc->page[q->used / LG_PAGE_SIZE].watch & LG_WATCH_USED))
		watch_ring(q);
	if (used_idx != q->seen_used)
		given_back(q, used, used_idx);
	if ((u16)(idx - q->seen_avail) > q->num)
		return;			/* broken: the device will say so */
	for (; q->seen_avail != idx; q->seen_avail++) {
		u32 head = *(const volatile u16 *)&avail->ring[q->seen_avail % q->num];
		bool done;

		if (head >= q->num)
			continue;
		done = q->early[head];
		if (done)
			q->early[head]--;
		else
			release(q, head);
		q->writes[head] = 0;
		walk_chain(n, head, q->desc, q->num, done);
		if (done && q->writes[head])
			q->written = q->seen_used;
	}
}

void doctor_queues(void)
{
	for (u32 i = 0; i < doc->nqueues && i < LG_DOCTOR_QUEUES; i++)
		if (usable(&doc->queues[i]))
			look_at_queue(i);
}

/* --- H:828 Touched too early --------------------------------------------------------------- */

static void touched(u32 gva, const struct lg_owned *o, bool write)
{
	struct lg_finding *f = doctor_finding(LG_F_TOUCHED);

	f->a = gva;
	f->b = o->gpa;
	f->c = o->eip;
	f->d = o->queue;
	f->e = o->head;
	f->f = write;
	f->g = o->write | (u32)doc->queues[o->queue].back[o->head] << 1;
	doctor_tell(doctor_step.eip && me.stepping ? doctor_step.eip : cpu->regs.eip);
}

/*
 * The guest reads or writes len bytes here.  To read what a device only reads
 * is fine; and what user programs do with their own buffers is their business.
 */
void doctor_touch(u32 gva, u32 gpa, u32 len, bool write)
{
	u32 pfn = gpa / LG_PAGE_SIZE;
	const struct lg_owned *o;

	if (!len || pfn >= lg->pages || !(doc->page[pfn].watch & LG_WATCH_BUFFER))
		return;
	doctor_queues();		/* has it come back in the meantime? */
	for (u32 i = doc->page[pfn].owned; i; i = o->same_page) {
		o = &doc->owned[i - 1];
		if (o->gpa >= gpa + len || gpa >= o->gpa + o->len || (!write && !o->write))
			continue;
		if (!cpu->regs.user)
			touched(gva, o, write);
		doc->page[pfn].steps = LG_WATCH_STEPS;	/* once is enough */
	}
	if (++doc->page[pfn].steps >= LG_WATCH_STEPS) {
		doc->page[pfn].steps = LG_WATCH_STEPS;
		doc->page[pfn].watch &= (u16) ~(LG_WATCH_BUFFER | LG_WATCH_WRITES);
	}
}

/* --- H:829 Not looked at --------------------------------------------------------------------- */

/* The newest that can stand in this place of the ring; older ones need no look. */
static void element_read(struct lg_doctor_queue *q, u32 place)
{
	u16 newest = (u16)(q->seen_used - 1 - (u16)(q->seen_used - 1 - place) % q->num);

	if (!q->reads_ring || (u16)(newest + 1 - q->ring_read) < 0x8000)
		q->ring_read = (u16)(newest + 1);
	q->reads_ring = 1;
}

/* The guest has just read or written this word of a used ring. */
void doctor_looked(u32 gpa)
{
	for (u32 i = 0; i < doc->nqueues && i < LG_DOCTOR_QUEUES; i++) {
		struct lg_doctor_queue *q = &doc->queues[i];
		const struct lg_vring_used *used = (const void *)(LG_RAM_ADDR + q->used);
		u32 at = gpa - q->used;

		if (!usable(q) || at >= sizeof(*used) + q->num * sizeof(used->ring[0]))
			continue;
		if (at < offsetof(struct lg_vring_used, ring)) {
			q->idx_read = *(const volatile u16 *)&used->idx;
			look_at_queue(i);
			known(q, q->idx_read);
		} else {
			element_read(q, (at - (u32)offsetof(struct lg_vring_used, ring)) /
					(u32)sizeof(used->ring[0]));
		}
	}
}

/* How many buffers that were written to came back and were not looked at? */
static u32 not_seen(const struct lg_doctor_queue *q)
{
	u16 behind = (u16)(q->written - (q->reads_ring ? q->ring_read : q->idx_read));

	return behind < 0x8000 ? behind : 0;
}

/*
 * The guest sleeps, nothing it waits for is pending, it wants to hear of this
 * queue, and something in it has come back that it has not looked at.
 */
void doctor_unseen(void)
{
	u64 now = clock_ns(1);

	doctor_queues();
	for (u32 i = 0; i < doc->nqueues && i < LG_DOCTOR_QUEUES; i++) {
		struct lg_doctor_queue *q = &doc->queues[i];
		const struct lg_vring_avail *avail = (const void *)(LG_RAM_ADDR + q->avail);
		struct lg_finding *f;

		if (!usable(q) || q->event_idx || q->blind || cpu->irqs >> (q->irq % 32) & 1 ||
		    *(const volatile u16 *)&avail->flags & LG_VRING_AVAIL_NO_INTERRUPT || !not_seen(q)) {
			q->unseen_since = 0;
			continue;
		}
		if (!q->unseen_since)
			q->unseen_since = now;
		if (now - q->unseen_since <= LG_DOCTOR_UNSEEN_NS)
			continue;
		f = doctor_finding(LG_F_UNSEEN);
		f->a = i;
		f->b = not_seen(q);
		f->c = q->reads_ring;
		f->d = q->irq;
		f->e = (u32)((now - q->unseen_since) / 1000000u);
		doctor_tell(i);
	}
}
