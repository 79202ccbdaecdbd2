/* --doctor is silent: buffers are used when they came back, by index, by interrupt or by element; their neighbours at any time. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: nothing found" never~"touched|lost" */
#include "queue.h"

static struct {
	char text[64], neighbour[64];
	volatile uint32_t random[64];
	volatile uint32_t beside[64];
} page __attribute__((aligned(4096)));
static struct t_queue rng;
static volatile int interrupts, ticks;

static void find_rng(void)
{
	volatile struct lg_device_desc *d = device_find(LG_DEV_RNG, 0);
	const struct lg_vqconfig *vq = (void *)(d + 1);

	rng = (struct t_queue){ va(vq->pfn * 4096), va(vq->pfn * 4096 + 4096), va(vq->pfn * 4096 + 8192),
				vq->pfn * 4096, vq->irq };
	device_start(d);
}

static void ask(void)
{
	t_describe(&rng, 0, pa(page.random), sizeof(page.random), LG_VRING_DESC_WRITE, 0);
	t_offer(&rng, 0);
	t_kick(&rng);
	page.beside[0]++;
}

static void fired(struct trap_frame *f)
{
	(void)f;
	interrupts++;
}

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
}

/* The device reads it: so may we.  A string copy that ends beside it. */
static void write_and_read(void)
{
	char copy[64];

	for (unsigned i = 0; i < 50; i++) {
		page.text[0] = '.';
		t_describe(&t_transmit, 0, pa(page.text), 1, 0, 0);
		t_offer(&t_transmit, 0);
		t_kick(&t_transmit);
		if (RD(page.text[0]) != 46) t_ok(0, __LINE__, "reading");
		memcpy(copy, page.text, 64);
		memcpy(page.neighbour, copy, 64);
		t_wait_used(&t_transmit, t_transmit.avail->idx);
	}
}

int main(void)
{
	unsigned i;

	t_init();
	t_find_console();
	t_start_console();
	find_rng();
	write_and_read();
	for (i = 0; i < 20; i++) {		/* by index */
		ask();
		t_wait_used(&rng, rng.avail->idx);
		page.random[1] += page.random[2];
	}
	on_trap(LG_FIRST_IRQ_VECTOR + rng.irq, fired);
	on_trap(LG_FIRST_IRQ_VECTOR + t_transmit.irq, fired);
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	irq_on();
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	for (i = 0; i < 20; i++) {		/* by interrupt */
		int before = interrupts;

		ask();
		while (interrupts == before)
			;
		page.random[1] += page.random[2];
	}
	ask();					/* by element, and asleep at last */
	while (!RD(rng.used->idx) || RD(rng.used->ring[(rng.used->idx - 1) % LG_VRING_NUM].id))
		;
	hcall(LHCALL_SET_CLOCKEVENT, 600000000, 0, 0, 0);
	while (!ticks)
		hcall(LHCALL_HALT, 0, 0, 0, 0);
	t_done();
}
