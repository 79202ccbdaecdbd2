/* Segment not present is vector 11, a stack limit 12, a data limit 13, with their error codes. */
#include "t.h"

#define SLOT	27
#define SEL(n)	((n) * 8 + 3)
#define DATA	0x0040f200u	/* present, DPL 3, read/write, 32-bit, bytes */
#define PRESENT	0x8000u

USER(user_load_gs, "user_load_gs_at: mov %eax, %gs; int3");
USER(user_load_ss, "mov %eax, %ss; int3");
USER(user_limit, "mov %eax, %gs\n user_limit_at: mov %gs:0x1000, %ecx; int3");
USER(user_inside, "mov %eax, %gs\n mov %gs:0xffc, %ecx; int3");
extern char user_load_gs_at[], user_limit_at[];
USER(user_stack_limit, "mov %eax, %ss\n mov $0x2000, %esp\n user_stack_limit_at: push %eax; int3");
extern char user_stack_limit_at[];

int main(void)
{
	t_init();
	t_user_frame.eax = SEL(SLOT);
	hcall(LHCALL_LOAD_GDT_ENTRY, SLOT, 0x00000fff, DATA & ~PRESENT, 0);
	is(t_user(user_load_gs), 11, "loading what is not present");
	is(t_frame.error, SEL(SLOT) & ~3, "error code: the selector");
	is(t_frame.eip, user_load_gs_at, "eip");
	is(t_user(user_load_ss), 12, "the same into ss");
	is(t_frame.error, SEL(SLOT) & ~3, "error code: the selector");

	hcall(LHCALL_LOAD_GDT_ENTRY, SLOT, T_USER_DATA << 16 | 0xfff,
	      DATA | (T_USER_DATA >> 16 & 0xff) | (T_USER_DATA & 0xff000000), 0);
	t_map(T_PGDIR, T_USER_DATA, t_page() | P | W | U);
	t_map(T_PGDIR, T_USER_DATA + 0x1000, t_page() | P | W | U);
	is(t_user(user_inside), 3, "inside the limit");
	is(t_user(user_limit), 13, "past the limit of a data segment");
	is(t_frame.error, 0, "error code 0");
	is(t_frame.eip, user_limit_at, "eip");
	is(t_user(user_stack_limit), 12, "past the limit of a stack segment");
	is(t_frame.error, 0, "error code 0");
	is(t_frame.eip, user_stack_limit_at, "eip");
	t_done();
}
