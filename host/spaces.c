/* SPDX-License-Identifier: MIT */
/*
 * H:470 The spaces as a cache: which one realises which page directory.  A few
 * processes serve many directories; new ones are forked by the zygote, on
 * demand and one ahead.
 */
#include "host/space.h"
#include "host/sys.h"

static struct lg_space *find_space(u32 pgdir)
{
	u32 n = lg->have_spaces;

	if (my_space()->pgdir == pgdir)
		return my_space();
	for (u32 i = 0; i < n && i < LG_SPACES; i++)
		if (lg->spaces[i].pgdir == pgdir)
			return &lg->spaces[i];
	return NULL;
}

static void want_spaces(u32 n)
{
	if (n > lg->max_spaces)
		n = lg->max_spaces;
	if (n <= lg->want_spaces)
		return;
	lg->want_spaces = n;
	sys6(__NR_futex, (long)&lg->want_spaces, 1 /* FUTEX_WAKE */, 1, 0, 0, 0);
}

static struct lg_space *free_space(void)
{
	u32 n = lg->have_spaces, nfree = 0;
	struct lg_space *found = NULL;

	for (u32 i = 0; i < n && i < LG_SPACES; i++)
		if (lg->spaces[i].pgdir == PGDIR_NONE) {
			found = &lg->spaces[i];
			nfree++;
		}
	if (nfree <= 1)
		want_spaces(n + 1);	/* have one ready next time */
	return found;
}

static struct lg_space *least_recent(void)
{
	struct lg_space *s = NULL;

	for (u32 i = 0; i < lg->have_spaces && i < LG_SPACES; i++)
		if (i != me.index && (!s || lg->spaces[i].last_used < s->last_used))
			s = &lg->spaces[i];
	return s ? s : my_space();
}

/*
 * H:475 Which space runs this page directory?
 *
 * We keep a few and hand the vCPU to the right one; a new directory gets a
 * space nobody uses, or, when all there may be are taken, the one that has not
 * run for longest starts over with an empty user half.
 */
struct lg_space *space_for(u32 pgdir)
{
	struct lg_space *s = find_space(pgdir);

	while (!s) {
		s = free_space();
		if (!s && lg->have_spaces >= lg->max_spaces)
			s = least_recent();
		if (!s) {		/* the zygote is at work on one */
			u32 have = lg->have_spaces;

			if (have < lg->want_spaces)
				sys6(__NR_futex, (long)&lg->have_spaces, 0 /* FUTEX_WAIT */,
				     have, 0, 0, 0);
			if (lg->state != LG_RUNNING)
				return my_space();
			continue;
		}
		s->pgdir = pgdir;
		s->flush_user = 1;
		s->fresh = 1;
	}
	s->last_used = ++lg->space_clock;
	return s;
}

/* The guest will reuse this page for something else. */
void drop_pgtable(u32 pgdir)
{
	pgdir &= ~0xfffu;
	if (pgdir == cpu->pgdir && !cpu->linear) {
		kill_guest("DROP_PGTABLE of the current page directory %#x", pgdir);
		return;
	}
	for (u32 i = 0; i < lg->have_spaces && i < LG_SPACES; i++)
		if (lg->spaces[i].pgdir == pgdir) {
			lg->spaces[i].pgdir = PGDIR_NONE;
			lg->spaces[i].flush_user = 1;
		}
}
