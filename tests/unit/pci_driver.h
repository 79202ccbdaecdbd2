/* SPDX-License-Identifier: MIT */
/*
 * A driver's side of virtio 1 over PCI, for tests that play the guest: it
 * knows the bus by its ports alone and the registers by what it finds there.
 */
#ifndef TESTS_UNIT_PCI_DRIVER_H
#define TESTS_UNIT_PCI_DRIVER_H

#include "devices/pci.h"
#include "tests/unit/fake_world.h"

struct driver {
	struct devices *all;
	u32 slot, bar;
	u32 common, notify, isr, config,
		access; /* by capability: offsets in BAR 0; access: in the slot */
};

struct driver_queue {
	u32 desc, avail, used; /* gpa */
	u16 num, next, seen;
};

u32 cfg_read(struct devices *all, u32 slot, u32 at, u32 len);
void cfg_write(struct devices *all, u32 slot, u32 at, u32 len, u32 value);
/* Find the device of this slot: BAR and capabilities. */
void driver_find(struct driver *d, struct devices *all, u32 slot);

u32 reg_read(const struct driver *d, u32 at, u32 len);
void reg_write(const struct driver *d, u32 at, u32 len, u32 value);
u32 driver_status(const struct driver *d);
void driver_set(const struct driver *d, u32 bits); /* to what is set already */

/* Up to FEATURES_OK, with these features and VERSION_1. */
void driver_agree(const struct driver *d, u32 features);
void driver_queue(const struct driver *d, u32 n, struct driver_queue *q);
void driver_notify(const struct driver *d, u32 n);

/* Offer count pieces, the first nread of them to read; descriptors from "first" on. */
void queue_offer(struct world *w, struct driver_queue *q, u16 first, const struct vq_piece *p,
		 u32 nread, u32 count);
/* The next used element: 1, *id and *len; 0: there is none. */
int queue_used(struct world *w, struct driver_queue *q, u32 *id, u32 *len);

#endif
