/* A hypercall from user mode. */
/* expect: status=134 stderr~"diagnosis: user code made a hypercall at 0x1000000.*for the kernel only" */
#include "t.h"

USER(user_call, "int $0x1f");

int main(void)
{
	t_init();
	hcall(LHCALL_LOAD_IDT_ENTRY, 13, 0, 0, 0);
	t_user(user_call);
	ok(0, "still alive");
	t_done();
}
