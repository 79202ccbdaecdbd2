/* SPDX-License-Identifier: MIT */
/*
 * H:200 Hypercalls: what the guest kernel asks for, by int $0x1f, by a gate, or
 * through the asynchronous ring.  doc/abi.md has the table.
 */
#include "host/doctor_space.h"
#include "host/sys.h"

#define SHORT_IDT	64

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

bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* H:220 Another page directory; the first one ends linear mode. */
static void new_pgtable(u32 pgdir)
{
	if (!guest_range(pgdir & ~0xfffu, LG_PAGE_SIZE)) {
		kill_guest("bad page directory %#x", pgdir);
		return;
	}
	if (has(LG_HAS_PAE))
		choose_levels(pgdir);
	pgdir &= cpu->pae ? ~0x1fu : ~0xfffu;
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

	if (has(LG_HAS_CRASH) || (has(LG_HAS_NO_REASON) && reason != LG_SHUTDOWN_RESTART)) {
		crash(gpa);
		return;
	}
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

/*
 * H:225 Does the CPU of such a guest go through this gate without its Host?  It
 * did through trap gates, for system calls and traps, except where the Host had
 * something to do first.  Ours never does, but it can be told by the IF in the
 * frame, and by who may use the gate.
 */
bool is_direct(u32 vector, u32 type)
{
	if (lg->native || type != 0xf)
		return false;
	if (vector == TRAP_NM || vector == TRAP_GP || vector == TRAP_PF || vector == LG_TRAP_ENTRY)
		return false;
	return vector < LG_FIRST_IRQ_VECTOR || vector == cpu->syscall_vec;
}

/* H:230 Bits of an IDT gate that we keep; the real IDT is the host's. */
void load_gate(u32 vector, u32 lo, u32 hi)
{
	u32 type = (hi >> 8) & 0xf;
	struct lg_gate *gate = &cpu->idt[vector];

	if (vector == 2 || vector == 8 || vector == 15 || vector == LG_TRAP_ENTRY)
		return;
	if (has(LG_SHORT_IDT) && vector >= SHORT_IDT && vector != 0x80)
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
	if (has(LG_OWN_DPL) && !is_direct(vector, type))
		gate->dpl = 0;
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
void notify(u32 gpa)
{
	u32 page = gpa / LG_PAGE_SIZE - lg->ram_pages;

	if (lg->doctor)
		doctor_queues();	/* before the device sees it */
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
		if (lg->doctor && a->arg1 == LG_MARK_TIME)
			doctor_time(a->arg2);
		if (a->arg1 == LG_MARK_TASK)
			mark_task(a->arg2, a->arg3);
		break;
	default:
		kill_guest("Bad hypercall %u", a->number);
	}
}

static void load_gdt_entry_call(const struct hcall_args *a)
{
	if (a->arg1 >= LG_GDT_ENTRIES)
		kill_guest("too many gdt entries %u", a->arg1);
	else
		load_gdt_entry(a->arg1, a->arg2, a->arg3);
}

/* SET_PMD it was called before 2.6.31. */
static void set_pgd(u32 pgdir, u32 index)
{
	u32 entries = cpu->pae ? 4 : 1024;

	if (index < entries)
		flush_range(pgdir, cpu->pae ? index << 30 : index << 22,
			    cpu->pae ? 1u << 30 : 1u << 22);
	else if (has(LG_HAS_GDT_ENTRY))
		kill_guest("Attempt to set pgd %u/%u", index, entries);
}

static void do_hcall(const struct hcall_args *a)
{
	if (!cpu->initialised && a->number != LHCALL_LGUEST_INIT) {
		kill_guest("hypercall %u before INIT", a->number);
		return;
	}
	switch (a->number) {
	case LHCALL_FLUSH_ASYNC:
		break;
	case LHCALL_LGUEST_INIT:
		initialise();
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
		if (!lg->native && a->arg2 >= 0u - LG_RESERVE_MEM) {
			kill_guest("attempt to set pte into Switcher pages: %#x", a->arg2);
			break;
		}
		flush_range(a->arg1, a->arg2 & ~0xfffu, LG_PAGE_SIZE);
		break;
	case LHCALL_SET_PGD:
		set_pgd(a->arg1, a->arg2);
		break;
	case LHCALL_LOAD_TLS:
		load_descriptors(a->arg1, LG_GDT_TLS_MIN, LG_GDT_TLS_ENTRIES);
		break;
	case LHCALL_LOAD_GDT_ENTRY:
		if (has(LG_HAS_GDT_ENTRY)) {
			load_gdt_entry_call(a);
			break;
		}
		goto bad;
	case LHCALL_SEND_INTERRUPTS:
		if (has(LG_HAS_GDT_ENTRY))
			break;
		goto bad;
	default:
		if (do_historical(a))
			break;
		if (lg->native) {
			do_native(a);
			break;
		}
	bad:
		kill_guest("Bad hypercall %u", a->number);
	}
}

/*
 * H:250 The ring.  At most once around, in order; an entry is fetched into our
 * own memory before it is looked at.  A call that moves the vCPU to another
 * page directory takes effect when we are back in run_guest.
 */
static struct hcall_args ring_entry(const struct lg_generation *g, u32 i)
{
	volatile u32 *h = gdata_at((u32)g->at.hcalls + i * g->hcall_words * 4);
	u32 args[4];

	for (u32 n = 0; n < 4; n++)
		args[n] = g->arg_word[n] ? h[g->arg_word[n]] : 0;
	return (struct hcall_args){ h[0], args[0], args[1], args[2], args[3] };
}

void drain_ring(void)
{
	const struct lg_generation *g = lg_generation(lg->generation);
	u32 eax = cpu->regs.eax, edx = cpu->regs.edx, n;

	if (!cpu->initialised)
		return;
	for (n = 0; n < LG_RING_SIZE; n++) {
		u32 i = cpu->ring_next % LG_RING_SIZE;
		volatile u8 *status = (volatile u8 *)gdata_at((u32)g->at.status + i);
		struct hcall_args a;

		if (*status == LG_RING_FREE)
			return;
		a = ring_entry(g, i);
		cpu->ring_next = (i + 1) % LG_RING_SIZE;
		record(LG_EV_HCALL, a.number, a.arg1, a.arg2, a.arg3);
		do_hcall(&a);
		cpu->regs.eax = eax;		/* results are for those who wait */
		cpu->regs.edx = edx;
		*status = LG_RING_FREE;
	}
}

/* The synchronous one, its arguments in the registers. */
void do_hypercall(void)
{
	const struct lg_regs *r = &cpu->regs;
	struct hcall_args a = { r->eax, r->ebx, r->ecx, r->edx, r->esi };

	if (!lg->native)
		a = (struct hcall_args){ r->eax, hcall_arg(1), hcall_arg(2), hcall_arg(3),
					 hcall_arg(4) };
	drain_ring();
	record(LG_EV_HCALL, a.number, a.arg1, a.arg2, a.arg3);
	if (a.number == LHCALL_IRET && lg->native)
		kill_guest("IRET is jumped to, not called");
	else
		do_hcall(&a);
}
