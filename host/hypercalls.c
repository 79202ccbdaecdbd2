/* SPDX-License-Identifier: MIT */
/*
 * H:200 Hypercalls: what the guest kernel asks for, by int $0x1f, by a gate, or
 * through the asynchronous ring.  doc/abi.md has the table.
 */
#include "host/space.h"
#include "host/sys.h"

struct hcall_args {
	u32 number, arg1, arg2, arg3, arg4;
};

static void copy_text(char *to, u32 gpa)
{
	u32 i;

	if (!guest_page(gpa, false)) {
		kill_guest("bad read address %#x: text", gpa);
		return;
	}
	for (i = 0; i < LG_REASON_MAX - 1; i++)
		if (!copy_from_guest(&to[i], (u64)gpa + i, 1) || !to[i])
			break;
	to[i] = 0;
}

static bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/*
 * H:210 LGUEST_INIT: from now on interrupts can arrive, so everything about
 * them is checked here, once.
 */
static void initialise(u32 gpa)
{
	struct lguest_data *d = guest_range(gpa, sizeof(*d));
	u32 vec;

	if (cpu->initialised) {
		kill_guest("already have lguest_data");
		return;
	}
	if (!d || gpa % 4) {
		kill_guest("bad guest page %#x", gpa);
		return;
	}
	vec = d->syscall_vec;
	if (vec != 0x80 && !(lg->native && vec == lg->note.syscall_vector)) {
		kill_guest("bad syscall vector %#x", vec);
		return;
	}
	if (d->kernel_address < LG_BASE_SHIFT || d->kernel_address >= 0u - LG_RESERVE_MEM ||
	    d->kernel_address % LG_PAGE_SIZE) {
		kill_guest("bad kernel address %#x", d->kernel_address);
		return;
	}
	cpu->data_gpa = gpa;
	cpu->sw.data = (u64)d;
	cpu->noirq_start = d->noirq_start;
	cpu->noirq_end = d->noirq_end;
	cpu->kernel_address = d->kernel_address;
	cpu->syscall_vec = vec;
	d->tsc_khz = lg->tsc_khz;
	d->reserve_mem = LG_RESERVE_MEM;
	cpu->initialised = 1;
	update_time();
	load_segments();
	flush_everything();
}

/* H:220 Another page directory; the first one ends linear mode. */
static void new_pgtable(u32 pgdir)
{
	if (!guest_range(pgdir & ~0xfffu, LG_PAGE_SIZE)) {
		kill_guest("bad page directory %#x", pgdir);
		return;
	}
	pgdir &= ~0xfffu;
	cpu->retry_pf = 0;
	if (cpu->linear) {
		cpu->linear = 0;
		flush_everything();
		my_space()->pgdir = pgdir;
	}
	cpu->pgdir = pgdir;
}

static void shutdown(u32 gpa, u32 reason)
{
	char text[LG_REASON_MAX];

	if (reason == LG_SHUTDOWN_RESTART) {
		stop_running(LG_RESTART, 0);
		return;
	}
	if (reason != LG_SHUTDOWN_POWEROFF) {
		kill_guest("bad shutdown reason %#x", reason);
		return;
	}
	text[0] = 0;
	if (gpa)
		copy_text(text, gpa);
	if (lg->state != LG_RUNNING)
		return;
	if (!text[0] || same_text(text, "Power down"))
		stop_running(LG_EXITED, 0);
	else
		kill_guest("CRASH: %s", text);
}

static void guest_exit(u32 status, u32 gpa)
{
	lg->reason[0] = 0;
	if (gpa)
		copy_text(lg->reason, gpa);
	if (lg->state != LG_RUNNING)
		return;
	stop_running(LG_EXITED, status & 0xff);
}

static void set_stack(u32 ss, u32 esp, u32 pages)
{
	if ((ss & 3) != 1) {
		kill_guest("bad stack segment %#x", ss);
		return;
	}
	if (pages > 2) {
		kill_guest("bad stack pages %u", pages);
		return;
	}
	cpu->sw.esp1 = esp;
	cpu->stack_pages = pages;
}

/* H:230 Bits of an IDT gate that we keep; the real IDT is the host's. */
void load_gate(u32 vector, u32 lo, u32 hi)
{
	u32 type = (hi >> 8) & 0xf;
	struct lg_gate *gate = &cpu->idt[vector];

	if (vector == 2 || vector == 8 || vector == 15 || vector == LG_TRAP_ENTRY)
		return;
	*gate = (struct lg_gate){ 0 };
	if (!(hi & 0x8000))
		return;
	if (type != 0xe && type != 0xf) {
		kill_guest("bad IDT type %u", type);
		return;
	}
	gate->handler = (lo & 0xffff) | (hi & 0xffff0000);
	gate->type = (u8)type;
	gate->dpl = (hi >> 13) & 3;
	gate->present = 1;
}

/* The worker that serves the queue in this device page; false: the Launcher does. */
static bool ring_doorbell(u32 page)
{
	u32 n = lg->doorbell[page];
	u64 one = 1;

	if (!n || n >= LG_DOORBELLS)
		return false;
	atomic_fetch_or(&cpu->rang, 1u << n);
	sys3(__NR_write, LG_FD_DOORBELL + n, &one, sizeof(one));
	return true;
}

/*
 * H:240 NOTIFY.  A kick of a queue rings a worker's doorbell, or sets a bit for
 * the Launcher: the guest goes on meanwhile.  Anything else (a device changed
 * status, early text) the guest expects to be over when the call returns, so
 * we wait.
 */
static void notify(u32 gpa)
{
	u32 page = gpa / LG_PAGE_SIZE - lg->ram_pages;

	if (gpa % LG_PAGE_SIZE == 0 && page >= 1 && page < LG_DEVICE_PAGES) {
		u64 bit = 1ull << (page % 64);

		if (ring_doorbell(page))
			return;
		if (!(atomic_fetch_or(&lg->kicks[page / 64], bit) & bit))
			ring_bell();
		return;
	}
	ask_launcher(LG_OP_NOTIFY, gpa, 0, 0, 0);
}

static void set_ptes(u32 gpa, u32 count)
{
	u32 start = 0, len = 0, pgdir = 0, i;

	if (count > LG_SET_PTES_MAX) {
		kill_guest("too many SET_PTES %u", count);
		return;
	}
	for (i = 0; i < count; i++) {
		struct lg_pte_update u;

		if (!copy_from_guest(&u, (u64)gpa + i * sizeof(u), sizeof(u))) {
			kill_guest("bad read address %#x: SET_PTES", gpa);
			return;
		}
		u.gva &= ~0xfffu;
		if (len && u.pgdir == pgdir && u.gva == start + len) {
			len += LG_PAGE_SIZE;
			continue;
		}
		if (len)
			flush_range(pgdir, start, len);
		pgdir = u.pgdir;
		start = u.gva;
		len = LG_PAGE_SIZE;
	}
	if (len)
		flush_range(pgdir, start, len);
}

static void clock_read(u32 which)
{
	u64 ns = clock_ns(which == LG_CLOCK_REALTIME ? 0 : 1);

	cpu->regs.eax = (u32)ns;
	cpu->regs.edx = (u32)(ns >> 32);
}

static void do_native(const struct hcall_args *a)
{
	switch (a->number) {
	case LHCALL_EXIT:
		guest_exit(a->arg1, a->arg2);
		break;
	case LHCALL_CLOCK_READ:
		clock_read(a->arg1);
		break;
	case LHCALL_SET_PTES:
		set_ptes(a->arg1, a->arg2);
		break;
	case LHCALL_FLUSH_RANGE:
		flush_range(a->arg1, a->arg2, a->arg3);
		break;
	case LHCALL_DROP_PGTABLE:
		drop_pgtable(a->arg1);
		break;
	case LHCALL_DEBUG_MARK:
		record(LG_EV_MARK, a->arg1, a->arg2, a->arg3, 0);
		if (a->arg1 == LG_MARK_TASK)
			mark_task(a->arg2, a->arg3);
		break;
	default:
		kill_guest("Bad hypercall %u", a->number);
	}
}

static void do_hcall(const struct hcall_args *a)
{
	if (!cpu->initialised && a->number != LHCALL_LGUEST_INIT) {
		kill_guest("hypercall %u before INIT", a->number);
		return;
	}
	switch (a->number) {
	case LHCALL_FLUSH_ASYNC:
	case LHCALL_SEND_INTERRUPTS:
		break;
	case LHCALL_LGUEST_INIT:
		initialise(a->arg1);
		break;
	case LHCALL_SHUTDOWN:
		shutdown(a->arg1, a->arg2);
		break;
	case LHCALL_NEW_PGTABLE:
		new_pgtable(a->arg1);
		break;
	case LHCALL_FLUSH_TLB:
		if (a->arg1)
			flush_everything();
		else
			flush_current();
		break;
	case LHCALL_LOAD_IDT_ENTRY:
		if (a->arg1 >= LG_IDT_ENTRIES)
			kill_guest("Setting idt entry %u", a->arg1);
		else
			load_gate(a->arg1, a->arg2, a->arg3);
		break;
	case LHCALL_SET_STACK:
		set_stack(a->arg1, a->arg2, a->arg3);
		break;
	case LHCALL_TS:
		cpu->ts = a->arg1 != 0;
		break;
	case LHCALL_SET_CLOCKEVENT:
		set_clock_event(a->arg1);
		break;
	case LHCALL_HALT:
		cpu->halted = 1;
		break;
	case LHCALL_SET_PTE:
		flush_range(a->arg1, a->arg2 & ~0xfffu, LG_PAGE_SIZE);
		break;
	case LHCALL_SET_PGD:
		if (a->arg2 < 1024)
			flush_range(a->arg1, a->arg2 << 22, 1u << 22);
		else
			kill_guest("Attempt to set pgd %u/1024", a->arg2);
		break;
	case LHCALL_LOAD_TLS:
		for (u32 i = 0; i < LG_GDT_TLS_ENTRIES; i++) {
			u32 d[2];

			if (!copy_from_guest(d, (u64)a->arg1 + i * 8, 8)) {
				kill_guest("bad read address %#x", a->arg1);
				return;
			}
			load_gdt_entry(LG_GDT_TLS_MIN + i, d[0], d[1]);
		}
		break;
	case LHCALL_LOAD_GDT_ENTRY:
		if (a->arg1 >= LG_GDT_ENTRIES)
			kill_guest("too many gdt entries %u", a->arg1);
		else
			load_gdt_entry(a->arg1, a->arg2, a->arg3);
		break;
	case LHCALL_NOTIFY:
		notify(a->arg1);
		break;
	default:
		if (lg->native)
			do_native(a);
		else
			kill_guest("Bad hypercall %u", a->number);
	}
}

/*
 * H:250 The ring.  At most once around, in order; an entry is fetched into our
 * own memory before it is looked at.  A call that moves the vCPU to another
 * page directory takes effect when we are back in run_guest.
 */
void drain_ring(void)
{
	u32 n;

	if (!cpu->initialised)
		return;
	for (n = 0; n < LG_RING_SIZE; n++) {
		u32 i = cpu->ring_next % LG_RING_SIZE;
		volatile struct lg_hcall *h = &gdata->hcalls[i];
		struct hcall_args a;

		if (*(volatile u8 *)&gdata->hcall_status[i] == LG_RING_FREE)
			return;
		a = (struct hcall_args){ h->number, h->arg1, h->arg2, h->arg3, h->arg4 };
		cpu->ring_next = (i + 1) % LG_RING_SIZE;
		record(LG_EV_HCALL, a.number, a.arg1, a.arg2, a.arg3);
		do_hcall(&a);
		*(volatile u8 *)&gdata->hcall_status[i] = LG_RING_FREE;
	}
}

/* The synchronous one, its arguments in the registers. */
void do_hypercall(void)
{
	struct lg_regs *r = &cpu->regs;
	struct hcall_args a = { r->eax, r->ebx, r->ecx, r->edx, r->esi };

	drain_ring();
	record(LG_EV_HCALL, a.number, a.arg1, a.arg2, a.arg3);
	if (a.number == LHCALL_IRET && lg->native)
		kill_guest("IRET is jumped to, not called");
	else
		do_hcall(&a);
}
