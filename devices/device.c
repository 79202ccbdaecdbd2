/* SPDX-License-Identifier: MIT */
/*
 * D:010 Devices.
 *
 * The page right above the guest's memory lists its devices, one record after
 * the other; the pages behind it hold the rings of their queues.  Interrupts
 * are handed out from 1 in the order of creation, one per queue.  We write
 * the records once and keep our own copy of all that matters: the guest can
 * scribble over the page as it likes.
 */
#include "devices/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
	struct lg_device_desc desc = { k->type, k->num_vq, (u8)feature_len(k), k->config_len, 0 };
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
}

static int add_queues(struct devices *all, struct device *d)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++) {
		d->vq[i] = (struct virtqueue){ .guest = all->guest,
					       .name = d->kind->name,
					       .num = LG_VRING_NUM,
					       .irq = (u16)all->next_irq,
					       .pfn = all->next_pfn };
		if (all->next_irq >= LG_IRQS || vq_init(&d->vq[i]))
			return -ENOSPC;
		all->next_irq++;
		all->next_pfn += VRING_PAGES;
	}
	return 0;
}

struct device *devices_add(struct devices *all, const struct device_kind *kind, void *state,
			   const void *config)
{
	struct device *d = &all->device[all->n];
	u32 len = record_len(kind), end = all->guest->ram_bytes + LG_PAGE_SIZE;
	u8 *p;

	/* One byte must remain: the type that ends the list. */
	if (all->n == DEVICES_MAX || kind->num_vq > DEVICE_QUEUES ||
	    kind->config_len > DEVICE_CONFIG_MAX || len >= end - all->next_desc)
		return NULL;
	p = all->guest->memory(all->guest->handle, all->next_desc, len);
	*d = (struct device){
		.kind = kind, .guest = all->guest, .state = state, .desc = all->next_desc
	};
	if (!p || add_queues(all, d))
		return NULL;
	write_record(d, p, config);
	all->next_desc += len;
	all->n++;
	return d;
}

static void reset(struct device *d)
{
	u8 *accepted = feature_len(d->kind) ? d->guest->memory(d->guest->handle, accepted_at(d),
							       feature_len(d->kind)) :
					      NULL;
	unsigned i;

	d->started = 0;
	d->features = 0;
	if (accepted)
		memset(accepted, 0, feature_len(d->kind));
	for (i = 0; i < d->kind->num_vq; i++)
		vq_reset(&d->vq[i]);
	if (d->kind->reset)
		d->kind->reset(d);
}

/* D:040 The features are final: from now on the queues work. */
static void start(struct device *d)
{
	u32 accepted = 0;

	if (d->started)
		return; /* it says so again: nothing new */
	if (feature_len(d->kind))
		d->guest->peek(d->guest->handle, accepted_at(d), &accepted, sizeof(accepted));
	if (accepted & ~d->kind->features) {
		guest_kill(d->guest, "%s: feature bits 0x%x accepted but only 0x%x offered",
			   d->kind->name, accepted, d->kind->features);
		return;
	}
	d->features = accepted;
	d->started = 1;
	if (d->kind->start)
		d->kind->start(d);
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
			reset(d);
		else if (status & LG_DEV_S_FAILED)
			fprintf(stderr, "lguest: warning: the guest's driver gave up on its %s\n",
				d->kind->name);
		else
			start(d);
		return 0;
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
				d->kind->kick(d, q);
			else
				guest_kill(all->guest, "Notification on %s before setup!",
					   d->kind->name);
			return;
		}
	}
	guest_kill(all->guest, "Bad NOTIFY %#x", gpa);
}
