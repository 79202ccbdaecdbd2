/* SPDX-License-Identifier: MIT */
#include "tests/unit/cm.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/unit/dma_site.h"

void site_open(struct site *s)
{
	memset(s, 0, sizeof(*s));
	world_init(&s->w);
	s->share.requests = s->share.answers = s->cable = s->net.fd = -1;
	dma_bus_init(&s->bus, &s->w.guest, &s->all, eventfd(0, EFD_NONBLOCK),
		     timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	console_init(&s->console, &s->w.stream);
	if (!console_attach(&s->console, &s->all))
		abort();
}

void site_close(struct site *s)
{
	while (!devices_stop(&s->all))
		poll(NULL, 0, 1);
	if (s->net.out) {
		net_close(&s->net);
		close(s->cable);
	}
	close(s->bus.wake);
	close(s->bus.timer);
	if (s->share.requests >= 0) {
		close(s->share.requests);
		close(s->share.answers);
	}
}

/* A list of one section of len bytes at data. */
void list(struct site *s, unsigned n, u32 data, u16 len)
{
	u8 *l = s->w.memory + LISTS + n * DMA_LIST_LEN;

	memset(l, 0, DMA_LIST_LEN);
	memcpy(l + 4, &data, 4);
	memcpy(l + 68, &len, 2);
}

u32 used(struct site *s, unsigned n)
{
	u32 v;

	memcpy(&v, s->w.memory + LISTS + n * DMA_LIST_LEN, 4);
	return v;
}

void set_used(struct site *s, unsigned n, u32 v)
{
	memcpy(s->w.memory + LISTS + n * DMA_LIST_LEN, &v, 4);
}

/* n buffers of 100 bytes for the key, lists from the n-th on. */
void bind_buffers(struct site *s, u32 key, unsigned first, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		list(s, first + i, DATA + (first + i) * 128, 100);
	assert_int_equal(dma_bus_bind(&s->bus, key, LISTS + first * DMA_LIST_LEN, n, IRQ), 1);
}

void turn(struct site *s, int ms)
{
	struct pollfd p[4] = { { s->bus.wake, POLLIN, 0 },
			       { s->bus.timer, POLLIN, 0 },
			       { share_requests_fd(&s->share), POLLIN, 0 },
			       { share_answers_fd(&s->share), POLLIN, 0 } };

	poll(p, 4, ms);
	dma_bus_work(&s->bus);
	console_work(&s->console);
}

void turns(struct site *s, unsigned ms)
{
	u64 end = worker_now() + (u64)ms * MS;

	while (worker_now() < end)
		turn(s, 1);
}
