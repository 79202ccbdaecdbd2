/* SPDX-License-Identifier: MIT */
/* --trace FILE: the flight recorder, written down while the guest runs. */
#ifndef LAUNCHER_TRACE_H
#define LAUNCHER_TRACE_H

#include <stdio.h>

#include "host/host.h"
#include "launcher/log.h"

struct trace {
	FILE *file; /* NULL: not tracing */
	const char *name;
	int timer; /* timerfd: time to drain; -1 */
	u32 seen;  /* of lguest.nevents */
	u64 lost;
};

/* name NULL: no tracing.  0 or -errno. */
int trace_open(struct trace *t, const char *name, struct complaint *c);
/* A new guest: its recorder starts at 0. */
void trace_restart(struct trace *t);
/* Write down what happened since the last time; bounded work. */
void trace_drain(struct trace *t, struct lg *lg);
void trace_close(struct trace *t);

#endif
