// SPDX-License-Identifier: MIT
/*
 * Chapter 12: a network.  Two cards and a cable between them: what one sends
 * the other receives, so one guest is enough to try both sides.
 *
 *	lguest run --net socket=cable --net socket=cable kernel
 */
#include "kit.h"

#define FRAMES	32
#define BUFFERS 16
#define HELLO	FRAMES /* a number that counts for nothing */

struct frame {
	uint8_t virtio[10]; /* offloading; we have none: 0 */
	uint8_t to[6], from[6];
	uint8_t type[2];
	uint32_t number;
	uint8_t rest[42]; /* the least a frame has is 60 bytes */
} __attribute__((packed));

static struct queue in, out;
static struct frame sent[FRAMES + 1];
static struct frame buffer[BUFFERS]; /* for what comes */
static uint32_t seen;		     /* bit n: frame n was here */
static volatile unsigned received;
static volatile int linked;
static volatile unsigned ticks;

/* The card may fill this buffer from now on. */
static void offer(unsigned n)
{
#if MISTAKE == 1
	queue_describe(&in, n, &buffer[0], sizeof(buffer[0]), LG_VRING_DESC_WRITE);
#else
	queue_describe(&in, n, &buffer[n], sizeof(buffer[n]), LG_VRING_DESC_WRITE);
#endif
	queue_add(&in, n);
}

static void frame(const struct frame *f)
{
	if (f->number == HELLO)
		linked = 1;
	else if (f->number < FRAMES)
		seen |= 1u << f->number;
	received += f->number != HELLO;
}

/* One interrupt may stand for many frames. */
static void receive(struct trap_frame *f)
{
	unsigned n;
	uint32_t len;

	(void)f;
#if MISTAKE == 2
	if (queue_take(&in, &n, &len)) {
#else
	while (queue_take(&in, &n, &len)) {
#endif
#if MISTAKE == 1
		frame(&buffer[0]);
#else
		frame(&buffer[n]);
#endif
		offer(n);
	}
	queue_kick(&in);
}

static void send(volatile struct lg_device_desc *to, volatile struct lg_device_desc *from,
		 unsigned number)
{
	unsigned n = out.avail->idx % (FRAMES + 1);
	struct frame *f = &sent[n];

	memcpy(f->to, device_config(to), 6);
	memcpy(f->from, device_config(from), 6);
	f->type[0] = 0x88; /* 0x88b5: for experiments */
	f->type[1] = 0xb5;
	f->number = number;
	queue_describe(&out, n, f, sizeof(*f), 0);
	queue_add(&out, n);
}

static volatile struct lg_device_desc *card(unsigned n, struct queue *q, unsigned which)
{
	volatile struct lg_device_desc *d = device_find(LG_DEV_NET, n);

	if (!d)
		panic("two cards, please: --net socket=cable --net socket=cable");
	queue_init(q, d, which);
	return d;
}

static void tick(void)
{
	ticks++;
	clock_after(10000000, tick);
}

int main(void)
{
	volatile struct lg_device_desc *from, *to;
	unsigned n, since, different = 0;

	kit_init();
	console_init(0);
	from = card(0, &out, 1); /* queue 0 receives, 1 sends */
	to = card(1, &in, 0);
	out.avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	on_trap(LG_FIRST_IRQ_VECTOR + in.irq, receive);
	device_start(from);
	device_start(to);
	for (n = 0; n < BUFFERS; n++)
		offer(n);
	queue_kick(&in);

	tick();
	/* Both plugs need a moment; what is sent before that is lost. */
	for (n = 0; n < 100 && !linked; n++) {
		send(to, from, HELLO);
		queue_kick(&out);
		for (since = ticks; ticks == since && !linked;)
			wait_irq();
	}
	for (n = 0; n < FRAMES; n++)
		send(to, from, n);
	queue_kick(&out); /* all at once: what a fast sender does */
	for (since = ticks; received < FRAMES && ticks - since < 100;)
		wait_irq();
	for (n = 0; n < FRAMES; n++)
		different += seen >> n & 1;
	print("sent %u frames, received %u, %u different\n", FRAMES, received, different);
	if (different != FRAMES)
		panic("frames were lost");
	power_off();
}
