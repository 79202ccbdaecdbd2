/* SPDX-License-Identifier: MIT */
/* Between pci.c, the bus, and pci_virtio.c, what is behind BAR 0 of a device. */
#ifndef DEVICES_PCI_IMPL_H
#define DEVICES_PCI_IMPL_H

#include "devices/device_impl.h"
#include "devices/pci.h"

/* Offsets in configuration space: PCI's, then our capabilities. */
enum {
	PCI_ID = 0,
	PCI_COMMAND = 4,
	PCI_STATUS = 6,
	PCI_REVISION = 8,
	PCI_CLASS = 10, /* subclass, class */
	PCI_CACHE_LINE = 12,
	PCI_LATENCY = 13,
	PCI_BAR0 = 16,
	PCI_SUBSYSTEM = 44, /* vendor, device */
	PCI_CAPABILITIES = 52,
	PCI_IRQ_LINE = 60,

	CAP_COMMON = 64, /* 16 bytes */
	CAP_NOTIFY = 80, /* 20, the last 4: bytes between the queues' registers, 0 */
	CAP_ISR = 100,
	CAP_DEVICE = 116,
	CAP_ACCESS = 132, /* 20: a window to BAR 0, its data in the last 4 */
	ACCESS_BAR = CAP_ACCESS + 4,
	ACCESS_OFFSET = CAP_ACCESS + 8,
	ACCESS_LENGTH = CAP_ACCESS + 12,
	ACCESS_DATA = CAP_ACCESS + 16,
};

_Static_assert(ACCESS_DATA + 4 == PCI_CONFIG, "as long as it says");

/* Bytes of a device's registers, its config included. */
u32 pci_registers_len(const struct device *d);
u32 pci_config_len(const struct device *d);

/* Access to them; [offset, offset + len) is in there, len 1, 2 or 4. */
u32 pci_registers_read(struct device *d, u32 offset, u32 len);
void pci_registers_write(struct device *d, u32 offset, u32 len, u32 value);

/* Tell the Host where they are, and which notifies need not be told us. */
void pci_route(struct device *d, int serving);

#endif
