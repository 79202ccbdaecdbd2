/* SPDX-License-Identifier: MIT */
/*
 * P:210 The forgotten flush
 *
 * Spaces are a TLB: the Host maps what the tables said when it looked.  If
 * what it mapped differs from what the tables say now, and no flush came in
 * between, we have found the classic porting bug, the one nobody sees in his
 * own code.  The flight recorder has what we need: runs mapped, and flushes.
 */
#include "debug/internal.h"

#define PAGES_LOOKED_AT	64u		/* of one run */

static bool covers(u32 start, u32 len, u32 gva)
{
	return gva - start < len;
}

/* The index of the first event that concerns this page directory. */
static u32 first_event(const struct snapshot *s)
{
	for (u32 i = s->nevents; i-- > 0;) {
		const struct lg_event *e = &s->events[i];

		if (e->kind == LG_EV_REBASE && e->a == s->space)
			return i + 1;
		if (e->kind == LG_EV_SWITCH && e->b == s->space && e->c != s->pgdir)
			return i + 1;
	}
	return 0;
}

/* Has anything after event i flushed or replaced the mapping of this page? */
static bool superseded(const struct snapshot *s, u32 i, u32 gva)
{
	while (++i < s->nevents) {
		const struct lg_event *e = &s->events[i];

		if (e->kind == LG_EV_FLUSH && (!e->b || covers(e->a, e->b, gva)))
			return true;
		if (e->kind == LG_EV_SHADOW && e->space == s->space && covers(e->a, e->b, gva))
			return true;
	}
	return false;
}

static bool differs(const struct lg_event *e, const struct stale *st)
{
	u32 entry = st->now.large ? st->now.pde : st->now.pte;

	if (!st->now.mapped || (st->now.gpa & ~0xfffu) != st->old_gpa)
		return true;
	return e->d && !(st->now.pde & entry & LG_PTE_WRITE);
}

static bool stale_page(const struct snapshot *s, u32 i, u32 gva, struct stale *st)
{
	const struct lg_event *e = &s->events[i];

	st->gva = gva;
	st->old_gpa = (e->c + (gva - e->a)) & ~0xfffu;
	walk_gva(s, gva, &st->now);
	return differs(e, st) && !superseded(s, i, gva);
}

static bool is_run(const struct snapshot *s, u32 i)
{
	return s->events[i].kind == LG_EV_SHADOW && s->events[i].space == s->space;
}

/* Is this page, which the guest was using, stale? */
static bool stale_at(const struct snapshot *s, u32 first, u32 gva, struct stale *st)
{
	for (u32 i = s->nevents; i-- > first;)
		if (is_run(s, i) && covers(s->events[i].a, s->events[i].b, gva))
			return stale_page(s, i, gva & ~0xfffu, st);
	return false;
}

/* Is any page of the runs mapped lately stale? */
static bool stale_anywhere(const struct snapshot *s, u32 first, struct stale *st)
{
	for (u32 i = s->nevents; i-- > first;) {
		u32 pages = is_run(s, i) ? s->events[i].b / LG_PAGE_SIZE : 0;

		if (pages > PAGES_LOOKED_AT)
			pages = PAGES_LOOKED_AT;
		for (u32 n = 0; n < pages; n++)
			if (stale_page(s, i, s->events[i].a + n * LG_PAGE_SIZE, st))
				return true;
	}
	return false;
}

/* Calls that wait in the ring may be the flush that we miss. */
static bool ring_waits(const struct snapshot *s)
{
	for (u32 i = 0; s->have_data && i < LG_RING_SIZE; i++)
		if (s->data.hcall_status[i] != LG_RING_FREE)
			return true;
	return false;
}

const char *stale_words(const struct stale *st, char text[TEXT_MAX])
{
	if (!st->now.mapped)
		snprintf(text, TEXT_MAX, "\"not present\"");
	else if ((st->now.gpa & ~0xfffu) != st->old_gpa)
		snprintf(text, TEXT_MAX, "gpa 0x%08x", st->now.gpa & ~0xfffu);
	else
		snprintf(text, TEXT_MAX, "read-only");
	return text;
}

bool find_stale(const struct snapshot *s, struct stale *st)
{
	const u32 used[] = { s->regs.eip, s->regs.esp, s->regs.cr2, s->regs.ebp };
	const char *const names[] = { "eip", "esp", "cr2", "ebp" };
	u32 first = first_event(s);

	if (s->linear || ring_waits(s))
		return false;
	for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++) {
		st->use = names[i];
		if (stale_at(s, first, used[i], st))
			return true;
	}
	st->use = NULL;
	return stale_anywhere(s, first, st);
}

void hint_stale(FILE *to, const struct snapshot *s)
{
	char text[TEXT_MAX];
	struct stale st;

	if (find_stale(s, &st))
		fprintf(to, "hint: the page at 0x%08x (%s) was mapped to gpa 0x%08x, the tables now "
			"say %s, and nothing flushed it: SET_PTE, FLUSH_RANGE or FLUSH_TLB is "
			"missing\n", st.gva, st.use ? st.use : "perhaps not what it died of",
			st.old_gpa, stale_words(&st, text));
}
