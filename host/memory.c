/* SPDX-License-Identifier: MIT */
/*
 * H:400 The guest's memory as the Host sees it: guest-physical pages, which may
 * still be borrowed from a file, and virtual addresses through the guest's own
 * tables.  Everything is reached through the window at LG_RAM_ADDR; the
 * addresses the guest itself uses are shadow.c's.
 */
#include "host/space.h"

#define LG_PTE_NX_HIGH	0x80000000u	/* of a PAE entry's high word: ignored */
#define PDPTE_RESERVED	0x1e6u		/* must be 0, in the entries of the first level */

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
void own_around(u32 pfn)
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

void set_entry_bits(u32 gpa, u32 bits)
{
	volatile u32 *p = guest_page(gpa, true);

	if (p && (*p & bits) != bits)
		*p |= bits;
}

/* A PAE entry: its low word, and whether its frame is one we could have. */
static u32 read_long_entry(u32 gpa, bool *beyond)
{
	u32 hi = read_entry(gpa + 4);

	*beyond = hi & ~LG_PTE_NX_HIGH;
	return read_entry(gpa);
}

static u32 both_levels(u32 pde, u32 pte)
{
	return (pte & 0xfff & ~(LG_PTE_WRITE | LG_PTE_USER)) |
	       (pte & pde & (LG_PTE_WRITE | LG_PTE_USER));
}

/*
 * H:425 Three levels, entries of 64 bits.  What cannot be ours is given a frame
 * that is not ours either, so that those who check frames find it.
 */
static bool walk_pae(u32 pgdir, u32 gva, struct walk *w)
{
	bool beyond;

	*w = (struct walk){ .top_gpa = (pgdir & ~0x1fu) + (gva >> 30) * 8 };
	w->top = read_long_entry(w->top_gpa, &beyond);
	if (!(w->top & LG_PTE_PRESENT))
		return false;
	if (beyond || w->top & PDPTE_RESERVED || w->top / LG_PAGE_SIZE >= lg->pages) {
		w->bad_top = true;
		return false;
	}
	w->pde_gpa = (w->top & ~0xfffu) + (gva >> 21 & 511) * 8;
	w->pde = read_long_entry(w->pde_gpa, &beyond);
	if (beyond)
		w->pde |= ~0xfffu;
	if (!(w->pde & LG_PTE_PRESENT))
		return false;
	if (w->pde & LG_PTE_LARGE) {
		w->gpa = (w->pde & 0xffe00000u) | (gva & 0x1ff000u);
		w->flags = w->pde & 0xfff & ~LG_PTE_LARGE;
		w->pte = w->gpa | w->flags;
		return true;
	}
	w->pte_gpa = (w->pde & ~0xfffu) + (gva >> 12 & 511) * 8;
	w->pte = read_long_entry(w->pte_gpa, &beyond);
	if (beyond)
		w->pte |= ~0xfffu;
	if (!(w->pte & LG_PTE_PRESENT))
		return false;
	w->gpa = w->pte & ~0xfffu;
	w->flags = both_levels(w->pde, w->pte);
	return true;
}

/*
 * H:427 The first directory a kernel gives us shows whether it has three levels:
 * then it is four long entries, without the bits that every other entry has.
 * (A directory of two levels whose first eight entries look like that would
 * map nothing writable below 32 MB.)  --abi ...,pae says it, too.
 */
void choose_levels(u32 pgdir)
{
	u32 present = 0;

	if (cpu->levels_known)
		return;
	cpu->levels_known = 1;
	cpu->pae = lg->pae || pgdir & 0xfe0;
	for (u32 i = 0; i < 4 && !cpu->pae; i++) {
		u32 lo = read_entry(pgdir + i * 8), hi = read_entry(pgdir + i * 8 + 4);

		if (!(lo & LG_PTE_PRESENT) && !lo && !hi)
			continue;
		if (!(lo & LG_PTE_PRESENT) || hi || lo & PDPTE_RESERVED ||
		    lo / LG_PAGE_SIZE >= lg->pages)
			return;
		present++;
	}
	if (present)
		cpu->pae = 1;
}

/* H:420 Walk; true if all levels are present.  Permissions are not looked at. */
bool walk_tables(u32 pgdir, u32 gva, struct walk *w)
{
	if (cpu->pae)
		return walk_pae(pgdir, gva, w);
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
	w->flags = both_levels(w->pde, w->pte);
	return true;
}

static bool linear_walk(u32 gva, struct walk *w)
{
	*w = (struct walk){ .gpa = gva & ~0xfffu, .flags = 0x63 };
	return gva / LG_PAGE_SIZE < lg->pages;
}

/* As the CPU would walk now: linear mode has no tables. */
bool walk(u32 gva, struct walk *w)
{
	return cpu->linear ? linear_walk(gva, w) : walk_tables(cpu->pgdir, gva, w);
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

/* Where the guest kernel would write, with A and D set; NULL: it may not. */
static void *write_at(u32 gva)
{
	struct walk w;
	void *to;

	if (!walk(gva, &w) || !(w.flags & LG_PTE_WRITE))
		return NULL;
	to = guest_page(w.gpa | (gva & 0xfff), true);
	if (to && !cpu->linear)
		set_entry_bits(w.pte_gpa ? w.pte_gpa : w.pde_gpa,
			       LG_PTE_ACCESSED | LG_PTE_DIRTY);
	return to;
}

/* Write n words to any gva; usually all are in one page. */
bool write_virtual(u32 gva, const u32 *words, u32 n)
{
	const u8 *from = (const u8 *)words;
	u8 *to;

	if (gva % 4 == 0 && gva % LG_PAGE_SIZE <= LG_PAGE_SIZE - 4 * n) {
		volatile u32 *at = write_at(gva);

		for (u32 i = 0; at && i < n; i++)
			at[i] = words[i];
		return at != NULL;
	}
	for (u32 i = 0; i < 4 * n; i++) {
		to = write_at(gva + i);
		if (!to)
			return false;
		*to = from[i];
	}
	return true;
}
