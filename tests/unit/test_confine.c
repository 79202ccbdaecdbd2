/* SPDX-License-Identifier: MIT */
/*
 * The Launcher's own sandbox: a child enters it and tries what a hijacked
 * Launcher would try.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/sandbox.h"
#include "launcher/syscalls.h"

static char dir[] = "/tmp/lguest-test-XXXXXX";
static char socket_path[64];
static const char *const removable[] = { socket_path };
static unsigned nremovable;
static pid_t parent; /* the child may not even ask */

/* Run in a child, confined: the errno of the attempt, 0 = it worked. */
static int confined(int (*attempt)(void))
{
	pid_t pid;
	int status;

	parent = getpid();
	pid = fork();

	if (pid == 0) {
		sandbox_launcher(removable, nremovable);
		errno = 0;
		_exit(attempt() < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int try_read(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int try_create(void)
{
	return open("/tmp/lguest-test-escape", O_CREAT | O_WRONLY, 0600);
}

static int try_memory_of_parent(void)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)parent);
	return open(path, O_RDWR);
}

static int try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int try_exec(void)
{
	return execl("/bin/true", "true", NULL);
}

static int try_ptrace(void)
{
	return (int)ptrace(PTRACE_ATTACH, parent, 0, 0);
}

/* getpid as a 32-bit call. */
static int try_compat(void)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
	errno = ret < 0 ? (int)-ret : 0;
	return ret < 0 ? -1 : 0;
}

static int try_x32(void)
{
	return (int)syscall(0x40000000 + SYS_getpid);
}

static int try_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1;
}

static int try_needed(void)
{
	int null = open("/proc/sys/vm/mmap_min_addr", O_RDONLY);

	return null < 0 || write(STDOUT_FILENO, "", 0) < 0 || kill(getpid(), 0) < 0 ? -1 : 0;
}

static int try_remove_socket(void)
{
	return unlink(socket_path);
}

static int try_remove_other(void)
{
	return unlink("/tmp/lguest-test-other");
}

static void test_files(void **state)
{
	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1)
		skip();
	assert_int_equal(confined(try_read), EACCES);
	assert_int_equal(confined(try_create), EACCES);
	assert_int_equal(confined(try_memory_of_parent), EACCES);
}

static void test_calls(void **state)
{
	(void)state;
	assert_int_equal(confined(try_socket), EPERM);
	assert_int_equal(confined(try_exec), EPERM);
	assert_int_equal(confined(try_ptrace), EPERM);
	assert_int_equal(confined(try_compat), EPERM);
	assert_int_equal(confined(try_x32), EPERM);
	assert_int_equal(confined(try_privileges), 0);
	assert_int_equal(confined(try_needed), 0);
}

/* Only in the directory of a socket of ours. */
static void test_socket(void **state)
{
	int fd = open("/tmp/lguest-test-other", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	close(fd);
	assert_non_null(mkdtemp(dir));
	snprintf(socket_path, sizeof(socket_path), "%s/s", dir);
	close(open(socket_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	nremovable = 1;
	assert_int_equal(confined(try_remove_socket), 0);
	assert_int_equal(access(socket_path, F_OK), -1);
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1)
		assert_int_equal(confined(try_remove_other), EACCES);
	unlink("/tmp/lguest-test-other");
	rmdir(dir);
}

/* The program is a table: it must end in a return and jump nowhere else. */
static void test_filter(void **state)
{
	struct sock_filter filter[SYSCALLS_FILTER_MAX];
	unsigned n = syscalls_filter(filter), i;

	(void)state;
	assert_true(n > 16 && n <= SYSCALLS_FILTER_MAX);
	assert_int_equal(filter[n - 1].code, BPF_RET | BPF_K);
	for (i = 0; i < n; i++)
		if (BPF_CLASS(filter[i].code) == BPF_JMP)
			assert_true(i + 1 + filter[i].jt < n && i + 1 + filter[i].jf < n);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
