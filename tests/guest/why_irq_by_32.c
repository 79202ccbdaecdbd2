/* The handler of irq 0 is loaded at vector 64. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*vector 32 has no gate: .*vector (0|64) has a gate; usually interrupt numbers that are off by 32" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 32, 0, 0, 0);
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	for (;;)
		halt();
}
