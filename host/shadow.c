/* SPDX-License-Identifier: MIT */
/*
 * H:400 Shadow paging.  The low 4 GiB of a space are our shadow page table and
 * the host's kernel keeps it: to map is to mmap a piece of guest RAM, to
 * invalidate is to munmap.  So like a TLB it may hold less than the guest's
 * tables say, never more than they said when the guest last told us.
 */
#include <sys/mman.h>

#include "host/space.h"
#include "host/sys.h"

#define PDE_ALLOWED	(LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER | LG_PTE_ACCESSED | \
			 LG_PTE_DIRTY | LG_PTE_LARGE | LG_PTE_GLOBAL)
#define PTE_FORBIDDEN	(LG_PTE_LARGE | 0x08u)	/* PAT and write-through, as lguest had it */
#define LARGE_PAGES	1024u			/* pages in a 4 MB page */
#define MAX_RUN		32768u			/* pages mapped by one mmap, each way */
#define POPULATE_PAGES	16u			/* runs up to this are filled in at once */
#define VMA_BUDGET	30000u			/* of the host's 65,530 */
#define PROT_ALL	(PROT_READ | PROT_EXEC)

/* --- Guest-physical memory ------------------------------------------------- */

static const void *borrowed_at(u32 pfn)
{
	for (u32 i = 0; i < lg->nborrows && i < LG_BORROWS; i++) {
		const struct lg_borrow *b = &lg->borrows[i];
		u32 first = b->gpa / LG_PAGE_SIZE;

		if (pfn >= first && pfn - first < b->pages)
			return (const void *)(b->addr + (u64)(pfn - first) * LG_PAGE_SIZE);
	}
	return NULL;
}

/*
 * H:410 Make a borrowed page the guest's own.  The Launcher may be doing the
 * same for a device: whoever gets the state to COPYING copies, the other
 * waits.  Then every space has stale mappings; borrow_gen tells them.
 */
void own_page(u32 pfn)
{
	u8 state = LG_PAGE_BORROWED;
	const void *from = borrowed_at(pfn);

	if (!from)
		return;
	if (!atomic_compare_exchange_strong(&lg->page_state[pfn], &state, LG_PAGE_COPYING)) {
		while (lg->page_state[pfn] == LG_PAGE_COPYING)
			asm volatile("pause");
		return;
	}
	memcpy((void *)(LG_RAM_ADDR + (u64)pfn * LG_PAGE_SIZE), from, LG_PAGE_SIZE);
	lg->page_state[pfn] = LG_PAGE_OWN;
	atomic_fetch_add(&lg->borrow_gen, 1);
}

/* Writing one page usually means writing its neighbours: go by 64 KiB. */
static void own_around(u32 pfn)
{
	u32 first = pfn & ~15u;

	own_page(pfn);
	for (u32 i = first; i < first + 16 && i < lg->ram_pages; i++)
		if (lg->page_state[i] == LG_PAGE_BORROWED)
			own_page(i);
}

/* The page of a gpa, at the right offset; NULL outside RAM and device pages. */
void *guest_page(u64 gpa, bool write)
{
	u32 pfn = (u32)(gpa / LG_PAGE_SIZE);

	if (gpa >= (u64)lg->pages * LG_PAGE_SIZE)
		return NULL;
	if (lg->page_state[pfn] != LG_PAGE_OWN) {
		const u8 *from = borrowed_at(pfn);

		if (!write && from && lg->page_state[pfn] == LG_PAGE_BORROWED)
			return (void *)(from + gpa % LG_PAGE_SIZE);
		own_page(pfn);
	}
	return (void *)(LG_RAM_ADDR + gpa);
}

void *guest_range(u64 gpa, u64 len)
{
	if (!len || gpa + len < gpa || gpa + len > (u64)lg->pages * LG_PAGE_SIZE)
		return NULL;
	for (u64 p = gpa / LG_PAGE_SIZE; p <= (gpa + len - 1) / LG_PAGE_SIZE; p++)
		own_page((u32)p);
	return (void *)(LG_RAM_ADDR + gpa);
}

bool copy_from_guest(void *to, u64 gpa, u32 len)
{
	u8 *p = to;

	while (len) {
		u32 n = (u32)(LG_PAGE_SIZE - gpa % LG_PAGE_SIZE);
		const void *from = guest_page(gpa, false);

		if (!from)
			return false;
		if (n > len)
			n = len;
		memcpy(p, from, n);
		p += n;
		gpa += n;
		len -= n;
	}
	return true;
}

/* --- The guest's page tables ------------------------------------------------ */

static u32 read_entry(u32 gpa)
{
	const volatile u32 *p = guest_page(gpa, false);

	return p ? *p : 0;
}

static void set_entry_bits(u32 gpa, u32 bits)
{
	volatile u32 *p = guest_page(gpa, true);

	if (p && (*p & bits) != bits)
		*p |= bits;
}

/* H:420 Walk; true if both levels are present.  Permissions are not looked at. */
bool walk_tables(u32 pgdir, u32 gva, struct walk *w)
{
	*w = (struct walk){ .pde_gpa = pgdir + (gva >> 22) * 4 };
	w->pde = read_entry(w->pde_gpa);
	if (!(w->pde & LG_PTE_PRESENT))
		return false;
	if (w->pde & LG_PTE_LARGE) {
		w->gpa = (w->pde & 0xffc00000u) | (gva & 0x3ff000u);
		w->flags = w->pde & 0xfff & ~LG_PTE_LARGE;
		w->pte = w->gpa | w->flags;
		return true;
	}
	w->pte_gpa = (w->pde & ~0xfffu) + (gva >> 12 & 1023) * 4;
	w->pte = read_entry(w->pte_gpa);
	if (!(w->pte & LG_PTE_PRESENT))
		return false;
	w->gpa = w->pte & ~0xfffu;
	w->flags = (w->pte & 0xfff & ~(LG_PTE_WRITE | LG_PTE_USER)) |
		   (w->pte & w->pde & (LG_PTE_WRITE | LG_PTE_USER));
	return true;
}

static bool linear_walk(u32 gva, struct walk *w)
{
	*w = (struct walk){ .gpa = gva & ~0xfffu, .flags = 0x63 };
	return gva / LG_PAGE_SIZE < lg->pages;
}

static bool walk(u32 gva, struct walk *w)
{
	return cpu->linear ? linear_walk(gva, w) : walk_tables(cpu->pgdir, gva, w);
}

static bool entries_ok(const struct walk *w)
{
	if (cpu->linear)
		return true;
	if ((w->pde & LG_PTE_PRESENT && w->pde & 0xfff & ~PDE_ALLOWED) || (w->pde & LG_PTE_PRESENT && w->pde / LG_PAGE_SIZE >= lg->pages)) {
		kill_guest("bad page directory entry %#x at %#x", w->pde, w->pde_gpa);
		return false;
	}
	if (!(w->flags & LG_PTE_PRESENT))
		return false;
	if ((w->pte_gpa && w->pte & PTE_FORBIDDEN) || w->gpa / LG_PAGE_SIZE >= lg->pages) {
		kill_guest("bad page table entry %#x at %#x", w->pte, w->pte_gpa);
		return false;
	}
	return true;
}

/* --- Mapping ------------------------------------------------------------------ */

static void flush_all_here(void);

struct run {
	u32 gva, pages;
	u32 gpa;
	bool writable, user;
	u8 state;			/* enum lg_page_state of every page */
};

static bool writable(const struct walk *w)
{
	return (w->flags & (LG_PTE_WRITE | LG_PTE_DIRTY)) == (LG_PTE_WRITE | LG_PTE_DIRTY);
}

/* May this page be mapped by the same mmap as its neighbour? */
static bool joins(const struct run *r, u32 gva, u32 gpa)
{
	struct walk w;

	return !is_mapped(gva) && walk(gva, &w) && w.gpa == gpa && w.flags & LG_PTE_ACCESSED &&
	       writable(&w) == r->writable && !(my_space()->base && r->user && !r->writable) && !!(w.flags & LG_PTE_USER) == r->user &&
	       gpa / LG_PAGE_SIZE < lg->pages &&
	       lg->page_state[gpa / LG_PAGE_SIZE] == r->state;
}

/*
 * H:430 Grow the run over neighbours that are contiguous in both address
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

/* A borrowed run must stay inside one file; give its descriptor and offset. */
static int file_of(struct run *r, u64 *offset)
{
	u32 pfn = r->gpa / LG_PAGE_SIZE;

	*offset = r->gpa;
	if (r->state == LG_PAGE_OWN)
		return LG_FD_RAM;
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

	if (r->writable && r->state == LG_PAGE_OWN)
		prot |= PROT_WRITE;
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
	memcpy(at, from, LG_PAGE_SIZE);
	remove_patches(at);
	sys3(__NR_mprotect, at, LG_PAGE_SIZE, PROT_ALL);
	note_mapped(r->gva, 1);
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
	bool found;

	if (gva >= 0u - LG_RESERVE_MEM)
		return false;
	found = walk(gva, &w);
	if (!entries_ok(&w) || !found || !permitted(&w, access))
		return false;
	if (access & ACCESS_USER && gva >= cpu->kernel_address)
		return false;
	if (access & ACCESS_WRITE) {
		bits |= LG_PTE_DIRTY;
		if (lg->page_state[w.gpa / LG_PAGE_SIZE] != LG_PAGE_OWN) {
			own_around(w.gpa / LG_PAGE_SIZE);
			obey_flushes();
		}
	}
	if (!cpu->linear) {
		set_entry_bits(w.pde_gpa, w.pte_gpa ? LG_PTE_ACCESSED : bits);
		if (w.pte_gpa)
			set_entry_bits(w.pte_gpa, bits);
	}
	w.flags |= bits;
	if (s->base == 0 && gva < lg->mmap_min)
		rebase(LG_BASE_SHIFT);
	if (!(w.flags & LG_PTE_USER) && gva < cpu->kernel_address && !cpu->linear)
		me.low_super = true, cpu->sw.iret_slow = 1;
	r = (struct run){ gva & ~0xfffu, 1, w.gpa, writable(&w), !!(w.flags & LG_PTE_USER),
			  lg->page_state[w.gpa / LG_PAGE_SIZE] };
	if (s->base && r.user && !r.writable && map_unpatched(&r))
		return true;
	grow(&r);
	map_run(&r);
	return true;
}

/* --- Reading and writing the guest's virtual memory --------------------------- */

bool read_virtual(u32 gva, void *to, u32 len)
{
	u8 *p = to;

	for (; len; len--, gva++, p++) {
		struct walk w;
		const u8 *from;

		if (!walk(gva, &w))
			return false;
		from = guest_page(w.gpa | (gva & 0xfff), false);
		if (!from)
			return false;
		*p = *from;
	}
	return true;
}

/* As the guest kernel would write a word: with A and D set.  gva: any. */
bool write_virtual(u32 gva, u32 value)
{
	for (u32 i = 0; i < 4; i++) {
		struct walk w;
		u8 *to;

		if (!walk(gva + i, &w) || !(w.flags & LG_PTE_WRITE))
			return false;
		to = guest_page(w.gpa | ((gva + i) & 0xfff), true);
		if (!to)
			return false;
		if (!cpu->linear)
			set_entry_bits(w.pte_gpa ? w.pte_gpa : w.pde_gpa,
				       LG_PTE_ACCESSED | LG_PTE_DIRTY);
		if ((gva + i) % 4 == 0 && i == 0) {
			*(volatile u32 *)to = value;
			return true;
		}
		*to = (u8)(value >> (8 * i));
	}
	return true;
}

/* --- Invalidating --------------------------------------------------------------- */

static void unmap(u32 gva, u64 len)
{
	u64 start = (u64)gva + my_space()->base;
	u64 end = start + len;

	if (end > LG_SWITCHER_ADDR)
		end = LG_SWITCHER_ADDR;
	if (end <= start || !note_unmapped(gva, len))
		return;
	sys2(__NR_munmap, start, end - start);
	record(LG_EV_FLUSH, gva, (u32)len, 0, 0);
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

	unmap(0, LG_SWITCHER_ADDR);
	s->vmas = 0;
	s->flush_all = s->flush_user = s->ninvals = 0;
	me.low_super = false;
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
 * every space; below, the one that realises pgdir, if any.  Other spaces do it
 * when they run next.
 */
void flush_range(u32 pgdir, u32 gva, u64 len)
{
	u64 end = (u64)gva + len;

	if (end > 0x100000000u)
		end = 0x100000000u;
	if (end <= gva)
		return;
	pgdir &= ~0xfffu;
	for (u32 i = 0; i < LG_SPACES && i < lg->have_spaces; i++) {
		struct lg_space *s = &lg->spaces[i];

		if (s->pgdir == PGDIR_NONE || (end <= cpu->kernel_address && s->pgdir != pgdir))
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

	if (s->borrow_gen != lg->borrow_gen) {
		s->borrow_gen = lg->borrow_gen;
		s->flush_all = 1;
	}
	if (s->flush_all)
		flush_all_here();
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

/* --- Which space? ------------------------------------------------------------------ */

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
 * H:470 Which space runs this page directory?
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
