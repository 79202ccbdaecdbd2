/* The page of the stack was changed in the tables, and nobody was told. */
/* expect: status=134 stderr~"diagnosis: the kernel went on with an old translation of the page at 0x20000000 \(esp\): it was mapped to physical 0x.*the page tables now say gpa 0x.*SET_PTE" */
#include "t.h"

static uint32_t gpa;

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 6, 0, 0, 0);
	gpa = t_pages(2, 1);
	t_map(T_PGDIR, T_FREE, gpa | P | W);
	RD(*(uint32_t *)T_FREE) = 1;
	t_map(T_PGDIR, T_FREE, (gpa + LG_PAGE_SIZE) | P | W);
	__asm__ volatile("mov %0, %%esp; push $1; ud2" : : "r"(T_FREE + 0x800));
	ok(0, "still alive");
	t_done();
}
