/* HALT for a clock event that is far off and will find no gate. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*for the clock, whose irq 0 cannot be delivered" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 32, 0, 0, 0);
	hcall(LHCALL_SET_CLOCKEVENT, 4000000000u, 0, 0, 0);
	halt();
	ok(0, "still alive");
	t_done();
}
