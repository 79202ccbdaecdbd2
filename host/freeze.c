/* SPDX-License-Identifier: MIT */
/*
 * H:056 Stopping a guest so that one can see what it was doing.  Its registers are
 * in the CPU while it runs; a kick makes the space save them.  A few kicks in
 * a row are samples of where it is, in the flight recorder; then the state
 * says "stopped", and the space obeys that as it obeys a death: run_guest looks
 * at it before it enters the guest again.
 *
 * All this is advisory: a space that does not answer (a hostile one, or one
 * that waits for NOTIFY and has its registers saved anyway) is killed with the
 * registers of its last exit.
 */
#include "host/vm.h"

#include <poll.h>

#define SAMPLES		6		/* far less than the kicks a signal stack bears */
#define APART_MS	2
#define PATIENCE_MS	40		/* for one: it may have to wait for a CPU */
#define WAIT_MS		60		/* for the last */
#define KICK_MS		10

static int runs(struct lg *lg)
{
	const struct lg_cpu *cpu = &lg->view.shared->cpu;

	return cpu->running > 0 && !cpu->halted && lg->view.shared->state == LG_RUNNING;
}

/* Kick it, and wait until that (or anything else) is on record. */
static void sample(struct lg *lg)
{
	u64 before = lg->view.shared->nevents;
	int ms;

	host_kick(lg);
	for (ms = 0; ms < PATIENCE_MS && runs(lg) && lg->view.shared->nevents == before; ms++)
		poll(NULL, 0, 1);
	poll(NULL, 0, APART_MS);
}

void lg_freeze(struct lg *lg)
{
	struct lguest *s = lg->view.shared;
	u32 running = LG_RUNNING;
	int i;

	if (!lg->started || lg->stopped || lg->reaped || s->state != LG_RUNNING)
		return;
	for (i = 0; i < SAMPLES && runs(lg); i++)
		sample(lg);
	if (!atomic_compare_exchange_strong(&s->state, &running, LG_STOPPED))
		return;
	for (i = 0; i < WAIT_MS && s->cpu.running > 0 && s->sync_state != 1; i++) {
		if (i % KICK_MS == 0)
			host_kick(lg);
		poll(NULL, 0, 1);
	}
}
