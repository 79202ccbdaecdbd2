/* SPDX-License-Identifier: MIT */
/* The Launcher's handle, for host/vm.c and host/spawn.c only. */
#ifndef HOST_VM_H
#define HOST_VM_H

#include <sched.h>
#include <sys/types.h>

#include "host/host.h"

#define HOST_HEARTBEAT_NS	250000000u /* a look at a running guest */

struct borrow {
	u32 pfn, pages;
	const u8 *map;			/* in the Launcher */
	u64 addr;			/* in a space */
	int fd;
};

struct lg {
	struct lguest *shared;
	u8 *ram;
	u32 ram_pages, shared_pages;	/* our own copy: the shared one is hostile */
	int state_fd, ram_fd, bell_fd, clock_fd, pidfd, hello_fd;
	struct borrow borrows[LG_BORROWS];
	u32 nborrows;
	pid_t pids[LG_SPACES];
	u64 tsc0, ns0;
	pid_t zygote;
	cpu_set_t cpus;			/* we may use */
	int cpu_nr;			/* the spaces are on, -1: not pinned */
	u64 waited, balanced_at, moved_at;
	int started, stopped, reaped, own_pidns, owned_pages;
	int deaf;			/* times in a row the guest did not react to kicks */
	int ending;			/* lg_kill was called: no guest can undo that, */
	char reason[LG_REASON_MAX];	/* nor this, if it was first */
	char missing[512];		/* sandbox layers we could not have */
};

u64 host_now(void);			/* CLOCK_MONOTONIC, ns */
void host_kick(struct lg *lg);
void host_balance(struct lg *lg);
void host_missing(struct lg *lg, const char *layer);
int host_spawn_zygote(struct lg *lg, const char **what);

#endif /* HOST_VM_H */
