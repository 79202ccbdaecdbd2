/* A system call stub gives the same frame every time, trapped or patched, and returns what it should. */
/* run: */
/* run: --no-patch */
#include "t.h"

#define STUB	"mov $7, %eax; int $0x40; ret\n"

USER(user_calls,
	"call user_stub; mov %eax, %ebx\n"
	"call user_stub; mov %eax, %ecx\n"
	"call user_stub; mov %eax, %edx\n"
	"call user_other; mov %eax, %esi\n"
	"int3\n"
	".balign 16\n user_stub: " STUB
	".balign 16\n user_other: mov $200, %eax; int $0x40; ret\n");
extern char user_stub[];

static struct trap_frame seen[4];
static uint32_t at[4], enabled[4];
static unsigned calls;

static int count(struct trap_frame *f)
{
	if (f->vector != 0x40 || calls >= 4)
		return 0;
	seen[calls] = *f;
	at[calls] = t_frame_at;
	enabled[calls] = t_irq_enabled;
	f->eax = 0x1000 + calls++;
	return 1;
}

static void same(unsigned n)
{
	print("-- call %u\n", n);
	is(seen[n].eax, 7, "number");
	is(seen[n].eip, (uint32_t)user_stub + 7, "eip after the int");
	is(seen[n].cs, LG_USER_CS, "cs");
	is(seen[n].ss, LG_USER_DS, "ss");
	is(seen[n].esp, T_STACK_TOP - 4, "esp");
	is(seen[n].eflags & LG_EFLAGS_IF, LG_EFLAGS_IF, "IF");
	is(seen[n].eflags & 0xcd5, seen[0].eflags & 0xcd5, "arithmetic flags");
	is(at[n], (uint32_t)kit_trap_stack_top - 20, "on the kernel stack");
	is(enabled[n], LG_EFLAGS_IF, "a trap gate leaves interrupts on");
	is(seen[n].edi, t_user_frame.edi, "edi");
	is(seen[n].ebp, t_user_frame.ebp, "ebp");
}

int main(void)
{
	t_init();
	t_hook = count;
	is(t_user(user_calls), 3, "all calls returned");
	is(calls, 4, "calls");
	same(0);
	same(1);
	same(2);
	is(seen[3].eax, 200, "a number too big for a gate works all the same");
	is(t_frame.ebx, 0x1000, "first result");
	is(t_frame.ecx, 0x1001, "second");
	is(t_frame.edx, 0x1002, "third");
	is(t_frame.esi, 0x1003, "fourth");
	is(t_frame.esp, T_STACK_TOP, "the stack is as it was");
	t_done();
}
