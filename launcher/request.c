/* SPDX-License-Identifier: MIT */
/*
 * L:615 What the guest waits for.
 *
 * Most of what a guest wants from its devices it does not wait for.  For the
 * rest there is this table: who serves it, and how to know that it is done.
 * The guest's CPU stands still meanwhile, the loop does not.
 */
#include "launcher/request.h"

#include "launcher/abi.h"
#include "launcher/doctor.h"
#include "launcher/pci.h"

/* --- NOTIFY --------------------------------------------------------------------- */

/* The gpa of a device's record: its status changed.  Anywhere in RAM: early text to print. */
static int notify(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result)
{
	u32 gpa = args[0];

	(void)result;
	if (devices_status(&l->devices, gpa) >= 0)
		return 0;
	if (gpa < l->guest.ram_bytes)
		console_early(l->console, gpa);
	else
		guest_kill(&l->guest, "Bad NOTIFY %#x", gpa);
	return 0;
}

static int notify_done(struct loop *l, u32 *result)
{
	(void)result;
	return console_early_done(l->console) && devices_settled(&l->devices);
}

/* --- The table -------------------------------------------------------------------- */

static const struct request_kind kinds[LG_OPS] = {
	[LG_OP_NOTIFY] = { notify, notify_done },
	[LG_OP_PORT_IN] = { pci_serve_in, NULL },
	[LG_OP_PORT_OUT] = { pci_serve_out, pci_served },
	[LG_OP_MMIO_READ] = { pci_serve_read, NULL },
	[LG_OP_MMIO_WRITE] = { pci_serve_write, pci_served },
	[LG_OP_SETTLED] = { abi_settled, NULL },
	[LG_OP_DOCTOR] = { doctor_asked, NULL },
	[LG_OP_BIND_DMA] = { dma_bind_asked, NULL },
	[LG_OP_SEND_DMA] = { dma_send_asked, dma_send_done },
};

void request_serve(struct loop *l, u32 op, const u32 args[LG_OP_ARGS])
{
	const struct request_kind *kind = op < LG_OPS ? &kinds[op] : NULL;
	u32 result = 0;

	if (!kind || !kind->serve) {
		guest_kill(&l->guest, "the Host asked for something unknown (%#x)", op);
		return;
	}
	if (kind->serve(l, args, &result))
		lg_done(l->lg, result);
	else
		l->asked = kind;
}

int request_work(struct loop *l)
{
	u32 result = 0;

	if (!l->asked || !l->asked->done(l, &result))
		return 0;
	l->asked = NULL;
	lg_done(l->lg, result);
	return 1;
}
