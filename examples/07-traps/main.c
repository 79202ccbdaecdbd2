// SPDX-License-Identifier: MIT
/*
 * Chapter 7: traps and interrupts.  A trap comes to the handler whose gate is
 * in the IDT (LOAD_IDT_ENTRY), with the i386's frame on the stack.  Interrupt
 * n of lguest comes as trap 32 + n.
 */
#include "kit.h"

#define BREAKPOINT 3
#define PAGE_FAULT 14
#define HEAP	   0x10000000u
#define HEAP_PAGES 16

extern char kit_end[];
extern char kit_stubs[];

static unsigned faults;
static volatile int ticked;

static void breakpoint(struct trap_frame *f)
{
	print("breakpoint at 0x%x\n", f->eip);
}

/* The heap's pages come when they are touched; any other fault is a bug. */
static void page_fault(struct trap_frame *f)
{
	static uint32_t table[1024] __attribute__((aligned(LG_PAGE_SIZE)));
	uint32_t gva = lguest_data.cr2, n = (gva - HEAP) / LG_PAGE_SIZE;

	(void)f;
	if (gva < HEAP || n >= HEAP_PAGES)
		panic("page fault outside the heap");
	table[n] = (pa(kit_end) + n * LG_PAGE_SIZE) | LG_PTE_PRESENT | LG_PTE_WRITE;
	kit_pgdir[HEAP >> 22] = pa(table) | LG_PTE_PRESENT | LG_PTE_WRITE;
	faults++;
}

static void clock(struct trap_frame *f)
{
	(void)f;
	ticked = 1;
}

#if MISTAKE == 1
#define CLOCK_VECTOR LG_IRQ_CLOCK
#else
#define CLOCK_VECTOR (LG_FIRST_IRQ_VECTOR + LG_IRQ_CLOCK)
#endif

/* The kit loads all gates; these two words are what one is. */
static void gate(unsigned vector)
{
	uint32_t entry = (uint32_t)kit_stubs + vector * 16;

	hcall(LHCALL_LOAD_IDT_ENTRY, vector, LG_KERNEL_CS << 16 | (entry & 0xffff),
	      (entry & 0xffff0000) | 0x8e00, 0);
}

#if MISTAKE == 3
static void load_idt_as_ever(void)
{
	static struct {
		uint16_t limit;
		uint32_t base;
	} __attribute__((packed)) idtr = { 256 * 8 - 1, 0 };

	__asm__ volatile("lidt %0" : : "m"(idtr));
}
#endif

int main(void)
{
	volatile uint32_t *heap = (uint32_t *)HEAP;
	unsigned n, v;

	kit_init();
	console_init(0);
	for (v = 0; v <= LG_FIRST_IRQ_VECTOR; v++)
		hcall(LHCALL_LOAD_IDT_ENTRY, v, 0, 0, 0); /* away with the kit's gates */
	gate(BREAKPOINT);
#if MISTAKE != 2
	gate(PAGE_FAULT);
#endif
	gate(CLOCK_VECTOR);
	on_trap(BREAKPOINT, breakpoint);
	on_trap(PAGE_FAULT, page_fault);
	on_trap(CLOCK_VECTOR, clock);

	__asm__ volatile("int3");
	for (n = 0; n < HEAP_PAGES; n++)
		heap[n * LG_PAGE_SIZE / sizeof(*heap)] = n;
	print("%u pages of heap, %u faults\n", n, faults);

#if MISTAKE == 3
	load_idt_as_ever();
#endif
#if MISTAKE == 4
	irq_on(); /* the interrupt may come between the check and HALT */
#endif
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	while (!ticked) {
#if MISTAKE == 4
		for (n = 0; n < 10000000; n++)
			__asm__ volatile("pause");
#endif
		wait_irq();
	}
	print("and an interrupt\n");
	power_off();
}
