/* TF in a frame's eflags: one instruction runs, then vector 1; in user mode and in the kernel. */
#include "t.h"

#define TF	0x100

USER(user_two, "inc %eax\n user_two_1: inc %eax\n user_two_2: int3\n");
extern char user_two_1[], user_two_2[];

static int steps;
static uint32_t eips[8];

static int count_steps(struct trap_frame *f)
{
	if (f->vector != 1)
		return 0;
	eips[steps++ % 8] = f->eip;
	return 1;
}

KERNEL(kernel_step,
	"pushf; orl $0x100, (%esp); popf\n"
	"nop\n kernel_step_1: nop\n kernel_step_2: pushf; andl $~0x100, (%esp); popf\n ret\n");
extern char kernel_step_1[], kernel_step_2[];

int main(void)
{
	t_init();
	t_user_frame.eflags |= TF;
	is(t_user(user_two), 1, "a step in user mode: vector");
	is(t_frame.eip, user_two_1, "eip after one instruction");
	is(t_frame.eflags & TF, TF, "TF in the frame");
	is(t_frame.eax, t_user_frame.eax + 1, "the instruction ran");

	t_hook = count_steps;
	is(t_user(user_two), 3, "stepping on to the breakpoint");
	is(steps, 2, "steps");
	is(eips[0], user_two_1, "first");
	is(eips[1], user_two_2, "second");
	is(t_frame.eax, t_user_frame.eax + 2, "both instructions ran");

	steps = 0;
	t_user_frame.eflags &= ~TF;
	is(t_kernel(kernel_step, 0), NONE, "stepping the kernel itself");
	ok(steps >= 3 && steps <= 5, "%d steps", steps);
	is(eips[0], kernel_step_1, "first");
	is(eips[1], kernel_step_2, "second");
	t_done();
}
