/* SPDX-License-Identifier: MIT */
/*
 * Reading guest memory by gva, and which check of a page walk fails.
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

static struct snapshot *take(struct lg *lg)
{
	static struct snapshot s;

	snapshot_take(&s, lg);
	return &s;
}

static enum access_check check(struct lg *lg, u32 gva, u32 error)
{
	const struct snapshot *s = take(lg);
	struct walk w;

	walk_gva(s, gva, &w);
	return check_access(s, &w, error);
}

static void set_pte(struct lg *lg, u32 index, u32 pte)
{
	fake_poke(lg, FAKE_PGTAB + 4 * index, pte);
}

static void set_pde(struct lg *lg, u32 pde)
{
	fake_poke(lg, FAKE_PGDIR + (FAKE_KERNEL >> 22) * 4, pde);
}

static void reading(void **state)
{
	struct lg *lg = *state;
	char text[8] = "";

	memcpy(lg->ram + 0x5ffc, "abcdefg", 8);
	assert_int_equal(read_gva(take(lg), FAKE_KERNEL + 0x5ffc, text, 8), 8);
	assert_string_equal(text, "abcdefg");
	set_pte(lg, 6, 0);		/* now the second page is a hole */
	assert_int_equal(read_gva(take(lg), FAKE_KERNEL + 0x5ffc, text, 8), 4);
	assert_int_equal(read_gva(take(lg), 0x1000, text, 8), 0);
	assert_int_equal(read_gva(take(lg), 0xfffffffc, text, 8), 0);
}

static void not_contiguous(void **state)
{
	struct lg *lg = *state;
	u32 word;

	memcpy(lg->ram + 0x5ffe, "\x11\x22", 2);
	memcpy(lg->ram + 0x9000, "\x33\x44", 2);
	set_pte(lg, 6, 0x9003);
	assert_true(read_word(take(lg), FAKE_KERNEL + 0x5ffe, &word));
	assert_int_equal(word, 0x44332211);
}

static void linear(void **state)
{
	struct lg *lg = *state;
	u32 word;

	lg->shared->cpu.linear = 1;
	fake_poke(lg, 0x4000, 0x12345678);
	assert_true(read_word(take(lg), 0x4000, &word));
	assert_int_equal(word, 0x12345678);
	assert_false(read_word(take(lg), FAKE_KERNEL + 0x4000, &word));
	assert_int_equal(check(lg, FAKE_PAGES * 4096, 0), ACCESS_PTE_BAD);
	assert_int_equal(check(lg, 0x4000, 2), ACCESS_OK);
}

static void entries(void **state)
{
	struct lg *lg = *state;
	u32 gva = FAKE_KERNEL + 0x5000;

	lg->shared->cpu.kernel_address = 0xd0000000;
	assert_int_equal(check(lg, gva, 0), ACCESS_OK);
	assert_int_equal(check(lg, gva, 2), ACCESS_OK);
	assert_int_equal(check(lg, gva, 4), ACCESS_PTE_USER);
	set_pte(lg, 5, 0x5005);
	assert_int_equal(check(lg, gva, 4), ACCESS_OK);
	assert_int_equal(check(lg, gva, 6), ACCESS_PTE_WRITE);
	assert_int_equal(check(lg, gva, 2), ACCESS_PTE_WRITE);
	set_pte(lg, 5, 0x508f);
	assert_int_equal(check(lg, gva, 0), ACCESS_PTE_FLAGS);
	set_pte(lg, 5, 0x5006);
	assert_int_equal(check(lg, gva, 0), ACCESS_PTE_ABSENT);
	set_pte(lg, 5, FAKE_KERNEL + 0x5003);
	assert_int_equal(check(lg, gva, 0), ACCESS_PTE_BAD);
}

static void directories(void **state)
{
	struct lg *lg = *state;
	u32 gva = FAKE_KERNEL + 0x5000;

	lg->shared->cpu.kernel_address = 0xd0000000;
	set_pte(lg, 5, 0x5007);
	set_pde(lg, FAKE_PGTAB | 5);
	assert_int_equal(check(lg, gva, 2), ACCESS_PDE_WRITE);
	set_pde(lg, FAKE_PGTAB | 3);
	assert_int_equal(check(lg, gva, 4), ACCESS_PDE_USER);
	set_pde(lg, FAKE_PGTAB | 0x1f);
	assert_int_equal(check(lg, gva, 0), ACCESS_PDE_FLAGS);
	set_pde(lg, 0);
	assert_int_equal(check(lg, gva, 0), ACCESS_PDE_ABSENT);
	set_pde(lg, 0xc0002003);
	assert_int_equal(check(lg, gva, 0), ACCESS_PDE_BAD);
	set_pde(lg, 0x83);		/* 4 MB from gpa 0 */
	assert_int_equal(check(lg, gva, 2), ACCESS_OK);
	assert_int_equal(check(lg, FAKE_KERNEL + FAKE_PAGES * 4096, 2), ACCESS_PTE_BAD);
	lg->shared->cpu.pgdir = 0x40000000;
	assert_int_equal(check(lg, gva, 0), ACCESS_NO_DIRECTORY);
}

static void halves(void **state)
{
	struct lg *lg = *state;

	set_pte(lg, 5, 0x5007);
	assert_int_equal(check(lg, FAKE_KERNEL + 0x5000, 4), ACCESS_KERNEL_HALF);
	assert_int_equal(check(lg, 0xffc00000, 0), ACCESS_RESERVED);
	assert_int_equal(check(lg, 0xffbfffff, 0), ACCESS_PDE_ABSENT);
}

static char *walk_text(struct lg *lg, u32 gva, u32 error)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	print_walk(to, take(lg), gva, error);
	fclose(to);
	return text;
}

static void words(void **state)
{
	struct lg *lg = *state;
	char *text;

	set_pte(lg, 5, 0x5061);
	text = walk_text(lg, FAKE_KERNEL + 0x5123, 2);
	assert_string_equal(text,
			    "  page directory at gpa 0x00001000\n"
			    "  directory[768] = 0x00002007: frame 0x00002000 present writable user\n"
			    "  table[5] = 0x00005061: frame 0x00005000 present read-only kernel-only "
			    "accessed dirty\n"
			    "  0xc0005123 is at gpa 0x00005123\n"
			    "  => the page table entry is read-only, and this was a write\n");
	free(text);
	text = walk_text(lg, 0x1000, 4);
	assert_string_equal(text, "  page directory at gpa 0x00001000\n"
			    "  directory[0] = 0x00000000: not present\n"
			    "  => the page directory entry is not present\n");
	free(text);
}

int debug_memory_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reading, setup, teardown),
		cmocka_unit_test_setup_teardown(not_contiguous, setup, teardown),
		cmocka_unit_test_setup_teardown(linear, setup, teardown),
		cmocka_unit_test_setup_teardown(entries, setup, teardown),
		cmocka_unit_test_setup_teardown(directories, setup, teardown),
		cmocka_unit_test_setup_teardown(halves, setup, teardown),
		cmocka_unit_test_setup_teardown(words, setup, teardown),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
