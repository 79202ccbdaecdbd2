/* SPDX-License-Identifier: MIT */
/*
 * H:180 The guest's FPU, SSE and AVX registers.
 *
 * While the Host runs from a gate they are simply in the CPU: we are compiled
 * without SSE.  In a signal handler the host's kernel has put them in the
 * frame and reset the CPU's.  On a hand-off they have to go to another process.
 */
#include <cpuid.h>

#include "host/space.h"

#define XFEATURES	0xe7u		/* x87 SSE AVX and AVX-512: no PKRU, no AMX */

static bool have_xsave;

void fpu_init(void)
{
	u32 a, b, c, d;

	__cpuid(1, a, b, c, d);
	have_xsave = c & bit_OSXSAVE;
	if (have_xsave) {
		asm volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
		me.fpu_mask = a & XFEATURES;
	}
	/* Where each component lies; what the CPU has beyond ours (AMX) does not count. */
	for (u32 i = 2; i < 8; i++) {
		if (!(me.fpu_mask & 1u << i))
			continue;
		__cpuid_count(0xd, i, a, b, c, d);
		if (a + b > LG_FPU_SIZE)
			me.fpu_mask &= ~(1ull << i);
	}
}

static void restore_from(const void *area)
{
	if (have_xsave)
		asm volatile("xrstor64 (%0)" : : "r"(area), "a"((u32)me.fpu_mask),
			     "d"(0) : "memory");
	else
		asm volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void fpu_live(void)
{
	if (me.frame_fpu) {
		restore_from(me.frame_fpu);
		me.frame_fpu = NULL;
	}
}

/*
 * XSAVE leaves the header's reserved bytes alone and XRSTOR insists that they
 * are 0; the area starts zeroed and only XSAVE writes it.
 */
void fpu_save(void)
{
	if (have_xsave)
		asm volatile("xsave64 (%0)" : : "r"(cpu->fpu), "a"((u32)me.fpu_mask),
			     "d"(0) : "memory");
	else
		asm volatile("fxsave64 (%0)" : : "r"(cpu->fpu) : "memory");
}

void fpu_restore(void)
{
	restore_from(cpu->fpu);
}
