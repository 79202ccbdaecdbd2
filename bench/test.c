/* SPDX-License-Identifier: MIT */
/*
 * Tests of the benchmark driver: what it computes from what it measured, that
 * it starts and ends systems properly, and that the benchmark program's own
 * checks pass.  Runs from the top of the source tree.
 */
#define _GNU_SOURCE
#include "bench/driver.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND 1000000000ull

static bool close_to(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void test_median(void **state)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, NAN, 1, 3, 2 }, none[] = { NAN, NAN };

	(void)state;
	assert_true(close_to(median(odd, 3), 3));
	assert_true(close_to(median(even, 5), 2.5));
	assert_true(isnan(median(none, 2)));
	assert_true(isnan(median(none, 0)));
}

static int reset(void **state)
{
	(void)state;
	rows_clear();
	memset(round_dropped, 0, sizeof(round_dropped));
	rounds_done = 0;
	return 0;
}

static void test_drop_rounds(void **state)
{
	double control[][2] = {
		{ 100, 102 },	/* quiet */
		{ 100, 106 },	/* moved within the round */
		{ 120, 120 },	/* steady, but not as fast as the others */
		{ 101, 100 },
		{ 99, NAN },	/* the control failed */
		{ 100, 100 },
	};

	(void)state;
	assert_int_equal(drop_rounds(control, 6), 3);
	assert_false(round_dropped[0]);
	assert_true(round_dropped[1]);
	assert_true(round_dropped[2]);
	assert_false(round_dropped[3]);
	assert_true(round_dropped[4]);
	assert_false(round_dropped[5]);
}

static void set(const char *row, enum system s, double first, double second, double third)
{
	double *v = find_row(row)->value[s];

	v[0] = first;
	v[1] = second;
	v[2] = third;
}

static void test_result(void **state)
{
	const struct row *r = find_row("fork_exit");

	(void)state;
	set("fork_exit", NINE, 100e3, 900e3, 110e3);
	assert_true(close_to(result(r, NINE), 110));	/* in us */
	round_dropped[1] = true;
	assert_true(close_to(result(r, NINE), 105));
	assert_true(close_to(spread(r, NINE), 10.0 / 105));
	assert_true(isnan(result(r, TCG)));
	round_dropped[0] = true;
	set("rss_mib", NINE, 3, NAN, NAN);	/* not from a round */
	assert_true(close_to(result(find_row("rss_mib"), NINE), 3));
	assert_null(find_row("no such row"));
}

/* The line of the table that begins with the row's name. */
static void table_line(const char *row, char *line, size_t size)
{
	char *text = NULL, *at;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	print_table(f);
	fclose(f);
	at = strstr(text, row);
	assert_non_null(at);
	snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
	free(text);
}

static void expect_mark(const char *row, const char *mark)
{
	char line[512];

	table_line(row, line, sizeof(line));
	if (*mark)
		assert_non_null(strstr(line, mark));
	else
		assert_null(strstr(line, "MISS"));
}

static void test_targets(void **state)
{
	(void)state;
	expect_mark("null_syscall", "not measured");
	set("null_syscall", NINE, 299, 299, 299);
	expect_mark("null_syscall", "");
	set("null_syscall", TCG, 290, 290, 290);
	expect_mark("null_syscall", "MISS against TCG");
	set("null_syscall", NINE, 301, 301, 301);
	expect_mark("null_syscall", "MISS");
	set("null_syscall", NINE, 200, 200, 200);
	set("null_syscall", NINE_TRAP, 3001, 3001, 3001);
	expect_mark("null_syscall", "MISS without gates");
	set("sieve", NATIVE, 1e6, 1e6, 1e6);
	set("sieve", NINE, 1.019e6, 1.019e6, 1.019e6);
	expect_mark("sieve", "");
	set("sieve", NINE, 1.021e6, 1.021e6, 1.021e6);
	expect_mark("sieve", "MISS against native");
	set("idle_wakeups", NINE, 1, 1, 1);
	expect_mark("idle_wakeups", "MISS");
	set("idle_wakeups", NINE, 0, 0, 0);
	expect_mark("idle_wakeups", "");
}

static void test_json(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	set("null_syscall", NATIVE, 114, 114, 114);
	set("null_syscall", NINE, 250.5, 250.5, 250.5);
	write_json(f, true);
	fclose(f);
	assert_non_null(strstr(text, "{\"test\": \"null_syscall\", \"unit\": \"ns\", \"native\": 114, \"nine\": 250.5, "
				     "\"nine_trap\": null, \"tcg\": null, \"uml\": null},\n"));
	assert_int_equal(text[0], '{');
	assert_string_equal(text + len - 6, "  ]\n}\n");
	assert_null(strstr(text, "nan"));
	free(text);
}

static void test_svg(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	set("sieve", NATIVE, 1e6, 1e6, 1e6);
	set("sieve", NINE, 0.9e6, 0.9e6, 0.9e6);
	set("sieve", UML, 1e6, 1e6, 1e6);	/* no 64-bit control: no ratio */
	set("boot_ms", NINE, 9e6, 9e6, 9e6);
	set("mem_avail_mib", NINE, -1, -1, -1);	/* others gave memory back meanwhile */
	write_svg(f);
	fclose(f);
	assert_non_null(strstr(text, ">0.90</text>"));
	assert_non_null(strstr(text, ">9.00</text>"));
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "x=\"-"));
	assert_null(strstr(text, "width=\"-"));
	assert_string_equal(text + len - 7, "</svg>\n");
	free(text);
}

static void test_ram_names(void **state)
{
	(void)state;
	assert_true(is_guest_ram("/memfd:lguest-ram (deleted)"));
	assert_true(is_guest_ram("/memfd:memory-backend-memfd (deleted)"));
	assert_true(is_guest_ram("/dev/shm/#114 (deleted)"));
	assert_false(is_guest_ram("/memfd:lguest-state (deleted)"));
	assert_false(is_guest_ram("/usr/bin/linux.uml"));
	assert_false(is_guest_ram(""));
}

/* --- Starting, reading, ending -------------------------------------------------- */

static void shell(struct command *c, const char *script)
{
	memset(c, 0, sizeof(*c));
	snprintf(c->text, sizeof(c->text), "%s", script);
	c->argv[0] = "sh";
	c->argv[1] = "-c";
	c->argv[2] = c->text;
}

static void test_lines(void **state)
{
	struct command cmd;
	struct child c;
	char line[16];

	(void)state;
	shell(&cmd, "printf 'one\\r\\n\\nvery very very long\\nrest'; sleep 5");
	assert_int_equal(child_start(&c, &cmd, "/dev/null", false), 0);
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + SECOND), 1);
	assert_string_equal(line, "one");
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + SECOND), 1);
	assert_string_equal(line, "");
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + SECOND), 1);
	assert_string_equal(line, "very very very ");
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + SECOND / 20), 0);
	assert_int_equal(c.filled, 4);
	child_end(&c, now_ns());
}

/* A zombie does not live: it waits for an init that takes its time. */
static bool lives(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	fclose(f);
	return state != 'Z';
}

/* A system that does not end, and whose processes left it, is gone all the same. */
static void test_end(void **state)
{
	struct command cmd;
	struct child c;
	char line[32];
	pid_t left;

	(void)state;
	shell(&cmd, "setsid sleep 60 & (sleep 60 & echo $!); wait");
	assert_int_equal(child_start(&c, &cmd, "/dev/null", false), 0);
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + 5 * SECOND), 1);
	left = (pid_t)atoi(line);
	assert_true(lives(left));
	child_end(&c, now_ns());
	for (int i = 0; i < 100 && lives(left); i++)
		usleep(10000);
	assert_false(lives(left));
}

static void test_no_such_program(void **state)
{
	struct command cmd = { .argv = { "out/bench/no-such-program" } };
	struct child c;
	char line[8];

	(void)state;
	assert_int_equal(child_start(&c, &cmd, "/dev/null", false), 0);
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + SECOND), 0);
	child_end(&c, now_ns() + SECOND);
}

static void test_usage(void **state)
{
	struct usage u, later;
	struct command cmd;
	struct child c;
	char line[8];

	(void)state;
	shell(&cmd, "sleep 60 & echo up; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; echo done; wait");
	assert_int_equal(child_start(&c, &cmd, "/dev/null", false), 0);
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + 5 * SECOND), 1);
	measure_activity(c.pid, &u);
	assert_int_equal(child_line(&c, line, sizeof(line), now_ns() + 20 * SECOND), 1);
	measure_activity(c.pid, &later);
	assert_true(later.cpu_ns > u.cpu_ns + 1000000);
	measure_memory(c.pid, &u);
	assert_int_equal(u.processes, 2);
	assert_true(u.beyond_ram_kib > 100 && u.beyond_ram_kib < 20000);
	assert_true(close_to(u.ram_kib, 0));
	child_end(&c, now_ns());
}

/* Every test of the program checks its results: all must find them right. */
static void test_program(void **state)
{
	char line[256], name[64];
	struct command cmd;
	struct child c;
	int ok = 0;
	double v;

	(void)state;
	if (access("out/bench/linux32", X_OK) != 0)
		skip();
	assert_true(system_command(&cmd, NATIVE, JOB_TESTS, "t=1"));
	assert_int_equal(child_start(&c, &cmd, "/dev/null", false), 0);
	while (child_line(&c, line, sizeof(line), now_ns() + 20 * SECOND) && strcmp(line, "BENCH-END") != 0)
		ok += sscanf(line, "ROW %63s %lf ok", name, &v) == 2 && v > 0 && find_row(name) != NULL;
	child_end(&c, now_ns() + SECOND);
	assert_int_equal(ok, 12);
}

static void test_commands(void **state)
{
	struct command c;
	int n = 0;

	(void)state;
	assert_false(system_command(&c, NATIVE, JOB_IDLE, ""));
	assert_false(system_command(&c, UML, JOB_ECHO, ""));
	assert_true(system_command(&c, NINE_TRAP, JOB_TESTS, "t=5 only=a,b"));
	while (c.argv[n])
		n++;
	assert_string_equal(c.argv[n - 1], "/bin/bench 't=5' 'only=a,b'");
	assert_string_equal(c.argv[n - 2], "-c");
	assert_string_equal(c.argv[2], "--no-patch");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test_setup(test_drop_rounds, reset),
		cmocka_unit_test_setup(test_result, reset),
		cmocka_unit_test_setup(test_targets, reset),
		cmocka_unit_test_setup(test_json, reset),
		cmocka_unit_test_setup(test_svg, reset),
		cmocka_unit_test(test_ram_names),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_program),
	};

	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
