/* SPDX-License-Identifier: MIT */
/*
 * D:320 The bus of lguest 2.6.23.
 *
 * Such a guest knows no virtqueue.  Rather than write each device a second
 * time, each has a driver here ("port") that does what the driver in a younger
 * guest would do: it puts the guest's lists into the rings of our device and
 * takes the answers out.  The rings lie in pages above those the guest may use.
 *
 * All of this runs in the Launcher's loop.  Our devices think they interrupt
 * a guest: that sets a bit and wakes the loop, which asks the ports.  What
 * would have to wait for the guest without hearing from it, a free buffer, is
 * looked for again after a while.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "devices/device_impl.h"
#include "devices/dma.h"
#include "devices/worker.h"

#define BACKOFF_FIRST 500000u /* ns */
#define BACKOFF_LAST  16000000u
#define SCRATCH_PAGES 72u /* at the end */

/* --- The guest as our devices see it: the same, but its interrupts are ours ---------- */

static struct dma_bus *bus_of(void *handle)
{
	return handle;
}

static void *hidden_memory(void *handle, u64 gpa, u64 len)
{
	return bus_of(handle)->real.memory(bus_of(handle)->real.handle, gpa, len);
}

static int hidden_peek(void *handle, u64 gpa, void *to, size_t len)
{
	return bus_of(handle)->real.peek(bus_of(handle)->real.handle, gpa, to, len);
}

/* From any thread. */
static void hidden_irq(void *handle, u32 irq)
{
	struct dma_bus *bus = handle;
	u32 bit = 1u << irq % LG_IRQS;

	if (!(atomic_fetch_or(&bus->events, bit) & bit))
		eventfd_write(bus->wake, 1);
}

static void hidden_kill(void *handle, const char *reason)
{
	bus_of(handle)->real.kill(bus_of(handle)->real.handle, reason);
}

/* The rings are ours, so nobody needs to watch the guest fill them: no "queue". */
static int hidden_doorbell(void *handle, u32 n)
{
	return bus_of(handle)->real.doorbell(bus_of(handle)->real.handle, n);
}

static void hidden_awake(void *handle, u32 n, int on)
{
	bus_of(handle)->real.awake(bus_of(handle)->real.handle, n, on);
}

static int hidden_cpu(void *handle)
{
	return bus_of(handle)->real.cpu(bus_of(handle)->real.handle);
}

static void hidden_note(void *handle, enum guest_note what, u32 pfn, u32 head, u32 c, u32 d)
{
	bus_of(handle)->real.note(bus_of(handle)->real.handle, what, pfn, head, c, d);
}

void dma_bus_init(struct dma_bus *bus, const struct guest *real, struct devices *devices, int wake,
		  int timer)
{
	u32 ram = real->ram_bytes;

	memset(bus, 0, sizeof(*bus));
	bus->real = *real;
	bus->hidden = (struct guest){
		.handle = bus,
		.ram_bytes = ram + DMA_HIDDEN * LG_PAGE_SIZE,
		.memory = hidden_memory,
		.peek = hidden_peek,
		.irq = hidden_irq,
		.kill = hidden_kill,
		.doorbell = real->doorbell ? hidden_doorbell : NULL,
		.awake = real->awake ? hidden_awake : NULL,
		.cpu = real->cpu ? hidden_cpu : NULL,
		.note = real->note ? hidden_note : NULL,
	};
	bus->devices = devices;
	bus->table.guest = &bus->real;
	bus->table.end = ram + DMA_PAGES * LG_PAGE_SIZE;
	bus->next_page = ram + LG_PAGE_SIZE;
	bus->next_scratch = ram + (LG_DEVICE_PAGES - SCRATCH_PAGES) * LG_PAGE_SIZE;
	bus->wake = wake;
	bus->timer = timer;
	bus->backoff = BACKOFF_FIRST;
	devices_init(devices, &bus->hidden);
}

/* --- D:325 The device page --------------------------------------------------------- */

/* gpa where the pages for rings end and those for data begin. */
static u32 scratch_start(const struct dma_bus *bus)
{
	return bus->real.ram_bytes + (LG_DEVICE_PAGES - SCRATCH_PAGES) * LG_PAGE_SIZE;
}

static int fits(const struct dma_bus *bus, const struct device *d, u32 scratch)
{
	u32 end = scratch_start(bus) + SCRATCH_PAGES * LG_PAGE_SIZE;
	u32 rings = d ? d->vq[d->kind->num_vq - 1].pfn + VRING_PAGES : 0;

	return bus->n < DMA_SLOTS && rings <= scratch_start(bus) / LG_PAGE_SIZE &&
	       scratch <= end - bus->next_scratch;
}

struct dma_port *dma_bus_add(struct dma_bus *bus, const struct dma_port_kind *kind,
			     struct device *d, u32 pages, u16 features, u32 scratch)
{
	struct dma_port *p = &bus->port[bus->n];
	u32 page = pages ? bus->next_page : 0;
	struct dma_desc desc = { kind->type, features, 0, (u16)pages, page / LG_PAGE_SIZE };
	u8 *at = bus->real.memory(bus->real.handle,
				  bus->real.ram_bytes + bus->n * (u32)sizeof(desc), sizeof(desc));

	bus->devices->full = "devices (lguest 2.6.23 has 16)";
	if (!fits(bus, d, scratch) || !at)
		return NULL;
	*p = (struct dma_port){ .kind = kind,
				.bus = bus,
				.device = d,
				.page = page,
				.irq = (u8)(bus->n + 1),
				.scratch = bus->next_scratch };
	memcpy(at, &desc, sizeof(desc));
	bus->next_page += pages * LG_PAGE_SIZE;
	bus->next_scratch += scratch;
	bus->n++;
	return p;
}

u8 *dma_scratch(const struct dma_port *p, u32 offset)
{
	/* dma_bus_add has made sure that it is there. */
	return p->bus->real.memory(p->bus->real.handle, p->scratch + offset, 1);
}

/* --- D:330 The two calls ------------------------------------------------------------- */

/* A new buffer may be what a port waits for. */
u32 dma_bus_bind(struct dma_bus *bus, u32 key, u32 array, u32 count, u32 irq)
{
	u32 ret = dma_bind(&bus->table, key, array, count, irq);

	if (ret)
		dma_bus_later(bus, 1);
	return ret;
}

static struct dma_port *port_of(struct dma_bus *bus, u32 key)
{
	unsigned i;

	for (i = 0; i < bus->n; i++)
		if (key - bus->port[i].page < (bus->port[i].page ? LG_PAGE_SIZE : 4))
			return &bus->port[i];
	return NULL;
}

int dma_bus_send(struct dma_bus *bus, u32 key, u32 list)
{
	struct dma_port *p;
	struct dma_list l;

	if (dma_check_key(&bus->table, key, "bad sending DMA key") ||
	    dma_read(&bus->table, list, "bad address in sending DMA", &l))
		return DMA_DONE;
	p = port_of(bus, key);
	if (p)
		return p->kind->send(p, key, &l);
	if (!bus->warned)
		fprintf(stderr,
			"lguest: warning: the guest sends to key 0x%x: no device is there\n", key);
	bus->warned = 1;
	return DMA_DONE;
}

/* --- D:335 For the ports -------------------------------------------------------------- */

int dma_sent_now(struct dma_bus *bus, const struct dma_list *l, u32 used)
{
	dma_set_used(&bus->table, l, used, "bad address in sending DMA");
	return DMA_DONE;
}

int dma_wait(struct dma_port *p, const struct dma_list *l)
{
	p->waits = 1;
	p->bus->sending = 1;
	p->since = worker_now();
	p->sending = *l;
	return DMA_LATER;
}

void dma_sent(struct dma_port *p, u32 used)
{
	if (!p->waits)
		return;
	p->waits = 0;
	dma_sent_now(p->bus, &p->sending, used);
	p->bus->sending = 0;
}

/*
 * The receiver has bound buffers, but says nothing when one is free again.  So
 * raise its interrupt, as somebody who has just filled one would, and look
 * again after a while, less and less often.
 */
static int no_buffer(struct dma_port *p, u32 irq)
{
	struct dma_bus *bus = p->bus;

	if (!p->knocked)
		bus->real.irq(bus->real.handle, irq);
	p->knocked = 1;
	dma_bus_later(bus, bus->backoff);
	if (bus->backoff < BACKOFF_LAST)
		bus->backoff *= 2;
	return -EAGAIN;
}

int dma_deliver(struct dma_port *p, u32 key, const void *from, u32 len)
{
	struct dma_bus *bus = p->bus;
	struct dma_binding *b = dma_bound(&bus->table, key);
	struct dma_list l;
	int ret;

	if (!b)
		return -ENOENT;
	ret = dma_free_buffer(&bus->table, b, &l);
	if (ret < 0)
		return ret;
	if (!ret || (len && !l.bytes)) /* an empty list is as good as none */
		return no_buffer(p, b->irq);
	ret = dma_fill(&bus->table, &l, from, len);
	if (ret < 0 ||
	    dma_set_used(&bus->table, &l, (u32)ret, "bad address writing to registered DMA"))
		return -EFAULT;
	p->knocked = 0;
	bus->backoff = BACKOFF_FIRST;
	bus->real.irq(bus->real.handle, b->irq);
	return ret;
}

/* --- D:340 Events --------------------------------------------------------------------- */

void dma_bus_later(struct dma_bus *bus, u64 ns)
{
	struct itimerspec when = { .it_value = { (time_t)(ns / 1000000000u),
						 (long)(ns % 1000000000u) } };

	if (bus->armed && bus->armed <= ns)
		return;
	bus->armed = ns;
	timerfd_settime(bus->timer, 0, &when, NULL);
}

/* An event that comes while we look wakes us again: its bit was cleared before. */
void dma_bus_work(struct dma_bus *bus)
{
	u64 count;
	unsigned i;

	if (read(bus->timer, &count, sizeof(count)) > 0)
		bus->armed = 0;
	if (read(bus->wake, &count, sizeof(count)) > 0)
		atomic_store(&bus->events, 0);
	for (i = 0; i < bus->n; i++)
		bus->port[i].kind->work(&bus->port[i]);
}
