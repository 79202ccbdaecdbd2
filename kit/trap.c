// SPDX-License-Identifier: MIT
/*
 * The shared page, the IDT, who handles which trap, and the ways to stop.
 * Owns lguest_data; calls hypercalls and, when all is lost, the console.
 */
#include <stdbool.h>
#include "kit.h"

#define GATE_INTERRUPT 0xE /* entry turns virtual interrupts off */
#define GATE_TRAP      0xF

/*
 * The Host reads this from LGUEST_INIT on, so everything it wants to know is
 * in place when the image is loaded.  All interrupts start off.
 */
struct lguest_data lguest_data = {
	.hcall_status = { [0 ... LG_RING_SIZE - 1] = LG_RING_FREE },
	.noirq_start = (uint32_t)kit_noirq_start,
	.noirq_end = (uint32_t)kit_noirq_end,
	.kernel_address = KIT_BASE,
	.syscall_vec = KIT_SYSCALL,
};

uint32_t kit_ram;

static trap_fn handlers[LG_IDT_ENTRIES];
static unsigned ring_next;

/* A page-sized hole in the map costs a fault later, never a hypercall now. */
static void map_ram(void)
{
	const struct lg_e820 *e = va(LG_BOOT_E820);
	unsigned count = *(uint8_t *)va(LG_BOOT_E820_COUNT);
	uint32_t top, gpa;

	for (; count; count--, e++)
		if (e->type == LG_E820_RAM)
			kit_ram = (uint32_t)(e->addr + e->size);
	/* Device pages are above RAM; the top 4 MB of gva are the Host's. */
	top = kit_ram + LG_DEVICE_PAGES * LG_PAGE_SIZE;
	if (top > 0u - KIT_BASE - 0x400000)
		top = 0u - KIT_BASE - 0x400000;
	for (gpa = KIT_PHYS + 0x400000; gpa < top; gpa += 0x400000)
		kit_pgdir[(KIT_BASE + gpa) >> 22] = gpa | LG_PTE_PRESENT | LG_PTE_WRITE |
						    LG_PTE_ACCESSED | LG_PTE_DIRTY | LG_PTE_LARGE;
}

void kit_gate(unsigned vector, unsigned type, unsigned dpl)
{
	uint32_t entry = (uint32_t)kit_stubs + vector * 16;

	hcall(LHCALL_LOAD_IDT_ENTRY, vector, LG_KERNEL_CS << 16 | (entry & 0xffff),
	      (entry & 0xffff0000) | 0x8000 | dpl << 13 | type << 8, 0);
}

void kit_init(void)
{
	unsigned v;

	map_ram();
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)kit_trap_stack_top,
	      KIT_STACK_SIZE / LG_PAGE_SIZE, 0);
	for (v = 0; v < LG_FIRST_IRQ_VECTOR + LG_IRQS; v++)
		kit_gate(v, GATE_INTERRUPT, 0);
	kit_gate(3, GATE_INTERRUPT, 3); /* users may int3, into ... */
	kit_gate(4, GATE_INTERRUPT, 3);
	kit_gate(KIT_SYSCALL, GATE_TRAP, 3); /* ... and make system calls */
}

void on_trap(unsigned vector, trap_fn fn)
{
	handlers[vector] = fn;
}

/*
 * Nobody handles it.  A fault would happen again on return, so we take the
 * gate away and let it: the Host's report then shows the very instruction,
 * with all its registers, instead of us.
 */
static void unexpected(struct trap_frame *f)
{
	bool fault = f->vector == 0 || (f->vector >= 5 && f->vector <= 19);

	if (!fault) {
		print("trap %u at 0x%x:0x%x\n", f->vector, f->cs, f->eip);
		panic("unexpected trap");
	}
	hcall(LHCALL_LOAD_IDT_ENTRY, f->vector, 0, 0, 0);
}

/* Called by vectors.S. */
void kit_trap(struct trap_frame *f)
{
	trap_fn fn = handlers[f->vector];

	if (fn)
		fn(f);
	else
		unexpected(f);
}

void hcall_async(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	uint32_t enabled = lguest_data.irq_enabled;
	volatile uint8_t *status = &lguest_data.hcall_status[ring_next];

	irq_off(); /* a handler that also calls must not take our slot */
	if (*status != LG_RING_FREE) {
		hcall(n, a, b, c, d);
	} else {
		lguest_data.hcalls[ring_next] = (struct lg_hcall){ n, a, b, c, d };
		__asm__ volatile("" : : : "memory");
		*status = 0;
		ring_next = (ring_next + 1) % LG_RING_SIZE;
	}
	if (enabled)
		irq_on();
}

void halt(void)
{
	hcall(LHCALL_HALT, 0, 0, 0, 0);
}

/*
 * For `while (!done) wait_irq();` with interrupts off: one that comes after the
 * check of `done` stays pending, and HALT delivers it.  Were they on, it could
 * be handled just before HALT, which would then sleep for ever.
 */
void wait_irq(void)
{
	halt();
	irq_off();
}

void power_off(void)
{
	static const char text[] = "Power down";

	for (;;)
		hcall(LHCALL_SHUTDOWN, pa(text), LG_SHUTDOWN_POWEROFF, 0, 0);
}

/* Any other text makes it a crash: a report on stderr and status 134. */
void panic(const char *why)
{
	for (;;)
		hcall(LHCALL_SHUTDOWN, pa(why), LG_SHUTDOWN_POWEROFF, 0, 0);
}
