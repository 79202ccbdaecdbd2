/* A system call whose gate is not for user mode. */
/* expect: status=134 stderr~"diagnosis: user code executed int 0x42 .*its DPL is less than 3" */
#include "t.h"

USER(user_int, "int $0x42");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	kit_gate(0x42, 0xe, 0);
	t_user(user_int);
	ok(0, "still alive");
	t_done();
}
