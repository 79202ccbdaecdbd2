/* SPDX-License-Identifier: MIT */
/*
 * The report as a whole: all of its parts, and no harm from nonsense.
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

static void parts(void **state)
{
	struct lg *lg = *state;
	struct lg_regs *r = &lg->shared->cpu.regs;
	char *report;

	fake_reason(lg, "unhandled trap 14 at 0xc0008000 (0xdeadbeef)");
	fake_code(lg, "\x89\x03\x90", 3);
	r->trap = 14, r->error = 2, r->cr2 = 0xdeadbeef;
	r->eax = 0x11223344, r->edi = 0x55667788, r->eflags = 0x10246;
	lg->shared->tsc_khz = 1000000;
	fake_event(lg, (struct lg_event){ 1000, LG_EV_HCALL, 0, 10, 0, 0, 0 });
	fake_event(lg, (struct lg_event){ 3000, LG_EV_TRAP, 0, 14, FAKE_TEXT, 0xdeadbeef, 0 });
	report = fake_report(lg, NULL);
	assert_says(report, "lguest: the guest crashed: unhandled trap 14 at 0xc0008000 (0xdeadbeef)\n");
	assert_says(report, "last trap: 14, page fault, error code 0x2, address 0xdeadbeef: write to a "
		    "page that is not present, from the kernel\n");
	assert_says(report, "registers (kernel mode):\n  eax 0x11223344");
	assert_says(report, "edi 0x55667788");
	assert_says(report, "eflags 0x00010246: PF ZF RF, interrupts on (irq_enabled 0x200");
	assert_says(report, " > 0xc0008000  89 03                          mov [ebx], eax\n");
	assert_says(report, "page tables at the faulting address 0xdeadbeef:\n");
	assert_says(report, "directory[890] = 0x00000000: not present\n");
	assert_says(report, "last 2 host events (0 before them)");
	assert_says(report, "  -     2.000 us space 0  hypercall  10 HALT");
	assert_says(report, "  -     0.000 us space 0  trap       14 page fault");
	assert_says(report, "no symbols: no kernel image given\n");
	free(report);
}

static void flight_recorder_wraps(void **state)
{
	struct lg *lg = *state;
	char *report;

	for (u32 i = 0; i < LG_EVENTS + 100; i++)
		fake_event(lg, (struct lg_event){ i, LG_EV_MARK, 0, i, 0, 0, 0 });
	report = fake_report(lg, NULL);
	assert_says(report, "last 64 host events (4132 before them)");
	assert_silent(report, "mark       0x1023 ");	/* 4131: one too old */
	assert_says(report, "mark       0x1024 ");
	assert_says(report, "mark       0x1063 ");
	free(report);
}

/* lguest_data or the reason may be anywhere and anything. */
static void odd_state(void **state)
{
	struct lg *lg = *state;
	char *report;

	memset(lg->shared->reason, 'x', LG_REASON_MAX);
	lg->shared->cpu.data_gpa = FAKE_PAGES * 4096 - 8;
	lg->shared->cpu.space = 0xffffffff;
	report = fake_report(lg, NULL);
	assert_says(report, "interrupts off (no lguest_data)");
	assert_says(report, "xxx\n");
	free(report);
	memset(lg->shared->reason, 0, LG_REASON_MAX);
	report = fake_report(lg, NULL);
	assert_says(report, "no reason given");
	free(report);
}

/* xorshift: the same nonsense on every run. */
static u32 noise(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Most words are wild, some are near misses of something real. */
static u32 likely(u32 *seed)
{
	static const u32 real[] = { FAKE_TEXT, FAKE_STACK, FAKE_KERNEL, FAKE_PGDIR, FAKE_DATA };
	u32 n = noise(seed);

	return n & 1 ? noise(seed) : real[(n >> 8) % 5] + (noise(seed) & 0xff) - 0x80;
}

static void scribble(struct lg *lg, u32 *seed)
{
	struct lg_cpu *cpu = &lg->shared->cpu;
	u32 *regs = (u32 *)(void *)&cpu->regs;

	for (size_t i = 0; i < sizeof(cpu->regs) / 4; i++)
		regs[i] = likely(seed);
	cpu->regs.trap = noise(seed) & 31;
	cpu->regs.user &= 1;
	cpu->linear = (noise(seed) & 7) == 0;
	cpu->pgdir = noise(seed) & 1 ? FAKE_PGDIR : likely(seed);
	cpu->data_gpa = likely(seed);
	cpu->sw.esp1 = likely(seed);
	cpu->space = likely(seed);
	lg->shared->ram_pages = likely(seed);
	atomic_store(&lg->shared->nevents, noise(seed));
	for (u32 i = 0; i < LG_EVENTS; i++) {
		lg->shared->events[i].kind = noise(seed) & 15;
		lg->shared->events[i].a = likely(seed);
		lg->shared->events[i].b = likely(seed);
	}
	for (u32 i = 0; i < sizeof(lg->ram) / 4; i += 1 + (noise(seed) & 31))
		fake_poke(lg, 4 * i, likely(seed));
}

static void nonsense(void **state)
{
	const struct debug_image image = { .path = DEBUG_GUEST, .fd = -1 };
	u32 seed = 2463534242u;

	for (int i = 0; i < 100; i++) {
		char *report;

		teardown(state);
		setup(state);
		scribble(*state, &seed);
		report = fake_report(*state, &image);
		assert_says(report, "host events");
		assert_true(strlen(report) < 40000);
		free(report);
	}
}

int debug_report_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts, setup, teardown),
		cmocka_unit_test_setup_teardown(flight_recorder_wraps, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_state, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense, setup, teardown),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
