/* SPDX-License-Identifier: MIT */
/*
 * D:010 Devices.
 *
 * The page right above the guest's memory lists its devices, one record after
 * the other; the pages behind it hold the rings of their queues.  Interrupts
 * are handed out from 1 in the order of creation, one per queue, or per device
 * where its kind says so.  We write the records once and keep our own copy of
 * all that matters: the guest can scribble over the page as it likes.
 */
#include "devices/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "devices/worker.h"

void devices_init(struct devices *all, const struct guest *guest)
{
	memset(all, 0, sizeof(*all));
	all->guest = guest;
	all->next_desc = guest->ram_bytes;
	all->next_irq = LG_IRQ_CLOCK + 1;
	all->next_pfn = guest->ram_bytes / LG_PAGE_SIZE + 1;
}

static u32 feature_len(const struct device_kind *kind)
{
	return kind->features ? sizeof(kind->features) : 0;
}

static u32 accepted_at(const struct device *d)
{
	const struct device_kind *k = d->kind;

	return d->desc + (u32)sizeof(struct lg_device_desc) +
	       k->num_vq * (u32)sizeof(struct lg_vqconfig) + feature_len(k);
}

static u32 record_len(const struct device_kind *k)
{
	return (u32)(sizeof(struct lg_device_desc) + k->num_vq * sizeof(struct lg_vqconfig) +
		     2 * feature_len(k) + k->config_len);
}

/* D:020 The record: header, queues, features offered and accepted, config. */
static void write_record(const struct device *d, u8 *p, const void *config)
{
	const struct device_kind *k = d->kind;
	struct lg_device_desc desc = { LG_DEV_END, k->num_vq, (u8)feature_len(k), k->config_len, 0 };
	u8 *type = p; /* written last: a running guest may be reading */
	unsigned i;

	memcpy(p, &desc, sizeof(desc));
	p += sizeof(desc);
	for (i = 0; i < k->num_vq; i++) {
		struct lg_vqconfig vc = { d->vq[i].num, d->vq[i].irq, d->vq[i].pfn };

		memcpy(p, &vc, sizeof(vc));
		p += sizeof(vc);
	}
	memcpy(p, &k->features, feature_len(k));
	p += 2 * feature_len(k);
	if (k->config_len)
		memcpy(p, config, k->config_len);
	__atomic_store_n(type, k->type, __ATOMIC_RELEASE);
}

void device_set_config(struct device *d, const void *config)
{
	const struct device_kind *k = d->kind;
	u8 *p = d->guest->memory(d->guest->handle, d->desc + record_len(k) - k->config_len,
				 k->config_len);

	if (!p)
		return;
	memcpy(p, config, k->config_len);
	d->guest->irq(d->guest->handle, LG_IRQ_CONFIG);
}

static int add_queues(struct devices *all, struct device *d)
{
	u32 irq = all->next_irq, pfn = all->next_pfn;
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++) {
		d->vq[i] = (struct virtqueue){ .guest = all->guest,
					       .name = d->kind->name,
					       .num = LG_VRING_NUM,
					       .irq = (u16)irq,
					       .pfn = pfn };
		all->full = irq >= LG_IRQ_CONFIG ? "interrupts (there are 30)" : "pages for queues";
		if (irq >= LG_IRQ_CONFIG || vq_init(&d->vq[i]))
			return -ENOSPC;
		if (!d->kind->one_irq || i + 1u == d->kind->num_vq)
			irq++;
		pfn += VRING_PAGES;
	}
	all->next_irq = irq;
	all->next_pfn = pfn;
	return 0;
}

struct device *devices_add(struct devices *all, const struct device_kind *kind, void *state,
			   const void *config)
{
	struct device *d = &all->device[all->n];
	u32 len = record_len(kind), end = all->guest->ram_bytes + LG_PAGE_SIZE;
	u8 *p;

	all->full = "devices (there can be 32)";
	/* Doorbell 0 is no doorbell, so the first device has none: the console. */
	if (all->n == DEVICES_MAX || kind->num_vq > DEVICE_QUEUES ||
	    kind->config_len > DEVICE_CONFIG_MAX)
		return NULL;
	all->full = "descriptions of devices (one page)";
	/* One byte must remain: the type that ends the list. */
	if (len >= end - all->next_desc)
		return NULL;
	p = all->guest->memory(all->guest->handle, all->next_desc, len);
	*d = (struct device){ .kind = kind,
			      .guest = all->guest,
			      .state = state,
			      .desc = all->next_desc,
			      .doorbell = all->n,
			      .runner = kind->work ? &worker_thread : NULL };
	if (!p || add_queues(all, d))
		return NULL;
	write_record(d, p, config);
	all->next_desc += len;
	all->n++;
	return d;
}

/* --- D:025 Workers ------------------------------------------------------------- */

/* Who hears a NOTIFY of our queues: our own doorbell, or the Launcher. */
static void route(struct device *d, u32 doorbell)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq && d->guest->route; i++)
		d->guest->route(d->guest->handle, d->vq[i].pfn, doorbell);
}

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
	u8 *status = d->guest->memory(d->guest->handle,
				      d->desc + offsetof(struct lg_device_desc, status), 1);
	unsigned i;

	if (d->broken)
		return;
	d->broken = 1;
	fprintf(stderr, "lguest: %s: %s: it stands still until the guest resets it\n",
		d->kind->name, why);
	for (i = 0; i < d->kind->num_vq; i++)
		vq_break(&d->vq[i], "%s", why);
	if (status)
		__atomic_fetch_or(status, LG_DEV_S_NEEDS_RESET, __ATOMIC_SEQ_CST);
	for (i = 0; i < d->kind->num_vq; i++)
		d->guest->irq(d->guest->handle, d->vq[i].irq);
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

/* --- The status protocol --------------------------------------------------------- */

static void reset(struct device *d)
{
	u8 *accepted = feature_len(d->kind) ? d->guest->memory(d->guest->handle, accepted_at(d),
							       feature_len(d->kind)) :
					      NULL;
	unsigned i;

	d->started = 0;
	d->broken = 0;
	d->features = 0;
	if (accepted)
		memset(accepted, 0, feature_len(d->kind));
	for (i = 0; i < d->kind->num_vq; i++)
		vq_reset(&d->vq[i]);
	if (d->kind->reset)
		d->kind->reset(d);
}

/* Whoever serves it has to stand still first, and the guest waits for that. */
static void begin_reset(struct device *d)
{
	route(d, 0);
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
	reset(d);
}

/* D:040 The features are final: from now on the queues work. */
static void start(struct device *d)
{
	u32 accepted = 0;
	unsigned i;

	if (d->started)
		return; /* it says so again: nothing new */
	if (feature_len(d->kind))
		d->guest->peek(d->guest->handle, accepted_at(d), &accepted, sizeof(accepted));
	if (accepted & ~d->kind->features) {
		char why[128];

		snprintf(why, sizeof(why), "feature bits 0x%x accepted but only 0x%x offered",
			 accepted, d->kind->features);
		device_break(d, why);
		return;
	}
	d->features = accepted;
	d->started = 1;
	for (i = 0; i < d->kind->num_vq; i++)
		d->vq[i].features = accepted & (LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX);
	if (d->kind->start)
		d->kind->start(d);
	if (d->runner) {
		route(d, d->doorbell);
		d->runner->go(d);
	}
}

/*
 * D:030 The status protocol is virtio's: the driver writes bits into the
 * status byte of the record and tells us at the two moments that matter.
 */
int devices_status(struct devices *all, u32 gpa)
{
	const u32 at = offsetof(struct lg_device_desc, status);
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];
		u8 status = 0;

		if (d->desc != gpa)
			continue;
		all->guest->peek(all->guest->handle, gpa + at, &status, sizeof(status));
		if (!status)
			begin_reset(d);
		else if (status & LG_DEV_S_FAILED)
			fprintf(stderr, "lguest: warning: the guest's driver gave up on its %s\n",
				d->kind->name);
		else
			start(d);
		return d->pausing;
	}
	return -ENOENT;
}

/* A kick may still be on its way here when the queues are the worker's already. */
static void kick(struct device *d, unsigned q)
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

void devices_kick(struct devices *all, u32 gpa)
{
	unsigned i, q;

	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];

		for (q = 0; q < d->kind->num_vq; q++) {
			if ((u64)d->vq[q].pfn * LG_PAGE_SIZE != gpa)
				continue;
			if (d->started)
				kick(d, q);
			else if (!d->broken)
				guest_kill(all->guest, "Notification on %s before setup!",
					   d->kind->name);
			return;
		}
	}
	guest_kill(all->guest, "Bad NOTIFY %#x", gpa);
}
