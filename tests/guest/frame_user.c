/* A trap from user mode: ss, esp, eflags, cs, eip on the SET_STACK stack, nominal selectors. */
#include "t.h"

#define CF	0x001
#define ZF	0x040
#define RF	0x10000	/* a fault may leave it set in the frame */

USER(user_ud2, "ud2");

static void trap_with(uint32_t flags)
{
	uint32_t esp = T_STACK_TOP - 24;

	print("-- eflags 0x%x\n", flags);
	t_user_frame.eflags = flags;
	t_user_frame.esp = esp;
	is(t_user(user_ud2), 6, "vector");
	is(t_frame.eip, user_ud2, "eip");
	is(t_frame.cs, LG_USER_CS, "cs");
	is(t_frame.eflags & ~RF, flags, "eflags, IF as irq_enabled was");
	is(t_frame.esp, esp, "esp");
	is(t_frame.ss, LG_USER_DS, "ss");
	is(t_frame.error, 0, "no error code");
	is(t_frame_at, (uint32_t)kit_trap_stack_top - 20, "five words at the stack's top");
	ok(t_same_registers(&t_frame, &t_user_frame), "all registers");
	is(t_irq_enabled, 0, "an interrupt gate turned interrupts off");
}

int main(void)
{
	t_init();
	trap_with(LG_EFLAGS_IF | 2);
	trap_with(2);
	trap_with(LG_EFLAGS_IF | CF | ZF | 2);
	t_done();
}
