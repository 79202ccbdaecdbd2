/* A recursion without end runs off its stack. */
/* expect: status=134 stderr~"diagnosis: the kernel stack overflowed: 0x2000[0-9a-f]+ is below its last page, 0x20001000, at 0xc04[0-9a-f]+ recurse" */
#include "t.h"

KERNEL(recurse, "call recurse; ret");

int main(void)
{
	t_init();
	t_map(T_PGDIR, T_FREE + LG_PAGE_SIZE, t_page() | P | W);
	__asm__ volatile("mov %0, %%esp; call recurse" : : "r"(T_FREE + 2 * LG_PAGE_SIZE));
	ok(0, "still alive");
	t_done();
}
