/* AC in user mode: vector 17, error 0; the kernel's own accesses are never checked. */
#include "t.h"

#define AC	0x40000

USER(user_unaligned, "mov %esp, %eax\n user_unaligned_at: mov -7(%eax), %ecx; int3\n");
extern char user_unaligned_at[];
USER(user_trap, "int3");

static int kernel_read;

static int read_unaligned(struct trap_frame *f)
{
	static char bytes[8] __attribute__((aligned(8)));

	if (f->vector == 3) {
		__asm__ volatile("mov %0, %%eax" : : "m"(bytes[1]) : "eax");
		kernel_read = 1;
	}
	return 0;
}

int main(void)
{
	t_init();
	is(t_user(user_unaligned), 3, "without AC nothing happens");
	t_user_frame.eflags |= AC;
	is(t_user(user_unaligned), 17, "with AC: vector");
	is(t_frame.eip, user_unaligned_at, "eip");
	is(t_frame.error, 0, "error code 0");
	is(t_frame.eflags & AC, AC, "AC in the frame");
	t_hook = read_unaligned;
	is(t_user(user_trap), 3, "a trap with AC set");
	is(kernel_read, 1, "the handler may read unaligned");
	is(t_frame.eflags & AC, AC, "and AC is in its frame");
	t_hook = 0;
	t_user_frame.eflags &= ~AC;
	is(t_user(user_unaligned), 3, "AC does not stay behind");
	t_done();
}
