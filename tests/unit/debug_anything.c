/* SPDX-License-Identifier: MIT */
/*
 * Reports of guests that never were: anything in the shared state and in
 * memory, with the reasons that rules look for.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/debug_fake.h"

#define UNMAPPED	0xd0000000u

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

static u32 noise(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static u32 word(u32 *seed)
{
	static const u32 real[] = { FAKE_TEXT, FAKE_STACK, FAKE_KERNEL, FAKE_PGDIR, FAKE_DATA,
				    0, UNMAPPED, FAKE_PAGES * LG_PAGE_SIZE, 0xfffffff0 };
	u32 n = noise(seed);

	return n & 1 ? noise(seed) : real[(n >> 8) % 9] + (noise(seed) & 0x1f) - 8;
}

static void scribble(struct lg *lg, u32 *seed)
{
	static const char *const reasons[] = {
		"unhandled trap 14 at 0x%x (0x%x)", "bad stack page 0x%x", "CRASH: words %x %x",
		"bad page table entry 0x%x at 0x%x", "bad page directory 0x%x", "bad guest page 0x%x",
		"hypercall %u before INIT", "Bad hypercall %u", "bad read address 0x%x: text",
		"fault in the Host: signal 11 trap 14 at 0x%x address 0x%x", "Setting idt entry %u",
		"bad page directory entry 0x%x at 0x%x: no memory for 0x20000",
	};
	struct lg_cpu *cpu = &lg->shared->cpu;
	u32 *regs = (u32 *)(void *)&cpu->regs;

	for (size_t i = 0; i < sizeof(cpu->regs) / 4; i++)
		if (noise(seed) & 1)
			regs[i] = word(seed);
	cpu->regs.trap = noise(seed) & 3 ? 14 : noise(seed);
	cpu->regs.user = (noise(seed) & 3) == 0;
	cpu->linear = (noise(seed) & 3) == 0;
	cpu->halted = (noise(seed) & 3) == 0;
	cpu->irqs = noise(seed) & noise(seed);
	cpu->deadline = noise(seed) & 1;
	cpu->syscall_vec = noise(seed);
	if (noise(seed) & 1)
		cpu->pgdir = word(seed);
	if ((noise(seed) & 3) == 0)
		cpu->data_gpa = word(seed);
	lg->shared->generation = noise(seed) % (LG_GENERATIONS + 2);
	lg->shared->ram_pages = noise(seed) & 3 ? FAKE_PAGES - 8 : word(seed);
	snprintf(lg->shared->reason, LG_REASON_MAX, reasons[noise(seed) % 12], word(seed), word(seed));
	for (u32 i = noise(seed) % 40; i; i--)
		fake_event(lg, (struct lg_event){ noise(seed), noise(seed) & 15, 0, noise(seed) & 31,
						  word(seed), word(seed), noise(seed) & 1 });
	for (u32 i = 0; i < LG_IDT_ENTRIES; i++)
		cpu->idt[i].present = noise(seed) & 1;
	for (u32 i = noise(seed) & 0xff; i; i--)
		fake_poke(lg, noise(seed) % (sizeof(lg->ram) - 4), word(seed));
}

/* Never hurt, never long, and always one line. */
static void anything(void **state)
{
	const struct debug_image image = { .path = DEBUG_GUEST, .fd = -1 };
	u32 seed = 88172645u;
	clock_t start = clock();

	for (int i = 0; i < 400; i++) {
		char *report, *second;

		teardown(state);
		setup(state);
		scribble(*state, &seed);
		report = fake_report(*state, &image);
		second = strstr(report, "\nlguest: ");
		assert_true(!second || !strstr(second + 1, "diagnosis: "));
		free(report);
		free(fake_stop_report(*state));
	}
	assert_true(clock() - start < 400 * (CLOCKS_PER_SEC / 20));	/* 50 ms each */
}

int debug_anything_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(anything, setup, teardown),
	};

	return cmocka_run_group_tests_name("anything", tests, NULL, NULL);
}
