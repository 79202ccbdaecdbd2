/* SPDX-License-Identifier: MIT */
/*
 * H:245 The generations in one table.  The kernels of ten years differ in three
 * ways: which registers a hypercall takes its arguments from, where a field of
 * lguest_data lies, and which calls and devices there are.  Everything else is
 * as it always was; where the Host does differ it asks for a flag of this
 * table, never for a version.
 *
 * Part of the Host in a space and of the Launcher.
 */
#include "host/generation.h"

#define NONE		(-1)
#define OLD_REGS	{ 3, 1, 2, 0 }		/* edx, ebx, ecx */
#define NEW_REGS	{ 1, 2, 3, 4 }		/* ebx, ecx, edx, esi */

#define HAS_A	(LG_HAS_DMA | LG_HAS_LOAD_GDT | LG_HAS_CRASH | LG_DRAINS_ALWAYS | LG_SHORT_IDT | \
		 LG_WIDE_IN | LG_OWN_DPL)
#define HAS_B2	(LG_HAS_NOTIFY | LG_HAS_GDT_ENTRY | LG_HAS_PAE)

/* 2.6.24 - 2.6.30 */
#define LAYOUT_B1 \
	{ .size = 1136, .time = 12, .irq_pending = NONE, .status = 20, .hcalls = 84, \
	  .reserve_mem = 1108, .guestid = NONE, .tsc_khz = 1112, .pgdir = 1116, \
	  .noirq_start = 1120, .noirq_end = 1124, .noirq_iret = NONE, \
	  .kernel_address = 1128, .syscall_vec = 1132 }
/* 3.2 - 3.19, and ours */
#define LAYOUT_B3 \
	{ .size = 1392, .time = 12, .irq_pending = 20, .status = 24, .hcalls = 88, \
	  .reserve_mem = 1368, .guestid = NONE, .tsc_khz = 1372, .pgdir = NONE, \
	  .noirq_start = 1376, .noirq_end = 1380, .noirq_iret = NONE, \
	  .kernel_address = 1384, .syscall_vec = 1388 }

const struct lg_generation lg_generations[LG_GENERATIONS] = {
	/* Before INIT: what all have in common, and linear mode's registers are no matter. */
	[LG_GEN_UNKNOWN] = {
		"unknown", 0, 0, LG_START_LINEAR, NEW_REGS, 5, { 1, 2, 3, 4 }, LAYOUT_B3,
	},
	[LG_GEN_NATIVE] = {
		"native", 0, LG_HAS_NOTIFY | LG_HAS_GDT_ENTRY | LG_HAS_REFLECT_SYSCALL,
		LG_START_LINEAR, NEW_REGS, 5, { 1, 2, 3, 4 }, LAYOUT_B3,
	},
	[LG_GEN_A0] = {
		"2.6.23 (first merge)", "2.6.23", HAS_A, LG_START_OFFSET, OLD_REGS, 4, { 1, 2, 3, 0 },
		{ .size = 1116, .time = NONE, .irq_pending = NONE, .status = 12, .hcalls = 76,
		  .reserve_mem = 1100, .guestid = 1104, .tsc_khz = NONE, .pgdir = NONE,
		  .noirq_start = 1108, .noirq_end = 1112, .noirq_iret = NONE,
		  .kernel_address = NONE, .syscall_vec = NONE },
	},
	[LG_GEN_A1] = {
		"2.6.23 (GET_WALLCLOCK)", "2.6.23", HAS_A | LG_HAS_WALLCLOCK, LG_START_OFFSET,
		OLD_REGS, 4, { 1, 2, 3, 0 },
		{ .size = 1120, .time = NONE, .irq_pending = NONE, .status = 12, .hcalls = 76,
		  .reserve_mem = 1100, .guestid = 1104, .tsc_khz = 1108, .pgdir = NONE,
		  .noirq_start = 1112, .noirq_end = 1116, .noirq_iret = NONE,
		  .kernel_address = NONE, .syscall_vec = NONE },
	},
	[LG_GEN_A2] = {
		"2.6.23", "2.6.23", HAS_A | LG_HAS_WALLCLOCK, LG_START_OFFSET, OLD_REGS, 4,
		{ 1, 2, 3, 0 },
		{ .size = 1128, .time = 12, .irq_pending = NONE, .status = 20, .hcalls = 84,
		  .reserve_mem = 1108, .guestid = 1112, .tsc_khz = 1116, .pgdir = NONE,
		  .noirq_start = 1120, .noirq_end = 1124, .noirq_iret = NONE,
		  .kernel_address = NONE, .syscall_vec = NONE },
	},
	[LG_GEN_2_6_24] = {
		"2.6.24", "2.6.24",
		LG_HAS_NOTIFY | LG_HAS_TLV | LG_HAS_LOAD_GDT | LG_HAS_CRASH | LG_WIDE_IN | LG_OWN_DPL,
		LG_START_IDENTITY, OLD_REGS, 4, { 3, 1, 2, 0 }, LAYOUT_B1,
	},
	[LG_GEN_2_6_25] = {
		"2.6.25", "2.6.25", LG_HAS_NOTIFY | LG_HAS_LOAD_GDT | LG_HAS_NO_REASON,
		LG_START_IDENTITY, OLD_REGS, 4, { 3, 1, 2, 0 }, LAYOUT_B1,
	},
	[LG_GEN_2_6_30] = {
		"2.6.30", "2.6.25", LG_HAS_NOTIFY | LG_HAS_LOAD_GDT | LG_HAS_VMCALL,
		LG_START_IDENTITY, { 1, 2, 3, 0 }, 4, { 1, 2, 3, 0 }, LAYOUT_B1,
	},
	[LG_GEN_2_6_31RC] = {
		"2.6.31 (4-word ring)", "2.6.31", HAS_B2 | LG_HAS_LOAD_GDT | LG_HAS_VMCALL,
		LG_START_IDENTITY, NEW_REGS, 4, { 1, 2, 3, 0 },
		{ .size = 1140, .time = 12, .irq_pending = 20, .status = 24, .hcalls = 88,
		  .reserve_mem = 1112, .guestid = NONE, .tsc_khz = 1116, .pgdir = 1120,
		  .noirq_start = 1124, .noirq_end = 1128, .noirq_iret = NONE,
		  .kernel_address = 1132, .syscall_vec = 1136 },
	},
	[LG_GEN_2_6_31] = {
		"2.6.31", "2.6.31", HAS_B2 | LG_HAS_VMCALL, LG_START_IDENTITY, NEW_REGS, 5,
		{ 1, 2, 3, 4 },
		{ .size = 1396, .time = 12, .irq_pending = 20, .status = 24, .hcalls = 88,
		  .reserve_mem = 1368, .guestid = NONE, .tsc_khz = 1372, .pgdir = 1376,
		  .noirq_start = 1380, .noirq_end = 1384, .noirq_iret = NONE,
		  .kernel_address = 1388, .syscall_vec = 1392 },
	},
	[LG_GEN_3_2] = {
		"3.2", "3.2", HAS_B2, LG_START_LINEAR, NEW_REGS, 5, { 1, 2, 3, 4 }, LAYOUT_B3,
	},
	[LG_GEN_4_0] = {
		"4.0", "4.0", LG_HAS_PCI | LG_HAS_GDT_ENTRY | LG_HAS_PAE | LG_HAS_REFLECT_SYSCALL,
		LG_START_LINEAR, NEW_REGS, 5, { 1, 2, 3, 4 },
		{ .size = 1388, .time = 12, .irq_pending = 20, .status = 24, .hcalls = 88,
		  .reserve_mem = 1368, .guestid = NONE, .tsc_khz = 1372, .pgdir = NONE,
		  .noirq_start = NONE, .noirq_end = NONE, .noirq_iret = 1376,
		  .kernel_address = 1380, .syscall_vec = 1384 },
	},
};

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

uint32_t lg_generations_named(const char *abi)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < LG_GENERATIONS; i++)
		if (lg_generations[i].abi && same(abi, lg_generations[i].abi))
			bits |= LG_GEN_BIT(i);
	return bits;
}
