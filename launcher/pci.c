/* SPDX-License-Identifier: MIT */
/*
 * L:616 What a guest with PCI waits for: its ports and its devices' registers.
 *
 * The Host has taken the instruction apart; what it asks for may come from a
 * guest that broke out, so the width is looked at again.
 */
#include "launcher/pci.h"

#include "devices/pci.h"

static int width_ok(u32 len)
{
	return len == 1 || len == 2 || len == 4;
}

/* A reset waits until whoever serves the device stands still, early text for room. */
int pci_served(struct loop *l, u32 *result)
{
	(void)result;
	return devices_settled(&l->devices) && console_emergency_room(l->console);
}

int pci_serve_in(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	*result = width_ok(args[1]) ? pci_port_in(&l->devices, args[0], args[1]) : ~0u;
	return 1;
}

int pci_serve_out(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	if (width_ok(args[1]))
		pci_port_out(&l->devices, args[0], args[1], args[2]);
	return pci_served(l, result);
}

int pci_serve_read(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	if (!width_ok(args[1]) || pci_read(&l->devices, args[0], args[1], result))
		*result = ~0u;
	return 1;
}

int pci_serve_write(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	if (width_ok(args[1]))
		pci_write(&l->devices, args[0], args[1], args[2]);
	return pci_served(l, result);
}
