/* SPDX-License-Identifier: MIT */
/*
 * H:300 Interrupts and traps: how events of the real CPU become events of the
 * guest's.  A trap of guest code reaches us as a signal; we look at it, deal
 * with what is ours (missing shadow pages, int $0x1f, selectors) and reflect
 * the rest: push the frame an i386 would push, go on at the guest's handler.
 */
#include "host/doctor_space.h"

/* A frame under construction: words in the order they are pushed. */
struct frame {
	u32 words[6], n;
};

static void push(struct frame *f, u32 value)
{
	f->words[f->n++] = value;
}

/* False: no such stack.  Then the registers stay as they were, for the report. */
static bool put_frame(const struct frame *f, u32 *esp)
{
	u32 words[6];

	for (u32 i = 0; i < f->n; i++)
		words[i] = f->words[f->n - 1 - i];
	*esp -= 4 * f->n;
	if (write_virtual(*esp, words, f->n))
		return true;
	kill_guest("bad stack page %#x", *esp);
	return false;
}

/*
 * H:310 Push the frame.  What is pushed as eflags has the IF the guest believes
 * in; what the real one holds is none of its business.
 */
void reflect(u32 vector, bool has_error, u32 error)
{
	struct lg_regs *r = &cpu->regs;
	const struct lg_gate *gate = &cpu->idt[vector % LG_IDT_ENTRIES];
	u32 eflags = r->eflags & ~LG_EFLAGS_IF;
	struct frame f = { .n = 0 };
	u32 esp = r->esp;

	if (me.stepping) {
		doctor_end_step();
		eflags &= r->eflags;
	}
	r->trap = vector;
	r->error = error;
	if (!gate->present) {
		kill_guest("unhandled trap %u at %#x (%#x)", vector, r->eip,
			   vector == TRAP_PF ? r->cr2 : error);
		return;
	}
	if (is_direct(vector, gate->type))
		eflags |= LG_EFLAGS_IF;		/* the CPU's own was always set */
	else if (cpu->initialised)
		eflags |= gdata->irq_enabled & LG_EFLAGS_IF;
	if (r->user) {
		if (!cpu->sw.esp1) {
			kill_guest("trap %u from user mode at %#x before SET_STACK", vector, r->eip);
			return;
		}
		esp = cpu->sw.esp1;
		push(&f, nominal_ss(r->ss, true));
		push(&f, r->esp);
		r->ds = r->es = SEL_KDATA;
	}
	push(&f, eflags);
	push(&f, r->user ? LG_USER_CS : LG_KERNEL_CS);
	push(&f, r->eip);
	if (has_error)
		push(&f, error);
	if (!put_frame(&f, &esp))
		return;
	r->esp = esp;
	r->user = 0;
	r->ss = SEL_KDATA;
	r->eip = gate->handler;
	r->eflags &= ~(EFLAGS_TF | EFLAGS_NT | EFLAGS_RF | EFLAGS_VM | EFLAGS_AC);
	if (gate->type == 0xe && cpu->initialised)
		gdata->irq_enabled = 0;
}

static u32 page_fault_error(u32 gva, u32 access)
{
	struct walk w;
	u32 error = 0;

	if (!cpu->linear && walk_tables(cpu->pgdir, gva, &w))
		error |= 1;
	if (access & ACCESS_WRITE)
		error |= 2;
	if (access & ACCESS_USER)
		error |= 4;
	return error;
}

void reflect_page_fault(u32 gva, u32 access)
{
	bool user = cpu->regs.user;

	cpu->regs.cr2 = gva;
	if (cpu->initialised)
		gdata->cr2 = gva;
	record(LG_EV_TRAP, TRAP_PF, cpu->regs.eip, gva, user);
	reflect(TRAP_PF, true, page_fault_error(gva, access));
	if (user) {
		cpu->retry_pf = 1;
		cpu->retry_gva = gva;
	}
}

static void tell_pending(bool some)
{
	s32 at = layout()->irq_pending;

	if (at >= 0)
		*gdata_at(at) = some ? LG_EFLAGS_IF : 0;
}

/* The guest named the address of the iret that ends its traps: 4.0 and later. */
static bool at_final_iret(void)
{
	return cpu->noirq_iret && !cpu->regs.user && cpu->regs.eip == cpu->noirq_iret;
}

/*
 * H:315 An interrupt in front of that iret: as if the iret had been executed
 * and the interrupt had come then, the same frame pushed again.  So the handler
 * starts with the frame that is there; only the flags are taken from it.
 */
static bool take_over_frame(u32 vector)
{
	struct lg_regs *r = &cpu->regs;
	const struct lg_gate *gate = &cpu->idt[vector];
	u32 eflags;

	if (!read_virtual(r->esp + 8, &eflags, 4))
		return false;
	r->eflags = eflags & EFLAGS_GUEST & ~(EFLAGS_TF | EFLAGS_NT | EFLAGS_RF | EFLAGS_VM);
	r->trap = vector;
	r->eip = gate->handler;
	if (gate->type == 0xe)
		gdata->irq_enabled = 0;
	return true;
}

/*
 * An interrupt waits for irq_enabled.  Our own guests say so when they set it;
 * old ones either cannot, or have a test for it that never comes true: they
 * rely on it that their Host comes by at every tick of its own clock.
 */
#define TICK_NS		1000000u
#define REKICK_NS	100000u		/* out of the noirq range, it will not be long */

/*
 * H:320 Deliver at most one of these interrupts, which run_guest has just read
 * (not sw.irqs_seen: a kick spoils that); what is raised from now on makes
 * enter_guest come back.
 * lguest.c's rules (doc/abi.md): not in the noirq range, not with irq_enabled 0
 * unless the guest is in HALT, not without a handler.
 */
void maybe_do_interrupt(u32 irqs)
{
	u32 pending, irq;

	if (!cpu->initialised)
		return;
	pending = irqs & ~gdata->blocked_interrupts;
	if (!pending)
		return;
	if (!cpu->regs.user && cpu->regs.eip >= cpu->noirq_start &&
	    cpu->regs.eip < cpu->noirq_end) {
		rekick_soon(REKICK_NS);
		return;
	}
	if (cpu->halted) {
		cpu->halted = 0;
		gdata->irq_enabled = LG_EFLAGS_IF;
	} else if (!gdata->irq_enabled) {
		tell_pending(true);
		if (lg->doctor)
			doctor_refused(pending);
		if (!lg->native)
			rekick_soon(TICK_NS);
		return;
	}
	irq = (u32)__builtin_ctz(pending);
	update_time();
	if (!cpu->idt[LG_FIRST_IRQ_VECTOR + irq].present) {
		if (lg->doctor)
			doctor_no_gate(irq);
		return;
	}
	if (lg->doctor)
		doctor_interrupt(irq);
	atomic_fetch_and(&cpu->irqs, ~(1u << irq));
	record(LG_EV_IRQ, irq, cpu->regs.eip, 0, 0);
	if (!at_final_iret() || !take_over_frame(LG_FIRST_IRQ_VECTOR + irq))
		reflect(LG_FIRST_IRQ_VECTOR + irq, false, 0);
	pending &= ~(1u << irq);
	tell_pending(pending != 0);
	atomic_fetch_and((_Atomic u32 *)&cpu->sw.irqs_seen, ~(1u << irq));
}

/*
 * A system call through an interrupt gate never reached a guest before 4.0: its
 * Host took it for an interrupt of its own that had been dealt with.
 */
static bool is_swallowed(u32 vector)
{
	return cpu->regs.user && vector == cpu->syscall_vec && !has(LG_HAS_REFLECT_SYSCALL) &&
	       !is_direct(vector, cpu->idt[vector].type);
}

/* User mode may not use this gate, or there is none; eip is at the int. */
void refuse_int(u32 vector)
{
	u32 error = vector * 8 + 2;

	record(LG_EV_TRAP, TRAP_GP, cpu->regs.eip, error, 1);
	reflect(TRAP_GP, true, error);
}

/* H:330 int $vector and its relatives; eip is at the instruction. */
void soft_int(u32 vector, u32 insn_len)
{
	const struct lg_gate *gate = &cpu->idt[vector];

	if (vector == LG_TRAP_ENTRY && !cpu->regs.user) {
		cpu->regs.eip += insn_len;
		do_hypercall();
		return;
	}
	if (cpu->regs.user && (!gate->present || gate->dpl < 3 || vector == LG_TRAP_ENTRY)) {
		refuse_int(vector);
		return;
	}
	if (vector == cpu->syscall_vec && cpu->regs.user)
		patch_syscall();
	if (is_swallowed(vector)) {
		cpu->regs.eip += insn_len;
		return;
	}
	cpu->regs.eip += insn_len;
	cpu->regs.eflags &= ~EFLAGS_RF;	/* the #GP was a fault, int is not */
	if (vector != cpu->syscall_vec || lg->tracing)
		record(LG_EV_TRAP, vector, cpu->regs.eip, cpu->regs.eax, cpu->regs.user);
	reflect(vector, false, 0);
}

static void page_fault(u64 cr2, u32 hw_error)
{
	u32 gva = (u32)(cr2 - my_space()->base);
	u32 access = (hw_error & 2 ? ACCESS_WRITE : 0) | (cpu->regs.user ? ACCESS_USER : 0);

	if (lg->debug.npages)
		debug_open(gva, access, true);
	if (lg->doctor) {
		doctor_use(gva, access);
		if (doctor_access(gva, access))
			return;
	}
	if (shadow_fault(gva, access) || (has(LG_HAS_PCI) && device_fault(gva, access)))
		return;
	if (lg->state != LG_RUNNING) {	/* tables that cannot be: say where, and touch nothing */
		cpu->regs.trap = TRAP_PF;
		cpu->regs.cr2 = gva;
		cpu->regs.error = page_fault_error(gva, access);
		record(LG_EV_TRAP, TRAP_PF, cpu->regs.eip, gva, cpu->regs.user);
		return;
	}
	if (cpu->regs.user && gva < GATE_SYSCALLS && inside_patched_stub())
		return;
	if (fix_selectors())
		return;
	reflect_page_fault(gva, access);
}

/* H:340 #GP, #SS, #NP: ours to explain, ours to emulate, or the guest's. */
static void protection_fault(u32 vector, u32 error)
{
	u32 gva, access;

	if (vector == TRAP_GP && (error & 2)) {
		u32 n = error >> 3 & 0xff;
		bool again;

		if (int80_stands_in(n, &again))
			n = 0x80;
		if (!again)
			soft_int(n, 2);
		return;
	}
	if (fix_selectors())
		return;
	if ((error & ~7u) == 0 && limit_fault(&gva, &access)) {
		reflect_page_fault(gva, access);
		return;
	}
	if (vector == TRAP_GP && patch_vmcall())
		return;
	if (emulate(&vector))
		return;
	record(LG_EV_TRAP, vector, cpu->regs.eip, error, cpu->regs.user);
	reflect(vector, true, error);
}

/* int1 (f1) is a trap: eip should be after it.  Some machines disagree. */
static void fix_icebp(void)
{
	u8 b;

	if (me.icebp_early && !(cpu->regs.eflags & EFLAGS_TF) &&
	    read_virtual(cpu->regs.eip, &b, 1) && b == 0xf1)
		cpu->regs.eip++;
}

/*
 * H:345 User mode jumped into the kernel half.  A limit on the code segment
 * would stop it at the jump, but makes some CPUs run everything up to half as
 * fast again (doc/design.md, segments).  So it runs there, with the user's data
 * segments, until it traps, is interrupted or comes to a gate; then it gets the
 * page fault it should have had.
 */
bool went_astray(void)
{
	if (!cpu->regs.user || cpu->regs.eip < cpu->kernel_address)
		return false;
	reflect_page_fault(cpu->regs.eip, ACCESS_USER);
	return true;
}

static void plain_trap(u32 vector, bool has_error, u32 error)
{
	record(LG_EV_TRAP, vector, cpu->regs.eip, error, cpu->regs.user);
	reflect(vector, has_error, error);
}

/* The CPU reported a trap of guest code, whose registers are in cpu->regs. */
void guest_trap(u32 vector, u32 error, u64 cr2)
{
	struct lg_regs *r = &cpu->regs;

	if (lg->tracing)
		trace_fault(vector, (u32)(cr2 - my_space()->base));
	if (went_astray())
		return;
	switch (vector) {
	case TRAP_PF:
		page_fault(cr2, error);
		break;
	case TRAP_GP:
	case TRAP_SS:
	case TRAP_NP:
		protection_fault(vector, error);
		break;
	case TRAP_UD:
		if (!patch_vmcall())
			plain_trap(vector, false, 0);
		break;
	case TRAP_BP:
		r->eip -= 1;
		if (!lg->debug.nbreaks || !debug_break())
			soft_int(TRAP_BP, 1);
		break;
	case TRAP_OF:
		r->eip -= 1;
		soft_int(TRAP_OF, 1);
		break;
	case TRAP_DB:
		if (lg->debug.tf && debug_step_trap())
			break;
		if (me.stepping && doctor_stepped())
			break;
		fix_icebp();
		/* fall through */
	default:
		plain_trap(vector, vector == 10 || vector == 17, error);
	}
}
