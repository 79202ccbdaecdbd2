/* SPDX-License-Identifier: MIT */
/*
 * L:420 The console on standard input and output.
 *
 * Both may be anything: terminal, pipe, file, socket, closed.  Neither may
 * block us, and O_NONBLOCK must not be set on them, because the shell shares
 * them; so a terminal or pipe is opened a second time, for us alone.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/terminal.h"

#define CTRL_A	     1
#define END_OF_INPUT 4 /* Ctrl-d, what a user would type */

enum out_flags {
	OUT_NONBLOCK = 1, /* write() itself never blocks */
	OUT_SOCKET = 2,
	OUT_FILE = 4, /* always takes everything */
	IN_TERMINAL = 8,
};

static const char help[] =
	"\nlguest: Ctrl-a x quits, Ctrl-a Ctrl-a sends one Ctrl-a, Ctrl-a h is this help\n";

/* Terminals and fifos: the same thing under a descriptor of our own. */
static int reopen_nonblocking(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void open_output(struct backend *b)
{
	struct stat st;
	int fd = -1;

	b->out = STDOUT_FILENO;
	if (fstat(b->out, &st) < 0)
		return;
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
		b->out_flags |= OUT_FILE;
		return;
	}
	if (S_ISSOCK(st.st_mode)) {
		b->out_flags |= OUT_SOCKET;
		return;
	}
	if (S_ISFIFO(st.st_mode) || isatty(b->out))
		fd = reopen_nonblocking(b->out);
	if (fd >= 0) {
		b->out = fd;
		b->out_flags |= OUT_NONBLOCK;
	}
}

static ssize_t stdio_write(struct stream *s, const void *from, size_t len)
{
	struct backend *b = (struct backend *)s;
	struct pollfd p = { .fd = b->out, .events = POLLOUT };
	ssize_t n;

	if (b->out_flags & (OUT_NONBLOCK | OUT_FILE))
		return backend_write_fd(b->out, from, len);
	if (b->out_flags & OUT_SOCKET) {
		n = send(b->out, from, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		return n < 0 ? (errno == EAGAIN ? 0 : -errno) : n;
	}
	/* A ready pipe takes PIPE_BUF bytes without blocking, by definition. */
	if (poll(&p, 1, 0) <= 0)
		return 0;
	return backend_write_fd(b->out, from, len < PIPE_BUF ? len : PIPE_BUF);
}

/* A pipe or file: its bytes, then one Ctrl-d, then the end. */
static ssize_t read_input(struct backend *b, void *to, size_t len)
{
	ssize_t n;

	if (b->at_end)
		return -EPIPE;
	n = read(b->in, to, len);
	b->readable = 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0)
		return n;
	/* The end, or something that cannot be read, like a directory. */
	b->at_end = 1;
	*(char *)to = END_OF_INPUT;
	return 1;
}

static ssize_t stdio_read(struct stream *s, void *to, size_t len)
{
	struct backend *b = (struct backend *)s;
	size_t n = b->ntyped < len ? b->ntyped : len;

	if (!(b->out_flags & IN_TERMINAL))
		return len ? read_input(b, to, len) : 0;
	memcpy(to, b->typed, n);
	memmove(b->typed, b->typed + n, b->ntyped - n);
	b->ntyped -= (unsigned)n;
	b->readable = b->ntyped > 0;
	return (ssize_t)n;
}

/* L:430 One key.  A key the guest has no room for is lost, as on any terminal. */
static void typed_key(struct backend *b, unsigned char key)
{
	if (!b->escape && key == CTRL_A) {
		b->escape = 1;
		return;
	}
	if (b->escape) {
		b->escape = 0;
		if (key == 'x' || key == 'X')
			b->quit = 1;
		else if (key == 'h' || key == 'H' || key == '?')
			fputs(help, stderr);
		if (key != CTRL_A)
			return;
	}
	if (b->ntyped < sizeof(b->typed))
		b->typed[b->ntyped++] = key;
}

/*
 * Keys are read even while the guest takes none: Ctrl-a x must always work.
 * Nothing to read on a ready terminal means that it was hung up.
 */
static void read_keys(struct backend *b)
{
	unsigned char keys[64];
	ssize_t i, n = read(b->in, keys, sizeof(keys));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		b->at_end = b->hung_up = 1;
		return;
	}
	for (i = 0; i < n; i++)
		typed_key(b, keys[i]);
	b->readable = b->ntyped > 0;
}

static int stdio_poll(struct backend *b, int want_in, int want_out, struct pollfd *fds)
{
	int n = 0;

	if ((want_in || (b->out_flags & IN_TERMINAL)) && !b->at_end)
		fds[n++] = (struct pollfd){ .fd = b->in, .events = POLLIN };
	if (want_out)
		fds[n++] = (struct pollfd){ .fd = b->out, .events = POLLOUT };
	return n;
}

static void stdio_ready(struct backend *b, const struct pollfd *fds, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!fds[i].revents || fds[i].events != POLLIN)
			continue;
		if (b->out_flags & IN_TERMINAL)
			read_keys(b);
		else
			b->readable = 1;
	}
	if (b->at_end && !(b->out_flags & IN_TERMINAL))
		b->readable = 1; /* to tell the console once */
}

static void stdio_start(struct backend *b)
{
	if (b->out_flags & IN_TERMINAL)
		terminal_raw(b->in);
}

static void stdio_close(struct backend *b)
{
	terminal_restore();
	if (b->out > STDERR_FILENO)
		close(b->out);
}

static int stdio_open(struct backend *b, const char *argument, struct complaint *c)
{
	if (*argument)
		return complain(c, -EINVAL, "--console stdio takes no argument");
	b->stream.write = stdio_write;
	b->stream.read = stdio_read;
	b->in = STDIN_FILENO;
	if (isatty(b->in))
		b->out_flags |= IN_TERMINAL;
	open_output(b);
	return 0;
}

const struct backend_kind backend_stdio = {
	.name = "stdio",
	.open = stdio_open,
	.poll = stdio_poll,
	.ready = stdio_ready,
	.start = stdio_start,
	.close = stdio_close,
};
