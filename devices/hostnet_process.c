/* SPDX-License-Identifier: MIT */
/*
 * D:800 The process that serves /net.
 *
 * It comes to the guest as a share does (9p_process.c), but holds no
 * directory: only sockets it opens itself, and one to the resolver, a child
 * it forks before the sandbox closes.
 */
#include "devices/hostnet_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESCRIPTORS (HN_PROTOS * HN_CONVS + 64)

struct server {
	int sock;
	struct share_slot *slots;
	int broken;
};

/* --- D:801 Messages in, replies out ----------------------------------------------- */

static void reply(void *arg, u32 cookie, u32 len)
{
	struct server *s = arg;
	struct share_packet p = { .slot = cookie, .len = len };

	if (send(s->sock, &p, sizeof(p), MSG_NOSIGNAL) != sizeof(p))
		s->broken = 1;
}

/* All that has come.  0: the Launcher has hung up, or says nonsense. */
static int take_messages(struct server *s, struct hostnet *h)
{
	struct share_packet p;
	ssize_t n;

	while (!s->broken) {
		n = recv(s->sock, &p, sizeof(p), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 1;
		if (n != sizeof(p) || p.slot >= SHARE_REQUESTS || p.len > P9_MSIZE ||
		    p.room > P9_MSIZE)
			return 0;
		hn_request(h, p.slot, s->slots[p.slot].t, p.len, s->slots[p.slot].r, p.room);
	}
	return 0;
}

static void loop(struct server *s, struct hostnet *h)
{
	struct pollfd fds[2] = { { s->sock, POLLIN, 0 }, { hn_fd(h), POLLIN, 0 } };

	while (!s->broken) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents && !take_messages(s, h))
			return;
		if (fds[1].revents)
			hn_ready(h);
	}
}

/* --- D:802 Beginning -------------------------------------------------------------------- */

/* The resolver's end of a socket, or -1: then there are no names. */
static int start_resolver(int sock, const char *server)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	pid = fork();
	if (!pid) {
		close(sock);
		close(pair[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "lguest-resolver");
		hn_resolve(pair[1], server);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -1;
	}
	return pair[0];
}

static void raise_limits(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0 || rl.rlim_cur >= DESCRIPTORS)
		return;
	rl.rlim_cur = rl.rlim_max < DESCRIPTORS ? rl.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &rl);
}

static void serve(int sock, int fd, const void *arg, struct share_slot *slots)
{
	const struct hostnet_setup *setup = arg;
	struct share_hello hello = { 0, 0, 0 };
	struct server s = { .slots = slots };
	struct hostnet *h;
	int resolver;

	if (share_alone(&sock, &fd, "lguest-net"))
		_exit(1);
	raise_limits();
	s.sock = sock;
	resolver = start_resolver(sock, setup->dns);
	h = hn_new(&setup->rules, resolver, reply, &s);
	if (!h)
		_exit(1);
	hostnet_sandbox(&hello);
	if (send(sock, &hello, sizeof(hello), MSG_NOSIGNAL) != sizeof(hello))
		_exit(1);
	loop(&s, h);
	_exit(0);
}

int hostnet_start(struct share *sh, const struct hostnet_setup *setup, const char *tag,
		  const char **what)
{
	int null, err;

	*what = "/dev/null";
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -errno;
	err = share_launch(sh, tag, serve, null, setup, what);
	close(null);
	return err;
}
