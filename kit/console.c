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

struct queue {
	volatile struct lg_vring_desc *desc;
	volatile struct lg_vring_avail *avail;
	volatile struct lg_vring_used *used;
	uint32_t gpa;	    /* of the ring: what NOTIFY wants */
	uint16_t num, seen; /* entries; used.idx up to which we looked */
	unsigned irq;
	char buffer[BUFFERS][BUFFER_SIZE];
};

static struct queue receive, transmit;
static void (*input_fn)(const char *text, unsigned len);
static int running;

void early_print(const char *text)
{
	hcall(LHCALL_NOTIFY, pa(text), 0, 0, 0);
}

static void queue_init(struct queue *q, const struct lg_vqconfig *vq)
{
	q->gpa = vq->pfn * LG_PAGE_SIZE;
	q->num = vq->num;
	q->irq = vq->irq;
	q->desc = va(q->gpa);
	q->avail = va(q->gpa + q->num * sizeof(struct lg_vring_desc));
	/* used starts on the page after avail's last word */
	q->used =
		va((q->gpa + q->num * (sizeof(struct lg_vring_desc) + 2) + 6 + LG_VRING_ALIGN - 1) &
		   -LG_VRING_ALIGN);
}

/* Hands buffer n (len bytes) to the device; the caller kicks. */
static void queue_add(struct queue *q, unsigned n, uint32_t len, uint16_t flags)
{
	uint16_t idx = q->avail->idx;

	q->desc[n].addr = pa(q->buffer[n]);
	q->desc[n].len = len;
	q->desc[n].flags = flags;
	q->avail->ring[idx % q->num] = (uint16_t)n;
	__asm__ volatile("" : : : "memory"); /* x86 keeps stores in order */
	q->avail->idx = idx + 1;
}

static void kick(struct queue *q)
{
	if (!(q->used->flags & LG_VRING_USED_NO_NOTIFY))
		hcall(LHCALL_NOTIFY, q->gpa, 0, 0, 0);
}

static void received(struct trap_frame *f)
{
	struct queue *q = &receive;

	(void)f;
	while (q->seen != q->used->idx) {
		unsigned n = q->used->ring[q->seen % q->num].id % BUFFERS;
		unsigned len = q->used->ring[q->seen % q->num].len;

		q->seen++;
		if (len > BUFFER_SIZE)
			len = BUFFER_SIZE;
		if (input_fn)
			input_fn(q->buffer[n], len);
		queue_add(q, n, BUFFER_SIZE, LG_VRING_DESC_WRITE);
	}
	kick(q);
}

static volatile struct lg_device_desc *find_device(unsigned type)
{
	uint8_t *p = va(kit_ram), *end = p + LG_PAGE_SIZE;

	while (p + sizeof(struct lg_device_desc) <= end) {
		struct lg_device_desc *d = (void *)p;

		if (d->type == LG_DEV_END)
			break;
		if (d->type == type)
			return d;
		p += sizeof(*d) + d->num_vq * sizeof(struct lg_vqconfig) + 2u * d->feature_len +
		     d->config_len;
	}
	return 0;
}

/* Returns 0, or -1 when there is no console device. */
int console_init(void (*input)(const char *text, unsigned len))
{
	volatile struct lg_device_desc *d = find_device(LG_DEV_CONSOLE);
	const struct lg_vqconfig *vq;
	unsigned n;

	if (!d || d->num_vq < 2)
		return -1;
	vq = (const void *)(d + 1);
	input_fn = input;
	d->status = LG_DEV_S_ACKNOWLEDGE;
	d->status |= LG_DEV_S_DRIVER;
	queue_init(&receive, &vq[0]);
	queue_init(&transmit, &vq[1]);
	/* We accept no features, so the bits stay 0 and are final. */
	hcall(LHCALL_NOTIFY, pa(d), 0, 0, 0);
	d->status |= LG_DEV_S_DRIVER_OK;
	on_trap(LG_FIRST_IRQ_VECTOR + receive.irq, received);
	transmit.avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	for (n = 0; n < BUFFERS; n++)
		queue_add(&receive, n, BUFFER_SIZE, LG_VRING_DESC_WRITE);
	kick(&receive);
	running = 1;
	return 0;
}

static void transmit_some(const char *text, unsigned len)
{
	struct queue *q = &transmit;
	unsigned n = q->avail->idx % BUFFERS;

	/* Buffers come back in order: wait for the oldest when all are out. */
	while ((uint16_t)(q->avail->idx - q->used->idx) >= BUFFERS)
		__asm__ volatile("pause");
	memcpy(q->buffer[n], text, len);
	queue_add(q, n, len, 0);
	kick(q);
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
