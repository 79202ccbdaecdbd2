/* SPDX-License-Identifier: MIT */
/*
 * L:400 Console back ends: the table, and what they share.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct backend_kind *const kinds[] = {
	&backend_stdio,
	&backend_pty,
	&backend_socket,
};

int backend_open(struct backend *b, const char *console, struct complaint *c)
{
	size_t i, len = strcspn(console, "=");

	memset(b, 0, sizeof(*b));
	b->in = b->out = b->listener = -1;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i]->name) != len || memcmp(kinds[i]->name, console, len))
			continue;
		b->kind = kinds[i];
		return b->kind->open(b, console[len] ? console + len + 1 : "", c);
	}
	return complain(c, -EINVAL, "--console %s: no such console", console);
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
