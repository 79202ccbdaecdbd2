/* SPDX-License-Identifier: MIT */
/* The Launcher's handle, for host/vm.c and host/spawn.c only. */
#ifndef HOST_VM_H
#define HOST_VM_H

#include <sched.h>
#include <sys/types.h>

#include "host/view.h"

#define HOST_LOOK_NS		50000u	/* what a halted guest looks for an answer at most */
#define HOST_HEARTBEAT_NS	250000000u /* a look at a running guest */

struct lg {
	struct lg_view view;
	int state_fd, ram_fd, clock_fd, pidfd, hello_fd;
	int shared_fds[LG_SHARED];
	_Atomic pid_t pids[LG_SPACES];	/* 0: it has not said hello */
	u64 tsc0, ns0;
	pid_t zygote;
	cpu_set_t cpus;			/* we may use */
	int cpu_nr;			/* the spaces are on, -1: not pinned */
	u64 waited, balanced_at, moved_at;
	struct lg_doctor *doctor;	/* NULL: no --doctor */
	size_t doctor_size;
	int started, reaped, own_pidns;
	_Atomic int stopped;
	_Atomic int ending;		/* lg_kill was called: no guest can undo that, */
	char reason[LG_REASON_MAX];	/* nor this, if it was first; written once */
	char missing[512];		/* sandbox layers we could not have */
};

void host_kick(struct lg *lg);
void host_wake(struct lg *lg);		/* and out of HALT */
void host_clock_due(struct lg *lg);
void host_balance(struct lg *lg);
int host_doctor_create(struct lg *lg);
void host_doctor_destroy(struct lg *lg);
void host_missing(struct lg *lg, const char *layer);
int host_spawn_zygote(struct lg *lg, const char **what);

#endif /* HOST_VM_H */
