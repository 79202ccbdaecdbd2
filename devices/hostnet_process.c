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
	struct hostnet *h;
	struct share_request *request[SHARE_REQUESTS]; /* by cookie */
};

/* --- D:801 Messages in, replies out ----------------------------------------------- */

static void reply(void *arg, u32 cookie, u32 len)
{
	struct server *s = arg;

	share_reply(s->request[cookie], len);
}

static u32 serve(void *arg, struct share_request *q)
{
	struct server *s = arg;

	s->request[q->id] = q;
	hn_request(s->h, q->id, q->t, q->len, q->r, q->room);
	return SHARE_LATER;
}

static int wait_for(void *arg, struct pollfd *fds)
{
	const struct server *s = arg;

	fds[0] = (struct pollfd){ hn_fd(s->h), POLLIN, 0 };
	return 1;
}

static void ready(void *arg, const struct pollfd *fds, int n)
{
	const struct server *s = arg;

	if (n && fds[0].revents)
		hn_ready(s->h);
}

static void reset(void *arg)
{
	const struct server *s = arg;

	hn_reset(s->h);
}

static const struct share_ops ops = { serve, wait_for, ready, reset };

/* --- D:802 Beginning -------------------------------------------------------------------- */

/* The resolver's end of a socket, or -1: then there are no names. */
static int start_resolver(const char *server)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	pid = fork();
	if (!pid) {
		close(SHARE_SOCK);
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

static void *begin(const struct share_server *server, int fd, struct share_hello *missing)
{
	static struct server s;
	const struct hostnet_setup *setup = server->arg;

	(void)fd;
	raise_limits();
	s.h = hn_new(&setup->rules, start_resolver(setup->dns), reply, &s);
	if (!s.h)
		return NULL;
	hostnet_sandbox(missing);
	return &s;
}

int hostnet_start(struct share *sh, const struct hostnet_setup *setup, const char *tag,
		  guest_unpack *unpack, guest_drop *drop, const char **what)
{
	const struct share_server server = {
		.name = "lguest-net",
		.ops = &ops,
		.fd = -1,
		.begin = begin,
		.arg = setup,
	};

	return share_launch(sh, &server, tag, unpack, drop, what);
}
