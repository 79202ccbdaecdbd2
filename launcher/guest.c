/* SPDX-License-Identifier: MIT */
/*
 * L:605 The guest as devices see it.
 *
 * Devices know nothing of the Host; this is the joint.  There are two kinds:
 * the Launcher's own guest, which has everything, and the one a device's
 * server makes of a parcel, which has memory, interrupts and its doorbell.
 */
#include "launcher/guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/doctor.h"
#include "host/view.h"

/* --- The Launcher's ----------------------------------------------------------- */

static void *lg_guest_memory(void *handle, u64 gpa, u64 len)
{
	return lg_memory(handle, gpa, len);
}

static int lg_guest_peek(void *handle, u64 gpa, void *to, size_t len)
{
	return lg_peek(handle, gpa, to, len);
}

static void lg_guest_irq(void *handle, u32 irq)
{
	lg_irq(handle, irq);
}

static void view_guest_note(void *handle, enum guest_note what, u32 pfn, u32 head, u32 c, u32 d)
{
	view_note(handle, what == GUEST_TAKE ? LG_EV_TAKE : LG_EV_GIVE, pfn, head, c, d);
}

static void lg_guest_note(void *handle, enum guest_note what, u32 pfn, u32 head, u32 c, u32 d)
{
	view_guest_note(lg_view(handle), what, pfn, head, c, d);
}

/* For the doctor, if there is one: the guest waits meanwhile. */
static void lg_guest_queue(void *handle, const struct guest_queue *q)
{
	struct lg_doctor *d = lg_doctor(handle);
	struct lg_doctor_queue *to;

	if (!d || q->index >= LG_DOCTOR_QUEUES)
		return;
	to = &d->queues[q->index];
	*to = (struct lg_doctor_queue){ .desc = (u32)q->desc,
					.avail = (u32)q->avail,
					.used = (u32)q->used,
					.num = (u16)q->num,
					.irq = (u16)q->irq,
					.event_idx = q->event_idx != 0 };
	snprintf(to->name, sizeof(to->name), "%s", q->device);
	if (d->nqueues <= q->index)
		d->nqueues = q->index + 1;
}

/* Of a guest that runs, so that this is how it is now, or was: good for a message. */
static int lg_guest_physical(void *handle, u64 gva, u32 *gpa)
{
	const struct lg_cpu *cpu = &lg_shared(handle)->cpu;
	u32 kernel = cpu->kernel_address, pde, pte;
	u8 byte;

	if (gva > 0xffffffffu || gva < kernel)
		return 0;
	*gpa = (u32)gva - kernel;
	if (!cpu->linear && lg_translate(handle, cpu->pgdir, (u32)gva, gpa, &pde, &pte))
		return 0;
	return !lg_peek(handle, *gpa, &byte, 1);
}

static void lg_guest_kill(void *handle, const char *reason)
{
	lg_kill(handle, "%s", reason);
}

static int lg_guest_doorbell(void *handle, u32 n)
{
	return n < LG_DOORBELLS ? lg_view(handle)->doorbells[n] : -1;
}

static void lg_guest_route(void *handle, u32 pfn, u32 n)
{
	view_route(lg_view(handle), pfn, n);
}

static void lg_guest_registers(void *handle, u32 n, const struct guest_registers *r)
{
	const struct lg_registers same = { r->gpa, r->len, r->queues, r->pfn, r->isr };

	view_registers(lg_view(handle), n, &same);
}

static void lg_guest_awake(void *handle, u32 n, int on)
{
	view_awake(lg_view(handle), n, on);
}

static int lg_guest_cpu(void *handle)
{
	return view_cpu(lg_view(handle));
}

static int lg_guest_pack(void *handle, u32 n, struct guest_parcel *p)
{
	p->nfds = lg_parcel(handle, n, p->data, p->fds);
	p->len = LG_PARCEL_BYTES;
	return p->nfds < 0 ? p->nfds : 0;
}

_Static_assert(LG_PARCEL_BYTES <= sizeof(((struct guest_parcel *)0)->data), "parcel");
_Static_assert(LG_PARCEL_FDS <= GUEST_PARCEL_FDS, "parcel");
_Static_assert(GUEST_DOORBELLS == LG_DOORBELLS, "doorbells");

void guest_of(struct guest *g, struct lg *lg, u32 ram_bytes)
{
	*g = (struct guest){
		.handle = lg,
		.ram_bytes = ram_bytes,
		.memory = lg_guest_memory,
		.peek = lg_guest_peek,
		.irq = lg_guest_irq,
		.note = lg_guest_note,
		.queue = lg_guest_queue,
		.physical = lg_guest_physical,
		.kill = lg_guest_kill,
		.doorbell = lg_guest_doorbell,
		.route = lg_guest_route,
		.registers = lg_guest_registers,
		.awake = lg_guest_awake,
		.cpu = lg_guest_cpu,
		.pack = lg_guest_pack,
	};
}

/* --- A server's ------------------------------------------------------------------- */

static void *view_guest_memory(void *handle, u64 gpa, u64 len)
{
	return view_memory(handle, gpa, len);
}

static int view_guest_peek(void *handle, u64 gpa, void *to, size_t len)
{
	return view_peek(handle, gpa, to, len);
}

static void view_guest_irq(void *handle, u32 irq)
{
	view_irq(handle, irq);
}

/* The end of the guest is the Launcher's to say. */
static void view_guest_kill(void *handle, const char *reason)
{
	(void)handle, (void)reason;
}

static int view_guest_doorbell(void *handle, u32 n)
{
	const struct lg_view *v = handle;

	return n < LG_DOORBELLS ? v->doorbells[n] : -1;
}

static void view_guest_awake(void *handle, u32 n, int on)
{
	view_awake(handle, n, on);
}

int guest_from_parcel(struct guest *g, const struct guest_parcel *p)
{
	struct lg_view *v;
	int err;

	if (p->len != LG_PARCEL_BYTES)
		return -EINVAL;
	err = lg_unpack(&v, p->data, p->fds, p->nfds);
	if (err)
		return err;
	*g = (struct guest){
		.handle = v,
		.ram_bytes = v->ram_pages * LG_PAGE_SIZE,
		.memory = view_guest_memory,
		.peek = view_guest_peek,
		.irq = view_guest_irq,
		.note = view_guest_note,
		.kill = view_guest_kill,
		.doorbell = view_guest_doorbell,
		.awake = view_guest_awake,
	};
	return 0;
}

void guest_forget(struct guest *g)
{
	if (g->handle)
		lg_view_drop(g->handle);
	memset(g, 0, sizeof(*g));
}
