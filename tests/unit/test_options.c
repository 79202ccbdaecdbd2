/* SPDX-License-Identifier: MIT */
/* Options: what is accepted, what is refused and with which words. */
#include "tests/unit/cm.h"

#include <errno.h>

#include "launcher/options.h"

#define MAX_WORDS 8

static struct options o;
static struct complaint c;

/* Parse words up to NULL. */
static int parse_words(const char *const *words)
{
	static char *argv[MAX_WORDS + 1]; /* options keep pointers into it */
	int argc = 0;

	while (argc < MAX_WORDS && words[argc]) {
		argv[argc] = (char *)words[argc];
		argc++;
	}
	argv[argc] = NULL;
	c.text[0] = 0;
	return options_parse(&o, argc, argv, &c);
}

#define parse(...) parse_words((const char *const[]){ __VA_ARGS__, NULL })

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		int err;
		u64 bytes;
	} t[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "64k", 0, 65536 },
		{ "64K", 0, 65536 },
		{ "3M", 0, 3 << 20 },
		{ "2g", 0, 2ull << 30 },
		{ "0x1000", 0, 4096 },
		{ "16777215G", 0, 16777215ull << 30 },
		{ "17179869184G", -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "M", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1MB", -EINVAL, 0 },
		{ "1 M", -EINVAL, 0 },
		{ "1.5M", -EINVAL, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		u64 n = 0;

		assert_int_equal(options_size(t[i].text, &n), t[i].err);
		assert_int_equal(n, t[i].bytes);
	}
}

static void test_seconds(void **state)
{
	static const struct {
		const char *text;
		int err;
		u64 ns;
	} t[] = {
		{ "1", 0, 1000000000 },
		{ "0.5", 0, 500000000 },
		{ "10.000000001", 0, 10000000001 },
		{ "0.0000000009", 0, 0 },
		{ "2.", 0, 2000000000 },
		{ "", -EINVAL, 0 },
		{ ".5", -EINVAL, 0 },
		{ "1s", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "99999999999", -ERANGE, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		u64 ns = 0;

		assert_int_equal(options_seconds(t[i].text, &ns), t[i].err);
		assert_int_equal(ns, t[i].ns);
	}
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("k"), 0);
	assert_string_equal(o.kernel, "k");
	assert_int_equal(o.ram_bytes, 64 << 20);
	assert_string_equal(o.cmdline, "");
	assert_string_equal(o.console, "stdio");
	assert_null(o.initrd);
	assert_null(o.args);
	assert_int_equal(o.timeout_ns, 0);
	assert_int_equal(o.level, LOG_NORMAL);
}

static void test_forms(void **state)
{
	(void)state;
	assert_int_equal(parse("-m32M", "k"), 0);
	assert_int_equal(o.ram_bytes, 32 << 20);
	assert_int_equal(parse("-m", "32M", "k"), 0);
	assert_int_equal(o.ram_bytes, 32 << 20);
	assert_int_equal(parse("k", "--memory=32M"), 0);
	assert_int_equal(o.ram_bytes, 32 << 20);
	assert_int_equal(parse("k", "--memory", "32M"), 0);
	assert_int_equal(o.ram_bytes, 32 << 20);
	assert_int_equal(parse("-vm16M", "--no-patch", "--base", "64K", "k"), 0);
	assert_int_equal(o.level, LOG_VERBOSE);
	assert_int_equal(o.no_patch, 1);
	assert_int_equal(o.force_base, 65536);
	assert_int_equal(parse("--console=socket=/a=b", "k"), 0);
	assert_string_equal(o.console, "socket=/a=b");
	assert_int_equal(parse("-p", "", "k"), 0);
	assert_string_equal(o.cmdline, "");
}

static void test_kernel_arguments(void **state)
{
	(void)state;
	assert_int_equal(parse("k", "--", "-m", "1", "--"), 0);
	assert_string_equal(o.args[0], "-m");
	assert_string_equal(o.args[2], "--");
	assert_null(o.args[3]);
	assert_int_equal(parse("k", "--"), 0);
	assert_null(o.args[0]);
}

static void test_refused(void **state)
{
	static const struct {
		const char *a, *b, *says;
	} t[] = {
		{ "-m0", "k", "needs memory" },
		{ "-m4097", "k", "not a multiple" },
		{ "-m64", "k", "not a multiple" },
		{ "-mmany", "k", "not a size" },
		{ "-m4G", "k", "too much" },
		{ "-m0xbf001000", "k", "too much" },
		{ "-m99999999999999999999G", "k", "too much" },
		{ "--bogus", "k", "unknown option --bogus" },
		{ "--mem=1M", "k", "unknown option" },
		{ "-z", "k", "unknown option -z" },
		{ "-vz", "k", "unknown option -z" },
		{ "--no-patch=1", "k", "takes no value" },
		{ "k", "-m", "-m needs a value" },
		{ "k", "--trace", "--trace needs a value" },
		{ "--timeout=0", "k", "not a time" },
		{ "--timeout=soon", "k", "not a time" },
		{ "--console=tcp", "k", "no such console" },
		{ "--console=socket=", "k", "no such console" },
		{ "--isolation=split", "k", "not in this version" },
		{ "--isolation=x", "k", "no such isolation" },
		{ "--base=4K", "k", "no such base" },
		{ "k", "l", "two kernels, k and l" },
		{ "-q", NULL, "no kernel given" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(parse(t[i].a, t[i].b), -EINVAL);
		assert_contains(c.text, t[i].says);
		assert_null(strchr(c.text, '\n'));
	}
}

static void test_largest_ram(void **state)
{
	(void)state;
	assert_int_equal(parse("-m0xbf000000", "k"), 0);
	assert_int_equal(o.ram_bytes, LG_MAX_RAM);
}

static void test_help_needs_no_kernel(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), 0);
	assert_int_equal(o.help, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_kernel_arguments),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_largest_ram),
		cmocka_unit_test(test_help_needs_no_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
