/* FLUSH_TLB(0) forgets the user half of the current directory, (1) everything everywhere. */
#include "t.h"

#define USER_GVA	(T_FREE + 0x1000)
#define KERNEL_GVA	(T_KERNEL_FREE + 0x1000)

static uint32_t page_with(uint32_t value)
{
	uint32_t gpa = t_page();

	*(uint32_t *)va(gpa) = value;
	return gpa;
}

int main(void)
{
	uint32_t one, two, other;

	t_init();
	one = page_with(1);
	two = page_with(2);
	other = t_directory();
	t_map(T_PGDIR, USER_GVA, one | P | W | U);
	t_map(other, USER_GVA, one | P | W | U);
	t_map(T_PGDIR, KERNEL_GVA, one | P | W);
	is(t_peek(USER_GVA), 1, "user page");
	is(t_peek(KERNEL_GVA), 1, "kernel page");
	t_switch(other);
	is(t_peek(USER_GVA), 1, "user page in another directory");
	is(t_peek(KERNEL_GVA), 1, "kernel page in another directory");

	t_map(other, USER_GVA, two | P | W | U);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	is(t_peek(USER_GVA), 2, "FLUSH_TLB(0): the new page");
	t_map(other, USER_GVA, 0);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	t_peek(USER_GVA);
	is(t_trap, 14, "FLUSH_TLB(0): gone");

	t_map(T_PGDIR, USER_GVA, two | P | W | U);
	t_map(T_PGDIR, KERNEL_GVA, two | P | W);
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
	is(t_peek(KERNEL_GVA), 2, "FLUSH_TLB(1): the kernel half");
	t_switch(T_PGDIR);
	is(t_peek(KERNEL_GVA), 2, "and in the other directory");
	is(t_peek(USER_GVA), 2, "and its user half");
	t_map(T_PGDIR, USER_GVA, 0);
	hcall_async(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	t_peek(USER_GVA);
	is(t_trap, 14, "FLUSH_TLB(0) through the ring");
	t_done();
}
