/* A device with a worker: NOTIFY returns while it works; a table of descriptors; one interrupt, when asked for by index. */
#include "queue.h"

#define REQUESTS 24	/* of 4 KiB: more than randomness gives at once */

static volatile unsigned interrupts;

static void fired(struct trap_frame *f)
{
	(void)f;
	interrupts++;
}

/* The record of the first device of this type. */
static uint8_t *find(unsigned type)
{
	uint8_t *p = va(kit_ram);

	while (*p != type && *p != LG_DEV_END) {
		struct lg_device_desc *d = (void *)p;

		p += sizeof(*d) + d->num_vq * sizeof(struct lg_vqconfig) +
		     2u * d->feature_len + d->config_len;
	}
	return *p == type ? p : NULL;
}

static void start(uint8_t *record, uint32_t features)
{
	volatile struct lg_device_desc *d = (void *)record;
	uint32_t *offered = (void *)(record + sizeof(*d) + sizeof(struct lg_vqconfig));

	is(d->feature_len, 4, "feature bytes");
	is(*offered & features, features, "indirect and event index offered");
	offered[1] = features;
	d->status = LG_DEV_S_ACKNOWLEDGE | LG_DEV_S_DRIVER | LG_DEV_S_DRIVER_OK;
	hcall(LHCALL_NOTIFY, pa(record), 0, 0, 0);
}

/* Request n: a table of two buffers, 2 KiB each. */
static void request(struct t_queue *q, unsigned n, uint32_t buffer, uint32_t tables)
{
	volatile struct lg_vring_desc *t = (void *)va(tables + n * 32);
	unsigned i;

	for (i = 0; i < 2; i++) {
		t[i].addr = buffer + i * 2048;
		t[i].len = 2048;
		t[i].flags = (uint16_t)(LG_VRING_DESC_WRITE | (i ? 0 : LG_VRING_DESC_NEXT));
		t[i].next = 1;
	}
	t_describe(q, n, tables + n * 32, 32, LG_VRING_DESC_INDIRECT, 0);
	t_offer(q, n);
}

static int zeros(uint32_t gpa)
{
	const uint32_t *p = va(gpa);
	int n = 0;

	for (unsigned i = 0; i < 1024; i++)
		n += !p[i];
	return n;
}

int main(void)
{
	uint8_t *record;
	const struct lg_vqconfig *vq;
	struct t_queue q;
	uint32_t buffer, tables;
	uint64_t end;
	int i;

	t_init();
	record = find(LG_DEV_RNG);
	ok(record != NULL, "a source of randomness");
	vq = (void *)(record + sizeof(struct lg_device_desc));
	q = (struct t_queue){ va(vq->pfn * 4096), va(vq->pfn * 4096 + 4096),
			      va(vq->pfn * 4096 + 8192), vq->pfn * 4096, vq->irq };
	start(record, LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX);
	on_trap(LG_FIRST_IRQ_VECTOR + q.irq, fired);
	buffer = t_page();
	tables = t_page();
	q.avail->ring[LG_VRING_NUM] = REQUESTS - 1;	/* interrupt at the last */
	for (i = 0; i < REQUESTS; i++)
		request(&q, (unsigned)i, buffer, tables);
	t_kick(&q);
	ok(q.used->idx < REQUESTS, "NOTIFY does not wait");
	irq_on();
	for (end = rdtsc() + 30000000000ull; q.used->idx != REQUESTS && rdtsc() < end; )
		__asm__ volatile("pause");
	is(q.used->idx, REQUESTS, "all answered while we ran");
	for (end = rdtsc() + 3000000000ull; !interrupts && rdtsc() < end; )
		__asm__ volatile("pause");
	is(interrupts, 1, "interrupts");
	irq_off();
	is(q.used->ring[3].len, 4096, "bytes of an answer");
	ok(zeros(buffer) < 10, "random bytes");
	t_done();
}
