/* SPDX-License-Identifier: MIT */
/* Drivers for the devices of 2.6.23. */
#include "tests/gen/gen.h"
#include "tests/gen/dma.h"

#define SLOTS	    16
#define MAC	    6
#define NET_SLOTS   682
#define NET_BUFFERS 8
#define FRAME	    1514

/* --- Finding ---------------------------------------------------------------- */

void *device_page(u32 pfn)
{
	u32 gva = (u32)va(pfn * PAGE);

	map(current_directory(), gva, pfn * PAGE | PTE_P | PTE_W | PTE_A | PTE_D);
	return (void *)gva;
}

u32 find_device(u32 type, struct dma_desc **found)
{
	struct dma_desc *d = device_page(mem_bytes / PAGE);
	u32 i;

	for (i = 0; i < SLOTS; i++)
		if (d[i].type == type && !(d[i].status & 4)) {
			*found = &d[i];
			d[i].status |= 1 | 2 | 4;
			return i + 1;
		}
	return 0;
}

u32 dma_fill(struct dma *d, const void *p, u32 len)
{
	u32 at = (u32)p, done = 0, n, i;

	memset((void *)d, 0, sizeof(*d));
	for (i = 0; i < 16 && done < len; i++) {
		n = PAGE - at % PAGE;
		if (n > len - done)
			n = len - done;
		d->addr[i] = pa(at);
		d->len[i] = (u16)n;
		at += n;
		done += n;
	}
	return done;
}

/* --- Console ------------------------------------------------------------------ */

static struct dma typed;
static char typed_buf[256] __attribute__((aligned(256)));
static u32 typed_at;
static volatile u32 typed_flag;

void console_write(const char *text, u32 len)
{
	struct dma d;
	u32 n;

	while (len) {
		n = dma_fill(&d, text, len);
		send_dma(0, &d);
		text += n;
		len -= n;
	}
}

void early_write(const char *text)
{
	u32 n = 0;

	while (text[n])
		n++;
	console_write(text, n);
}

static void console_irq(void *arg)
{
	(void)arg;
	typed_flag = typed.used_len;
}

void console_init(void)
{
	struct dma_desc *d;
	u32 irq = find_device(D_CONSOLE, &d);

	check(irq != 0, "there is a console");
	dma_fill(&typed, typed_buf, sizeof(typed_buf));
	irq_handler(irq, console_irq, 0);
	check(bind_dma(0, &typed, 1, irq) == 1, "BIND_DMA of the console's input");
}

int console_read(char *to, u32 max)
{
	u32 n;

	while (!typed.used_len)
		wait_for(&typed_flag, 5);
	n = typed.used_len - typed_at;
	if (n > max)
		n = max;
	memcpy(to, typed_buf + typed_at, n);
	typed_at += n;
	if (typed_at == typed.used_len) {
		typed_at = 0;
		typed_flag = 0;
		typed.used_len = 0;
	}
	return (int)n;
}

/* --- Disk ---------------------------------------------------------------------- */

static struct block_page *disk;
static u32 disk_key, disk_irq;
static volatile u32 disk_done;

static void disk_irq_came(void *arg)
{
	(void)arg;
	disk_done = disk->result;
}

static int find_disk(void)
{
	struct dma_desc *d;

	if (disk)
		return 1;
	disk_irq = find_device(D_BLOCK, &d);
	if (!disk_irq)
		return 0;
	disk = device_page(d->pfn);
	disk_key = d->pfn * PAGE;
	irq_handler(disk_irq, disk_irq_came, 0);
	return 1;
}

u32 block_sectors(void)
{
	return find_disk() ? disk->num_sectors : 0;
}

static int transfer(u32 type, u32 sector, void *p, u32 bytes)
{
	static struct dma data, other;
	int ok;

	if (!find_disk() || dma_fill(&data, p, bytes) != bytes)
		return -1;
	memset((void *)&other, 0, sizeof(other));
	disk->type = type;
	disk->sector = sector;
	disk->bytes = bytes;
	disk->result = disk_done = 0;
	if (bind_dma(disk_key, type ? &other : &data, 1, disk_irq) != 1)
		return -1;
	send_dma(disk_key, type ? &data : &other);
	ok = wait_for(&disk_done, 5) && disk_done == 1 && data.used_len == (type ? 0 : bytes);
	return bind_dma(disk_key, type ? &other : &data, 1, 0) == 1 && ok ? 0 : -1;
}

int block_read(u32 sector, void *to, u32 sectors)
{
	return transfer(0, sector, to, sectors * 512);
}

int block_write(u32 sector, const void *from, u32 sectors)
{
	return transfer(1, sector, (void *)from, sectors * 512);
}

/* --- Network ---------------------------------------------------------------------- */

static u8 (*stations)[MAC];
static u32 net_key, net_slot;
static struct dma rx[NET_BUFFERS];
static volatile u32 net_came;

static void net_irq(void *arg)
{
	(void)arg;
	net_came = 1;
}

/* Ten seconds, for somebody to talk to. */
static void wait_for_others(void)
{
	u32 i, n;

	for (n = 0; n < 100; n++) {
		for (i = 0; i < NET_SLOTS; i++)
			if (i != net_slot && *(volatile u8 *)stations[i])
				return;
		for (i = ticks + HZ / 10; ticks < i;)
			hcall(H_HALT, 0, 0, 0, 0);
	}
	check(0, "somebody at the shared page");
}

int net_open(u8 mac[6])
{
	struct dma_desc *d;
	u32 irq = find_device(D_NET, &d), i;

	if (!irq)
		return -1;
	stations = device_page(d->pfn);
	net_key = d->pfn * PAGE;
	net_slot = d->features & (PAGE * d->num_pages - 1);
	for (i = 0; i < NET_BUFFERS; i++)
		dma_fill(&rx[i], page(), FRAME);
	irq_handler(irq, net_irq, 0);
	if (bind_dma(net_key + 4 * net_slot, rx, NET_BUFFERS, irq) != 1)
		return -1;
	memset(mac, 0, MAC);
	mac[0] = 2;
	mac[2] = (u8)guest_data.guestid;
	mac[3] = (u8)(guest_data.guestid >> 8);
	memcpy(stations[net_slot] + 1, mac + 1, MAC - 1);
	*(volatile u8 *)stations[net_slot] = mac[0];
	wait_for_others();
	return 0;
}

static int wants(const u8 *station, const u8 *to)
{
	u8 mac[MAC];

	memcpy(mac, station, MAC);
	if (!mac[0])
		return 0;
	if (mac[0] & 1 || to[0] & 1)
		return 1;
	return memcmp(mac, to, MAC) == 0;
}

int net_send(const void *frame, u32 len)
{
	struct dma d;
	u32 i;
	int sent = -1;

	for (i = 0; i < NET_SLOTS; i++) {
		if (i == net_slot || !wants(stations[i], frame))
			continue;
		dma_fill(&d, frame, len);
		send_dma(net_key + 4 * i, &d);
		if (d.used_len == len)
			sent = 0;
	}
	return sent;
}

int net_receive(void *to, u32 max)
{
	static u32 next;
	u32 i, n;

	for (;;) {
		net_came = 0;
		for (i = 0; i < NET_BUFFERS; i++) {
			struct dma *d = &rx[(next + i) % NET_BUFFERS];

			n = d->used_len;
			if (!n)
				continue;
			if (n > max)
				n = max;
			memcpy(to, va(d->addr[0]), n);
			d->used_len = 0;
			next = (next + i + 1) % NET_BUFFERS;
			return (int)n;
		}
		if (!wait_for(&net_came, 1))
			return 0;
	}
}
