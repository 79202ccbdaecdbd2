/* Returning from a trap restores every register, flag and stack, to user mode and to the kernel. */
#include "t.h"

#define FLAGS	0x8d5	/* the arithmetic ones */

uint32_t saved[10];
USER(user_trap, "int3; ud2");
KERNEL(kernel_trap,
	"pusha\n mov %esp, saved + 32\n"
	"mov $0xd1d1d1d1, %edi; mov $0x51515151, %esi; mov $0xb9b9b9b9, %ebp\n"
	"mov $0xbbbbbbbb, %ebx; mov $0xdddddddd, %edx; mov $0xcccccccc, %ecx\n"
	"mov $0xaaaaaaaa, %eax; stc; std\n"
	"int3\n"
	"mov %edi, saved; mov %esi, saved + 4; mov %ebp, saved + 8\n"
	"mov %ebx, saved + 12; mov %edx, saved + 16; mov %ecx, saved + 20\n"
	"mov %eax, saved + 24; pushf; cld; pop saved + 28; mov %esp, saved + 36\n"
	"popa; ret\n");

static int returns;

static int resume(struct trap_frame *f)
{
	if (f->vector != 3)
		return 0;
	returns++;
	return 1;
}

int main(void)
{
	static const uint32_t want[7] = { 0xd1d1d1d1, 0x51515151, 0xb9b9b9b9,
		0xbbbbbbbb, 0xdddddddd, 0xcccccccc, 0xaaaaaaaa };
	unsigned i, bad = 0;

	t_init();
	t_hook = resume;
	t_user_frame.eflags |= FLAGS;
	is(t_user(user_trap), 6, "on to the next trap");
	is(returns, 1, "after one return");
	ok(t_same_registers(&t_frame, &t_user_frame), "user: all registers");
	is(t_frame.eflags & FLAGS, FLAGS, "user: flags");
	is(t_frame.esp, T_STACK_TOP, "user: esp");

	is(t_kernel(kernel_trap, 0), NONE, "kernel: came back");
	is(returns, 2, "after another return");
	for (i = 0; i < 7; i++)
		bad += saved[i] != want[i];
	is(bad, 0, "kernel: all registers");
	is(saved[7] & 0x401, 0x401, "kernel: carry and direction flags");
	is(saved[9], saved[8], "kernel: esp");
	RD(lguest_data.irq_enabled) = LG_EFLAGS_IF;
	t_kernel(kernel_trap, 0);
	is(RD(lguest_data.irq_enabled), LG_EFLAGS_IF, "irq_enabled is on again after IRET");
	RD(lguest_data.irq_enabled) = 0;
	t_kernel(kernel_trap, 0);
	is(RD(lguest_data.irq_enabled), 0, "or off");
	t_done();
}
