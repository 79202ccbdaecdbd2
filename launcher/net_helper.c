/* SPDX-License-Identifier: MIT */
/*
 * L:920 The other end of --net socket=PATH.
 *
 * Two guests name the same path, and either may come first, end, and come
 * again.  So it is not settled who listens: whoever looks for the other tries
 * to connect, and when nobody is there listens himself.  A lock on the
 * directory keeps two from doing both at once.
 *
 * That needs rights which the Launcher gives up when the guest runs.  So a
 * helper keeps them, a process that knows the path and nothing else: each byte
 * the card writes asks for a peer, and is answered with a connected socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "launcher/net.h"

#define BACKLOG	 8
#define RETRY_MS 100 /* when a listener's backlog is full */

struct meeting {
	struct sockaddr_un addr;
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int control;
	int listening; /* -1: not we */
	int found;     /* a peer nobody has asked for yet, or -1 */
};

/* --- L:925 Meeting ------------------------------------------------------------------ */

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* The peer, or -errno. */
static int try_connect(const struct meeting *m)
{
	int fd = new_socket(), err;

	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)&m->addr, sizeof(m->addr)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int try_listen(const struct meeting *m)
{
	int fd = new_socket(), err;
	mode_t mask;

	if (fd < 0)
		return -errno;
	mask = umask(0177);
	err = bind(fd, (const struct sockaddr *)&m->addr, sizeof(m->addr)) || listen(fd, BACKLOG) ?
		      -errno :
		      0;
	umask(mask);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* What a process that was killed has left: a socket, and nobody behind it. */
static void remove_stale(const struct meeting *m)
{
	struct stat st;

	if (!lstat(m->addr.sun_path, &st) && S_ISSOCK(st.st_mode))
		unlink(m->addr.sun_path);
}

/* Connected, or listening: 0; or -errno, -EAGAIN for "soon". */
static int meet(struct meeting *m)
{
	int dir = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (dir < 0)
		return -errno;
	flock(dir, LOCK_EX);
	m->found = try_connect(m);
	if (m->found == -ECONNREFUSED || m->found == -ENOENT) {
		if (m->found == -ECONNREFUSED)
			remove_stale(m);
		m->listening = try_listen(m);
		err = m->listening < 0 ? m->listening : 0;
	} else if (m->found < 0) {
		err = m->found;
	}
	close(dir); /* and unlock */
	return err;
}

/* --- L:930 The helper -------------------------------------------------------------------- */

static void leave(struct meeting *m)
{
	if (m->listening >= 0)
		unlink(m->addr.sun_path);
	_exit(0);
}

/* Sleep until fd is readable or, if ms >= 0, so long; the Launcher's end is ours. */
static void wait_for(struct meeting *m, int fd, int ms)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { m->control, 0, 0 } };

	poll(p, 2, ms);
	if (p[1].revents)
		leave(m);
}

static int find_peer(struct meeting *m)
{
	int fd;

	for (;;) {
		if (m->found >= 0) {
			fd = m->found;
			m->found = -1;
			return fd;
		}
		if (m->listening < 0) {
			if (meet(m))
				wait_for(m, -1, RETRY_MS);
			continue;
		}
		wait_for(m, m->listening, -1);
		fd = accept4(m->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			return fd;
	}
}

static int hand_over(int control, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { "", 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = room,
			      .msg_controllen = sizeof(room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(control, &msg, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* What a terminal sends is for the Launcher; we end when it does. */
static void settle(struct meeting *m)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGPIPE };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	for (i = 0; null >= 0 && i <= STDERR_FILENO; i++)
		dup2(null, (int)i);
	prctl(PR_SET_NAME, "lguest-net");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	m->control = fcntl(m->control, F_DUPFD_CLOEXEC, 3);
}

/* Only what we need stays open: others wait for the ends of their sockets. */
static void keep_only(struct meeting *m)
{
	int keep[3] = { m->control, m->listening, m->found }, i, high;

	for (i = 0; i < 3; i++) {
		if (keep[i] < 0)
			continue;
		high = fcntl(keep[i], F_DUPFD_CLOEXEC, 100);
		if (high < 0 || dup2(high, 3 + i) < 0)
			_exit(1);
		keep[i] = 3 + i;
	}
	m->control = keep[0];
	m->listening = keep[1];
	m->found = keep[2];
	for (i = 0; i < 3; i++)
		if (keep[i] < 0)
			close(3 + i);
	syscall(SYS_close_range, 6, ~0u, 0);
}

static void helper(struct meeting *m)
{
	char byte;
	int fd;

	keep_only(m);
	settle(m);
	for (;;) {
		if (read(m->control, &byte, 1) != 1)
			leave(m);
		fd = find_peer(m);
		if (hand_over(m->control, fd))
			leave(m);
		close(fd);
	}
}

/* --- The Launcher's side ----------------------------------------------------------------- */

static int set_path(struct meeting *m, const char *path)
{
	char *slash;

	*m = (struct meeting){ .listening = -1, .found = -1 };
	m->addr.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(m->addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(m->addr.sun_path, path);
	strcpy(m->dir, path);
	slash = strrchr(m->dir, '/');
	if (slash)
		slash[slash == m->dir] = 0;
	else
		strcpy(m->dir, ".");
	return 0;
}

static const char *remedy(int err)
{
	switch (err) {
	case -ENAMETOOLONG:
		return "use a path of at most 107 bytes";
	case -ENOENT:
	case -ENOTDIR:
		return "make the directory first";
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return "choose a directory you may write to";
	case -EADDRINUSE:
	case -ENOTSOCK:
		return "there is a file of that name: choose another path";
	}
	return "choose another path";
}

static int launch(struct net_card *card, struct meeting *m, int pair[2], struct complaint *c)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return complain(c, -errno, "--net: socketpair: %s: raise ulimit -n",
				strerror(errno));
	card->pid = fork();
	if (card->pid < 0) {
		int err = -errno;

		card->pid = 0;
		close(pair[0]);
		close(pair[1]);
		return complain(c, err, "--net: fork: %s: raise ulimit -u", strerror(-err));
	}
	if (!card->pid) {
		m->control = pair[1];
		helper(m);
	}
	close(pair[1]);
	return 0;
}

int net_open_socket(struct net_card *card, const struct net_option *o, u16 mtu, struct complaint *c)
{
	struct meeting m;
	int pair[2], err = set_path(&m, o->arg);

	if (!err)
		err = meet(&m);
	if (err && err != -EAGAIN)
		return complain(c, err, "--net socket=%s: %s: %s", o->arg, strerror(-err),
				remedy(err));
	err = launch(card, &m, pair, c);
	if (m.listening >= 0)
		close(m.listening);
	if (m.found >= 0)
		close(m.found);
	if (err)
		return err;
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	err = net_open(&card->net, o->plain ? NET_PLAIN : NET_GUEST, -1, pair[0], o->mac, mtu,
		       "--net socket");
	if (!err)
		return 0;
	close(pair[0]); /* so that the helper ends */
	return complain(c, err, "--net: no memory for a card: free some");
}
