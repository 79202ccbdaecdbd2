/* SPDX-License-Identifier: MIT */
/*
 * What rules ask about a dead guest.  Everything is answered from the snapshot
 * and by bounded looks into guest memory; "no" is always a possible answer.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/diagnose.h"

#define NEAR_END	80u		/* events: a whole ring and the call itself */
#define STACK_REACH	LG_PAGE_SIZE	/* a frame touches no more than this */

bool reason_has(const struct snapshot *s, const char *words)
{
	return strstr(s->reason, words) != NULL;
}

bool reason_number(const struct snapshot *s, const char *words, u32 *value)
{
	const char *at = strstr(s->reason, words);
	char *end;

	if (!at)
		return false;
	at += strlen(words);
	*value = (u32)strtoull(at, &end, 0);
	return end != at;
}

const struct lg_event *last_call(const struct snapshot *s, u32 number)
{
	u32 stop = s->nevents > NEAR_END ? s->nevents - NEAR_END : 0;

	for (u32 i = s->nevents; i-- > stop;)
		if (s->events[i].kind == LG_EV_HCALL && s->events[i].a == number)
			return &s->events[i];
	return NULL;
}

bool unhandled(const struct snapshot *s, u32 vector)
{
	return reason_has(s, "unhandled trap") && s->regs.trap == vector;
}

bool kernel_fault(const struct snapshot *s)
{
	return unhandled(s, 14) && !s->regs.user;
}

bool kernel_offset(const struct snapshot *s, u32 *offset)
{
	struct walk w;

	if (symbols_offset(s->symbols, offset) && *offset)
		return true;
	*offset = s->kernel_address;
	if (s->linear)
		return s->kernel_address != 0;
	walk_gva(s, s->kernel_address, &w);
	*offset = s->kernel_address - w.gpa;
	return w.mapped && *offset;
}

u64 end_of_ram(const struct snapshot *s)
{
	return (u64)s->ram_pages * LG_PAGE_SIZE;
}

bool virtual_for_physical(const struct snapshot *s, u32 x, u32 *gpa)
{
	struct walk w;
	u32 offset;

	if (frame_in_ram(s, x))
		return false;
	if (!s->linear) {
		walk_gva(s, x, &w);
		*gpa = w.gpa;
		if (w.mapped)
			return frame_in_ram(s, w.gpa);
	}
	if (!kernel_offset(s, &offset) || x < offset)
		return false;
	*gpa = x - offset;
	return *gpa < end_of_ram(s);
}

bool reachable(const struct snapshot *s, u32 gva, u32 error)
{
	struct walk w;

	walk_gva(s, gva, &w);
	return check_access(s, &w, error) == ACCESS_OK;
}

bool stack_access(const struct snapshot *s)
{
	u32 from = s->regs.esp - STACK_REACH;

	return s->regs.trap == 14 && s->regs.cr2 - from <= 2 * STACK_REACH;
}

bool jumped_from(const struct snapshot *s, u32 *from)
{
	return !s->regs.user && read_word(s, s->regs.esp, from) && after_call(s, *from) &&
	       (!s->symbols || symbols_note(s->symbols) || symbols_text(s->symbols, *from));
}

/* The call before the last one tells; none at all: it was linear mode. */
bool previous_pgdir(const struct snapshot *s, u32 *pgdir, bool *linear)
{
	u32 seen = 0;

	for (u32 i = s->nevents; i-- > 0;) {
		const struct lg_event *e = &s->events[i];

		if (e->kind != LG_EV_HCALL || e->a != LHCALL_NEW_PGTABLE)
			continue;
		if (seen++ == 0)
			continue;
		*pgdir = e->b & (s->pae ? ~0x1fu : ~0xfffu);
		*linear = false;
		return true;
	}
	*linear = true;
	return seen == 1 && s->total == s->nevents;
}

/* What gva was, to the guest, before the last NEW_PGTABLE. */
bool translate_before(const struct snapshot *s, u32 gva, u32 *gpa)
{
	u32 pgdir, pde, pte;
	bool linear;

	if (!previous_pgdir(s, &pgdir, &linear))
		return false;
	*gpa = gva;
	if (linear)
		return frame_in_ram(s, gva);
	return frame_in_ram(s, pgdir) && !lg_translate(s->lg, pgdir, gva, gpa, &pde, &pte);
}
