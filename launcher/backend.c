/* SPDX-License-Identifier: MIT */
/*
 * L:400 Console back ends: the table, and what they share.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* --- None: the guest is silent but for visitors (tap.c) --- */

static ssize_t none_write(struct stream *s, const void *from, size_t len)
{
	(void)s, (void)from;
	return (ssize_t)len;
}

static ssize_t none_read(struct stream *s, void *to, size_t len)
{
	(void)s, (void)to, (void)len;
	return 0;
}

static int none_open(struct backend *b, const char *argument, struct complaint *c)
{
	if (*argument)
		return complain(c, -EINVAL, "--console none takes no argument");
	b->stream.write = none_write;
	b->stream.read = none_read;
	return 0;
}

static int none_poll(struct backend *b, int want_in, int want_out, struct pollfd *fds)
{
	(void)b, (void)want_in, (void)want_out, (void)fds;
	return 0;
}

static void none_ready(struct backend *b, const struct pollfd *fds, int n)
{
	(void)b, (void)fds, (void)n;
}

static void none_close(struct backend *b)
{
	(void)b;
}

static const struct backend_kind backend_none = {
	.name = "none",
	.open = none_open,
	.poll = none_poll,
	.ready = none_ready,
	.close = none_close,
};

static const struct backend_kind *const kinds[] = {
	&backend_stdio,
	&backend_pty,
	&backend_socket,
	&backend_none,
	&backend_file,
};

int backend_open(struct backend *b, const char *option, const char *console, struct complaint *c)
{
	size_t i, len = strcspn(console, "=");

	memset(b, 0, sizeof(*b));
	b->option = option;
	b->in = b->out = b->listener = -1;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i]->name) != len || memcmp(kinds[i]->name, console, len))
			continue;
		b->kind = kinds[i];
		return b->kind->open(b, console[len] ? console + len + 1 : "", c);
	}
	return complain(c, -EINVAL, "%s %s: no such console", option, console);
}

void backlog_add(struct backlog *l, const void *from, size_t len)
{
	const unsigned char *p = from;
	size_t i;

	for (i = 0; i < len; i++) {
		l->bytes[(l->start + l->len) % BACKLOG_MAX] = p[i];
		if (l->len < BACKLOG_MAX)
			l->len++;
		else
			l->start = (l->start + 1) % BACKLOG_MAX;
	}
}

ssize_t backend_write_fd(int fd, const void *from, size_t len)
{
	ssize_t n;

	do
		n = write(fd, from, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return n;
}

int backlog_send(struct backlog *l, int fd)
{
	while (l->len) {
		unsigned len = BACKLOG_MAX - l->start;
		ssize_t n;

		n = backend_write_fd(fd, l->bytes + l->start, len < l->len ? len : l->len);
		if (n <= 0)
			return (int)n;
		l->start = (l->start + (unsigned)n) % BACKLOG_MAX;
		l->len -= (unsigned)n;
	}
	return 1;
}
