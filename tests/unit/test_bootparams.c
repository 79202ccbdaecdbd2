/* SPDX-License-Identifier: MIT */
/* Boot parameters, e820, command line with rc's quoting, initrd. */
#include "tests/unit/cm.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "launcher/boot.h"
#include "tests/unit/fake_host.h"

#define RAM (1u << 20)

static u8 ram[RAM];
static struct lg lg = { ram, RAM, LG_BORROWS, 0, { 0 }, { 0 } };
static struct image img;
static struct boot b;
static struct complaint c;

static int setup(void **state)
{
	(void)state;
	memset(ram, 0, RAM);
	lg.nborrows = 0;
	img = (struct image){ .name = "K",
			      .fd = -1,
			      .nsegments = 1,
			      .segments = { { .gpa = 0x40000, .memsz = 0x10000 } } };
	return 0;
}

static u32 get(u32 at, size_t size)
{
	u32 v = 0;

	memcpy(&v, ram + at, size);
	return v;
}

static const char *line(const char *cmdline, char **args)
{
	assert_int_equal(boot_prepare(&b, &img, cmdline, args, NULL, RAM, &c), 0);
	assert_int_equal(boot_load(&b, &lg, &c), 0);
	return (char *)ram + LG_CMDLINE_GPA;
}

static void test_parameters(void **state)
{
	struct lg_e820 e;

	(void)state;
	assert_string_equal(line("root=x y", NULL), "root=x y");
	assert_int_equal(get(LG_BOOT_E820_COUNT, 1), 1);
	memcpy(&e, ram + LG_BOOT_E820, sizeof(e));
	assert_int_equal(e.addr, 0);
	assert_int_equal(e.size, RAM);
	assert_int_equal(e.type, LG_E820_RAM);
	assert_int_equal(get(LG_BOOT_VERSION, 2), 0x207);
	assert_int_equal(get(LG_BOOT_LOADFLAGS, 1), 0x40);
	assert_int_equal(get(LG_BOOT_LOADER_TYPE, 1), 0);
	assert_int_equal(get(LG_BOOT_CMDLINE, 4), LG_CMDLINE_GPA);
	assert_int_equal(get(LG_BOOT_ALIGNMENT, 4), 0x1000000);
	assert_int_equal(get(LG_BOOT_SUBARCH, 4), 1);
	assert_int_equal(get(LG_BOOT_INITRD_START, 4), 0);
	assert_int_equal(get(LG_BOOT_INITRD_SIZE, 4), 0);
}

static void test_quoting(void **state)
{
	static const struct {
		const char *arg, *quoted;
	} t[] = {
		{ "plain", " -- plain" },
		{ "/a-b_c.d:e,f+g%h", " -- /a-b_c.d:e,f+g%h" },
		{ "echo hi", " -- 'echo hi'" },
		{ "it's", " -- 'it''s'" },
		{ "'", " -- ''''" },
		{ "", " -- ''" },
		{ "a=b", " -- 'a=b'" },
		{ "$x", " -- '$x'" },
		{ "*", " -- '*'" },
		{ "a\tb\nc", " -- 'a\tb\nc'" },
		{ "~", " -- '~'" },
		{ "@{}", " -- '@{}'" },
		{ "a;b", " -- 'a;b'" },
		{ "#", " -- '#'" },
		{ "`{x}", " -- '`{x}'" },
		{ "a^b", " -- 'a^b'" },
		{ "a\"b", " -- 'a\"b'" },
		{ "a\\b", " -- 'a\\b'" },
		{ "\303\244", " -- \303\244" },
	};
	char *two[] = { "-c", "x y", NULL }, *none[] = { NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char *args[] = { (char *)t[i].arg, NULL };

		assert_string_equal(line("", args), t[i].quoted);
	}
	assert_string_equal(line("debug", two), "debug -- -c 'x y'");
	assert_string_equal(line("debug", none), "debug");
}

static void test_too_long(void **state)
{
	static char text[LG_CMDLINE_MAX + 1];
	char *args[] = { text, NULL };

	(void)state;
	memset(text, 'a', LG_CMDLINE_MAX - 1);
	assert_string_equal(line(text, NULL), text);
	assert_int_equal(boot_prepare(&b, &img, text, args, NULL, RAM, &c), -E2BIG);
	assert_contains(c.text, "longer than 16383 bytes");
	text[LG_CMDLINE_MAX - 1] = 'a';
	assert_int_equal(boot_prepare(&b, &img, text, NULL, NULL, RAM, &c), -E2BIG);
	/* Quotes count too. */
	memset(text, '\'', LG_CMDLINE_MAX / 2);
	text[LG_CMDLINE_MAX / 2] = 0;
	assert_int_equal(boot_prepare(&b, &img, "", args, NULL, RAM, &c), -E2BIG);
}

static int make_file(char *path, const void *from, size_t len)
{
	int fd = memfd_create("initrd", 0);

	assert_int_equal(write(fd, from, len), len);
	sprintf(path, "/proc/self/fd/%d", fd);
	return fd;
}

static void test_initrd(void **state)
{
	static u8 bytes[3 * 4096 + 100];
	char path[40];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)(i * 13 + i / 4096);
	fd = make_file(path, bytes, sizeof(bytes));
	assert_int_equal(boot_prepare(&b, &img, "", NULL, path, RAM, &c), 0);
	assert_int_equal(boot_load(&b, &lg, &c), 0);
	assert_int_equal(get(LG_BOOT_LOADER_TYPE, 1), 0xff);
	assert_int_equal(get(LG_BOOT_INITRD_START, 4), RAM - 4 * 4096);
	assert_int_equal(get(LG_BOOT_INITRD_SIZE, 4), sizeof(bytes));
	assert_memory_equal(ram + RAM - 4 * 4096, bytes, sizeof(bytes));
	assert_int_equal(lg.nborrows, 1);
	assert_int_equal(lg.borrowed_pages[0], 3);
	boot_close(&b);

	/* In the way of the kernel, or of the command line. */
	img.segments[0].gpa = RAM - 0x13000;
	assert_true(boot_prepare(&b, &img, "", NULL, path, RAM, &c) < 0);
	assert_contains(c.text, "over the initrd");
	img.nsegments = 0;
	assert_true(boot_prepare(&b, &img, "", NULL, path, 5 * 4096, &c) < 0);
	assert_contains(c.text, "do not hold");
	assert_true(boot_prepare(&b, &img, "", NULL, path, 4 * 4096, &c) < 0);
	assert_contains(c.text, "the initrd has 0x3064 bytes but the guest 0x4000");
	close(fd);
}

static void test_bad_initrd(void **state)
{
	char path[40];
	int fd = make_file(path, "", 0);

	(void)state;
	assert_true(boot_prepare(&b, &img, "", NULL, path, RAM, &c) < 0);
	assert_contains(c.text, "is empty");
	assert_true(boot_prepare(&b, &img, "", NULL, "/", RAM, &c) < 0);
	assert_contains(c.text, "is not a file");
	assert_true(boot_prepare(&b, &img, "", NULL, "/nonexistent", RAM, &c) < 0);
	assert_contains(c.text, "/nonexistent: cannot open the initrd");
	close(fd);
}

static void test_no_room(void **state)
{
	(void)state;
	img.segments[0].gpa = LG_CMDLINE_GPA;
	assert_true(boot_prepare(&b, &img, "", NULL, NULL, RAM, &c) < 0);
	assert_contains(c.text, "over the boot parameters");
	img.nsegments = 0;
	assert_true(boot_prepare(&b, &img, "", NULL, NULL, LG_PAGE_SIZE, &c) < 0);
	assert_contains(c.text, "give the guest more");
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_parameters), T(test_quoting),	T(test_too_long),
		T(test_initrd),	    T(test_bad_initrd), T(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
