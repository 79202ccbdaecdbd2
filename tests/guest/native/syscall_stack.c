/* A patched call needs 8 bytes of user stack: where they are not mapped yet, an ordinary page fault asks for them. */
#include "t.h"

#define STACK	(T_FREE + 0x10000)	/* its lowest mapped page */

USER(user_call, "call user_stub; int3\n .balign 16\n user_stub: mov $5, %eax; int $0x40; ret\n");
USER(user_int, "mov $5, %eax; int $0x40; int3");

static unsigned calls, faults;

static int serve(struct trap_frame *f)
{
	if (f->vector == 14 && t_cr2 < STACK && t_cr2 >= STACK - 8) {
		faults++;
		t_map(T_PGDIR, STACK - 4096, t_page() | P | W | U);
		return 1;
	}
	if (f->vector != 0x40)
		return 0;
	calls++;
	return 1;
}

int main(void)
{
	t_init();
	t_hook = serve;
	t_map(T_PGDIR, STACK, t_page() | P | W | U);
	t_user(user_call);
	t_user_frame.esp = STACK + 4;
	is(t_user(user_call), 3, "a call with its stack at the edge");
	is(calls, 2, "arrived");
	ok(faults <= 1, "%u page faults below it", faults);
	is(t_frame.esp, STACK + 4, "esp is as it was");
	t_user_frame.esp = 0;
	is(t_user(user_int), 3, "int needs no user stack at all");
	is(t_frame.esp, 0, "esp");
	t_user_frame.esp = KIT_BASE + 0x1000;
	is(t_user(user_int), 3, "not even a sane one");
	is(t_frame.esp, KIT_BASE + 0x1000, "esp");
	t_done();
}
