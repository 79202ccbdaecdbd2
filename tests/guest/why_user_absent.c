/* User code reads what is not mapped, and nobody handles the fault. */
/* expect: status=134 stderr~"diagnosis: user code at 0x10000000 .user mode. read 0x20000000, and no handler" */
#include "t.h"

USER(user_read, "mov 0x20000000, %eax");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 14, 0, 0, 0);
	t_user(user_read);
	ok(0, "still alive");
	t_done();
}
