/* SPDX-License-Identifier: MIT */
#include "tests/unit/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 20000 /* other tests run at the same time */

static void run(const char *const *words, int in, int out, int err)
{
	const char *lguest = getenv("LGUEST");
	char *argv[32] = { "lguest" };
	int i;

	for (i = 0; i < 30 && words[i]; i++)
		argv[i + 1] = (char *)words[i];
	/* Shells let background jobs ignore some, and lguest then leaves it so. */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	closefrom(3);
	execv(lguest ? lguest : "out/lguest", argv);
	_exit(99);
}

static void init(struct process *p)
{
	memset(p, 0, sizeof(*p));
	p->in = p->out = p->err = p->terminal = p->slave = -1;
}

void start(struct process *p, const char *const *words)
{
	int in[2], out[2], err[2];

	init(p);
	if (pipe(in) < 0 || pipe(out) < 0 || pipe(err) < 0)
		abort();
	p->pid = fork();
	if (p->pid == 0) {
		setpgid(0, 0);
		run(words, in[0], out[1], err[1]);
	}
	setpgid(p->pid, p->pid);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	p->in = in[1];
	p->out = out[0];
	p->err = err[0];
}

void start_on_terminal(struct process *p, const char *const *words)
{
	init(p);
	if (openpty(&p->terminal, &p->slave, NULL, NULL, NULL) < 0)
		abort();
	p->pid = fork();
	if (p->pid == 0) {
		setsid();
		ioctl(p->slave, TIOCSCTTY, 0);
		run(words, p->slave, p->slave, p->slave);
	}
	p->in = p->out = p->terminal;
}

void type(struct process *p, const char *text, size_t len)
{
	if (write(p->in, text, len) != (ssize_t)len)
		fprintf(stderr, "type: %s\n", strerror(errno));
}

void close_input(struct process *p)
{
	close(p->in);
	p->in = -1;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Take what is there.  0 at the end of the file. */
static int take(int fd, char *to, size_t *len, size_t max)
{
	char rest[4096];
	ssize_t n = *len < max - 1 ? read(fd, to + *len, max - 1 - *len) :
				     read(fd, rest, sizeof(rest));

	if (n <= 0)
		return 0;
	if (*len < max - 1)
		*len += (size_t)n;
	to[*len] = 0;
	return 1;
}

/* Read what comes, until the given time at the latest.  0: both ends are closed. */
static int pump(struct process *p, long until)
{
	struct pollfd fds[2] = { { .fd = p->out, .events = POLLIN },
				 { .fd = p->err, .events = POLLIN } };
	long left = until - now_ms();

	if (p->out < 0 && p->err < 0)
		return 0;
	if (poll(fds, 2, left < 0 ? 0 : (int)left) <= 0)
		return 1;
	if (fds[0].revents && !take(p->out, p->text, &p->len, sizeof(p->text))) {
		if (p->out != p->terminal)
			close(p->out);
		p->out = -1;
	}
	if (fds[1].revents && !take(p->err, p->errors, &p->errors_len, sizeof(p->errors))) {
		close(p->err);
		p->err = -1;
	}
	return 1;
}

static int wait_for(struct process *p, const char *in, const char *text)
{
	long until = now_ms() + PATIENCE_MS;

	while (!strstr(in, text))
		if (now_ms() > until || !pump(p, until))
			return 0;
	return 1;
}

int expect(struct process *p, const char *text)
{
	return wait_for(p, p->text, text);
}

int expect_error(struct process *p, const char *text)
{
	return wait_for(p, p->errors, text);
}

static int reap(struct process *p, long until)
{
	struct timespec moment = { 0, 2000000 };
	int status;

	while (waitpid(p->pid, &status, WNOHANG) == 0) {
		if (now_ms() > until) {
			kill(p->pid, SIGKILL);
			waitpid(p->pid, &status, 0);
			p->pid = 0;
			return -1000;
		}
		/* A full pipe or terminal must not keep it from ending. */
		if (!pump(p, now_ms() + 2))
			nanosleep(&moment, NULL);
	}
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int finish(struct process *p)
{
	long until = now_ms() + PATIENCE_MS;
	int status = reap(p, until);

	/* What it left in the pipes.  The slave of a terminal stays open: no end. */
	while (pump(p, now_ms() + (p->terminal >= 0 ? 20 : 1000)) && p->terminal < 0)
		if (now_ms() > until)
			break;
	if (p->in >= 0 && p->in != p->terminal)
		close(p->in);
	if (p->out >= 0 && p->out != p->terminal)
		close(p->out);
	if (p->err >= 0)
		close(p->err);
	return status;
}

void forget(struct process *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->terminal > 0)
		close(p->terminal);
	if (p->slave > 0)
		close(p->slave);
	p->terminal = p->slave = -1;
	p->pid = 0;
}
