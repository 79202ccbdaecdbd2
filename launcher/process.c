/* SPDX-License-Identifier: MIT */
/*
 * L:750 Our own process: signals, time, limits.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "launcher/run.h"
#include "launcher/session.h"
#include "launcher/terminal.h"

int process_signals(void)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH
	};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction sa;

		/* "nohup" and shells' "&" ignore some: leave it so. */
		if (signals[i] != SIGWINCH && signals[i] != SIGCONT &&
		    !sigaction(signals[i], NULL, &sa) && sa.sa_handler == SIG_IGN)
			continue;
		sigaddset(&set, signals[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Guest pages borrowed from a file that somebody cuts short meanwhile: there
 * is no going on, but let us say so.
 */
static void file_vanished(int sig)
{
	static const char text[] = "lguest: the kernel image or initrd became shorter while in use:"
				   " replace such files, do not overwrite them\n";

	ssize_t n;

	(void)sig;
	terminal_restore();
	n = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)n; /* nobody to tell */
	_exit(STATUS_FAILED);
}

void process_file_errors(void)
{
	struct sigaction sa = { .sa_handler = file_vanished }, old;

	if (!sigaction(SIGBUS, NULL, &old) && old.sa_handler == SIG_DFL)
		sigaction(SIGBUS, &sa, NULL);
}

int process_timeout(u64 ns)
{
	struct itimerspec when = { .it_value = { (time_t)(ns / 1000000000),
						 (long)(ns % 1000000000) } };
	int fd;

	if (!ns)
		return -1;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd >= 0)
		timerfd_settime(fd, 0, &when, NULL);
	return fd;
}

/* The Host puts a space's descriptors, about 50, out of the way, from 64 on. */
#define DESCRIPTORS 192

int process_limits(struct complaint *c)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0 || rl.rlim_cur >= DESCRIPTORS)
		return 0;
	rl.rlim_cur = rl.rlim_max < DESCRIPTORS ? rl.rlim_max : DESCRIPTORS;
	if (rl.rlim_cur == DESCRIPTORS && !setrlimit(RLIMIT_NOFILE, &rl))
		return 0;
	return complain(c, -EMFILE,
			"only %u files may be open here, %u are needed: raise ulimit -n",
			(unsigned)rl.rlim_cur, DESCRIPTORS);
}
