/* The system call's gate is a gate like others: users need DPL 3. */
#include "t.h"

USER(user_stub, "call 1f; int3\n1: mov $7, %eax; int $" STR(KIT_SYSCALL) "; ret");

static unsigned calls;

static int call(struct trap_frame *f)
{
	if (f->vector != KIT_SYSCALL)
		return 0;
	calls++;
	return 1;
}

int main(void)
{
	t_init();
	t_hook = call;
	kit_gate(KIT_SYSCALL, 0xf, 0);
	is(t_user(user_stub), 13, "DPL 0: general protection");
	is(t_frame.error, KIT_SYSCALL * 8 + 2, "its error code");
	hcall(LHCALL_LOAD_IDT_ENTRY, KIT_SYSCALL, 0, 0, 0);
	is(t_user(user_stub), 13, "no gate: the same");
	kit_gate(KIT_SYSCALL, 0xf, 3);
	is(t_user(user_stub), 3, "DPL 3");
	is(t_user(user_stub), 3, "DPL 3, patched by now");
	is(calls, 2, "both arrived");
	t_done();
}
