/* SPDX-License-Identifier: MIT */
/* --trace FILE: the flight recorder, written down while the guest runs. */
#ifndef LAUNCHER_TRACE_H
#define LAUNCHER_TRACE_H

#include <stdio.h>

#include "debug/trace.h"
#include "host/host.h"
#include "launcher/log.h"

struct trace {
	FILE *file; /* NULL: not tracing */
	const char *name;
	struct trace_header *head; /* not yet written, or NULL */
	int timer;		   /* timerfd: time to write what there is; -1 */
	u32 boots;
	u32 seen;     /* of lguest.nevents */
	u32 dev_seen; /* of lguest.ndev_events */
	u64 lost, started_ns;
};

/* name NULL: no tracing.  0 or -errno. */
int trace_open(struct trace *t, const char *name, struct complaint *c);
/* Which kernel the trace is about: for its header, while files can be opened. */
int trace_about(struct trace *t, const char *path, int image_fd, struct complaint *c);
/* A new guest: its recorder starts at 0. */
void trace_restart(struct trace *t, struct lg *lg, const char *guest);
/* Write down what happened since the last time; bounded work. */
void trace_drain(struct trace *t, struct lg *lg);
/* The guest is over: the last events, complete or not, and how it ended. */
void trace_end(struct trace *t, struct lg *lg);
void trace_close(struct trace *t);

/* A kernel's file, unpacked if it is packed: a descriptor, or -1. */
int kernel_file(const char *path);

#endif
