/* SPDX-License-Identifier: MIT */
/*
 * D:600 The process that serves a share.
 *
 * It is forked before the Launcher knows the guest, and keeps nothing of it
 * but the directory and one end of a socket.  Messages lie in memory both
 * share; the socket says whose turn it is.  The server believes what the
 * Launcher says about lengths, yet takes no step beyond a slot; the Launcher
 * believes the server nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices/9p_sandbox.h"

#define SLOTS_BYTES (SHARE_REQUESTS * sizeof(struct share_slot))
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

/* The standard three go to /dev/null, sock is 3, the directory 4. */
static int keep_only(int *sock, int *dir_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), high, i;

	if (null < 0)
		return -errno;
	for (i = 0; i <= STDERR_FILENO; i++)
		dup2(null, i);
	high = fcntl(*sock, F_DUPFD_CLOEXEC, 10);
	*dir_fd = fcntl(*dir_fd, F_DUPFD_CLOEXEC, 11);
	if (high < 0 || *dir_fd < 0 || dup2(high, 3) < 0 || dup2(*dir_fd, 4) < 0)
		return -errno;
	*sock = 3;
	*dir_fd = 4;
	return syscall(SYS_close_range, 5, ~0u, 0) < 0 ? -errno : 0;
}

static int serve_one(struct p9 *s, int sock, struct share_slot *slots)
{
	struct share_packet p;
	ssize_t n;

	do
		n = recv(sock, &p, sizeof(p), 0);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(p) || p.slot >= SHARE_REQUESTS || p.len > P9_MSIZE || p.room > P9_MSIZE)
		return 0;
	p.len = p9_serve(s, slots[p.slot].t, p.len, slots[p.slot].r, p.room);
	p.room = 0;
	return send(sock, &p, sizeof(p), MSG_NOSIGNAL) == sizeof(p);
}

int share_alone(int *sock, int *fd, const char *name)
{
	pid_t parent = getppid();

	ignore_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	return getppid() != parent ? -ESRCH : keep_only(sock, fd);
}

static void share_serve(int sock, int dir_fd, const void *arg, struct share_slot *slots)
{
	struct share_hello hello = { 0, 0, 0 };
	int read_only = *(const int *)arg;
	struct p9 *s;

	if (share_alone(&sock, &dir_fd, "lguest-share"))
		_exit(1);
	raise_limits();
	umask(0);
	s = p9_new(dir_fd, read_only);
	if (!s)
		_exit(1);
	p9_sandbox(dir_fd, read_only, &hello);
	if (send(sock, &hello, sizeof(hello), MSG_NOSIGNAL) != sizeof(hello))
		_exit(1);
	while (serve_one(s, sock, slots))
		;
	p9_free(s);
	_exit(0);
}

/* --- D:615 The Launcher's side ----------------------------------------------------- */

static struct share_slot *make_slots(void)
{
	int fd = memfd_create("lguest-share", MFD_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (ftruncate(fd, SLOTS_BYTES) == 0)
		p = mmap(NULL, SLOTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

static int launch(struct share *sh, share_serve_fn *serve, int fd, const void *arg,
		  const char **what)
{
	int pair[2];

	*what = "socketpair";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	*what = "fork";
	sh->pid = fork();
	if (!sh->pid)
		serve(pair[1], fd, arg, sh->slots);
	close(pair[1]);
	sh->fd = pair[0];
	if (sh->pid < 0) {
		sh->pid = 0;
		return -errno;
	}
	*what = "its server did not start";
	if (recv(sh->fd, &sh->missing, sizeof(sh->missing), 0) != sizeof(sh->missing))
		return -EIO;
	return fcntl(sh->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

int share_launch(struct share *sh, const char *tag, share_serve_fn *serve, int fd, const void *arg,
		 const char **what)
{
	int err;

	memset(sh, 0, sizeof(*sh));
	sh->fd = -1;
	memcpy(sh->tag, tag, strnlen(tag, SHARE_TAG_MAX));
	*what = "memory";
	sh->slots = make_slots();
	err = sh->slots ? launch(sh, serve, fd, arg, what) : -ENOMEM;
	if (err)
		share_stop(sh);
	return err;
}

int share_start(struct share *sh, const char *dir, int read_only, const char *tag,
		const char **what)
{
	int dir_fd, err;

	memset(sh, 0, sizeof(*sh));
	sh->fd = -1;
	*what = "open";
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return -errno;
	err = share_launch(sh, tag, share_serve, dir_fd, &read_only, what);
	close(dir_fd);
	return err;
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
	if (sh->slots)
		munmap(sh->slots, SLOTS_BYTES);
	sh->slots = NULL;
}
