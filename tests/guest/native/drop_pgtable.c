/* After DROP_PGTABLE a directory's page can be a new directory: nothing old is seen. */
#include "t.h"

#define GVA	(T_FREE + 0x7000)

int main(void)
{
	uint32_t pgdir = 0, table, i, gpa, old = 0, bad = 0, stale = 0;

	t_init();
	pgdir = t_directory();
	table = t_page();
	for (i = 1; i <= 200; i++) {
		gpa = t_page();
		*(uint32_t *)va(gpa) = i;
		memset(va(table), 0, LG_PAGE_SIZE);
		((uint32_t *)va(pgdir))[T_FREE >> 22] = table | P | W | U;
		((uint32_t *)va(table))[7 + i % 2] = gpa | P | W | U;
		t_switch(pgdir);
		bad += *(volatile uint32_t *)(GVA + i % 2 * 4096) != i;
		t_peek(GVA + (i + 1) % 2 * 4096);
		stale += t_trap != 14;
		t_switch(T_PGDIR);
		hcall(LHCALL_DROP_PGTABLE, pgdir, 0, 0, 0);
		old = gpa;
	}
	is(bad, 0, "each new life sees its own page");
	is(stale, 0, "and nothing of the one before");
	is(*(uint32_t *)va(old), 200, "pages are left as they were");
	hcall(LHCALL_DROP_PGTABLE, t_page(), 0, 0, 0);
	ok(1, "dropping what never was a directory is harmless");
	t_done();
}
