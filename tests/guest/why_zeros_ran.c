/* Zeros are executed up to the end of the page. */
/* expect: status=134 stderr~"diagnosis: the kernel ran through memory that holds zeros, up to 0x20000fff and off the end" */
#include "t.h"

static uint32_t t_cr2_at(void)
{
	return (uint32_t)&t_cr2;
}

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_map(T_PGDIR, T_FREE, t_page() | P | W);
	__asm__ volatile("mov %1, %%eax; jmp *%0" : : "r"(T_FREE), "r"(t_cr2_at()) : "eax");
	ok(0, "still alive");
	t_done();
}
