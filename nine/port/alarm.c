/*
 * Timers: one sorted list, served by the clock interrupt.  And the alarm
 * system call's part.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

static Timer *timers;

void
timeradd(Timer *t, uvlong when)
{
	Timer **l;
	int s, first;

	s = splhi();
	if(t->armed)
		timerdel(t);
	if(when == 0)
		when = 1;
	t->when = when;
	t->armed = 1;
	first = timers == nil || when < timers->when;
	for(l = &timers; *l && (*l)->when <= when; l = &(*l)->next)
		;
	t->next = *l;
	*l = t;
	if(first)
		clockset();
	splx(s);
}

void
timerdel(Timer *t)
{
	Timer **l;
	int s;

	if(!t->armed)
		return;
	s = splhi();
	for(l = &timers; *l; l = &(*l)->next)
		if(*l == t){
			*l = t->next;
			break;
		}
	t->armed = 0;
	splx(s);
}

/* When the first one is due; 0: there is none. */
uvlong
timernext(void)
{
	return timers ? timers->when : 0;
}

/* Interrupts are off. */
void
timerintr(Ureg *ur)
{
	Timer *t;
	uvlong now;

	now = fastns();
	while((t = timers) != nil && t->when <= now){
		timers = t->next;
		t->armed = 0;
		t->f(ur, t);
	}
}

static void
alarmnote(Ureg *ur, Timer *t)
{
	Proc *p;

	USED(ur);
	p = t->a;
	p->alarm = 0;
	postnote(p, 0, "alarm", NUser);
}

/* Set or cancel up's alarm; ms that were left of the previous one. */
ulong
procalarm(ulong ms)
{
	uvlong now;
	ulong left;

	now = fastns();
	left = 0;
	if(up->alarmt.armed && up->alarmt.when > now)
		left = (up->alarmt.when - now + 999999) / 1000000;
	timerdel(&up->alarmt);
	up->alarm = 0;
	if(ms == 0)
		return left;
	up->alarmt.f = alarmnote;
	up->alarmt.a = up;
	up->alarm = msnow() + ms;
	if(up->alarm == 0)
		up->alarm = 1;
	timeradd(&up->alarmt, now + (uvlong)ms*1000000);
	return left;
}
