/* SPDX-License-Identifier: MIT */
/*
 * The diagnosis: what nearly looks like a cause and is none must stay without
 * one.  (That each rule fires when it should is shown by tests/guest/why_*.)
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/debug_fake.h"

#define UNMAPPED	0xd0000000u	/* no directory entry */
#define HOLE		(FAKE_KERNEL + 0x11000)	/* the page above FAKE_STACK's top */

static int setup(void **state)
{
	*state = fake_new();
	return 0;
}

static int teardown(void **state)
{
	fake_free(*state);
	return 0;
}

/* In a crash report, the diagnosis mentions this, or does not. */
static void says(struct lg *lg, const char *words)
{
	char *report = fake_report(lg, NULL);

	assert_ptr_equal(strstr(report, "lguest: diagnosis: "), report);
	*strchr(report, '\n') = '\0';
	assert_says(report, words);
	free(report);
}

static void not(struct lg *lg, const char *words)
{
	char *report = fake_report(lg, NULL);

	if (!strncmp(report, "lguest: diagnosis: ", 19)) {
		*strchr(report, '\n') = '\0';
		assert_silent(report, words);
	}
	free(report);
}

/* The same for a guest that was stopped. */
static void stop_says(struct lg *lg, const char *words)
{
	char *report = fake_stop_report(lg);

	assert_says(report, words);
	free(report);
}

static void stop_silent(struct lg *lg)
{
	char *report = fake_stop_report(lg);

	assert_string_equal(report, "");
	free(report);
}

static void fault(struct lg *lg, u32 eip, u32 cr2, u32 error)
{
	struct lg_regs *r = &lg->shared->cpu.regs;

	fake_reason(lg, "unhandled trap 14 at 0xc0008000 (0x0)");
	r->trap = 14;
	r->eip = eip;
	r->cr2 = cr2;
	r->error = error;
	r->user = error >> 2 & 1;
}

static void trap(struct lg *lg, u32 vector, u32 error)
{
	fake_reason(lg, "unhandled trap 13 at 0xc0008000 (0x0)");
	lg->shared->cpu.regs.trap = vector;
	lg->shared->cpu.regs.error = error;
}

static void call(struct lg *lg, u32 number, u32 a, u32 b, u32 c)
{
	struct lg_regs *r = &lg->shared->cpu.regs;

	fake_event(lg, (struct lg_event){ 1, LG_EV_HCALL, 0, number, a, b, c });
	r->eax = number, r->ebx = a, r->ecx = b, r->edx = c;
}

/* --- Of crashes ------------------------------------------------------------------- */

static void host_faults(void **state)
{
	fake_reason(*state, "fault in the Host: signal 4 trap 6 at 0x10000007 address 0x0");
	says(*state, "selector 0x33");
	fake_reason(*state, "fault in the Host: signal 11 trap 14 at 0x110001234 address 0x0");
	says(*state, "bug of lguest");
	not(*state, "selector 0x33");
}

static void zeros(void **state)
{
	struct lg *lg = *state;

	fault(lg, FAKE_TEXT, 0, 2);
	says(lg, "executes memory that holds zeros");
	fake_code(lg, "\0\0\xc3", 3);		/* a real add %al,(%eax) */
	not(lg, "zeros");
	fake_code(lg, "\0\0\0", 3);
	fault(lg, FAKE_TEXT, 0, 6);		/* user code is not ours to judge */
	not(lg, "zeros");
}

static void null_pointers(void **state)
{
	struct lg *lg = *state;

	fake_code(lg, "\x8b\x03\xc3", 3);
	fault(lg, FAKE_TEXT, 0x10, 0);
	says(lg, "a null pointer plus an offset");
	fault(lg, FAKE_TEXT, 0x1000, 0);
	not(lg, "null pointer");
	fault(lg, FAKE_TEXT, 0x10, 4);
	not(lg, "null pointer");
	fault(lg, FAKE_TEXT, LG_BOOT_E820, 0);
	says(lg, "boot parameters");
	fault(lg, FAKE_TEXT, LG_BOOT_E820, 2);	/* a write is none */
	not(lg, "boot parameters");
}

/* The page table entry itself allows the access by now: no reason to name its absence. */
static void no_longer(void **state)
{
	struct lg *lg = *state;

	fake_code(lg, "\x8b\x03\xc3", 3);
	fault(lg, FAKE_TEXT, FAKE_KERNEL + 0x5000, 0);
	not(lg, "do not map");
	fault(lg, FAKE_TEXT, UNMAPPED, 0);
	says(lg, "do not map");
}

static void stacks(void **state)
{
	struct lg *lg = *state;
	struct lg_regs *r = &lg->shared->cpu.regs;

	fake_code(lg, "\x50\xc3\x90", 3);
	fake_poke(lg, FAKE_PGTAB + 4 * 0x11, 0);	/* HOLE is not mapped */
	fake_poke(lg, FAKE_PGTAB + 4 * 0x12, 0x12063);	/* above: a page of stack, used */
	r->esp = HOLE + 0x800;
	fault(lg, FAKE_TEXT, HOLE + 0x7fc, 2);
	says(lg, "the kernel stack overflowed");
	fake_poke(lg, FAKE_PGTAB + 4 * 0x12, 0x12023);	/* never written: no stack */
	not(lg, "overflowed");
	fake_poke(lg, FAKE_PGTAB + 4 * 0x12, 0x12063);
	fault(lg, FAKE_TEXT, UNMAPPED, 2);		/* not through esp */
	not(lg, "overflowed");
	r->esp = FAKE_STACK;
	fault(lg, FAKE_TEXT, HOLE + 0x7fc, 2);		/* esp is well */
	not(lg, "overflowed");
}

/* A switch is to blame only if it took something away. */
static void switches(void **state)
{
	struct lg *lg = *state;
	struct lg_regs *r = &lg->shared->cpu.regs;

	fake_code(lg, "\x50\xc3\x90", 3);
	call(lg, LHCALL_NEW_PGTABLE, FAKE_PGDIR, 0, 0);
	r->esp = UNMAPPED + 0x800;
	fault(lg, FAKE_TEXT, UNMAPPED + 0x7fc, 2);
	not(lg, "NEW_PGTABLE");				/* in linear mode it was not there either */
	r->esp = 0x5000;
	fault(lg, FAKE_TEXT, 0x4ffc, 2);
	says(lg, "its stack at 0x00004ffc is not mapped");
	lg->shared->cpu.pgdir = 0x7000;			/* not the last switch */
	not(lg, "its stack");
}

static void virtual_or_outside(void **state)
{
	struct lg *lg = *state;

	fake_reason(lg, "bad page directory 0xc0001000");
	call(lg, LHCALL_NEW_PGTABLE, 0xc0001000, 0, 0);
	says(lg, "that is a virtual address");
	says(lg, "physical it is 0x00001000");
	fake_reason(lg, "bad page directory 0x70001000");
	call(lg, LHCALL_NEW_PGTABLE, 0x70001000, 0, 0);
	not(lg, "virtual");
	says(lg, "RAM ends at 0x00020000");
}

static void register_order(void **state)
{
	struct lg *lg = *state;

	fake_reason(lg, "Setting idt entry 6356992");
	call(lg, LHCALL_LOAD_IDT_ENTRY, 0x610000, 0xc0008e00, 0x30);
	says(lg, "in edx instead of ebx");
	call(lg, LHCALL_LOAD_IDT_ENTRY, 0x610000, 0x1234, 0x30);	/* no gate */
	not(lg, "instead of");
	fake_reason(lg, "bad IDT type 5");
	call(lg, LHCALL_LOAD_IDT_ENTRY, 0x30, 0x610000, 0xc0008500);	/* right order */
	not(lg, "instead of");
	fake_reason(lg, "bad stack segment 0x10");
	call(lg, LHCALL_SET_STACK, 0x10, FAKE_STACK, 1);
	not(lg, "instead of");
	fake_reason(lg, "bad page directory 0x70001000");
	call(lg, LHCALL_NEW_PGTABLE, 0x70001000, 0, 0x1234);		/* not page-aligned */
	not(lg, "instead of");
}

static void privileged(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *words;
	} table[] = {
		{ "\x0f\x22\xd8", 3, "\"mov cr3, eax\"" }, { "\x0f\x22\xd8", 3, "NEW_PGTABLE" },
		{ "\x0f\x20\xc0", 3, "the only bit of cr0" }, { "\x0f\x01\x38", 3, "SET_PTE" },
		{ "\x0f\x01\x18", 3, "LOAD_IDT_ENTRY" }, { "\x0f\x01\x10", 3, "LOAD_GDT_ENTRY" },
		{ "\x0f\x00\xd8", 3, "SET_STACK" }, { "\xf4", 1, "make HALT" },
		{ "\xfb", 1, "irq_enabled to 0x200" }, { "\xfa", 1, "irq_enabled to 0" },
		{ "\xcf", 1, "slot 32 (IRET)" }, { "\xec", 1, "no ports" },
		{ "\x6f", 1, "no ports" }, { "\x0f\x30", 2, "model-specific" },
		{ "\x0f\x06", 2, "TS(0)" }, { "\x0f\x09", 2, "caches are coherent" },
	};
	struct lg *lg = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		fake_code(lg, table[i].bytes, table[i].len);
		trap(lg, 13, 0);
		says(lg, table[i].words);
		trap(lg, 13, 0x10);		/* it refused a selector, not the instruction */
		not(lg, "is privileged");
		fault(lg, FAKE_TEXT, UNMAPPED, 0);
		not(lg, "is privileged");
	}
	trap(lg, 13, 0);
	lg->shared->native = 0;			/* what old kernels do is not what ours do */
	lg->shared->generation = LG_GEN_2_6_25;
	fake_code(lg, "\x0f\x01\x10", 3);
	says(lg, "make LOAD_GDT(gpa");
	fake_code(lg, "\xfb", 1);
	not(lg, "SEND_INTERRUPTS");
	fake_code(lg, "\xcf", 1);
	not(lg, "slot 32");
	lg->shared->generation = LG_GEN_4_0;
	fake_code(lg, "\x6f", 1);
	says(lg, "use out");
	fake_code(lg, "\xcd\x80", 2);		/* int 0x80 is no "in" */
	trap(lg, 13, 0);
	not(lg, "is privileged");
	fake_code(lg, "\x89\xd8", 2);
	not(lg, "is privileged");
}

/* Registers that happen to point to changed data prove nothing. */
static void stale(void **state)
{
	struct lg *lg = *state;

	fake_code(lg, "\x0f\x0b", 2);
	trap(lg, 6, 0);
	fake_event(lg, (struct lg_event){ 1, LG_EV_SHADOW, 0, FAKE_KERNEL, 0x20000, 0, 1 });
	fake_poke(lg, FAKE_PGTAB + 4 * 5, 0x7003);
	lg->shared->cpu.regs.ebp = FAKE_KERNEL + 0x5123;
	not(lg, "old translation");
	lg->shared->cpu.regs.esp = FAKE_KERNEL + 0x5800;
	says(lg, "old translation of the page at 0xc0005000 (esp)");
	fake_event(lg, (struct lg_event){ 2, LG_EV_FLUSH, 0, 0, 0, 0, 0 });
	not(lg, "old translation");
}

/* A handler that gave up, and one that returned long ago. */
static void handlers(void **state)
{
	struct lg *lg = *state;

	fake_reason(lg, "CRASH: I give up");
	lg->shared->cpu.idt[5].present = 1;
	fake_poke(lg, FAKE_TEXT + 0x40 - FAKE_KERNEL, 0x90909090);
	fake_event(lg, (struct lg_event){ 1, LG_EV_TRAP, 0, 5, FAKE_TEXT + 0x40, 0, 0 });
	not(lg, "handler");			/* no frame on the stack */
	fake_push(lg, 0x202);
	fake_push(lg, LG_KERNEL_CS);
	fake_push(lg, FAKE_TEXT + 0x40);
	fake_push(lg, 0x12345678);
	says(lg, "in its handler of trap 5 (bound range exceeded), which happened at 0xc0008040");
	call(lg, LHCALL_SHUTDOWN, 0, 1, 0);
	says(lg, "in its handler");
	call(lg, LHCALL_SET_CLOCKEVENT, 1, 0, 0);	/* it went on with something else */
	not(lg, "in its handler");
}

/* --- Of guests that were stopped ---------------------------------------------------- */

static void kicks(struct lg *lg, u32 n, u32 apart, u32 user, u32 irq_enabled)
{
	for (u32 i = 0; i < n; i++)
		fake_event(lg, (struct lg_event){ i, LG_EV_KICK, 0, FAKE_TEXT + i * apart, user,
						  irq_enabled, 0 });
	lg->shared->cpu.regs.eip = FAKE_TEXT + (n - 1) * apart;
}

static void set_data(struct lg *lg, u32 irq_enabled, u32 blocked)
{
	fake_poke(lg, FAKE_DATA, irq_enabled);
	fake_poke(lg, FAKE_DATA + 4, blocked);
	lg->shared->ram_pages = FAKE_PAGES - 1;	/* the last is an empty device page */
}

static void looping(void **state)
{
	struct lg *lg = *state;

	set_data(lg, 0, 0);
	stop_silent(lg);			/* stopped anywhere: nothing to say */
	kicks(lg, 3, 0, 0, 0);
	stop_silent(lg);			/* too few */
	fake_event(lg, (struct lg_event){ 1, LG_EV_HCALL, 0, LHCALL_NOTIFY, 0, 0, 0 });
	kicks(lg, 3, 0, 0, 0);
	stop_silent(lg);			/* it does something in between */
	kicks(lg, 8, 0x1000, 0, 0);
	stop_silent(lg);			/* all over the place */
	kicks(lg, 8, 4, 1, 0);
	lg->shared->cpu.regs.user = 1;
	stop_silent(lg);			/* user code */
	lg->shared->cpu.regs.user = 0;
	kicks(lg, 8, 4, 0, 0);
	stop_says(lg, "with interrupts off");
	set_data(lg, LG_EFLAGS_IF, 0);
	lg->shared->cpu.deadline = 1;
	lg->shared->cpu.idt[32].present = 1;
	kicks(lg, 8, 4, 0, LG_EFLAGS_IF);
	stop_silent(lg);			/* the clock will come */
	lg->shared->cpu.deadline = 0;
	stop_says(lg, "for ever");
}

static void halted(void **state)
{
	struct lg *lg = *state;
	struct lg_cpu *cpu = &lg->shared->cpu;

	set_data(lg, LG_EFLAGS_IF, 0);
	cpu->halted = 1;
	cpu->idt[32].present = 1;
	stop_says(lg, "for ever");
	cpu->deadline = 1;
	stop_silent(lg);
	cpu->idt[32].present = 0;
	stop_says(lg, "for the clock");
	cpu->deadline = 0;
	cpu->irqs = 1;
	stop_says(lg, "irq 0 (the clock) is pending, and vector 32 has no gate");
	cpu->idt[32].present = 1;
	stop_silent(lg);			/* it will be delivered at once */
	set_data(lg, LG_EFLAGS_IF, 1);
	stop_says(lg, "is pending and blocked");
	cpu->irqs |= 2;
	stop_says(lg, "vector 33 has no gate");	/* both are stuck */
	cpu->idt[33].present = 1;
	stop_silent(lg);			/* another can be delivered */
	cpu->irqs = 1u << LG_IRQ_CONFIG;
	set_data(lg, LG_EFLAGS_IF, 1u << LG_IRQ_CONFIG);
	stop_says(lg, "for ever");		/* nobody waits for that one */
	cpu->data_gpa = 0;
	stop_silent(lg);
}

static void off_by_32(void **state)
{
	struct lg *lg = *state;
	struct lg_cpu *cpu = &lg->shared->cpu;

	set_data(lg, LG_EFLAGS_IF, 0);
	cpu->halted = 1;
	cpu->irqs = 1u << 5;
	stop_says(lg, "vector 37 has no gate");
	cpu->idt[5].present = 1;
	stop_says(lg, "vector 5 has a gate; usually interrupt numbers that are off by 32");
	cpu->idt[5].present = 0;
	cpu->idt[69].present = 1;
	stop_says(lg, "vector 69 has a gate");
	cpu->syscall_vec = 69;			/* that one is for something else */
	{
		char *report = fake_stop_report(lg);

		assert_silent(report, "off by 32");
		free(report);
	}
}

int debug_diagnose_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(host_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(zeros, setup, teardown),
		cmocka_unit_test_setup_teardown(null_pointers, setup, teardown),
		cmocka_unit_test_setup_teardown(no_longer, setup, teardown),
		cmocka_unit_test_setup_teardown(stacks, setup, teardown),
		cmocka_unit_test_setup_teardown(switches, setup, teardown),
		cmocka_unit_test_setup_teardown(virtual_or_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(register_order, setup, teardown),
		cmocka_unit_test_setup_teardown(privileged, setup, teardown),
		cmocka_unit_test_setup_teardown(stale, setup, teardown),
		cmocka_unit_test_setup_teardown(handlers, setup, teardown),
		cmocka_unit_test_setup_teardown(looping, setup, teardown),
		cmocka_unit_test_setup_teardown(halted, setup, teardown),
		cmocka_unit_test_setup_teardown(off_by_32, setup, teardown),
	};

	return cmocka_run_group_tests_name("diagnoses", tests, NULL, NULL);
}
