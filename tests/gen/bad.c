/* SPDX-License-Identifier: MIT */
/*
 * bad=N: break one rule, and die of it.  tests/unit/gen_bad.sh knows which
 * message belongs to which, and in which generations.
 */
#include "tests/gen/gen.h"

#define FREE	0x20000000u	/* nobody's addresses, in the user half */
#define OUTSIDE	0x30000000u	/* physical: past RAM and devices */

extern char boot_stack[];

static void touch(u32 gva)
{
	*(volatile u32 *)gva = 1;
}

static void bad_hypercall(u32 n)
{
	switch (n) {
	case 1:
		hcall(H_INIT, pa(&guest_data), pa(&guest_data), 0, 0);
		break;
	case 2:
		hcall(77, 0, 0, 0, 0);
		break;
	case 3:
		hcall(H_LOAD_IDT_ENTRY, 256, 0, 0x8e00, 0);
		break;
	case 4:
		hcall(H_LOAD_IDT_ENTRY, 40, 0, 0x8500, 0);	/* a task gate */
		break;
	case 5:
		hcall(H_SET_STACK, 0x68, (u32)boot_stack, 1, 0);
		break;
	case 6:
		hcall(H_SET_STACK, KERNEL_DS, (u32)boot_stack, 3, 0);
		break;
	case 7:
		hcall(H_NEW_PGTABLE, OUTSIDE, 0, 0, 0);
		break;
	case 8:
		hcall(H_LOAD_TLS, OUTSIDE, 0, 0, 0);
		break;
	case 9:
		hcall(H_CRASH, OUTSIDE, 1, 0, 0);
		break;
	case 10:
		hcall(H_LOAD_GDT, pa(page()), 33, 0, 0);
		break;
	case 11:
		hcall(H_LOAD_GDT_ENTRY, 32, 0, 0, 0);
		break;
	case 12:
		hcall(H_SET_PGD, current_directory(), 1024, 0, 0);
		break;
	case 13:
		hcall(H_SET_PTE, current_directory(), 0xffc00000, 0, 0);
		break;
	case 14:
		hcall(H_NOTIFY, OUTSIDE, 0, 0, 0);
		break;
	case 15:
		hcall(H_CRASH, pa("my own words"), 1, 0, 0);
		break;
	}
}

/* In page tables, found when they are used; and stacks. */
static void bad_memory(u32 n)
{
	switch (n) {
	case 20:
		map(current_directory(), FREE, OUTSIDE | PTE_P | PTE_W | PTE_A);
		touch(FREE);
		break;
	case 21:
		map(current_directory(), FREE, pa(page()) | PTE_P | PTE_W | PTE_A | 0x80);
		touch(FREE);
		break;
	case 22:
		directory_entry(current_directory(), FREE, OUTSIDE | PTE_P | PTE_W);
		touch(FREE);
		break;
	case 23:			/* a trap, and nowhere to put its frame */
		__asm__ volatile("mov %0, %%esp; int3" : : "r"(FREE + 64) : "memory");
		break;
	case 24:
		hcall(H_LOAD_IDT_ENTRY, 6, 0, 0, 0);
		__asm__ volatile("ud2");
		break;
	}
}

void break_rule(u32 n)
{
	early_write("bad ");
	bad_hypercall(n);
	bad_memory(n);
	early_write("still here\n");
	power_off();
}
