/*
 * What has to happen later.  One process per stack does it, woken by one
 * timer set for the earliest; setting it for later than it is set is not
 * worth the trouble, so it may wake to find nothing to do.  With nothing to
 * wait for it sleeps, and the machine with it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

/* At interrupt time. */
static void
ring(Ureg *ur, Timer *t)
{
	Fs *f;

	USED(ur);
	f = t->a;
	f->tnext = 0;
	f->tfire = 1;
	wakeup(&f->tr);
}

static int
fired(void *a)
{
	return ((Fs*)a)->tfire;
}

static uvlong
sooner(uvlong a, uvlong b)
{
	if(a == 0)
		return b;
	return b == 0 || a < b? a: b;
}

static void
timerproc(void *a)
{
	Fs *f;
	uvlong now, next;

	f = a;
	for(;;){
		if(waserror())
			continue;		/* nobody may end this process */
		sleep(&f->tr, fired, f);
		poperror();
		f->tfire = 0;
		now = fastns();
		fragexpire(f);
		next = arptick(f, now);
		next = sooner(next, limbotick(f, now));
		next = sooner(next, tcptick(f, now));
		if(next != 0)
			iptimerat(f, next);
	}
}

/* Have the above done at that time, ns of fastns, or sooner. */
void
iptimerat(Fs *f, uvlong when)
{
	int s;

	if(f->tnext != 0 && f->tnext <= when)
		return;
	s = splhi();
	f->tnext = when;
	f->timer.f = ring;
	f->timer.a = f;
	timeradd(&f->timer, when);
	splx(s);
	if(!f->trunning && trykproc("#Itimer", timerproc, f) != nil)
		f->trunning = 1;
}
