/* SPDX-License-Identifier: MIT */
/*
 * Starts a system in a session of its own, reads its output line by line with
 * a deadline, and makes sure nothing of it is left when it shall end.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_CHILDREN 16

static volatile pid_t running[MAX_CHILDREN];

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void remember(pid_t old, pid_t new)
{
	for (int i = 0; i < MAX_CHILDREN; i++)
		if (running[i] == old) {
			running[i] = new;
			return;
		}
}

void kill_children(void)
{
	for (int i = 0; i < MAX_CHILDREN; i++)
		if (running[i])
			kill(-running[i], SIGKILL);
}

/* The last CPU we may use: the first one has the machine's interrupts. */
static void pin(void)
{
	cpu_set_t may, one;

	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		return;
	for (int i = CPU_SETSIZE - 1; i >= 0; i--)
		if (CPU_ISSET(i, &may)) {
			CPU_ZERO(&one);
			CPU_SET(i, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

static void become(const struct command *cmd, int in, int out, const char *log)
{
	int err = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cmd->pinned)
		pin();
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || (err >= 0 && dup2(err, 2) < 0))
		_exit(127);
	execvp(cmd->argv[0], cmd->argv);
	_exit(127);
}

int child_start(struct child *c, const struct command *cmd, const char *log, bool keep_stdin)
{
	int in[2], out[2];

	memset(c, 0, sizeof(*c));
	c->in = -1;
	if (pipe2(in, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return -errno;
	}
	c->start_ns = now_ns();
	c->pid = fork();
	if (c->pid == 0)
		become(cmd, in[0], out[1], log);
	close(in[0]);
	close(out[1]);
	c->out = out[0];
	if (c->pid > 0 && keep_stdin)
		c->in = in[1];
	else
		close(in[1]);
	if (c->pid < 0) {
		close(out[0]);
		return -EAGAIN;
	}
	remember(0, c->pid);
	return 0;
}

/* Takes a line out of the buffer; a line longer than the buffer is cut. */
static bool take_line(struct child *c, char *line, size_t size, bool end)
{
	char *nl = memchr(c->buf, '\n', c->filled);
	size_t len = nl ? (size_t)(nl - c->buf) : c->filled, keep = len, gone = nl ? len + 1 : len;

	if (!nl && !(end && c->filled) && c->filled < sizeof(c->buf))
		return false;
	if (keep > 0 && c->buf[keep - 1] == '\r')
		keep--;
	if (keep >= size)
		keep = size - 1;
	memcpy(line, c->buf, keep);
	line[keep] = 0;
	c->filled -= gone;
	memmove(c->buf, c->buf + gone, c->filled);
	return true;
}

int child_line(struct child *c, char *line, size_t size, uint64_t deadline_ns)
{
	for (;;) {
		struct pollfd p = { .fd = c->out, .events = POLLIN };
		uint64_t now = now_ns();
		ssize_t n;

		if (take_line(c, line, size, false))
			return 1;
		if (now >= deadline_ns || poll(&p, 1, (int)((deadline_ns - now) / 1000000) + 1) <= 0)
			return 0;
		n = read(c->out, c->buf + c->filled, sizeof(c->buf) - c->filled);
		if (n <= 0)
			return take_line(c, line, size, true);
		c->filled += (size_t)n;
	}
}

static bool ended(pid_t pid, uint64_t deadline_ns)
{
	for (;;) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return true;
		if (now_ns() >= deadline_ns)
			return false;
		usleep(2000);
	}
}

void child_end(struct child *c, uint64_t deadline_ns)
{
	static pid_t pids[MAX_PIDS];
	bool done;
	int n;

	if (c->in >= 0)
		close(c->in);
	done = ended(c->pid, deadline_ns);
	n = session_pids(c->pid, pids, MAX_PIDS);
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	if (!done) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	remember(c->pid, 0);
	close(c->out);
}
