/* tsc_khz, if not 0, is the speed of the time stamp counter against CLOCK_READ. */
#include "t.h"

static uint64_t monotonic(void)
{
	uint64_t ns;

	__asm__ volatile("int $0x1f" : "=A"(ns)
			 : "a"(LHCALL_CLOCK_READ), "b"(LG_CLOCK_MONOTONIC) : "memory");
	return ns;
}

int main(void)
{
	uint64_t t0, t1, n0, n1;
	uint32_t khz, want = RD(lguest_data.tsc_khz);

	t_init();
	n0 = monotonic();
	t0 = rdtsc();
	while ((uint32_t)(monotonic() - n0) < 100000000)
		;
	t1 = rdtsc();
	n1 = monotonic();
	khz = (uint32_t)(t1 - t0) / ((uint32_t)(n1 - n0) / 1000000);
	ok(!want || (want > khz - khz / 20 && want < khz + khz / 20),
	   "tsc_khz %u, measured %u", want, khz);
	t_done();
}
