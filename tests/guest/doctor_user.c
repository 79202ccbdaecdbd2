/* --doctor: user mode may reach a page of the kernel half, a page table, lguest_data; but not before there is a user. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: user mode may write to a page of the kernel half: the entry of 0xe0000000 is 0x[0-9a-f]+7 .*user mode may write to a page table: the entry of 0x20000000 is.*user mode may read struct lguest_data: the entry of 0x20001000 is.*doctor: 3 findings" never~"0xe0400000" */
#include "t.h"

USER(stop, "int3");
USER(look, "mov 0x20000000, %eax; mov 0x20001000, %eax; int3");

int main(void)
{
	uint32_t gpa;

	t_init();
	gpa = t_page();
	t_map(T_PGDIR, T_KERNEL_FREE + 0x400000, gpa | P | W | U);
	RD(*(uint32_t *)(T_KERNEL_FREE + 0x400000));
	*t_pte(T_PGDIR, T_KERNEL_FREE + 0x400000) = gpa | P | W;
	hcall(LHCALL_SET_PTE, T_PGDIR, T_KERNEL_FREE + 0x400000, gpa | P | W, 0);
	t_map(T_PGDIR, T_KERNEL_FREE, gpa | P | W | U);
	RD(*(uint32_t *)T_KERNEL_FREE);
	is(t_user(stop), 3, "a user");
	t_map(T_PGDIR, T_FREE, (((uint32_t *)va(T_PGDIR))[T_FREE >> 22] & ~0xfffu) | P | W | U);
	t_map(T_PGDIR, T_FREE, (((uint32_t *)va(T_PGDIR))[T_FREE >> 22] & ~0xfffu) | P | W | U);
	t_map(T_PGDIR, T_FREE + 4096, (pa(&lguest_data) & ~0xfffu) | P | U);
	is(t_user(look), 3, "it looks");
	t_done();
}
