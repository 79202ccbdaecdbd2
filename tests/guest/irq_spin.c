/* Interrupts reach loops that make no hypercall, in the kernel and in user mode; registers stay. */
#include "t.h"

#define TICKS	20

static USER_DATA volatile unsigned ticks;	/* user code looks at it */
uint32_t spun[7];

static void tick(struct trap_frame *f)
{
	(void)f;
	if (++ticks < TICKS)
		hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
}

USER(user_spin, "1: cmpl $" STR(TICKS) ", (%esi); jb 1b; int3");
KERNEL(kernel_spin,
	"pusha\n mov 36(%esp), %esi\n"
	"mov $0xd1d1d1d1, %edi; mov $0xb9b9b9b9, %ebp; mov $0xbbbbbbbb, %ebx\n"
	"mov $0xdddddddd, %edx; mov $0xcccccccc, %ecx; mov $0xaaaaaaaa, %eax\n"
	"1: cmpl $" STR(TICKS) ", (%esi); jb 1b\n"
	"mov %edi, spun; mov %ebp, spun + 4; mov %ebx, spun + 8\n"
	"mov %edx, spun + 12; mov %ecx, spun + 16; mov %eax, spun + 20\n"
	"mov %esi, spun + 24; popa; ret\n");

int main(void)
{
	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	irq_on();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	is(t_kernel(kernel_spin, (uint32_t)&ticks), NONE, "the kernel's loop ended");
	is(ticks, TICKS, "ticks");
	is(spun[0], 0xd1d1d1d1, "edi");
	is(spun[1], 0xb9b9b9b9, "ebp");
	is(spun[2], 0xbbbbbbbb, "ebx");
	is(spun[3], 0xdddddddd, "edx");
	is(spun[4], 0xcccccccc, "ecx");
	is(spun[5], 0xaaaaaaaa, "eax");
	is(spun[6], &ticks, "esi");

	irq_off();
	ticks = 0;
	t_user_frame.esi = (uint32_t)&ticks;
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	is(t_user(user_spin), 3, "the user's loop ended");
	is(ticks, TICKS, "ticks");
	ok(t_same_registers(&t_frame, &t_user_frame), "all registers");
	is(t_frame.esp, T_STACK_TOP, "esp");
	t_done();
}
