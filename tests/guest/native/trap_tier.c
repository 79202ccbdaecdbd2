/* A native kernel may as well use int $0x1f and the iret instruction: all registers are kept. */
#include "t.h"

USER(user_trap, "int3; ud2");
KERNEL(handler, "iret");
uint32_t regs[16];
KERNEL(hcall_all,	/* by int, then by the gate: regs before and after */
	"pusha\n mov $0xd1d1d1d1, %edi; mov $0x51515151, %esi; mov $0xb9b9b9b9, %ebp\n"
	"mov $0xbbbbbbbb, %ebx; mov $0xdddddddd, %edx; mov $0xcccccccc, %ecx\n"
	"mov $19, %eax; stc; int $0x1f\n"
	"mov %edi, regs; mov %esi, regs+4; mov %ebp, regs+8; mov %ebx, regs+12\n"
	"mov %edx, regs+16; mov %ecx, regs+20; mov %eax, regs+24; sbb %eax, %eax; mov %eax, regs+28\n"
	"mov $19, %eax; stc; call hypercall_page + 32 * 19\n"
	"mov %edi, regs+32; mov %esi, regs+36; mov %ebp, regs+40; mov %ebx, regs+44\n"
	"mov %edx, regs+48; mov %ecx, regs+52; mov %eax, regs+56; sbb %eax, %eax; mov %eax, regs+60\n"
	"popa; ret\n");

int main(void)
{
	static const uint32_t want[8] = { 0xd1d1d1d1, 0x51515151, 0xb9b9b9b9,
		0xbbbbbbbb, 0xdddddddd, 0xcccccccc, 19, ~0u };
	uint32_t entry = (uint32_t)handler;
	unsigned i;

	t_init();
	is(t_kernel(hcall_all, 0), NONE, "both ways to call");
	for (i = 0; i < 16; i++)
		is(regs[i], want[i % 8], i < 8 ? "register after int $0x1f" : "after the gate");
	hcall_trap(LHCALL_LOAD_IDT_ENTRY, 3, LG_KERNEL_CS << 16 | (entry & 0xffff),
		   (entry & 0xffff0000) | 0xee00, 0);
	is(t_user(user_trap), 6, "back to user mode by iret");
	ok(t_same_registers(&t_frame, &t_user_frame), "all registers");
	t_done();
}
