/* SET_CLOCKEVENT is one-shot: 0 disarms it, a second call replaces the first. */
#include "t.h"

static volatile unsigned count;

static void fired(struct trap_frame *f)
{
	(void)f;
	count++;
}

static void sleep_cycles(uint32_t cycles)
{
	uint64_t end = rdtsc() + cycles;

	while (rdtsc() < end)
		__asm__ volatile("pause");
}

static void arm(uint32_t ns)
{
	hcall(LHCALL_SET_CLOCKEVENT, ns, 0, 0, 0);
}

int main(void)
{
	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	irq_on();
	arm(2000000);
	sleep_cycles(100000000);
	is(count, 1, "fires once");
	sleep_cycles(100000000);
	is(count, 1, "and not again");
	arm(50000000);
	arm(0);
	sleep_cycles(300000000);
	is(count, 1, "disarmed");
	arm(1000000000);
	arm(2000000);
	sleep_cycles(100000000);
	is(count, 2, "replaced by an earlier one");
	arm(50000000);
	arm(3000000000u);
	sleep_cycles(300000000);
	is(count, 2, "replaced by a later one");
	arm(0);
	hcall_async(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	sleep_cycles(100000000);
	is(count, 3, "through the ring");
	t_done();
}
