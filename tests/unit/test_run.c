/* SPDX-License-Identifier: MIT */
/*
 * lguest run from outside: exit statuses, messages, pipes, files, signals,
 * time.  The guest is out/kit-example, which echoes what is typed and powers
 * off at Ctrl-d.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/process.h"

#define ECHO_GUEST "out/kit-example"
#define READY	   "command line" /* it prints this when it listens */
#define STUBBORN   "out/tests/guest/timeout_kernel.native"

static struct process p, q;

static int lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* --- Command line ------------------------------------------------------------ */

static void test_commands(void **state)
{
	(void)state;
	START(&p, "--version");
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "lguest ");
	START(&p, "help");
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "preflight");
	START(&p, "run", "--help");
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "--timeout SECONDS");
	START(&p, "preflight");
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "lguest runs here");
}

static void refused(const char *const *words, const char *says)
{
	start(&q, words);
	assert_int_equal(finish(&q), 125);
	assert_contains(q.errors, says);
	assert_int_equal(lines(q.errors), 1);
	assert_int_equal(q.len, 0);
}
#define REFUSED(says, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, says)

static void test_refused(void **state)
{
	(void)state;
	REFUSED("lguest: unknown command dance: ", "dance");
	REFUSED("lguest: unknown option --dance: ", "run", "--dance", ECHO_GUEST);
	REFUSED("lguest: no kernel given: ", "run");
	REFUSED("lguest: /nonexistent: cannot open it: ", "run", "/nonexistent");
	REFUSED("lguest: /etc/passwd: is not an ELF file (file offset 0x0): ", "run",
		"/etc/passwd");
	REFUSED("lguest: out/lguest: is a 64-bit ELF file (file offset 0x4): ", "run",
		"out/lguest");
	REFUSED("give the guest more with -m", "run", "-m", "64K", ECHO_GUEST);
	REFUSED("-m 0: a guest needs memory", "run", "-m", "0", ECHO_GUEST);
	REFUSED("cannot write it", "run", "--trace", "/nonexistent/t", ECHO_GUEST);
	REFUSED("the file exists and is no socket", "run", "--console", "socket=/etc/passwd",
		ECHO_GUEST);
}

static void test_beside_lguest(void **state)
{
	(void)state;
	if (getenv("LGUEST"))
		skip(); /* it may be anywhere */
	START(&p, "run", "kit-example");
	close_input(&p);
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "good bye");
}

/* --- Pipes and files ---------------------------------------------------------- */

static void test_pipe(void **state)
{
	(void)state;
	START(&p, "run", ECHO_GUEST, "--", "it's");
	assert_true(expect(&p, READY));
	assert_contains(p.text, "\" -- 'it''s'\"");
	type(&p, "hello\n", 6);
	assert_true(expect(&p, "hello\n"));
	close_input(&p); /* arrives as Ctrl-d */
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "good bye");
	assert_string_equal(p.errors, "");
}

static int shell(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_odd_descriptors(void **state)
{
	const char *lguest = getenv("LGUEST") ? getenv("LGUEST") : "out/lguest";
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "%s run %s <&- >/dev/null", lguest, ECHO_GUEST);
	assert_int_equal(shell(command), 0);
	snprintf(command, sizeof(command), "%s run %s <&- >&- 2>&-", lguest, ECHO_GUEST);
	assert_int_equal(shell(command), 0);
	snprintf(command, sizeof(command), "%s run %s </ >/dev/null", lguest, ECHO_GUEST);
	assert_int_equal(shell(command), 0);
	snprintf(command, sizeof(command), "%s run %s </dev/null >/dev/full 2>/dev/null", lguest,
		 ECHO_GUEST);
	assert_int_equal(shell(command), 125);
}

static void test_reader_gone(void **state)
{
	(void)state;
	START(&p, "run", ECHO_GUEST);
	assert_true(expect(&p, READY));
	close(p.out);
	p.out = -1;
	type(&p, "hello\n", 6);
	assert_int_equal(finish(&p), 128 + SIGPIPE);
	assert_string_equal(p.errors, "");
}

/* More than pipes hold, in both directions, and not a byte is lost. */
static void test_much(void **state)
{
	static char much[150000];
	char path[] = "/tmp/lguest-test-XXXXXX";
	int fd = mkstemp(path);
	const char *echo;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(much); i++)
		much[i] = (char)(i % 61 == 60 ? '\n' : 'A' + i % 61 % 58);
	assert_int_equal(write(fd, much, sizeof(much)), sizeof(much));
	close(fd);
	START(&p, "run", ECHO_GUEST);
	fd = open(path, O_RDONLY);
	unlink(path);
	/* A child feeds it: neither side may wait for the other here. */
	if (fork() == 0) {
		for (i = 0; i < sizeof(much);) {
			ssize_t n = write(p.in, much + i, sizeof(much) - i);

			if (n <= 0)
				_exit(1);
			i += (size_t)n;
		}
		_exit(0);
	}
	close(fd);
	close_input(&p);
	usleep(300000); /* output piles up meanwhile */
	assert_int_equal(finish(&p), 0);
	echo = strchr(strstr(p.text, READY), '\n') + 1;
	/* Ticks print a line now and then: compare what is left. */
	for (i = 0; i < sizeof(much); i++, echo++) {
		while (*echo != much[i] && *echo >= '0' && *echo <= '9')
			echo = strchr(echo, '\n') + 1;
		if (*echo != much[i])
			fail_msg("byte %zu is 0x%x, not 0x%x", i, *echo, much[i]);
	}
	assert_contains(echo, "good bye");
}

/* Nobody reads: the guest waits, we still hear signals. */
static void test_stuck_output(void **state)
{
	static char much[200000];

	(void)state;
	memset(much, 'x', sizeof(much));
	START(&p, "run", ECHO_GUEST);
	fcntl(p.in, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 40; i++) {
		ssize_t n = write(p.in, much, sizeof(much));

		(void)n;
		usleep(20000);
	}
	kill(p.pid, SIGTERM);
	assert_int_equal(finish(&p), 128 + SIGTERM);
}

/* --- Time and signals ------------------------------------------------------------ */

static void test_timeout(void **state)
{
	(void)state;
	START(&p, "run", "--timeout", "0.2", STUBBORN);
	assert_int_equal(finish(&p), 124);
	assert_contains(p.errors, "--timeout");
}

static void test_signals(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		START(&p, "run", i & 1 ? STUBBORN : ECHO_GUEST);
		assert_true(expect(&p, i & 1 ? "looping" : READY));
		/* To the group, as a terminal does it. */
		kill(-p.pid, signals[i]);
		assert_int_equal(finish(&p), 128 + signals[i]);
		assert_contains(p.errors, "stopped by signal");
		/* One that loops gets a diagnosis, if the signal did not kill it first. */
		assert_true(lines(p.errors) == 1 ||
			    (i & 1 && lines(p.errors) == 2 && strstr(p.errors, "diagnosis")));
	}
}

static int child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%d", &child) != 1)
		child = 0;
	fclose(f);
	return child;
}

/* Whatever happens to the Launcher, its spaces do not outlive it. */
static void test_killed(void **state)
{
	int child, tries;

	(void)state;
	START(&p, "run", STUBBORN);
	assert_true(expect(&p, "looping"));
	child = child_of(p.pid);
	assert_true(child > 0);
	kill(p.pid, SIGKILL);
	assert_int_equal(finish(&p), -SIGKILL);
	for (tries = 0; tries < 1000 && kill(child, 0) == 0; tries++)
		usleep(5000);
	assert_int_equal(kill(child, 0), -1);
}

static void test_trace(void **state)
{
	char path[] = "/tmp/lguest-test-XXXXXX";

	(void)state;
	close(mkstemp(path));
	START(&p, "run", "--trace", path, ECHO_GUEST);
	close_input(&p);
	assert_int_equal(finish(&p), 0);
	forget(&p);
	START(&p, "trace", path);
	close_input(&p);
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "LGUEST_INIT");
	assert_contains(p.text, "SHUTDOWN");
	unlink(path);
}

/* Tests that fail midway leave a guest behind: not for long. */
static int teardown(void **state)
{
	(void)state;
	forget(&p);
	return 0;
}

#define T(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_commands), T(test_refused),	   T(test_beside_lguest),
		T(test_pipe),	  T(test_odd_descriptors), T(test_reader_gone),
		T(test_much),	  T(test_stuck_output),	   T(test_timeout),
		T(test_signals),  T(test_killed),	   T(test_trace),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
