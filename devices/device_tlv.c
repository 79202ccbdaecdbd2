/* SPDX-License-Identifier: MIT */
/*
 * D:045 The device page of Linux 2.6.24.
 *
 * For a few months devices were described by fields {type, length, data}
 * behind a header of three bytes, queues had 128 entries, a block request 8
 * bytes more, and there was no protocol about features or resets: a driver
 * just begins.  So such a device is started as soon as we know that this is
 * the kernel's language; what it says in the status byte is news, not a request.
 */
#include "devices/device_impl.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define QUEUE_ENTRIES  128
#define FIELD_QUEUE    2
#define FIELD_CAPACITY 0x41 /* disk */
#define FIELD_SEG_MAX  0x43
#define FIELD_MAC      0x41 /* network */
#define SEG_MAX_AT     12   /* in the block config */

struct header {
	u8 type, config_len, status;
};

/* Which part of a config becomes which field. */
static const struct part {
	u8 device, field, at, len;
} parts[] = {
	{ LG_DEV_BLOCK, FIELD_CAPACITY, 0, 8 },
	{ LG_DEV_BLOCK, FIELD_SEG_MAX, SEG_MAX_AT, 4 },
	{ LG_DEV_NET, FIELD_MAC, 0, 6 },
};

static void needs_reset(struct device *d)
{
	u8 *status = d->guest->memory(d->guest->handle, d->desc + offsetof(struct header, status),
				      1);

	if (status)
		__atomic_fetch_or(status, LG_DEV_S_FAILED, __ATOMIC_SEQ_CST);
}

static void config_changed(struct device *d)
{
	(void)d; /* nothing in it can change */
}

static void forget(struct device *d)
{
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++)
		vq_reset(&d->vq[i]);
}

static void route(struct device *d, int serving)
{
	device_page.route(d, serving);
}

static const struct device_transport device_tlv = { needs_reset, config_changed, forget, route };

static u8 *put_field(u8 *p, u8 type, const void *data, u8 len)
{
	p[0] = type;
	p[1] = len;
	memcpy(p + 2, data, len);
	return p + 2 + len;
}

/* The record at p, of as many bytes as it returns; at most 3 + 10 for each queue and field. */
static u32 write_record(struct device *d, u8 *p)
{
	struct header h = { d->kind->type, 0, 0 };
	u8 *end = p + sizeof(h);
	size_t i;

	for (i = 0; i < d->kind->num_vq; i++) {
		struct lg_vqconfig vc = { d->vq[i].num, d->vq[i].irq, d->vq[i].pfn };

		end = put_field(end, FIELD_QUEUE, &vc, sizeof(vc));
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].device == d->kind->type &&
		    parts[i].at + parts[i].len <= d->kind->config_len)
			end = put_field(end, parts[i].field, d->config + parts[i].at, parts[i].len);
	h.config_len = (u8)(end - p - (ptrdiff_t)sizeof(h));
	memcpy(p, &h, sizeof(h));
	return (u32)(end - p);
}

/* Devices that 2.6.24 never heard of keep their queues to themselves. */
static int known(const struct device *d)
{
	return d->kind->type == LG_DEV_CONSOLE || d->kind->type == LG_DEV_BLOCK ||
	       d->kind->type == LG_DEV_NET;
}

int devices_speak_tlv(struct devices *all)
{
	u8 *page = all->guest->memory(all->guest->handle, all->guest->ram_bytes, LG_PAGE_SIZE);
	u32 at = 0;
	unsigned i, q;

	if (!page)
		return -EFAULT;
	memset(page, 0, LG_PAGE_SIZE);
	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];

		if (!known(d) || d->started)
			continue;
		for (q = 0; q < d->kind->num_vq; q++) {
			d->vq[q].num = QUEUE_ENTRIES;
			if (vq_init(&d->vq[q]))
				return -EFAULT;
		}
		d->transport = &device_tlv;
		d->tlv = 1;
		d->desc = all->guest->ram_bytes + at;
		at += write_record(d, page + at); /* 32 devices of at most 57 bytes: they fit */
		device_start(d, 0);
	}
	return 0;
}
