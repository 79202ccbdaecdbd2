/* Patched system calls with TF or AC set: stepping goes on, and the kernel is not bothered by either. */
#include "t.h"

#define TF	0x100
#define AC	0x40000
#define DF	0x400

USER(user_call, "call user_stub; int3\n .balign 16\n user_stub: mov $5, %eax; int $0x40; ret\n");

static unsigned calls, steps, outside;
static uint32_t flags;

static int serve(struct trap_frame *f)
{
	static char bytes[8] __attribute__((aligned(8)));

	if (f->vector == 1) {
		steps++;
		outside += f->cs != LG_USER_CS || f->eip < T_USER || f->eip >= T_USER_DATA;
		return 1;
	}
	if (f->vector != 0x40)
		return 0;
	calls++;
	flags = f->eflags;
	__asm__ volatile("mov %0, %%eax" : : "m"(bytes[1]) : "eax");
	f->eax = 0x99;
	return 1;
}

static void call_with(uint32_t flag, const char *what)
{
	calls = steps = 0;
	t_user_frame.eflags = LG_EFLAGS_IF | 2 | flag;
	is(t_user(user_call), 3, what);
	is(calls, 1, "one call");
	is(flags & (TF | AC | DF), flag, "the flag in the handler's frame");
	is(t_frame.eflags & (TF | AC | DF), flag, "and after the call");
	is(t_frame.eax, 0x99, "the result");
	is(t_frame.esp, T_STACK_TOP, "the stack");
}

int main(void)
{
	t_init();
	t_hook = serve;
	t_user(user_call);
	t_user(user_call);
	is(calls, 2, "the stub is warm");
	call_with(0, "plain");
	call_with(AC, "AC");
	call_with(DF, "DF");
	call_with(TF, "TF");
	ok(steps >= 2 && steps <= 5, "%u steps: call, (mov,) ret", steps); /* a patched stub has no mov */
	is(outside, 0, "all of them in user code");
	call_with(0, "plain again");
	t_done();
}
