/* SPDX-License-Identifier: MIT */
/* Ports and memory of devices: entries of request.c's table. */
#ifndef LAUNCHER_PCI_H
#define LAUNCHER_PCI_H

#include "launcher/loop.h"

int pci_serve_in(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
int pci_serve_out(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
int pci_serve_read(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
int pci_serve_write(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
int pci_served(struct loop *l, u32 *result);

#endif
