/*
 * Real-time processes: each is promised so much processor time (cost) in
 * every period, before a deadline; of those that have some left the one whose
 * deadline comes first runs, before all ordinary processes.  Who has used up
 * his share waits for his next period, or, with "extra", goes on as an
 * ordinary process until then.
 *
 * Promises are only made that can be kept: the sum of cost/deadline stays
 * below Maxload.  That is enough, if not necessary, for earliest-deadline
 * scheduling on one processor, and leaves something for everybody else.
 *
 * Everything about Proc.edf happens at splhi.  The kernel is not preempted,
 * so a process overruns its budget by as much as its last system call took.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Maxload		= 950000,	/* in millionths of the processor */
	Million		= 1000000,
	Maxdebt		= 100,		/* periods; then it is forgotten */
	Mincost		= 10000,	/* ns; less is spent by switching */
};

#define	Maxperiod	(60*1000000000LL)

static ulong load;			/* promised, in millionths */

/* "20ms"; without a unit: ns. */
static vlong
parsetime(char *s)
{
	static struct {
		char	*name;
		vlong	ns;
	} unit[] = {
		{ "", 1 }, { "ns", 1 }, { "us", 1000 }, { "µs", 1000 },
		{ "ms", Million }, { "s", 1000*Million },
	};
	vlong v;
	char *e;
	int i;

	v = strtoll(s, &e, 10);
	if(e == s || v < 0 || v > Maxperiod)
		error(Ebadarg);
	for(i = 0; i < nelem(unit); i++)
		if(strcmp(e, unit[i].name) == 0){
			if(v > Maxperiod/unit[i].ns)
				break;
			return v*unit[i].ns;
		}
	error(Ebadarg);
}

static Edf*
edfof(Proc *p)
{
	if(p->edf == nil){
		p->edf = smalloc(sizeof(Edf));
		p->edf->t.a = p;
		p->edf->t.f = edftimer;
	}
	if(p->edf->admitted)
		error("real-time process is admitted: expel it first");
	return p->edf;
}

void
edfset(Proc *p, int what, char *arg)
{
	Edf *e;

	e = edfof(p);
	switch(what){
	case EdfT:
		e->T = parsetime(arg);
		break;
	case EdfD:
		e->D = parsetime(arg);
		break;
	case EdfC:
		e->C = parsetime(arg);
		break;
	case EdfSporadic:
		e->sporadic = 1;
		break;
	case EdfYield:
		e->yieldonblock = 1;
		break;
	case EdfExtra:
		e->extra = 1;
		break;
	case EdfNotes:
		e->notes = 1;
		break;
	}
}

static ulong
loadof(Edf *e)
{
	return e->C*Million / e->D;
}

/* n periods after the last; what was overdrawn then, because we woke up late, is paid back. */
static void
newperiod(Edf *e, uvlong start, vlong n)
{
	e->release = start;
	e->deadline = start + e->D;
	if(n > Maxdebt || e->left + n*e->C > e->C)
		e->left = e->C;
	else
		e->left += n*e->C;
	e->slept = 0;
}

void
edfadmit(Proc *p)
{
	Edf *e;
	int s;

	e = edfof(p);
	if(e->T == 0)
		error("period not set");
	if(e->C < Mincost)
		error("cost not set, or less than 10us");
	if(e->D == 0)
		e->D = e->T;
	if(e->D > e->T)
		error("deadline after the period");
	if(e->C > e->D)
		error("cost greater than the deadline");
	s = splhi();
	if(load + loadof(e) > Maxload){
		splx(s);
		error("not schedulable");
	}
	load += loadof(e);
	e->admitted = 1;
	newperiod(e, fastns(), Maxdebt+1);
	if(p == up)
		e->since = e->release;
	if(p->trace)
		proctrace(p, SAdmit, 0);
	schedagain(p);
	if(p == up)
		timeradd(&e->t, e->since + e->left);
	splx(s);
}

/* An ordinary process again. */
void
edfexpel(Proc *p)
{
	Edf *e;
	int s;

	e = p->edf;
	if(e == nil || !e->admitted)
		return;
	s = splhi();
	e->admitted = 0;
	load -= loadof(e);
	timerdel(&e->t);
	if(p->trace)
		proctrace(p, SExpel, 0);
	if(p->state == Waitrelease){
		p->state = Scheding;
		ready(p);
	}else
		schedagain(p);
	splx(s);
}

void
edffree(Proc *p)
{
	edfexpel(p);
	free(p->edf);
	p->edf = nil;
}

/*
 * Has a new period begun?  One that was busy or ready the whole last one
 * without getting what was promised has missed his deadline.
 */
static void
update(Proc *p, uvlong now)
{
	Edf *e;
	uvlong n;

	e = p->edf;
	if(now < e->release + e->T)
		return;
	if(e->since != 0){		/* it runs: what it does from now on is the new one's */
		e->left -= now - e->since;
		e->since = now;
	}
	if(e->left > 0 && !e->slept){
		e->missed++;
		if(p->trace)
			proctrace(p, SDeadline, 0);
		if(e->notes)
			postnote(p, 0, "sys: deadline miss", NUser);
	}
	n = (now - e->release) / e->T;
	newperiod(e, e->sporadic? now: e->release + n*e->T, n);
	if(e->since != 0)
		timeradd(&e->t, now + e->left);
	if(p->trace)
		proctrace(p, SRelease, 0);
}

/* May p run with real-time priority now? */
int
edfready(Proc *p)
{
	if(p->edf == nil || !p->edf->admitted)
		return 0;
	update(p, fastns());
	return p->edf->left > 0;
}

/* p wants to run: 1 if it has to wait for its next period. */
int
edfwaits(Proc *p)
{
	Edf *e;

	e = p->edf;
	if(e == nil || !e->admitted || edfready(p))
		return 0;
	timeradd(&e->t, e->release + e->T);
	return !e->extra;
}

/* p gets the processor. */
void
edfrun(Proc *p)
{
	Edf *e;

	e = p->edf;
	if(!edfready(p))
		return;
	e->since = fastns();
	timeradd(&e->t, e->since + e->left);
}

/* And leaves it; 0: it wants to go on. */
void
edfstop(Proc *p, int blocks)
{
	Edf *e;
	uvlong now;

	e = p->edf;
	if(e == nil || !e->admitted || e->since == 0)
		return;
	now = fastns();
	timerdel(&e->t);
	e->left -= now - e->since;
	e->since = 0;
	if(e->left <= 0 && p->trace)
		proctrace(p, SSlice, 0);
	if(blocks)
		e->slept = 1;
	if(blocks && e->yieldonblock)
		e->left = 0;
}

/* sleep(0): done for this period. */
void
edfyield(void)
{
	int s;

	s = splhi();
	if(up->trace)
		proctrace(up, SYield, 0);
	edfstop(up, 0);
	if(up->edf->left > 0)
		up->edf->left = 0;
	sched();
	splx(s);
}

/* Is up through with what it may have? */
int
edfspent(void)
{
	Edf *e;

	e = up->edf;
	return e != nil && e->admitted && e->since != 0 && fastns() - e->since >= (uvlong)e->left;
}

/* The budget's end of who runs, or the next period of who waits or has extra time. */
void
edftimer(Ureg *ur, Timer *t)
{
	Proc *p;

	USED(ur);
	p = t->a;
	if(p == up && p->edf->since != 0){
		m->resched = 1;
		return;
	}
	if(p->state == Waitrelease){
		p->state = Scheding;
		ready(p);
	}else if(p->state == Running){
		edfrun(p);
		reprioritize(p);
	}else
		schedagain(p);
}
