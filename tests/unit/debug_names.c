/* SPDX-License-Identifier: MIT */
/*
 * Numbers in words and events in words, for any number.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/debug_fake.h"

static void vectors(void **state)
{
	(void)state;
	assert_string_equal(vector_name(0), "divide error");
	assert_string_equal(vector_name(14), "page fault");
	assert_string_equal(vector_name(19), "SIMD floating-point error");
	assert_string_equal(vector_name(32), "interrupt");
	assert_string_equal(vector_name(63), "interrupt");
	assert_string_equal(vector_name(0x80), "software interrupt");
	assert_string_equal(vector_name(20), "reserved");
	assert_string_equal(vector_name(256), "no such vector");
	assert_string_equal(vector_name(~0u), "no such vector");
}

static void error_codes(void **state)
{
	static const u8 with[] = { 8, 10, 11, 12, 13, 14, 17 };
	u32 found = 0;

	(void)state;
	for (u32 v = 0; v < 300; v++)
		found += vector_has_error(v);
	for (size_t i = 0; i < sizeof(with); i++)
		assert_true(vector_has_error(with[i]));
	assert_int_equal(found, sizeof(with));
}

static void hypercalls(void **state)
{
	(void)state;
	assert_string_equal(hcall_name(LHCALL_FLUSH_ASYNC), "FLUSH_ASYNC");
	assert_string_equal(hcall_name(LHCALL_DEBUG_MARK), "DEBUG_MARK");
	assert_string_equal(hcall_name(3), "LOAD_GDT");
	assert_string_equal(hcall_name(39), "unknown");
	assert_string_equal(hcall_name(~0u), "unknown");
}

static void flags(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	assert_string_equal(eflags_words(text, 0x246), "PF ZF");
	assert_string_equal(eflags_words(text, 0x202), "none");
	assert_string_equal(eflags_words(text, ~0u), "CF PF AF ZF SF TF DF OF NT RF VM AC ID");
}

static void faults(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	assert_string_equal(fault_words(text, 14, 0),
			    "read from a page that is not present, from the kernel");
	assert_string_equal(fault_words(text, 14, 7),
			    "write to a page whose protection forbids it, from user mode");
	assert_string_equal(fault_words(text, 14, 0x15),
			    "execution of a page whose protection forbids it, from user mode");
	assert_string_equal(fault_words(text, 13, 0x202), "because of IDT entry 64");
	assert_string_equal(fault_words(text, 11, 0x88), "because of selector 0x88 (GDT entry 17)");
	assert_string_equal(fault_words(text, 13, 0), "");
	assert_string_equal(fault_words(text, 6, 0x88), "");
}

static void control_characters(void **state)
{
	char text[] = "CRASH:\033[2J \x80 bad\r\n";
	char empty[] = "\n\n";

	(void)state;
	assert_string_equal(printable(text), "CRASH: [2J   bad");
	assert_string_equal(printable(empty), "");
}

static char *event(struct lg_event e)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	event_words(to, &e, NULL);
	fputc('\n', to);
	fclose(to);
	return text;
}

static void events(void **state)
{
	static const struct {
		struct lg_event event;
		const char *line;
	} expected[] = {
		{ { 7, LG_EV_HCALL, 2, 17, 0x4000000, 0, 0 },
		  "hypercall  17 NOTIFY(0x4000000)\n" },
		{ { 7, LG_EV_HCALL, 2, LHCALL_HALT, 1, 2, 3 },
		  "hypercall  10 HALT()\n" },
		{ { 7, LG_EV_HCALL, 2, 99, 1, 2, 3 },
		  "hypercall  99 unknown(0x1, 0x2, 0x3)\n" },
		{ { 7, LG_EV_TRAP, 0, 14, 0xc0100000, 0xdeadb000, 0 },
		  "trap       14 page fault, kernel mode, address 0xdeadb000 "
		  "at 0xc0100000\n" },
		{ { 7, LG_EV_TRAP, 0, 13, 0x1020, 0x202, 1 },
		  "trap       13 general protection fault, user mode, error 0x202 "
		  "at 0x00001020\n" },
		{ { 7, LG_EV_IRQ, 0, 1, 0xc0100000, 0, 0 },
		  "interrupt  1 (vector 33) at 0xc0100000\n" },
		{ { 7, LG_EV_SHADOW, 0, 0x400000, 0x3000, 0x123000, 1 },
		  "map        0x00400000 -> 0x00123000, 0x3000 bytes, writable\n" },
		{ { 7, LG_EV_FLUSH, 0, 0x400000, 0x1000, 0, 0 },
		  "flush      0x00400000, 0x1000 bytes\n" },
		{ { 7, LG_EV_FLUSH, 0, 0, 0, 0, 0 }, "flush      everything\n" },
		{ { 7, LG_EV_MARK, 0, 1, 2, 0, 0 }, "mark       0x1 0x2 0x0\n" },
		{ { ~0ull, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u },
		  "event 4294967295   0xffffffff "
		  "0xffffffff 0xffffffff 0xffffffff\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		char *line = event(expected[i].event);

		assert_string_equal(line, expected[i].line);
		free(line);
	}
}

/* Every kind is one line, with no part left out, whatever its numbers are. */
static void every_event(void **state)
{
	(void)state;
	for (u32 kind = 0; kind < 40; kind++) {
		char *line = event((struct lg_event){ 1, kind, 0, ~0u, ~0u, ~0u, ~0u });

		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		free(line);
	}
}

int debug_names_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),	 cmocka_unit_test(error_codes),
		cmocka_unit_test(hypercalls),	 cmocka_unit_test(flags),
		cmocka_unit_test(faults),	 cmocka_unit_test(control_characters),
		cmocka_unit_test(events),	 cmocka_unit_test(every_event),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
