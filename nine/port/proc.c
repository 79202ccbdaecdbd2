/*
 * The process table, error unwinding, kernel processes and panic.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include <lguest/tasks.h>

Proc *up;
int panicking;

char *statename[NSTATE] = {
	"Dead", "Moribund", "Ready", "Scheding", "Running",
	"Queueing", "QueueingR", "QueueingW", "Wakeme",
	"Broken", "Stopped", "Rendez", "Waitrelease",
};

static Proc *procs;			/* conf.nproc of them */
static Proc *freelist;
static int nused;			/* slots ever used: the rest is untouched memory */
static ulong lastpid;

/* Where debuggers find the table above: see lguest/tasks.h. */
const struct lg_tasks lguest_tasks __attribute__((used)) = {
	LG_TASKS_MAGIC, LG_TASKS_VERSION,
	(ulong)&procs, (ulong)&nused, (ulong)&up, sizeof(Proc),
	offsetof(Proc, pid), offsetof(Proc, text), offsetof(Proc, state),
	(ulong)statename, NSTATE,
	offsetof(Proc, pdpa), offsetof(Proc, sched),
};

void
procinit0(void)
{
	procs = mallocz(conf.nproc*sizeof(Proc), 1);
	if(procs == nil)
		panic("no memory for the process table");
}

Proc*
proctab(int i)
{
	return &procs[i];
}

int
procindex(ulong pid)
{
	int i;

	for(i = 0; i < nused; i++)
		if(procs[i].pid == pid && procs[i].state != Dead)
			return i;
	return -1;
}

/* Pids grow, and one in use is not given again. */
ulong
pidalloc(void)
{
	do{
		if(++lastpid > 0x7FFFFFFF)
			lastpid = 1;
	}while(lastpid < (ulong)nused && procindex(lastpid) >= 0);
	return lastpid;
}

static Proc*
newslot(void)
{
	Proc *p;
	char *k;

	p = freelist;
	if(p){
		freelist = p->qnext;
		return p;
	}
	if(nused >= (int)conf.nproc)
		return nil;
	k = mallocalign(KSTACK, KSTACK);
	if(k == nil)
		return nil;
	p = &procs[nused++];
	p->kstack = k;
	return p;
}

/* An empty process, state Scheding; nil when there are too many. */
Proc*
newproc(void)
{
	Proc *p;

	p = newslot();
	if(p == nil)
		return nil;
	p->state = Scheding;
	p->qnext = nil;
	p->rnext = nil;
	p->qlockp = nil;
	p->psstate = nil;
	p->procmode = 0640;
	p->kp = 0;
	p->hang = 0;
	p->privatemem = 0;
	p->trace = 0;
	p->setargs = 0;
	p->args = nil;
	p->nargs = 0;
	memset(p->seg, 0, sizeof p->seg);
	p->pgrp = nil;
	p->egrp = nil;
	p->fgrp = nil;
	p->rgrp = nil;
	p->slash = nil;
	p->dot = nil;
	p->errbuf0[0] = '\0';
	p->errbuf1[0] = '\0';
	p->errstr = p->errbuf0;
	p->syserrstr = p->errbuf1;
	p->nerrlab = 0;
	p->nlocks = 0;
	p->insyscall = 0;
	p->dbgreg = nil;
	p->notify = 0;
	p->nnote = 0;
	p->notified = 0;
	p->notepending = 0;
	p->unote = 0;
	p->pdbg = nil;
	p->procctl = 0;
	p->syscalltrace = nil;
	p->parent = nil;
	p->parentpid = 0;
	p->nchild = 0;
	p->nwait = 0;
	p->waitq = nil;
	p->r = nil;
	p->trend = nil;
	p->alarm = 0;
	p->fixedpri = 0;
	p->edf = nil;
	p->basepri = PriNormal;
	p->priority = PriNormal;
	p->cpu = 0;
	p->lastupdate = cycles();
	memset(p->time, 0, sizeof p->time);
	p->usercyc = 0;
	p->syscyc = 0;
	p->birthns = fastns();
	p->pid = pidalloc();
	p->noteid = p->pid;
	*(ulong*)p->kstack = KMAGIC;
	return p;
}

/* p has no resources left but its slot and kernel stack. */
void
freeproc(Proc *p)
{
	fpfree(p);
	p->pid = 0;
	p->state = Dead;
	p->qnext = freelist;
	freelist = p;
}

void
kstrdup(char **p, char *s)
{
	char *t, *old;
	int n;

	n = strlen(s)+1;
	t = smalloc(n);
	memmove(t, s, n);
	old = *p;
	*p = t;
	free(old);
}

/* A process of the kernel's own, in the caller's name. */
Proc*
trykproc(char *name, void (*f)(void*), void *arg)
{
	Proc *p;

	p = newproc();
	if(p == nil)
		return nil;
	p->kp = 1;
	p->procmode = 0644;
	p->kpfun = f;
	p->kparg = arg;
	p->basepri = PriKproc;
	p->text = nil;
	p->user = nil;
	kstrdup(&p->user, eve);
	kstrdup(&p->text, name);
	if(up){
		p->slash = up->slash;
		p->dot = up->slash;
		if(p->slash){
			incref(p->slash);
			incref(p->dot);
		}
		p->pgrp = up->pgrp;
		if(p->pgrp)
			incref(p->pgrp);
	}
	kprocchild(p);
	ready(p);
	return p;
}

/* One the kernel cannot do without. */
void
kproc(char *name, void (*f)(void*), void *arg)
{
	if(trykproc(name, f, arg) == nil)
		panic("kproc %s: no process", name);
}

void
procpriority(Proc *p, int pri, int fixed)
{
	if(pri >= Npriq)
		pri = Npriq-1;
	if(pri < 0)
		pri = 0;
	p->basepri = pri;
	p->fixedpri = fixed;
	schedagain(p);
}

/* CPU and real time of p in ms; the stretch in progress counts. */
ulong
procms(Proc *p, int which)
{
	uvlong c;

	switch(which){
	case TUser:
		c = p->usercyc;
		break;
	case TSys:
		if(p == up)
			accounttime(p);
		c = p->syscyc;
		break;
	case TReal:
		return (fastns() - p->birthns) / 1000000;
	default:
		return p->time[which];
	}
	return c / (m->cyclefreq/1000);
}

void
nexterror(void)
{
	if(up->nerrlab <= 0)
		panic("error without a handler: %s", up->errstr);
	spllo();
	__builtin_longjmp(up->errlab[--up->nerrlab], 1);
}

void
error(char *err)
{
	if(up == nil)
		panic("error: %s", err);
	if(err != up->errstr)
		strecpy(up->errstr, up->errstr+ERRMAX, err);
	nexterror();
}

void
errorf(char *fmt, ...)
{
	va_list arg;
	char buf[ERRMAX];

	va_start(arg, fmt);
	vseprint(buf, buf+sizeof buf, fmt, arg);
	va_end(arg);
	error(buf);
}

void
exhausted(char *what)
{
	errorf("no free %s", what);
}

void
panic(char *fmt, ...)
{
	static char buf[256];
	va_list arg;

	splhi();
	if(panicking++)
		lgcrash("panic in panic");
	va_start(arg, fmt);
	vseprint(buf, buf+sizeof buf, fmt, arg);
	va_end(arg);
	iprint("panic: %s\n", buf);
	if(debugpanic)
		consdebug();
	else
		dumpstack();
	lgcrash(buf);
}

void
procdump(void)
{
	Proc *p;
	int i;

	for(i = 0; i < nused; i++){
		p = &procs[i];
		if(p->state == Dead)
			continue;
		iprint("%lud %s %s %s pc %#lux pri %d\n", p->pid, p->text, p->user,
			p->psstate ? p->psstate : statename[p->state], dbgpc(p), p->priority);
	}
}

int
sharesmem(Proc *p, Proc *q)
{
	return p == q || (p->seg[BSEG] && p->seg[BSEG] == q->seg[BSEG])
		|| (p->seg[DSEG] && p->seg[DSEG] == q->seg[DSEG]);
}

/*
 * p's memory is to be free: so all who share it go, as soon as they come out
 * of the kernel, and no handler can stop that.
 */
void
exitbig(Proc *p)
{
	Proc *q;
	int i;

	for(i = 0; i < nused; i++){
		q = &procs[i];
		if(q->state == Dead || q->state == Moribund || q->state == Broken || q->kp)
			continue;
		if(q == up || !sharesmem(p, q))
			continue;
		q->procctl = Proc_exitbig;
		postnote(q, 0, nil, 0);
		if(q->state == Stopped)
			ready(q);
	}
}

/*
 * The user process with most memory, if that is more than so many pages; not
 * the first, whose end is the system's.
 */
Proc*
bigproc(ulong max)
{
	Proc *p, *big;
	ulong n;
	int i, j;

	big = nil;
	for(i = 0; i < nused; i++){
		p = &procs[i];
		if(p->state == Dead || p->state == Moribund || p->kp || p->pid == 1)
			continue;
		n = 0;
		for(j = 0; j < NSEG; j++)
			if(p->seg[j])
				n += segresident(p->seg[j]);
		if(n > max){
			max = n;
			big = p;
		}
	}
	return big;
}

/* It dies; for the console's ^T^T k. */
void
killbig(char *why)
{
	Proc *big;

	big = bigproc(0);
	if(big == nil)
		return;
	iprint("%lud: %s killed: %s\n", big->pid, big->text, why);
	exitbig(big);
}
