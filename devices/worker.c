/* SPDX-License-Identifier: MIT */
/*
 * D:150 Workers.
 *
 * A device that does work has somebody of its own to do it, so that no disk
 * waits for a console.  NOTIFY rings his doorbell, an eventfd, directly; while
 * he is up he looks at the queues by himself and tells the guest that kicks
 * are not needed; before he lies down he looks a little longer, for the next
 * request of a guest that waits for replies comes within microseconds, and a
 * wake-up costs more than that.
 *
 * The thread and the Launcher's loop talk through two words: "want", written
 * by the loop, and "is", written by the thread; each change is followed by a
 * write to an eventfd of the other.  Every order has a number, and the thread
 * copies it to "is" when it has obeyed: so no answer is taken for that to
 * another order.  From its answer to PAUSE to the next RUN the thread touches
 * neither the device nor the guest, so that the loop may; acquire and release
 * of the two words hand the device over.
 */
#include "devices/worker.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define SPIN_LEAST_NS 4000u /* less is no use: it is what a sleep costs */
#define LOOKS	      32    /* between two looks at the clock */
#define ROUNDS	      16    /* of work between two looks at descriptors */

u64 worker_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

void worker_spin_init(struct worker_spin *s, int cpus)
{
	*s = (struct worker_spin){ .near = -1 };
	if (sched_getaffinity(0, sizeof(s->cpus), &s->cpus) == 0 && CPU_COUNT(&s->cpus) >= cpus)
		s->max = WORKER_SPIN_NS;
	s->now = s->max;
}

static u32 spin_max(const struct worker_spin *s)
{
	return s->near >= 0 ? WORKER_SPIN_NS : s->max;
}

/* --- D:155 Working, looking, sleeping ---------------------------------------------- */

static u16 avail(const struct device *d, unsigned i)
{
	const struct lg_vring_avail *ring = d->vq[i].avail;

	return ring ? *(const volatile u16 *)&ring->idx : 0;
}

static void remember(const struct device *d, u16 *seen)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++)
		seen[i] = avail(d, i);
}

/*
 * Has the guest offered something since?  What work has left where it is does
 * not count: it waits for something else, and we would look at it for ever.
 */
static int news(const struct device *d, const u16 *seen)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++)
		if (avail(d, i) != seen[i] && !d->vq[i].broken[0])
			return 1;
	return 0;
}

static int poll_fds(struct device *d, struct pollfd *fds)
{
	return d->kind->wait ? d->kind->wait(d, fds) : 0;
}

/* 1: something happened to its descriptors, and it knows. */
static int events(struct device *d)
{
	struct pollfd fds[DEVICE_FDS];
	int n = poll_fds(d, fds);

	if (!n || poll(fds, (nfds_t)n, 0) <= 0)
		return 0;
	if (d->kind->ready)
		d->kind->ready(d, fds, n);
	return 1;
}

/* Look for a while.  1: something came. */
static int look(struct device *d, struct worker_spin *s, const u16 *seen)
{
	u64 until;
	int i;

	if (s->now < SPIN_LEAST_NS)
		return 0;
	until = worker_now() + s->now;
	do {
		for (i = 0; i < LOOKS; i++) {
			if (news(d, seen))
				return 1;
			if (s->near >= 0)
				break;
			__builtin_ia32_pause();
		}
		if (s->near >= 0)
			sched_yield(); /* to the guest, if it has anything to do */
		if (events(d))
			return 1;
	} while (worker_now() < until);
	s->now /= 2;
	return 0;
}

/*
 * D:157 Near and far.  A frame that goes to and fro between two guests is never
 * alone with its worker: there are two of each, and where they outnumber the
 * CPUs each step waits for a wake-up, often across CPUs.  So a worker that has
 * had little to do for a while, and whose kind asks for it, moves to its guest's
 * CPU.  There it looks by yielding: the guest runs when it has something to do
 * and we as soon as it halts, which costs a switch and no wake-up at all.  With
 * much to do it goes back to where the scheduler wants it, to work beside its guest.
 */
#define LITTLE	   4u /* chains, between two times when there was nothing left */
#define MUCH	   32u
#define SPARSE_FOR 16u

static u16 taken(const struct device *d)
{
	unsigned i;
	u32 sum = 0;

	for (i = 0; i < d->kind->num_vq; i++)
		sum += d->vq[i].last_avail;
	return (u16)sum; /* free-running, like its parts */
}

static void move_to(struct worker_spin *s, int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	if (cpu >= 0)
		CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), cpu >= 0 ? &one : &s->cpus))
		return; /* not allowed: all stays as it is */
	s->near = cpu;
	s->now = spin_max(s);
}

/* n chains were taken until nothing was left.  1: we have moved. */
static int choose_place(const struct device *d, struct worker_spin *s, u32 n)
{
	int cpu;

	if (!d->kind->near || !d->guest->cpu || CPU_COUNT(&s->cpus) < 2)
		return 0;
	if (n > MUCH)
		s->sparse = 0;
	else if (n <= LITTLE && s->sparse < SPARSE_FOR)
		s->sparse++;
	if (s->sparse && s->sparse < SPARSE_FOR)
		return 0;
	cpu = s->sparse ? d->guest->cpu(d->guest->handle) : -1;
	if (cpu == s->near || (cpu >= 0 && !CPU_ISSET(cpu, &s->cpus)))
		return 0;
	move_to(s, cpu);
	return 1;
}

static void set_awake(struct device *d, int on)
{
	unsigned i;

	for (i = 0; on && i < d->kind->num_vq; i++)
		vq_quiet(&d->vq[i]);
	if (d->guest->awake)
		d->guest->awake(d->guest->handle, d->doorbell, on);
}

/* Ask for kicks.  1: there is something new already. */
static int listen_all(struct device *d, const u16 *seen)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++)
		vq_listen(&d->vq[i]);
	return news(d, seen);
}

/* 1: somebody wants us to stop. */
static int sleep_(struct device *d, struct worker_spin *s, int control)
{
	struct pollfd fds[DEVICE_FDS + 2];
	u64 count, asleep = worker_now();
	int n = poll_fds(d, fds + 2);

	fds[0] = (struct pollfd){ d->guest->doorbell(d->guest->handle, d->doorbell), POLLIN, 0 };
	fds[1] = (struct pollfd){ control, POLLIN, 0 };
	if (poll(fds, (nfds_t)(n + 2), -1) < 0)
		return 0;
	if (fds[0].revents && read(fds[0].fd, &count, sizeof(count)) > 0 &&
	    worker_now() - asleep < spin_max(s))
		s->now = spin_max(s);
	if (d->kind->ready)
		d->kind->ready(d, fds + 2, n);
	return fds[1].revents != 0;
}

void worker_serve(struct device *d, struct worker_spin *spin, int control, int (*stop)(void *arg),
		  void *arg)
{
	u16 seen[DEVICE_QUEUES] = { 0 };
	unsigned rounds = 0;
	u16 empty_at = taken(d);

	set_awake(d, 1);
	while (!stop(arg)) {
		int more, wanted = 0, was_broken = d->broken;

		/* A guest that always has something more shall not be all we hear. */
		if (++rounds % ROUNDS == 0)
			events(d);
		remember(d, seen);
		more = d->kind->work(d);
		device_check(d);
		if (more || d->broken != was_broken)
			continue;
		if (choose_place(d, spin, (u16)(taken(d) - empty_at)))
			set_awake(d, 1); /* here now */
		empty_at = taken(d);
		if (look(d, spin, seen))
			continue;
		set_awake(d, 0);
		if (!listen_all(d, seen))
			wanted = sleep_(d, spin, control);
		if (wanted)
			return;
		set_awake(d, 1);
	}
	set_awake(d, 0);
}

/* --- D:160 The thread ------------------------------------------------------------------ */

enum { PAUSE, RUN, END, ORDERS = 4 }; /* an order is number * ORDERS + one of these */

struct worker {
	pthread_t thread;
	struct device *device;
	_Atomic u32 want, is;
	int told; /* eventfd: "is" has changed */
};

static void ring(int fd)
{
	/* Fails only if it was rung 2^64 times already. */
	if (eventfd_write(fd, 1) < 0)
		return;
}

/* The order is obeyed. */
static void answer(struct worker *w, u32 order)
{
	atomic_store_explicit(&w->is, order, memory_order_release);
	ring(w->told);
}

static u32 wanted(struct worker *w)
{
	return atomic_load_explicit(&w->want, memory_order_acquire);
}

static int not_run(void *arg)
{
	return wanted(arg) % ORDERS != RUN;
}

static void wait_for_bell(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	u64 count;

	if (poll(&p, 1, -1) > 0 && read(fd, &count, sizeof(count)) < 0)
		return; /* somebody else's ring */
}

static void *thread(void *arg)
{
	struct worker *w = arg;
	struct device *d = w->device;
	int bell = d->guest->doorbell(d->guest->handle, d->doorbell);
	struct worker_spin spin;
	u32 order;

	worker_spin_init(&spin, d->kind->spin_cpus ? d->kind->spin_cpus : 2);
	while ((order = wanted(w)) % ORDERS != END) {
		if (order % ORDERS == RUN) {
			worker_serve(d, &spin, -1, not_run, w);
			continue;
		}
		if (order != atomic_load_explicit(&w->is, memory_order_relaxed))
			answer(w, order);
		wait_for_bell(bell);
	}
	answer(w, order);
	return NULL;
}

static struct worker *start_thread(struct device *d)
{
	struct worker *w = calloc(1, sizeof(*w));
	sigset_t all, old;
	int err;

	if (!w)
		return NULL;
	w->device = d;
	w->told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_store(&w->want, ORDERS + RUN);
	sigfillset(&all); /* signals are the loop's */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = w->told < 0 ? errno : pthread_create(&w->thread, NULL, thread, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!err)
		return w;
	if (w->told >= 0)
		close(w->told);
	free(w);
	errno = err;
	return NULL;
}

static void give_order(struct device *d, u32 order)
{
	struct worker *w = d->worker;
	u32 last = atomic_load_explicit(&w->want, memory_order_relaxed);

	order += (last / ORDERS + 1) * ORDERS;
	atomic_store_explicit(&w->want, order, memory_order_release);
	ring(d->guest->doorbell(d->guest->handle, d->doorbell));
}

/* The thread has done what it was last told, and that was this. */
static int obeyed(struct worker *w, u32 order)
{
	u32 is = atomic_load_explicit(&w->is, memory_order_acquire);

	return is == wanted(w) && is % ORDERS == order;
}

/* --- D:165 ... as the loop sees it ------------------------------------------------------ */

static void go(struct device *d)
{
	char why[128];

	if (d->worker) {
		give_order(d, RUN);
		return;
	}
	d->worker = start_thread(d);
	if (d->worker)
		return;
	snprintf(why, sizeof(why), "no thread to serve it: %s", strerror(errno));
	device_break(d, why);
}

static void pause_(struct device *d)
{
	if (d->worker)
		give_order(d, PAUSE);
	else
		device_paused(d);
}

static int told_fd(struct device *d)
{
	return d->worker ? d->worker->told : -1;
}

static void heard(struct device *d)
{
	struct worker *w = d->worker;
	u64 count;

	if (read(w->told, &count, sizeof(count)) < 0)
		return;
	if (obeyed(w, PAUSE))
		device_paused(d);
}

static int stop(struct device *d)
{
	struct worker *w = d->worker;

	if (!w)
		return 0;
	if (wanted(w) % ORDERS != END)
		give_order(d, END);
	if (!obeyed(w, END))
		return -EAGAIN;
	pthread_join(w->thread, NULL);
	close(w->told);
	free(w);
	d->worker = NULL;
	return 0;
}

const struct device_runner worker_thread = { go, pause_, told_fd, heard, stop };
