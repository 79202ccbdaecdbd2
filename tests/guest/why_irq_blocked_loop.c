/* A loop with interrupts on for an interrupt that is blocked. */
/* expect: status=124 stderr~"diagnosis: the kernel loops, waiting with interrupts on, at 0xc04[0-9a-f]+ main.*irq 0 \(the clock\) is pending and blocked" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	RD(lguest_data.blocked_interrupts) = 1;
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	for (;;)
		__asm__ volatile("pause");
}
