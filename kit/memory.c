// SPDX-License-Identifier: MIT
/*
 * Pages and page directories.  A page has a count of users, so that several
 * directories can share it (at most 255); the counts lie behind the image.
 * Page tables belong to one directory each and are freed with it.
 */
#include "kit.h"

#define HALF  (KIT_BASE >> 22) /* first directory entry of the kernel */
#define TABLE (LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER | LG_PTE_ACCESSED | LG_PTE_DIRTY)

extern char kit_end[];

static uint8_t *users;		  /* of page n */
static uint32_t first, next, end; /* page numbers */

static void memory_init(void)
{
	users = (uint8_t *)kit_end;
	end = kit_ram / LG_PAGE_SIZE;
	first = next = (pa(kit_end) + end + LG_PAGE_SIZE - 1) / LG_PAGE_SIZE;
	if (first >= end)
		panic("out of memory");
	memset(users, 0, end);
}

/* The gpa of a zeroed page with one user; not before kit_init. */
uint32_t page_alloc(void)
{
	uint32_t n, tried;

	if (!users)
		memory_init();
	for (tried = 0; tried < end - first; tried++) {
		n = next;
		next = n + 1 < end ? n + 1 : first;
		if (!users[n]) {
			users[n] = 1;
			memset(va(n * LG_PAGE_SIZE), 0, LG_PAGE_SIZE);
			return n * LG_PAGE_SIZE;
		}
	}
	panic("out of memory");
}

/* One user more, or (by -1) one less; the number there are now. */
unsigned page_users(uint32_t gpa, int change)
{
	return users[gpa / LG_PAGE_SIZE] += (uint8_t)change;
}

/* The gpa of a directory that holds the kernel and no user page. */
uint32_t pgdir_alloc(void)
{
	uint32_t pgdir = page_alloc();

	memcpy((uint32_t *)va(pgdir) + HALF, kit_pgdir + HALF, (1024 - HALF) * sizeof(uint32_t));
	return pgdir;
}

/* The entry for gva; its table is made if there is none and `create`, else 0. */
uint32_t *pgdir_entry(uint32_t pgdir, uint32_t gva, int create)
{
	uint32_t *pde = (uint32_t *)va(pgdir) + (gva >> 22);

	if (!*pde && !create)
		return 0;
	if (!*pde)
		*pde = page_alloc() | TABLE;
	return (uint32_t *)va(*pde & -LG_PAGE_SIZE) + (gva >> 12 & 1023);
}

/* With all its user pages and tables.  Not the directory we run on. */
void pgdir_free(uint32_t pgdir)
{
	unsigned i, n;

	for (i = 0; i < HALF; i++) {
		uint32_t pde = ((uint32_t *)va(pgdir))[i], *table = va(pde & -LG_PAGE_SIZE);

		for (n = 0; pde && n < 1024; n++)
			if (table[n] & LG_PTE_PRESENT)
				page_users(table[n], -1);
		if (pde)
			page_users(pde, -1);
	}
	page_users(pgdir, -1);
#ifdef KIT_NATIVE
	hcall(LHCALL_DROP_PGTABLE, pgdir, 0, 0, 0);
#else
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
#endif
}
