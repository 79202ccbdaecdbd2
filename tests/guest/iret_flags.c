/* Flags that would hurt do not reach user mode: IOPL, VM, NT; the harmless ones do. */
#include "t.h"

#define IOPL	0x3000
#define NT	0x4000
#define VM	0x20000
#define ID	0x200000

USER(user_cli, "cli; int3");
USER(user_nop, "nop; int3");

int main(void)
{
	t_init();
	t_user_frame.eflags |= IOPL;
	is(t_user(user_cli), 13, "IOPL 3 in the frame gives no right to cli");
	t_user_frame.eflags &= ~IOPL;
	t_user_frame.eflags |= NT | ID;
	is(t_user(user_nop), 3, "NT does no harm");
	is(t_frame.cs, LG_USER_CS, "cs");
	t_user_frame.eflags = LG_EFLAGS_IF | 2 | VM;
	is(t_user(user_nop), 3, "VM is no way into virtual 8086 mode");
	is(t_frame.eflags & VM, 0, "VM in the frame");
	t_user_frame.eflags = 0;
	is(t_user(user_nop), 3, "flags all 0");
	is(t_frame.eflags & 2, 2, "bit 1 is always set");
	t_done();
}
