/* SPDX-License-Identifier: MIT */
/* A PCI device of virtio 1: bus_pci.c for those who want to look closer. */
#ifndef PCI_H
#define PCI_H

#include "tests/gen/virtio.h"

/* Offsets from "common". */
enum {
	OFFERED_SELECT = 0,
	OFFERED = 4,
	ACCEPTED_SELECT = 8,
	ACCEPTED = 12,
	QUEUES = 18,
	STATUS = 20,
	SELECT = 22,
	SIZE = 24,
	ENABLE = 28,
	DESC = 32,
	AVAIL = 40,
	USED = 48,
};

struct pci {
	u32 slot, irq;
	volatile u8 *registers;
	u32 common, notify, isr, config;	/* offsets */
};

u32 port_inb(u32 port);
u32 port_inl(u32 port);
u32 config_read(u32 slot, u32 at);
u32 config_byte(u32 slot, u32 at);
void config_write(u32 slot, u32 at, u32 v);

u32 pci_slot(u32 type, u32 n);
void pci_find(u32 slot, struct pci *p);
u32 mmio_read(const struct pci *p, u32 at, u32 len);
void mmio_write(const struct pci *p, u32 at, u32 len, u32 v);
u32 pci_status(const struct pci *p);
void pci_set_status(const struct pci *p, u32 bits);
void pci_agree(const struct pci *p);
void pci_queue(const struct pci *p, u32 n, struct vq *q);

#endif
