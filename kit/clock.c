// SPDX-License-Identifier: MIT
/*
 * Time: one-shot clock events on irq 0, and the wall clock.
 */
#include "kit.h"

static void (*clock_fn)(void);

static void clock_irq(struct trap_frame *f)
{
	(void)f;
	if (clock_fn)
		clock_fn();
}

/* 0 disarms.  Calling it again from fn makes a tick. */
void clock_after(uint32_t ns, void (*fn)(void))
{
	clock_fn = fn;
	on_trap(LG_FIRST_IRQ_VECTOR + LG_IRQ_CLOCK, clock_irq);
	hcall(LHCALL_SET_CLOCKEVENT, ns, 0, 0, 0);
}

#ifdef KIT_NATIVE
uint64_t clock_ns(void)
{
	uint64_t ns;

	__asm__ volatile("call *%[slot]"
			 : "=A"(ns)
			 : "a"(LHCALL_CLOCK_READ), "b"(LG_CLOCK_REALTIME),
			   [slot] "D"(hypercall_page + LHCALL_CLOCK_READ * LG_HCALL_SLOT_SIZE)
			 : "memory");
	return ns;
}
#else
/* The Host writes both words at every delivery: read until they agree. */
uint64_t clock_ns(void)
{
	volatile struct lguest_data *lg = &lguest_data;
	uint32_t sec, nsec;

	do {
		sec = lg->time_sec;
		nsec = lg->time_nsec;
	} while (sec != lg->time_sec);
	return (uint64_t)sec * 1000000000u + nsec;
}
#endif
