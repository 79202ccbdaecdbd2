/* HALT for an interrupt that is blocked. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*irq 0 \(the clock\) is pending and blocked: bit 0 of lguest_data.blocked_interrupts" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	RD(lguest_data.blocked_interrupts) = 1;
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	halt();
	ok(0, "still alive");
	t_done();
}
