/* SPDX-License-Identifier: MIT */
/*
 * L:460 The console's visitor.
 *
 * A visitor must not be able to slow the guest down or to end it: who does
 * not read loses the oldest output, who leaves is forgotten.
 */
#include "launcher/tap.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char lost[] = "\r\nlguest: output was lost here: you read too slowly\r\n";

void tap_detach(struct tap *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->readable = t->listening = t->lagging = 0;
	t->out.start = t->out.len = 0;
}

/* Send what waits; behind a gap, say so. */
static void flush(struct tap *t)
{
	int sent = backlog_send(&t->out, t->fd);

	if (sent > 0 && t->lagging) {
		t->lagging = 0;
		backlog_add(&t->out, lost, sizeof(lost) - 1);
		sent = backlog_send(&t->out, t->fd);
	}
	if (sent < 0)
		tap_detach(t);
}

static void show(struct tap *t, const void *from, size_t len)
{
	if (t->out.len + len > BACKLOG_MAX)
		t->lagging = 1;
	backlog_add(&t->out, from, len);
	flush(t);
}

static ssize_t tap_write(struct stream *s, const void *from, size_t len)
{
	struct tap *t = (struct tap *)s;
	ssize_t n = t->under->write(t->under, from, len);

	if (n <= 0)
		return n;
	backlog_add(&t->recent, from, (size_t)n);
	if (t->fd >= 0)
		show(t, from, (size_t)n);
	return n;
}

static ssize_t tap_read(struct stream *s, void *to, size_t len)
{
	struct tap *t = (struct tap *)s;
	ssize_t n;

	if (!t->readable)
		return t->under->read(t->under, to, len);
	t->readable = 0;
	n = read(t->fd, to, len);
	if (n == 0)
		t->listening = 0; /* says no more, may still watch */
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		tap_detach(t);
	return n < 0 ? 0 : n;
}

void tap_init(struct tap *t, struct stream *under)
{
	memset(t, 0, sizeof(*t));
	t->stream = (struct stream){ .write = tap_write, .read = tap_read };
	t->under = under;
	t->fd = -1;
}

int tap_attach(struct tap *t, int fd)
{
	if (t->fd >= 0)
		return -EBUSY;
	t->fd = fd;
	t->listening = 1;
	t->out = t->recent;
	if (backlog_send(&t->out, fd) < 0)
		tap_detach(t);
	return 0;
}

struct pollfd tap_poll(const struct tap *t, int want_in)
{
	struct pollfd p = { .fd = t->fd, .events = 0 };

	if (want_in && t->listening)
		p.events |= POLLIN;
	if (t->out.len)
		p.events |= POLLOUT;
	return p;
}

void tap_ready(struct tap *t, short revents)
{
	if (t->fd < 0)
		return;
	if ((revents & POLLIN) && t->listening)
		t->readable = 1;
	else if (revents & (POLLHUP | POLLERR)) {
		tap_detach(t);
		return;
	}
	if (revents & POLLOUT)
		flush(t);
}
