/* SPDX-License-Identifier: MIT */
/*
 * The PCI bus of a guest that has no NOTIFY: two I/O ports lead to the
 * configuration of its devices, which says where their registers are.
 *
 * All is called by the Launcher's loop while the guest waits for the answer.
 * What is not over when a call returns is when devices_settled().
 */
#ifndef DEVICES_PCI_H
#define DEVICES_PCI_H

#include "devices/device.h"

/* This guest uses PCI: empty the device page, and put all devices on the bus. */
void pci_start(struct devices *all);

/* in and out, len 1, 2 or 4 bytes. */
u32 pci_port_in(struct devices *all, u32 port, u32 len);
void pci_port_out(struct devices *all, u32 port, u32 len, u32 value);

/* Loads and stores at gpa, behind the device pages.  -ENOENT: nothing is there. */
int pci_read(struct devices *all, u32 gpa, u32 len, u32 *value);
int pci_write(struct devices *all, u32 gpa, u32 len, u32 value);

#endif
