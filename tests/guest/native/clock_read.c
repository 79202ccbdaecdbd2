/* CLOCK_READ: monotonic never goes back and runs at the right speed; UTC agrees with lguest_data. */
#include "t.h"

static uint64_t clock_read(uint32_t which)
{
	uint64_t ns;

	__asm__ volatile("call *%[slot]" : "=A"(ns)
			 : "a"(LHCALL_CLOCK_READ), "b"(which), "d"(0x12345678),
			   [slot] "D"(hypercall_page + LHCALL_CLOCK_READ * LG_HCALL_SLOT_SIZE)
			 : "memory", "cc");
	return ns;
}

static uint64_t clock_read_trap(uint32_t which)
{
	uint64_t ns;

	__asm__ volatile("int $0x1f" : "=A"(ns) : "a"(LHCALL_CLOCK_READ), "b"(which) : "memory");
	return ns;
}

static void fired(struct trap_frame *f)
{
	(void)f;
}

int main(void)
{
	uint64_t before, after, utc, now;
	unsigned i, back = 0;

	t_init();
	before = clock_read(LG_CLOCK_MONOTONIC);
	for (i = 0; i < 100000; i++) {
		now = i % 100 ? clock_read(LG_CLOCK_MONOTONIC) : clock_read_trap(LG_CLOCK_MONOTONIC);
		back += now < before;
		before = now;
	}
	is(back, 0, "100000 readings never go back");
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	before = clock_read(LG_CLOCK_MONOTONIC);
	hcall(LHCALL_SET_CLOCKEVENT, 50000000, 0, 0, 0);
	halt();
	after = clock_read(LG_CLOCK_MONOTONIC);
	ok(after - before >= 50000000, "50 ms asleep are at least 50 ms");
	ok(after - before < 2000000000, "and not seconds: 0x%x", (uint32_t)(after - before));
	utc = clock_read(LG_CLOCK_REALTIME);
	now = (uint64_t)RD(lguest_data.time_sec) * 1000000000u + RD(lguest_data.time_nsec);
	ok(utc - now < 2000000000, "UTC and lguest_data agree");
	ok(clock_read_trap(LG_CLOCK_REALTIME) - utc < 2000000000, "trap and gate agree");
	t_done();
}
