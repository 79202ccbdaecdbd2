/* SPDX-License-Identifier: MIT */
/*
 * L:450 The console on a unix socket: one client at a time, who may leave and
 * come back.  What the guest prints while nobody is there is kept, as far as
 * BACKLOG_MAX goes, for the next client.
 */
#include "launcher/backend.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void drop_client(struct backend *b)
{
	close(b->out);
	b->in = b->out = -1;
	b->readable = 0;
}

static ssize_t socket_write(struct stream *s, const void *from, size_t len)
{
	struct backend *b = (struct backend *)s;
	ssize_t n = 0;

	if (b->out >= 0) {
		n = backlog_send(&b->backlog, b->out);
		if (n == 1)
			n = backend_write_fd(b->out, from, len);
		if (n < 0)
			drop_client(b);
		else
			return n;
	}
	backlog_add(&b->backlog, from, len);
	return (ssize_t)len;
}

static ssize_t socket_read(struct stream *s, void *to, size_t len)
{
	struct backend *b = (struct backend *)s;
	ssize_t n = b->in < 0 ? 0 : read(b->in, to, len);

	b->readable = 0;
	if (n == 0)
		b->in = -1; /* says no more, may still listen */
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		drop_client(b);
	return n < 0 ? 0 : n;
}

static int socket_poll(struct backend *b, int want_in, int want_out, struct pollfd *fds)
{
	int n = 0;

	if (b->out >= 0) {
		short events = want_in && b->in >= 0 ? POLLIN : 0;

		if (want_out || b->backlog.len)
			events |= POLLOUT;
		fds[n++] = (struct pollfd){ .fd = b->out, .events = events };
	}
	fds[n++] = (struct pollfd){ .fd = b->listener, .events = POLLIN };
	return n;
}

static void accept_client(struct backend *b)
{
	static const char busy[] = "lguest: somebody else has this console\r\n";
	int fd = accept4(b->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (b->out >= 0) {
		send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL);
		close(fd);
		return;
	}
	b->in = b->out = fd;
}

static void socket_ready(struct backend *b, const struct pollfd *fds, int n)
{
	int i, leaving = 0;

	for (i = 0; i < n; i++) {
		if (fds[i].fd == b->listener) {
			/* The last words of one who left come first. */
			if ((fds[i].revents & POLLIN) && !leaving)
				accept_client(b);
			continue;
		}
		leaving = fds[i].revents & POLLHUP;
		if ((fds[i].revents & POLLIN) && b->in >= 0)
			b->readable = 1;
		else if (fds[i].revents & (POLLHUP | POLLERR))
			drop_client(b);
	}
	if (b->out >= 0 && backlog_send(&b->backlog, b->out) < 0)
		drop_client(b);
}

static void socket_close(struct backend *b)
{
	struct stat st;

	if (b->out >= 0)
		close(b->out);
	if (b->listener >= 0)
		close(b->listener);
	/* Somebody may have put another one there meanwhile. */
	if (b->inode && !lstat(b->path, &st) && st.st_ino == b->inode)
		unlink(b->path);
	b->in = b->out = b->listener = -1;
	b->inode = 0;
}

/* A socket that nobody answers on is left over from a guest that was killed. */
static int remove_stale(const struct backend *b, const struct sockaddr_un *at, struct complaint *c)
{
	struct stat st;
	int fd, err = 0;

	if (lstat(at->sun_path, &st) < 0)
		return errno == ENOENT ? 0 :
					 complain(c, -errno, "%s socket=%s: %s",
						  b->option, at->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return complain(c, -EEXIST,
				"%s socket=%s: the file exists and is no socket:"
				" choose another name",
				b->option, at->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ||
	    errno != ECONNREFUSED)
		err = complain(c, -EADDRINUSE,
			       "%s socket=%s: somebody else uses it:"
			       " choose another name",
			       b->option, at->sun_path);
	else
		unlink(at->sun_path);
	if (fd >= 0)
		close(fd);
	return err;
}

static int listen_at(struct backend *b, const struct sockaddr_un *at)
{
	mode_t mask = umask(077); /* ours alone: whoever connects is the user */
	int err;

	b->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = b->listener < 0 || bind(b->listener, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
			      listen(b->listener, 4) < 0 ?
		      -errno :
		      0;
	umask(mask);
	return err;
}

static int socket_open(struct backend *b, const char *path, struct complaint *c)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;
	int err;

	if (!*path || strlen(path) >= sizeof(at.sun_path))
		return complain(c, -EINVAL,
				"%s socket=%s: the path must have 1 to %zu bytes", b->option, path,
				sizeof(at.sun_path) - 1);
	strcpy(at.sun_path, path);
	strcpy(b->path, path);
	b->stream.write = socket_write;
	b->stream.read = socket_read;
	err = remove_stale(b, &at, c);
	if (err)
		return err;
	err = listen_at(b, &at);
	if (!err && !lstat(path, &st))
		b->inode = st.st_ino;
	if (!err)
		return 0;
	socket_close(b);
	return complain(c, err, "%s socket=%s: %s: choose another place", b->option, path,
			strerror(-err));
}

const struct backend_kind backend_socket = {
	.name = "socket",
	.open = socket_open,
	.poll = socket_poll,
	.ready = socket_ready,
	.close = socket_close,
};
