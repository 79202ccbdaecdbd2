/* An interrupt comes while esp leads nowhere. */
/* expect: status=134 stderr~"diagnosis: irq 0 \(the clock\) interrupted the kernel at 0xc04[0-9a-f]+ main.*frame cannot be pushed at 0x2000" */
#include "t.h"

int main(void)
{
	t_init();
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	__asm__ volatile("mov %0, %%esp; 1: jmp 1b" : : "r"(T_FREE + 0x1000));
	ok(0, "still alive");
	t_done();
}
