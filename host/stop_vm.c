/* SPDX-License-Identifier: MIT */
/*
 * H:058 The Launcher's side of standing still; stop.c has the other and says
 * why it works.
 */
#include "host/stop.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/vm.h"

#define KICK_MS	2

static void wake_futex(_Atomic u32 *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void lg_debug(struct lg *lg, int on)
{
	struct lg_debug *d = &lg->view.shared->debug;

	if (!on) {
		d->npages = d->nbreaks = d->nwatches = 0;
		d->ask = 0;
		d->tf = 0;
	}
	d->on = on != 0;
	if (!on && d->standing)
		lg_resume(lg, 0);
}

void lg_pause(struct lg *lg)
{
	struct lguest *s = lg->view.shared;

	s->debug.on = 1;
	s->debug.ask = 1;
	if (s->debug.standing || !lg->started || lg->stopped)
		return;
	if (s->cpu.halted) {
		atomic_fetch_add(&s->cpu.wake, 1);
		wake_futex(&s->cpu.wake);
	}
	host_kick(lg);
}

int lg_paused(struct lg *lg, struct lg_stop *stop)
{
	const struct lg_debug *d = &lg->view.shared->debug;

	if (d->standing != 1)
		return 0;
	*stop = (struct lg_stop){ (enum lg_why)d->why, d->a, d->b, d->c };
	return 1;
}

void lg_resume(struct lg *lg, int step)
{
	struct lg_debug *d = &lg->view.shared->debug;

	d->ask = 0;
	d->step = step != 0;
	d->standing = 0;
	wake_futex(&d->standing);
}

int lg_pause_wait(struct lg *lg, unsigned ms)
{
	u64 until = host_now() + (u64)ms * 1000000u;

	while (lg->view.shared->debug.standing != 1) {
		if (host_now() > until || lg->stopped || lg->view.shared->state != LG_RUNNING)
			return -ETIMEDOUT;
		lg_pause(lg);
		poll(NULL, 0, KICK_MS);
	}
	return 0;
}

void lg_forget(struct lg *lg)
{
	for (u32 i = 0; i < LG_SPACES; i++)
		lg->view.shared->spaces[i].flush_all = 1;
}
