/* SPDX-License-Identifier: MIT */
/*
 * lguest ps, info, stop, console: guests by name.  The guest is
 * out/kit-example, which echoes what is typed and powers off at Ctrl-d.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "launcher/control.h"
#include "tests/unit/process.h"

#define ECHO_GUEST "out/kit-example"
#define READY	   "command line" /* it prints this when it listens */

static char run_dir[64];
static struct process guest, second, p;

static const char *in_run_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/lguest/%s", run_dir, name);
	return path;
}

static int exists(const char *name)
{
	return access(in_run_dir(name), F_OK) == 0;
}

/* Its output is only heard of through "lguest console". */
static void start_silent(struct process *g, const char *name)
{
	START(g, "run", "--console", "none", "--name", name, ECHO_GUEST);
	START(&p, "console", name);
	while (!expect(&p, READY)) { /* it may not listen yet */
		assert_int_equal(finish(&p), 125);
		assert_non_null(strstr(p.errors, "no such guest runs"));
		START(&p, "console", name);
	}
	forget(&p);
}

static void run_until(int status, const char *command, const char *name)
{
	int tries, s = -1;

	for (tries = 0; tries < 50 && s != status; tries++) {
		START(&p, command, name);
		s = finish(&p);
		if (s != status)
			usleep(100000);
	}
	assert_int_equal(s, status);
}

static void test_life(void **state)
{
	(void)state;
	START(&guest, "run", "--console", "none", "--name", "a.b-c_1", ECHO_GUEST, "--", "x y");
	run_until(0, "info", "a.b-c_1");
	assert_non_null(strstr(p.text, "name:     a.b-c_1\n"));
	assert_non_null(strstr(p.text, "kernel:   " ECHO_GUEST "\n"));
	assert_non_null(strstr(p.text, "argument: x y\n"));
	assert_non_null(strstr(p.text, "limit:    64.0 MiB\n"));
	START(&p, "ps");
	assert_int_equal(finish(&p), 0);
	assert_non_null(strstr(p.text, "\na.b-c_1 "));
	START(&p, "stop", "a.b-c_1");
	assert_int_equal(finish(&p), 0);
	/* It said so after everything was cleaned up. */
	assert_false(exists("a.b-c_1.sock"));
	assert_int_equal(finish(&guest), 143);
	assert_non_null(strstr(guest.errors, "stopped by lguest stop"));
	START(&p, "ps");
	assert_int_equal(finish(&p), 0);
	assert_null(strstr(p.text, "a.b-c_1"));
}

/* Without --name: after the kernel, and another name for the next. */
static void test_names(void **state)
{
	char name[64];

	(void)state;
	START(&guest, "run", "--console", "none", ECHO_GUEST);
	run_until(0, "info", "kit-example");
	START(&second, "run", "--console", "none", ECHO_GUEST);
	snprintf(name, sizeof(name), "kit-example-%d", (int)second.pid);
	run_until(0, "info", name);
	START(&p, "run", "--name", "kit-example", ECHO_GUEST);
	assert_int_equal(finish(&p), 125);
	assert_non_null(strstr(p.errors, "--name kit-example: a guest of that name runs"));
	START(&p, "stop", name);
	assert_int_equal(finish(&p), 0);
	assert_int_equal(finish(&second), 143);
	START(&p, "stop", "kit-example");
	assert_int_equal(finish(&p), 0);
	assert_int_equal(finish(&guest), 143);
}

/* The socket of one that was killed is in nobody's way. */
static void test_left_over(void **state)
{
	(void)state;
	START(&guest, "run", "--console", "none", "--name", "victim", ECHO_GUEST);
	run_until(0, "info", "victim");
	kill(guest.pid, SIGKILL);
	assert_int_equal(finish(&guest), -SIGKILL);
	assert_true(exists("victim.sock"));
	START(&guest, "run", "--console", "none", "--name", "victim", ECHO_GUEST);
	run_until(0, "info", "victim");
	kill(guest.pid, SIGKILL);
	assert_int_equal(finish(&guest), -SIGKILL);
	START(&p, "ps");
	assert_int_equal(finish(&p), 0);
	assert_null(strstr(p.text, "victim"));
	assert_false(exists("victim.sock"));
}

static void test_console(void **state)
{
	(void)state;
	start_silent(&guest, "shy");
	START_TTY(&p, "console", "shy");
	assert_true(expect(&p, READY)); /* the newest output is shown again */
	type(&p, "hello\001\001", 7);
	assert_true(expect(&p, "hello\001"));
	START(&second, "console", "shy");
	assert_int_equal(finish(&second), 125);
	assert_non_null(strstr(second.errors, "somebody else has this console"));
	type(&p, "\001x", 2);
	assert_int_equal(finish(&p), 0);
	assert_non_null(strstr(p.text, "it still runs"));
	START(&p, "console", "shy");
	assert_true(expect(&p, "hello"));
	type(&p, "\004", 1);
	assert_int_equal(finish(&p), 0);
	assert_int_equal(finish(&guest), 0);
}

/* Both the terminal lguest has and the visitor see and type. */
static void test_visitor(void **state)
{
	(void)state;
	START(&guest, "run", "--name", "shared", ECHO_GUEST);
	assert_true(expect(&guest, READY));
	START(&p, "console", "shared");
	assert_true(expect(&p, READY));
	type(&p, "from the visitor", 16);
	assert_true(expect(&guest, "from the visitor"));
	type(&guest, "from the owner", 14);
	assert_true(expect(&p, "from the owner"));
	close_input(&p); /* says no more, still sees */
	type(&guest, "still here", 10);
	assert_true(expect(&p, "still here"));
	type(&guest, "\004", 1);
	assert_int_equal(finish(&guest), 0);
	assert_int_equal(finish(&p), 0);
}

/* A visitor who does not read loses output; the guest goes on. */
static void test_slow_visitor(void **state)
{
	char line[1000], mark[8];
	int i;

	(void)state;
	memset(line, 'z', sizeof(line));
	START(&guest, "run", "--name", "fast", ECHO_GUEST);
	assert_true(expect(&guest, READY));
	START(&p, "console", "fast");
	assert_true(expect(&p, READY));
	kill(p.pid, SIGSTOP);
	for (i = 0; i < 400; i++) { /* more than any buffer on the way */
		snprintf(mark, sizeof(mark), "#%d.", i);
		memcpy(line, mark, strlen(mark));
		type(&guest, line, sizeof(line));
		assert_true(expect(&guest, mark));
	}
	kill(p.pid, SIGCONT);
	assert_true(expect(&p, "output was lost here"));
	type(&guest, "\004", 1);
	assert_int_equal(finish(&guest), 0);
	finish(&p);
}

static void write_file(const char *path, const char *text, off_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	if (size)
		assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static void add(const char *option, const char *value, int status, const char *complaint)
{
	START(&second, "add", "plug", option, value);
	assert_int_equal(finish(&second), status);
	assert_non_null(strstr(second.errors, complaint));
}

/* A directory and a disk for a nine that runs. */
static void test_add(void **state)
{
	char dir[80], file[96], disk[96], missing[96], value[128];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/tree", run_dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(disk, sizeof(disk), "%s/disk", run_dir);
	snprintf(missing, sizeof(missing), "%s/missing", run_dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	write_file(file, "words of the host\n", 0);
	write_file(disk, "words of a disk\n", 4 << 20);
	START(&guest, "run", "--console", "none", "--name", "plug", "out/nine");
	run_until(0, "info", "plug");
	START(&p, "console", "plug");
	assert_true(expect(&p, "nine% "));
	snprintf(value, sizeof(value), "%s,ro,tag=later", dir);
	add("--share", value, 0, "");
	add("--share", value, 125, "there is a share later already");
	add("--disk", disk, 0, "");
	add("--disk", disk, 125, "in use by another program");
	add("--disk", missing, 125, "No such file or directory");
	add("--share", disk, 125, "Not a directory");
	add("-m", "64M", 125, "lguest add NAME");
	type(&p, "shares; cat /n/later/file\n", 26);
	assert_true(expect(&p, "words of the host"));
	type(&p, "read < '#S'/sd00/data; cat /dev/sd00/ctl\n", 41);
	assert_true(expect(&p, "words of a disk"));
	assert_true(expect(&p, "geometry 8192 512"));
	type(&p, "exit\n", 5);
	assert_int_equal(finish(&guest), 0);
	finish(&p);
	unlink(file);
	unlink(disk);
	rmdir(dir);
}

static int dial(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(at.sun_path, in_run_dir(name));
	assert_true(fd >= 0 && !connect(fd, (struct sockaddr *)&at, sizeof(at)));
	return fd;
}

/* Nonsense, silence and many at once on the control socket. */
static void test_hostile(void **state)
{
	char long_line[CONTROL_LINE], got[64] = "";
	int fds[20], i;

	(void)state;
	START(&guest, "run", "--name", "brave", ECHO_GUEST);
	assert_true(expect(&guest, READY));
	memset(long_line, 'a', sizeof(long_line));
	fds[0] = dial("brave.sock");
	assert_int_equal(write(fds[0], long_line, sizeof(long_line)), sizeof(long_line));
	assert_true(read(fds[0], got, sizeof(got) - 1) > 0);
	assert_string_equal(got, "error the request is too long\n");
	close(fds[0]);
	fds[0] = dial("brave.sock");
	assert_int_equal(write(fds[0], "dance\n", 6), 6);
	assert_true(read(fds[0], got, sizeof(got) - 1) > 0);
	assert_non_null(strstr(got, "error no such request"));
	close(fds[0]);
	for (i = 0; i < 20; i++) /* who stay silent */
		fds[i] = dial("brave.sock");
	START(&p, "info", "brave");
	assert_int_equal(finish(&p), 0);
	for (i = 0; i < 20; i++)
		close(fds[i]);
	type(&guest, "\004", 1);
	assert_int_equal(finish(&guest), 0);
}

static void test_wrong(void **state)
{
	static const char *const bad[] = { "nobody", "../x", "", ".hidden", "a b" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		START(&p, "stop", bad[i]);
		assert_int_equal(finish(&p), 125);
		assert_non_null(strstr(p.errors, "lguest ps lists them"));
	}
	START(&p, "run", "--name", "a/b", ECHO_GUEST);
	assert_int_equal(finish(&p), 125);
	assert_non_null(strstr(p.errors, "--name a/b: not a name"));
	START(&p, "ps", "x");
	assert_int_equal(finish(&p), 125);
	START(&p, "info");
	assert_int_equal(finish(&p), 125);
}

/* A directory others can enter is refused; the guest runs without a name. */
static void test_unsafe_directory(void **state)
{
	(void)state;
	assert_int_equal(chmod(in_run_dir(""), 0755), 0);
	START(&p, "ps");
	assert_int_equal(finish(&p), 125);
	assert_non_null(strstr(p.errors, "not a directory that is yours alone"));
	START(&p, "run", "--name", "x", ECHO_GUEST);
	assert_int_equal(finish(&p), 125);
	START(&guest, "run", ECHO_GUEST);
	assert_true(expect(&guest, READY));
	type(&guest, "\004", 1);
	assert_int_equal(finish(&guest), 0);
	assert_int_equal(chmod(in_run_dir(""), 0700), 0);
}

static int setup(void **state)
{
	(void)state;
	strcpy(run_dir, "/tmp/lguest-test-XXXXXX");
	if (!mkdtemp(run_dir) || setenv("XDG_RUNTIME_DIR", run_dir, 1))
		return -1;
	return mkdir(in_run_dir(""), 0700);
}

static int teardown(void **state)
{
	(void)state;
	rmdir(in_run_dir(""));
	return rmdir(run_dir);
}

static int clean(void **state)
{
	(void)state;
	forget(&p);
	forget(&second);
	forget(&guest);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_life, clean),
		cmocka_unit_test_teardown(test_names, clean),
		cmocka_unit_test_teardown(test_left_over, clean),
		cmocka_unit_test_teardown(test_console, clean),
		cmocka_unit_test_teardown(test_visitor, clean),
		cmocka_unit_test_teardown(test_slow_visitor, clean),
		cmocka_unit_test_teardown(test_add, clean),
		cmocka_unit_test_teardown(test_hostile, clean),
		cmocka_unit_test_teardown(test_wrong, clean),
		cmocka_unit_test_teardown(test_unsafe_directory, clean),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
