/* A system call by another vector than the kernel's. */
/* expect: status=134 stderr~"diagnosis: user code executed int 0x42 .*system calls are int 0x[48]0 \(syscall_vec\)" */
#include "t.h"

USER(user_int, "int $0x42");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 0x42, 0, 0, 0);
	kit_gate(KIT_SYSCALL, 0xf, 3);
	t_user(user_int);
	ok(0, "still alive");
	t_done();
}
