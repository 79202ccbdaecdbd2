/* A trap from the kernel: eflags, cs, eip on the stack in use, nothing else. */
#include "t.h"

uint32_t esp_before;

KERNEL(kernel_ud2,
	"push $0x22222222; push $0x11111111\n"
	"mov %esp, esp_before\n"
	"mov $0xd1d1d1d1, %edi; mov $0x51515151, %esi; mov $0xb9b9b9b9, %ebp\n"
	"mov $0xbbbbbbbb, %ebx; mov $0xdddddddd, %edx; mov $0xcccccccc, %ecx\n"
	"mov $0xaaaaaaaa, %eax\n"
	"stc\n"
	"kernel_ud2_at: ud2\n");
extern char kernel_ud2_at[];

static void trap_with(uint32_t enabled)
{
	print("-- irq_enabled 0x%x\n", enabled);
	RD(lguest_data.irq_enabled) = enabled;
	is(t_kernel(kernel_ud2, 0), 6, "vector");
	is(t_frame.eip, kernel_ud2_at, "eip");
	is(t_frame.cs, LG_KERNEL_CS, "cs");
	is(t_frame.eflags & LG_EFLAGS_IF, enabled, "IF as irq_enabled was");
	is(t_frame.eflags & 1, 1, "the carry flag");
	is(t_frame_at, esp_before - 12, "three words below esp");
	is(t_frame.esp, 0x11111111, "the stack above is as it was");
	is(t_frame.ss, 0x22222222, "two words above too");
	ok(t_same_registers(&t_frame, &t_user_frame), "all registers");
	is(t_irq_enabled, 0, "an interrupt gate turned interrupts off");
}

int main(void)
{
	t_init();
	trap_with(LG_EFLAGS_IF);
	trap_with(0);
	t_done();
}
