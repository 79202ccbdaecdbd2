// SPDX-License-Identifier: MIT
/*
 * Chapter 4: a real console.  From here on the kit has brought us up: we run
 * at 0xC0400000 on page tables that map all of RAM at 0xC0000000, and there
 * are trap handlers.  A device is a queue of descriptors in shared memory:
 * we fill one in and kick, the device does it and raises an interrupt.
 */
#include "kit.h"

#define END_OF_INPUT 4

static struct queue in, out;
static char keys[64];
static volatile int finished;

/* Lends len bytes at data to the device: one descriptor, number 0. */
static void lend(struct queue *q, const volatile void *data, uint32_t len, uint16_t flags)
{
#if MISTAKE == 1
	q->desc[0].addr = (uint32_t)data;
#else
	q->desc[0].addr = pa(data); /* the device knows no page tables */
#endif
	q->desc[0].len = len;
	q->desc[0].flags = flags;
	q->avail->ring[q->avail->idx % q->num] = 0;
	__asm__ volatile("" : : : "memory"); /* first the entry, then the index */
	q->avail->idx++;
	hcall(LHCALL_NOTIFY, q->gpa, 0, 0, 0);
}

/* Waits until it is ours again. */
static void wait(struct queue *q)
{
	while (q->used->idx != q->avail->idx)
		__asm__ volatile("pause");
}

static void write(const char *text, unsigned len)
{
	static char buffer[128]; /* not on the stack: see MISTAKE 2 */

	while (len) {
		unsigned n = len < sizeof(buffer) ? len : sizeof(buffer);

#if MISTAKE != 3
		wait(&out);
#endif
		memcpy(buffer, text, n);
		lend(&out, buffer, n, 0);
		text += n;
		len -= n;
	}
}

static void listen(void)
{
#if MISTAKE == 2
	char keys[64]; /* gone when we return; the device does not know */
#endif
	lend(&in, keys, sizeof(keys), LG_VRING_DESC_WRITE);
}

/* The interrupt: keys have been written to our buffer. */
static void typed(struct trap_frame *f)
{
	(void)f;
	while (in.seen != in.used->idx) {
		uint32_t len = in.used->ring[in.seen++ % in.num].len;

		if (len && keys[len - 1] == END_OF_INPUT) {
			finished = 1;
			len--;
		}
		write(keys, len);
		listen();
	}
}

int main(void)
{
	static const char hello[] = "a real console; type something, Ctrl-d ends it\n";
	volatile struct lg_device_desc *d;

	kit_init();
	d = device_find(LG_DEV_CONSOLE, 0);
	if (!d)
		panic("no console");
	queue_init(&in, d, 0);
	queue_init(&out, d, 1);
	out.avail->flags = LG_VRING_AVAIL_NO_INTERRUPT; /* we wait instead */
	device_start(d);
	on_trap(LG_FIRST_IRQ_VECTOR + in.irq, typed);
	write(hello, sizeof(hello) - 1);
	listen();
	while (!finished)
		wait_irq();
	wait(&out);
	power_off();
}
