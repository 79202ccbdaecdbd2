/* A trap from user mode before the first SET_STACK kills, saying so. */
/* expect: status=134 stderr~"diagnosis: trap 6 .*came from user mode.*no kernel stack is known.*SET_STACK.0x69.*before SET_STACK" */
#include "t.h"

USER(user_ud2, "ud2");

int main(void)
{
	t_init();
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, 0, 0, 0);
	t_user(user_ud2);
	ok(0, "still alive");
	t_done();
}
