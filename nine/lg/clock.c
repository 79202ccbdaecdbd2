/*
 * Time.  The hardware is one one-shot event.  It is set for the first timer,
 * or for the end of a tick when a process runs and another waits; a lone
 * process is not disturbed, and an idle machine sleeps to its next timer.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "lg.h"

enum
{
	Tickns	= 1000000000/HZ,
	Minns	= 2000,			/* an event sooner than this is a waste */
	Resync	= 20000000,		/* how long the wall clock is trusted */
	Maxback	= 1000000,		/* less is drift, more is a correction */
};

static uvlong armed;			/* when the event will come; 0: never */
static uvlong tickat;			/* when the next tick is due; 0: no tick wanted */

/*
 * Between readings of the Host's clocks, which cost a gate each, time goes
 * on by the cycle counter where that can be trusted.
 */
static struct {
	ulong	mult;			/* ns per cycle, times 2^32; 0: do not use cycles */
	uvlong	cyc0;			/* cycle counter ... */
	uvlong	ns0;			/* ... when the monotonic clock said this */
	vlong	off;			/* ns: wall clock minus monotonic */
	uvlong	synced;			/* when off was last looked up; 0: never */
	vlong	last;			/* wall clock never goes back by our own doing */
	vlong	set;			/* todset's correction */
} tod;

static void
arm(uvlong when)
{
	uvlong now, d;

	if(armed && armed <= when)
		return;			/* comes earlier: will set the next one */
	now = fastns();
	d = when > now ? when-now : 0;
	if(d < Minns)
		d = Minns;
	if(d > 0xFFFFFFFFULL)
		d = 0xFFFFFFFFULL;
	armed = now + d;
	hcall(LHCALL_SET_CLOCKEVENT, (ulong)d, 0, 0);
}

void
clockset(void)
{
	uvlong t;
	int s;

	s = splhi();
	t = timernext();
	if(t)
		arm(t);
	splx(s);
}

/* Somebody became ready while somebody else runs. */
void
clocktick(void)
{
	if(tickat)
		return;
	tickat = fastns() + Tickns;
	arm(tickat);
}

void
clockintr(Ureg *ur, void *a)
{
	uvlong now;

	USED(a);
	armed = 0;
	now = fastns();
	timerintr(ur);
	if(tickat && now+Minns >= tickat){
		m->ticks++;
		tickat = 0;
		if((ur->cs & 3) == 3)
			segclock(ur->pc);
		schedtick(ur);
		if(anyready() || nprofiled > 0)
			clocktick();
	}else if(tickat)
		arm(tickat);
	clockset();
}

static void
rebase(void)
{
	tod.ns0 = hcall64(LHCALL_CLOCK_READ, LG_CLOCK_MONOTONIC);
	tod.cyc0 = cycles();
}

/* Monotonic ns.  A machine that slept may have begun to count afresh. */
uvlong
fastns(void)
{
	uvlong d;

	if(tod.mult == 0)
		return hcall64(LHCALL_CLOCK_READ, LG_CLOCK_MONOTONIC);
	d = cycles() - tod.cyc0;
	if((vlong)d < 0){
		rebase();
		return tod.ns0;
	}
	return tod.ns0 + (d>>32)*tod.mult + (((d & 0xFFFFFFFF)*tod.mult)>>32);
}

void
clockinit(void)
{
	if(lgdata.tsc_khz > 1000000){	/* so that mult fits */
		rebase();
		tod.mult = (1000000ULL<<32) / lgdata.tsc_khz;
	}
	m->bootns = fastns();
	m->cyclefreq = lgdata.tsc_khz ? (uvlong)lgdata.tsc_khz*1000 : 1000000000ULL;
	intrenable(LG_IRQ_CLOCK, clockintr, nil, "clock");
}

/*
 * ns since the epoch.  It follows the Host's clock within Resync, adjustments
 * and a sleep of the whole machine, in which the cycle counter may have stood
 * still, included: that is one gate each 20 ms for programs that ask all the time.
 */
vlong
todget(void)
{
	uvlong now;
	vlong t;

	now = fastns();
	if(tod.synced == 0 || now-tod.synced > Resync){
		t = hcall64(LHCALL_CLOCK_READ, LG_CLOCK_REALTIME);
		if(tod.synced && t-(vlong)now < tod.off-Maxback)
			tod.last = 0;	/* somebody set the clock back: so be it */
		tod.off = t - (vlong)now;
		tod.synced = now;
	}
	t = (vlong)now + tod.off;
	if(t < tod.last)
		t = tod.last;
	tod.last = t;
	return t + tod.set;
}

void
todset(vlong ns)
{
	tod.set = 0;
	tod.set = ns - todget();
}

ulong
seconds(void)
{
	return todget() / 1000000000LL;
}

ulong
msnow(void)
{
	return (fastns() - m->bootns) / 1000000;
}
