/* sysenter and syscall from user mode are traps like any other, and no way to the host. */
#include "t.h"

USER(user_sysenter, "mov $20, %eax; mov %esp, %ebp; sysenter; int3");
USER(user_syscall, "mov $20, %eax; mov %esp, %ebp; .byte 0x0f, 0x05; int3");
USER(user_int80, "mov $20, %eax; int $0x80; int3");
USER(user_int2e, "mov $20, %eax; int $0x2e; int3");
USER(user_nop, "nop; int3");

int main(void)
{
	int vector;

	t_init();
	vector = t_user(user_sysenter);
	ok(vector == 6 || vector == 13 || vector == 0x80, "sysenter: vector %d", vector);
	is(t_frame.cs, LG_USER_CS, "from user mode");
	is(t_user(user_nop), 3, "users go on");
	vector = t_user(user_syscall);
	ok(vector == 6 || vector == 13 || vector == 14 || vector == 0x80, "syscall: vector %d", vector);
	is(t_frame.cs, LG_USER_CS, "from user mode");
	is(t_user(user_nop), 3, "users go on");
	vector = t_user(user_int80);
	is(vector, KIT_SYSCALL == 0x80 ? 0x80 : 13, "int $0x80");
	is(t_frame.eax, 20, "with eax as it was");
	is(t_frame.eip, (uint32_t)user_int80 + (vector == 0x80 ? 7 : 5), "eip");
	is(t_user(user_int2e), 13, "int $0x2e");
	t_done();
}
