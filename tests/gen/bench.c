/* SPDX-License-Identifier: MIT */
/* bench=1: what a hypercall costs. */
#include "tests/gen/gen.h"

static inline u64 tsc(void)
{
	u64 t;

	__asm__ volatile("rdtsc" : "=A"(t));
	return t;
}

#define ROUNDS	64u
#define CALLS	1024u

/* The median of many rounds: FLUSH_ASYNC does nothing but empty an empty ring. */
void bench(void)
{
	u32 cycles[ROUNDS], i, j;

	clock_stop();
	for (i = 0; i < ROUNDS; i++) {
		u64 start = tsc();

		for (j = 0; j < CALLS; j++)
			hcall(H_FLUSH_ASYNC, 0, 0, 0, 0);
		cycles[i] = (u32)(tsc() - start) / CALLS;
	}
	for (i = 0; i < ROUNDS; i++)
		for (j = i + 1; j < ROUNDS; j++)
			if (cycles[j] < cycles[i]) {
				u32 c = cycles[i];

				cycles[i] = cycles[j];
				cycles[j] = c;
			}
	print("null hypercall: %u ns median, %u ns least\n",
	      cycles[ROUNDS / 2] * 1000 / (guest_data.tsc_khz / 1000),
	      cycles[0] * 1000 / (guest_data.tsc_khz / 1000));
	power_off();
}
