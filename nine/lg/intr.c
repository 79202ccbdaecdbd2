/*
 * The flag that is our interrupt enable, the ring of asynchronous
 * hypercalls, the cycle counter, and idling: the small machine primitives.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"

struct lguest_data lgdata = {
	.irq_enabled = 0,
	.hcall_status = { [0 ... LG_RING_SIZE-1] = LG_RING_FREE },
	.kernel_address = KZERO,
	.syscall_vec = VectorSYSCALL,
};

#define BARRIER()	__asm__ volatile("" ::: "memory")

static ulong ringnext;

int
splhi(void)
{
	int s;

	s = *(volatile uint*)&lgdata.irq_enabled;
	*(volatile uint*)&lgdata.irq_enabled = 0;
	BARRIER();
	return s;
}

int
spllo(void)
{
	int s;

	BARRIER();
	s = *(volatile uint*)&lgdata.irq_enabled;
	*(volatile uint*)&lgdata.irq_enabled = LG_EFLAGS_IF;
	if(*(volatile uint*)&lgdata.irq_pending)
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0);
	return s;
}

void
splx(int s)
{
	if(s)
		spllo();
	else
		splhi();
}

int
islo(void)
{
	return *(volatile uint*)&lgdata.irq_enabled != 0;
}

/*
 * Queue a hypercall without a result; the Host does it, in order, before
 * the next synchronous one or the return to user mode.
 */
void
asynccall(ulong n, ulong a1, ulong a2, ulong a3)
{
	struct lg_hcall *h;
	int s;

	s = splhi();
	if(*(volatile uchar*)&lgdata.hcall_status[ringnext] != LG_RING_FREE){
		hcall(n, a1, a2, a3);
		splx(s);
		return;
	}
	h = &lgdata.hcalls[ringnext];
	h->number = n;
	h->arg1 = a1;
	h->arg2 = a2;
	h->arg3 = a3;
	h->arg4 = 0;
	BARRIER();
	*(volatile uchar*)&lgdata.hcall_status[ringnext] = 0;
	ringnext = (ringnext+1) % LG_RING_SIZE;
	splx(s);
}

/*
 * The cycle counter, or nanoseconds where the Host says not to trust it;
 * m->cyclefreq has the unit.
 */
uvlong
cycles(void)
{
	ulong lo, hi;

	if(lgdata.tsc_khz == 0)
		return hcall64(LHCALL_CLOCK_READ, LG_CLOCK_MONOTONIC);
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return ((uvlong)hi<<32) | lo;
}

/* Nothing to run: called at splhi, returns after an interrupt was handled. */
void
idle(void)
{
	uvlong t;

	t = cycles();
	hcall(LHCALL_HALT, 0, 0, 0);
	splhi();
	m->idlecyc += cycles() - t;
}
