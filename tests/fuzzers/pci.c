/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: devices over PCI against a guest that does anything: ports,
 * registers by memory and by the window, queues set up anywhere, notifies.
 * Whatever it does, rings in use lie in memory, a device that works was taken
 * into use in order, and a broken one says so.
 */
#include "devices/console.h"
#include "devices/device_impl.h"
#include "devices/pci.h"
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())

static struct devices devices;
static struct console console;
static u32 shown_len; /* what the Host was told of registers */

/* --- A device served by somebody else, who does as he is told at once, or later ---------- */

static int slow;

static void go(struct device *d)
{
	MUST(d->started);
}

static void pause_(struct device *d)
{
	if (!slow)
		device_paused(d);
}

static int no_fd(struct device *d)
{
	(void)d;
	return -1;
}

static void heard(struct device *d)
{
	(void)d;
}

static int stop(struct device *d)
{
	(void)d;
	return 0;
}

static const struct device_runner other = { go, pause_, no_fd, heard, stop };

static int work(struct device *d)
{
	static struct vq_chain c;
	u8 buf[64];
	unsigned q, n;

	for (q = 0; q < d->kind->num_vq; q++) {
		struct virtqueue *vq = &d->vq[q];

		for (n = 0; n < 16 && vq_get(vq, &c) > 0; n++) {
			u64 len = vq_bytes(c.pieces, c.nread);

			if (len > sizeof(buf) ||
			    vq_copy_from(d->guest, c.pieces, c.nread, 0, buf, (size_t)len) ||
			    vq_copy_to(d->guest, c.pieces + c.nread, c.nwrite, 0, buf, (size_t)len))
				vq_break(vq, "no good");
			else
				vq_put(vq, c.head, (u32)len);
		}
		vq_announce(vq);
	}
	device_check(d);
	return 0;
}

static const struct device_kind copier = {
	.type = LG_DEV_BLOCK,
	.name = "copier",
	.num_vq = 3,
	.config_len = 60,
	.features = LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX | 2,
	.work = work,
};

/* --- The console's other end ------------------------------------------------------------- */

static ssize_t take_all(struct stream *s, const void *from, size_t len)
{
	(void)s, (void)from;
	return (ssize_t)len;
}

static ssize_t nothing(struct stream *s, void *to, size_t len)
{
	(void)s, (void)to, (void)len;
	return 0;
}

static struct stream stream = { .write = take_all, .read = nothing };

static void registers(void *handle, u32 n, const struct guest_registers *r)
{
	(void)handle;
	MUST(n < devices.n && r->len >= 64 && !(r->len & (r->len - 1)));
	MUST(r->isr >= F_RAM && r->isr + 4 <= F_RAM + LG_PAGE_SIZE);
	MUST(!r->queues || devices.device[n].started);
	shown_len = r->len;
}

/* --- Invariants ----------------------------------------------------------------------------- */

static void check(struct device *d)
{
	unsigned i;

	MUST(d->transport == &device_pci);
	if (d->started)
		MUST((d->pci.status & 15) == 15);
	if (d->broken)
		MUST(d->pci.status & LG_DEV_S_NEEDS_RESET);
	for (i = 0; i < d->kind->num_vq; i++) {
		const struct virtqueue *vq = &d->vq[i];
		u32 num = vq->num;

		if (!vq->desc)
			continue;
		MUST(num && num <= LG_VRING_NUM && !(num & (num - 1)));
		MUST(vq->at.desc % 16 == 0 && vq->at.desc + 16ull * num <= F_ALL);
		MUST(vq->at.avail % 2 == 0 && vq->at.avail + 6ull + 2 * num <= F_ALL);
		MUST(vq->at.used % 4 == 0 && vq->at.used + 6ull + 8 * num <= F_ALL);
	}
}

/* --- Steps -------------------------------------------------------------------------------------- */

static u32 take32(struct input *in)
{
	u32 v;

	take(in, &v, sizeof(v));
	return v;
}

static u32 width(struct input *in)
{
	return 1u << take8(in) % 3;
}

/* Somewhere in its registers, seldom elsewhere. */
static u32 place(struct input *in, struct device *d)
{
	u32 bar;

	memcpy(&bar, d->pci.config + 16, sizeof(bar));
	return take8(in) == 255 ? take32(in) : bar + take8(in) % 136;
}

static void reg(const struct device *d, u32 at, u32 len, u32 value)
{
	u32 bar;

	memcpy(&bar, d->pci.config + 16, sizeof(bar));
	pci_write(&devices, bar + at, len, value);
}

/* A queue as drivers set it up, with numbers that may be wrong. */
static void set_up(struct input *in, struct device *d)
{
	reg(d, 22, 2, take8(in) % 4);
	reg(d, 24, 2, 1u << take8(in) % 10);
	reg(d, 32, 4, take16(in) * 2u);
	reg(d, 40, 4, take16(in) * 2u);
	reg(d, 48, 4, take16(in) * 2u);
	reg(d, 28, 2, 1);
}

static void bring_up(struct input *in, struct device *d)
{
	reg(d, 20, 1, 0);
	reg(d, 20, 1, 3);
	reg(d, 8, 4, 0);
	reg(d, 12, 4, take8(in) & 1 ? take32(in) : 0);
	reg(d, 8, 4, 1);
	reg(d, 12, 4, 1);
	reg(d, 20, 1, 11);
	set_up(in, d);
	if (take8(in) & 1)
		set_up(in, d);
	reg(d, 20, 1, 15);
}

static void chain(struct input *in, struct device *d)
{
	struct virtqueue *vq = &d->vq[take8(in) % 3];
	struct lg_vring_desc desc;

	take(in, &desc, sizeof(desc));
	if (!vq->desc)
		return;
	desc.addr %= F_RAM + 64;
	desc.flags &= 7;
	vq->desc[take8(in) % vq->num] = desc;
	vq->avail->ring[vq->avail->idx++ % vq->num] = take8(in) % vq->num;
}

static void step(struct input *in)
{
	struct device *d = &devices.device[take8(in) % devices.n];
	u32 value, at;

	switch (take8(in) % 12) {
	case 0:
		pci_port_out(&devices, 0xcf8, 4, 0x80000000u | take16(in));
		break;
	case 1:
		pci_port_out(&devices, 0xcf8 + take8(in) % 8, width(in), take32(in));
		break;
	case 2:
		pci_port_in(&devices, 0xcf8 + take8(in) % 8, width(in));
		break;
	case 3:
		at = place(in, d);
		pci_write(&devices, at, width(in), take32(in));
		break;
	case 4:
		at = place(in, d);
		pci_read(&devices, at, width(in), &value);
		break;
	case 5:
		bring_up(in, d);
		break;
	case 6:
		chain(in, d);
		break;
	case 7:
		reg(d, 56, 2, take8(in) % 4);
		break;
	case 8:
		take(in, f_memory + take16(in) % (F_RAM - 64), take8(in) % 64);
		break;
	case 9:
		slow = take8(in) & 1;
		if (d->runner && d->started && !d->pausing)
			work(d);
		break;
	case 10:
		device_paused(d);
		console_work(&console);
		break;
	default:
		if (devices.n < 5)
			devices_add(&devices, &copier, NULL, f_memory);
		devices.device[devices.n - 1].runner = &other;
		break;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct guest guest;
	struct input in = { data, size };
	unsigned i;

	f_begin();
	slow = 0;
	guest = f_guest;
	guest.registers = registers;
	devices_init(&devices, &guest);
	console_init(&console, &stream);
	MUST(console_attach(&console, &devices));
	MUST(devices_add(&devices, &copier, NULL, f_memory));
	devices.device[1].runner = &other;
	pci_start(&devices);
	MUST(devices.pci && shown_len);
	while (in.left) {
		step(&in);
		for (i = 0; i < devices.n; i++)
			check(&devices.device[i]);
	}
	return 0;
}
