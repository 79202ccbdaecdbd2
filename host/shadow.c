/* SPDX-License-Identifier: MIT */
/*
 * H:430 Shadow paging.  The low 4 GiB of a space are our shadow page table and
 * the host's kernel keeps it: to map is to mmap a piece of guest RAM, to
 * invalidate is to munmap.  So like a TLB it may hold less than the guest's
 * tables say, never more than they said when the guest last told us.
 */
#include <sys/mman.h>

#include "host/doctor_space.h"
#include "host/sys.h"

#define PDE_ALLOWED	(LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER | LG_PTE_ACCESSED | \
			 LG_PTE_DIRTY | LG_PTE_LARGE | LG_PTE_GLOBAL)
#define PTE_FORBIDDEN	(LG_PTE_LARGE | 0x08u)	/* PAT and write-through, as lguest had it */
#define MAX_RUN		32768u			/* pages mapped by one mmap, each way */
#define POPULATE_PAGES	16u			/* runs up to this are filled in at once */
#define VMA_BUDGET	30000u			/* of the host's 65,530 */
#define PROT_ALL	(PROT_READ | PROT_EXEC)

/* --- Mapping ------------------------------------------------------------------ */

static bool entries_ok(const struct walk *w)
{
	if (cpu->linear)
		return true;
	if (w->bad_top) {
		kill_guest("bad page directory entry %#x at %#x", w->top, w->top_gpa);
		return false;
	}
	if ((w->pde & LG_PTE_PRESENT && w->pde & 0xfff & ~PDE_ALLOWED) || (w->pde & LG_PTE_PRESENT && w->pde / LG_PAGE_SIZE >= lg->pages)) {
		kill_guest("bad page %sdirectory entry %#x at %#x", cpu->pae ? "middle " : "", w->pde,
			   w->pde_gpa);
		return false;
	}
	if (!(w->flags & LG_PTE_PRESENT) || device_page_frame(w->gpa))
		return false;
	if ((w->pte_gpa && w->pte & PTE_FORBIDDEN) || w->gpa / LG_PAGE_SIZE >= lg->pages) {
		if (w->pte_gpa)
			kill_guest("bad page table entry %#x at %#x", w->pte, w->pte_gpa);
		else
			kill_guest("bad page directory entry %#x at %#x: no memory for %#x",
				   w->pde, w->pde_gpa, w->gpa);
		return false;
	}
	return true;
}

static void flush_all_here(void);

struct run {
	u32 gva, pages;
	u32 gpa;
	bool writable, user;
	u8 state;			/* enum lg_page_state of every page */
	u32 guard;			/* enum lg_guard: a debugger watches this page */
};

static bool writable(const struct walk *w)
{
	if (lg->doctor && doctor_watches(w->gpa))
		return false;
	return (w->flags & (LG_PTE_WRITE | LG_PTE_DIRTY)) == (LG_PTE_WRITE | LG_PTE_DIRTY);
}

/* May this page be mapped by the same mmap as its neighbour? */
static bool joins(const struct run *r, u32 gva, u32 gpa)
{
	struct walk w;

	if (lg->doctor && doctor_hides(gpa))
		return false;
	return !is_mapped(gva) && walk(gva, &w) && w.gpa == gpa && w.flags & LG_PTE_ACCESSED &&
	       writable(&w) == r->writable && !(my_space()->base && r->user && !r->writable) && !!(w.flags & LG_PTE_USER) == r->user &&
	       gpa / LG_PAGE_SIZE < lg->pages &&
	       lg->page_state[gpa / LG_PAGE_SIZE] == r->state;
}

/*
 * H:435 Grow the run over neighbours that are contiguous in both address
 * spaces and have the same permissions.  Only pages whose Accessed bit is
 * already set join: mapping a page hides the first access from us.  What this
 * space maps already stays as it is.
 */
static void grow(struct run *r)
{
	u32 lowest = my_space()->base ? 0 : lg->mmap_min;
	u32 limit = 0u - LG_RESERVE_MEM;

	if (!r->user && r->gva >= cpu->kernel_address)
		lowest = cpu->kernel_address;
	else if (r->gva < cpu->kernel_address && !cpu->linear)
		limit = cpu->kernel_address;
	while (r->pages < MAX_RUN && r->gva + r->pages * LG_PAGE_SIZE < limit &&
	       r->gva + r->pages * LG_PAGE_SIZE > r->gva &&
	       joins(r, r->gva + r->pages * LG_PAGE_SIZE, r->gpa + r->pages * LG_PAGE_SIZE))
		r->pages++;
	while (r->pages < 2 * MAX_RUN && r->gva >= lowest + LG_PAGE_SIZE &&
	       r->gpa >= LG_PAGE_SIZE && joins(r, r->gva - LG_PAGE_SIZE, r->gpa - LG_PAGE_SIZE)) {
		r->gva -= LG_PAGE_SIZE;
		r->gpa -= LG_PAGE_SIZE;
		r->pages++;
	}
}

/* Each of these pages is the first of a file: no neighbours. */
static int shared_file(struct run *r, u64 *offset)
{
	*offset = 0;
	r->pages = 1;
	for (u32 i = 0; i < lg->nshared && i < LG_SHARED; i++)
		if (lg->shared_pfn[i] == r->gpa / LG_PAGE_SIZE)
			return LG_FD_SHARED + (int)i;
	return -1;
}

/* A borrowed run must stay inside one file; give its descriptor and offset. */
static int file_of(struct run *r, u64 *offset)
{
	u32 pfn = r->gpa / LG_PAGE_SIZE;

	*offset = r->gpa;
	if (r->state == LG_PAGE_OWN)
		return LG_FD_RAM;
	if (r->state == LG_PAGE_SHARED)
		return shared_file(r, offset);
	for (u32 i = 0; i < lg->nborrows && i < LG_BORROWS; i++) {
		const struct lg_borrow *b = &lg->borrows[i];
		u32 first = b->gpa / LG_PAGE_SIZE;

		if (pfn < first || pfn - first >= b->pages)
			continue;
		*offset = b->offset + (u64)(pfn - first) * LG_PAGE_SIZE;
		if (r->pages > b->pages - (pfn - first))
			r->pages = b->pages - (pfn - first);
		return LG_FD_BORROW + (int)i;
	}
	return -1;
}

static void map_run(struct run *r)
{
	int flags = MAP_SHARED | MAP_FIXED;
	int prot = PROT_ALL;
	struct lg_space *s = my_space();
	u64 offset;
	int fd = file_of(r, &offset);
	long ret;

	if (r->writable && (r->state == LG_PAGE_OWN || r->state == LG_PAGE_SHARED))
		prot |= PROT_WRITE;
	if (r->guard)
		prot = r->guard == LG_GUARD_ALL ? PROT_NONE : PROT_ALL;
	if (r->pages <= POPULATE_PAGES)
		flags |= MAP_POPULATE;
	if (s->vmas++ > VMA_BUDGET)
		flush_all_here();
	ret = sys6(__NR_mmap, (long)r->gva + s->base, (long)r->pages * LG_PAGE_SIZE, prot, flags,
		   fd, (long)offset);
	if (ret < 0)
		kill_guest("failed to map %u pages at %#x: host error %u: is there memory left?",
			   r->pages, r->gva, (u32)-ret);
	note_mapped(r->gva, r->pages);
	lg->counts.pages += r->pages;
	if (lg->doctor)
		doctor_mapped(r->gva, r->pages, r->gpa, prot & PROT_WRITE, r->user);
	record(LG_EV_SHADOW, r->gva, r->pages * LG_PAGE_SIZE, r->gpa, r->writable);
}

/* Text with patched system calls, in a space with a base: see patch.c. */
static bool map_unpatched(const struct run *r)
{
	const u8 *from = guest_page(r->gpa, false);
	u8 *at = (u8 *)((u64)r->gva + my_space()->base);

	if (lg->no_patch || !lg->native || !from || !has_patches(from))
		return false;
	if (sys6(__NR_mmap, (long)at, LG_PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) < 0)
		return false;
	my_space()->vmas++;
	memcpy(at, from, LG_PAGE_SIZE);
	remove_patches(at);
	sys3(__NR_mprotect, at, LG_PAGE_SIZE, PROT_ALL);
	note_mapped(r->gva, 1);
	if (lg->doctor)
		doctor_mapped(r->gva, 1, r->gpa, false, r->user);
	record(LG_EV_SHADOW, r->gva, LG_PAGE_SIZE, r->gpa, 0);
	return true;
}

static bool permitted(const struct walk *w, u32 access)
{
	if (access & ACCESS_USER && !(w->flags & LG_PTE_USER))
		return false;
	return !(access & ACCESS_WRITE) || w->flags & LG_PTE_WRITE;
}

/*
 * H:440 A page is missing in this space.  If the guest's tables allow the
 * access, map it, set Accessed and (on a write) Dirty, and say true: try again.
 * A page that was never written stays read-only so that we see the first
 * write.
 */
bool shadow_fault(u32 gva, u32 access)
{
	struct lg_space *s = my_space();
	struct walk w;
	struct run r;
	u32 bits = LG_PTE_ACCESSED;
	u32 guard = LG_GUARD_UNKNOWN;
	bool found;

	if (gva >= 0u - LG_RESERVE_MEM ||
	    (access & ACCESS_USER && gva >= cpu->kernel_address))
		return false;
	found = walk(gva, &w);
	if (found && !permitted(&w, access))
		return false;
	if (!entries_ok(&w) || !found)
		return false;
	/* Not guest code, or doctor_access had it: the Host wants it. */
	if (lg->doctor && (doctor_hides(w.gpa) || (access & ACCESS_WRITE && doctor_watches(w.gpa))))
		doctor_unwatch(w.gpa);
	if (access & ACCESS_WRITE) {
		bits |= LG_PTE_DIRTY;
		if (lg->page_state[w.gpa / LG_PAGE_SIZE] != LG_PAGE_OWN)
			own_around(w.gpa / LG_PAGE_SIZE);
	}
	if (!cpu->linear) {
		set_entry_bits(w.pde_gpa, w.pte_gpa ? LG_PTE_ACCESSED : bits);
		if (w.pte_gpa)
			set_entry_bits(w.pte_gpa, bits);
	}
	w.flags |= bits;
	if (s->base == 0 && gva < lg->mmap_min)
		rebase(LG_BASE_SHIFT);
	if (lg->debug.npages)
		guard = debug_mapping(gva & ~0xfffu, w.gpa);
	if (s->borrow_gen != lg->borrow_gen)
		obey_flushes();		/* the tables themselves were borrowed */
	r = (struct run){ gva & ~0xfffu, 1, w.gpa, writable(&w), !!(w.flags & LG_PTE_USER),
			  lg->page_state[w.gpa / LG_PAGE_SIZE], LG_GUARD_NONE };
	if (!s->base || !r.user || r.writable || !map_unpatched(&r)) {
		if (guard != LG_GUARD_UNKNOWN)
			r.guard = guard;	/* this page alone */
		else
			grow(&r);
		if (lg->debug.npages && guard == LG_GUARD_UNKNOWN)
			debug_clip(gva & ~0xfffu, &r.gva, &r.gpa, &r.pages);
		map_run(&r);
	}
	if (!(w.flags & LG_PTE_USER) && gva < cpu->kernel_address && !cpu->linear)
		me.low_super = true, cpu->sw.iret_slow = 1;
	return true;
}

/* --- Invalidating --------------------------------------------------------------- */

/* Unmap.  A hole in a mapping makes two of one: it counts, and may be one too many. */
void forget_pages(u32 gva, u64 len)
{
	u64 start = (u64)gva + my_space()->base;
	u64 end = start + len;

	if (end > LG_SWITCHER_ADDR)
		end = LG_SWITCHER_ADDR;
	if (end <= start || !note_unmapped(gva, len))
		return;
	int80_unmapped(gva, len);
	record(LG_EV_FLUSH, gva, (u32)len, 0, 0);
	if (sys2(__NR_munmap, start, end - start) < 0 || my_space()->vmas++ > VMA_BUDGET)
		flush_all_here();
}

static void unmap(u32 gva, u64 len)
{
	if (lg->doctor)
		doctor_flushed(gva, len);
	forget_pages(gva, len);
}

void flush_user(void)
{
	unmap(0, cpu->kernel_address);
	me.low_super = false;
	my_space()->flush_user = 0;
}

static void flush_all_here(void)
{
	struct lg_space *s = my_space();

	s->vmas = 0;
	int80_unmapped(0, LG_SWITCHER_ADDR);
	if (lg->doctor)
		doctor_flushed(0, LG_SWITCHER_ADDR);
	if (note_unmapped(0, LG_SWITCHER_ADDR) && sys2(__NR_munmap, 0, LG_SWITCHER_ADDR) < 0)
		kill_guest("cannot unmap the guest's memory: see lguest preflight");
	record(LG_EV_FLUSH, 0, 0, 0, 0);
	s->flush_all = s->flush_user = s->ninvals = 0;
	me.low_super = false;
}

/* The user half of the page directory in use, which may not be ours yet. */
void flush_current(void)
{
	for (u32 i = 0; i < LG_SPACES; i++)
		if (i != me.index && lg->spaces[i].pgdir == cpu->pgdir)
			lg->spaces[i].flush_user = 1;
	if (cpu->linear || my_space()->pgdir == cpu->pgdir)
		flush_user();
}

void flush_everything(void)
{
	for (u32 i = 0; i < LG_SPACES; i++)
		lg->spaces[i].flush_all = 1;
	flush_all_here();
}

static void queue_inval(struct lg_space *s, u32 gva, u32 len)
{
	if (s->flush_all)
		return;
	if (s->ninvals >= LG_INVALS)
		s->flush_all = 1;
	else
		s->invals[s->ninvals++] = (struct lg_inval){ gva, len };
}

/*
 * H:450 The guest changed entries of pgdir.  Above kernel_address that concerns
 * every space, also one that is free (it keeps its kernel half); below, the one
 * that realises pgdir, if any.  Other spaces do it when they run next.
 */
void flush_range(u32 pgdir, u32 gva, u64 len)
{
	u64 end = (u64)gva + len;

	if (end > LG_SWITCHER_ADDR)
		end = LG_SWITCHER_ADDR;
	if (end <= gva)
		return;
	pgdir &= cpu->pae ? ~0x1fu : ~0xfffu;
	for (u32 i = 0; i <= lg->have_spaces && i < LG_SPACES; i++) {	/* 0 runs before it is counted */
		struct lg_space *s = &lg->spaces[i];

		if (end <= cpu->kernel_address && s->pgdir != pgdir)
			continue;
		if (i == me.index)
			unmap(gva & ~0xfffu, end - (gva & ~0xfffu));
		else
			queue_inval(s, gva & ~0xfffu, (u32)(end - (gva & ~0xfffu)));
	}
}

/* What others asked of us while we were away. */
void obey_flushes(void)
{
	struct lg_space *s = my_space();

	u32 gen = lg->borrow_gen;

	if (s->fresh && s->base != lg->force_base)
		rebase(lg->force_base);	/* the last directory had low pages */
	s->fresh = 0;
	if (s->flush_all || s->borrow_gen != gen)
		flush_all_here();
	s->borrow_gen = gen;	/* after: the Launcher waits for it */
	if (s->flush_user)
		flush_user();
	for (u32 i = 0; i < s->ninvals && i < LG_INVALS; i++)
		unmap(s->invals[i].gva, s->invals[i].len);
	s->ninvals = 0;
}

/* H:460 Change this space's base: everything it maps is now somewhere else. */
void rebase(u32 base)
{
	flush_all_here();
	my_space()->base = base;
	record(LG_EV_REBASE, me.index, base, 0, 0);
	load_segments();
	update_switch();
}
