/* SPDX-License-Identifier: MIT */
/*
 * D:250 PCI.
 *
 * lguest of Linux 4.0 and later has no device page: its guests find virtio 1
 * devices on a PCI bus, by the two ports every PC has.  Bus 0, function 0 of
 * 32 slots; in slot 0 a host bridge, so that a guest believes the rest.
 *
 * We learn only when a guest introduces itself which kind it is.  So devices
 * are born in the device page, and pci_start moves them to the bus.
 */
#include "devices/pci.h"

#include <errno.h>
#include <string.h>

#include "devices/pci_impl.h"

#define VENDOR_VIRTIO 0x1af4u
#define DEVICE_VIRTIO 0x1040u /* + the type */
#define SUBSYSTEM     0x40u
#define BRIDGE_ID     0x00014c47u /* "GL", 1: nobody's */
#define BRIDGE_CLASS  0x0600u
#define ENABLE	      0x80000000u /* in the address latch */
#define STATUS_INTX   0x0008u
#define STATUS_CAPS   0x0010u
#define CAP_VENDOR    9
#define ONES	      0xffffffffu

static void put16(u8 *at, u32 v)
{
	at[0] = (u8)v;
	at[1] = (u8)(v >> 8);
}

static void put32(u8 *at, u32 v)
{
	put16(at, v);
	put16(at + 2, v >> 16);
}

static u32 get32(const u8 *at)
{
	return at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

static u32 ones(u32 len)
{
	return len < 4 ? (1u << 8 * len) - 1 : ONES;
}

/* --- D:252 What configuration space says ------------------------------------------ */

static u32 class_of(u8 type)
{
	switch (type) {
	case LG_DEV_CONSOLE:
		return 0x0700;
	case LG_DEV_NET:
		return 0x0200;
	case LG_DEV_BLOCK:
		return 0x0180;
	default:
		return 0xff00;
	}
}

static void put_capability(u8 *config, u32 at, u32 next, u32 len, u32 type, u32 offset, u32 bytes)
{
	u8 *p = config + at;

	p[0] = CAP_VENDOR;
	p[1] = (u8)next;
	p[2] = (u8)len;
	p[3] = (u8)type;
	put32(p + 8, offset);
	put32(p + 12, bytes);
}

static void fill_config(struct device *d, u32 irq, u32 bar)
{
	u8 *c = d->pci.config;

	memset(c, 0, PCI_CONFIG);
	put32(c + PCI_ID, VENDOR_VIRTIO | (DEVICE_VIRTIO + d->kind->type) << 16);
	put16(c + PCI_STATUS, STATUS_CAPS);
	c[PCI_REVISION] = 1;
	put16(c + PCI_CLASS, class_of(d->kind->type));
	put32(c + PCI_BAR0, bar);
	put32(c + PCI_SUBSYSTEM, VENDOR_VIRTIO | SUBSYSTEM << 16);
	c[PCI_CAPABILITIES] = CAP_COMMON;
	c[PCI_IRQ_LINE] = (u8)irq;
	put_capability(c, CAP_COMMON, CAP_NOTIFY, 16, 1, LG_PCI_COMMON, LG_PCI_NOTIFY);
	put_capability(c, CAP_NOTIFY, CAP_ISR, 20, 2, LG_PCI_NOTIFY, 2);
	put_capability(c, CAP_ISR, CAP_DEVICE, 16, 3, LG_PCI_ISR, 1);
	put_capability(c, CAP_DEVICE, CAP_ACCESS, 16, 4, LG_PCI_DEVICE, pci_config_len(d));
	put_capability(c, CAP_ACCESS, 0, 20, 5, 0, 0);
}

/* Which bits of this byte can the guest change? */
static u8 writable(const struct device *d, u32 at)
{
	if (at >= ACCESS_OFFSET || at == ACCESS_BAR)
		return 0xff;
	if (at >= PCI_BAR0 && at < PCI_BAR0 + 4)
		return (u8)(~(d->pci.bar_len - 1) >> 8 * (at - PCI_BAR0));
	switch (at) {
	case PCI_COMMAND:
		return 0x06; /* memory, bus master: we obey at any rate */
	case PCI_COMMAND + 1:
		return 0x04;
	case PCI_CACHE_LINE:
	case PCI_LATENCY:
	case PCI_IRQ_LINE:
		return 0xff;
	}
	return 0;
}

/* --- D:254 The window: registers by way of configuration space ----------------------- */

/* Does the guest's choice make sense?  How many bytes, or 0. */
static u32 window(const struct device *d, u32 *offset)
{
	u32 len = get32(d->pci.config + ACCESS_LENGTH);

	*offset = get32(d->pci.config + ACCESS_OFFSET);
	if (d->pci.config[ACCESS_BAR] || (len != 1 && len != 2 && len != 4) || *offset % len ||
	    *offset >= d->pci.bar_len || len > d->pci.bar_len - *offset)
		return 0;
	return len;
}

static void window_read(struct device *d, u8 *to)
{
	u32 offset, len = window(d, &offset);

	put32(to, len ? pci_registers_read(d, offset, len) : 0);
}

static void window_write(struct device *d)
{
	u32 offset, len = window(d, &offset);

	if (len)
		pci_registers_write(d, offset, len, get32(d->pci.config + ACCESS_DATA) & ones(len));
}

/* --- D:256 The bus -------------------------------------------------------------------- */

static u32 config_read(struct device *d, u32 at, u32 len)
{
	u8 c[256] = { 0 };
	u32 i, v = 0;

	memcpy(c, d->pci.config, PCI_CONFIG);
	if (__atomic_load_n(d->pci.isr, __ATOMIC_SEQ_CST))
		c[PCI_STATUS] |= STATUS_INTX;
	if (at < ACCESS_DATA + 4 && at + len > ACCESS_DATA)
		window_read(d, c + ACCESS_DATA);
	for (i = 0; i < len; i++)
		v |= (u32)c[(at + i) % sizeof(c)] << 8 * i;
	return v;
}

static void config_write(struct device *d, u32 at, u32 len, u32 value)
{
	u32 i;

	for (i = 0; i < len && at + i < PCI_CONFIG; i++) {
		u8 mask = writable(d, at + i), *p = &d->pci.config[at + i];

		*p = (u8)((*p & ~mask) | (value >> 8 * i & mask));
	}
	if (at < PCI_BAR0 + 4 && at + len > PCI_BAR0)
		pci_route(d, d->serving);
	if (at < ACCESS_DATA + 4 && at + len > ACCESS_DATA)
		window_write(d);
}

/* What the latch is about; NULL: the bridge (*slot 0) or nobody. */
static struct device *addressed(struct devices *all, u32 *slot)
{
	u32 a = all->pci_address;
	struct device *d;

	*slot = ONES;
	if (!(a & ENABLE) || a & 0x00ff0700) /* of another bus, or function */
		return NULL;
	*slot = a >> 11 & 31;
	if (!*slot || *slot > all->n)
		return NULL;
	d = &all->device[*slot - 1];
	return d->transport == &device_pci ? d : NULL;
}

static u32 bridge_read(u32 at, u32 len)
{
	u8 c[256] = { 0 };
	u32 i, v = 0;

	put32(c + PCI_ID, BRIDGE_ID);
	put16(c + PCI_CLASS, BRIDGE_CLASS);
	for (i = 0; i < len; i++)
		v |= (u32)c[(at + i) % sizeof(c)] << 8 * i;
	return v;
}

static int is_data(u32 port, u32 len)
{
	return port >= LG_PORT_PCI_DATA && port < LG_PORT_PCI_DATA + 4 &&
	       len <= LG_PORT_PCI_DATA + 4 - port;
}

u32 pci_port_in(struct devices *all, u32 port, u32 len)
{
	u32 slot, at = (all->pci_address & 0xfc) + port % 4;
	struct device *d;

	if (port == LG_PORT_PCI_ADDRESS && len == 4)
		return all->pci_address;
	if (!all->pci || !is_data(port, len))
		return ones(len);
	d = addressed(all, &slot);
	if (d)
		return config_read(d, at, len);
	return slot ? ones(len) : bridge_read(at, len);
}

void pci_port_out(struct devices *all, u32 port, u32 len, u32 value)
{
	u32 slot, at = (all->pci_address & 0xfc) + port % 4;
	struct device *d;

	if (port == LG_PORT_PCI_ADDRESS && len == 4)
		all->pci_address = value & ~0x7f000003u;
	if (!all->pci || !is_data(port, len))
		return;
	d = addressed(all, &slot);
	if (d)
		config_write(d, at, len, value);
}

/* --- D:258 Registers in memory ---------------------------------------------------------- */

static u32 bar(const struct device *d)
{
	return get32(d->pci.config + PCI_BAR0);
}

static struct device *at_gpa(struct devices *all, u32 gpa, u32 len)
{
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct device *d = &all->device[i];

		if (d->transport == &device_pci && gpa >= bar(d) && gpa - bar(d) < d->pci.bar_len &&
		    len <= d->pci.bar_len - (gpa - bar(d)))
			return d;
	}
	return NULL;
}

int pci_read(struct devices *all, u32 gpa, u32 len, u32 *value)
{
	struct device *d = at_gpa(all, gpa, len);

	if (!d)
		return -ENOENT;
	*value = pci_registers_read(d, gpa - bar(d), len);
	return 0;
}

int pci_write(struct devices *all, u32 gpa, u32 len, u32 value)
{
	struct device *d = at_gpa(all, gpa, len);

	if (!d)
		return -ENOENT;
	pci_registers_write(d, gpa - bar(d), len, value & ones(len));
	return 0;
}

void pci_route(struct device *d, int serving)
{
	struct guest_registers r = {
		.gpa = bar(d), .len = d->pci.bar_len, .pfn = d->vq[0].pfn, .isr = d->pci.isr_gpa
	};
	unsigned i;

	for (i = 0; i < d->kind->num_vq; i++) {
		if (serving && d->pci.queue[i].enabled)
			r.queues |= 1u << i;
		if (d->guest->route)
			d->guest->route(d->guest->handle, d->vq[i].pfn, serving ? d->doorbell : 0);
	}
	if (d->guest->registers)
		d->guest->registers(d->guest->handle, d->index, &r);
}

/* --- D:259 From the device page to the bus ------------------------------------------------ */

void pci_plug(struct devices *all, struct device *d)
{
	u32 len = 16, isr = all->guest->ram_bytes + 4 * d->index;
	unsigned i;

	d->pci.isr = all->guest->memory(all->guest->handle, isr, sizeof(*d->pci.isr));
	if (d->started || d->pausing || !d->pci.isr)
		return;
	while (len < pci_registers_len(d))
		len *= 2;
	*d->pci.isr = 0;
	d->pci.isr_gpa = isr;
	d->pci.bar_len = len;
	all->next_bar = (all->next_bar + len - 1) & ~(len - 1);
	d->transport = &device_pci;
	d->modern = 1;
	for (i = 0; i < d->kind->num_vq; i++) {
		d->vq[i].irq = (u16)(d->index + 1);
		d->vq[i].isr = d->pci.isr;
	}
	fill_config(d, d->index + 1, all->next_bar);
	all->next_bar += len;
	device_pci.reset(d);
	pci_route(d, 0);
}

void pci_start(struct devices *all)
{
	const struct guest *g = all->guest;
	u8 *page;
	unsigned i;

	if (all->pci)
		return;
	page = g->memory(g->handle, g->ram_bytes, LG_PAGE_SIZE);
	if (!page)
		return;
	memset(page, 0, LG_PAGE_SIZE);
	all->pci = 1;
	all->next_bar = g->ram_bytes + LG_DEVICE_PAGES * LG_PAGE_SIZE;
	for (i = 0; i < all->n; i++)
		pci_plug(all, &all->device[i]);
}
