/* SPDX-License-Identifier: MIT */
/*
 * Devices: the table of kinds, the device page, the status protocol.
 */
#ifndef DEVICES_DEVICE_H
#define DEVICES_DEVICE_H

#include "devices/guest.h"
#include "devices/virtqueue.h"

#define DEVICES_MAX	  16
#define DEVICE_QUEUES	  2
#define DEVICE_CONFIG_MAX 64 /* bytes */

struct device;

/* A kind of device: one table entry each, so nobody needs a switch. */
struct device_kind {
	u8 type; /* LG_DEV_* */
	const char *name;
	u8 num_vq;
	u8 config_len;
	u32 features; /* offered */
	void (*kick)(struct device *d, unsigned queue);
	void (*start)(struct device *d); /* features are final; may be NULL */
	void (*reset)(struct device *d); /* forget what was going on; may be NULL */
};

struct device {
	const struct device_kind *kind;
	const struct guest *guest;
	void *state;  /* the kind's own */
	u32 desc;     /* gpa of its record */
	u32 features; /* accepted */
	int started;
	struct virtqueue vq[DEVICE_QUEUES];
};

struct devices {
	const struct guest *guest;
	u32 next_desc; /* gpa of the next record */
	u32 next_irq;
	u32 next_pfn;
	unsigned n;
	struct device device[DEVICES_MAX];
};

void devices_init(struct devices *all, const struct guest *guest);
/* Add one and write its record.  NULL: no room. */
struct device *devices_add(struct devices *all, const struct device_kind *kind, void *state,
			   const void *config);
/* NOTIFY of a page above RAM: a kick.  Kills the guest if it is nobody's. */
void devices_kick(struct devices *all, u32 gpa);
/* NOTIFY of a descriptor: its status changed.  0, or -ENOENT if it is none. */
int devices_status(struct devices *all, u32 gpa);

#endif
