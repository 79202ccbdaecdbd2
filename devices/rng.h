/* SPDX-License-Identifier: MIT */
/* Randomness for the guest: virtio-rng, fed by the host's getrandom. */
#ifndef DEVICES_RNG_H
#define DEVICES_RNG_H

#include "devices/device.h"

#define RNG_RATE  (256u << 10) /* bytes a second, at most ... */
#define RNG_BURST (64u << 10)  /* ... and at once */
#define RNG_CHUNK 4096u	       /* of one request; the guest asks again for more */

struct rng {
	struct device_kind kind;
	struct device *device;
	int timer; /* timerfd, when opened; see has_timer */
	int has_timer;
	int held; /* a request waits for its share of the rate */
	struct vq_chain chain;
	u32 tokens;    /* bytes that may be given now */
	u64 filled_ns; /* when tokens was right */
};

/* To a guest, new or restarted.  NULL: no room. */
struct device *rng_attach(struct rng *r, struct devices *all);
/* How many of len bytes may be given at that time; 0: not yet all of them.  For tests. */
u32 rng_allowance(struct rng *r, u32 len, u64 now_ns);

#endif
