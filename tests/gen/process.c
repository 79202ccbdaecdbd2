/* SPDX-License-Identifier: MIT */
/*
 * Two user processes at the same addresses of two page directories: they call
 * the kernel, are preempted by the clock, use the FPU (which changes hands when
 * one of them needs it: TS and #NM) and a thread segment, and touch stack that
 * is not there yet.  Each checks that nobody else has been in its place.
 */
#include "tests/gen/gen.h"

#define TEXT	0x08048000u
#define DATA	0x08100000u
#define STACK	0x0bfff000u		/* the page at the top; more come by faults */
#define STACKS	4u
#define RUNS	12u			/* each is to be preempted so often */
#define TLS_SELECTOR	0x33u		/* slot 6 */

enum { SYS_PID = 20, SYS_SWITCHES, SYS_EXIT, SYS_CHECK };

extern const char user_start[], user_end[];
void enter_user(struct frame *f);
void leave_user(void) __attribute__((noreturn));

struct process {
	u32 pid, dir, data;
	struct frame frame;
	u32 gs;
	u8 fpu[108];
	u32 switches, calls, faults, nm, alive;
	u64 tls[3];
};

static struct process procs[2];
static struct process *now, *fpu_of;

/* --- In user mode -------------------------------------------------------------------- */

static inline __attribute__((always_inline)) u32 syscall(u32 n, u32 a, u32 b)
{
	__asm__ volatile("int %1" : "+a"(n) : "i"(SYSCALL), "b"(a), "c"(b) : "memory", "cc");
	return n;
}

/* No data of its own but at DATA: it is copied to another address. */
__attribute__((section(".user"), used)) void user_main(void)
{
	volatile u32 *data = (volatile u32 *)DATA;
	u32 pid = data[0], tls = 0, n, bad = 0;
	volatile u32 deep[3 * 1024];

	__asm__ volatile("fninit; fildl %0" : : "m"(data[0]));
	for (n = 0; data[2] < RUNS; n++) {
		u32 i, fpu;

		for (i = 0; i < 2000; i++)
			data[1] = data[1] + 1;
		if (data[0] != pid)
			bad |= 1;
		__asm__ volatile("fistl %0" : "=m"(fpu));
		if (fpu != pid)
			bad |= 2;
		__asm__ volatile("movl %%gs:4, %0" : "=r"(tls));
		if (tls != pid)
			bad |= 4;
		if (syscall(SYS_PID, 0, 0) != pid)
			bad |= 8;
		deep[n % 3072] = n;
		if (deep[n % 3072] != n)
			bad |= 32;
		if (n % 50 == 0 && syscall(SYS_CHECK, pid, n) != pid + n)
			bad |= 16;
		data[2] = syscall(SYS_SWITCHES, 0, 0);
	}
	syscall(SYS_EXIT, bad, n);
}

/* --- In the kernel ---------------------------------------------------------------------- */

static void set_tls(struct process *p)
{
	u32 base = DATA - 4;

	/* A data segment for users, 4 GiB: 4 in it is DATA. */
	p->tls[0] = 0x00cff2000000ffffull | (u64)(base & 0xffffff) << 16 | (u64)(base >> 24) << 56;
}

static void create(struct process *p, u32 pid)
{
	u32 size = (u32)(user_end - user_start), at;
	u8 *data = page();

	p->pid = pid;
	p->dir = directory();
	p->alive = 1;
	for (at = 0; at < size; at += PAGE) {
		u8 *text = page();

		memcpy(text, user_start + at, size - at < PAGE ? size - at : PAGE);
		map(p->dir, TEXT + at, pa(text) | PTE_P | PTE_U | PTE_A);
	}
	map(p->dir, DATA, pa(data) | PTE_P | PTE_W | PTE_U);
	p->data = (u32)data;
	*(u32 *)data = pid;
	set_tls(p);
	p->gs = TLS_SELECTOR;
	p->frame = (struct frame){ .eip = TEXT + (u32)((const char *)user_main - user_start), .cs = USER_CS, .eflags = IF,
				   .esp = STACK + PAGE - 16, .ss = USER_DS };
}

static void run(struct process *p, struct frame *f)
{
	now = p;
	*f = p->frame;
	post(H_NEW_PGTABLE, p->dir, 0, 0, 0);
	post(H_LOAD_TLS, pa(p->tls), 0, 0, 0);
	post(H_TS, 8, 0, 0, 0);
	hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
	__asm__ volatile("mov %w0, %%gs" : : "r"(p->gs));
}

static void switch_from(struct frame *f)
{
	struct process *other = &procs[now == procs];
	u16 gs;

	if (!other->alive)
		return;
	__asm__ volatile("mov %%gs, %0; mov %1, %%gs" : "=&r"(gs) : "r"(0));
	now->switches++;
	now->frame = *f;
	run(other, f);
}

static void take_fpu(void)
{
	now->nm++;
	hcall(H_TS, 0, 0, 0, 0);
	if (fpu_of == now)
		return;
	if (fpu_of)
		__asm__ volatile("fnsave %0" : "=m"(fpu_of->fpu));
	fpu_of = now;
	if (now->nm > 1)
		__asm__ volatile("frstor %0" : : "m"(now->fpu));
}

static u32 system_call(struct frame *f)
{
	now->calls++;
	check(f->eflags & IF, "a system call's frame has IF");
	switch (f->eax) {
	case SYS_PID:
		return now->pid;
	case SYS_SWITCHES:
		return now->switches;
	case SYS_CHECK:
		return f->ebx + f->ecx;
	case SYS_EXIT:
		check(f->ebx == 0, "process %u found %x wrong", now->pid, f->ebx);
		now->alive = 0;
		if (!procs[0].alive && !procs[1].alive)
			leave_user();
		now->frame = *f;
		run(&procs[now == procs], f);
		return f->eax;
	}
	check(0, "system call %u", f->eax);
	return 0;
}

/* More stack for a user; everything else is for others. */
int page_fault(struct frame *f)
{
	u32 at = guest_data.cr2 & ~(PAGE - 1);

	if ((f->cs & 3) != 3 || at > STACK || at < STACK - STACKS * PAGE)
		return 0;
	check(f->error & 4 && !(f->error & 1), "page fault error %x", f->error);
	now->faults++;
	change(now->dir, at, pa(page()) | PTE_P | PTE_W | PTE_U | PTE_A | PTE_D);
	hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
	return 1;
}

void process_trap(struct frame *f)
{
	check(f->cs == USER_CS && f->ss == USER_DS, "user frame with cs %x ss %x", f->cs, f->ss);
	if (f->vector == SYSCALL) {
		f->eax = system_call(f);
	} else if (f->vector == 32) {
		switch_from(f);
	} else if (f->vector == 7) {
		take_fpu();
	} else if (f->vector < 32) {
		print("process %u: trap %u error %x at %x cr2 %x\n", now->pid, f->vector, f->error,
		      f->eip, guest_data.cr2);
		die("user trap");
	}
}

void processes(void)
{
	static struct frame f;
	u32 before = current_directory(), start = ticks;

	memset(procs, 0, sizeof(procs));
	fpu_of = NULL;
	create(&procs[0], 1001);
	create(&procs[1], 1002);
	clock_start();
	irq_off();
	run(&procs[0], &f);
	enter_user(&f);
	hcall(H_TS, 0, 0, 0, 0);
	__asm__ volatile("mov %0, %%gs" : : "r"(0));
	use_directory(before);
	irq_on();
	for (u32 i = 0; i < 2; i++) {
		struct process *p = &procs[i];

		check(p->switches >= RUNS, "process %u was preempted %u times", p->pid, p->switches);
		check(p->faults >= 1, "process %u had %u page faults", p->pid, p->faults);
		check(p->nm >= RUNS / 2, "process %u had %u #NM", p->pid, p->nm);
		print("process %u: %u calls, %u switches\n", p->pid, p->calls, p->switches);
	}
	check(ticks - start >= 2 * RUNS, "%u ticks", ticks - start);
}
