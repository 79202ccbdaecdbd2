/* SPDX-License-Identifier: MIT */
/*
 * L:600 The loop.
 *
 * The Launcher sleeps in poll until somebody wants something: the guest (the
 * bell), a clock event, a key, room for output, a signal, the end of the time
 * allowed.  While the guest is idle, nothing happens here at all.  The work
 * between two polls is bounded, so that no guest, however busy or hostile,
 * can keep us from hearing a signal.
 */
#include "launcher/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "host/view.h"
#include "launcher/guest.h"
#include "launcher/request.h"
#include "launcher/terminal.h"

#define REQUESTS_MAX 64		 /* between two polls */
#define STOP_MAX_NS  5000000000u /* for workers to end */
#define STOP_POLL_MS 100

int loop_init(struct loop *l, struct lg *lg, u32 ram_bytes, struct console *console)
{
	unsigned i;

	l->lg = lg;
	l->findings = 0;
	guest_of(&l->guest, lg, ram_bytes);
	l->console = console;
	l->asked = NULL;
	l->abi_known = 0;
	l->ended = 0;
	if (!l->dma.on)
		devices_init(&l->devices, &l->guest);
	else if (dma_begin(l, ram_bytes))
		return -EMFILE;
	if (!console_attach(console, &l->devices))
		return -ENOSPC;
	for (i = 0; i < l->ndisks; i++)
		if (!block_attach(&l->disks[i], &l->devices))
			return -ENOSPC;
	for (i = 0; i < l->nshares; i++)
		if (!share_attach(&l->shares[i], &l->devices))
			return -ENOSPC;
	for (i = 0; i < l->nnets; i++)
		if (!l->nets[i].share && !net_attach(&l->nets[i].net, &l->devices))
			return -ENOSPC;
	if (l->dma.on)
		return dma_ports(l);
	return rng_attach(&l->rng, &l->devices) ? 0 : -ENOSPC;
}

/* --- L:620 What the guest wants ------------------------------------------- */

/* 1: there may be more. */
static int serve_guest(struct loop *l)
{
	int i;

	for (i = 0; i < REQUESTS_MAX && !l->ended; i++) {
		struct lg_request r = lg_next(l->lg);

		switch (r.what) {
		case LG_KICK:
			devices_kick(&l->devices, r.gpa);
			break;
		case LG_ASKED:
			if (l->asked)
				return 0; /* still at it */
			request_serve(l, r.op, r.args);
			break;
		case LG_ENDED:
			l->ended = 1;
			break;
		default:
			return 0;
		}
	}
	return !l->ended;
}

/* 1: there is more to do. */
static int work(struct loop *l)
{
	int more = serve_guest(l);

	if ((l->backend->readable || l->tap->readable) && console_wants_input(l->console))
		console_fill(l->console);
	more |= console_work(l->console);
	dma_work(l);
	if (l->console->out_error)
		more = 1; /* no reason to sleep: loop_run ends */
	return more | request_work(l);
}

/* --- L:630 Waiting ---------------------------------------------------------- */

enum {
	FD_SIGNAL,
	FD_TIMEOUT,
	FD_TRACE,
	FD_BELL,
	FD_CLOCK,
	FD_DEATH,
	FD_WORKER,
	FD_TAP = FD_WORKER + DEVICES_MAX,
	FD_DMA,
	FD_CONTROL = FD_DMA + DMA_FDS,
	FD_PROFILE = FD_CONTROL + CONTROL_FDS,
	FD_GDB = FD_PROFILE + PROFILE_FDS,
	FD_BACKEND = FD_GDB + GDB_FDS,
	FD_MAX = FD_BACKEND + BACKEND_FDS
};

static int wait_for_events(struct loop *l, struct pollfd *fds, int again)
{
	int guest = !l->ended, ms = gdb_server_serve(l->gdb, NULL, l->ended), n;

	fds[FD_SIGNAL].fd = l->signal_fd;
	fds[FD_TIMEOUT].fd = l->timeout_fd;
	fds[FD_TRACE].fd = guest ? l->trace->timer : -1;
	fds[FD_BELL].fd = guest ? lg_bell_fd(l->lg) : -1;
	fds[FD_CLOCK].fd = guest ? lg_clock_fd(l->lg) : -1;
	fds[FD_DEATH].fd = guest ? lg_death_fd(l->lg) : -1;
	for (n = 0; n < FD_TAP; n++)
		fds[n].events = POLLIN;
	for (n = (int)devices_fds(&l->devices, fds + FD_WORKER); n < DEVICES_MAX; n++)
		fds[FD_WORKER + n].fd = -1;
	fds[FD_TAP] = tap_poll(l->tap, guest && console_wants_input(l->console));
	dma_poll(l, fds + FD_DMA);
	control_poll(l->control, fds + FD_CONTROL);
	profile_poll(&l->profile, fds + FD_PROFILE);
	gdb_server_poll(l->gdb, fds + FD_GDB);
	n = l->backend->kind->poll(l->backend, guest && console_wants_input(l->console),
				   console_wants_output(l->console), fds + FD_BACKEND);
	if (poll(fds, (nfds_t)(FD_BACKEND + n), again ? 0 : ms) < 0)
		return 0; /* EINTR: revents are not valid */
	l->backend->kind->ready(l->backend, fds + FD_BACKEND, n);
	tap_ready(l->tap, fds[FD_TAP].revents);
	control_ready(l->control, fds + FD_CONTROL);
	profile_ready(&l->profile, fds + FD_PROFILE, l->lg);
	gdb_server_serve(l->gdb, fds + FD_GDB, l->ended);
	devices_heard(&l->devices, fds + FD_WORKER, DEVICES_MAX);
	return 1;
}

void loop_resize(struct console *console, const struct backend *backend)
{
	unsigned rows, cols;

	if (backend->kind == &backend_stdio && !terminal_size(backend->out, &rows, &cols))
		console_resize(console, rows, cols);
}

/* A signal that ends us, or 0. */
static int take_signal(struct loop *l)
{
	struct signalfd_siginfo si;

	while (read(l->signal_fd, &si, sizeof(si)) == sizeof(si)) {
		switch (si.ssi_signo) {
		case SIGTSTP:
			terminal_suspend();
			break;
		case SIGCONT:
			terminal_continue();
			break;
		case SIGWINCH:
			loop_resize(l->console, l->backend);
			break;
		default:
			return (int)si.ssi_signo;
		}
	}
	return 0;
}

/* Is there a reason to end?  1 and *why. */
static int ends(struct loop *l, const struct pollfd *fds, enum loop_end *why)
{
	if (fds[FD_SIGNAL].revents && (l->signal = take_signal(l)))
		*why = LOOP_SIGNAL;
	else if (fds[FD_TIMEOUT].revents)
		*why = LOOP_TIMEOUT;
	else if (l->backend->quit)
		*why = LOOP_QUIT;
	else if (l->control->stop)
		*why = LOOP_STOP;
	else if (l->gdb->gdb && gdb_killed(l->gdb->gdb))
		*why = LOOP_GDB;
	else if (l->backend->hung_up)
		*why = LOOP_HANGUP;
	else if (l->console->out_error)
		*why = LOOP_OUTPUT;
	else
		return 0;
	return 1;
}

/* A guest that ended has still a right to its last words. */
enum loop_end loop_run(struct loop *l)
{
	struct pollfd fds[FD_MAX];
	enum loop_end why = LOOP_GUEST;
	int again;

	memset(fds, 0, sizeof(fds));
	for (;;) {
		again = work(l);
		if (l->ended && !again && console_drained(l->console) && !l->console->out_error &&
		    !gdb_server_waits(l->gdb))
			break;
		if (!wait_for_events(l, fds, again))
			continue;
		if (ends(l, fds, &why))
			break;
		trace_drain(l->trace, l->lg);
	}
	/*
	 * A signal for our whole process group may have killed the spaces first:
	 * then that is why the guest ended.
	 */
	if (why == LOOP_GUEST && (l->signal = take_signal(l)))
		why = LOOP_SIGNAL;
	return why;
}

/* --- L:640 The end of the workers --------------------------------------------- */

/*
 * Nobody may touch the guest's memory when it goes away.  A worker that hangs
 * in a slow disk gets some time, and no more; a signal, not the one that brought
 * us here, ends the wait at once.
 */
int loop_stop_workers(struct loop *l)
{
	struct pollfd fds[1 + DEVICES_MAX];
	u64 start = host_now(), now = start;
	int hurry = 0;
	unsigned n;

	while (!devices_stop(&l->devices)) {
		if (now - start > STOP_MAX_NS || hurry)
			return -ETIMEDOUT;
		fds[0] = (struct pollfd){ l->signal_fd, POLLIN, 0 };
		n = devices_fds(&l->devices, fds + 1);
		poll(fds, n + 1, STOP_POLL_MS);
		if (fds[0].revents)
			hurry = take_signal(l);
		devices_heard(&l->devices, fds + 1, n);
		now = host_now();
	}
	return 0;
}
