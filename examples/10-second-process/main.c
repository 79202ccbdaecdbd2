// SPDX-License-Identifier: MIT
/*
 * Chapter 10: the second process.  fork gives the child all pages of its
 * parent, read-only until one of them writes (copy on write).  Each process
 * has its own kernel stack, all at one address; the scheduler is not on them.
 */
#include "kit.h"

#define RW	   (LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_ACCESSED | LG_PTE_DIRTY)
#define USER_TEXT  0x00400000u /* also in user.S */
#define USER_STACK 0x00800000u /* grows down from here */
#define STACK	   0xF0000000u /* kernel stack of whoever runs: one page */
#define FRAME	   (LG_PAGE_SIZE - sizeof(struct trap_frame)) /* of a trap, in it */

extern char user_start[], user_end[]; /* user.S */

enum { EXIT, PRINT, FORK, WAIT, SLEEP };

static struct proc {
	enum { FREE, READY, WAITING, SLEEPING, DEAD } state;
	struct proc *parent;
	uint32_t pgdir, stack; /* gpa */
	uint32_t sp;	       /* in its stack, while it does not run */
	uint32_t arg;	       /* ticks to sleep; status when dead */
} procs[8], *current, *const idle = &procs[7];

static uint32_t scheduler_sp, stack_table[1024] __attribute__((aligned(LG_PAGE_SIZE)));

static void *user_page(uint32_t pgdir, uint32_t gva)
{
	uint32_t gpa = page_alloc();

	*pgdir_entry(pgdir, gva, 1) = gpa | RW | LG_PTE_USER;
	return va(gpa);
}

/* The child has all we have, and neither may write it. */
static void share(uint32_t from, uint32_t to)
{
	for (uint32_t gva = 0; gva < USER_STACK; gva += LG_PAGE_SIZE) {
		uint32_t *pte = pgdir_entry(from, gva, 0);

		if (!pte || !*pte)
			continue;
		*pte &= ~LG_PTE_WRITE;
		*pgdir_entry(to, gva, 1) = *pte;
		page_users(*pte, 1);
	}
#if MISTAKE != 1
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0); /* we may write less than before */
#endif
}

/* A write to a shared page: a copy of our own, unless nobody else has it. */
static int copy(uint32_t pgdir, uint32_t gva)
{
	uint32_t *pte = gva < USER_STACK ? pgdir_entry(pgdir, gva, 0) : 0, old, page;

	if (!pte || !*pte)
		return 0;
	page = old = *pte & -LG_PAGE_SIZE;
	if (page_users(old, 0) > 1) {
		page = page_alloc();
		memcpy(va(page), va(old), LG_PAGE_SIZE);
		page_users(old, -1);
	}
	*pte = page | RW | LG_PTE_USER;
	hcall(LHCALL_SET_PTE, pgdir, gva, *pte, 0);
	return 1;
}

static int readable(uint32_t pgdir, uint32_t gva, uint32_t len)
{
	uint32_t *pte = 0;

	for (uint32_t at = gva & -LG_PAGE_SIZE; at < gva + len; at += LG_PAGE_SIZE)
		if (at >= USER_STACK || !(pte = pgdir_entry(pgdir, at, 0)) || !*pte)
			return 0;
	return pte != 0;
}

static void run(struct proc *p)
{
	current = p;
	stack_table[STACK >> 12 & 1023] = p->stack | RW; /* another page there */
#if MISTAKE != 2
	hcall(LHCALL_SET_PTE, pa(kit_pgdir), STACK, p->stack | RW, 0);
#endif
	if (p->pgdir) /* idle has none: any will do */
		hcall(LHCALL_NEW_PGTABLE, p->pgdir, 0, 0, 0);
	kit_switch(&scheduler_sp, p->sp);
}

static __attribute__((noreturn)) void scheduler(void)
{
	for (;;) {
		struct proc *ran = 0;

		for (struct proc *p = procs; p < idle; p++)
			if (p->state == READY)
				run(ran = p);
		if (!ran)
			run(idle);
	}
}

/* Lets others run until the scheduler comes back to us. */
static void yield(void)
{
	kit_switch(&current->sp, scheduler_sp);
}

static void idle_loop(void)
{
	for (;; yield())
		wait_irq();
}

/* When it runs first it is as if kit_switch had been called from `start`. */
static void proc_init(struct proc *p, uint32_t start, const struct trap_frame *f)
{
	uint32_t *top = (uint32_t *)((uint8_t *)va(p->stack = page_alloc()) + FRAME);

	memcpy(top, f, sizeof(*f));
	top[-1] = start;
	p->sp = STACK + FRAME - 20; /* four registers below that, all 0 */
	p->parent = current;
	p->state = READY;
}

static uint32_t fork(const struct trap_frame *f)
{
	struct trap_frame child = *f;
	struct proc *p;
	for (p = procs; p->state != FREE; p++)
		if (p + 1 == idle)
			return (uint32_t)-1;
	p->pgdir = pgdir_alloc();
	if (current)
		share(current->pgdir, p->pgdir);
	child.eax = 0;
	proc_init(p, (uint32_t)kit_trap_return, &child);
	return (uint32_t)(p - procs);
}

static void exit(uint32_t status)
{
	if (!current->parent) {
		print("the first process is done: %u\n", status);
		power_off();
	}
	current->arg = status;
	current->state = DEAD;
	for (struct proc *p = procs; p < idle; p++) {
		if (p->parent == current)
			p->parent = procs; /* an orphan */
		if (p->state == WAITING)
			p->state = READY; /* it looks again */
	}
	yield();
}

/* A child's status.  Its stack and directory can go only now. */
static uint32_t wait(void)
{
	for (;; yield()) {
		current->state = READY;
		for (struct proc *p = procs; p < idle; p++) {
			if (p->state == FREE || p->parent != current)
				continue;
			if (p->state == DEAD) {
				pgdir_free(p->pgdir);
				page_users(p->stack, -1);
				p->state = FREE;
				current->state = READY;
				return p->arg;
			}
			current->state = WAITING;
		}
		if (current->state != WAITING)
			return (uint32_t)-1;
	}
}

static void sleep(uint32_t ticks)
{
	current->arg = ticks;
	current->state = SLEEPING;
	yield();
}

static void system_call(struct trap_frame *f)
{
	uint32_t number = f->eax;

	irq_off(); /* the frame we return through has them on */
	f->eax = (uint32_t)-1;
	if (number == EXIT)
		exit(f->ebx);
	else if (number == PRINT && readable(current->pgdir, f->ebx, f->ecx))
		console_write((char *)f->ebx, f->ecx);
	else if (number == FORK)
		f->eax = fork(f);
	else if (number == WAIT)
		f->eax = wait();
	else if (number == SLEEP)
		sleep(f->ebx);
}

static void page_fault(struct trap_frame *f)
{
	uint32_t gva = lguest_data.cr2;

	if (!(f->cs & 3))
		on_trap(14, 0); /* ours: no handler, so lguest reports it */
	else if (!(f->error & 2) || !copy(current->pgdir, gva)) {
		print("suicide: fault at 0x%x, pc 0x%x\n", gva, f->eip);
		exit(1);
	}
}

static void tick(void)
{
	clock_after(10000000, tick);
	for (struct proc *p = procs; p < idle; p++)
		if (p->state == SLEEPING && --p->arg == 0)
			p->state = READY;
	if (current && current != idle)
		yield();
}

int main(void)
{
	static struct trap_frame f = { .eip = USER_TEXT,
				       .cs = LG_USER_CS,
				       .esp = USER_STACK,
				       .ss = LG_USER_DS,
				       .eflags = LG_EFLAGS_IF };

	kit_init();
	console_init(0);
	kit_pgdir[STACK >> 22] = pa(stack_table) | RW; /* before there are copies */
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, STACK + LG_PAGE_SIZE, 1, 0);
	on_trap(14, page_fault);
	on_trap(KIT_SYSCALL, system_call);
	proc_init(idle, (uint32_t)idle_loop, &f);
	fork(&f);
	memcpy(user_page(procs->pgdir, USER_TEXT), user_start, (uint32_t)(user_end - user_start));
	user_page(procs->pgdir, USER_STACK - LG_PAGE_SIZE);
	clock_after(10000000, tick);
	scheduler();
}
