// SPDX-License-Identifier: MIT
/*
 * Chapter 6: page tables of our own.  They are the i386's.  lguest learns of
 * a directory by NEW_PGTABLE, and of an entry that is changed or removed by
 * SET_PTE; an entry that was empty may be filled in without a word.
 */
#include "kit.h"

#define RW     (LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_ACCESSED | LG_PTE_DIRTY)
#define WINDOW 0x10000000u /* a gva where nothing is */

extern char kit_data_end[];

#if MISTAKE == 1
/* Maps our image page by page, up to the end of the data: what can be behind? */
static void tidy(uint32_t pgdir)
{
	uint32_t table = page_alloc(), gpa;

	for (gpa = KIT_PHYS; gpa < pa(kit_data_end); gpa += LG_PAGE_SIZE)
		((uint32_t *)va(table))[gpa >> 12 & 1023] = gpa | RW;
	((uint32_t *)va(pgdir))[(KIT_BASE + KIT_PHYS) >> 22] = table | RW;
}
#endif

/* A directory in which nothing is but the kernel: the same in all of them. */
static uint32_t directory_alloc(void)
{
	uint32_t pgdir = page_alloc();
	unsigned first = KIT_BASE >> 22;

	memcpy((uint32_t *)va(pgdir) + first, kit_pgdir + first, (1024 - first) * sizeof(uint32_t));
#if MISTAKE == 1
	tidy(pgdir);
#endif
	return pgdir;
}

/* Where the entry for gva is; its table is made when there is none. */
static uint32_t *entry(uint32_t pgdir, uint32_t gva)
{
	uint32_t *pde = (uint32_t *)va(pgdir) + (gva >> 22);

	if (!(*pde & LG_PTE_PRESENT))
		*pde = page_alloc() | RW;
	return (uint32_t *)va(*pde & -LG_PAGE_SIZE) + (gva >> 12 & 1023);
}

/* gva shows page gpa from now on, whatever it showed before. */
static void map(uint32_t pgdir, uint32_t gva, uint32_t gpa)
{
	uint32_t *pte = entry(pgdir, gva);
	uint32_t old = *pte;

#if MISTAKE == 2
	*pte = (uint32_t)va(gpa) | RW; /* where we see it, not where it is */
#else
	*pte = gpa | RW;
#endif
#if MISTAKE != 4
	if (old & LG_PTE_PRESENT)
		hcall(LHCALL_SET_PTE, pgdir, gva, *pte, 0);
#endif
	(void)old;
}

int main(void)
{
	volatile uint32_t *window = (uint32_t *)WINDOW;
	uint32_t pgdir, one, two;
	void (*next_step)(void) = 0;

	kit_init();
	console_init(0);
	one = page_alloc();
	two = page_alloc();
	*(uint32_t *)va(one) = 1;
	*(uint32_t *)va(two) = 2;

	pgdir = directory_alloc();
	map(pgdir, WINDOW, one);
	hcall(LHCALL_NEW_PGTABLE, pgdir, 0, 0, 0);
	print("on directory 0x%08x: the window shows page %u\n", pgdir, *window);
#if MISTAKE == 3
	next_step();
#endif
	(void)next_step;
	map(pgdir, WINDOW, two);
	print("the window shows page %u\n", *window);
	if (*window != 2)
		panic("the window shows a page that I have taken out");
	power_off();
}
