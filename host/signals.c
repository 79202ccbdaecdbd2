/* SPDX-License-Identifier: MIT */
/*
 * H:347 How the Host is entered: by a signal, when guest code trapped or
 * somebody kicked us, or from a gate, when the guest called.  Either way the
 * guest's registers are saved, the event is dealt with, and run_guest goes on.
 */
#include <signal.h>
#include <ucontext.h>

#include "host/space.h"
#include "host/sys.h"

static void save_guest(const ucontext_t *uc)
{
	const greg_t *g = uc->uc_mcontext.gregs;
	struct lg_regs *r = &cpu->regs;

	r->eax = (u32)g[REG_RAX];
	r->ebx = (u32)g[REG_RBX];
	r->ecx = (u32)g[REG_RCX];
	r->edx = (u32)g[REG_RDX];
	r->esi = (u32)g[REG_RSI];
	r->edi = (u32)g[REG_RDI];
	r->ebp = (u32)g[REG_RBP];
	r->esp = (u32)g[REG_RSP];
	r->eip = (u32)g[REG_RIP];
	r->eflags = (u32)g[REG_EFL];
	r->ss = (u16)(g[REG_CSGSFS] >> 48);
	asm volatile("mov %%ds, %0" : "=r"(r->ds));
	asm volatile("mov %%es, %0" : "=r"(r->es));
	me.frame_fpu = uc->uc_mcontext.fpregs;
	cpu->in_host = 1;
	if (lg->debug.tf)
		debug_untrace();
}

static bool inside(u64 ip, const char *start, const char *end)
{
	return ip >= (u64)start && ip < (u64)end;
}

/*
 * H:350 A kick found us in our own code.  In the last stretch before the guest
 * it would be lost: back up (see the Switcher).  Anywhere else make irqs_seen
 * wrong: run_guest either has yet to look, and sets it right, or has looked,
 * and then enter_guest notices.
 */
static void kick_in_host(ucontext_t *uc)
{
	greg_t *ip = &uc->uc_mcontext.gregs[REG_RIP];
	u64 at = (u64)*ip;

	if (inside(at, syscall_check, syscall_check_end))
		*ip = (greg_t)syscall_again;
	else if (inside(at, iret_check, iret_check_end))
		*ip = (greg_t)iret_again;
	else if (inside(at, enter_check, enter_check_end) ||
		 inside(at, step_check, step_check_end))
		*ip = (greg_t)enter_again;
	else
		cpu->sw.irqs_seen = ~cpu->irqs;
}

/*
 * H:360 A fault in our own code.  The Switcher touches guest memory that may
 * not be mapped here yet; loading fs or gs may fail.  Anything else is a guest
 * that broke out of 32-bit code, or a bug of ours: the end in both cases.
 */
static void host_fault(int sig, ucontext_t *uc)
{
	greg_t *g = uc->uc_mcontext.gregs;
	u64 ip = (u64)g[REG_RIP];
	u32 access = (g[REG_ERR] & 2) ? ACCESS_WRITE : 0;

	if (sig == SIGSEGV && g[REG_TRAPNO] == TRAP_PF &&
	    inside(ip, guest_access_start, guest_access_end) &&
	    (u64)g[REG_CR2] < (1ull << 32) + LG_BASE_SHIFT) {
		u32 gva = (u32)((u64)g[REG_CR2] - my_space()->base);

		if (lg->debug.npages)
			debug_open(gva, access, false);
		if (shadow_fault(gva, access))
			return;
		kill_guest("bad stack page %#x", gva);
	} else if (inside(ip, load_fs_at, load_done)) {
		g[REG_RDI] = 0;
		return;
	} else if (sig == SIGTRAP && g[REG_TRAPNO] == TRAP_DB) {
		g[REG_EFL] &= ~(greg_t)EFLAGS_TF;
		if (ip == (u64)probe_icebp_at) {
			me.icebp_early = true;
			g[REG_RIP]++;
		}
		return;
	} else {
		kill_guest("fault in the Host: signal %u trap %u at %#lx address %#lx", (u32)sig,
			   (u32)g[REG_TRAPNO], ip, (u64)g[REG_CR2]);
	}
	restart((void (*)(void))run_guest);
}

/* --- What comes through the gates ----------------------------------------- */

static void syscall_arrives(void)
{
	u32 vector = cpu->syscall_vec;

	if (!cpu->initialised)
		kill_guest("system call gate used before INIT");
	else if (lg->tracing)
		record(LG_EV_TRAP, vector, cpu->regs.eip, cpu->regs.eax, cpu->regs.user);
	if (lg->state != LG_RUNNING)
		return;
	if (cpu->idt[vector].present && cpu->idt[vector].dpl < 3) {
		cpu->regs.eip -= 2;	/* where the int was that we have patched */
		refuse_int(vector);
	} else {
		reflect(vector, false, 0);
	}
}

static void hcall_arrives(void)
{
	if (went_astray())
		return;
	if (cpu->regs.user)
		reflect(TRAP_GP, true, 0);
	else
		do_hypercall();
}

static void iret_arrives(void)
{
	drain_ring();
	if (cpu->regs.user)
		reflect(TRAP_GP, true, 0);
	else if (!do_iret(cpu->regs.esp, true))
		kill_guest("IRET with a bad stack %#x", cpu->regs.esp);
}

void gate_syscall(void);
void gate_hcall(void);
void gate_iret(void);

void gate_syscall(void)
{
	me.frame_fpu = NULL;
	cpu->in_host = 1;
	syscall_arrives();
	run_guest();
}

void gate_hcall(void)
{
	me.frame_fpu = NULL;
	cpu->in_host = 1;
	hcall_arrives();
	run_guest();
}

void gate_iret(void)
{
	me.frame_fpu = NULL;
	cpu->in_host = 1;
	iret_arrives();
	run_guest();
}

/*
 * H:365 A guest that single-steps through a gate traps at its first
 * instruction.  Then we do by hand what the Switcher would have done, and TF
 * stays the guest's.
 */
static bool step_into_gate(const ucontext_t *uc)
{
	const greg_t *g = uc->uc_mcontext.gregs;
	u64 ip = (u64)g[REG_RIP];
	struct lg_regs *r = &cpu->regs;

	if (g[REG_TRAPNO] != TRAP_DB || ip < GATE_PAGE || ip > GATE_IRET)
		return false;
	save_guest(uc);
	if (ip == GATE_IRET) {
		iret_arrives();
		return true;
	}
	if (!read_virtual(r->esp, &r->eip, 4)) {
		kill_guest("bad stack page %#x", r->esp);
	} else if (ip == GATE_HCALL) {
		r->esp += 4;
		hcall_arrives();
	} else {
		r->esp += 8;
		r->eax = (u32)(ip - GATE_PAGE) / GATE_SYSCALL_SIZE;
		syscall_arrives();
	}
	return true;
}

/*
 * The guest made a system call of the host's, and seccomp said no.  int $0x80
 * is a vector like any other.  After syscall or sysenter the host's kernel has
 * moved eip to a place of its own, so all we can say is #GP, with eip 0.
 */
static void host_call(void)
{
	u8 insn[2];

	cpu->regs.eip -= 2;
	if (read_virtual(cpu->regs.eip, insn, 2) && insn[0] == 0xcd && insn[1] == 0x80) {
		if (went_astray())
			return;
		if (cpu->regs.user)
			int80_redirect();
		soft_int(0x80, 2);
		return;
	}
	cpu->regs.eip = 0;
	record(LG_EV_TRAP, TRAP_GP, 0, 0, cpu->regs.user);
	reflect(TRAP_GP, true, 0);
}

/* A kick found the guest running: return into the Host instead, with the FPU as it was. */
static void back_to_host(greg_t *g)
{
	me.frame_fpu = NULL;
	g[REG_RIP] = (greg_t)enter_again;
	g[REG_RSP] = (greg_t)host_stack_top;
	g[REG_EFL] = 0x202;
	g[REG_CSGSFS] = (g[REG_CSGSFS] & ~(greg_t)0xffff) | GATE_CS;
}

__attribute__((visibility("hidden"))) void on_signal(int sig, siginfo_t *si, ucontext_t *uc);

/* H:370 Every signal of a space comes here, on the alternate stack. */
void on_signal(int sig, siginfo_t *si, ucontext_t *uc)
{
	greg_t *g = uc->uc_mcontext.gregs;
	bool in_host = (g[REG_CSGSFS] & 0xffff) == GATE_CS;

	if (in_host) {
		if (sig == SIGTRAP && step_into_gate(uc))
			run_guest();
		if (sig == SIGUSR1) {
			take_sample(LG_MODE_HOST);
			kick_in_host(uc);
		} else
			host_fault(sig, uc);
		return;
	}
	save_guest(uc);
	(void)si;
	if (sig == SIGUSR1) {
		take_sample(cpu->regs.user ? LG_MODE_USER : LG_MODE_KERNEL);
		record(LG_EV_KICK, cpu->regs.eip, cpu->regs.user,
		       cpu->initialised ? gdata->irq_enabled : 0, 0);
		me.kicked = true;
		went_astray();
		back_to_host(g);
		return;
	} else if (sig == SIGSYS) {
		host_call();
	} else if (sig == SIGBUS && g[REG_TRAPNO] == TRAP_PF) {
		kill_guest("the host has no page for %#lx: is it out of memory, or did the image file change?",
			   (u64)g[REG_CR2]);
	} else {
		guest_trap((u32)g[REG_TRAPNO], (u32)g[REG_ERR], (u64)g[REG_CR2]);
	}
	run_guest();
}
