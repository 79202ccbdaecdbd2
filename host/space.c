/* SPDX-License-Identifier: MIT */
/*
 * H:010 A space is born.  The Launcher executes this program once, as the
 * zygote; it maps what every space needs and then only forks.  A fork says
 * hello (so that the Launcher learns its pid), goes into the sandbox and waits
 * until it is given the vCPU.
 */
#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>

#include "host/doctor_space.h"
#include "host/sys.h"
#include "switcher/offsets.h"

#define AT_SYSINFO_EHDR	33
#define ALT_STACK_SIZE	65536
#define SA_RESTORER	0x04000000

#define OFFSET(off, field) \
	_Static_assert(offsetof(struct lg_cpu, field) == (off), "switcher/offsets.h: " #field)
OFFSET(R_EAX, regs.eax);
OFFSET(R_EBX, regs.ebx);
OFFSET(R_ECX, regs.ecx);
OFFSET(R_EDX, regs.edx);
OFFSET(R_ESI, regs.esi);
OFFSET(R_EDI, regs.edi);
OFFSET(R_EBP, regs.ebp);
OFFSET(R_ESP, regs.esp);
OFFSET(R_EIP, regs.eip);
OFFSET(R_EFLAGS, regs.eflags);
OFFSET(R_DS, regs.ds);
OFFSET(R_ES, regs.es);
OFFSET(R_SS, regs.ss);
OFFSET(R_USER, regs.user);
OFFSET(SW_DATA, sw.data);
OFFSET(SW_RING_STATUS, sw.ring_status);
OFFSET(SW_BASE, sw.base);
OFFSET(SW_IRQS_SEEN, sw.irqs_seen);
OFFSET(SW_SYSCALL_OK, sw.syscall_ok);
OFFSET(SW_SYSCALL_EIP, sw.syscall_eip);
OFFSET(SW_UDATA, sw.udata);
OFFSET(SW_SYSCALL_MASKS, sw.syscall_masks);
OFFSET(SW_EXIT_EIP, sw.exit_eip);
OFFSET(SW_EXIT_CS, sw.exit_cs);
OFFSET(SW_USER_CS, sw.user_cs);
OFFSET(SW_IRET_SLOW, sw.iret_slow);
OFFSET(SW_ESP1, sw.esp1);
OFFSET(SW_USER_LIMIT, sw.user_limit);
OFFSET(SW_SYSCALLS, sw.syscalls);
OFFSET(CPU_IRQS, irqs);
OFFSET(CPU_RUNNING, running);
_Static_assert(SW_SYSCALL_EIP + 4 == offsetof(struct lg_cpu, sw.kernel_cs), "far pointer");
_Static_assert(SW_EXIT_EIP + 4 == SW_EXIT_CS, "far pointer");

struct self me;

static u8 alt_stack[ALT_STACK_SIZE] __attribute__((aligned(64)));

static _Noreturn void give_up(const char *why)
{
	kill_guest("cannot start a space: %s", why);
	ring_bell();
	for (;;)
		sys1(__NR_exit_group, 1);
}

static void need(long ret, const char *what)
{
	if (ret < 0 && ret > -4096)
		give_up(what);
}

/* H:020 The vDSO's clock_gettime, so that the clock needs no system call. */
static void find_vdso(const u64 *stack)
{
	const u64 *p = stack + 1;
	const u8 *base = NULL;
	const Elf64_Ehdr *eh;
	const Elf64_Phdr *ph;
	const Elf64_Sym *sym = NULL;
	const char *names = NULL;
	const u32 *hash = NULL;
	u64 load = 0;

	while (*p++)
		;			/* argv */
	while (*p++)
		;			/* environment */
	for (; *p; p += 2)
		if (*p == AT_SYSINFO_EHDR)
			base = (const u8 *)p[1];
	if (!base)
		return;
	eh = (const Elf64_Ehdr *)base;
	ph = (const Elf64_Phdr *)(base + eh->e_phoff);
	for (u32 i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD)
			load = (u64)base + ph[i].p_offset - ph[i].p_vaddr;
	for (u32 i = 0; i < eh->e_phnum; i++) {
		const Elf64_Dyn *d = (const Elf64_Dyn *)(base + ph[i].p_offset);

		if (ph[i].p_type != PT_DYNAMIC)
			continue;
		for (; d->d_tag != DT_NULL; d++) {
			if (d->d_tag == DT_SYMTAB)
				sym = (const Elf64_Sym *)(load + d->d_un.d_ptr);
			else if (d->d_tag == DT_STRTAB)
				names = (const char *)(load + d->d_un.d_ptr);
			else if (d->d_tag == DT_HASH)
				hash = (const u32 *)(load + d->d_un.d_ptr);
		}
	}
	if (!sym || !names || !hash)
		return;
	for (u32 i = 0; i < hash[1]; i++) {
		static const char want[] = "__vdso_clock_gettime";
		const char *name = names + sym[i].st_name;
		u32 k = 0;

		while (k < sizeof(want) && name[k] == want[k])
			k++;
		if (k == sizeof(want))
			me.vdso_clock = (void *)(load + sym[i].st_value);
	}
}

static void map_memory(void)
{
	long size = sys3(__NR_lseek, LG_FD_STATE, 0, 2 /* SEEK_END */);
	int shared = MAP_SHARED | MAP_FIXED;

	if (sys6(__NR_mmap, (long)LG_STATE_ADDR, size, PROT_READ | PROT_WRITE, shared, LG_FD_STATE,
		 0) < 0)
		sys1(__NR_exit_group, 2);
	need(sys6(__NR_mmap, (long)LG_RAM_ADDR, (long)lg->pages * LG_PAGE_SIZE,
		  PROT_READ | PROT_WRITE, shared, LG_FD_RAM, 0), "mapping guest RAM");
	for (u32 i = 0; i < lg->nshared && i < LG_SHARED; i++)
		need(sys6(__NR_mmap, (long)LG_RAM_ADDR + (long)lg->shared_pfn[i] * LG_PAGE_SIZE,
			  LG_PAGE_SIZE, PROT_READ | PROT_WRITE, shared, LG_FD_SHARED + (int)i, 0),
		     "mapping a page shared with other guests");
	need(sys6(__NR_mmap, GATE_DATA, LG_PAGE_SIZE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0), "mapping the Switcher's page");
	if (lg->doctor)
		doctor_start();
	for (u32 i = 0; i < lg->nborrows; i++) {
		const struct lg_borrow *b = &lg->borrows[i];

		need(sys6(__NR_mmap, (long)b->addr, (long)b->pages * LG_PAGE_SIZE, PROT_READ,
			  shared, LG_FD_BORROW + (int)i, (long)b->offset), "mapping the image");
	}
}

struct kernel_sigaction {
	void (*handler)(void);
	u64 flags;
	void (*restorer)(void);
	u64 mask;
};

/*
 * H:030 Signals.  Nothing is blocked while the handler runs (SA_NODEFER): it
 * often leaves by entering the guest and never returns.  Only from a kick it
 * always returns, and so kicks are blocked meanwhile: they cannot pile up.
 */
static void set_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGUSR1 /* last */ };
	stack_t alt = { .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };
	struct kernel_sigaction sa = {
		.handler = signal_entry,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER,
		.restorer = signal_return,
	};
	u64 none = 0;

	need(sys2(__NR_sigaltstack, &alt, 0), "sigaltstack");
	for (u32 i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (signals[i] == SIGUSR1)
			sa.flags &= ~(u64)SA_NODEFER;
		need(sys4(__NR_rt_sigaction, signals[i], &sa, 0, 8), "sigaction");
	}
	need(sys4(__NR_rt_sigprocmask, SIG_SETMASK, &none, 0, 8), "sigprocmask");
	probe_icebp();
}

/* Stay where the scheduler has just put this program: it looked for an idle CPU. */
static void pin(void)
{
	u64 mask[16] = { 0 };
	u32 here = ~0u;

	sys3(__NR_getcpu, &here, 0, 0);
	if (here >= sizeof(mask) * 8)
		return;
	mask[here / 64] = 1ull << (here % 64);
	if (sys3(__NR_sched_setaffinity, 0, sizeof(mask), mask) == 0)
		lg->cpu_nr = here;
}

static _Noreturn void space(u32 index)
{
	me.index = index;
	me.answer_ns = lg->spin_ns;
	sys2(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	my_space()->base = lg->force_base;
	need(sys3(__NR_write, LG_FD_HELLO, &index, sizeof(index)), "saying hello");
	sys1(__NR_close, LG_FD_HELLO);
	sys1(__NR_close, LG_FD_STATE);
	load_segments();
	need(enter_sandbox(), "seccomp");
	restart((void (*)(void))enter_space);
}

/*
 * H:040 The zygote.  It stays single-threaded, small and outside the sandbox
 * (it never runs guest code), forks when asked and dies when a space dies:
 * then there is no guest any more, and the kernel takes the others along.
 */
static void space_died(int sig, siginfo_t *si)
{
	(void)sig;
	kill_guest("a space was killed (signal %u): the guest did something only the host's kernel could stop",
		   (u32)si->si_status);
	ring_bell();
	sys1(__NR_exit_group, 3);
}

_Noreturn void space_main(const u64 *stack);

_Noreturn void space_main(const u64 *stack)
{
	struct kernel_sigaction child = {
		.handler = (void (*)(void))space_died,
		.flags = SA_SIGINFO | SA_RESTORER | SA_NOCLDSTOP, .restorer = signal_return,
	};
	u32 have = 0;			/* ours: spaces may write anything to lg */

	sys2(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	sys2(__NR_prctl, PR_SET_NAME, "lguest-space");
	map_memory();
	find_vdso(stack);
	fpu_init();
	pin();
	set_signals();
	sys4(__NR_rt_sigaction, SIGCHLD, &child, 0, 8);
	for (;;) {
		u32 want = lg->want_spaces;
		long pid;

		if (have >= want || have >= LG_SPACES) {
			sys6(__NR_futex, (long)&lg->want_spaces, 0, want, 0, 0, 0);
			continue;
		}
		pid = sys6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
		if (pid < 0 && have) {		/* no more processes: make do */
			lg->max_spaces = have;
			lg->want_spaces = have;
			sys6(__NR_futex, (long)&lg->have_spaces, 1, 64, 0, 0, 0);
			continue;
		}
		need(pid, "fork");
		if (pid == 0)
			space(have);
		lg->spaces[have].pid = (s32)pid;
		lg->have_spaces = ++have;
		sys6(__NR_futex, (long)&lg->have_spaces, 1, 64, 0, 0, 0);
	}
}
