/* SET_PGD: a directory entry replaced or removed takes its 4 MB of mappings along. */
#include "t.h"

#define GVA	(T_FREE + 0x3000)

static uint32_t table_with(uint32_t value)
{
	uint32_t table = t_page(), gpa = t_page();

	*(uint32_t *)va(gpa) = value;
	((uint32_t *)va(table))[3] = gpa | P | W | U;
	return table;
}

static void set(uint32_t pgdir, uint32_t entry)
{
	((uint32_t *)va(pgdir))[T_FREE >> 22] = entry;
	hcall(LHCALL_SET_PGD, pgdir, T_FREE >> 22, 0, 0);
}

int main(void)
{
	uint32_t one, two, other;

	t_init();
	one = table_with(1);
	two = table_with(2);
	other = t_directory();
	set(T_PGDIR, one | P | W | U);
	is(t_peek(GVA), 1, "the first table");
	set(T_PGDIR, two | P | W | U);
	is(t_peek(GVA), 2, "the second");
	set(T_PGDIR, two | P | U);
	t_poke(GVA, 3);
	is(t_trap, 14, "read-only by the directory entry");
	is(t_frame.error, PF_PRESENT | PF_WRITE, "error code");
	set(T_PGDIR, 0);
	t_peek(GVA);
	is(t_trap, 14, "removed");
	is(t_frame.error, 0, "error code");

	set(other, one | P | W | U);
	t_switch(other);
	is(t_peek(GVA), 1, "another directory");
	t_switch(T_PGDIR);
	set(other, two | P | W | U);
	t_switch(other);
	is(t_peek(GVA), 2, "changed while it was not current");
	t_done();
}
