/* A loop with interrupts on, and nothing that could interrupt. */
/* expect: status=124 stderr~"diagnosis: the kernel loops, waiting with interrupts on, at 0xc04[0-9a-f]+ main.*for ever: no clock event is armed" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	irq_on();
	for (;;)
		__asm__ volatile("pause");
}
