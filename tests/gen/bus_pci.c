/* SPDX-License-Identifier: MIT */
/*
 * 4.0 - 4.13: virtio 1 over PCI.  Configuration space by two ports, registers
 * by page tables of our own, the early console by the window between the two.
 */
#include "tests/gen/pci.h"

const u32 bus_net_header = 12;

#define QUEUE_SIZE	64u
#define MMIO		0xf8000000u	/* where we map the page of the registers */

/* --- Ports --------------------------------------------------------------------------- */

static inline void outl(u32 port, u32 v)
{
	__asm__ volatile("outl %0, %w1" : : "a"(v), "d"(port));
}

static inline void outb(u32 port, u32 v)
{
	__asm__ volatile("outb %b0, %w1" : : "a"(v), "d"(port));
}

u32 port_inl(u32 port)
{
	u32 v;

	__asm__ volatile("inl %w1, %0" : "=a"(v) : "d"(port));
	return v;
}

u32 port_inb(u32 port)
{
	u8 v;

	__asm__ volatile("inb %w1, %0" : "=a"(v) : "d"(port));
	return v;
}

static void address(u32 slot, u32 at)
{
	outl(0xcf8, 0x80000000u | slot << 11 | (at & 0xfc));
}

u32 config_read(u32 slot, u32 at)
{
	address(slot, at);
	return port_inl(0xcfc);
}

u32 config_byte(u32 slot, u32 at)
{
	address(slot, at);
	return port_inb(0xcfc + at % 4);
}

void config_write(u32 slot, u32 at, u32 v)
{
	address(slot, at);
	outl(0xcfc, v);
}

static void config_write_byte(u32 slot, u32 at, u32 v)
{
	address(slot, at);
	outb(0xcfc + at % 4, v);
}

/* A capability of virtio's: where in the slot, or 0. */
static u32 capability(u32 slot, u32 type)
{
	u32 cap;

	for (cap = config_byte(slot, 0x34); cap; cap = config_byte(slot, cap + 1))
		if (config_byte(slot, cap) == 9 && config_byte(slot, cap + 3) == type)
			return cap;
	return 0;
}

/* The n-th device of this type (0: the first): its slot, or 0. */
u32 pci_slot(u32 type, u32 n)
{
	u32 slot;

	for (slot = 1; slot < 32; slot++)
		if (config_read(slot, 0) == ((0x1040 + type) << 16 | 0x1af4) && !n--)
			return slot;
	return 0;
}

/* --- Early text: nothing is mapped yet ---------------------------------------------------- */

static void window(u32 slot, u32 cap, u32 offset, u32 len)
{
	config_write_byte(slot, cap + 4, 0);
	config_write(slot, cap + 8, offset);
	config_write(slot, cap + 12, len);
}

void early_write(const char *text)
{
	u32 slot = pci_slot(V_CONSOLE, 0), cap = capability(slot, 5);
	u32 common = config_read(slot, capability(slot, 1) + 8);
	u32 config = config_read(slot, capability(slot, 4) + 8);

	if (config_read(slot, capability(slot, 4) + 12) < 12)
		die("no register for early text");
	window(slot, cap, common, 4);
	config_write(slot, cap + 16, 0);	/* features 0 - 31 */
	window(slot, cap, common + 4, 4);
	if (!(config_read(slot, cap + 16) & 4))
		die("early text is not offered");
	window(slot, cap, config + 8, 4);
	for (; *text; text++)
		config_write(slot, cap + 16, (u8)*text);
}

/* --- Registers --------------------------------------------------------------------------------- */

u32 mmio_read(const struct pci *p, u32 at, u32 len)
{
	volatile u8 *r = p->registers + at;

	switch (len) {
	case 1:
		return *r;
	case 2:
		return *(volatile u16 *)r;
	default:
		return *(volatile u32 *)r;
	}
}

void mmio_write(const struct pci *p, u32 at, u32 len, u32 v)
{
	volatile u8 *r = p->registers + at;

	switch (len) {
	case 1:
		*r = (u8)v;
		break;
	case 2:
		*(volatile u16 *)r = (u16)v;
		break;
	default:
		*(volatile u32 *)r = v;
	}
}

/* Uncached, as such kernels map devices.  All registers are in one page. */
void pci_find(u32 slot, struct pci *p)
{
	static u32 mapped;
	u32 bar, size;

	bar = config_read(slot, 16);
	config_write(slot, 16, ~0u);
	size = -(config_read(slot, 16) & ~15u);
	config_write(slot, 16, bar);
	config_write(slot, 4, 6);
	check(bar % size == 0 && size >= 64 && size <= PAGE, "BAR %x of %x bytes", bar, size);
	if (!mapped) {
		mapped = bar & ~(PAGE - 1);
		check(mapped == mem_bytes + 256 * PAGE, "registers at %x", bar);
		map(current_directory(), MMIO, mapped | PTE_P | PTE_W | 0x18);
	}
	check((bar & ~(PAGE - 1)) == mapped, "another page of registers: %x", bar);
	p->slot = slot;
	p->irq = config_byte(slot, 60);
	p->registers = (volatile u8 *)(MMIO + bar % PAGE);
	p->common = config_read(slot, capability(slot, 1) + 8);
	p->notify = config_read(slot, capability(slot, 2) + 8);
	p->isr = config_read(slot, capability(slot, 3) + 8);
	p->config = config_read(slot, capability(slot, 4) + 8);
}

u32 pci_status(const struct pci *p)
{
	return mmio_read(p, p->common + STATUS, 1);
}

void pci_set_status(const struct pci *p, u32 bits)
{
	mmio_write(p, p->common + STATUS, 1, pci_status(p) | bits);
}

/* Up to the point where queues are set up; no feature but VERSION_1. */
void pci_agree(const struct pci *p)
{
	mmio_write(p, p->common + STATUS, 1, 0);
	while (pci_status(p))
		;
	pci_set_status(p, 1);
	pci_set_status(p, 2);
	mmio_write(p, p->common + OFFERED_SELECT, 4, 1);
	check(mmio_read(p, p->common + OFFERED, 4) & 1, "VERSION_1 is not offered");
	mmio_write(p, p->common + ACCEPTED_SELECT, 4, 0);
	mmio_write(p, p->common + ACCEPTED, 4, 0);
	mmio_write(p, p->common + ACCEPTED_SELECT, 4, 1);
	mmio_write(p, p->common + ACCEPTED, 4, 1);
	pci_set_status(p, 8);
	check(pci_status(p) == 11, "status %x after FEATURES_OK", pci_status(p));
}

static void set_address(const struct pci *p, u32 at, volatile void *what)
{
	mmio_write(p, p->common + at, 4, pa(what));
	mmio_write(p, p->common + at + 4, 4, 0);
}

/* A small queue, its three parts in pages that have nothing to do with each other. */
void pci_queue(const struct pci *p, u32 n, struct vq *q)
{
	mmio_write(p, p->common + SELECT, 2, n);
	check(mmio_read(p, p->common + SIZE, 2) == 256, "queue %u of %u entries", n,
	      mmio_read(p, p->common + SIZE, 2));
	mmio_write(p, p->common + SIZE, 2, QUEUE_SIZE);
	q->num = QUEUE_SIZE;
	q->seen = 0;
	q->used = (void *)((u8 *)page() + 0x804);
	q->desc = (void *)((u8 *)page() + 0x10);
	q->avail = (void *)((u8 *)page() + 0x102);
	set_address(p, DESC, q->desc);
	set_address(p, AVAIL, q->avail);
	set_address(p, USED, q->used);
	mmio_write(p, p->common + ENABLE, 2, 1);
	q->irq = p->irq;
}

/* --- What virtio.c wants ---------------------------------------------------------------------- */

static struct pci devices[8];
static u32 ndevices, spurious;

int bus_find(u32 type, struct vdev *d)
{
	u32 slot = pci_slot(type, 0), i;
	struct pci *p = &devices[ndevices];

	if (!slot)
		return -1;
	pci_find(slot, p);
	d->type = type;
	d->handle = ndevices++;
	pci_agree(p);
	d->nvq = mmio_read(p, p->common + QUEUES, 2);
	for (i = 0; i < d->nvq; i++) {
		pci_queue(p, i, &d->vq[i]);
		d->vq[i].handle = d->handle << 8 | i;
	}
	for (i = 0; i < sizeof(d->config); i++)
		d->config[i] = (u8)mmio_read(p, p->config + i, 1);
	return 0;
}

void bus_ready(struct vdev *d)
{
	pci_set_status(&devices[d->handle], 4);
	check(pci_status(&devices[d->handle]) == 15, "status %x", pci_status(&devices[d->handle]));
}

void bus_kick(struct vq *q)
{
	const struct pci *p = &devices[q->handle >> 8];

	mmio_write(p, p->notify, 2, q->handle & 0xff);
}

/* Now and then one comes for what the last has seen already; not often. */
void bus_interrupt(struct vdev *d)
{
	const struct pci *p = &devices[d->handle];
	u32 isr = mmio_read(p, p->isr, 1);

	spurious += !isr;
	check(spurious < 20, "%u interrupts with nothing in ISR", spurious);
	check(!(isr & ~3u), "ISR %x", isr);
}
