/* SPDX-License-Identifier: MIT */
/*
 * L:500 Tracing.
 *
 * The Host notes what it does in a ring in shared memory (host/count.c), devices
 * in another (host/view.c).  We write both to the file, merged by time: when a
 * ring is half full (the bell rings), ten times a second, and at the end.  A
 * guest that is faster than we are waits for us; devices do not, what they
 * overwrote is counted as lost and marked in the file.
 *
 * Rings and counters belong to the spaces, so they may say anything: no more
 * than one ring is read per visit, each event is copied before it is looked at.
 */
#include "launcher/trace.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "host/view.h"

#define INTERVAL_NS 100000000
#define BUFFER	    (1u << 18) /* bytes */

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
	setvbuf(t->file, NULL, _IOFBF, BUFFER);
	t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->timer < 0 || timerfd_settime(t->timer, 0, &every, NULL) < 0)
		return complain(c, -errno, "--trace: timerfd: %s: leave out --trace",
				strerror(errno));
	return 0;
}

int trace_about(struct trace *t, const char *path, int image_fd, struct complaint *c)
{
	char full[PATH_MAX];
	size_t len;

	if (!t->file)
		return 0;
	if (!realpath(path, full))
		snprintf(full, sizeof(full), "%s", path);
	len = (sizeof(*t->head) + strlen(full) + 1 + 31) & ~(size_t)31;
	t->head = calloc(1, len);
	if (!t->head)
		return complain(c, -ENOMEM, "--trace: no memory: leave out --trace");
	memcpy(t->head->magic, TRACE_MAGIC, sizeof(t->head->magic));
	t->head->version = TRACE_VERSION;
	t->head->header_bytes = (u32)len;
	t->head->event_bytes = sizeof(struct lg_event);
	strcpy((char *)(t->head + 1), full);
	trace_identify(t->head, image_fd);
	return 0;
}

static void put(struct trace *t, const struct lg_event *e)
{
	fwrite(e, sizeof(*e), 1, t->file);
}

static u64 now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

/* Time begins with the first guest. */
static void put_header(struct trace *t, const struct lguest *shared, const char *guest)
{
	struct trace_header *h = t->head;

	t->started_ns = now_ns(CLOCK_MONOTONIC);
	h->tsc_khz = shared->tsc_khz;
	h->tsc_start = shared->tsc_base;
	h->wall_ns = now_ns(CLOCK_REALTIME) - (t->started_ns - shared->ns_base);
	h->kernel_address = shared->cpu.kernel_address;
	h->native = shared->native;
	snprintf(h->guest, sizeof(h->guest), "%s", guest);
	fwrite(h, h->header_bytes, 1, t->file);
	free(h);
	t->head = NULL;
}

void trace_restart(struct trace *t, struct lg *lg, const char *guest)
{
	struct lg_event boot = { .kind = TRACE_BOOT, .tsc = lg_shared(lg)->tsc_base };

	t->seen = t->dev_seen = 0;
	if (!t->file)
		return;
	if (t->head)
		put_header(t, lg_shared(lg), guest);
	boot.a = ++t->boots;
	put(t, &boot);
}

/* --- L:502 Reading the rings ------------------------------------------------------ */

struct drain {
	struct lguest *shared;
	u32 mask, end, dev_end;
	u64 until; /* TSC: what devices do from now on is for the next time */
	int last;  /* there is no next time */
};

static void put_lost(struct trace *t, u64 tsc, u32 n, u32 space)
{
	struct lg_event e = { .tsc = tsc, .kind = LG_EV_LOST, .space = space, .a = n };

	t->lost += n;
	put(t, &e);
}

/* The next event of the virtual CPU: 1, or 0 if there is none. */
static int peek_event(const struct trace *t, const struct drain *d, struct lg_event *e)
{
	if (t->seen == d->end)
		return 0;
	*e = *(volatile struct lg_event *)&d->shared->events[t->seen & d->mask];
	return 1;
}

/*
 * The next event of a device: 1, or 0 if there is none yet.  A slot that holds an
 * older number is being written: later, unless this is the end.
 */
static int peek_dev_event(struct trace *t, const struct drain *d, struct lg_event *e)
{
	while (t->dev_seen != d->dev_end) {
		int got = view_noted(d->shared, t->dev_seen, e);

		e->space |= TRACE_DEVICE;
		if (got > 0)
			return e->tsc <= d->until || d->last;
		if (!got && !d->last)
			return 0;
		put_lost(t, d->until, 1, TRACE_DEVICE);
		t->dev_seen++;
	}
	return 0;
}

/* Where we are too late: devices do not wait, and a hostile space need not. */
static void skip_lost(struct trace *t, const struct drain *d)
{
	u32 n = d->end - t->seen;

	if (n > d->mask + 1) {
		put_lost(t, d->until, n - d->mask - 1, 0);
		t->seen = d->end - d->mask - 1;
	}
	n = d->dev_end - t->dev_seen;
	if (n > LG_DEV_EVENTS) {
		put_lost(t, d->until, n - LG_DEV_EVENTS, TRACE_DEVICE);
		t->dev_seen = d->dev_end - LG_DEV_EVENTS;
	}
}

static void write_events(struct trace *t, const struct drain *d)
{
	struct lg_event cpu_event, dev_event;
	int cpu, dev;

	do {
		cpu = peek_event(t, d, &cpu_event);
		dev = peek_dev_event(t, d, &dev_event);
		if (dev && (!cpu || dev_event.tsc < cpu_event.tsc)) {
			put(t, &dev_event);
			t->dev_seen++;
		} else if (cpu) {
			put(t, &cpu_event);
			t->seen++;
		}
	} while (cpu || dev);
}

/* Whoever waits for room: host/count.c has the other half. */
static void make_room(struct trace *t, struct lguest *shared)
{
	atomic_store(&shared->traced, t->seen);
	if (atomic_load(&shared->trace_waits))
		syscall(SYS_futex, &shared->traced, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* The guest is not to wait for a writer that is gone. */
static void give_up(struct trace *t, struct lguest *shared)
{
	log_warn("--trace %s: %s: the trace ends here", t->name, strerror(errno));
	shared->tracing = 0;
	t->seen++; /* another value, for the futex */
	make_room(t, shared);
	trace_close(t);
}

static void drain(struct trace *t, struct lg *lg, int last)
{
	struct drain d = { .shared = lg_shared(lg), .last = last };
	u64 ticks;

	if (!t->file)
		return;
	while (read(t->timer, &ticks, sizeof(ticks)) > 0)
		;
	d.mask = d.shared->event_mask & (LG_TRACE_EVENTS - 1);
	d.until = __builtin_ia32_rdtsc();
	d.dev_end = atomic_load(&d.shared->ndev_events);
	d.end = atomic_load(&d.shared->nevents);
	if (d.end == t->seen && d.dev_end == t->dev_seen && !last)
		return;
	skip_lost(t, &d);
	write_events(t, &d);
	make_room(t, d.shared);
	if (ferror(t->file))
		give_up(t, d.shared);
}

void trace_drain(struct trace *t, struct lg *lg)
{
	drain(t, lg, 0);
}

void trace_end(struct trace *t, struct lg *lg)
{
	struct lguest *shared = lg_shared(lg);
	u64 ns = now_ns(CLOCK_MONOTONIC) - t->started_ns;
	struct lg_event end = {
		.tsc = __builtin_ia32_rdtsc(), .kind = TRACE_END, .c = (u32)ns, .d = (u32)(ns >> 32)
	};

	drain(t, lg, 1);
	if (!t->file)
		return;
	end.a = atomic_load(&shared->state);
	end.b = shared->exit_status;
	put(t, &end);
}

void trace_close(struct trace *t)
{
	FILE *f = t->file;

	t->file = NULL;
	if (t->timer >= 0)
		close(t->timer);
	t->timer = -1;
	free(t->head);
	t->head = NULL;
	if (f && fclose(f))
		log_warn("--trace %s: %s: its end is missing", t->name, strerror(errno));
	if (t->lost)
		log_info("--trace %s: %llu events of devices lost", t->name,
			 (unsigned long long)t->lost);
}
