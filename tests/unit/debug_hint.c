/* SPDX-License-Identifier: MIT */
/*
 * Each classic porting bug must be named in words, and only when it is there.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/debug_fake.h"

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

static void says(struct lg *lg, const char *words)
{
	char *report = fake_report(lg, NULL);

	assert_says(report, words);
	free(report);
}

static void silent(struct lg *lg, const char *words)
{
	char *report = fake_report(lg, NULL);

	assert_silent(report, words);
	free(report);
}

static void trap(struct lg *lg, u32 vector, u32 error)
{
	lg->shared->cpu.regs.trap = vector;
	lg->shared->cpu.regs.error = error;
}

static void healthy(void **state)
{
	fake_reason(*state, "CRASH: out of coffee");
	silent(*state, "hint:");
}

static void reasons(void **state)
{
	static const struct {
		const char *reason, *words;
	} table[] = {
		{ "hypercall 9 before LGUEST_INIT", "must be the first hypercall" },
		{ "already have lguest_data", "it can be made once" },
		{ "bad page table entry 0xc0100003", "points outside RAM" },
		{ "bad page directory entry 0xc0100003", "points outside RAM" },
		{ "bad stack segment 0x10", "0x69" },
		{ "bad stack page 0xc0001000", "SET_STACK must be mapped and writable" },
		{ "bad page directory 0xc0001000", "page-aligned, inside RAM" },
		{ "trap 14 from user mode at 0x1020 before SET_STACK", "before the first IRET" },
		{ "IRET is jumped to, not called", "jmp, not call" },
		{ "fault in the Host: signal 11 trap 14 at 0x110001234 address 0x0", "bug of lguest" },
		{ "fault in the Host: signal 4 trap 6 at 0x10000007 address 0x0", "selector 0x33" },
		{ "too many SET_PTES 2000", "at most 1024" },
		{ "console: buffer 0xc0001000+0x10 outside memory in the queue at 0x4004000",
		  "subtract the kernel's base" },
		{ "console: avail index jumped to 0x3e8 in the queue at 0x4004000", "modulo 65536" },
		{ "console: next descriptor 0x100 in the queue at 0x4004000", "0 to 255" },
		{ "bad IDT type 0x5", "task gate" },
		{ "Bad NOTIFY 0xc0000000", "NOTIFY takes a gpa" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		fake_reason(*state, table[i].reason);
		says(*state, table[i].words);
	}
}

static void hypercalls(void **state)
{
	struct lg *lg = *state;

	fake_reason(lg, "Bad hypercall 36");
	silent(lg, "ELF note");
	lg->shared->native = 0;
	says(lg, "kernels that carry the ELF note");
	fake_reason(lg, "Bad hypercall 13");
	lg->shared->cpu.regs.eax = LHCALL_SET_PMD;
	says(lg, "hint: SET_PMD belongs to PAE");
}

static void selectors(void **state)
{
	struct lg *lg = *state;

	trap(lg, 13, 0x40 * 8 + 2);
	says(lg, "int 64 from user mode needs a gate with DPL 3 (none is loaded)");
	lg->shared->cpu.idt[0x40].present = 1;
	says(lg, "(there is one with less)");
	trap(lg, 13, 0x10);
	lg->shared->cpu.gdt[2] = (struct lg_segment){ 0xffff, 0xcf9a00 };
	says(lg, "selector 0x10: GDT entry 2 is 00cf9a00 0000ffff");
	trap(lg, 13, 0xfff8);
	silent(lg, "hint: selector");
}

static void wild_jump(void **state)
{
	struct lg *lg = *state;

	lg->shared->cpu.regs.eip = 4;
	says(lg, "call through a null function pointer");
	says(lg, "0x00000004 cannot be read");
	lg->shared->cpu.regs.eip = 0xd0000000;
	says(lg, "eip 0xd0000000 itself is not mapped: the page directory entry is not present");
}

static void stacks(void **state)
{
	struct lg *lg = *state;

	lg->shared->cpu.regs.esp = 0xd0000000;
	says(lg, "esp (0xd0000000) is not mapped and writable");
	lg->shared->cpu.regs.user = 1;
	lg->shared->cpu.sw.esp1 = 0;
	says(lg, "no SET_STACK yet");
	lg->shared->cpu.sw.esp1 = 0xd0000000;
	says(lg, "the kernel stack of SET_STACK (0xd0000000) is not mapped");
}

static void forgotten_flush(void **state)
{
	const u32 gva = FAKE_KERNEL + 0x5000;
	struct lg *lg = *state;

	lg->shared->cpu.regs.cr2 = gva + 0x123;
	fake_event(lg, (struct lg_event){ 1, LG_EV_SHADOW, 0, FAKE_KERNEL, 0x8000, 0, 1 });
	silent(lg, "nothing flushed it");
	fake_poke(lg, FAKE_PGTAB + 4 * 5, 0x7003);
	says(lg, "was mapped to gpa 0x00005000, the tables now say gpa 0x00007000");
	fake_poke(lg, FAKE_PGTAB + 4 * 5, 0x5001);
	says(lg, "now say read-only, and nothing flushed it");
	fake_poke(lg, FAKE_PGTAB + 4 * 5, 0);
	says(lg, "now say \"not present\", and nothing flushed it");
	fake_event(lg, (struct lg_event){ 2, LG_EV_FLUSH, 0, 0x400000, 0x1000, 0, 0 });
	says(lg, "nothing flushed it");
	lg->shared->cpu.regs.cr2 = 0;
	says(lg, "0xc0005000 (perhaps not what it died of) was mapped");
	fake_poke(lg, FAKE_DATA + offsetof(struct lguest_data, hcall_status), 0xffffff00);
	silent(lg, "nothing flushed it");	/* the flush may wait in the ring */
	fake_poke(lg, FAKE_DATA + offsetof(struct lguest_data, hcall_status), ~0u);
	says(lg, "nothing flushed it");
	fake_event(lg, (struct lg_event){ 3, LG_EV_FLUSH, 1, gva, 0x1000, 0, 0 });
	silent(lg, "nothing flushed it");
}

/* What another directory had mapped there, or another space, is no matter. */
static void other_directories(void **state)
{
	struct lg *lg = *state;

	fake_event(lg, (struct lg_event){ 1, LG_EV_SHADOW, 1, 0x400000, 0x1000, 0x9000, 1 });
	silent(lg, "nothing flushed it");
	fake_event(lg, (struct lg_event){ 2, LG_EV_SHADOW, 0, 0x400000, 0x1000, 0x9000, 1 });
	says(lg, "nothing flushed it");
	fake_event(lg, (struct lg_event){ 3, LG_EV_SWITCH, 0, 1, 0, 0x5000, 0 });
	silent(lg, "nothing flushed it");
}

int debug_hint_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(healthy, setup, teardown),
		cmocka_unit_test_setup_teardown(reasons, setup, teardown),
		cmocka_unit_test_setup_teardown(hypercalls, setup, teardown),
		cmocka_unit_test_setup_teardown(selectors, setup, teardown),
		cmocka_unit_test_setup_teardown(wild_jump, setup, teardown),
		cmocka_unit_test_setup_teardown(stacks, setup, teardown),
		cmocka_unit_test_setup_teardown(forgotten_flush, setup, teardown),
		cmocka_unit_test_setup_teardown(other_directories, setup, teardown),
	};

	return cmocka_run_group_tests_name("hints", tests, NULL, NULL);
}
