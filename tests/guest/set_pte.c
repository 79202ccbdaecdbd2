/* A changed entry counts once SET_PTE told of it, in any directory; a new entry needs no call. */
#include "t.h"

#define GVA	(T_FREE + 0x5000)

static uint32_t page_with(uint32_t value)
{
	uint32_t gpa = t_page();

	*(uint32_t *)va(gpa) = value;
	return gpa;
}

static void set(uint32_t pgdir, uint32_t pte)
{
	t_map(pgdir, GVA, pte);
	hcall(LHCALL_SET_PTE, pgdir, GVA, pte, 0);
}

static void see(uint32_t value, const char *what)
{
	uint32_t seen = t_peek(GVA);

	is(t_trap, NONE, what);
	is(seen, value, "value");
}

int main(void)
{
	uint32_t one, two, other;

	t_init();
	one = page_with(1);
	two = page_with(2);
	other = t_directory();
	t_peek(GVA);
	is(t_trap, 14, "absent");
	t_map(T_PGDIR, GVA, one | P | W | U);
	see(1, "present without a call");
	set(T_PGDIR, two | P | W | U);
	see(2, "another page after SET_PTE");
	t_poke(GVA, 22);
	is(*(uint32_t *)va(two), 22, "a write goes to the new page");
	is(*(uint32_t *)va(one), 1, "and not to the old one");
	set(T_PGDIR, two | P | U);
	t_poke(GVA, 23);
	is(t_trap, 14, "read-only after SET_PTE");
	is(t_frame.error, PF_PRESENT | PF_WRITE, "error code");
	t_map(T_PGDIR, GVA, two | P | W | U);
	t_poke(GVA, 24);
	is(t_trap, NONE, "more permission needs no call");
	set(T_PGDIR, 0);
	t_peek(GVA);
	is(t_trap, 14, "gone after SET_PTE");

	t_map(other, GVA, one | P | W | U);
	t_switch(other);
	see(1, "in another directory");
	t_switch(T_PGDIR);
	set(other, two | P | W | U);
	t_peek(GVA);
	is(t_trap, 14, "that does not change the current one");
	t_switch(other);
	see(24, "changed while it was not current");
	t_map(other, GVA, one | P | W | U);
	hcall_async(LHCALL_SET_PTE, other, GVA, one | P | W | U, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	see(1, "changed through the ring");
	hcall(LHCALL_SET_PTE, t_page(), GVA, 0, 0);
	see(1, "SET_PTE for a directory never used changes nothing");
	t_done();
}
