/* SPDX-License-Identifier: MIT */
/* Which address did an instruction want, and what the few emulated ones do. */
#include "tests/unit/host_fake.h"

#define CODE	0x20000000u
#define STACK	0x20002000u

static void put_code(const u8 *bytes, u32 n)
{
	memcpy(fake_ram(0x200000), bytes, n);
	cpu->regs.eip = CODE;
	cpu->regs.esp = STACK;
}

static int code_setup(void **state)
{
	fake_setup(state);
	fake_map(CODE, 0x200000, PTE_ALL);
	fake_map(CODE + 0x1000, 0x201000, PTE_ALL);
	cpu->regs.user = 1;
	cpu->regs.eax = 0xc0001000;
	cpu->regs.ebx = 0xc0000000;
	cpu->regs.ecx = 2;
	cpu->regs.edx = 0x1000;
	cpu->regs.esi = 0x2000;
	cpu->regs.edi = 0xd0000000;
	cpu->regs.ebp = 0xbffffff0;
	return 0;
}

struct operand {
	u8 code[12];
	u32 n, gva, access;
};

#define R ACCESS_USER
#define W (ACCESS_USER | ACCESS_WRITE)
static const struct operand operands[] = {
	{ { 0x8b, 0x00 }, 2, 0xc0001000, R },			/* mov (%eax), %eax */
	{ { 0x89, 0x08 }, 2, 0xc0001000, W },			/* mov %ecx, (%eax) */
	{ { 0x8b, 0x40, 0x10 }, 3, 0xc0001010, R },		/* mov 16(%eax), %eax */
	{ { 0x8b, 0x40, 0xf0 }, 3, 0xc0000ff0, R },		/* mov -16(%eax), %eax */
	{ { 0x88, 0x98, 4, 3, 2, 1 }, 6, 0xc1031304 + 0x1000 - 0x1000, W }, /* disp32 */
	{ { 0x8b, 0x04, 0x8b }, 3, 0xc0000008, R },		/* (%ebx,%ecx,4) */
	{ { 0x8b, 0x44, 0x8b, 0x20 }, 4, 0xc0000028, R },	/* 32(%ebx,%ecx,4) */
	{ { 0x8b, 0x0d, 0, 0, 0, 0xe0 }, 6, 0xe0000000, R },	/* mov 0xe0000000, %ecx */
	{ { 0x8b, 0x04, 0x8d, 0, 0, 0, 0xf0 }, 7, 0xf0000008, R }, /* 0xf0000000(,%ecx,4) */
	{ { 0xa1, 0, 0, 0, 0xe0 }, 5, 0xe0000000, R },		/* mov 0xe0000000, %eax */
	{ { 0xa3, 0, 0, 0, 0xe0 }, 5, 0xe0000000, W },
	{ { 0xf3, 0xa5 }, 2, 0xd0000000, W },			/* rep movsl: edi */
	{ { 0xaa }, 1, 0xd0000000, W },				/* stosb */
	{ { 0xae }, 1, 0xd0000000, R },				/* scasb */
	{ { 0x66, 0x8b, 0x00 }, 3, 0xc0001000, R },		/* prefix */
	{ { 0x0f, 0xb6, 0x00 }, 3, 0xc0001000, R },		/* movzbl (%eax), %eax */
	{ { 0xf0, 0x0f, 0xb1, 0x08 }, 4, 0xc0001000, W },	/* lock cmpxchg */
	{ { 0x0f, 0x11, 0x00 }, 3, 0xc0001000, W },		/* movups to memory */
	{ { 0xdd, 0x18 }, 2, 0xc0001000, W },			/* fstpl (%eax) */
	{ { 0xdd, 0x00 }, 2, 0xc0001000, R },			/* fldl (%eax) */
	{ { 0x80, 0x38, 0x01 }, 3, 0xc0001000, R },		/* cmpb $1, (%eax) */
	{ { 0x80, 0x00, 0x01 }, 3, 0xc0001000, W },		/* addb $1, (%eax) */
	{ { 0xff, 0x00 }, 2, 0xc0001000, W },			/* incl (%eax) */
	{ { 0xff, 0x30 }, 2, 0xc0001000, R },			/* push (%eax) */
	{ { 0x65, 0x8b, 0x00 }, 3, 0xc0002000, R },		/* gs has base 0x1000 */
	{ { 0xd7 }, 1, 0xc0000000, R },				/* xlat: ebx + al */
	{ { 0x8b, 0x45, 0x08 }, 3, 0xc0000000, R },		/* straddles the limit */
};

static void operands_are_found(void **state)
{
	for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
		const struct operand *o = &operands[i];
		u32 gva = 0, access = 0, want = o->gva;

		code_setup(state);
		put_code(o->code, o->n);
		if (o->code[0] == 0x88)
			want = 0xc0001000 + 0x01020304;
		if (!limit_fault(&gva, &access))
			fail_msg("operand %zu not found", i);
		if (gva != want || access != o->access)
			fail_msg("operand %zu: 0x%x access %u, expected 0x%x access %u", i, gva,
				 access, want, o->access);
	}
}

static void harmless_ones_are_not(void **state)
{
	static const u8 codes[][6] = {
		{ 0x8b, 0x02 },			/* mov (%edx), %eax */
		{ 0x8d, 0x00 },			/* lea (%eax), %eax touches nothing */
		{ 0x90 }, { 0xf4 }, { 0x0f, 0x32 }, { 0x50 }, { 0xeb, 0x00 }, { 0xcd, 0x21 },
	};
	u32 gva, access;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		code_setup(state);
		put_code(codes[i], 6);
		if (limit_fault(&gva, &access))
			fail_msg("code %zu was blamed for 0x%x", i, gva);
	}
}

static void ports_answer_ones(void **state)
{
	static const u8 inb[] = { 0xe4, 0x60 }, inw[] = { 0x66, 0xed }, inl[] = { 0xed };
	static const u8 out[] = { 0xee }, cli[] = { 0xfa };
	u32 vector = TRAP_GP;

	(void)state;
	cpu->regs.user = 0;
	cpu->regs.eax = 0;
	put_code(inb, 2);
	assert_true(emulate(&vector));
	assert_int_equal(cpu->regs.eax, 0xff);
	assert_int_equal(cpu->regs.eip, CODE + 2);
	put_code(inw, 2);
	assert_true(emulate(&vector));
	assert_int_equal(cpu->regs.eax, 0xffff);
	put_code(inl, 1);
	assert_true(emulate(&vector));
	assert_int_equal(cpu->regs.eax, 0xffffffff);
	put_code(out, 1);
	assert_true(emulate(&vector));
	put_code(cli, 1);
	assert_true(emulate(&vector));
	assert_int_equal(cpu->regs.eip, CODE + 1);
	cpu->regs.user = 1;
	put_code(cli, 1);
	assert_false(emulate(&vector));
	assert_int_equal(cpu->regs.eip, CODE);
}

static void iret_follows_its_frame(void **state)
{
	u32 *frame = fake_ram(0x201000);
	struct lguest_data data = { 0 };

	(void)state;
	cpu->initialised = 1;
	cpu->sw.data = (u64)&data;
	cpu->regs.user = 0;
	frame[0] = 0x1234;
	frame[1] = LG_USER_CS;
	frame[2] = 0x246 | 0x3000 | EFLAGS_VM;
	frame[3] = 0x5678;
	frame[4] = LG_USER_DS;
	assert_true(do_iret(CODE + 0x1000, true));
	assert_int_equal(cpu->regs.user, 1);
	assert_int_equal(cpu->regs.eip, 0x1234);
	assert_int_equal(cpu->regs.esp, 0x5678);
	assert_int_equal(cpu->regs.eflags, 0x44);
	assert_int_equal(data.irq_enabled, LG_EFLAGS_IF);
	cpu->regs.user = 0;
	frame[1] = LG_KERNEL_CS;
	frame[2] = 0;
	assert_true(do_iret(CODE + 0x1000, false));
	assert_int_equal(cpu->regs.user, 0);
	assert_int_equal(cpu->regs.esp, CODE + 0x100c);
	assert_int_equal(data.irq_enabled, LG_EFLAGS_IF);
	assert_false(do_iret(0x70000000, true));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, code_setup, fake_teardown)
const struct CMUnitTest host_emulate_tests[] = {
	TEST(operands_are_found), TEST(harmless_ones_are_not), TEST(ports_answer_ones), TEST(iret_follows_its_frame),
};
const size_t host_emulate_count = sizeof(host_emulate_tests) / sizeof(host_emulate_tests[0]);
