// SPDX-License-Identifier: MIT
/*
 * Chapter 11: a disk.  A request is a chain of three descriptors: a header
 * that says what is wanted, the data, and one byte for the result.  Run it
 * with --disk FILE; sector 1 of the file counts how often it was.
 */
#include "kit.h"

#define SECTOR	  512
#define READ	  0
#define WRITE	  1
#define NO_RESULT 0xff

/* virtio's; the disk reads it whenever it comes to it, so it stays put. */
struct header {
	uint32_t type, priority;
	uint64_t sector;
};

static struct queue q;
static volatile uint8_t result;
static char data[SECTOR] __attribute__((aligned(LG_PAGE_SIZE)));

/* An interrupt says that something is done; the queue says what. */
static void done(struct trap_frame *f)
{
	unsigned head;
	uint32_t len;

	(void)f;
	while (queue_take(&q, &head, &len))
		;
}

/* Begins a request for one sector and returns at once. */
static void submit(uint32_t type, uint32_t sector)
{
#if MISTAKE == 1
	struct header header; /* on the stack: gone before the disk looks */
#else
	static struct header header;
#endif
	uint16_t to_us = type == READ ? LG_VRING_DESC_WRITE : 0;

	header.type = type;
	header.priority = 0;
	header.sector = sector;
	result = NO_RESULT;
	queue_describe(&q, 0, &header, sizeof(header), LG_VRING_DESC_NEXT);
	queue_describe(&q, 1, data, SECTOR, LG_VRING_DESC_NEXT | to_us);
#if MISTAKE == 2
	queue_describe(&q, 2, &result, 1, 0);
#else
	queue_describe(&q, 2, &result, 1, LG_VRING_DESC_WRITE);
#endif
	queue_add(&q, 0);
	queue_kick(&q);
}

static void transfer(uint32_t type, uint32_t sector)
{
	submit(type, sector);
#if MISTAKE != 3
	while (q.seen != q.avail->idx)
		wait_irq();
	if (result)
		panic("the disk says no");
#endif
}

int main(void)
{
	volatile struct lg_device_desc *d;
	uint32_t *count = (uint32_t *)data;

	kit_init();
	console_init(0);
	d = device_find(LG_DEV_BLOCK, 0);
	if (!d)
		panic("no disk: give me one with --disk FILE");
	queue_init(&q, d, 0);
	on_trap(LG_FIRST_IRQ_VECTOR + q.irq, done);
	device_start(d);
	print("a disk of %u sectors\n", *(uint32_t *)device_config(d));

	transfer(READ, 1);
	++*count;
	print("this file was here %u times\n", *count);
	transfer(WRITE, 1);
	memset(data, 0, SECTOR);
	transfer(READ, 1);
	print("and the disk remembers: %u\n", *count);
	power_off();
}
