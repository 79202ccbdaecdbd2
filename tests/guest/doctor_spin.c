/* --doctor: the kernel waits for a lock with interrupts off, and works for long with them off. */
/* run: --doctor */
/* skip: --base */
/* expect: status=0 stdout~"PASS" stderr~"doctor: the kernel goes round in a circle with interrupts off: [0-9]+ ms at 0x[0-9a-f]+ lock\+.*doctor: interrupt 0 .the clock. had to wait for [0-9]+ ms of computing with interrupts off.*doctor: 2 findings" */
#include "t.h"

static volatile unsigned held, ticks;

static void fired(struct trap_frame *f)
{
	(void)f;
	ticks++;
}

/* Its holder was interrupted: nobody gives it back.  After a while we do. */
static __attribute__((noinline)) void lock(void)
{
	for (uint32_t n = 1200000000; held && n; n--)	/* about half a second of CPU time */
		;
}

static uint32_t work[4096];

/* Not in one place: three loops over an array. */
static void long_work(void)
{
	unsigned i;

	for (unsigned n = 0; n < 80000; n++) {
		for (i = 0; i < 4096; i++)
			work[i] += i;
		__asm__ volatile(".skip 300, 0x90");
		for (i = 4096; i > 0; i--)
			work[i - 1] ^= i;
		__asm__ volatile(".skip 300, 0x90");
		for (i = 0; i < 4096; i += 3)
			work[i] *= 5;
	}
}

int main(void)
{
	t_init();
	held = 1;
	irq_off();
	lock();
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	irq_on();
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	irq_off();
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	long_work();
	irq_on();
	while (!ticks)
		;
	t_done();
}
