/* SPDX-License-Identifier: MIT */
/*
 * D:260 Virtio 1's registers.
 *
 * The driver takes a device into use in a fixed order, each step of which is a
 * bit of the status: seen, driver found, features agreed, queues set up,
 * ready.  Who breaks a rule is told which one: the device says so on stderr,
 * sets NEEDS_RESET, and ignores everything but a reset.  Registers are written
 * one at a time, each with an access of its own width (the 64-bit ones by
 * halves); how they are read does not matter.
 */
#include <stddef.h>
#include <string.h>

#include "devices/pci_impl.h"

#define VERSION_1 1u /* feature bit 32 */
#define NO_VECTOR 0xffffu

/* The registers up to the device's own, as the driver reads them. */
struct registers {
	u32 device_select, device_feature, driver_select, driver_feature;
	u16 msix_config, num_queues;
	u8 status, generation;
	u16 queue_select, queue_size, queue_vector, queue_enable, queue_notify_off;
	struct vq_parts queue;
	u16 notify;
	u8 isr, unused;
} __attribute__((packed));

_Static_assert(offsetof(struct registers, status) == 20, "virtio's");
_Static_assert(offsetof(struct registers, queue) == 32, "virtio's");
_Static_assert(offsetof(struct registers, notify) == LG_PCI_NOTIFY, "ours");
_Static_assert(offsetof(struct registers, isr) == LG_PCI_ISR, "ours");
_Static_assert(sizeof(struct registers) == LG_PCI_DEVICE, "ours");

u32 pci_config_len(const struct device *d)
{
	const struct device_kind *k = d->kind;

	return k->pci_config_len > k->config_len ? k->pci_config_len : k->config_len;
}

u32 pci_registers_len(const struct device *d)
{
	return LG_PCI_DEVICE + pci_config_len(d);
}

static u32 offered(const struct device *d, u32 select)
{
	if (select == 0)
		return d->kind->features | d->kind->pci_features;
	return select == 1 ? VERSION_1 : 0;
}

static u8 status(const struct device *d)
{
	return __atomic_load_n(&d->pci.status, __ATOMIC_SEQ_CST);
}

static void raise_config(struct device *d)
{
	__atomic_fetch_or(d->pci.isr, LG_PCI_ISR_CONFIG, __ATOMIC_SEQ_CST);
	d->guest->irq(d->guest->handle, d->vq[0].irq);
}

/* --- D:262 What the core asks of a transport --------------------------------------- */

static void needs_reset(struct device *d)
{
	if (__atomic_fetch_or(&d->pci.status, LG_DEV_S_NEEDS_RESET, __ATOMIC_SEQ_CST) &
	    LG_DEV_S_DRIVER_OK)
		raise_config(d);
}

static void config_changed(struct device *d)
{
	d->pci.generation++;
	if (status(d) & LG_DEV_S_DRIVER_OK)
		raise_config(d);
}

static void reset(struct device *d)
{
	struct device_pci *p = &d->pci;
	unsigned i;

	__atomic_store_n(&p->status, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(p->isr, 0, __ATOMIC_SEQ_CST);
	p->select = 0;
	p->offered_select = p->accepted_select = 0;
	p->accepted[0] = p->accepted[1] = 0;
	memset(p->queue, 0, sizeof(p->queue));
	for (i = 0; i < d->kind->num_vq; i++) {
		p->queue[i].num = LG_VRING_NUM;
		vq_remove(&d->vq[i]);
	}
}

const struct device_transport device_pci = { needs_reset, config_changed, reset, pci_route };

/* --- D:264 Reading ------------------------------------------------------------------- */

static void fill(const struct device *d, struct registers *r)
{
	const struct device_pci *p = &d->pci;

	*r = (struct registers){ .device_select = p->offered_select,
				 .device_feature = offered(d, p->offered_select),
				 .driver_select = p->accepted_select,
				 .msix_config = NO_VECTOR,
				 .num_queues = d->kind->num_vq,
				 .status = status(d),
				 .generation = p->generation,
				 .queue_select = p->select,
				 .queue_vector = NO_VECTOR };
	if (p->accepted_select < 2)
		r->driver_feature = p->accepted[p->accepted_select];
	if (p->select >= d->kind->num_vq)
		return;
	r->queue_size = p->queue[p->select].num;
	r->queue_enable = p->queue[p->select].enabled;
	r->queue = p->queue[p->select].at;
}

u32 pci_registers_read(struct device *d, u32 offset, u32 len)
{
	u8 bytes[sizeof(struct registers) + DEVICE_CONFIG_MAX + 4] = { 0 };
	struct registers r;
	u32 v = 0;

	if (offset > sizeof(bytes) - len)
		return 0;
	fill(d, &r);
	if (offset <= LG_PCI_ISR && offset + len > LG_PCI_ISR)
		r.isr = (u8)__atomic_exchange_n(d->pci.isr, 0, __ATOMIC_SEQ_CST);
	memcpy(bytes, &r, sizeof(r));
	memcpy(bytes + sizeof(r), d->config, sizeof(d->config));
	memcpy(&v, bytes + offset, len);
	return v;
}

/* --- D:266 Status ---------------------------------------------------------------------- */

static void agree(struct device *d)
{
	struct device_pci *p = &d->pci;

	if (!(p->accepted[1] & VERSION_1))
		device_misused(d, "FEATURES_OK without feature 32, VERSION_1: there is no older "
				  "virtio on PCI");
	else if (p->accepted[0] & ~offered(d, 0) || p->accepted[1] & ~offered(d, 1))
		device_misused(d, "features 0x%x%08x accepted but only 0x%x%08x offered",
			       p->accepted[1], p->accepted[0], offered(d, 1), offered(d, 0));
}

static const struct {
	u8 bit, needs;
	const char *name, *first;
} steps[] = {
	{ LG_DEV_S_ACKNOWLEDGE, 0, "ACKNOWLEDGE", "" },
	{ LG_DEV_S_DRIVER, LG_DEV_S_ACKNOWLEDGE, "DRIVER", "ACKNOWLEDGE" },
	{ LG_DEV_S_FEATURES_OK, LG_DEV_S_DRIVER, "FEATURES_OK", "DRIVER" },
	{ LG_DEV_S_DRIVER_OK, LG_DEV_S_FEATURES_OK, "DRIVER_OK", "FEATURES_OK" },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))
#define KNOWN \
	(LG_DEV_S_ACKNOWLEDGE | LG_DEV_S_DRIVER | LG_DEV_S_FEATURES_OK | LG_DEV_S_DRIVER_OK | \
	 LG_DEV_S_NEEDS_RESET | LG_DEV_S_FAILED)

/* Is every new bit's turn now?  1, or the device breaks. */
static int in_order(struct device *d, u32 old, u32 new)
{
	unsigned i;

	if (old & ~new & ~(u32)LG_DEV_S_NEEDS_RESET) {
		device_misused(d,
			       "status 0x%x written, was 0x%x: bits are only cleared all at once",
			       new, old);
		return 0;
	}
	if (new & ~(u32)KNOWN) {
		device_misused(d, "status 0x%x written: bits 0x%x mean nothing", new,
			       new & ~(u32)KNOWN);
		return 0;
	}
	for (i = 0; i < STEPS; i++)
		if (new & ~old & steps[i].bit && (new &steps[i].needs) != steps[i].needs) {
			device_misused(d, "status %s written before %s", steps[i].name,
				       steps[i].first);
			return 0;
		}
	return 1;
}

static void write_status(struct device *d, u32 new)
{
	u32 old = status(d), added = new & ~old;

	if (!new) {
		device_begin_reset(d);
		return;
	}
	if (d->broken || old & LG_DEV_S_FAILED || !in_order(d, old, new))
		return;
	if (added & LG_DEV_S_FEATURES_OK)
		agree(d);
	if (d->broken)
		return;
	__atomic_fetch_or(&d->pci.status, (u8)(added & ~(u32)LG_DEV_S_NEEDS_RESET),
			  __ATOMIC_SEQ_CST);
	if (added & LG_DEV_S_FAILED)
		device_gave_up(d);
	else if (added & LG_DEV_S_DRIVER_OK)
		device_start(d, d->pci.accepted[0]);
}

/* --- D:268 Features and queues ------------------------------------------------------------- */

static void write_features(struct device *d, u32 value)
{
	struct device_pci *p = &d->pci;

	if (status(d) & LG_DEV_S_FEATURES_OK)
		device_misused(d, "features written after FEATURES_OK");
	else if (p->accepted_select < 2)
		p->accepted[p->accepted_select] = value;
	else if (value)
		device_misused(d, "features 0x%x of word %u accepted but none offered", value,
			       p->accepted_select);
}

static void write_size(struct device *d, u32 value)
{
	if (!value || value > LG_VRING_NUM || value & (value - 1))
		device_misused(d, "queue %u of size %u: a power of 2 up to %u is wanted",
			       d->pci.select, value, LG_VRING_NUM);
	else
		d->pci.queue[d->pci.select].num = (u16)value;
}

static void write_half(u64 *at, u32 high, u32 value)
{
	u32 shift = high ? 32 : 0;

	*at = (*at & ~((u64)0xffffffffu << shift)) | (u64)value << shift;
}

static void write_enable(struct device *d, u32 value)
{
	u16 i = d->pci.select;
	const char *what = "";

	if (value != 1) {
		device_misused(d, "queue %u: %u written to queue_enable: only 1 makes sense", i,
			       value);
	} else if (!(status(d) & LG_DEV_S_FEATURES_OK)) {
		device_misused(d, "queue %u enabled before FEATURES_OK", i);
	} else if (vq_place(&d->vq[i], d->pci.queue[i].num, &d->pci.queue[i].at, &what)) {
		device_misused(d, "queue %u at 0x%llx, 0x%llx, 0x%llx: %s", i,
			       (unsigned long long)d->pci.queue[i].at.desc,
			       (unsigned long long)d->pci.queue[i].at.avail,
			       (unsigned long long)d->pci.queue[i].at.used, what);
	} else {
		d->pci.queue[i].enabled = 1;
	}
}

/* A register of the selected queue: is this the time to write it? */
static int queue_open(struct device *d)
{
	u16 i = d->pci.select;

	if (i >= d->kind->num_vq)
		device_misused(d, "queue %u set up, but there are only %u", i, d->kind->num_vq);
	else if (status(d) & LG_DEV_S_DRIVER_OK)
		device_misused(d, "queue %u set up after DRIVER_OK", i);
	else if (d->pci.queue[i].enabled)
		device_misused(d, "queue %u set up after it was enabled", i);
	else
		return 1;
	return 0;
}

static void write_notify(struct device *d, u32 value)
{
	if (!(status(d) & LG_DEV_S_DRIVER_OK))
		device_misused(d, "queue %u notified before DRIVER_OK", value);
	else if (value >= d->kind->num_vq)
		device_misused(d, "queue %u notified, but there are only %u", value,
			       d->kind->num_vq);
	else if (!d->pci.queue[value].enabled)
		device_misused(d, "queue %u notified, which is not enabled", value);
	else if (d->started)
		device_kick(d, value);
}

/* --- D:269 Writing ---------------------------------------------------------------------------- */

#define REGISTER(field, size) ((u32)offsetof(struct registers, field) << 4 | (size))
#define QUEUE_SIZE	      REGISTER(queue_size, 2)
#define QUEUE_ENABLE	      REGISTER(queue_enable, 2)

/* A register of the queue that is selected. */
static void write_queue(struct device *d, u32 reg, u32 value)
{
	u32 part = (reg >> 4) - (u32)offsetof(struct registers, queue);
	struct vq_parts *at;

	if (!queue_open(d))
		return;
	at = &d->pci.queue[d->pci.select].at;
	if (reg == QUEUE_SIZE)
		write_size(d, value);
	else if (reg == QUEUE_ENABLE)
		write_enable(d, value);
	else if (part < 8)
		write_half(&at->desc, part & 4, value);
	else if (part < 16)
		write_half(&at->avail, part & 4, value);
	else
		write_half(&at->used, part & 4, value);
}

static int is_queue(u32 reg)
{
	u32 offset = reg >> 4;

	return reg == QUEUE_SIZE || reg == QUEUE_ENABLE ||
	       (offset >= offsetof(struct registers, queue) && offset < LG_PCI_NOTIFY &&
		offset % 4 == 0 && (reg & 15) == 4);
}

static void write_config(struct device *d, u32 offset, u32 len, u32 value)
{
	if (d->kind->config_written)
		d->kind->config_written(d, offset, len, value);
}

void pci_registers_write(struct device *d, u32 offset, u32 len, u32 value)
{
	u32 reg = offset << 4 | len;

	if (reg == REGISTER(status, 1)) {
		write_status(d, value);
		return;
	}
	if (d->broken)
		return;
	if (offset >= LG_PCI_DEVICE) {
		write_config(d, offset - LG_PCI_DEVICE, len, value);
		return;
	}
	if (is_queue(reg)) {
		write_queue(d, reg, value);
		return;
	}
	switch (reg) {
	case REGISTER(device_select, 4):
		d->pci.offered_select = value;
		break;
	case REGISTER(driver_select, 4):
		d->pci.accepted_select = value;
		break;
	case REGISTER(driver_feature, 4):
		write_features(d, value);
		break;
	case REGISTER(queue_select, 2):
		d->pci.select = (u16)value;
		break;
	case REGISTER(notify, 2):
		write_notify(d, value);
		break;
	case REGISTER(msix_config, 2):
	case REGISTER(queue_vector, 2):
		break; /* there is no MSI-X: they stay at "no vector" */
	default:
		device_misused(
			d,
			"%u bytes written at 0x%x of its registers: none there can be written so",
			len, offset);
	}
}
