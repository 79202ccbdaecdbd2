/* A page table entry with a virtual address. */
/* expect: status=134 stderr~"diagnosis: entry 0 of the page table at physical 0x[0-9a-f]+, for 0x20000000, is 0xc0[0-9a-f]+; it was needed at 0xc04.*a virtual address, and entries hold physical ones.*subtract.*: 0x00" */
#include "t.h"

int main(void)
{
	t_init();
	t_map(T_PGDIR, T_FREE, (uint32_t)va(t_page()) | P | W);
	RD(*(uint32_t *)T_FREE);
	ok(0, "still alive");
	t_done();
}
