/* --doctor: a buffer is filled again or read before the driver can know that it came back; frames are left in the used ring. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: device memory touched before it came back: 0xc[0-9a-f]+ is written, but the buffer at gpa 0x[0-9a-f]+, which queue 1 of the console reads, is still owned by it .descriptor 0.* write_again.*doctor: device memory touched before it came back: 0xc[0-9a-f]+ is read, but the buffer at gpa 0x[0-9a-f]+, which queue 0 of the rng writes.* offered by .* read_early.*doctor: lost in the used ring: [1-5] buffers? came back in queue 0 of the rng, and the guest sleeps.*doctor: 3 findings" */
#include "queue.h"

static char text[64] __attribute__((aligned(4096)));
static volatile uint32_t random[1024] __attribute__((aligned(4096)));
static struct t_queue rng;
static volatile int ticks, interrupts;

static void find_rng(void)
{
	volatile struct lg_device_desc *d = device_find(LG_DEV_RNG, 0);
	const struct lg_vqconfig *vq = (void *)(d + 1);

	rng = (struct t_queue){ va(vq->pfn * 4096), va(vq->pfn * 4096 + 4096), va(vq->pfn * 4096 + 8192),
				vq->pfn * 4096, vq->irq };
	device_start(d);
}

static __attribute__((noinline)) void write_again(void)
{
	for (unsigned i = 0; i < 2; i++) {
		text[0] = '.';
		t_describe(&t_transmit, 0, pa(text), 1, 0, 0);
		t_offer(&t_transmit, 0);
		t_kick(&t_transmit);
	}
}

static __attribute__((noinline)) uint32_t read_early(void)
{
	t_describe(&rng, 0, pa(random), 256, LG_VRING_DESC_WRITE, 0);
	t_offer(&rng, 0);
	t_kick(&rng);
	return random[3];
}

static void sent(struct trap_frame *f)
{
	(void)f;
}

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
}

static uint16_t taken;

/* Takes one answer, however many there are. */
static void one(struct trap_frame *f)
{
	(void)f;
	interrupts++;
	if (taken != RD(rng.used->idx))
		ok(RD(rng.used->ring[taken++ % LG_VRING_NUM].len), "an answer");
}

static void leave_some(void)
{
	for (unsigned i = 1; i < 5; i++) {
		t_describe(&rng, i, pa(random) + 512 * i, 64, LG_VRING_DESC_WRITE, 0);
		t_offer(&rng, i);
	}
	on_trap(LG_FIRST_IRQ_VECTOR + rng.irq, one);
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	t_kick(&rng);
	hcall(LHCALL_SET_CLOCKEVENT, 900000000, 0, 0, 0);
	while (!ticks)
		hcall(LHCALL_HALT, 0, 0, 0, 0);
}

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	find_rng();
	on_trap(LG_FIRST_IRQ_VECTOR + t_transmit.irq, sent);
	write_again();
	read_early();
	t_wait_used(&t_transmit, 2);
	leave_some();
	ok(taken && taken < 5, "not all were taken");
	t_done();
}
