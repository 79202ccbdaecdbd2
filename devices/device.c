/* SPDX-License-Identifier: MIT */
/*
 * D:010 Devices.
 *
 * A device is a kind (console, disk, ...), its queues, and somebody who serves
 * them.  How the guest finds it and sets it up is the business of a transport:
 * the device page above RAM (device_page.c), or PCI (pci.c).  What they have in
 * common is here: starting, kicks, breaking, and the reset that waits until
 * whoever serves the queues stands still.
 */
#include "devices/device_impl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "devices/worker.h"

#define SAY_MAX 100 /* times that one device is said to be broken */

void devices_init(struct devices *all, const struct guest *guest)
{
	memset(all, 0, sizeof(*all));
	all->guest = guest;
	all->next_desc = guest->ram_bytes;
	all->next_irq = LG_IRQ_CLOCK + 1;
	all->next_pfn = guest->ram_bytes / LG_PAGE_SIZE + 1;
}

struct device *devices_add(struct devices *all, const struct device_kind *kind, void *state,
			   const void *config)
{
	struct device *d = &all->device[all->n];

	all->full = "devices (there can be 32)";
	/* Doorbell 0 is no doorbell, so the first device has none: the console. */
	if (all->n == DEVICES_MAX || kind->num_vq > DEVICE_QUEUES ||
	    kind->config_len > DEVICE_CONFIG_MAX)
		return NULL;
	*d = (struct device){ .kind = kind,
			      .transport = &device_page,
			      .guest = all->guest,
			      .state = state,
			      .index = all->n,
			      .doorbell = all->n,
			      .runner = kind->work ? &worker_thread : NULL };
	if (kind->config_len)
		memcpy(d->config, config, kind->config_len);
	if (page_add(all, d, config))
		return NULL;
	all->n++;
	if (all->pci)
		pci_plug(all, d);
	return d;
}

void device_set_config(struct device *d, const void *config)
{
	memcpy(d->config, config, d->kind->config_len);
	d->transport->config_changed(d);
}

/* --- D:025 Workers ------------------------------------------------------------- */

int devices_settled(const struct devices *all)
{
	unsigned i;

	for (i = 0; i < all->n; i++)
		if (all->device[i].pausing)
			return 0;
	return 1;
}

/* fds[i] is device i's, so that devices_heard needs no table. */
unsigned devices_fds(struct devices *all, struct pollfd fds[DEVICES_MAX])
{
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];

		fds[i].fd = d->runner ? d->runner->fd(d) : -1;
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	return all->n;
}

void devices_heard(struct devices *all, const struct pollfd *fds, unsigned n)
{
	unsigned i;

	for (i = 0; i < n && i < all->n; i++)
		if (fds[i].fd >= 0 && fds[i].revents)
			all->device[i].runner->heard(&all->device[i]);
}

int devices_stop(struct devices *all)
{
	int still = 1;
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];

		if (d->runner && d->runner->stop(d) < 0)
			still = 0;
	}
	return still;
}

void device_break(struct device *d, const char *why)
{
	unsigned i;

	if (d->broken)
		return;
	d->broken = 1;
	if (d->said++ < SAY_MAX)
		fprintf(stderr, "lguest: %s: %s: it stands still until the guest resets it\n",
			d->kind->name, why);
	else if (d->said == SAY_MAX + 1)
		fprintf(stderr,
			"lguest: %s: broken and reset again and again: no more is said of it\n",
			d->kind->name);
	for (i = 0; i < d->kind->num_vq; i++)
		vq_break(&d->vq[i], "%s", why);
	d->transport->needs_reset(d);
}

void device_check(struct device *d)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq && !d->broken; i++)
		if (d->vq[i].broken[0]) {
			char why[sizeof(d->vq[i].broken)];

			memcpy(why, d->vq[i].broken, sizeof(why));
			device_break(d, why);
		}
}

/* --- D:030 Starting and resetting ------------------------------------------------- */

/* Tell whoever watches. */
static void tell_queues(const struct device *d, int on)
{
	unsigned i;

	for (i = 0; d->guest->queue && i < d->kind->num_vq; i++) {
		struct guest_queue q = { .device = d->kind->name,
					 .index = d->doorbell * DEVICE_QUEUES + i };

		if (on && d->vq[i].desc)
			vq_where(&d->vq[i], &q);
		d->guest->queue(d->guest->handle, &q);
	}
}

static void route(struct device *d, int serving)
{
	d->serving = serving;
	d->transport->route(d, serving);
}

static void reset(struct device *d)
{
	tell_queues(d, 0);
	d->started = 0;
	d->broken = 0;
	d->features = 0;
	d->transport->reset(d);
	if (d->kind->reset)
		d->kind->reset(d);
}

/* Whoever serves it has to stand still first, and the guest waits for that. */
void device_begin_reset(struct device *d)
{
	route(d, 0);
	d->why[0] = 0;
	if (d->runner && d->started) {
		d->pausing = 1;
		d->runner->pause(d);
	} else {
		reset(d);
	}
}

void device_paused(struct device *d)
{
	if (!d->pausing)
		return;
	d->pausing = 0;
	if (d->why[0])
		device_break(d, d->why);
	else
		reset(d);
}

void device_misused(struct device *d, const char *fmt, ...)
{
	va_list ap;

	if (d->broken || d->pausing)
		return;
	va_start(ap, fmt);
	vsnprintf(d->why, sizeof(d->why), fmt, ap);
	va_end(ap);
	route(d, 0);
	d->pausing = 1;
	if (d->runner && d->started)
		d->runner->pause(d);
	else
		device_paused(d);
}

void device_gave_up(const struct device *d)
{
	fprintf(stderr, "lguest: warning: the guest's driver gave up on its %s\n", d->kind->name);
}

/* D:040 The features are final: from now on the queues work. */
void device_start(struct device *d, u32 accepted)
{
	unsigned i;

	if (d->started)
		return; /* it says so again: nothing new */
	d->features = accepted;
	d->started = 1;
	for (i = 0; i < d->kind->num_vq; i++)
		d->vq[i].features = accepted & (LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX);
	tell_queues(d, 1);
	if (d->kind->start)
		d->kind->start(d);
	route(d, 1);
	if (d->runner)
		d->runner->go(d);
}

/* A kick may still be on its way here when the queues are the worker's already. */
void device_kick(struct device *d, unsigned q)
{
	u64 one = 1;

	if (!d->runner) {
		d->kind->kick(d, q);
		device_check(d);
	} else if (d->guest->doorbell && write(d->guest->doorbell(d->guest->handle, d->doorbell),
					       &one, sizeof(one)) < 0) {
		return; /* full: it will be heard anyway */
	}
}
