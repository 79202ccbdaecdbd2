/* A loop with interrupts off waits for a tick. */
/* expect: status=124 stderr~"diagnosis: the kernel loops at 0xc04[0-9a-f]+ main.*interrupts off.*pending are irq 0 \(the clock\)" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	irq_off();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	for (;;)
		__asm__ volatile("pause");
}
