/* A system call by int: trap gate, exact frame, registers kept, result back in eax. */
#include "t.h"

USER(user_call,
	"mov $0x20, %eax; stc; int $" STR(KIT_SYSCALL) "\n"
	"user_call_after: int3\n");
extern char user_call_after[];
USER(user_many, "1: mov $1, %eax; int $" STR(KIT_SYSCALL) "; loop 1b; int3");

static struct trap_frame seen;
static uint32_t at, enabled;
static unsigned calls;

static int call(struct trap_frame *f)
{
	if (f->vector != KIT_SYSCALL)
		return 0;
	seen = *f;
	at = t_frame_at;
	enabled = t_irq_enabled;
	f->eax = 0x1234567 + calls++;
	return 1;
}

int main(void)
{
	struct trap_frame want;

	t_init();
	t_hook = call;
	is(t_user(user_call), 3, "the call returned");
	want = t_user_frame;
	want.eax = 0x20;
	ok(t_same_registers(&seen, &want), "registers in the handler");
	is(seen.eip, user_call_after, "eip after the int");
	is(seen.cs, LG_USER_CS, "cs");
	is(seen.ss, LG_USER_DS, "ss");
	is(seen.esp, T_STACK_TOP, "esp");
	is(seen.eflags & LG_EFLAGS_IF, LG_EFLAGS_IF, "IF in the frame");
	is(seen.eflags & 1, 1, "the carry flag");
	is(seen.eflags & 0x10000, 0, "no RF: it was no fault");
	is(at, (uint32_t)kit_trap_stack_top - 20, "on the kernel stack");
	is(enabled, LG_EFLAGS_IF, "a trap gate leaves interrupts on");
	want.eax = 0x1234567;
	ok(t_same_registers(&t_frame, &want), "registers after it, the result in eax");
	is(t_frame.eflags & 1, 1, "the carry flag again");
	t_user_frame.ecx = 1000;
	is(t_user(user_many), 3, "a thousand more");
	is(calls, 1001, "all arrived");
	t_done();
}
