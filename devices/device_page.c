/* SPDX-License-Identifier: MIT */
/*
 * D:012 The device page.
 *
 * The page right above the guest's memory lists its devices, one record after
 * the other; the pages behind it hold the rings of their queues.  Interrupts
 * are handed out from 1 in the order of creation, one per queue, or per device
 * where its kind says so.  We write the records once and keep our own copy of
 * all that matters: the guest can scribble over the page as it likes.
 */
#include "devices/device_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
	struct lg_device_desc desc = { LG_DEV_END, k->num_vq, (u8)feature_len(k), k->config_len,
				       0 };
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

int page_add(struct devices *all, struct device *d, const void *config)
{
	u32 len = record_len(d->kind), end = all->guest->ram_bytes + LG_PAGE_SIZE;
	u8 *p;

	all->full = "descriptions of devices (one page)";
	/* One byte must remain: the type that ends the list. */
	if (len >= end - all->next_desc)
		return -ENOSPC;
	p = all->guest->memory(all->guest->handle, all->next_desc, len);
	d->desc = all->next_desc;
	if (!p || add_queues(all, d))
		return -ENOSPC;
	write_record(d, p, config);
	all->next_desc += len;
	return 0;
}

/* --- What the core asks of a transport ----------------------------------------------- */

static void config_changed(struct device *d)
{
	const struct device_kind *k = d->kind;
	u8 *p = d->guest->memory(d->guest->handle, d->desc + record_len(k) - k->config_len,
				 k->config_len);

	if (!p)
		return;
	memcpy(p, d->config, k->config_len);
	d->guest->irq(d->guest->handle, LG_IRQ_CONFIG);
}

static void needs_reset(struct device *d)
{
	u8 *status = d->guest->memory(d->guest->handle,
				      d->desc + offsetof(struct lg_device_desc, status), 1);
	unsigned i;

	if (status)
		__atomic_fetch_or(status, LG_DEV_S_NEEDS_RESET, __ATOMIC_SEQ_CST);
	for (i = 0; i < d->kind->num_vq; i++)
		d->guest->irq(d->guest->handle, d->vq[i].irq);
}

static void forget(struct device *d)
{
	u8 *accepted = feature_len(d->kind) ? d->guest->memory(d->guest->handle, accepted_at(d),
							       feature_len(d->kind)) :
					      NULL;
	unsigned i;

	if (accepted)
		memset(accepted, 0, feature_len(d->kind));
	for (i = 0; i < d->kind->num_vq; i++)
		vq_reset(&d->vq[i]);
}

/* Who hears a NOTIFY of our queues: our own doorbell, or (0) the Launcher. */
static void route(struct device *d, int serving)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq && d->guest->route; i++)
		d->guest->route(d->guest->handle, d->vq[i].pfn, serving ? d->doorbell : 0);
}

const struct device_transport device_page = { needs_reset, config_changed, forget, route };

/* --- The status protocol --------------------------------------------------------- */

/* The features are final. */
static void ready(struct device *d)
{
	u32 offered = d->kind->features, accepted = 0;
	char why[128];

	if (feature_len(d->kind))
		d->guest->peek(d->guest->handle, accepted_at(d), &accepted, sizeof(accepted));
	if (d->started || !(accepted & ~offered)) {
		device_start(d, accepted);
		return;
	}
	snprintf(why, sizeof(why), "feature bits 0x%x accepted but only 0x%x offered", accepted,
		 offered);
	device_break(d, why);
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

		if (d->desc != gpa || d->transport != &device_page)
			continue;
		all->guest->peek(all->guest->handle, gpa + at, &status, sizeof(status));
		if (!status)
			device_begin_reset(d);
		else if (status & LG_DEV_S_FAILED)
			device_gave_up(d);
		else
			ready(d);
		return d->pausing;
	}
	return -ENOENT;
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
				device_kick(d, q);
			else if (!d->broken && d->transport == &device_page)
				guest_kill(all->guest, "Notification on %s before setup!",
					   d->kind->name);
			return;
		}
	}
	guest_kill(all->guest, "Bad NOTIFY %#x", gpa);
}
