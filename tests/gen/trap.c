/* SPDX-License-Identifier: MIT */
/* The IDT, interrupts, the clock. */
#include "tests/gen/gen.h"

extern char stubs[], trap_stack_top[];
void trap(struct frame *f);

__asm__(".bss\n.balign 4096\n.skip 8192\n.globl trap_stack_top\ntrap_stack_top:\n.text");

u32 expect_vector, expect_eip;
struct frame expect_frame;
volatile u32 ticks;

static struct {
	void (*fn)(void *arg);
	void *arg;
} handlers[32];

static int ticking;

static void gate(u32 vector, u32 type, u32 dpl)
{
	u32 to = (u32)stubs + 16 * vector;

	hcall(H_LOAD_IDT_ENTRY, vector, KERNEL_CS << 16 | (to & 0xffff),
	      (to & 0xffff0000) | 0x8000 | dpl << 13 | type << 8, 0);
}

/* Interrupt gates, but for what the CPU may do alone: system calls and simple traps. */
void traps_init(void)
{
	u32 v;

	for (v = 0; v < 256; v++)
		gate(v, v == 3 || v == 4 || v == SYSCALL || v == 0 || v == 6 ? 0xf : 0xe,
		     v == 3 || v == 4 || v == SYSCALL ? 3 : 0);
	hcall(H_SET_STACK, KERNEL_DS, (u32)trap_stack_top, 1, 0);
	guest_data.blocked_interrupts = 0;
}

void irq_off(void)
{
	*(volatile u32 *)&guest_data.irq_enabled = 0;
}

void irq_on(void)
{
	__asm__ volatile("" : : : "memory");
	*(volatile u32 *)&guest_data.irq_enabled = IF;
#if GEN_PENDING
	__asm__ volatile("mfence" : : : "memory");
	if (*(volatile u32 *)&guest_data.irq_pending)
		hcall(H_SEND_INTERRUPTS, 0, 0, 0, 0);
#endif
}

int wait_for(volatile u32 *flag, u32 seconds)
{
	u32 end = ticks + seconds * HZ;

	for (;;) {
		irq_off();
		if (*flag || (seconds && (s32)(ticks - end) >= 0)) {
			irq_on();
			return *flag != 0;
		}
		hcall(H_HALT, 0, 0, 0, 0);
	}
}

void irq_handler(u32 irq, void (*fn)(void *arg), void *arg)
{
	handlers[irq].fn = fn;
	handlers[irq].arg = arg;
}

void clock_start(void)
{
	ticking = 1;
	hcall(H_SET_CLOCKEVENT, 1000000000 / HZ, 0, 0, 0);
}

void clock_stop(void)
{
	ticking = 0;
	hcall(H_SET_CLOCKEVENT, 0, 0, 0, 0);
}

static void interrupt(u32 irq)
{
	if (irq == 0) {
		ticks++;
		if (ticking)
			hcall(H_SET_CLOCKEVENT, 1000000000 / HZ, 0, 0, 0);
	} else if (handlers[irq].fn) {
		handlers[irq].fn(handlers[irq].arg);
	} else {
		check(0, "interrupt %u, which nobody wanted", irq);
	}
}

static int expected(struct frame *f)
{
	if (!expect_eip || (f->cs & 3) == 3)
		return 0;
	expect_vector = f->vector;
	expect_frame = *f;
	f->eip = expect_eip;
	return 1;
}

void trap(struct frame *f)
{
	int user = (f->cs & 3) == 3;

	if (guest_data.irq_enabled && f->vector >= 32 && f->vector != SYSCALL)
		check(0, "vector %u came in with irq_enabled %x", f->vector, guest_data.irq_enabled);
	if (f->vector >= 32 && f->vector < 64)
		interrupt(f->vector - 32);
	else if (expected(f))
		return;
	else if (f->vector == 14 && page_fault(f))
		return;
	else if (!user) {
		print("\ntrap %u error %x at %x cr2 %x\n", f->vector, f->error, f->eip,
		      guest_data.cr2);
		die("unexpected trap");
	}
	if (user)
		process_trap(f);
}
