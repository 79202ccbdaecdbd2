/* SPDX-License-Identifier: MIT */
/*
 * L:880 lguest console NAME: this terminal becomes one more at the guest's
 * console.  Ctrl-a x leaves; the guest stays.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launcher/client.h"
#include "launcher/run.h"
#include "launcher/terminal.h"

#define CTRL_A 1

struct visit {
	int fd;
	int typing; /* our input has not ended */
	int leave;
	int escape; /* Ctrl-a was typed */
};

static int write_all(int fd, const char *from, size_t len)
{
	while (len) {
		ssize_t n = write(fd, from, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The keys that are for the guest, in place; how many. */
static size_t for_guest(struct visit *v, char *keys, size_t n)
{
	size_t i, out = 0;

	for (i = 0; i < n; i++) {
		if (!v->escape && keys[i] == CTRL_A) {
			v->escape = 1;
			continue;
		}
		if (v->escape) {
			v->escape = 0;
			if (keys[i] == 'x' || keys[i] == 'X')
				v->leave = 1;
			else if (keys[i] == 'h' || keys[i] == 'H' || keys[i] == '?')
				fputs("\r\nlguest: Ctrl-a x leaves, Ctrl-a Ctrl-a sends one "
				      "Ctrl-a\r\n",
				      stderr);
			if (keys[i] != CTRL_A)
				continue;
		}
		keys[out++] = keys[i];
	}
	return out;
}

static int pass_input(struct visit *v)
{
	char buf[4096];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		v->typing = 0;
		shutdown(v->fd, SHUT_WR);
		return 0;
	}
	if (isatty(STDIN_FILENO))
		n = (ssize_t)for_guest(v, buf, (size_t)n);
	return write_all(v->fd, buf, (size_t)n);
}

/* 1: go on; 0: the guest ended; < 0: nobody takes our output. */
static int pass_output(struct visit *v)
{
	char buf[4096];
	ssize_t n = read(v->fd, buf, sizeof(buf));
	int err;

	if (n < 0 && errno == EINTR)
		return 1;
	if (n <= 0)
		return 0;
	err = write_all(STDOUT_FILENO, buf, (size_t)n);
	return err ? err : 1;
}

static int stay(struct visit *v)
{
	int go_on = 1;

	while (go_on > 0 && !v->leave) {
		struct pollfd fds[2] = {
			{ .fd = v->fd, .events = POLLIN },
			{ .fd = v->typing ? STDIN_FILENO : -1, .events = POLLIN },
		};

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents && pass_input(v) < 0)
			break;
		if (fds[0].revents)
			go_on = pass_output(v);
	}
	terminal_restore();
	return go_on;
}

int console_command(int argc, char **argv)
{
	struct visit v = { .fd = -1, .typing = 1 };
	struct complaint c = { "" };
	char line[256];
	int end;

	if (argc != 1 || argv[0][0] == '-') {
		log_error("console: give one guest's name: lguest console NAME; lguest ps lists "
			  "them");
		return STATUS_FAILED;
	}
	v.fd = client_ask(argv[0], "console\n", &c);
	if (v.fd < 0 || client_read(v.fd, line, sizeof(line), 1, argv[0], &c) < 0) {
		log_error("%s", c.text);
		return STATUS_FAILED;
	}
	if (isatty(STDIN_FILENO)) {
		fprintf(stderr, "lguest: the console of %s: Ctrl-a x leaves\n", argv[0]);
		terminal_raw(STDIN_FILENO);
	}
	end = stay(&v);
	close(v.fd);
	if (v.leave)
		fprintf(stderr, "\nlguest: left %s; it still runs\n", argv[0]);
	else if (end == 0 && isatty(STDIN_FILENO))
		fprintf(stderr, "\nlguest: %s ended\n", argv[0]);
	return end < 0 ? STATUS_FAILED : STATUS_OK;
}
