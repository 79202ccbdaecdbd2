/* SPDX-License-Identifier: MIT */
/*
 * random=N seed=S: N hypercalls with random numbers and arguments, one in four
 * through the ring.  With wild=1 anything goes, and the guest dies soon.  Else
 * they are such as a guest may survive, and one in ten million is not.  What must
 * not die of it is lguest.
 */
#include "tests/gen/gen.h"

#define CALLS	 20u	/* numbers known to some generation are below */
#define ONE_WILD 10000000u
#ifdef GEN_PAE
#define SPAN 3u			/* entries of a directory for users */
#else
#define SPAN 700u
#endif

static u32 state;

static u32 random32(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static u32 below(u32 n)
{
	return random32() % n;
}

static u32 any(void)
{
	switch (below(7)) {
	case 0: return below(300);
	case 1: return random32();
	case 2: return below(mem_bytes) & ~(PAGE - 1);
	case 3: return 0x20000000 + below(0x400000);
	case 4: return current_directory();
	case 5: return mem_bytes + below(0x110000) - PAGE;
	default: return below(mem_bytes) & ~3u;
	}
}

static void *nothing;		/* a page of zeros: an empty list, a text of no bytes */

/* Arguments which the call has to take.  0: no such call, or none that one survives. */
static int tame(u32 n, u32 *a)
{
	switch (n) {
	case H_FLUSH_ASYNC:
	case H_FLUSH_TLB:
	case H_TS:
	case H_SET_CLOCKEVENT:
		return 1;
	case H_SET_PTE:
		a[1] %= 0xffc00000;	/* above are the Switcher's pages */
		return 1;
	case H_LOAD_GDT:
		a[0] = pa(nothing);
		a[1] = below(33);
		return GEN_LOAD_GDT;
	case H_NEW_PGTABLE:
		a[0] = current_directory();
		return 1;
	case H_LOAD_IDT_ENTRY:
		a[0] = 0x90 + a[0] % 64;
		a[2] = 0x8e00 | (a[2] & 0xffff6000);
		return 1;
	case H_LOAD_TLS:
		a[0] = (a[0] % (mem_bytes - PAGE)) & ~7u;
		return 1;
	case H_LOAD_GDT_ENTRY:
		a[0] = below(12) + 17;
		return !GEN_LOAD_GDT;
	case H_SEND_INTERRUPTS:
		return GEN_PENDING;
#ifdef GEN_DMA
	case H_BIND_DMA:
		a[0] = below(mem_bytes) & ~3u;
		a[1] = pa(nothing);
		a[2] = below(8) << 8 | (20 + below(10));
		return 1;
	case H_SEND_DMA:
		a[0] = below(mem_bytes) & ~3u;
		a[1] = pa(nothing);
		return 1;
#else
	case H_SET_PGD:
		a[1] = below(SPAN);
		return 1;
#endif
	}
	return 0;
}

void random_hypercalls(u32 count, u32 seed, int wild)
{
	u32 a[4], done = 0, n, i;

	state = seed * 2654435761u + 1;
	nothing = page();
	while (done < count) {
		n = below(CALLS + wild * 5);
		for (i = 0; i < 4; i++)
			a[i] = any();
		if (!wild && below(ONE_WILD) && !tame(n, a))
			continue;
		if (below(4))
			hcall(n, a[0], a[1], a[2], a[3]);
		else
			post(n, a[0], a[1], a[2], a[3]);
		done++;
	}
	hcall(H_SET_CLOCKEVENT, 0, 0, 0, 0);
	early_write("survived ");
	power_off();
}
