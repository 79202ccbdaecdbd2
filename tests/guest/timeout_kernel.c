/* A kernel that loops with interrupts off is stopped by --timeout, and lguest says so. */
/* expect: status=124 stderr~"timeout|timed out" stdout~"looping" */
/* run: --timeout 1 */
#include "t.h"

int main(void)
{
	t_init();
	irq_off();
	early_print("looping\n");
	for (;;)
		__asm__ volatile("pause");
}
