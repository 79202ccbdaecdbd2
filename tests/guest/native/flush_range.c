/* FLUSH_RANGE and SET_PTES announce many changes at once, in any directory. */
#include "t.h"

#define PAGES	600	/* also crosses a page table */
#define GVA	(T_FREE + 0x300000)

static uint32_t gpa;

static void map_all(uint32_t pgdir, uint32_t shift)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++)
		t_map(pgdir, GVA + i * 4096, (gpa + (i + shift) % PAGES * 4096) | P | W | U);
}

static void see_all(uint32_t shift, const char *what)
{
	uint32_t i, bad = 0;

	for (i = 0; i < PAGES; i++)
		bad += *(volatile uint32_t *)(GVA + i * 4096) != (i + shift) % PAGES;
	is(bad, 0, what);
}

static void set_all(uint32_t pgdir, uint32_t shift)
{
	struct lg_pte_update *update = va(t_pages(2, 1));
	uint32_t i;

	map_all(pgdir, shift);
	for (i = 0; i < PAGES; i++)
		update[i] = (struct lg_pte_update){ pgdir, GVA + i * 4096,
						    *t_pte(pgdir, GVA + i * 4096) };
	hcall(LHCALL_SET_PTES, pa(update), PAGES, 0, 0);
}

int main(void)
{
	uint32_t i, other;

	t_init();
	gpa = t_pages(PAGES, 1);
	for (i = 0; i < PAGES; i++)
		*(uint32_t *)va(gpa + i * 4096) = i;
	other = t_directory();
	map_all(T_PGDIR, 0);
	see_all(0, "all new");
	map_all(T_PGDIR, 1);
	hcall(LHCALL_FLUSH_RANGE, T_PGDIR, GVA, PAGES * 4096, 0);
	see_all(1, "FLUSH_RANGE of the current directory");
	map_all(other, 0);
	t_switch(other);
	see_all(0, "another directory");
	t_switch(T_PGDIR);
	map_all(other, 5);
	hcall(LHCALL_FLUSH_RANGE, other, GVA, PAGES * 4096, 0);
	see_all(1, "FLUSH_RANGE of another leaves the current one alone");
	t_switch(other);
	see_all(5, "and reaches the one it names");

	set_all(other, 7);
	see_all(7, "SET_PTES, current directory");
	set_all(T_PGDIR, 9);
	t_switch(T_PGDIR);
	see_all(9, "SET_PTES, another directory");
	t_map(T_PGDIR, GVA + 8192, 0);
	hcall(LHCALL_FLUSH_RANGE, T_PGDIR, GVA + 8195, 1, 0);
	t_peek(GVA + 8192);
	is(t_trap, 14, "one byte of a page is enough");
	hcall(LHCALL_FLUSH_RANGE, T_PGDIR, 0xfffff000, 0xffffffff, 0);
	hcall(LHCALL_FLUSH_RANGE, T_PGDIR, 0, 0, 0);
	ok(1, "nonsense ranges hurt nobody");
	t_done();
}
