/* SPDX-License-Identifier: MIT */
/*
 * lguest with nine at full work on a terminal; at a random moment, from its
 * first instruction on, somebody is killed or told to stop: the Launcher, one
 * of its spaces, their zygote.  Each time the status and the message are the
 * documented ones, the terminal is as it was, and no process is left.
 */
#include "tests/unit/cm.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/process.h"

#define NINE	 "out/nine"
#define ROUNDS	 8	/* of each kind; a moment is up to MOMENT_US late */
#define MOMENT_US 120000
#define WORK	 "echo ready; while() {seq 50 | sort | wc >/tmp/x; ls /proc >/dev/null}"

static struct process p;
static unsigned seed = 20240607;

static unsigned moment(void)
{
	return (unsigned)rand_r(&seed) % MOMENT_US;
}

/* Children of pid, as far as there is room; their number. */
static int children(pid_t pid, pid_t *list, int room)
{
	char path[64];
	int n = 0, child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (n < room && fscanf(f, "%d", &child) == 1)
		list[n++] = child;
	fclose(f);
	return n;
}

static void start_nine(void)
{
	START_TTY(&p, "run", "--timeout", "20", NINE, "--", "-c", WORK);
}

/* We are the reaper of orphans: whoever is left comes to us, to be counted. */
static void assert_none_left(void)
{
	int tries, left = 0;

	for (tries = 0; tries < 1000; tries++) {
		while ((left = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (left < 0)
			return;
		usleep(5000);
	}
	fail_msg("processes are left");
}

static void assert_cooked(void)
{
	struct termios t;

	assert_int_equal(tcgetattr(p.slave, &t), 0);
	assert_int_equal(t.c_lflag & (ISIG | ICANON | ECHO), ISIG | ICANON | ECHO);
	assert_true(t.c_oflag & OPOST);
}

/* A Launcher that has hardly begun is killed by the signal itself. */
static void told_to_stop(int sig)
{
	int i, status;

	for (i = 0; i < ROUNDS; i++) {
		start_nine();
		usleep(moment());
		kill(p.pid, sig);
		status = finish(&p);
		if (status != -sig)
			assert_int_equal(status, 128 + sig);
		assert_cooked();
		assert_none_left();
		forget(&p);
	}
}

static void test_signals(void **state)
{
	(void)state;
	told_to_stop(SIGTERM);
	told_to_stop(SIGINT);
	told_to_stop(SIGHUP);
}

/* One of the zygote's children, or the zygote itself. */
static pid_t victim(int zygote)
{
	pid_t list[64];
	int n, tries;

	for (tries = 0; tries < 1000; tries++) {
		n = children(p.pid, list, 1);
		if (n == 1 && zygote)
			return list[0];
		if (n == 1)
			n = children(list[0], list, 64);
		if (n > 0)
			return list[(unsigned)rand_r(&seed) % (unsigned)n];
		usleep(1000);
	}
	fail_msg("nobody to kill");
	return 0;
}

static void killed(int zygote, const char *says)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		start_nine();
		assert_true(expect(&p, "ready"));
		usleep(moment() / 2);
		kill(victim(zygote), SIGKILL);
		assert_int_equal(finish(&p), 134);
		assert_non_null(strstr(p.text, says));
		assert_cooked();
		assert_none_left();
		forget(&p);
	}
}

static void test_space_killed(void **state)
{
	(void)state;
	killed(0, "a space was killed");
}

static void test_zygote_killed(void **state)
{
	(void)state;
	killed(1, "the zygote died");
}

static void test_launcher_killed(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		start_nine();
		usleep(moment());
		kill(p.pid, SIGKILL);
		assert_int_equal(finish(&p), -SIGKILL);
		assert_none_left();
		forget(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_space_killed),
		cmocka_unit_test(test_zygote_killed),
		cmocka_unit_test(test_launcher_killed),
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
