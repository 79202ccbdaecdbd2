/* IRET with esp where no memory is kills. */
/* expect: status=134 stderr~"IRET with a bad stack 0x20000000" */
#include "t.h"

int main(void)
{
	t_init();
	__asm__ volatile("mov %0, %%esp; jmp hypercall_page + 32 * 32" : : "r"(T_FREE));
	ok(0, "still alive");
	t_done();
}
