/* The kernel stack's segment must be a ring 1 one. */
/* expect: status=134 stderr~"bad stack segment" */
#include "t.h"

int main(void)
{
	t_init();
	hcall(LHCALL_SET_STACK, LG_USER_DS, (uint32_t)kit_trap_stack_top, 1, 0);
	ok(0, "still alive");
	t_done();
}
