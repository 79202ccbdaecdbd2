/* SET_STACK takes at most two pages. */
/* expect: status=134 stderr~"bad stack pages" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)kit_trap_stack_top, 3, 0);
	ok(0, "still alive");
	t_done();
}
