/* SPDX-License-Identifier: MIT */
/* Samples of a running guest, for those who ask on its control socket. */
#ifndef LAUNCHER_PROFILE_H
#define LAUNCHER_PROFILE_H

#include <poll.h>

#include "host/host.h"

#define PROFILE_CLIENTS 4
#define PROFILE_FDS	(PROFILE_CLIENTS + 1)
#define PROFILE_HZ_MAX	1000u

struct profile_client {
	int fd; /* -1: free */
	u32 hz;
	int stacks;    /* wants whole samples, not only that they are counted */
	u32 left, len; /* of a sample that did not fit into the socket */
	u8 rest[sizeof(struct lg_sample) + 4];
};

struct profile {
	int timer;  /* -1: not made yet */
	u32 hz;	    /* it is set to; 0: off */
	int asleep; /* off because the guest halts */
	u32 seen;   /* of lguest.nsamples */
	struct profile_client client[PROFILE_CLIENTS];
};

void profile_init(struct profile *p);
void profile_restart(struct profile *p); /* a new guest */
void profile_close(struct profile *p);
/* "sample 100" or "profile 100"? */
int profile_wanted(const char *request);
/* Take fd over, which sent this request: 0, or -EBUSY. */
int profile_attach(struct profile *p, const char *request, int fd);
void profile_poll(const struct profile *p, struct pollfd *fds);
void profile_ready(struct profile *p, const struct pollfd *fds, struct lg *lg);

#endif
