/* The direction flag and odd segment registers of a user hurt neither Host nor kernel. */
#include "t.h"

USER(user_std, "std; int $" STR(KIT_SYSCALL) "; int3");
USER(user_std_fault, "std; mov 0x30000000, %eax; int3");
USER(user_null, "xor %edx, %edx; mov %edx, %ds; mov %edx, %es; mov %edx, %fs; mov %edx, %gs\n"
	"int $" STR(KIT_SYSCALL) "; int3");
USER(user_null_read, "xor %edx, %edx; mov %edx, %es\n user_null_read_at: mov %es:(%esi), %eax; int3");
extern char user_null_read_at[];
USER(user_read, "mov (%esi), %eax; mov %es:(%esi), %eax; int3");

static int syscalls;

static int serve(struct trap_frame *f)
{
	if (f->vector != KIT_SYSCALL)
		return 0;
	syscalls++;
	return 1;
}

int main(void)
{
	t_init();
	t_hook = serve;
	is(t_user(user_std), 3, "system call with DF set");
	is(t_frame.eflags & 0x400, 0x400, "DF is still set after it");
	is(t_user(user_std_fault), 14, "page fault with DF set");
	is(t_frame.eflags & 0x400, 0x400, "DF in the frame");
	is(t_user(user_null), 3, "system call with null segments");
	is(syscalls, 2, "both calls arrived");
	t_user_frame.esi = T_USER;
	is(t_user(user_read), 3, "ds and es are flat again on the next entry");
	is(t_user(user_null_read), 13, "access through a null segment");
	is(t_frame.error, 0, "error code");
	is(t_frame.eip, user_null_read_at, "eip");
	is(t_user(user_read), 3, "and once more flat");
	t_done();
}
