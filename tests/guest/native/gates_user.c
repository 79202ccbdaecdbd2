/* The gates are for those they were made for: a user who finds them gets a trap, not the kernel's rights. */
#include "t.h"

USER(user_nop, "nop; int3");
USER(user_hcall, "mov $2, %eax; mov $1, %ecx; call 1f; int3; 1: lcall $0x33, $0xffff0800; ret");
USER(user_iret, "push $0x69; push %esp; push $0x202; push $0x61; push $0xc0400000\n"
	"ljmp $0x33, $0xffff0a00");

int main(void)
{
	int vector;

	t_init();
	vector = t_user(user_hcall);	/* (at base 64K its far call may miss the stack) */
	ok(vector == 13 || vector == 14, "hypercall gate: vector %d", vector);
	is(t_frame.cs, LG_USER_CS, "from user mode");
	is(t_user(user_nop), 3, "users go on");
	is(t_user(user_iret), 13, "return gate: general protection");
	is(t_frame.cs, LG_USER_CS, "from user mode");
	is(t_user(user_nop), 3, "users go on");
	t_done();
}
