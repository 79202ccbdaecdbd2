/* The nominal selectors can be loaded into every data segment register and then work, in both modes. */
/* skip: --base */
#include "t.h"

#define MAGIC	0x5e6a11ce

USER(user_loads,
	"mov $0x7b, %eax\n"
	"mov %eax, %ds; mov (%esi), %ecx\n"
	"mov %eax, %es; mov %es:(%esi), %edx\n"
	"mov %eax, %fs; mov %fs:(%esi), %ebx\n"
	"mov %eax, %gs; mov %gs:(%esi), %ebp\n"
	"mov %eax, %ss; push %ecx; pop %edi\n"
	"int3");
USER(user_push_pop,
	"push %ds; push %es; push %fs; push %gs\n"
	"pop %gs; pop %fs; pop %es; pop %ds\n"
	"mov (%esi), %ecx; mov %es:(%esi), %edx; int3");

uint32_t magic = MAGIC, got[6];
KERNEL(kernel_loads,
	"push %ds; push %es; push %fs; push %gs\n"
	"mov $0x69, %eax; mov %eax, %ds; mov %eax, %es; mov %eax, %fs; mov %eax, %gs\n"
	"mov %eax, %ss; push magic; pop got\n"
	"mov %es:magic, %ecx; mov %ecx, got + 4\n"
	"mov %fs:magic, %ecx; mov %ecx, got + 8\n"
	"mov %gs:magic, %ecx; mov %ecx, got + 12\n"
	"mov $0x7b, %eax; mov %eax, %es; mov %es:0x10010000, %ecx; mov %ecx, got + 16\n"
	"xor %eax, %eax; mov %eax, %gs; mov %eax, %fs\n"
	"pop %gs; pop %fs; pop %es; pop %ds; ret\n");

int main(void)
{
	uint32_t gpa;
	unsigned i;

	t_init();
	gpa = t_page();
	*(uint32_t *)va(gpa) = MAGIC;
	t_map(T_PGDIR, T_USER_DATA, gpa | P | W | U);
	t_user_frame.esi = T_USER_DATA;
	is(t_user(user_loads), 3, "user loads 0x7b everywhere");
	is(t_frame.ecx, MAGIC, "ds");
	is(t_frame.edx, MAGIC, "es");
	is(t_frame.ebx, MAGIC, "fs");
	is(t_frame.ebp, MAGIC, "gs");
	is(t_frame.edi, MAGIC, "ss");
	is(t_frame.ss, LG_USER_DS, "ss in the frame");
	is(t_user(user_push_pop), 3, "pushed and popped");
	is(t_frame.ecx, MAGIC, "ds");
	is(t_frame.edx, MAGIC, "es");
	is(t_kernel(kernel_loads, 0), NONE, "kernel loads 0x69 and 0x7b");
	for (i = 0; i < 5; i++)
		is(got[i], MAGIC, "value");
	t_done();
}
