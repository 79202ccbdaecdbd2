/* SPDX-License-Identifier: MIT */
/*
 * lguest in a container: under a filter like those of container engines, which
 * answer clone3 with ENOSYS and everything about namespaces with EPERM, guests
 * run (and start again) with one layer less and it says so; where an
 * indispensable call is refused it ends with one line and status 125.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/unit/process.h"

#define RESTART "out/tests/guest/restart.native"

#define NEW_ANY (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | \
		 CLONE_NEWNET | CLONE_NEWCGROUP)

#define LOAD(field)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), yes, no)
#define ANSWER(error)	   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW		   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct process p;

static void install(struct sock_filter *filter, size_t n)
{
	struct sock_fprog prog = { (unsigned short)n, filter };

	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog), 0);
}

static int container(void **state)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		IF(SYS_clone3, 8, 0),
		IF(SYS_unshare, 8, 0),
		IF(SYS_setns, 7, 0),
		IF(SYS_mount, 6, 0),
		IF(SYS_pivot_root, 5, 0),
		IF(SYS_clone, 0, 2),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_ANY, 2, 0),
		ALLOW,
		ANSWER(ENOSYS),
		ANSWER(EPERM),
	};

	(void)state;
	install(filter, sizeof(filter) / sizeof(*filter));
	return 0;
}

static void refuse(unsigned nr)
{
	struct sock_filter filter[] = { LOAD(nr), IF(nr, 0, 1), ANSWER(EPERM), ALLOW };

	install(filter, sizeof(filter) / sizeof(*filter));
}

static void test_runs(void **state)
{
	(void)state;
	START(&p, "run", "-v", "--timeout", "20", RESTART);
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "PASS");
	assert_contains(p.errors, "namespaces");
}

static void test_preflight(void **state)
{
	(void)state;
	START(&p, "preflight");
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "missing");
	assert_contains(p.text, "user namespaces");
}

/* Older kernels and engines lack it; descriptors are closed all the same. */
static void test_close_range(void **state)
{
	(void)state;
	refuse(SYS_close_range);
	START(&p, "run", "--timeout", "20", RESTART);
	assert_int_equal(finish(&p), 0);
	assert_contains(p.text, "PASS");
}

static void test_no_ldt(void **state)
{
	(void)state;
	refuse(SYS_modify_ldt);
	START(&p, "run", "--timeout", "20", RESTART);
	assert_int_equal(finish(&p), 125);
	assert_string_equal(p.text, "");
	assert_contains(p.errors, "lguest preflight");
	assert_ptr_equal(strchr(p.errors, '\n'), p.errors + strlen(p.errors) - 1);
}

static void test_no_memfd(void **state)
{
	(void)state;
	refuse(SYS_memfd_create);
	START(&p, "run", "--timeout", "20", RESTART);
	assert_int_equal(finish(&p), 125);
	assert_contains(p.errors, "memfd_create");
	assert_contains(p.errors, "lguest preflight");
}

/* Filters only add up: the order matters. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_preflight),
		cmocka_unit_test(test_close_range),
		cmocka_unit_test(test_no_ldt),
		cmocka_unit_test(test_no_memfd),
	};

	return cmocka_run_group_tests(tests, container, NULL);
}
