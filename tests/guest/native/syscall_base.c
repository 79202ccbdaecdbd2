/* Text that one directory uses at base 0 and another, which has a low page, elsewhere: stubs work in both. */
#include "t.h"

USER(user_low, "mov 0, %edi; jmp *%esi");
USER(user_calls, "call user_stub; mov %eax, %ebx; call user_stub; mov %eax, %ecx; int3\n"
	".balign 16\n user_stub: mov $7, %eax; int $0x40; ret\n");

static unsigned calls, bad;

static int count(struct trap_frame *f)
{
	if (f->vector != 0x40)
		return 0;
	bad += f->eax != 7 || f->esp != T_STACK_TOP - 4;
	f->eax = 0x1000 + calls++;
	return 1;
}

static void both(const void *code)
{
	calls = 0;
	t_user_frame.esi = (uint32_t)user_calls;
	is(t_user(code), 3, "all calls returned");
	is(t_frame.ebx, 0x1000, "first result");
	is(t_frame.ecx, 0x1001, "second");
	is(t_frame.esp, T_STACK_TOP, "the stack is as it was");
}

int main(void)
{
	uint32_t low, plain, text, i;

	t_init();
	t_hook = count;
	text = *t_pte(T_PGDIR, T_USER) & ~0xfffu;
	*(volatile uint32_t *)va(text) = *(volatile uint32_t *)va(text); /* not a file's any more */
	low = t_directory();
	plain = t_directory();
	/* Text is read-only, as it should be. */
	for (i = 0; i < 2; i++) {
		t_map(i ? low : plain, T_USER, text | P | U | A);
		hcall(LHCALL_SET_PTE, i ? low : plain, T_USER, text | P | U | A, 0);
	}
	t_map(low, 0, t_page() | P | W | U);	/* too low on any host */
	t_switch(low);
	t_poke(0, 1);
	t_peek(T_USER);		/* mapped before anybody patched it */
	t_switch(plain);
	both(user_calls);	/* patches */
	t_switch(low);
	both(user_low);
	t_switch(plain);
	both(user_calls);
	t_switch(low);
	both(user_calls);
	is(bad, 0, "frames");
	t_done();
}
