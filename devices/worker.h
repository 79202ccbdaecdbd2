/* SPDX-License-Identifier: MIT */
/*
 * Workers: whoever serves the queues of one device beside the Launcher's
 * loop.  A device whose kind has "work" gets a thread by itself; this here
 * is for those who bring their own process.
 */
#ifndef DEVICES_WORKER_H
#define DEVICES_WORKER_H

#include "devices/device.h"

#include <sched.h>

#define WORKER_SPIN_NS 50000u /* to look again before sleeping, at most */

/* How long to look before sleeping: less after it was in vain, more after a short sleep. */
struct worker_spin {
	u32 max; /* 0: there are too few CPUs; near the guest it does not count */
	u32 now; /* ns */
	u32 sparse;	/* times in a row there was little to do */
	int near;	/* the guest's CPU, on which we are, too; -1: the scheduler's choice */
	cpu_set_t cpus; /* all we may use */
};

void worker_spin_init(struct worker_spin *s, int cpus); /* with fewer nobody looks */
u64 worker_now(void); /* CLOCK_MONOTONIC, ns */

/*
 * Serve the queues of d: work, look, sleep, until stop(arg) says so.  It is
 * asked between two pieces of work, and when control (-1: none) is readable.
 */
void worker_serve(struct device *d, struct worker_spin *spin, int control, int (*stop)(void *arg),
		  void *arg);

/* The thread that runs kind->work. */
extern const struct device_runner worker_thread;

#endif
