/* SPDX-License-Identifier: MIT */
/* Console, disk and network card over virtqueues: one request at a time. */
#include "tests/gen/virtio.h"

#define NEXT	1
#define WRITES	2
#define RX_BUFFERS	8u
#define FRAME_MAX	1536u

static struct vdev console, disk, net;
static u8 input[RX_BUFFERS][FRAME_MAX] __attribute__((aligned(4096)));
static u8 headers[RX_BUFFERS][16];

void vq_place(struct vq *q, u32 num, u32 pfn)
{
	u8 *p = va(pfn << 12);
	u32 end = num * 16 + 4 + num * 2;

	q->num = (u16)num;
	q->desc = (void *)p;
	q->avail = (void *)(p + num * 16);
	q->used = (void *)(p + (end + PAGE - 1) / PAGE * PAGE);
}

static void describe(struct vq *q, u32 i, const void *p, u32 len, u16 flags, u16 next)
{
	q->desc[i].addr = pa(p);
	q->desc[i].len = len;
	q->desc[i].flags = flags;
	q->desc[i].next = next;
}

static void offer(struct vq *q, u16 head)
{
	q->avail->ring[q->avail->idx % q->num] = head;
	__asm__ volatile("mfence" : : : "memory");
	q->avail->idx++;
	__asm__ volatile("mfence" : : : "memory");
	if (!(q->used->flags & 1))
		bus_kick(q);
}

/* Until something came back: its head and *len, or -1 after so many seconds (0: never). */
static int wait_used(struct vq *q, u32 *len, u32 seconds)
{
	u32 end = ticks + seconds * HZ, at;

	for (;;) {
		irq_off();
		if (q->used->idx != q->seen || (seconds && (s32)(ticks - end) >= 0))
			break;
		hcall(H_HALT, 0, 0, 0, 0);
	}
	irq_on();
	if (q->used->idx == q->seen)
		return -1;
	at = q->seen++ % q->num;
	*len = q->used->ring[at].len;
	return (int)q->used->ring[at].id;
}

static void interrupted(void *arg)
{
	bus_interrupt(arg);
}

static int open_device(struct vdev *d, u32 type)
{
	u32 i;

	if (bus_find(type, d) < 0)
		return -1;
	for (i = 0; i < d->nvq; i++)
		irq_handler(d->vq[i].irq, interrupted, d);
	bus_ready(d);
	return 0;
}

/* --- Console ------------------------------------------------------------------------ */

void console_init(void)
{
	if (open_device(&console, V_CONSOLE) < 0)
		die("no console");
	describe(&console.vq[0], 0, input[0], 64, WRITES, 0);
	offer(&console.vq[0], 0);
}

void console_write(const char *text, u32 len)
{
	static char copy[256];
	u32 unused;

	memcpy(copy, text, len);
	describe(&console.vq[1], 0, copy, len, 0, 0);
	offer(&console.vq[1], 0);
	wait_used(&console.vq[1], &unused, 0);
}

int console_read(char *to, u32 max)
{
	u32 len;

	wait_used(&console.vq[0], &len, 0);
	if (len > max)
		len = max;
	memcpy(to, input[0], len);
	offer(&console.vq[0], 0);
	return (int)len;
}

/* --- Disk ------------------------------------------------------------------------------ */

#if GEN_TLV
struct request { u32 type, ioprio; u64 sector, id; };
#else
struct request { u32 type, ioprio; u64 sector; };
#endif

u32 block_sectors(void)
{
	if (!disk.type && open_device(&disk, V_BLOCK) < 0)
		return 0;
	return *(u32 *)disk.config;
}

static int transfer(u32 type, u32 sector, const void *data, u32 sectors, u16 flags)
{
	static struct request r;
	static volatile u8 status;
	u32 unused;

	r.type = type;
	r.sector = sector;
	status = 0xff;
	describe(&disk.vq[0], 0, &r, sizeof(r), NEXT, 1);
	describe(&disk.vq[0], 1, data, sectors * 512, NEXT | flags, 2);
	describe(&disk.vq[0], 2, (const void *)&status, 1, WRITES, 0);
	offer(&disk.vq[0], 0);
	wait_used(&disk.vq[0], &unused, 0);
	return status ? -1 : 0;
}

int block_read(u32 sector, void *to, u32 sectors)
{
	return transfer(0, sector, to, sectors, WRITES);
}

int block_write(u32 sector, const void *from, u32 sectors)
{
	return transfer(1, sector, from, sectors, 0);
}

/* --- Network ------------------------------------------------------------------------------ */

/* The header alone in the first descriptor, as 2.6.24 wants it. */
static void offer_buffer(u32 i)
{
	describe(&net.vq[0], 2 * i, headers[i], bus_net_header, NEXT | WRITES, (u16)(2 * i + 1));
	describe(&net.vq[0], 2 * i + 1, input[i], FRAME_MAX, WRITES, 0);
	offer(&net.vq[0], (u16)(2 * i));
}

int net_open(u8 mac[6])
{
	u32 i;

	if (open_device(&net, V_NET) < 0)
		return -1;
	memcpy(mac, net.config, 6);
	for (i = 1; i < RX_BUFFERS; i++)	/* input[0] is the console's */
		offer_buffer(i);
	return 0;
}

int net_send(const void *frame, u32 len)
{
	static u8 header[16], copy[FRAME_MAX];
	u32 unused;

	memcpy(copy, frame, len);
	describe(&net.vq[1], 0, header, bus_net_header, NEXT, 1);
	describe(&net.vq[1], 1, copy, len, 0, 0);
	offer(&net.vq[1], 0);
	return wait_used(&net.vq[1], &unused, 5) < 0 ? -1 : 0;
}

int net_receive(void *to, u32 max)
{
	u32 len;
	int head = wait_used(&net.vq[0], &len, 1);

	if (head < 0)
		return 0;
	len = len > bus_net_header ? len - bus_net_header : 0;
	if (len > max)
		len = max;
	memcpy(to, input[head / 2], len);
	offer_buffer((u32)head / 2);
	return (int)len;
}
