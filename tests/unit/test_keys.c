/* SPDX-License-Identifier: MIT */
/*
 * nine's console keys on a terminal, and its clock after everything was
 * stopped for a while, as by Ctrl-Z or a lid.
 */
#include "tests/unit/cm.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/process.h"

#define STOPPED_S 2
#define LATE_MS	  50 /* how wrong the clock may be */

static struct process p;

static void keys(const char *text)
{
	type(&p, text, strlen(text));
}

static void test_debugger(void **state)
{
	(void)state;
	START_TTY(&p, "run", "--timeout", "40", "out/nine");
	assert_true(expect(&p, "nine% "));
	keys("\024\024D");
	assert_true(expect(&p, " kbd "));
	assert_true(expect(&p, "nready "));
	assert_true(expect(&p, "pages free"));
	keys("\024\024d");
	assert_true(expect(&p, "a panic will list processes"));
	keys("\024\024?");
	assert_true(expect(&p, "^T^T: p processes"));
	keys("echo panic >/dev/reboot\r");
	assert_true(expect(&p, "panic: /dev/reboot"));
	assert_int_equal(finish(&p), 134);
	p.text[p.len] = 0;
	assert_contains(strstr(p.text, "panic: /dev/reboot"), "nready ");
}

static void test_ctlp(void **state)
{
	(void)state;
	START_TTY(&p, "run", "--timeout", "40", "-p", "service=cpu", "out/nine");
	assert_true(expect(&p, "nine% "));
	keys("{echo ctlpoff; sleep 100} >/dev/consctl & sleep 0.3; echo off\r");
	assert_true(expect(&p, "\noff"));
	keys("echo \020 is harmless | tr -d '\020'\r");
	if (!expect(&p, "\n is harmless"))
		fail_msg("%s", p.text);
	keys("kill sleep | rc; sleep 1; echo on\r");
	assert_true(expect(&p, "\non"));
	keys("\020");
	assert_true(expect(&p, "^P: halting"));
	assert_int_equal(finish(&p), 0);
}

/* The next line, or an empty one. */
static const char *line(void)
{
	static char buf[256];
	size_t n = 0;

	while (n < sizeof(buf) - 1) {
		struct pollfd pf = { .fd = p.out, .events = POLLIN };

		if (poll(&pf, 1, 5000) <= 0 || read(p.out, buf + n, 1) != 1)
			break;
		if (buf[n++] == '\n')
			break;
	}
	buf[n] = 0;
	return buf;
}

static pid_t parent_of(const char *pid)
{
	char path[300];
	int ppid = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%*d %*s %*c %d", &ppid) != 1)
		ppid = -1;
	if (f)
		fclose(f);
	return ppid;
}

/* The process and all that come of it: spaces are in sessions of their own. */
static void signal_tree(pid_t pid, int sig)
{
	DIR *d = opendir("/proc");
	struct dirent *e;

	kill(pid, sig);
	while (d && (e = readdir(d)))
		if (*e->d_name >= '1' && *e->d_name <= '9' && parent_of(e->d_name) == pid)
			signal_tree(atoi(e->d_name), sig);
	if (d)
		closedir(d);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

/* By how many ms the guest's time in the next line differs from ours; its sleeps are 100 ms. */
static long differs(void)
{
	long long ns = 0;

	/* seconds, ns, ticks, ticks a second */
	if (sscanf(line(), "%*s %lld", &ns) != 1)
		fail_msg("no time: %s", p.errors);
	return (long)((now_ns() - ns) / 1000000);
}

static void test_stopped(void **state)
{
	long d, best = 1000000;
	long long begin;
	int i;

	(void)state;
	START(&p, "run", "--timeout", "40", "out/nine", "--", "-c",
	      "while(){ cat /dev/time; echo; sleep 0.1 }");
	for (i = 0; i < 3; i++)
		assert_in_range(labs(differs()), 0, 1000);
	signal_tree(p.pid, SIGSTOP);
	sleep(STOPPED_S);
	signal_tree(p.pid, SIGCONT);
	begin = now_ns();
	differs(); /* one may have been on its way */
	for (i = 0; i < 5; i++) {
		d = labs(differs());
		if (d < best) /* the others met a busy machine */
			best = d;
	}
	assert_in_range(best, 0, LATE_MS);
	/* sleeps are neither caught up with nor longer than before */
	assert_in_range((now_ns() - begin) / 1000000, 300, 3000);
	kill(p.pid, SIGTERM);
	finish(&p);
}

static int after(void **state)
{
	(void)state;
	forget(&p);
	return 0;
}

#define T(f) cmocka_unit_test_teardown(f, after)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_debugger),
		T(test_ctlp),
		T(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
