/* SPDX-License-Identifier: MIT */
/*
 * D:600 The process that serves a share.
 *
 * It is forked before the Launcher knows the guest, and keeps nothing of it
 * but one end of a socket, and one descriptor more, of what it serves.  Later
 * orders bring a guest's memory along.  The Launcher believes the process
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices/9p_sandbox.h"
#include "devices/9p_wire.h"

#define DESCRIPTORS (P9_NODES + P9_FIDS + 64)

/* --- D:610 The server's side ---------------------------------------------------- */

/* What the terminal sends to all of us is the Launcher's to act upon. */
static void ignore_signals(void)
{
	static const int signals[] = { SIGINT,	SIGQUIT, SIGHUP,  SIGTERM,
				       SIGTSTP, SIGPIPE, SIGXFSZ, SIGALRM };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	signal(SIGBUS, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
}

static void raise_limits(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0 || rl.rlim_cur >= DESCRIPTORS)
		return;
	rl.rlim_cur = rl.rlim_max < DESCRIPTORS ? rl.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &rl);
}

/* The standard three go to /dev/null, sock is 3, the other 4. */
static int keep_only(int *sock, int *fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), high, i;
	unsigned first;

	if (null < 0)
		return -errno;
	for (i = 0; i <= STDERR_FILENO; i++)
		dup2(null, i);
	high = fcntl(*sock, F_DUPFD_CLOEXEC, 10);
	if (high < 0 || (*fd >= 0 && (*fd = fcntl(*fd, F_DUPFD_CLOEXEC, 11)) < 0) ||
	    dup2(high, 3) < 0 || (*fd >= 0 && dup2(*fd, 4) < 0))
		return -errno;
	*sock = 3;
	first = *fd >= 0 ? 5 : 4;
	if (*fd >= 0)
		*fd = 4;
	return syscall(SYS_close_range, first, ~0u, 0) < 0 ? -errno : 0;
}

static void __attribute__((noreturn))
run(int sock, const struct share_server *server, guest_unpack *unpack, guest_drop *drop)
{
	struct share_hello hello = { 0, 0, 0 };
	pid_t parent = getppid();
	int fd = server->fd;
	void *state;

	ignore_signals();
	if (server->orphan)
		setsid();
	else
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || keep_only(&sock, &fd))
		_exit(1);
	raise_limits();
	prctl(PR_SET_NAME, server->name);
	state = server->begin(server, fd, &hello);
	if (!state || send(sock, &hello, sizeof(hello), MSG_NOSIGNAL) != sizeof(hello))
		_exit(1);
	share_service(sock, server->ops, state, unpack, drop);
}

/* --- D:612 ... of a directory ------------------------------------------------------- */

static u32 serve_message(void *server, struct share_request *q)
{
	return p9_serve(server, q->t, q->len, q->r, q->room);
}

static void forget(void *server)
{
	p9_reset(server);
}

static const struct share_ops directory_ops = { .serve = serve_message, .reset = forget };

static void *begin_directory(const struct share_server *server, int fd, struct share_hello *missing)
{
	struct p9 *s;

	umask(0);
	s = p9_new(fd, server->read_only);
	if (s)
		p9_sandbox(fd, server->read_only, missing);
	return s;
}

/* --- D:615 The Launcher's side ----------------------------------------------------- */

int share_launch(struct share *sh, const struct share_server *server, const char *tag,
		 guest_unpack *unpack, guest_drop *drop, const char **what)
{
	int pair[2];

	memset(sh, 0, sizeof(*sh));
	sh->fd = -1;
	memcpy(sh->tag, tag, strnlen(tag, SHARE_TAG_MAX));
	*what = "socketpair";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	*what = "fork";
	sh->pid = fork();
	if (!sh->pid)
		run(pair[1], server, unpack, drop);
	close(pair[1]);
	sh->fd = pair[0];
	if (sh->pid < 0) {
		sh->pid = 0;
		share_stop(sh);
		return -EAGAIN;
	}
	*what = "its server did not start";
	if (recv(sh->fd, &sh->missing, sizeof(sh->missing), 0) == sizeof(sh->missing))
		return 0;
	share_stop(sh);
	return -EIO;
}

static int start_directory(struct share *sh, const char *dir, int read_only, const char *tag,
			   guest_unpack *unpack, guest_drop *drop, int orphan, const char **what)
{
	struct share_server server = {
		.name = "lguest-share",
		.ops = &directory_ops,
		.begin = begin_directory,
		.read_only = read_only,
		.orphan = orphan,
	};
	int err;

	*what = "open";
	server.fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (server.fd < 0)
		return -errno;
	err = share_launch(sh, &server, tag, unpack, drop, what);
	close(server.fd);
	return err;
}

int share_start(struct share *sh, const char *dir, int read_only, const char *tag,
		guest_unpack *unpack, guest_drop *drop, const char **what)
{
	return start_directory(sh, dir, read_only, tag, unpack, drop, 0, what);
}

int share_start_orphan(struct share *sh, const char *dir, int read_only, const char *tag,
		       guest_unpack *unpack, guest_drop *drop, const char **what)
{
	return start_directory(sh, dir, read_only, tag, unpack, drop, 1, what);
}

void share_stop(struct share *sh)
{
	siginfo_t info;

	if (sh->fd >= 0)
		close(sh->fd); /* the server reads the end and ends */
	sh->fd = -1;
	if (sh->pid) {
		kill(sh->pid, SIGKILL); /* it may wait for a disk */
		waitid(P_PID, (id_t)sh->pid, &info, WEXITED);
	}
	sh->pid = 0;
}
