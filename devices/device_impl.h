/* SPDX-License-Identifier: MIT */
/*
 * Between the core of the devices and their transports: the two ways in which
 * a guest finds its devices and drives them.
 */
#ifndef DEVICES_DEVICE_IMPL_H
#define DEVICES_DEVICE_IMPL_H

#include "devices/device.h"

/* What the core asks of a transport. */
struct device_transport {
	/* It is broken: tell the driver.  From any thread. */
	void (*needs_reset)(struct device *d);
	/* d->config is new: tell the driver. */
	void (*config_changed)(struct device *d);
	/* What the driver set up is void, the queues too; nobody serves them now. */
	void (*reset)(struct device *d);
	/* Kicks go to who serves its queues from now on, or (0) nobody does. */
	void (*route)(struct device *d, int serving);
};

extern const struct device_transport device_page, device_pci;

/* Room for the device in the device page, and its record.  0, or -ENOSPC and all->full. */
int page_add(struct devices *all, struct device *d, const void *config);

/* A device that is new, of a guest that uses PCI. */
void pci_plug(struct devices *all, struct device *d);

/* The driver is ready and accepted these features, which it was offered. */
void device_start(struct device *d, u32 accepted);
/* Over when devices_settled(). */
void device_begin_reset(struct device *d);
/*
 * The driver broke a rule while somebody may be serving its queues: break the
 * device when nobody does any more.  Over when devices_settled().
 */
void device_misused(struct device *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The driver said that it failed. */
void device_gave_up(const struct device *d);
/* A queue of a started device was kicked. */
void device_kick(struct device *d, unsigned queue);

#endif
