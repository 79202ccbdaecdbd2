/* SPDX-License-Identifier: MIT */
/*
 * L:510 Samples.
 *
 * As long as somebody is connected who wants them, a timer ticks, and with each
 * tick the guest is kicked to find out what it does (host/sample.c).  A guest
 * that halts does nothing, and is not to be disturbed: then the timer stops
 * until the guest, on its way out of HALT, rings the bell.  How long it halted
 * is counted anyway, and exactly.
 *
 * Nobody is waited for: who does not read loses samples.
 */
#include "launcher/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

void profile_init(struct profile *p)
{
	memset(p, 0, sizeof(*p));
	p->timer = -1;
	for (int i = 0; i < PROFILE_CLIENTS; i++)
		p->client[i].fd = -1;
}

void profile_restart(struct profile *p)
{
	p->seen = 0;
	p->asleep = 0;
	p->hz = 0; /* set it anew */
}

static void forget(struct profile_client *cl)
{
	close(cl->fd);
	cl->fd = -1;
}

void profile_close(struct profile *p)
{
	for (int i = 0; i < PROFILE_CLIENTS; i++)
		if (p->client[i].fd >= 0)
			forget(&p->client[i]);
	if (p->timer >= 0)
		close(p->timer);
	p->timer = -1;
}

int profile_wanted(const char *request)
{
	return !strncmp(request, "sample ", 7) || !strncmp(request, "profile ", 8);
}

int profile_attach(struct profile *p, const char *request, int fd)
{
	unsigned long hz = strtoul(strchr(request, ' ') + 1, NULL, 10);

	for (int i = 0; i < PROFILE_CLIENTS; i++) {
		struct profile_client *cl = &p->client[i];

		if (cl->fd >= 0)
			continue;
		if (send(fd, "ok\n", 3, MSG_DONTWAIT | MSG_NOSIGNAL) != 3)
			return -EBUSY;
		cl->fd = fd;
		cl->hz = hz < 1 ? 1 : hz > PROFILE_HZ_MAX ? PROFILE_HZ_MAX : (u32)hz;
		cl->stacks = *request == 'p';
		cl->left = cl->len = 0;
		return 0;
	}
	return -EBUSY;
}

/* --- L:512 The timer -------------------------------------------------------------- */

static void set_timer(struct profile *p, u32 hz)
{
	struct itimerspec every = { 0 };

	if (hz == p->hz || (p->timer < 0 && !hz))
		return;
	if (p->timer < 0)
		p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (hz) {
		every.it_interval.tv_nsec = every.it_value.tv_nsec = 1000000000 / hz;
		if (hz == 1)
			every.it_interval = every.it_value = (struct timespec){ 1, 0 };
	}
	if (p->timer >= 0)
		timerfd_settime(p->timer, 0, &every, NULL);
	p->hz = hz;
}

/* As fast as the fastest wants it; *stacks if anybody wants them. */
static u32 wanted(const struct profile *p, int *stacks)
{
	u32 hz = 0;

	*stacks = 0;
	for (int i = 0; i < PROFILE_CLIENTS; i++) {
		const struct profile_client *cl = &p->client[i];

		if (cl->fd < 0)
			continue;
		if (cl->hz > hz)
			hz = cl->hz;
		*stacks |= cl->stacks;
	}
	return hz;
}

/*
 * The guest looks at sampler_sleeps when it has left HALT; so it goes first, then
 * we look once more whether it still halts.
 */
static void fall_asleep(struct profile *p, struct lguest *shared)
{
	atomic_store(&shared->sampler_sleeps, 1);
	if (!atomic_load(&shared->cpu.halted))
		return;
	set_timer(p, 0);
	p->asleep = 1;
}

/* --- L:514 Samples on their way --------------------------------------------------- */

static void push(struct profile_client *cl)
{
	ssize_t n;

	if (!cl->left)
		return;
	n = send(cl->fd, cl->rest + cl->len - cl->left, cl->left, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		forget(cl);
	else if (n > 0)
		cl->left -= (u32)n;
}

static void offer(struct profile_client *cl, const struct lg_sample *s)
{
	u32 len = (u32)offsetof(struct lg_sample, stack) + s->nstack;

	push(cl);
	if (cl->fd < 0 || cl->left)
		return; /* it is too slow for this one */
	memcpy(cl->rest, &len, 4);
	memcpy(cl->rest + 4, s, len);
	cl->left = cl->len = len + 4;
	push(cl);
}

static void deliver(struct profile *p, struct lg *lg)
{
	struct lg_sample s;
	int n;

	for (n = 0; n < LG_SAMPLES && lg_take_sample(lg, &p->seen, &s); n++)
		for (int i = 0; i < PROFILE_CLIENTS; i++)
			if (p->client[i].fd >= 0 && p->client[i].stacks)
				offer(&p->client[i], &s);
}

/* --- L:516 In the loop ------------------------------------------------------------ */

void profile_poll(const struct profile *p, struct pollfd *fds)
{
	fds[0] = (struct pollfd){ .fd = p->hz ? p->timer : -1, .events = POLLIN };
	for (int i = 0; i < PROFILE_CLIENTS; i++)
		fds[1 + i] = (struct pollfd){ .fd = p->client[i].fd, .events = POLLIN };
}

/* Clients say nothing more: whatever comes is the end of the connection. */
static void hear(struct profile *p, const struct pollfd *fds)
{
	char byte;

	for (int i = 0; i < PROFILE_CLIENTS; i++)
		if (fds[1 + i].revents && p->client[i].fd == fds[1 + i].fd &&
		    recv(p->client[i].fd, &byte, 1, MSG_DONTWAIT) != -1)
			forget(&p->client[i]);
}

void profile_ready(struct profile *p, const struct pollfd *fds, struct lg *lg)
{
	struct lguest *shared = lg_shared(lg);
	int stacks;
	u32 hz;
	u64 ticks;

	hear(p, fds);
	hz = wanted(p, &stacks);
	if (!hz && !p->hz)
		return;
	if (p->asleep && hz && atomic_load(&shared->sampler_sleeps))
		return;
	p->asleep = 0;
	set_timer(p, hz);
	if (!hz || !fds[0].revents || read(p->timer, &ticks, sizeof(ticks)) < 0)
		return;
	deliver(p, lg);
	if (!lg_sample(lg, stacks))
		fall_asleep(p, shared);
}
