/* User pages at gva 0x1000 and at 0: read, written and executed, beside directories without them. */
/* run: */
/* run: --base 64K */
#include "t.h"

USER(user_copy, "mov 0x1000, %eax; mov %eax, 0x1004; jmp *%esi");
USER(user_null, "mov 0, %eax; int3");

static void use(uint32_t pgdir, uint32_t value)
{
	t_switch(pgdir);
	t_user_frame.esi = 0x1100;
	is(t_user(user_copy), 3, "code at 0x1100 ran");
	is(t_frame.eip, 0x1101, "eip");
	is(t_frame.eax, value, "the page at 0x1000 read");
	is(t_peek(0x1004), value, "and written, as the kernel sees");
}

static uint32_t directory(uint32_t value)
{
	uint32_t pgdir = t_directory(), gpa = t_page();

	*(uint32_t *)va(gpa) = value;
	*(uint8_t *)va(gpa + 0x100) = 0xcc;
	t_map(pgdir, 0x1000, gpa | P | W | U);
	return pgdir;
}

int main(void)
{
	uint32_t one, two;

	t_init();
	one = directory(0x1111);
	two = directory(0x2222);
	use(one, 0x1111);
	use(two, 0x2222);
	use(one, 0x1111);
	t_switch(T_PGDIR);
	t_peek(0x1000);
	is(t_trap, 14, "not in the first directory");
	is(t_user(user_null), 14, "nothing at 0");
	is(t_cr2, 0, "cr2");
	is(t_frame.error, PF_USER, "error code");
	t_map(two, 0, t_page() | P | W | U);
	t_switch(two);
	t_poke(0, 0x3333);
	is(t_user(user_null), 3, "a page at 0");
	is(t_frame.eax, 0x3333, "read");
	t_switch(one);
	is(t_user(user_null), 14, "not in the other one");
	t_done();
}
