/* SPDX-License-Identifier: MIT */
/*
 * D:970 Randomness.
 *
 * One queue of buffers to fill, from getrandom.  The host's generator has
 * enough for everybody, but a guest that asks without end would keep a
 * processor of the host busy: so each has a rate, and a request beyond it
 * waits until its time has come.
 */
#include "devices/rng.h"

#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "devices/worker.h"

#define NS     1000000000ull
#define BUDGET 16 /* requests in one piece of work */

u32 rng_allowance(struct rng *r, u32 len, u64 now_ns)
{
	u64 since = now_ns - r->filled_ns, fresh;

	if (since > NS)
		since = NS;
	fresh = since * RNG_RATE / NS;
	if (fresh) {
		r->tokens = r->tokens + fresh > RNG_BURST ? RNG_BURST : r->tokens + (u32)fresh;
		r->filled_ns = now_ns;
	}
	if (r->tokens < len)
		return 0;
	r->tokens -= len;
	return len;
}

static void wake_later(struct rng *r, u32 len)
{
	u64 ns = (u64)(len - r->tokens) * NS / RNG_RATE + 1;
	struct itimerspec when = { .it_value = { (time_t)(ns / NS), (long)(ns % NS) } };

	timerfd_settime(r->timer, 0, &when, NULL);
}

static u32 wanted(const struct vq_chain *c)
{
	u64 room = vq_bytes(c->pieces + c->nread, c->nwrite);

	return room < RNG_CHUNK ? (u32)room : RNG_CHUNK;
}

static void answer(struct rng *r, u32 len)
{
	struct virtqueue *vq = &r->device->vq[0];
	const struct vq_chain *c = &r->chain;
	u8 bytes[RNG_CHUNK];
	ssize_t got = len ? getrandom(bytes, len, 0) : 0;

	if (got < 0 || (got && vq_copy_to(r->device->guest, c->pieces + c->nread, c->nwrite, 0,
					  bytes, (size_t)got)))
		got = 0;
	explicit_bzero(bytes, sizeof(bytes));
	vq_put(vq, c->head, (u32)got);
}

static int work(struct device *d)
{
	struct rng *r = d->state;
	int i;

	for (i = 0; i < BUDGET; i++) {
		u32 len;

		if (!r->held && vq_get(&d->vq[0], &r->chain) <= 0)
			break;
		r->held = 1;
		len = wanted(&r->chain);
		if (len && !rng_allowance(r, len, worker_now())) {
			wake_later(r, len);
			break;
		}
		answer(r, len);
		r->held = 0;
	}
	vq_announce(&d->vq[0]);
	return i == BUDGET;
}

static int wait(struct device *d, struct pollfd *fds)
{
	struct rng *r = d->state;

	fds[0] = (struct pollfd){ r->timer, POLLIN, 0 };
	return r->held;
}

static void start(struct device *d)
{
	struct rng *r = d->state;

	if (!r->has_timer) {
		r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
		r->has_timer = r->timer >= 0;
	}
	if (!r->has_timer)
		device_break(d, "no timer for it: raise ulimit -n");
	r->filled_ns = worker_now();
	r->tokens = r->tokens ? r->tokens : RNG_BURST;
}

static void reset(struct device *d)
{
	struct rng *r = d->state;

	r->held = 0;
}

struct device *rng_attach(struct rng *r, struct devices *all)
{
	r->held = 0;
	r->kind = (struct device_kind){
		.type = LG_DEV_RNG,
		.name = "rng",
		.num_vq = 1,
		.features = LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX,
		.start = start,
		.reset = reset,
		.work = work,
		.wait = wait,
	};
	r->device = devices_add(all, &r->kind, r, NULL);
	return r->device;
}
