/* SPDX-License-Identifier: MIT */
/*
 * L:500 Tracing.
 *
 * The Host notes what it does in a ring in shared memory and never waits for
 * a reader.  We look every 10 ms; what was overwritten before we came is
 * counted as lost.  The ring and its counter belong to the spaces, so they may
 * say anything: no more than one ring is read per visit, each event is copied
 * before it is looked at.
 */
#include "launcher/trace.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "debug/debug.h"

#define INTERVAL_NS 10000000

int trace_open(struct trace *t, const char *name, struct complaint *c)
{
	struct itimerspec every = { { 0, INTERVAL_NS }, { 0, INTERVAL_NS } };

	*t = (struct trace){ .name = name, .timer = -1 };
	if (!name)
		return 0;
	t->file = fopen(name, "we");
	if (!t->file)
		return complain(c, -errno, "--trace %s: cannot write it: %s: choose another file",
				name, strerror(errno));
	t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->timer < 0 || timerfd_settime(t->timer, 0, &every, NULL) < 0)
		return complain(c, -errno, "--trace: timerfd: %s: leave out --trace",
				strerror(errno));
	return 0;
}

void trace_restart(struct trace *t)
{
	t->seen = 0;
}

static void give_up(struct trace *t)
{
	log_warn("--trace %s: %s: the trace ends here", t->name, strerror(errno));
	trace_close(t);
}

/* One event, unless it was overwritten while we copied it. */
static int take_event(struct lguest *shared, u32 n, struct lg_event *event)
{
	*event = *(volatile struct lg_event *)&shared->events[n & (LG_TRACE_EVENTS - 1)];
	atomic_thread_fence(memory_order_acquire);
	return atomic_load(&shared->nevents) - n < LG_TRACE_EVENTS;
}

void trace_drain(struct trace *t, struct lg *lg)
{
	struct lguest *shared;
	struct lg_event event;
	u64 ticks, lost = 0;
	u32 end;

	if (!t->file)
		return;
	while (read(t->timer, &ticks, sizeof(ticks)) > 0)
		;
	shared = lg_shared(lg);
	end = atomic_load(&shared->nevents);
	if (end - t->seen > LG_TRACE_EVENTS) {
		lost = end - t->seen - LG_TRACE_EVENTS;
		t->seen = end - LG_TRACE_EVENTS;
	}
	for (; t->seen != end; t->seen++) {
		if (take_event(shared, t->seen, &event))
			debug_event_print(t->file, &event);
		else
			lost++;
	}
	atomic_store(&shared->traced, t->seen);
	if (lost)
		fprintf(t->file, "... %llu events lost\n", (unsigned long long)lost);
	t->lost += lost;
	if (ferror(t->file))
		give_up(t);
}

void trace_close(struct trace *t)
{
	FILE *f = t->file;

	t->file = NULL;
	if (t->timer >= 0)
		close(t->timer);
	t->timer = -1;
	if (f && fclose(f))
		log_warn("--trace %s: %s: its end is missing", t->name, strerror(errno));
	if (t->lost)
		log_info("--trace %s: %llu events lost", t->name, (unsigned long long)t->lost);
}
