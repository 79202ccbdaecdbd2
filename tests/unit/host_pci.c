/* SPDX-License-Identifier: MIT */
/* Instructions that reach for a device's registers, or its port: what is asked, what comes back. */
#include "tests/unit/host_fake.h"

#include "host/insn.h"

#define CODE	0x20000000u
#define REGS	0x20100000u		/* gva of the page with registers ... */
#define FRAME	(FAKE_RAM + LG_DEVICE_PAGES * LG_PAGE_SIZE) /* ... and its gpa */
#define AT	0x80u			/* of our device */
#define KERNEL	(PTE_ALL & ~LG_PTE_USER)

static int pci_setup(void **state)
{
	struct lg_regs *r = &cpu->regs;

	fake_setup(state);
	lg->generation = LG_GEN_4_0;
	lg->registers[3] = (struct lg_registers){ FRAME + AT, 128, 5, FAKE_RAM / LG_PAGE_SIZE + 7,
						  FAKE_RAM + 12 };
	fake_map(CODE, 0x200000, KERNEL);
	fake_map(REGS, FRAME, KERNEL);
	r->eip = CODE;
	r->eax = 0x11223344;
	r->ebx = REGS + AT;
	r->ecx = 4;
	r->edx = 0x55667788;
	r->esi = 0x99aabbcc;
	r->ebp = REGS + AT + 0x100;
	return 0;
}

static bool run_code(const u8 *code, u32 n, u32 gva, u32 access)
{
	memset(fake_ram(0x200000), 0x90, 32);
	memcpy(fake_ram(0x200000), code, n);
	cpu->regs.eip = CODE;
	return device_fault(gva, access);
}

struct load {
	u8 code[12];
	u32 n, offset, len, answer, reg, result;
};

static const struct load loads[] = {
	{ { 0x8b, 0x03 }, 2, 0, 4, 0xa1b2c3d4, 0, 0xa1b2c3d4 },		/* mov (%ebx), %eax */
	{ { 0x66, 0x8b, 0x43, 0x12 }, 4, 0x12, 2, 0xffffc3d4, 0, 0x1122c3d4 },
	{ { 0x8a, 0x43, 0x14 }, 3, 0x14, 1, 0xffffffd4, 0, 0x112233d4 },
	{ { 0x8a, 0x63, 0x14 }, 3, 0x14, 1, 0xd4, 0, 0x1122d444 },	/* %ah */
	{ { 0x8a, 0x73, 0x14 }, 3, 0x14, 1, 0xd4, 2, 0x5566d488 },	/* %dh */
	{ { 0x0f, 0xb6, 0x73, 0x15 }, 4, 0x15, 1, 0xd4, 6, 0xd4 },	/* movzbl */
	{ { 0x0f, 0xb7, 0x43, 0x16 }, 4, 0x16, 2, 0xfed4, 0, 0xfed4 },
	{ { 0x0f, 0xbe, 0x43, 0x15 }, 4, 0x15, 1, 0xd4, 0, 0xffffffd4 }, /* movsbl */
	{ { 0x0f, 0xbf, 0x43, 0x16 }, 4, 0x16, 2, 0x7ed4, 0, 0x7ed4 },
	{ { 0x66, 0x0f, 0xbe, 0x43, 0x15 }, 5, 0x15, 1, 0xd4, 0, 0x1122ffd4 },
	{ { 0x8b, 0x44, 0x8b, 0x08 }, 4, 0x18, 4, 7, 0, 7 },		/* 8(%ebx,%ecx,4) */
	{ { 0x8b, 0x93, 0x10, 0, 0, 0 }, 6, 0x10, 4, 7, 2, 7 },	/* disp32 */
	{ { 0x8b, 0x95, 0x20, 0xff, 0xff, 0xff }, 6, 0x20, 4, 7, 2, 7 }, /* -0xe0(%ebp) */
	{ { 0x8b, 0x0d, 0x90, 0, 0x10, 0x20 }, 6, 0x10, 4, 7, 1, 7 },	/* mod 0 rm 5 */
	{ { 0x8b, 0x0c, 0x25, 0x90, 0, 0x10, 0x20 }, 7, 0x10, 4, 7, 1, 7 }, /* by SIB */
	{ { 0x8b, 0x04, 0x8d, 0x80, 0, 0x10, 0x20 }, 7, 0x10, 4, 7, 0, 7 },
	{ { 0xa1, 0xa0, 0, 0x10, 0x20 }, 5, 0x20, 4, 7, 0, 7 },
	{ { 0xa0, 0xa1, 0, 0x10, 0x20 }, 5, 0x21, 1, 7, 0, 0x11223307 },
	{ { 0x66, 0xa1, 0xa2, 0, 0x10, 0x20 }, 6, 0x22, 2, 7, 0, 0x11220007 },
	{ { 0x3e, 0x8b, 0x03 }, 3, 0, 4, 7, 0, 7 },			/* %ds: */
	{ { 0x65, 0xa1, 0xa0, 0xf0, 0x0f, 0x20 }, 6, 0x20, 4, 7, 0, 7 }, /* %gs has base 0x1000 */
};

static void loads_are_taken_apart(void **state)
{
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		const struct load *l = &loads[i];

		pci_setup(state);
		fake_answer = l->answer;
		if (!run_code(l->code, l->n, REGS + AT + l->offset, 0))
			fail_msg("load %zu is not known", i);
		assert_int_equal(fake_asked.op, LG_OP_MMIO_READ);
		assert_int_equal(fake_asked.a, FRAME + AT + l->offset);
		assert_int_equal(fake_asked.b, l->len);
		if (*gpr_at(l->reg) != l->result || cpu->regs.eip != CODE + l->n)
			fail_msg("load %zu: 0x%x, eip +%u", i, *gpr_at(l->reg), cpu->regs.eip - CODE);
	}
}

struct store {
	u8 code[12];
	u32 n, offset, len, value;
};

static const struct store stores[] = {
	{ { 0x89, 0x13 }, 2, 0, 4, 0x55667788 },
	{ { 0x66, 0x89, 0x53, 0x18 }, 4, 0x18, 2, 0x7788 },
	{ { 0x88, 0x53, 0x14 }, 3, 0x14, 1, 0x88 },
	{ { 0x88, 0x73, 0x14 }, 3, 0x14, 1, 0x77 },			/* %dh */
	{ { 0xa3, 0xa0, 0, 0x10, 0x20 }, 5, 0x20, 4, 0x11223344 },
	{ { 0xa2, 0xa0, 0, 0x10, 0x20 }, 5, 0x20, 1, 0x44 },
	{ { 0x66, 0xa3, 0xa0, 0, 0x10, 0x20 }, 6, 0x20, 2, 0x3344 },
	{ { 0xc6, 0x43, 0x14, 0x0f }, 4, 0x14, 1, 0x0f },
	{ { 0xc7, 0x03, 1, 2, 3, 4 }, 6, 0, 4, 0x04030201 },
	{ { 0x66, 0xc7, 0x43, 0x18, 1, 2 }, 6, 0x18, 2, 0x0201 },
	{ { 0xc7, 0x05, 0x80, 0, 0x10, 0x20, 9, 0, 0, 0 }, 10, 0, 4, 9 },
};

static void stores_are_taken_apart(void **state)
{
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		const struct store *s = &stores[i];

		pci_setup(state);
		if (!run_code(s->code, s->n, REGS + AT + s->offset, ACCESS_WRITE))
			fail_msg("store %zu is not known", i);
		assert_int_equal(fake_asked.op, LG_OP_MMIO_WRITE);
		assert_int_equal(fake_asked.a, FRAME + AT + s->offset);
		assert_int_equal(fake_asked.b, s->len);
		if (fake_asked.c != s->value || cpu->regs.eip != CODE + s->n)
			fail_msg("store %zu: 0x%x, eip +%u", i, fake_asked.c, cpu->regs.eip - CODE);
	}
}

static void refused(const u8 *code, u32 n, u32 gva, u32 access)
{
	assert_false(run_code(code, n, gva, access));
	assert_int_equal(fake_asked.op, LG_OPS);
	assert_int_equal(cpu->regs.eip, CODE);
	assert_int_equal(fake_reason[0], 0);
}

static void others_are_the_guests(void **state)
{
	static const u8 load[] = { 0x8b, 0x03 }, add[] = { 0x01, 0x03 }, xchg[] = { 0x87, 0x03 },
			c7_1[] = { 0xc7, 0x0b, 0, 0, 0, 0 }, movs[] = { 0xa5 };
	const u32 at = REGS + AT;

	(void)state;
	refused(add, 2, at, ACCESS_WRITE);
	refused(xchg, 2, at, ACCESS_WRITE);
	refused(c7_1, 6, at, ACCESS_WRITE);
	refused(movs, 1, at, 0);
	refused(load, 2, at + 1, 0);	/* not the address it uses */
	refused(load, 2, REGS + 0x1000, 0);
	cpu->regs.ebx = REGS + 0x78;	/* half of it outside */
	refused(load, 2, REGS + 0x78, 0);
	cpu->regs.ebx = at + 126;
	refused(load, 2, at + 126, 0);
	cpu->regs.ebx = at;
	cpu->regs.user = 1;
	refused(load, 2, at, 0);
	cpu->regs.user = 0;
	fake_map(REGS, FRAME, LG_PTE_PRESENT);
	refused(c7_1, 6, at, ACCESS_WRITE);
	fake_map(REGS, FRAME + LG_MMIO_PAGES * LG_PAGE_SIZE, KERNEL);
	refused(load, 2, at, 0);
	fake_map(REGS, FRAME, KERNEL);
	lg->generation = LG_GEN_3_2;
	refused(load, 2, at, 0);
}

/* Behind memory is nothing to be mapped, and nobody dies of the attempt. */
static void registers_are_not_mapped(void **state)
{
	(void)state;
	assert_false(shadow_fault(REGS + AT, 0));
	assert_int_equal(fake_reason[0], 0);
	fake_map(REGS, FRAME + LG_MMIO_PAGES * LG_PAGE_SIZE, KERNEL);
	assert_false(shadow_fault(REGS + AT, 0));
	assert_string_not_equal(fake_reason, "");
}

/* What every request needs is answered without the Launcher. */
static void notify_and_isr(void **state)
{
	static const u8 store[] = { 0x66, 0x89, 0x4b, LG_PCI_NOTIFY }; /* mov %cx, 56(%ebx) */
	static const u8 load[] = { 0x8a, 0x43, LG_PCI_ISR };

	(void)state;
	cpu->regs.ecx = 2;
	assert_true(run_code(store, 4, REGS + AT + LG_PCI_NOTIFY, ACCESS_WRITE));
	assert_int_equal(fake_asked.op, LG_OPS);
	assert_int_equal(fake_notified, FAKE_RAM + 7 * LG_PAGE_SIZE);
	cpu->regs.ecx = 1; /* not in use: the Launcher knows what to say */
	assert_true(run_code(store, 4, REGS + AT + LG_PCI_NOTIFY, ACCESS_WRITE));
	assert_int_equal(fake_asked.op, LG_OP_MMIO_WRITE);
	pci_setup(state);
	*fake_ram(FAKE_RAM + 12) = 3;
	assert_true(run_code(load, 3, REGS + AT + LG_PCI_ISR, 0));
	assert_int_equal(cpu->regs.eax, 0x11223303);
	assert_int_equal(*fake_ram(FAKE_RAM + 12), 0);
	assert_int_equal(fake_asked.op, LG_OPS);
}

static void ports(void **state)
{
	struct insn in = { .opcode = 0xef, .opsize = 4 };

	(void)state;
	cpu->regs.edx = 0xcf8;
	assert_true(device_io(&in)); /* outl */
	assert_int_equal(fake_asked.op, LG_OP_PORT_OUT);
	assert_int_equal(fake_asked.a, 0xcf8);
	assert_int_equal(fake_asked.b, 4);
	assert_int_equal(fake_asked.c, 0x11223344);
	in.opcode = 0xed; /* inw */
	in.opsize = 2;
	cpu->regs.edx = 0x10cfe;
	fake_answer = 0xaaaabbbb;
	assert_false(!device_io(&in));
	assert_int_equal(fake_asked.a, 0xcfe);
	assert_int_equal(cpu->regs.eax, 0x1122bbbb);
	fake_asked.op = LG_OPS;
	in = (struct insn){ .opcode = 0xe4, .opsize = 4, .len = 1, .n = 2, .bytes = { 0xe4, 0x64 } };
	assert_true(device_io(&in)); /* inb $0x64 */
	assert_int_equal(cpu->regs.eax, 0x1122bb01);
	in.opcode = 0xe6;
	assert_false(device_io(&in));
	in.opcode = 0x0fe4;
	assert_false(device_io(&in));
	in.opcode = 0xec;
	cpu->regs.edx = 0xd00;
	assert_false(device_io(&in));
	assert_int_equal(fake_asked.op, LG_OPS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, pci_setup, fake_teardown)
const struct CMUnitTest host_pci_tests[] = {
	TEST(loads_are_taken_apart),	TEST(stores_are_taken_apart), TEST(others_are_the_guests),
	TEST(registers_are_not_mapped), TEST(notify_and_isr),	      TEST(ports),
};
const size_t host_pci_count = sizeof(host_pci_tests) / sizeof(host_pci_tests[0]);
