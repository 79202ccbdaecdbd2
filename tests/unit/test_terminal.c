/* SPDX-License-Identifier: MIT */
/*
 * The console where people meet it: terminal, pty, unix socket.  The guest is
 * out/kit-example, which echoes what is typed and powers off at Ctrl-d.
 */
#include "tests/unit/cm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/process.h"

#define ECHO_GUEST "out/kit-example"
#define READY	   "command line" /* it prints this when it listens */

static struct process p, q;

/* --- A terminal -------------------------------------------------------------------- */

static struct termios terminal(void)
{
	struct termios t;

	assert_int_equal(tcgetattr(p.slave, &t), 0);
	return t;
}

/* The flags of raw mode that are on. */
static unsigned cooked(void)
{
	return terminal().c_lflag & (ISIG | ICANON | ECHO);
}

static void test_terminal(void **state)
{
	(void)state;
	START_TTY(&p, "run", ECHO_GUEST);
	assert_true(expect(&p, READY));
	assert_int_equal(cooked(), 0);
	assert_true(terminal().c_oflag & OPOST);
	type(&p, "<\003\032\001\001>", 6);
	assert_true(expect(&p, "<\003\032\001>"));
	type(&p, "\001h", 2);
	assert_true(expect(&p, "Ctrl-a x quits"));
	type(&p, "\001x", 2);
	assert_int_equal(finish(&p), 0);
	assert_int_equal(cooked(), ISIG | ICANON | ECHO);
}

static void set_size(unsigned short rows, unsigned short cols)
{
	struct winsize w = { .ws_row = rows, .ws_col = cols };

	assert_int_equal(ioctl(p.terminal, TIOCSWINSZ, &w), 0);
}

/* The guest knows how big the terminal is, also when that changes. */
static void test_terminal_size(void **state)
{
	static const char wait1[] = "while(! grep -s '^33 101$' /dev/winsize) sleep .01; echo seen^1\n";
	static const char wait2[] = "while(! grep -s '^50 132$' /dev/winsize) sleep .01; echo seen^2\n";

	(void)state;
	START_TTY(&p, "run", "out/nine");
	set_size(33, 101);
	assert_true(expect(&p, "nine% "));
	type(&p, wait1, strlen(wait1));
	assert_true(expect(&p, "seen1"));
	set_size(50, 132);
	type(&p, wait2, strlen(wait2));
	assert_true(expect(&p, "seen2"));
	type(&p, "\001x", 2);
	assert_int_equal(finish(&p), 0);
}

/* However it ends, the terminal is as before. */
static void test_terminal_restored(void **state)
{
	static const struct {
		int signal, status;
	} t[] = {
		{ SIGINT, 130 },       { SIGTERM, 143 },      { SIGHUP, 129 },
		{ SIGUSR1, -SIGUSR1 }, { SIGALRM, -SIGALRM }, { SIGPWR, -SIGPWR },
	};
	struct termios before, after;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		START_TTY(&p, "run", ECHO_GUEST);
		assert_true(expect(&p, READY));
		assert_int_equal(cooked(), 0);
		kill(p.pid, t[i].signal);
		assert_int_equal(finish(&p), t[i].status);
		after = terminal();
		/* As a terminal nobody ever changed. */
		START_TTY(&q, "version");
		finish(&q);
		assert_int_equal(tcgetattr(q.slave, &before), 0);
		assert_memory_equal(&before, &after, offsetof(struct termios, c_line));
		forget(&p);
		forget(&q);
	}
}

static void wait_cooked(unsigned wanted)
{
	int i;

	for (i = 0; i < 2000 && cooked() != wanted; i++)
		usleep(5000);
	assert_int_equal(cooked(), wanted);
}

static void test_suspend(void **state)
{
	struct termios t;

	(void)state;
	START_TTY(&p, "run", ECHO_GUEST);
	assert_true(expect(&p, READY));
	wait_cooked(0);
	kill(p.pid, SIGTSTP);
	wait_cooked(ISIG | ICANON | ECHO);
	kill(p.pid, SIGCONT);
	wait_cooked(0);
	/* Stopped without a chance, and the shell took the terminal back. */
	kill(p.pid, SIGSTOP);
	t = terminal();
	t.c_lflag |= ISIG | ICANON | ECHO;
	tcsetattr(p.slave, TCSANOW, &t);
	kill(p.pid, SIGCONT);
	wait_cooked(0);
	type(&p, "still here\n", 11);
	assert_true(expect(&p, "still here"));
	type(&p, "\004", 1);
	assert_int_equal(finish(&p), 0);
}

/* --- pty and socket ------------------------------------------------------------------ */

static int read_until(int fd, const char *text)
{
	char got[4096] = "";
	size_t len = 0;
	int tries;

	for (tries = 0; tries < 4000 && !strstr(got, text); tries++) {
		ssize_t n = read(fd, got + len, sizeof(got) - 1 - len);

		if (n > 0)
			len += (size_t)n;
		else
			usleep(5000);
	}
	return strstr(got, text) != NULL;
}

static void talk(int fd)
{
	assert_int_equal(write(fd, "hello\n", 6), 6);
	assert_true(read_until(fd, "hello\n"));
}

static void test_pty(void **state)
{
	char path[64];
	int fd, i;

	(void)state;
	START(&p, "run", "--console", "pty", ECHO_GUEST);
	assert_true(expect_error(&p, "/dev/pts/"));
	assert_true(expect_error(&p, "\n"));
	assert_int_equal(sscanf(strstr(p.errors, "/dev"), "%63s", path), 1);
	for (i = 0; i < 3; i++) {
		fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
		assert_true(fd >= 0);
		if (i == 0)
			assert_true(read_until(fd, READY));
		talk(fd);
		if (i == 2)
			assert_int_equal(write(fd, "\004", 1), 1);
		close(fd);
	}
	assert_int_equal(finish(&p), 0);
}

static int connect_to(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), tries;

	strcpy(at.sun_path, path);
	for (tries = 0; tries < 2000; tries++) {
		if (!connect(fd, (struct sockaddr *)&at, sizeof(at)))
			return fd;
		usleep(5000);
	}
	fail_msg("cannot connect to %s: %s", path, strerror(errno));
	return -1;
}

static void test_socket(void **state)
{
	char dir[] = "/tmp/lguest-test-XXXXXX", path[64], option[80];
	struct stat st;
	int fd, other;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(option, sizeof(option), "socket=%s", path);
	START(&p, "run", "--console", option, ECHO_GUEST);
	fd = connect_to(path);
	assert_true(read_until(fd, READY));
	talk(fd);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);

	other = connect_to(path);
	assert_true(read_until(other, "somebody else"));
	close(other);
	START(&q, "run", "--console", option, ECHO_GUEST);
	assert_int_equal(finish(&q), 125);
	assert_contains(q.errors, "somebody else uses it");
	close(fd);
	kill(p.pid, SIGTERM);
	assert_int_equal(finish(&p), 128 + SIGTERM);
	assert_int_equal(rmdir(dir), 0);
}

/* The same, to the end: come back, and what a killed one leaves is no obstacle. */
static void test_socket_again(void **state)
{
	char dir[] = "/tmp/lguest-test-XXXXXX", path[64], option[80];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(option, sizeof(option), "socket=%s", path);
	START(&p, "run", "--console", option, ECHO_GUEST);
	fd = connect_to(path);
	talk(fd);
	kill(p.pid, SIGKILL);
	finish(&p);
	close(fd);
	START(&p, "run", "--console", option, ECHO_GUEST);
	close(connect_to(path));
	fd = connect_to(path);
	talk(fd);
	close(fd);
	fd = connect_to(path);
	talk(fd);
	assert_int_equal(write(fd, "\004", 1), 1);
	assert_int_equal(finish(&p), 0);
	close(fd);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(dir), 0);
}

/* Tests that fail midway leave a guest behind: not for long. */
static int teardown(void **state)
{
	(void)state;
	forget(&p);
	forget(&q);
	return 0;
}

#define T(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_terminal), T(test_terminal_size), T(test_terminal_restored), T(test_suspend), T(test_pty),
		T(test_socket),	  T(test_socket_again),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
