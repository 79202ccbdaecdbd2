/* SPDX-License-Identifier: MIT */
/*
 * L:460 A console that is a file: what the guest prints is added to its end,
 * and nobody types.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t file_write(struct stream *s, const void *from, size_t len)
{
	struct backend *b = (struct backend *)s;

	return backend_write_fd(b->out, from, len);
}

static ssize_t file_read(struct stream *s, void *to, size_t len)
{
	struct backend *b = (struct backend *)s;

	(void)to, (void)len;
	b->readable = 0;
	return 0;
}

static int file_poll(struct backend *b, int want_in, int want_out, struct pollfd *fds)
{
	(void)want_in;
	if (!want_out)
		return 0;
	fds[0] = (struct pollfd){ .fd = b->out, .events = POLLOUT };
	return 1;
}

static void file_ready(struct backend *b, const struct pollfd *fds, int n)
{
	(void)b, (void)fds, (void)n;
}

static void file_close(struct backend *b)
{
	if (b->out >= 0)
		close(b->out);
	b->out = -1;
}

/* A fifo without a reader would hold us up, or be refused: files only. */
static int file_open(struct backend *b, const char *path, struct complaint *c)
{
	struct stat st;
	int err = 0;

	if (!*path || strlen(path) >= sizeof(b->path))
		return complain(c, -EINVAL, "%s file=%s: the path must have 1 to %zu bytes",
				b->option, path, sizeof(b->path) - 1);
	strcpy(b->path, path);
	b->stream.write = file_write;
	b->stream.read = file_read;
	b->out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0600);
	if (b->out < 0)
		err = errno;
	else if (!fstat(b->out, &st) && !S_ISREG(st.st_mode))
		err = EINVAL;
	if (!err)
		return 0;
	file_close(b);
	return complain(c, -err, "%s file=%s: %s: choose another file", b->option, path,
			err == EINVAL ? "not a regular file" : strerror(err));
}

const struct backend_kind backend_file = {
	.name = "file",
	.open = file_open,
	.poll = file_poll,
	.ready = file_ready,
	.close = file_close,
};
