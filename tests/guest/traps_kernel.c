/* The exceptions a kernel can raise in itself: vector, error code, eip. */
#include "t.h"

#define CASES(X) \
	X(divide, 0, 0, "xor %ecx, %ecx; k_divide_at: div %ecx") \
	X(breakpoint, 3, 0, "int3; k_breakpoint_at: ud2") \
	X(into, 4, 0, "mov $0x7fffffff, %eax; inc %eax; into; k_into_at: ud2") \
	X(bound, 5, 0, "sub $8, %esp; movl $1, (%esp); movl $2, 4(%esp); mov $3, %eax\n" \
		"k_bound_at: bound %eax, (%esp)") \
	X(ud2, 6, 0, "k_ud2_at: ud2") \
	X(hlt, 13, 0, "k_hlt_at: hlt") \
	X(sti, 13, 0, "k_sti_at: sti") \
	X(read_cr0, 13, 0, "k_read_cr0_at: mov %cr0, %eax") \
	X(write_cr3, 13, 0, "k_write_cr3_at: mov %eax, %cr3") \
	X(rdmsr, 13, 0, "k_rdmsr_at: rdmsr") \
	X(bad_selector, 13, 0xff8, "mov $0xff9, %eax; k_bad_selector_at: mov %eax, %es") \
	X(int_syscall, KIT_SYSCALL, 0, "int $" STR(KIT_SYSCALL) "; k_int_syscall_at: ud2") \
	X(page_fault, 14, 0, "k_page_fault_at: mov 0x30000000, %eax") \
	X(page_fault_write, 14, PF_WRITE, "k_page_fault_write_at: mov %eax, 0x30000000")

/* Some hypervisors below us report int1 with eip before it, some behind. */
KERNEL(k_icebp, ".byte 0xf1; ud2");

#define CODE(name, vector, error, code) \
	KERNEL(k_##name, code); extern char k_##name##_at[];
CASES(CODE)

static const struct {
	const char *name;
	const void *code, *at;
	int vector;
	uint32_t error;
} cases[] = {
#define ROW(name, vector, error, code) { #name, k_##name, k_##name##_at, vector, error },
	CASES(ROW)
};

int main(void)
{
	unsigned i;

	t_init();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int vector = t_kernel(cases[i].code, 0);

		ok(vector == cases[i].vector && t_frame.error == cases[i].error &&
		   t_frame.eip == (uint32_t)cases[i].at && t_frame.cs == LG_KERNEL_CS,
		   "%s: vector %d error 0x%x eip 0x%x (%d 0x%x 0x%x)", cases[i].name,
		   vector, t_frame.error, t_frame.eip, cases[i].vector,
		   cases[i].error, (uint32_t)cases[i].at);
	}
	is(t_kernel(k_icebp, 0), 1, "icebp: vector");
	ok(t_frame.eip - (uint32_t)k_icebp <= 1, "eip at or behind it");
	t_done();
}
