/* SPDX-License-Identifier: MIT */
/*
 * L:410 The terminal.
 *
 * In raw mode every key goes to the guest, Ctrl-c too.  A user whose shell
 * echoes nothing after we are gone will not come back, so the old settings
 * are restored on every way out: exit, deadly signals, suspension.  (Only
 * SIGKILL leaves no chance; then "stty sane" helps.)
 */
#include "launcher/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Global, because signal handlers and atexit functions get no argument. */
static struct {
	int fd;
	int wanted;		   /* terminal_raw was called */
	volatile sig_atomic_t raw; /* the terminal is raw now */
	struct termios saved;
} term = { .fd = -1 };

/* Deadly if not handled, and not read from the signalfd. */
static const int deadly[] = {
	SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,    SIGABRT, SIGSYS, SIGTRAP, SIGALRM,
	SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO,  SIGPWR,
};

static void die_by(int sig)
{
	terminal_restore();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_deadly(void)
{
	struct sigaction sa, old;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = die_by;
	sa.sa_flags = SA_NODEFER;
	for (i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		/* Sanitizers have handlers of their own: leave those. */
		if (!sigaction(deadly[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(deadly[i], &sa, NULL);
}

/* From the background, tcsetattr would stop us; "fg" sends SIGCONT later. */
static void make_raw(void)
{
	struct termios t = term.saved;

	if (term.raw || tcgetpgrp(term.fd) != getpgrp())
		return;
	t.c_lflag &= ~(tcflag_t)(ISIG | ICANON | ECHO | IEXTEN);
	t.c_iflag &= ~(tcflag_t)(IXON | BRKINT);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	term.raw = 1;
	tcsetattr(term.fd, TCSANOW, &t);
}

void terminal_raw(int fd)
{
	if (term.wanted || tcgetattr(fd, &term.saved) < 0)
		return;
	term.fd = fd;
	term.wanted = 1;
	atexit(terminal_restore);
	catch_deadly();
	make_raw();
}

int terminal_size(int fd, unsigned *rows, unsigned *cols)
{
	struct winsize w;

	if (ioctl(fd, TIOCGWINSZ, &w) < 0 || !w.ws_row || !w.ws_col)
		return -1;
	*rows = w.ws_row;
	*cols = w.ws_col;
	return 0;
}

void terminal_restore(void)
{
	if (!term.raw)
		return;
	term.raw = 0;
	tcsetattr(term.fd, TCSANOW, &term.saved);
}

void terminal_suspend(void)
{
	terminal_restore();
	kill(getpid(), SIGSTOP);
	terminal_continue();
}

void terminal_continue(void)
{
	if (!term.wanted)
		return;
	/* The shell may have changed it while we were stopped. */
	term.raw = 0;
	make_raw();
}
