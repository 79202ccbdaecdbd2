/* A kernel that computes with interrupts on, and has a clock, is just busy. */
/* expect: status=124 stderr~"stopped after" never~"diagnosis" */
/* run: --timeout 0.5 */
#include "t.h"

static void tick(struct trap_frame *f)
{
	(void)f;
	hcall(LHCALL_SET_CLOCKEVENT, 10000000, 0, 0, 0);
}

int main(void)
{
	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 10000000, 0, 0, 0);
	for (;;)
		__asm__ volatile("pause");
}
