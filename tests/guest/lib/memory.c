// SPDX-License-Identifier: MIT
/*
 * Pages and page tables for the tests.  Nothing here makes a hypercall but
 * t_switch: telling the Host is what the tests are about.
 */
#include "t.h"

extern char user_text_end[], user_data_end[], kit_end[], free_gpa[];

static uint32_t next_gpa;

uint32_t t_pages(unsigned n, unsigned align_pages)
{
	uint32_t align = align_pages * LG_PAGE_SIZE;
	uint32_t gpa = (next_gpa + align - 1) / align * align;

	next_gpa = gpa + n * LG_PAGE_SIZE;
	if (next_gpa > kit_ram)
		panic("test needs more memory");
	memset(va(gpa), 0, n * LG_PAGE_SIZE);
	return gpa;
}

uint32_t t_page(void)
{
	return t_pages(1, 1);
}

uint32_t *t_pte(uint32_t pgdir, uint32_t gva)
{
	uint32_t *pde = (uint32_t *)va(pgdir) + (gva >> 22);

	if (!(*pde & P))
		*pde = t_page() | P | W | U;
	return (uint32_t *)va(*pde & -LG_PAGE_SIZE) + (gva >> 12 & 1023);
}

void t_map(uint32_t pgdir, uint32_t gva, uint32_t pte)
{
	*t_pte(pgdir, gva) = pte;
}

static void map_range(uint32_t gva, uint32_t gpa, uint32_t size)
{
	uint32_t off;

	for (off = 0; off < size; off += LG_PAGE_SIZE)
		t_map(T_PGDIR, gva + off, (gpa + off) | P | W | U);
}

/* The kernel half, and the user code; the test's own range is empty. */
uint32_t t_directory(void)
{
	uint32_t pgdir = t_page();
	uint32_t *pde = va(pgdir);
	unsigned i;

	for (i = KIT_BASE >> 22; i < 1024; i++)
		pde[i] = kit_pgdir[i];
	pde[T_USER >> 22] = kit_pgdir[T_USER >> 22];
	return pgdir;
}

void t_switch(uint32_t pgdir)
{
	hcall(LHCALL_NEW_PGTABLE, pgdir, 0, 0, 0);
}

void t_memory_init(void)
{
	uint32_t text = pa(kit_end);
	/* (Ends, not sizes: for the compiler no symbol's address is 0.) */
	uint32_t text_size = (uint32_t)user_text_end - T_USER;

	next_gpa = (uint32_t)free_gpa;
	map_range(T_USER, text, text_size);
	map_range(T_USER_DATA, text + text_size, (uint32_t)user_data_end - T_USER_DATA);
	map_range(T_STACK, t_page(), LG_PAGE_SIZE);
	/* The kernel half must be the same everywhere: its tables exist now. */
	t_pte(T_PGDIR, T_KERNEL_FREE);
	t_pte(T_PGDIR, T_FREE);
}
