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
#include "lg.h"

enum
{
	Tickns	= 1000000000/HZ,
	Minns	= 2000,			/* an event sooner than this is a waste */
};

static uvlong armed;			/* when the event will come; 0: never */
static uvlong tickat;			/* when the next tick is due; 0: no tick wanted */
static vlong epochoff;			/* set by todset: correction to the Host's clock */

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
		schedtick(ur);
		if(anyready())
			clocktick();
	}else if(tickat)
		arm(tickat);
	clockset();
}

void
clockinit(void)
{
	m->bootns = fastns();
	m->cyclefreq = lgdata.tsc_khz ? (uvlong)lgdata.tsc_khz*1000 : 1000000000ULL;
	intrenable(LG_IRQ_CLOCK, clockintr, nil, "clock");
}

vlong
todget(void)
{
	return (vlong)hcall64(LHCALL_CLOCK_READ, LG_CLOCK_REALTIME) + epochoff;
}

void
todset(vlong ns)
{
	epochoff = ns - (vlong)hcall64(LHCALL_CLOCK_READ, LG_CLOCK_REALTIME);
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

void
delay(int ms)
{
	uvlong end;

	end = fastns() + (uvlong)ms*1000000;
	while(fastns() < end)
		;
}
