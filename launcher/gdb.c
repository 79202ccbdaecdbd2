/* SPDX-License-Identifier: MIT */
/*
 * L:870 --gdb: a socket for gdb.
 *
 * Whoever is connected has the guest in his hand, memory and registers; so tcp
 * is for this machine only unless an address is asked for, and a unix socket
 * for its user only.  There is one client at a time; while there is one, others
 * wait in the socket's queue.  Nothing blocks: bytes are read when there are
 * some, and what the client does not take waits in a bounded buffer.
 */
#include "launcher/gdb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define DEFAULT "1234"
#define CHUNK	4096

/* --- L:872 Addresses ---------------------------------------------------------- */

static int listen_on(struct gdb_server *s, const struct sockaddr *at, socklen_t len)
{
	int one = 1, err = 0;

	s->listener = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listener < 0)
		return -errno;
	if (at->sa_family != AF_UNIX)
		setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s->listener, at, len) < 0 || listen(s->listener, 1) < 0)
		err = -errno;
	if (err) {
		close(s->listener);
		s->listener = -1;
	}
	return err;
}

/* Left behind by one that was killed: nobody answers there. */
static void remove_dead_socket(const struct sockaddr_un *at)
{
	struct stat st;
	int fd;

	if (lstat(at->sun_path, &st) || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
	    errno == ECONNREFUSED)
		unlink(at->sun_path);
	if (fd >= 0)
		close(fd);
}

static int open_unix(struct gdb_server *s, const char *path)
{
	mode_t mask;
	struct stat st;
	int err;

	if (strlen(path) >= sizeof(s->at.sun_path))
		return -ENAMETOOLONG;
	s->at.sun_family = AF_UNIX;
	strcpy(s->at.sun_path, path);
	remove_dead_socket(&s->at);
	mask = umask(0177);
	err = listen_on(s, (const struct sockaddr *)&s->at, sizeof(s->at));
	umask(mask);
	if (!err && !lstat(path, &st))
		s->inode = st.st_ino;
	return err;
}

static int parse_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !n || n > 65535)
		return -EINVAL;
	*port = htons((in_port_t)n);
	return 0;
}

/* Numbers only: a name would have to be looked up. */
static int open_tcp(struct gdb_server *s, const char *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const char *colon = strrchr(address, ':');
	size_t len = colon ? (size_t)(colon - address) : 0;
	in_port_t port;
	char host[INET6_ADDRSTRLEN];

	if (len > sizeof(host) || parse_port(colon ? colon + 1 : address, &port))
		return -EINVAL;
	v4.sin_port = v6.sin6_port = port;
	if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
		snprintf(host, sizeof(host), "%.*s", (int)len - 2, address + 1);
		return inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 ?
			       listen_on(s, (const struct sockaddr *)&v6, sizeof(v6)) :
			       -EINVAL;
	}
	snprintf(host, sizeof(host), "%.*s", (int)len, address);
	if (len && strcmp(host, "localhost") && inet_pton(AF_INET, host, &v4.sin_addr) != 1)
		return -EINVAL;
	return listen_on(s, (const struct sockaddr *)&v4, sizeof(v4));
}

int gdb_server_open(struct gdb_server *s, const char *address, int wait, struct complaint *c)
{
	int err;

	if (!address)
		return 0;
	if (!*address)
		address = DEFAULT;
	s->wait = wait;
	err = strchr(address, '/') ? open_unix(s, address) : open_tcp(s, address);
	if (err == -EINVAL)
		return complain(c, err,
				"--gdb=%s: no such address: use PORT, ADDRESS:PORT (numbers) or a "
				"path with a slash",
				address);
	if (err)
		return complain(c, err, "--gdb=%s: %s: choose another port or path", address,
				strerror(-err));
	s->gdb = gdb_new(&s->image);
	if (!s->gdb)
		return complain(c, -ENOMEM, "--gdb: no memory");
	if (wait)
		log_note("the guest waits for gdb: gdb KERNEL -ex 'target remote %s%s'",
			 strchr(address, '/') || strchr(address, ':') ? "" : ":", address);
	return 0;
}

static void hang_up(struct gdb_server *s)
{
	close(s->client);
	s->client = -1;
	gdb_detach(s->gdb);
}

void gdb_server_close(struct gdb_server *s)
{
	struct stat st;

	if (s->client >= 0)
		close(s->client);
	if (s->listener >= 0)
		close(s->listener);
	if (s->inode && !lstat(s->at.sun_path, &st) && st.st_ino == s->inode)
		unlink(s->at.sun_path);
	s->client = s->listener = -1;
	gdb_free(s->gdb);
	s->gdb = NULL;
}

/* --- L:874 In the loop -------------------------------------------------------- */

void gdb_server_poll(const struct gdb_server *s, struct pollfd *fds)
{
	size_t waiting = 0;

	if (s->gdb && s->client >= 0)
		gdb_output(s->gdb, &waiting);
	fds[0] = (struct pollfd){ .fd = s->gdb && s->client < 0 ? s->listener : -1,
				  .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->gdb ? s->client : -1,
				  .events = (short)(POLLIN | (waiting ? POLLOUT : 0)) };
}

static void welcome(struct gdb_server *s)
{
	int one = 1;

	s->client = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (s->client < 0)
		return;
	if (!s->inode)
		setsockopt(s->client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	gdb_attach(s->gdb);
}

/* 0: it is gone. */
static int hear(struct gdb_server *s)
{
	char bytes[CHUNK];
	ssize_t n = recv(s->client, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0)
		gdb_input(s->gdb, bytes, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static int tell(struct gdb_server *s)
{
	size_t len;
	const void *out = gdb_output(s->gdb, &len);
	ssize_t n;

	if (!len)
		return 1;
	n = send(s->client, out, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		gdb_sent(s->gdb, (size_t)n);
	return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* The time of a guest that stands still does not count for --timeout. */
static void hold_timeout(struct gdb_server *s)
{
	struct itimerspec none = { { 0, 0 }, { 0, 0 } }, old, again;
	int held = gdb_stopped(s->gdb);

	if (s->timeout_fd < 0 || held == s->held)
		return;
	s->held = held;
	if (held && !timerfd_settime(s->timeout_fd, 0, &none, &old)) {
		s->left = old.it_value;
	} else if (!held) {
		if (!s->left.tv_sec && !s->left.tv_nsec)
			s->left.tv_nsec = 1; /* it was just over */
		again = (struct itimerspec){ .it_value = s->left };
		timerfd_settime(s->timeout_fd, 0, &again, NULL);
	}
}

int gdb_server_serve(struct gdb_server *s, const struct pollfd *fds, int dead)
{
	int fine = 1, again;

	if (!s->gdb)
		return -1;
	if (fds && fds[0].fd >= 0 && fds[0].revents)
		welcome(s);
	if (fds && fds[1].fd >= 0 && fds[1].revents & (POLLIN | POLLHUP | POLLERR))
		fine = hear(s);
	again = s->client >= 0 ? gdb_look(s->gdb, dead) : -1;
	if (s->client >= 0 && (!tell(s) || !fine || gdb_gone(s->gdb)))
		hang_up(s);
	hold_timeout(s);
	return again;
}

int gdb_server_waits(struct gdb_server *s)
{
	if (!s->gdb || s->client < 0)
		return 0;
	gdb_server_serve(s, NULL, 1); /* it may not know yet */
	return s->client >= 0 && gdb_stopped(s->gdb);
}

void gdb_server_ends(struct gdb_server *s, int status)
{
	gdb_guest_ends(s->gdb, status);
	if (s->client >= 0)
		tell(s);
}
