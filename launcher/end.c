/* SPDX-License-Identifier: MIT */
/*
 * L:740 The end: what became of the guest, in words and as an exit status.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "debug/debug.h"
#include "launcher/run.h"
#include "launcher/session.h"

/*
 * A guest that died before the Host saw anything of it never ran: this machine
 * did not let its first space start, and there is nothing to report about it.
 */
static int crashed(struct session *s, struct lg *lg, const char *reason)
{
	struct debug_image image = { .path = s->image.path, .fd = s->image.fd };

	fflush(stdout);
	if (!atomic_load(&lg_shared(lg)->nevents)) {
		log_error("the guest could not start: %.*s: lguest preflight says what this "
			  "machine lacks",
			  LG_REASON_MAX, reason);
		return STATUS_FAILED;
	}
	debug_crash_report(lg, &image, stderr);
	dump_write(&s->dump, lg);
	return STATUS_CRASHED;
}

/* How the guest ended.  Everything in the shared state is read once. */
static int guest_status(struct session *s, struct lg *lg, int *restart)
{
	struct lguest *shared = lg_shared(lg);
	char reason[LG_REASON_MAX];
	u32 state = atomic_load(&shared->state);

	memcpy(reason, shared->reason, sizeof(reason));
	switch (state) {
	case LG_EXITED:
		log_guest_text(reason, sizeof(reason));
		return (int)(shared->exit_status & 0xff);
	case LG_RESTART:
		*restart = 1;
		return STATUS_OK;
	default:
		return crashed(s, lg, reason);
	}
}

static int output_failed(const struct session *s)
{
	int err = -s->console.out_error;

	if (err == EPIPE) /* as everywhere: "| head" is no error to talk about */
		return STATUS_SIGNAL + SIGPIPE;
	log_error("console output: %s: check where it goes", strerror(err));
	return STATUS_FAILED;
}

/* Stopped from outside: by whom? */
static int stop_status(struct session *s, enum loop_end why)
{
	switch (why) {
	case LOOP_TIMEOUT:
		log_error("stopped after %g s (--timeout)", (double)s->options.timeout_ns / 1e9);
		return STATUS_TIMEOUT;
	case LOOP_SIGNAL:
		log_error("stopped by signal %d (%s)", s->loop.signal, strsignal(s->loop.signal));
		return STATUS_SIGNAL + s->loop.signal;
	case LOOP_HANGUP:
		log_error("the terminal is gone");
		return STATUS_SIGNAL + SIGHUP;
	case LOOP_STOP:
		log_error("stopped by lguest stop");
		return STATUS_SIGNAL + SIGTERM;
	case LOOP_GDB:
		log_error("stopped by gdb");
		return STATUS_SIGNAL + SIGTERM;
	case LOOP_OUTPUT:
		return output_failed(s);
	default:
		fputc('\n', stderr); /* the shell's prompt wants a new line */
		return STATUS_OK;
	}
}

int end_status(struct session *s, struct lg *lg, enum loop_end why, int *restart)
{
	struct debug_image image = { .path = s->image.path, .fd = s->image.fd };
	int status;

	if (why == LOOP_GUEST)
		return guest_status(s, lg, restart);
	fflush(stdout);
	lg_freeze(lg);
	lg_stop(lg);
	status = stop_status(s, why);
	if (why != LOOP_OUTPUT) /* "| head" again */
		debug_stop_report(lg, &image, stderr);
	if (why == LOOP_TIMEOUT)
		dump_write(&s->dump, lg);
	return status;
}
