/* The guest's own entries in the top 4 MB mean nothing: touching them is a page fault. */
#include "t.h"

int main(void)
{
	t_init();
	is(lguest_data.reserve_mem, 0x400000, "reserve_mem");
	kit_pgdir[1023] = t_pages(1024, 1024) | P | W | LARGE;
	t_peek(0xffc00000);
	is(t_trap, 14, "the first word");
	is(t_cr2, 0xffc00000, "cr2");
	t_poke(0xfffff000, 1);
	is(t_trap, 14, "the last page");
	is(t_cr2, 0xfffff000, "cr2");
	t_done();
}
