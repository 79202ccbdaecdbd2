/* Every exception user mode can raise: the right vector, error code and eip. */
#include "t.h"

#define GP_INT(n)	((n) * 8 + 2)

#define CASES(X) \
	X(divide, 0, 0, "xor %ecx, %ecx; u_divide_at: div %ecx") \
	X(divide_overflow, 0, 0, "mov $0x80000000, %eax; cltd; mov $-1, %ecx; u_divide_overflow_at: idiv %ecx") \
	X(breakpoint, 3, 0, "int3; u_breakpoint_at: ud2") \
	X(int_3, 3, 0, ".byte 0xcd, 3; u_int_3_at: ud2") \
	X(into, 4, 0, "mov $0x7fffffff, %eax; inc %eax; into; u_into_at: ud2") \
	X(bound, 5, 0, "sub $8, %esp; movl $1, (%esp); movl $2, 4(%esp); mov $3, %eax\n" \
		"u_bound_at: bound %eax, (%esp)") \
	X(ud2, 6, 0, "u_ud2_at: ud2") \
	X(lock_prefix, 6, 0, "u_lock_prefix_at: .byte 0xf0, 0x89, 0xc0") \
	X(hlt, 13, 0, "u_hlt_at: hlt") \
	X(cli, 13, 0, "u_cli_at: cli") \
	X(sti, 13, 0, "u_sti_at: sti") \
	X(in, 13, 0, "u_in_at: inb $0x64, %al") \
	X(out, 13, 0, "u_out_at: outb %al, $0x80") \
	X(read_cr0, 13, 0, "u_read_cr0_at: mov %cr0, %eax") \
	X(write_cr3, 13, 0, "u_write_cr3_at: mov %eax, %cr3") \
	X(write_dr7, 13, 0, "u_write_dr7_at: mov %eax, %dr7") \
	X(rdmsr, 13, 0, "u_rdmsr_at: rdmsr") \
	X(lidt, 13, 0, "u_lidt_at: lidt 0x10010000") \
	X(hypercall, 13, GP_INT(0x1f), "mov $19, %eax; u_hypercall_at: int $0x1f") \
	X(int_closed, 13, GP_INT(0x33), "u_int_closed_at: int $0x33") \
	X(int_irq, 13, GP_INT(0x20), "u_int_irq_at: int $0x20") \
	X(bad_selector, 13, 0xff8, "mov $0xffb, %eax; u_bad_selector_at: mov %eax, %es") \
	X(null_ss, 13, 0, "xor %eax, %eax; u_null_ss_at: mov %eax, %ss") \
	X(page_fault, 14, PF_USER, "u_page_fault_at: mov 0x30000000, %eax")

/* Some hypervisors below us report int1 with eip before it, some behind. */
USER(u_icebp, ".byte 0xf1; ud2");

#define CODE(name, vector, error, code) \
	USER(u_##name, code); extern char u_##name##_at[];
CASES(CODE)

static const struct {
	const char *name;
	const void *code, *at;
	int vector;
	uint32_t error;
} cases[] = {
#define ROW(name, vector, error, code) { #name, u_##name, u_##name##_at, vector, error },
	CASES(ROW)
};

int main(void)
{
	unsigned i;

	t_init();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int vector = t_user(cases[i].code);

		ok(vector == cases[i].vector && t_frame.error == cases[i].error &&
		   t_frame.eip == (uint32_t)cases[i].at && t_frame.cs == LG_USER_CS,
		   "%s: vector %d error 0x%x eip 0x%x (%d 0x%x 0x%x)", cases[i].name,
		   vector, t_frame.error, t_frame.eip, cases[i].vector,
		   cases[i].error, (uint32_t)cases[i].at);
	}
	is(t_user(u_icebp), 1, "icebp: vector");
	ok(t_frame.eip - (uint32_t)u_icebp <= 1, "eip at or behind it");
	t_done();
}
