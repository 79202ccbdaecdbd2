/* SPDX-License-Identifier: MIT */
/*
 * What the seccomp filter of a space really lets through: for each system call
 * number a child process installs the filter by the Host's own function and
 * makes the call.  The result is compared with the table in SECURITY.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lguest.h"

#define MAX_CALLS	20		/* the promise of design.md */
#define LAST_CALL	480		/* a few more than Linux has */
#define X32		0x40000000
#define REFLECTED	77		/* our SIGSYS handler ran: SECCOMP_RET_TRAP */

long enter_sandbox(void);
const char compat_call_ip[1];		/* the real one is the Switcher's */

struct call {
	const char *name;
	long nr;
	int one_fd;			/* the only descriptor it may touch, or -1 */
};

/* The names SECURITY.md may use.  Another name there fails the test. */
static const struct call names[] = {
	{ "rt_sigreturn", SYS_rt_sigreturn, -1 },
	{ "restart_syscall", SYS_restart_syscall, -1 },
	{ "futex", SYS_futex, -1 },
	{ "mmap", SYS_mmap, -1 },
	{ "munmap", SYS_munmap, -1 },
	{ "mprotect", SYS_mprotect, -1 },
	{ "madvise", SYS_madvise, -1 },
	{ "clock_gettime", SYS_clock_gettime, -1 },
	{ "modify_ldt", SYS_modify_ldt, -1 },
	{ "set_thread_area", SYS_set_thread_area, -1 },
	{ "exit_group", SYS_exit_group, -1 },
	{ "write", SYS_write, LG_FD_BELL },
	{ "timerfd_settime", SYS_timerfd_settime, LG_FD_CLOCK },
	{ "tgkill", SYS_tgkill, -1 },
	{ "getpid", SYS_getpid, -1 },
	{ "rt_sigaction", SYS_rt_sigaction, -1 },
	{ "rt_sigprocmask", SYS_rt_sigprocmask, -1 },
	{ "sched_yield", SYS_sched_yield, -1 },
	{ "clone", SYS_clone, -1 },
	{ "wait4", SYS_wait4, -1 },
	{ "sched_setaffinity", SYS_sched_setaffinity, -1 },
	{ "arch_prctl", SYS_arch_prctl, -1 },
};

static const struct call *listed[MAX_CALLS + 1];
static int nlisted;

static const struct call *by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len))
			return &names[i];
	fail_msg("SECURITY.md: system call \"%.*s\" is unknown to this test", (int)len, name);
	return NULL;
}

/* Rows "| name | ..." of the table that follows the marker "seccomp:". */
static int read_list(void **state)
{
	FILE *f = fopen("SECURITY.md", "r");
	char line[512];
	int inside = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) && nlisted <= MAX_CALLS) {
		const char *p = line + strspn(line, " ");

		if (strstr(p, "<!-- seccomp:"))
			inside = 1;
		else if (inside && *p != '|' && nlisted)
			break;
		if (!inside || strncmp(p, "| ", 2) || strstr(p, "system call"))
			continue;
		listed[nlisted++] = by_name(p + 2, strcspn(p + 2, " "));
	}
	fclose(f);
	return 0;
}

static void reflected(int sig)
{
	(void)sig;
	syscall(SYS_exit_group, REFLECTED);
}

static void enter(void)
{
	struct rlimit no_core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGSYS, reflected);
	alarm(5);			/* whatever else may happen */
	if (enter_sandbox())
		syscall(SYS_exit_group, 99);
}

/* Wait status of a child that makes this call with nonsense as arguments. */
static int probe(long nr, long first)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		enter();
		syscall(nr, first, -1L, -1L, -1L, -1L, -1L);
		syscall(SYS_exit_group, 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int denied(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static const struct call *listed_call(long nr)
{
	for (int i = 0; i < nlisted; i++)
		if (listed[i]->nr == nr)
			return listed[i];
	return NULL;
}

static void few(void **state)
{
	(void)state;
	assert_true(nlisted > 0);
	assert_true(nlisted <= MAX_CALLS);
}

/*
 * Uprobe trampolines of the kernel itself (since 6.11 and 6.18): it passes them
 * by every seccomp filter, and answers everybody else with an error or SIGILL.
 */
static int beyond_seccomp(long nr)
{
	return nr == 335 || nr == 336;
}

static void as_listed(void **state)
{
	(void)state;
	for (long nr = 0; nr <= LAST_CALL; nr++) {
		const struct call *c = listed_call(nr);
		int status = probe(nr, c && c->one_fd >= 0 ? c->one_fd : -1);

		if (!c && !denied(status) && !beyond_seccomp(nr))
			fail_msg("system call %ld is allowed and not in SECURITY.md", nr);
		if (c && denied(status))
			fail_msg("SECURITY.md lists %s, the filter denies it", c->name);
	}
}

/* Bells are rung by write, the doorbells of workers too. */
static int may_use(const struct call *c, int fd)
{
	return fd == c->one_fd || (c->nr == SYS_write && fd > LG_FD_DOORBELL &&
				   fd < LG_FD_DOORBELL + LG_DOORBELLS);
}

static void one_descriptor_only(void **state)
{
	(void)state;
	for (int i = 0; i < nlisted; i++)
		for (int fd = 0; listed[i]->one_fd >= 0 && fd < LG_FD_DOORBELL + LG_DOORBELLS + 4;
		     fd++)
			assert_int_equal(denied(probe(listed[i]->nr, fd)),
					 !may_use(listed[i], fd));
}

/* The x32 numbers are another way to say the same calls: all denied. */
static void no_x32(void **state)
{
	(void)state;
	for (long nr = 0; nr <= 330; nr++)
		assert_true(denied(probe(nr | X32, LG_FD_BELL)));
}

static int probe_32bit(int nr)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		enter();
		asm volatile("int $0x80" : "+a"(nr) : "b"(LG_FD_BELL), "c"(0), "d"(0) : "memory");
		syscall(SYS_exit_group, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* int $0x80 is never a system call: it raises SIGSYS, the guest's to see. */
static void no_32bit(void **state)
{
	(void)state;
	for (int nr = 0; nr <= 440; nr++) {
		int status = probe_32bit(nr);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != REFLECTED)
			fail_msg("32-bit system call %d: wait status 0x%x", nr, status);
	}
}

static void no_way_back(void **state)
{
	(void)state;
	assert_true(denied(probe(SYS_seccomp, 0)));
	assert_true(denied(probe(SYS_prctl, PR_SET_SECCOMP)));
	assert_true(denied(probe(SYS_execve, 0)));
	assert_true(denied(probe(SYS_ptrace, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few),	    cmocka_unit_test(as_listed),
		cmocka_unit_test(one_descriptor_only),
		cmocka_unit_test(no_x32),   cmocka_unit_test(no_32bit),
		cmocka_unit_test(no_way_back),
	};

	return cmocka_run_group_tests_name("sandbox", tests, read_list, NULL);
}
