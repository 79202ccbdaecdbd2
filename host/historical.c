/* SPDX-License-Identifier: MIT */
/*
 * H:221 Hypercalls that went away, or that only some generations have; the table
 * in generation.c says which guest may make them.
 */
#include "host/space.h"

#define CRASH_TEXT	128		/* bytes */

/* Numbers that went away, or had another meaning once; see generation.c. */
#define OLD_LOAD_GDT		3
#define OLD_GET_WALLCLOCK	11
#define OLD_BIND_DMA		12

/* Two dwords of a descriptor each, from "first" on. */
void load_descriptors(u32 gpa, u32 first, u32 count)
{
	for (u32 i = 0; i < count; i++) {
		u32 d[2];

		if (!copy_from_guest(d, (u64)gpa + i * 8, 8)) {
			kill_guest("bad read address %#x", gpa);
			return;
		}
		load_gdt_entry(first + i, d[0], d[1]);
	}
}

/* The whole table, before 2.6.31. */
static void load_gdt(u32 gpa, u32 count)
{
	if (count > LG_GDT_ENTRIES)
		kill_guest("too many gdt entries %u", count);
	else
		load_descriptors(gpa, 0, count);
}

/*
 * H:222 CRASH, before there was SHUTDOWN: a text of at most 128 bytes, and one
 * text that means no harm.
 */
void crash(u32 gpa)
{
	char text[CRASH_TEXT];

	if (!copy_from_guest(text, gpa, sizeof(text))) {
		kill_guest("bad read address %#x len %u", gpa, CRASH_TEXT);
		return;
	}
	text[CRASH_TEXT - 1] = 0;
	if (same_text(text, "Power down"))
		stop_running(LG_EXITED, 0);
	else
		kill_guest("CRASH: %s", text);
}

/*
 * H:235 Calls that some generations have, or have under another number; the
 * table in generation.c says which.  True: it was one of this guest's.
 */
bool do_historical(const struct hcall_args *a)
{
	switch (a->number) {
	case OLD_LOAD_GDT:
		if (!has(LG_HAS_LOAD_GDT))
			return false;
		load_gdt(a->arg1, a->arg2);
		return true;
	case OLD_GET_WALLCLOCK:
		if (!has(LG_HAS_WALLCLOCK))
			return false;
		cpu->regs.eax = (u32)(clock_ns(0) / 1000000000u);
		return true;
	case OLD_BIND_DMA:
		if (!has(LG_HAS_DMA))
			return false;
		cpu->regs.eax = ask_launcher(LG_OP_BIND_DMA, a->arg1, a->arg2,
					     a->arg3 >> 8 & 0xffff, a->arg3 & 0xff);
		return true;
	case LHCALL_SET_PMD:		/* and SEND_DMA */
		if (has(LG_HAS_DMA))
			ask_launcher(LG_OP_SEND_DMA, a->arg1, a->arg2, 0, 0);
		else if (has(LG_HAS_PAE) && (cpu->pae || !cpu->levels_known))
			flush_everything();
		else
			return false;
		return true;
	case LHCALL_NOTIFY:
		if (!has(LG_HAS_NOTIFY))
			return false;
		notify(a->arg1);
		return true;
	}
	return false;
}
