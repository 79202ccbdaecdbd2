/* SPDX-License-Identifier: MIT */
/*
 * Symbols, lines and backtraces, against the image of debug_guest.S.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/debug_fake.h"

#ifndef DEBUG_GUEST
#error "the build says where the image is"
#endif

/* debug_guest.S */
#define OUTER_RETURN	(FAKE_TEXT + 0x09)
#define MIDDLE_RETURN	(FAKE_TEXT + 0x4c)
#define INNER_CRASH	(FAKE_TEXT + 0x83)
#define START_RETURN	(FAKE_TEXT + 0xc5)
#define BARE_CRASH	(FAKE_TEXT + 0x103)
#define LOST_CRASH	(FAKE_TEXT + 0x140)

static const struct debug_image image = { .path = DEBUG_GUEST, .fd = -1 };

/* The text as the Launcher would have loaded it. */
static void load(struct lg *lg)
{
	FILE *f = fopen(DEBUG_GUEST ".bin", "rb");

	assert_non_null(f);
	assert_true(fread(lg->ram + 0x8000, 1, 4096, f) > 0x140);
	fclose(f);
}

static int setup(void **state)
{
	*state = fake_new();
	load(*state);
	return 0;
}

static int teardown(void **state)
{
	fake_free(*state);
	return 0;
}

static void lookup(void **state)
{
	struct symbols *sy = symbols_open(&image, false);
	const char *name = "", *file = "";
	u32 offset = 0;
	int line = 0;

	(void)state;
	assert_non_null(sy);
	assert_null(symbols_note(sy));
	assert_true(symbols_find(sy, MIDDLE_RETURN, &name, &offset));
	assert_string_equal(name, "middle");
	assert_int_equal(offset, 0xc);
	assert_true(symbols_line(sy, MIDDLE_RETURN, &file, &line));
	assert_non_null(strstr(file, "debug_guest.S"));
	assert_true(line > 30 && line < 70);
	assert_true(symbols_text(sy, FAKE_TEXT));
	assert_false(symbols_text(sy, FAKE_TEXT - 1));
	assert_false(symbols_text(sy, 0x8000));
	assert_false(symbols_find(sy, 0, &name, &offset));
	symbols_close(sy);
}

/* Before its first page table the kernel runs at its physical addresses. */
static void lookup_linear(void **state)
{
	struct symbols *sy = symbols_open(&image, true);
	const char *name = "";
	u32 offset = 0;

	(void)state;
	assert_true(symbols_find(sy, 0x8083, &name, &offset));
	assert_string_equal(name, "inner");
	assert_int_equal(offset, 3);
	symbols_close(sy);
}

static void nothing_to_see(void **state)
{
	const struct debug_image none = { .path = "/nonexistent", .fd = -1 };
	const struct debug_image text = { .path = "t", .bytes = "not ELF at all", .len = 14, .fd = -1 };
	const struct debug_image *images[] = { &none, &text };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct symbols *sy = symbols_open(images[i], false);

		assert_non_null(symbols_note(sy));
		assert_false(symbols_text(sy, FAKE_TEXT));
		symbols_close(sy);
	}
	assert_null(symbols_open(NULL, false));
	assert_non_null(symbols_note(NULL));
}

/* An image cut off anywhere must not bring the report down. */
static void truncated(void **state)
{
	static char bytes[1 << 16];
	struct lg *lg = *state;
	FILE *f = fopen(DEBUG_GUEST, "rb");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t cut = 0; cut < len; cut += 97) {
		char *part = malloc(cut + 1);	/* so that ASan sees the end */
		const struct debug_image cut_off = { "cut", -1, part, cut };

		memcpy(part, bytes, cut);
		free(fake_report(lg, &cut_off));
		free(part);
	}
}

/* Nor one with wrong bytes in it: headers, symbols, lines, frames. */
static void corrupted(void **state)
{
	static char bytes[1 << 16], copy[1 << 16];
	struct lg *lg = *state;
	FILE *f = fopen(DEBUG_GUEST, "rb");
	u32 seed = 2463534242u;
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	lg->shared->cpu.regs.eip = INNER_CRASH;
	for (int i = 0; i < 300; i++) {
		const struct debug_image wrong = { "wrong", -1, copy, len };

		memcpy(copy, bytes, len);
		for (int n = 0; n < 1 + i % 20; n++) {
			seed = seed * 1664525u + 1013904223u;
			copy[(seed >> 8) % len] = (char)seed;
		}
		free(fake_report(lg, &wrong));
	}
}

/* The stack as start, outer, middle and inner would have left it. */
static void push_calls(struct lg *lg)
{
	struct lg_regs *r = &lg->shared->cpu.regs;

	fake_push(lg, START_RETURN);
	fake_push(lg, 0x11111111);			/* ebx */
	for (int i = 0; i < 5; i++)
		fake_push(lg, i == 2 ? MIDDLE_RETURN : 0);	/* a decoy */
	fake_push(lg, OUTER_RETURN);
	fake_push(lg, 0x22222222);			/* ebp */
	r->ebp = r->esp;
	fake_push(lg, 0x33333333);			/* edi */
	fake_push(lg, 0);
	fake_push(lg, 0);
}

static void by_frame_information(void **state)
{
	struct lg *lg = *state;
	char *report, *at;
	static const char *const order[] = {
		"#0  0xc0008083 inner+0x3 (unit/debug_guest.S:",
		"#1  0xc000804c middle+0xc (unit/debug_guest.S:",
		"#2  0xc0008009 outer+0x9 (unit/debug_guest.S:",
		"#3  0xc00080c5 start+0x5 (unit/debug_guest.S:",
	};

	push_calls(lg);
	fake_push(lg, MIDDLE_RETURN);
	for (int i = 0; i < 3; i++)
		fake_push(lg, 0);
	lg->shared->cpu.regs.eip = INNER_CRASH;
	at = report = fake_report(lg, &image);
	for (size_t i = 0; i < 4; i++) {
		assert_says(at, order[i]);
		at = strstr(at, order[i]);
	}
	assert_silent(report, "#4");
	assert_silent(report, "  ? ");
	free(report);
}

static void by_frame_pointer(void **state)
{
	struct lg *lg = *state;
	struct lg_regs *r = &lg->shared->cpu.regs;
	char *report;

	push_calls(lg);
	fake_push(lg, MIDDLE_RETURN);
	fake_push(lg, r->ebp);
	r->ebp = r->esp;
	r->eip = BARE_CRASH;
	report = fake_report(lg, &image);
	assert_says(report, "#0  0xc0008103 bare+0x3");
	assert_says(report, "#1  0xc000804c middle+0xc");
	assert_says(report, "#3  0xc00080c5 start+0x5");
	assert_silent(report, "#4");
	free(report);
}

/* Stopped in the hypercall page: the caller is the word on top of the stack. */
static void by_hypercall_page(void **state)
{
	struct lg *lg = *state;
	char *report;

	lg->shared->note.hcall_page = 0x7000;
	lg->shared->cpu.regs.eip = FAKE_KERNEL + 0x7000 + 32 * LHCALL_EXIT + 12;
	push_calls(lg);
	fake_push(lg, MIDDLE_RETURN);
	report = fake_report(lg, &image);
	assert_says(report, "#0  0xc000742c (hypercall page: 33 EXIT)");
	assert_says(report, "#1  0xc000804c middle+0xc");
	assert_says(report, "#3  0xc00080c5 start+0x5");
	assert_silent(report, "hint:");
	free(report);
}

static void by_scan(void **state)
{
	struct lg *lg = *state;
	static const u32 user_frame[] = { 0x7b, 0xafff0000, 0x202, 0x73, 0x1020 };
	char *report;

	for (size_t i = 0; i < 5; i++)
		fake_push(lg, user_frame[i]);
	fake_push(lg, OUTER_RETURN);
	fake_push(lg, FAKE_TEXT + 0x41);	/* text, but no call before it */
	lg->shared->cpu.regs.eip = LOST_CRASH;
	report = fake_report(lg, &image);
	assert_says(report, "#0  0xc0008140 lost+0x0");
	assert_says(report, "  ?   0xc0008009 outer+0x9");
	assert_says(report, "  ?   0x00001020 (user, esp 0xafff0000) entered the kernel");
	assert_silent(report, "0xc0008041");
	free(report);
}

static void user_mode(void **state)
{
	struct lg *lg = *state;
	char *report;

	lg->shared->cpu.regs.user = 1;
	lg->shared->cpu.regs.eip = 0x1234;
	report = fake_report(lg, &image);
	assert_says(report, "#0  0x00001234 (user)");
	assert_silent(report, "lost+");
	free(report);
}

/* A chain that bites its own tail, and one that leads out of memory. */
static void endless_chains(void **state)
{
	struct lg *lg = *state;
	struct lg_regs *r = &lg->shared->cpu.regs;

	r->eip = BARE_CRASH;
	fake_push(lg, MIDDLE_RETURN);
	fake_push(lg, r->esp - 4);
	r->ebp = r->esp;
	free(fake_report(lg, &image));
	r->ebp = 0xfffffffc;
	r->esp = 0xfffffff0;
	free(fake_report(lg, &image));
	r->esp = FAKE_KERNEL;
	r->eip = 0xffffffff;
	free(fake_report(lg, &image));
}

int debug_symbols_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookup),
		cmocka_unit_test(lookup_linear),
		cmocka_unit_test(nothing_to_see),
		cmocka_unit_test_setup_teardown(truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(corrupted, setup, teardown),
		cmocka_unit_test_setup_teardown(by_frame_information, setup, teardown),
		cmocka_unit_test_setup_teardown(by_frame_pointer, setup, teardown),
		cmocka_unit_test_setup_teardown(by_hypercall_page, setup, teardown),
		cmocka_unit_test_setup_teardown(by_scan, setup, teardown),
		cmocka_unit_test_setup_teardown(user_mode, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_chains, setup, teardown),
	};

	return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}
