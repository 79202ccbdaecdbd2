/* A kernel that sleeps between ticks waits for nothing impossible. */
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
	hcall(LHCALL_SET_CLOCKEVENT, 10000000, 0, 0, 0);
	for (;;)
		halt();
}
