/* SPDX-License-Identifier: MIT */
/*
 * L:440 The console on a pseudo terminal: "lguest run --console pty", then
 * "screen /dev/pts/5" from another window, as often as one likes.
 *
 * While nobody has the other end open, poll would report a hang-up for ever;
 * so we then wait for inotify to tell that somebody opened it.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <termios.h>
#include <unistd.h>

/* b->out is the terminal's master; b->in is the same while somebody is there. */
static int hung_up(const struct backend *b)
{
	struct pollfd p = { .fd = b->out, .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & POLLHUP);
}

static ssize_t pty_write(struct stream *s, const void *from, size_t len)
{
	struct backend *b = (struct backend *)s;
	int sent;

	if (b->in < 0) {
		backlog_add(&b->backlog, from, len);
		return (ssize_t)len;
	}
	sent = backlog_send(&b->backlog, b->out);
	return sent == 1 ? backend_write_fd(b->out, from, len) : sent;
}

static ssize_t pty_read(struct stream *s, void *to, size_t len)
{
	struct backend *b = (struct backend *)s;
	ssize_t n = b->in < 0 ? 0 : read(b->in, to, len);

	b->readable = 0;
	return n < 0 ? 0 : n; /* EIO: the user left; others may come */
}

static int pty_poll(struct backend *b, int want_in, int want_out, struct pollfd *fds)
{
	short events = (short)((want_in ? POLLIN : 0) | (want_out || b->backlog.len ? POLLOUT : 0));
	int n = 0;

	if (b->in >= 0)
		fds[n++] = (struct pollfd){ .fd = b->in, .events = events };
	if (b->listener >= 0)
		fds[n++] = (struct pollfd){ .fd = b->listener, .events = POLLIN };
	return n;
}

static void pty_ready(struct backend *b, const struct pollfd *fds, int n)
{
	char events[1024];
	int i;

	for (i = 0; i < n; i++) {
		if (fds[i].fd == b->listener && (fds[i].revents & POLLIN))
			while (read(b->listener, events, sizeof(events)) > 0)
				;
		else if (fds[i].revents & POLLIN)
			b->readable = 1;
	}
	if (b->readable)
		return; /* last words first */
	b->in = b->listener >= 0 && hung_up(b) ? -1 : b->out;
	if (b->in >= 0)
		backlog_send(&b->backlog, b->out);
}

static void pty_close(struct backend *b)
{
	if (b->out >= 0)
		close(b->out);
	if (b->listener >= 0)
		close(b->listener);
	b->in = b->out = b->listener = -1;
}

static int refuse(struct backend *b, const char *step, struct complaint *c)
{
	int err = -errno;

	pty_close(b);
	return complain(c, err, "%s pty: %s: %s: use %s socket=PATH", b->option, step,
			strerror(-err), b->option);
}

/*
 * Opening and closing the other end once makes hang-ups visible.  Without
 * inotify we keep it open, so that there never is one.
 */
static int prepare_slave(struct backend *b)
{
	struct termios t;
	int slave = open(b->path, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (slave < 0)
		return -1;
	if (!tcgetattr(slave, &t)) {
		cfmakeraw(&t);
		tcsetattr(slave, TCSANOW, &t);
	}
	b->listener = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (b->listener >= 0 && inotify_add_watch(b->listener, b->path, IN_OPEN) < 0) {
		close(b->listener);
		b->listener = -1;
	}
	if (b->listener >= 0)
		close(slave);
	return 0;
}

static int pty_open(struct backend *b, const char *argument, struct complaint *c)
{
	if (*argument)
		return complain(c, -EINVAL, "%s pty takes no argument: leave out =%s",
				b->option, argument);
	b->stream.write = pty_write;
	b->stream.read = pty_read;
	b->out = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (b->out < 0 || grantpt(b->out) < 0 || unlockpt(b->out) < 0 ||
	    ptsname_r(b->out, b->path, sizeof(b->path)))
		return refuse(b, "opening a pseudo terminal", c);
	if (prepare_slave(b) < 0)
		return refuse(b, b->path, c);
	log_error("%s: %s", b->option + 2, b->path); /* not a secret even with -q */
	return 0;
}

const struct backend_kind backend_pty = {
	.name = "pty",
	.open = pty_open,
	.poll = pty_poll,
	.ready = pty_ready,
	.close = pty_close,
};
