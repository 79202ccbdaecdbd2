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
	/* Kicks ring this doorbell from now on; 0: they reach the Launcher. */
	void (*route)(struct device *d, u32 doorbell);
};

extern const struct device_transport device_page;

/* Room for the device in the device page, and its record.  0, or -ENOSPC and all->full. */
int page_add(struct devices *all, struct device *d, const void *config);

/* The driver is ready and accepted these features, which it was offered or not. */
void device_start(struct device *d, u32 accepted);
/* Over when devices_settled(). */
void device_begin_reset(struct device *d);
/* A queue of a started device was kicked. */
void device_kick(struct device *d, unsigned queue);

#endif
