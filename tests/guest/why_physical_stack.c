/* SET_STACK with a physical address. */
/* expect: status=134 stderr~"diagnosis: trap 6 \(invalid opcode\) came from user mode .*SET_STACK was given 0x0040[0-9a-f]+: that is a physical address.*SET_STACK\(0x69, 0xc040[0-9a-f]+" */
#include "t.h"

USER(user_ud2, "ud2");

int main(void)
{
	t_init();
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, pa(kit_trap_stack_top), 1, 0);
	t_user(user_ud2);
	ok(0, "still alive");
	t_done();
}
