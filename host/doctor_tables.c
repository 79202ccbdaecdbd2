/* SPDX-License-Identifier: MIT */
/*
 * H:810 Stale translations.  A guest that changes a present page table entry
 * and says nothing goes on with the old translation as long as the space maps
 * it: by luck it works, until one day it does not.  We want both ends, the
 * one who changed the entry and the one who used the old page.
 *
 * The first end: frames that are page tables are mapped for reading only.  A
 * write faults, is done in a single step with the page open (doctor_step.c),
 * and what was there before is compared with what is there now.  The second end: an entry
 * that lost something (the page, the frame, a right) while this space maps
 * what it said before makes the mapping suspect: we unmap it, and remember what
 * it was.  SET_PTE and its relatives clear the suspicion.  If the page is used
 * before, and the old translation would have done what the tables forbid or
 * send elsewhere, that is the finding.  Then the tables are obeyed.
 *
 * Page tables of three levels (PAE) are not watched.
 */
#include <sys/mman.h>

#include "host/doctor_space.h"
#include "host/sys.h"

#define WAS		((u32 *)0x480000000ul)	/* one word per page of the space */
#define WAS_MAPPED	1u
#define WAS_WRITE	2u
#define WAS_USER	4u
#define WAS_SUSPECT	8u			/* its entry changed, in silence */
#define CHUNK		1024u			/* pages of a directory entry */
#define PROT_ALL	(PROT_READ | PROT_EXEC)

static u8 any[CHUNK];		/* is there something in these 4 MiB? */
static u32 changes_seen, watched_seen;
static bool may_continue;	/* the last change is ours, and no other space ran since */

/* H:811 Private to each space, so it is mapped before the first fork. */
void doctor_start(void)
{
	if (sys6(__NR_mmap, (long)WAS, 4l << 20, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) < 0)
		kill_guest("no memory for --doctor: leave it out");
}

/* --- Watching ------------------------------------------------------------------ */

void doctor_readable(u32 page)
{
	u64 at = (u64)page * LG_PAGE_SIZE + my_space()->base;

	WAS[page] &= ~WAS_WRITE;
	my_space()->vmas += 2;
	if (sys3(__NR_mprotect, at, LG_PAGE_SIZE, PROT_ALL) < 0)
		forget_pages(page * LG_PAGE_SIZE, LG_PAGE_SIZE);	/* too many pieces */
}

void doctor_hide(u32 gva)
{
	WAS[gva / LG_PAGE_SIZE] = 0;
	forget_pages(gva, LG_PAGE_SIZE);
}

static void exposed(u32 gva, enum lg_exposed what)
{
	struct lg_finding *f = doctor_finding(LG_F_EXPOSED);
	struct walk w;

	walk(gva, &w);
	f->a = gva;
	f->b = w.pte_gpa ? w.pte : w.pde;
	f->c = what;
	doctor_tell(gva >> 22 | (u32)what << 16);
}

/* Nobody may write to this frame unseen any more, or read it: not here ... */
static void close_here(u32 gpa)
{
	bool hide = doctor_hides(gpa);

	for (u32 c = 0; c < CHUNK; c++)
		for (u32 p = c * CHUNK; any[c] && p < (c + 1) * CHUNK; p++) {
			if ((WAS[p] & ~0xfffu) != gpa || !(WAS[p] & WAS_MAPPED))
				continue;
			if (hide)
				doctor_hide(p * LG_PAGE_SIZE);
			else if (WAS[p] & WAS_WRITE)
				doctor_readable(p);
		}
}

/* ... and not in the other spaces, when they run next. */
void doctor_watch(u32 gpa, u32 as)
{
	u32 pfn = gpa / LG_PAGE_SIZE;
	u16 *w;

	if (pfn >= lg->pages)
		return;
	w = &doc->page[pfn].watch;
	if ((*w & as) == as)
		return;
	*w = (u16)((*w & ~(as & LG_WATCH_TABLE ? LG_WATCH_INDEX : 0u)) | as);
	close_here(gpa & ~0xfffu);
	doc->watched[doc->nwatched++ % LG_WATCH_LOG] = pfn;
	if (watched_seen + 1 == doc->nwatched)
		watched_seen++;
}

static void watch(u32 gpa, u32 as)
{
	if (gpa / LG_PAGE_SIZE < lg->pages && (doc->page[gpa / LG_PAGE_SIZE].watch & as) != as) {
		doctor_lost(gpa, 0, LG_FREED_TABLE);
		doctor_watch(gpa, as);
	}
}

/* Is this frame still what we took it for?  Ask the directories in use. */
bool doctor_in_use(u32 pfn)
{
	u32 w = doc->page[pfn].watch, gpa = pfn * LG_PAGE_SIZE;
	u32 n = lg->have_spaces + 1;

	for (u32 i = 0; i < n && i < LG_SPACES; i++) {
		u32 dir = lg->spaces[i].pgdir;
		const u32 *pde;

		if (dir == PGDIR_NONE)
			continue;
		if (w & LG_WATCH_DIR && dir == gpa)
			return true;
		pde = guest_page(dir + (w & LG_WATCH_INDEX) * 4, false);
		if (w & LG_WATCH_TABLE && pde && *pde & LG_PTE_PRESENT && (*pde & ~0xfffu) == gpa)
			return true;
	}
	return w & LG_WATCH_DIR && cpu->pgdir == gpa;
}

/* The tables that translate these pages: from now on we want to know. */
static void watch_tables(u32 gva, u32 pages)
{
	u32 last = (gva + (pages - 1) * LG_PAGE_SIZE) >> 22;
	struct walk w;

	if (cpu->pae)
		return;
	watch(cpu->pgdir, LG_WATCH_DIR);
	for (u32 i = gva >> 22; i <= last; i++) {
		walk(i << 22, &w);
		if (w.pte_gpa)
			watch(w.pte_gpa & ~0xfffu, LG_WATCH_TABLE | i);
	}
}

static void look_for_exposure(u32 gva, u32 gpa)
{
	struct walk stack;

	if (gva >= cpu->kernel_address)
		exposed(gva, LG_EXPOSED_KERNEL);
	else if (doctor_watches(gpa) && doc->page[gpa / LG_PAGE_SIZE].watch & (LG_WATCH_DIR | LG_WATCH_TABLE) &&
		 doctor_in_use(gpa / LG_PAGE_SIZE))
		exposed(gva, LG_EXPOSED_TABLE);
	else if (cpu->initialised && cpu->data_gpa / LG_PAGE_SIZE == gpa / LG_PAGE_SIZE)
		exposed(gva, LG_EXPOSED_DATA);
	else if (cpu->sw.esp1 && walk(cpu->sw.esp1 - 4, &stack) && stack.gpa == gpa)
		exposed(gva, LG_EXPOSED_STACK);
}

/* H:812 The space maps this run now. */
void doctor_mapped(u32 gva, u32 pages, u32 gpa, bool writable, bool user)
{
	u32 flags = WAS_MAPPED | (writable ? WAS_WRITE : 0) | (user ? WAS_USER : 0);

	for (u32 i = 0; i < pages; i++) {
		u32 *was = &WAS[gva / LG_PAGE_SIZE + i], new = (gpa + i * LG_PAGE_SIZE) | flags;

		any[(gva + i * LG_PAGE_SIZE) >> 22] = 1;
		/* Mapped anew with less than before: the old rights are still suspect. */
		if (*was & WAS_SUSPECT && (*was & ~0xfffu) == (new & ~0xfffu) && *was & ~new & WAS_WRITE)
			*was |= WAS_MAPPED;
		else
			*was = new;
	}
	if (cpu->linear)
		return;
	watch_tables(gva, pages);
	for (u32 i = 0; user && doc->user_ran && i < pages; i++)
		look_for_exposure(gva + i * LG_PAGE_SIZE, gpa + i * LG_PAGE_SIZE);
}

/*
 * Before there is a user nothing is exposed: the first page tables of old
 * kernels, which the Launcher makes, have the user bit everywhere.
 */
void doctor_user_runs(void)
{
	doc->user_ran = 1;
	for (u32 c = 0; c < CHUNK; c++)
		for (u32 p = c * CHUNK; any[c] && p < (c + 1) * CHUNK; p++)
			if ((WAS[p] & (WAS_MAPPED | WAS_USER)) == (WAS_MAPPED | WAS_USER))
				look_for_exposure(p * LG_PAGE_SIZE, WAS[p] & ~0xfffu);
}

/* The guest has told, or we have dropped the mapping for reasons of our own. */
void doctor_flushed(u32 gva, u64 len)
{
	u64 end = ((u64)gva + len + LG_PAGE_SIZE - 1) / LG_PAGE_SIZE;

	for (u64 p = gva / LG_PAGE_SIZE; p < end && p < CHUNK * CHUNK;) {
		u64 next = (p / CHUNK + 1) * CHUNK, stop = next < end ? next : end;

		if (any[p / CHUNK]) {
			memset(&WAS[p], 0, (stop - p) * sizeof(u32));
			any[p / CHUNK] = stop - p != CHUNK;
		}
		p = stop;
	}
}

/* --- What changed ----------------------------------------------------------------- */

/* Does an entry that was "old" allow something that "now" does not? */
static bool lost(u32 old, u32 now)
{
	u32 rights = LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER;

	if (!(old & LG_PTE_PRESENT))
		return false;
	return (old ^ now) & ~0xfffu || old & ~now & rights || (old ^ now) & LG_PTE_LARGE;
}

/* Does what this space maps, or mapped, say something else than the tables? */
static bool differs(u32 was, u32 gva)
{
	struct walk w;

	if (!walk(gva, &w))
		return true;
	return w.gpa != (was & ~0xfffu) || (was & WAS_WRITE && !(w.flags & LG_PTE_WRITE)) ||
	       (was & WAS_USER && !(w.flags & LG_PTE_USER));
}

/* H:813 A change that concerns these pages: which of ours does it make stale? */
static void suspect(u32 gva, u64 len)
{
	for (u64 at = gva; at < gva + len && at < LG_SWITCHER_ADDR; at += LG_PAGE_SIZE) {
		u32 *was = &WAS[at / LG_PAGE_SIZE];

		if (!any[at >> 22]) {
			at |= 0x3ff000;
			continue;
		}
		if (!(*was & (WAS_MAPPED | WAS_SUSPECT)))
			continue;
		if (!differs(*was, (u32)at)) {
			if (!(*was & WAS_MAPPED))
				*was = 0;	/* as it was before */
			*was &= ~WAS_SUSPECT;
			continue;
		}
		if (*was & WAS_MAPPED)
			forget_pages((u32)at, LG_PAGE_SIZE);
		if (*was)		/* or everything is forgotten */
			*was = (*was & ~WAS_MAPPED) | WAS_SUSPECT;
	}
}

/* One piece of code that changes entry after entry makes one change. */
static void note_change(u32 gva, u32 pages, u32 gpa, u32 old, u32 now)
{
	struct lg_change *c = &doc->changes[(doc->nchanges - 1) % LG_CHANGES];

	if (may_continue && c->eip == doctor_step.eip && c->gva + c->pages * LG_PAGE_SIZE == gva) {
		c->pages += pages;
	} else {
		c = &doc->changes[doc->nchanges++ % LG_CHANGES];
		*c = (struct lg_change){ gva, pages, gpa, old, now, doctor_step.eip, doctor_step.esp, { 0 } };
		read_virtual(doctor_step.esp, c->stack, sizeof(c->stack));
		changes_seen = doc->nchanges;
		may_continue = true;
	}
	suspect(gva, (u64)pages * LG_PAGE_SIZE);
}

/* H:814 Compare a page of tables with what it was. */
void doctor_compare(u32 *before, u32 gpa)
{
	const volatile u32 *page = guest_page(gpa, false);
	u32 watched = doc->page[gpa / LG_PAGE_SIZE].watch;

	for (u32 i = 0; i < LG_PAGE_SIZE / 4; i++) {
		u32 old = before[i], now = page[i];

		if (old == now)
			continue;
		before[i] = now;
		if (!lost(old, now))
			continue;
		if (watched & LG_WATCH_TABLE && (watched & LG_WATCH_INDEX) << 22 >= cpu->kernel_address &&
		    (old ^ now) & ~0xfffu)
			doctor_lost(old & ~0xfffu, (watched & LG_WATCH_INDEX) << 22 | i << 12,
				    LG_FREED_UNMAPPED);
		if (watched & LG_WATCH_TABLE)
			note_change((watched & LG_WATCH_INDEX) << 22 | i << 12, 1, gpa + i * 4, old, now);
		if (watched & LG_WATCH_DIR)
			note_change(i << 22, CHUNK, gpa + i * 4, old, now);
	}
}

/* What other spaces saw change while this one was away. */
void doctor_catch_up(void)
{
	may_continue = false;
	if (doc->nchanges - changes_seen > LG_CHANGES || doc->nwatched - watched_seen > LG_WATCH_LOG) {
		my_space()->flush_all = 1;
		changes_seen = doc->nchanges;
		watched_seen = doc->nwatched;
	}
	for (; watched_seen != doc->nwatched; watched_seen++)
		close_here(doc->watched[watched_seen % LG_WATCH_LOG] * LG_PAGE_SIZE);
	for (; changes_seen != doc->nchanges; changes_seen++) {
		const struct lg_change *c = &doc->changes[changes_seen % LG_CHANGES];

		suspect(c->gva, (u64)c->pages * LG_PAGE_SIZE);
	}
}

/* --- The use of a stale page -------------------------------------------------------- */

/* The nth call that waits in the ring: its number and arguments. */
static bool waiting_call(u32 n, u32 call[5])
{
	const struct lg_generation *g = lg_generation(lg->generation);
	u32 i = (cpu->ring_next + n) % LG_RING_SIZE;
	volatile u32 *h;

	if (!cpu->initialised || n >= LG_RING_SIZE ||
	    *(volatile u8 *)gdata_at((u32)g->at.status + i) == LG_RING_FREE)
		return false;
	h = gdata_at((u32)g->at.hcalls + i * g->hcall_words * 4);
	call[0] = h[0];
	for (u32 k = 0; k < 4; k++)
		call[k + 1] = g->arg_word[k] ? h[g->arg_word[k]] : 0;
	return true;
}

/* Does a call that waits in the ring concern this page?  Then it was announced. */
static bool announced(u32 gva)
{
	u32 call[5];

	for (u32 n = 0; waiting_call(n, call); n++) {
		u32 b = call[2], c = call[3];

		if (call[0] == LHCALL_FLUSH_TLB || call[0] == LHCALL_SET_PTES ||
		    (call[0] == LHCALL_SET_PTE && (b ^ gva) < LG_PAGE_SIZE) ||
		    (call[0] == LHCALL_SET_PGD && b == gva >> 22) ||
		    (call[0] == LHCALL_FLUSH_RANGE && gva - (b & ~0xfffu) < c + (b & 0xfff)))
			return true;
	}
	return false;
}

static bool allows(bool write, bool user, u32 access)
{
	return (!(access & ACCESS_WRITE) || write) && (!(access & ACCESS_USER) || user);
}

static void tell_stale(u32 gva, u32 was, const struct walk *now, u32 access)
{
	struct lg_finding *f = doctor_finding(LG_F_STALE);

	f->a = gva;
	f->b = was;
	f->c = now->flags & LG_PTE_PRESENT ? now->gpa | (now->flags & 7) : 0;
	f->d = access;
	for (u32 i = 0; i < LG_CHANGES && i < doc->nchanges; i++) {
		const struct lg_change *c = &doc->changes[(doc->nchanges - 1 - i) % LG_CHANGES];

		if (gva - c->gva >= (u64)c->pages * LG_PAGE_SIZE)
			continue;
		f->has_change = 1;
		f->change = *c;
		break;
	}
	doctor_tell(f->has_change ? f->change.eip : gva & ~0xfffu);
}

/* H:815 The guest uses a page that we took away because its entry changed. */
void doctor_use(u32 gva, u32 access)
{
	u32 *was = &WAS[gva / LG_PAGE_SIZE];
	struct walk w;
	bool same;

	if (cpu->linear || !(*was & WAS_SUSPECT))
		return;
	if (!walk(gva, &w))
		w.flags = w.gpa = 0;
	same = w.flags & LG_PTE_PRESENT && w.gpa == (*was & ~0xfffu) &&
	       allows(w.flags & LG_PTE_WRITE, w.flags & LG_PTE_USER, access);
	if (same)
		return;		/* it makes no difference, yet */
	if (allows(*was & WAS_WRITE, *was & WAS_USER, access) && !announced(gva))
		tell_stale(gva, *was, &w, access);
	*was = *was & WAS_MAPPED ? *was & ~(WAS_SUSPECT | WAS_WRITE) : 0;
}

