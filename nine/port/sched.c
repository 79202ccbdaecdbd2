/*
 * Who runs: the run queue, switching, sleeping and waking.  A process gives
 * up the processor only here, by sleeping or on its way back to user mode;
 * the interrupt handlers' part is ready() and a flag in m->resched.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Cpufull		= 1000,		/* Proc.cpu of a process that never sleeps */
	Decay		= 32,		/* ticks in which the average forgets 2/3 */
	Penalty		= 5,		/* levels lost by using one's fair share */
	Maxpenalty	= 8,
};

static struct {
	Proc	*head;
	Proc	*tail;
} runq[Nrq];
static ulong runvec;			/* bit n: runq[n] is not empty */
static int nready;
static Proc *deadproc;			/* on whose stack we were until now */

/* Real-time processes are queued by deadline. */
static void
insert(Proc *p)
{
	Proc **l;

	for(l = &runq[PriEdf].head; *l != nil; l = &(*l)->rnext)
		if((*l)->edf->deadline > p->edf->deadline)
			break;
	p->rnext = *l;
	*l = p;
	if(p->rnext == nil)
		runq[PriEdf].tail = p;
}

static void
enqueue(Proc *p)
{
	int pri;

	pri = p->priority;
	p->rnext = nil;
	if(pri == PriEdf)
		insert(p);
	else{
		if(runq[pri].head)
			runq[pri].tail->rnext = p;
		else
			runq[pri].head = p;
		runq[pri].tail = p;
	}
	runvec |= 1UL<<pri;
	nready++;
}

static Proc*
dequeue(int pri)
{
	Proc *p;

	p = runq[pri].head;
	runq[pri].head = p->rnext;
	if(runq[pri].head == nil){
		runq[pri].tail = nil;
		runvec &= ~(1UL<<pri);
	}
	nready--;
	return p;
}

/* p is queued somewhere: take it out. */
static void
unqueue(Proc *p)
{
	Proc **l, *q;
	int pri;

	pri = p->priority;
	q = nil;
	for(l = &runq[pri].head; *l != p; l = &(*l)->rnext)
		q = *l;
	*l = p->rnext;
	if(runq[pri].tail == p)
		runq[pri].tail = q;
	if(runq[pri].head == nil)
		runvec &= ~(1UL<<pri);
	nready--;
}

static int
bestpri(void)
{
	return 31 - __builtin_clzl(runvec);
}

int
anyready(void)
{
	return runvec != 0;
}

/* Let p's average of CPU use fade with the time gone by. */
static void
fade(Proc *p)
{
	uvlong now, tick;
	ulong n;

	now = cycles();
	tick = m->cyclefreq/HZ;
	if(now-p->lastupdate < tick)
		return;
	if(now-p->lastupdate > tick*Decay*8){
		p->cpu = 0;
		p->lastupdate = now;
		return;
	}
	n = (ulong)(now-p->lastupdate) / (ulong)tick;
	p->lastupdate += n*tick;
	while(n-- > 0)
		p->cpu -= p->cpu/Decay;
}

/*
 * A process loses priority by what it uses of the processor, measured by
 * what each would get if all who want it got the same: however many compute,
 * one that mostly sleeps comes before them.
 */
void
reprioritize(Proc *p)
{
	ulong fair, loss;
	int pri;

	fade(p);
	if(p->edf != nil && edfready(p)){
		p->priority = PriEdf;
		return;
	}
	pri = p->basepri;
	if(!p->fixedpri){
		fair = m->load > 1000 ? Cpufull*1000/m->load : Cpufull;
		loss = p->cpu*Penalty/(fair+1);
		pri -= loss < Maxpenalty ? loss : Maxpenalty;
	}
	if(pri < 1)
		pri = 1;
	if(pri >= Npriq)
		pri = Npriq-1;
	p->priority = pri;
}

/* Should p run rather than up? */
static int
better(Proc *p)
{
	if(p->priority != up->priority)
		return p->priority > up->priority;
	return p->priority == PriEdf && p->edf->deadline < up->edf->deadline;
}

/* p may run.  From any context. */
void
ready(Proc *p)
{
	int s;

	s = splhi();
	if(p->state == Ready)
		panic("ready: %s %lud is already", p->text, p->pid);
	if(p->edf != nil && edfwaits(p)){
		p->state = Waitrelease;
		splx(s);
		return;
	}
	reprioritize(p);
	p->state = Ready;
	if(p->trace)
		proctrace(p, SReady, 0);
	enqueue(p);
	if(up && up->state == Running){
		if(better(p))
			m->resched = 1;
		clocktick();
	}
	splx(s);
}

void
schedagain(Proc *p)
{
	int s;

	s = splhi();
	if(p->state == Ready){
		unqueue(p);
		reprioritize(p);
		enqueue(p);
		if(up && up->state == Running && better(p))
			m->resched = 1;
	}else if(p == up)
		reprioritize(p);
	splx(s);
}

/* Everybody's average has faded: queue the waiting again, once a second. */
static void
requeue(void)
{
	Proc *list, *p, *next;
	int pri;

	list = nil;
	for(pri = 0; pri < Npriq; pri++)	/* real-time has no average */
		while(runq[pri].head){
			p = dequeue(pri);
			p->qnext = list;
			list = p;
		}
	/* the list is backwards: turn it before queueing */
	for(p = list, list = nil; p; p = next){
		next = p->qnext;
		p->qnext = list;
		list = p;
	}
	for(p = list; p; p = next){
		next = p->qnext;
		p->qnext = nil;
		reprioritize(p);
		enqueue(p);
	}
}

/* A tick found up running; called by the clock, interrupts off. */
void
schedtick(Ureg *ur)
{
	USED(ur);
	m->load = (m->load*19 + nready*1000 + (up && up->state == Running)*1000) / 20;
	if(up == nil || up->state != Running)
		return;
	fade(up);
	up->cpu += (Cpufull-up->cpu)/Decay;
	reprioritize(up);
	if(m->ticks % HZ == 0)
		requeue();
	if(runvec == 0)
		return;
	if(--up->quanta <= 0 || bestpri() > up->priority)
		m->resched = 1;
}

/* The best of the ready, or sleep until there is one. */
static Proc*
runproc(void)
{
	Proc *p;

	while(runvec == 0)
		idle();
	p = dequeue(bestpri());
	p->state = Running;
	p->quanta = Quantum;
	if(p->edf != nil)
		edfrun(p);
	if(p->trace)
		proctrace(p, SRun, 0);
	return p;
}

/*
 * First thing on a new stack: whoever died on the previous one can be
 * taken apart now.
 */
void
schedtail(void)
{
	Proc *p;

	p = deadproc;
	if(p && p != up){
		deadproc = nil;
		mmurelease(p);
		freeproc(p);
	}
	up->startcyc = cycles();
	if(!up->kp)
		fprestore(up);
}

void
accounttime(Proc *p)
{
	uvlong now;

	now = cycles();
	p->syscyc += now - p->startcyc;
	p->startcyc = now;
}

/*
 * Give up the processor.  Whoever calls has put up where it will be found,
 * or left it Running to queue again.
 */
void
sched(void)
{
	Proc *p, *old;
	int s;

	s = splhi();
	m->resched = 0;
	old = up;
	accounttime(old);
	if(*(ulong*)old->kstack != KMAGIC)
		panic("kernel stack of %s %lud overflowed", old->text, old->pid);
	if(old->edf != nil)
		edfstop(old, old->state != Running);
	if(old->state == Running)
		ready(old);
	else if(old->state == Moribund)
		deadproc = old;
	else if(old->trace)
		proctrace(old, SSleep, 0);
	p = runproc();
	if(p != old){
		m->cs++;
		up = p;
		mmuswitch(p);
		if(!setlabel(&old->sched))
			gotolabel(&p->sched);
		schedtail();
	}else
		old->startcyc = cycles();
	splx(s);
}

/* Let others run, at the end of a quantum or by the program's wish. */
void
yield(void)
{
	if(runvec == 0 && !edfspent()){
		m->resched = 0;
		return;
	}
	sched();
}

int
return0(void *a)
{
	USED(a);
	return 0;
}

/*
 * Sleep until woken, unless f already says there is no need.  f is called
 * with interrupts off, so a wakeup cannot get lost in between.  A note ends
 * the sleep with an error.
 */
void
sleep(Rendez *r, int (*f)(void*), void *arg)
{
	int s;

	s = splhi();
	if(r->p)
		iprint("double sleep: %s %lud and %s %lud\n", r->p->text, r->p->pid,
			up->text, up->pid);
	r->p = up;
	up->r = r;
	if(up->notepending || f(arg)){
		r->p = nil;
		up->r = nil;
	}else{
		up->state = Wakeme;
		sched();
	}
	if(up->notepending){
		up->notepending = 0;
		splx(s);
		error(Eintr);
	}
	splx(s);
}

Proc*
wakeup(Rendez *r)
{
	Proc *p;
	int s;

	s = splhi();
	p = r->p;
	if(p){
		r->p = nil;
		p->r = nil;
		ready(p);
	}
	splx(s);
	return p;
}

static int
tsleepdone(void *arg)
{
	return up->tslept || up->tfn(arg);
}

static void
tsleepend(Ureg *ur, Timer *t)
{
	Proc *p;

	USED(ur);
	p = t->a;
	p->tslept = 1;
	if(p->trend)
		wakeup(p->trend);
}

/* Sleep, but not longer than ms. */
void
tsleep(Rendez *r, int (*f)(void*), void *arg, ulong ms)
{
	up->tslept = 0;
	up->trend = r;
	up->tfn = f;
	up->tsleept.f = tsleepend;
	up->tsleept.a = up;
	timeradd(&up->tsleept, fastns() + (uvlong)ms*1000000);
	if(waserror()){
		timerdel(&up->tsleept);
		up->trend = nil;
		nexterror();
	}
	sleep(r, tsleepdone, arg);
	poperror();
	timerdel(&up->tsleept);
	up->trend = nil;
}

/* The machine is up: become process 1, and never come back. */
void
schedinit(void)
{
	splhi();
	up = runproc();
	mmuswitch(up);
	gotolabel(&up->sched);
}

void
scheddump(void)
{
	Proc *p;
	int pri;

	for(pri = Nrq-1; pri >= 0; pri--)
		if(runq[pri].head){
			iprint("rq%d:", pri);
			for(p = runq[pri].head; p; p = p->rnext)
				iprint(" %lud(%lud)", p->pid, p->cpu);
			iprint("\n");
		}
	iprint("nready %d\n", nready);
}
