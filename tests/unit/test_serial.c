/* SPDX-License-Identifier: MIT */
/*
 * lguest run --serial: nine/test/uart.c is at the other end.  A socket with
 * bytes in both directions, more than all buffers hold and sent while nobody
 * reads; a file; and what is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cm.h"

#define SIZE	(2u << 20)
#define TIMEOUT 20000 /* ms; everything takes one second */

static char dir[] = "/tmp/serial.XXXXXX";
static char sock[64], file[64], log_[64];

static unsigned char pattern(unsigned i)
{
	return (unsigned char)((i * 2654435761u) >> 24);
}

static const char *lguest(void)
{
	const char *s = getenv("LGUEST");

	return s ? s : "out/lguest";
}

/* lguest run with these options; what it prints goes to a file. */
static pid_t start_(const char *const *words)
{
	const char *argv[20] = { lguest(), "run" };
	pid_t pid;
	int n;

	for (n = 2; *words; n++)
		argv[n] = *words++;
	pid = fork();
	if (pid)
		return pid;
	if (!freopen("/dev/null", "r", stdin) || !freopen(log_, "w", stdout) ||
	    dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(126);
	execv(lguest(), (char *const *)argv);
	_exit(127);
}

#define start(...) start_((const char *const[]){ __VA_ARGS__, NULL })

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *contents(const char *path)
{
	static char buf[8192];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, sizeof(buf) - 1, f) : 0;

	buf[n] = 0;
	if (f)
		fclose(f);
	return buf;
}

/* The guest makes the socket while it starts. */
static int connect_to(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), i;

	strcpy(at.sun_path, path);
	for (i = 0; i < 500; i++) {
		if (!connect(fd, (struct sockaddr *)&at, sizeof(at)))
			return fd;
		usleep(10000);
	}
	fail_msg("%s: %s", path, strerror(errno));
	return -1;
}

static void await(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (poll(&p, 1, TIMEOUT) <= 0)
		fail_msg("nothing within %d s: %s", TIMEOUT / 1000, contents(log_));
}

static void expect(int fd, const char *text)
{
	char buf[64];
	size_t n = 0;

	while (n < strlen(text)) {
		ssize_t k;

		await(fd, POLLIN);
		k = read(fd, buf + n, strlen(text) - n);
		assert_true(k > 0);
		n += (size_t)k;
	}
	buf[n] = 0;
	assert_string_equal(buf, text);
}

static void send_pattern(int fd)
{
	unsigned char buf[4096];
	unsigned i, k;

	for (i = 0; i < SIZE; i += sizeof(buf)) {
		size_t done = 0;

		for (k = 0; k < sizeof(buf); k++)
			buf[k] = pattern(i + k);
		while (done < sizeof(buf)) {
			ssize_t n;

			await(fd, POLLOUT);
			n = send(fd, buf + done, sizeof(buf) - done, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (n < 0 && errno == EAGAIN)
				continue;
			assert_true(n > 0);
			done += (size_t)n;
		}
	}
}

static void check_pattern(int fd)
{
	unsigned char buf[4096];
	unsigned i = 0, bad = 0;

	usleep(200000); /* let him run into us */
	while (i < SIZE) {
		ssize_t n, k;

		await(fd, POLLIN);
		n = read(fd, buf, SIZE - i < sizeof(buf) ? SIZE - i : sizeof(buf));
		assert_true(n > 0);
		for (k = 0; k < n; k++)
			bad += buf[k] != pattern(i + (unsigned)k);
		i += (unsigned)n;
	}
	assert_int_equal(bad, 0);
}

static void lines(void **state)
{
	char s[80], f[80];
	pid_t pid;
	int fd;

	(void)state;
	snprintf(s, sizeof(s), "socket=%s", sock);
	snprintf(f, sizeof(f), "file=%s", file);
	pid = start("--timeout", "40", "--serial", s, "--serial", f, "out/nine", "--", "-c",
		    "/test/uart lines && echo PASS");
	fd = connect_to(sock);
	expect(fd, "hello\n");
	send_pattern(fd);
	check_pattern(fd);
	expect(fd, "stop me\n");
	assert_int_equal(write(fd, "s\023", 2), 2);
	usleep(200000);
	assert_int_equal(write(fd, "\021e", 2), 2);
	expect(fd, "go on\n");
	assert_int_equal(status_of(pid), 0);
	close(fd);
	assert_null(strstr(contents(log_), "FAIL"));
	assert_non_null(strstr(contents(log_), "PASS"));
	assert_string_equal(contents(file), "a line for the file\n");
	assert_int_equal(access(sock, F_OK), -1); /* removed at the end */
}

static void refused(void **state)
{
	char f[80];

	(void)state;
	assert_int_equal(status_of(start("--serial", "fly", "out/nine")), 125);
	assert_non_null(strstr(contents(log_), "use pty, socket=PATH or file=PATH"));
	assert_int_equal(status_of(start("--serial", "file=/dev/full", "out/nine")), 125);
	assert_non_null(strstr(contents(log_), "--serial file=/dev/full: not a regular file"));
	snprintf(f, sizeof(f), "file=%s/none/x", dir);
	assert_int_equal(status_of(start("--serial", f, "out/nine")), 125);
	assert_non_null(strstr(contents(log_), "No such file or directory: choose another file"));
	assert_int_equal(status_of(start("--serial", "pty", "--serial", "pty", "--serial", "pty",
					 "--serial", "pty", "--serial", "pty", "out/nine")),
			 125);
	assert_non_null(strstr(contents(log_), "one too many"));
}

/* Nobody at the other end: what is printed is kept or dropped, and nobody waits. */
static void alone(void **state)
{
	(void)state;
	assert_int_equal(status_of(start("--timeout", "40", "--serial", "pty", "out/nine", "--",
					 "-c",
					 "dd -if /dev/zero -bs 8192 -count 100 >'#t/eia1' "
					 ">[2]/dev/null; echo PASS")),
			 0);
	assert_non_null(strstr(contents(log_), "serial: /dev/pts/"));
	assert_non_null(strstr(contents(log_), "PASS"));
}

static int tear_down(void **state)
{
	(void)state;
	unlink(sock);
	unlink(file);
	unlink(log_);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(refused),
		cmocka_unit_test(alone),
	};

	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(dir))
		return 1;
	snprintf(sock, sizeof(sock), "%s/s", dir);
	snprintf(file, sizeof(file), "%s/f", dir);
	snprintf(log_, sizeof(log_), "%s/log", dir);
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
