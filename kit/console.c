// SPDX-License-Identifier: MIT
/*
 * Console output before there are devices (NOTIFY) and after (one virtqueue
 * console: queue 0 receives, queue 1 transmits).
 *
 * Each queue uses the same few buffers over and over, descriptor n for buffer
 * n, so there is no free list: a buffer is ours again when `used` passed it.
 */
#include "kit.h"

#define BUFFERS	    8 /* in each direction; a power of two */
#define BUFFER_SIZE 256

struct channel {
	struct queue q;
	char buffer[BUFFERS][BUFFER_SIZE];
};

static struct channel receive, transmit;
static void (*input_fn)(const char *text, unsigned len);
static int running;

void early_print(const char *text)
{
	hcall(LHCALL_NOTIFY, pa(text), 0, 0, 0);
}

/* Hands buffer n (len bytes) to the device; the caller kicks. */
static void give(struct channel *c, unsigned n, uint32_t len, uint16_t flags)
{
	queue_describe(&c->q, n, c->buffer[n], len, flags);
	queue_add(&c->q, n);
}

static void received(struct trap_frame *f)
{
	unsigned n;
	uint32_t len;

	(void)f;
	while (queue_take(&receive.q, &n, &len)) {
		n %= BUFFERS;
		if (len > BUFFER_SIZE)
			len = BUFFER_SIZE;
		if (input_fn)
			input_fn(receive.buffer[n], len);
		give(&receive, n, BUFFER_SIZE, LG_VRING_DESC_WRITE);
	}
	queue_kick(&receive.q);
}

/* Returns 0, or -1 when there is no console device. */
int console_init(void (*input)(const char *text, unsigned len))
{
	volatile struct lg_device_desc *d = device_find(LG_DEV_CONSOLE, 0);
	unsigned n;

	if (!d || d->num_vq < 2)
		return -1;
	input_fn = input;
	queue_init(&receive.q, d, 0);
	queue_init(&transmit.q, d, 1);
	device_start(d); /* no features: their bits stay 0 */
	on_trap(LG_FIRST_IRQ_VECTOR + receive.q.irq, received);
	transmit.q.avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	for (n = 0; n < BUFFERS; n++)
		give(&receive, n, BUFFER_SIZE, LG_VRING_DESC_WRITE);
	queue_kick(&receive.q);
	running = 1;
	return 0;
}

static void transmit_some(const char *text, unsigned len)
{
	struct queue *q = &transmit.q;
	unsigned n = q->avail->idx % BUFFERS;

	/* Buffers come back in order: wait for the oldest when all are out. */
	while ((uint16_t)(q->avail->idx - q->used->idx) >= BUFFERS)
		__asm__ volatile("pause");
	memcpy(transmit.buffer[n], text, len);
	give(&transmit, n, len, 0);
	queue_kick(q);
}

static void early_write(const char *text, unsigned len)
{
	char chunk[64];

	while (len) {
		unsigned n = len < sizeof(chunk) - 1 ? len : sizeof(chunk) - 1;

		memcpy(chunk, text, n);
		chunk[n] = 0;
		early_print(chunk);
		text += n;
		len -= n;
	}
}

void console_write(const char *text, unsigned len)
{
	uint32_t enabled = lguest_data.irq_enabled;

	if (!running) {
		early_write(text, len);
		return;
	}
	irq_off(); /* handlers print too */
	while (len) {
		unsigned n = len < BUFFER_SIZE ? len : BUFFER_SIZE;

		transmit_some(text, n);
		text += n;
		len -= n;
	}
	if (enabled)
		irq_on();
}
