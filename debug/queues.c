/* SPDX-License-Identifier: MIT */
/*
 * The device page, read as its drivers read it: which queues there are, on
 * which interrupt, and which hold buffers that the device has not answered.
 */
#include <string.h>

#include "debug/diagnose.h"

#define AVAIL	4096u			/* in a ring, doc/abi.md section 6 */
#define USED	8192u

const char *device_name(u32 type)
{
	switch (type) {
	case LG_DEV_NET:
		return "net";
	case LG_DEV_BLOCK:
		return "block";
	case LG_DEV_CONSOLE:
		return "console";
	case LG_DEV_RNG:
		return "rng";
	case LG_DEV_9P:
		return "9p";
	}
	return "unknown";
}

static bool read_half(const struct snapshot *s, u32 gpa, u16 *half)
{
	return !lg_peek(s->lg, gpa, half, sizeof(*half));
}

/* With the event index the flags mean nothing; then the driver is not silent. */
static bool wants_none(const struct snapshot *s, const struct lg_device_desc *d, u32 accepted,
		       u32 ring)
{
	u8 features[4] = { 0 };
	u16 flags;

	if (d->feature_len >= sizeof(features))
		memcpy(features, s->devices + accepted, sizeof(features));
	if (features[3] & LG_RING_F_EVENT_IDX >> 24)
		return false;
	return read_half(s, ring + AVAIL, &flags) && (flags & LG_VRING_AVAIL_NO_INTERRUPT);
}

static void fill(const struct snapshot *s, const struct lg_device_desc *d, u32 at, u32 index,
		 struct queue *q)
{
	struct lg_vqconfig vq;
	u32 features = at + (u32)sizeof(*d) + d->num_vq * (u32)sizeof(vq);
	u16 avail = 0, used = 0;

	memcpy(&vq, s->devices + at + sizeof(*d) + index * sizeof(vq), sizeof(vq));
	*q = (struct queue){ .type = d->type, .status = d->status, .irq = vq.irq,
			     .gpa = vq.pfn * LG_PAGE_SIZE, .index = index };
	q->outstanding = (d->status & LG_DEV_S_DRIVER_OK) &&
			 read_half(s, q->gpa + AVAIL + 2, &avail) &&
			 read_half(s, q->gpa + USED + 2, &used) && avail != used;
	q->silent = wants_none(s, d, features + d->feature_len, q->gpa);
}

/* Queue n, counted through all devices. */
bool queue_at(const struct snapshot *s, u32 n, struct queue *q)
{
	u32 at = 0;

	while (s->have_devices && at + sizeof(struct lg_device_desc) <= LG_PAGE_SIZE) {
		struct lg_device_desc d;
		u32 size;

		memcpy(&d, s->devices + at, sizeof(d));
		size = (u32)sizeof(d) + d.num_vq * (u32)sizeof(struct lg_vqconfig) +
		       2u * d.feature_len + d.config_len;
		if (d.type == LG_DEV_END || at + size > LG_PAGE_SIZE)
			return false;
		if (n < d.num_vq) {
			fill(s, &d, at, n, q);
			return true;
		}
		n -= d.num_vq;
		at += size;
	}
	return false;
}

const char *irq_words(const struct snapshot *s, u32 irq, char text[TEXT_MAX])
{
	struct queue q;

	snprintf(text, TEXT_MAX, "irq %u%s", irq,
		 irq == LG_IRQ_CLOCK ? " (the clock)" :
		 irq == LG_IRQ_CONFIG ? " (the device page changed)" : "");
	for (u32 n = 0; irq != LG_IRQ_CLOCK && queue_at(s, n, &q); n++) {
		if (q.irq == irq) {
			snprintf(text, TEXT_MAX, "irq %u (%s)", irq, device_name(q.type));
			break;
		}
	}
	return text;
}
