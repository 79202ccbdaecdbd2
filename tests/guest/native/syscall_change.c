/* Patched stubs follow what the kernel changes: stack, gate, page directory; and resume in their middle. */
#include "t.h"

USER(user_call, "call user_stub; int3\n .balign 16\n user_stub: mov $5, %eax; int $0x40; ret\n");
extern char user_stub[];

static char other_stack[LG_PAGE_SIZE] __attribute__((aligned(4096)));
static uint32_t at, number, next_dir;
static unsigned calls, others;

static int serve(struct trap_frame *f)
{
	if (f->vector == 0x41) {
		others++;
		return 1;
	}
	if (f->vector != 0x40)
		return 0;
	calls++;
	at = t_frame_at;
	number = f->eax;
	if (next_dir)
		t_switch(next_dir);
	return 1;
}

static void gate_to(unsigned vector)
{
	uint32_t entry = (uint32_t)kit_stubs + vector * 16;

	hcall(LHCALL_LOAD_IDT_ENTRY, 0x40, LG_KERNEL_CS << 16 | (entry & 0xffff),
	      (entry & 0xffff0000) | 0x8f00 | 3 << 13, 0);
}

int main(void)
{
	uint32_t other;

	t_init();
	other = t_directory();
	t_hook = serve;
	t_user(user_call);
	is(t_user(user_call), 3, "two ordinary calls");
	is(calls, 2, "arrived");
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)other_stack + 4096, 1, 0);
	t_user(user_call);
	is(at, (uint32_t)other_stack + 4096 - 20, "another kernel stack");
	hcall_async(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)kit_trap_stack_top, 2, 0);
	t_user(user_call);
	is(at, (uint32_t)kit_trap_stack_top - 20, "and back, through the ring");
	gate_to(0x41);
	is(t_user(user_call), 3, "another handler");
	is(others, 1, "it was called");
	gate_to(0x40);
	calls = 0;
	next_dir = other;
	is(t_user(user_call), 3, "a switch of directory inside the call");
	next_dir = 0;
	is(t_user(user_call), 3, "then a call from there");
	is(calls, 2, "both arrived");
	/* A program interrupted between mov and int comes back to the int. */
	t_user_frame.eax = 5;
	t_user_frame.esp -= 4;
	*(volatile uint32_t *)t_user_frame.esp = (uint32_t)user_call + 5;
	calls = 0;
	is(t_user(user_stub + 5), 3, "resumed at the int of a patched stub");
	is(calls, 1, "one call");
	is(number, 5, "its number");
	t_done();
}
