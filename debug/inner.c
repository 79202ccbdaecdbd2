/* SPDX-License-Identifier: MIT */
/*
 * P:223 A kernel that has trap handlers dies of its own words: a trap came that it
 * did not expect, and its handler called SHUTDOWN.  What we want to explain is
 * the trap.  It is in the flight recorder, and its frame is still on the
 * stack, for the handler has not returned: if both are there we look at the
 * guest as it was then.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/diagnose.h"

#define FRAME_WORDS	4096u		/* of stack searched: a handler may print a lot */

/* What a handler does that gives up: it prints, and maps what it prints from. */
static bool harmless(const struct lg_event *e)
{
	switch (e->kind) {
	case LG_EV_SHADOW:
	case LG_EV_FLUSH:
	case LG_EV_KICK:
	case LG_EV_MARK:
		return true;
	case LG_EV_HCALL:
		return e->a == LHCALL_NOTIFY || e->a == LHCALL_SHUTDOWN ||
		       e->a == LHCALL_FLUSH_ASYNC || e->a == LHCALL_CLOCK_READ ||
		       e->a == LHCALL_SEND_INTERRUPTS;
	}
	return e->kind > LG_EV_REBASE;	/* tracing */
}

/* The kernel's last trap, if all that came after it may be its handler. */
static bool last_trap(const struct snapshot *s, u32 *index)
{
	for (u32 i = s->nevents; i-- > 0;) {
		const struct lg_event *e = &s->events[i];

		if (e->kind == LG_EV_TRAP) {
			*index = i;
			return !e->d && e->a < LG_TRAP_ENTRY && e->a != 1 && e->a != 3 &&
			       s->idt[e->a].present;
		}
		if (!harmless(e))
			return false;
	}
	return false;
}

/* eip, cs and eflags as the Host pushed them: the address of eip. */
static bool find_frame(const struct snapshot *s, u32 eip, u32 *at)
{
	u32 frame[3] = { 0 };

	for (u32 i = 0; i < FRAME_WORDS; i++) {
		*at = (s->regs.esp & ~3u) + 4 * i;
		if (!read_word(s, *at, &frame[0]))
			return false;
		if (frame[0] == eip && read_word(s, *at + 4, &frame[1]) &&
		    frame[1] == LG_KERNEL_CS && read_word(s, *at + 8, &frame[2]) &&
		    !(frame[2] & 0xffc00000u))
			return true;
	}
	return false;
}

bool inner_trap(const struct snapshot *s, struct snapshot *then)
{
	const struct lg_event *e;
	u32 index, frame;

	if (strncmp(s->reason, "CRASH: ", 7) != 0 || s->regs.user || !last_trap(s, &index) ||
	    !find_frame(s, s->events[index].b, &frame))
		return false;
	e = &s->events[index];
	*then = *s;
	then->nevents = index + 1;
	then->total -= s->nevents - then->nevents;
	then->regs.trap = e->a;
	then->regs.eip = e->b;
	then->regs.esp = frame + 12;
	then->regs.error = 0;
	if (vector_has_error(e->a))
		read_word(s, frame - 4, &then->regs.error);
	if (e->a == 14)
		then->regs.cr2 = e->c;
	snprintf(then->reason, sizeof(then->reason), "unhandled trap %u at 0x%x", e->a, e->b);
	return true;
}
