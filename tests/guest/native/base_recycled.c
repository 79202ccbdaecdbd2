/* A space that had to move for a low page is as good as new for the next directory: calls through gates work there. */
#include "t.h"

USER(user_low, "mov 0, %ebx; int3");
USER(user_calls, "call user_stub; call user_stub; call user_stub; int3\n"
	".balign 16\n user_stub: mov $7, %eax; int $0x40; ret\n");
extern char user_stub[];

static unsigned calls, bad;

static int count(struct trap_frame *f)
{
	if (f->vector != 0x40)
		return 0;
	bad += f->eax != 7 || f->esp != T_STACK_TOP - 4 || f->eip != (uint32_t)user_stub + 7;
	calls++;
	return 1;
}

int main(void)
{
	uint32_t pgdir, low, i;

	t_init();
	t_hook = count;
	low = t_page();
	*(uint32_t *)va(low) = 0x1234;
	for (i = 0; i < 80; i++) {
		pgdir = t_directory();
		if (i & 1)
			t_map(pgdir, 0, low | P | W | U);
		t_switch(pgdir);
		if (t_user(user_low) != (i & 1 ? 3 : 14) || (i & 1 && t_frame.ebx != 0x1234))
			bad++;
		bad += t_user(user_calls) != 3;
		bad += t_user(user_calls) != 3;
		t_switch(T_PGDIR);
		if (i & 2)
			hcall(LHCALL_DROP_PGTABLE, pgdir, 0, 0, 0);
	}
	is(bad, 0, "all calls and pages right");
	is(calls, 80 * 6, "calls");
	t_done();
}
