/* Historical kernels probe ports: in gives all ones, out is dropped, cli is skipped; users get vector 13. */
#include "t.h"

uint32_t got[8];
KERNEL(kernel_in,
	"mov $0x12345600, %eax; inb $0x64, %al; mov %eax, got\n"
	"mov $0x12345600, %eax; mov $0x3f8, %edx; inb %dx, %al; mov %eax, got + 4\n"
	"mov $0x12345600, %eax; inw $0x64, %ax; mov %eax, got + 8\n"
	"mov $0x12345600, %eax; inw %dx, %ax; mov %eax, got + 12\n"
	"mov $0x12345600, %eax; inl $0x64, %eax; mov %eax, got + 16\n"
	"mov $0x12345600, %eax; inl %dx, %eax; mov %eax, got + 20\n"
	"mov %edx, got + 24; ret\n");
KERNEL(kernel_out,
	"mov $0x70, %edx; outb %al, $0x80; outb %al, %dx; outw %ax, $0x80; outw %ax, %dx\n"
	"outl %eax, $0x80; outl %eax, %dx; ret\n");
KERNEL(kernel_cli, "cli; cli; ret");

int main(void)
{
	t_init();
	is(t_kernel(kernel_in, 0), NONE, "all forms of in");
	is(got[0], 0x123456ff, "in al, imm");
	is(got[1], 0x123456ff, "in al, dx");
	is(got[2], 0x1234ffff, "in ax, imm");
	is(got[3], 0x1234ffff, "in ax, dx");
	is(got[4], 0xffffffff, "in eax, imm");
	is(got[5], 0xffffffff, "in eax, dx");
	is(got[6], 0x3f8, "edx is as it was");
	is(t_kernel(kernel_out, 0), NONE, "all forms of out");
	RD(lguest_data.irq_enabled) = LG_EFLAGS_IF;
	is(t_kernel(kernel_cli, 0), NONE, "cli is skipped");
	is(RD(lguest_data.irq_enabled), LG_EFLAGS_IF, "and changes nothing");
	t_done();
}
