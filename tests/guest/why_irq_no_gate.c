/* HALT for an interrupt whose vector has no gate. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*irq 0 \(the clock\) is pending, and vector 32 has no gate: irq 0 arrives at vector 32 \+ 0 = 32.*LOAD_IDT_ENTRY\(32" */
/* run: --timeout 0.5 */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 32, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 0, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 64, 0, 0, 0);
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	for (;;)
		halt();
}
