// SPDX-License-Identifier: MIT
/*
 * Chapter 8: time.  SET_CLOCKEVENT is an alarm clock: one interrupt, after so
 * many ns.  What time it is stands in lguest_data, in two words.
 */
#include "kit.h"

#define HZ    100
#define TICKS 120

static volatile unsigned ticks;

/*
 * ms, modulo 2^32.  lguest writes seconds and nanoseconds at each interrupt:
 * they are read until both are of the same one.
 */
static uint32_t now(void)
{
	volatile struct lguest_data *lg = &lguest_data;
	uint32_t sec, nsec;

	do {
		sec = lg->time_sec;
		nsec = lg->time_nsec;
	} while (sec != lg->time_sec);
#if MISTAKE == 1
	/* As if a second ended when nsec reaches 2^32. */
	return sec * (uint32_t)(0x100000000 / 1000000) + nsec / 1000000;
#else
	return sec * 1000 + nsec / 1000000;
#endif
}

static void tick(struct trap_frame *f)
{
	(void)f;
	hcall(LHCALL_SET_CLOCKEVENT, 1000000000 / HZ, 0, 0, 0);
	ticks++;
#ifdef KIT_NATIVE
	/* What we think it is; --doctor compares with the real time. */
	hcall(LHCALL_DEBUG_MARK, LG_MARK_TIME, now(), 0, 0);
#endif
}

/* Sleeps until there is an interrupt; other work would be done here. */
static void idle(void)
{
#if MISTAKE == 2
	__asm__ volatile("hlt");
#elif MISTAKE == 3
	irq_off();
	for (unsigned seen = ticks; ticks == seen;)
		__asm__ volatile("pause");
#else
	wait_irq();
#endif
}

int main(void)
{
	uint32_t start;

	kit_init();
	console_init(0);
	on_trap(LG_FIRST_IRQ_VECTOR + LG_IRQ_CLOCK, tick);
	hcall(LHCALL_SET_CLOCKEVENT, 1000000000 / HZ, 0, 0, 0);
	while (!ticks)
		idle();
	start = now();
	while (ticks < TICKS)
		idle();
	print("%u ticks of %u ms; by the clock %u ms\n", TICKS, 1000 / HZ, now() - start);
	power_off();
}
