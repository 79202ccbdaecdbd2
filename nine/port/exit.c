/*
 * How processes end, what their parents hear of it, and how debuggers stop
 * them.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static struct {
	Proc	*p[NBROKEN];
	int	n;
} broken;

/* Notes of the program that is ending. */
static char*
exitname(char *buf, char *e, char *msg)
{
	if(msg == nil || msg[0] == '\0')
		buf[0] = '\0';
	else
		seprint(buf, e, "%s %lud: %s", up->text, up->pid, msg);
	return buf;
}

/* Tell the parent, if it still cares. */
static void
tellparent(char *msg)
{
	Proc *p;
	Waitq *w;

	p = up->parent;
	if(p == nil || p->pid != up->parentpid || p->state == Broken
	|| p->state == Moribund)
		return;
	p->nchild--;
	p->time[TCUser] += procms(up, TUser) + up->time[TCUser];
	p->time[TCSys] += procms(up, TSys) + up->time[TCSys];
	p->time[TCReal] += procms(up, TReal);
	w = nil;
	if(p->nwait < NWAITQ)
		w = malloc(sizeof(Waitq));
	if(w == nil){
		wakeup(&p->waitr);
		return;
	}
	w->pid = up->pid;
	w->time[0] = procms(up, TUser) + up->time[TCUser];
	w->time[1] = procms(up, TSys) + up->time[TCSys];
	w->time[2] = procms(up, TReal);
	exitname(w->msg, w->msg+sizeof w->msg, msg);
	w->next = nil;
	if(p->waitq == nil)
		p->waitq = w;
	else{
		Waitq *l;

		for(l = p->waitq; l->next; l = l->next)
			;
		l->next = w;
	}
	p->nwait++;
	wakeup(&p->waitr);
}

/* Files and groups.  Closing may sleep, and may find errors. */
static void
dropgroups(void)
{
	Fgrp *f;
	Egrp *e;
	Rgrp *r;
	Pgrp *p;
	Chan *dot, *slash;

	f = up->fgrp;
	e = up->egrp;
	r = up->rgrp;
	p = up->pgrp;
	dot = up->dot;
	slash = up->slash;
	up->fgrp = nil;
	up->egrp = nil;
	up->rgrp = nil;
	up->pgrp = nil;
	up->dot = nil;
	up->slash = nil;
	if(f)
		closefgrp(f);
	if(e)
		closeegrp(e);
	if(r)
		closergrp(r);
	if(dot)
		cclose(dot);
	if(slash)
		cclose(slash);
	if(p)
		closepgrp(p);
}

static void
dropsegs(void)
{
	Segment *s;
	int i;

	qlock(&up->seglock);
	for(i = 0; i < NSEG; i++){
		s = up->seg[i];
		up->seg[i] = nil;
		if(s)
			putseg(s);
	}
	qunlock(&up->seglock);
}

/* Children have nobody to report to any more. */
static void
orphan(void)
{
	Proc *p;
	int i;

	if(up->nchild == 0)
		return;
	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->kstack == nil)
			break;
		if(p->parent == up){
			p->parent = nil;
			p->parentpid = 1;
		}
	}
}

static void
dropwaitq(void)
{
	Waitq *w;

	while((w = up->waitq) != nil){
		up->waitq = w->next;
		free(w);
	}
	up->nwait = 0;
}

/*
 * The end of up.  With freemem 0 it is kept, broken, for a debugger to look
 * at, until there are too many of those or somebody lets it go.
 */
void
pexit(char *msg, int freemem)
{
	char buf[ERRMAX];

	/* the text may be in the memory we are about to drop */
	if(msg)
		strecpy(buf, buf+sizeof buf, msg);
	else
		buf[0] = '\0';
	spllo();
	up->nerrlab = 0;
	up->alarm = 0;
	timerdel(&up->alarmt);
	timerdel(&up->tsleept);
	edffree(up);
	up->nnote = 0;
	up->notepending = 0;
	if(up->syscalltrace){
		free(up->syscalltrace);
		up->syscalltrace = nil;
	}
	if(up->pid == 1){
		print("boot process died: %s\n", buf[0] ? buf : "unknown");
		panic("boot process died: %s", buf[0] ? buf : "unknown");
	}
	if(!waserror()){
		dropgroups();
		poperror();
	}
	if(!up->kp)
		tellparent(buf);
	if(!freemem)
		addbroken(up);
	dropsegs();
	orphan();
	dropwaitq();
	if(up->pdbg){
		wakeup(&up->pdbg->sleep);
		up->pdbg = nil;
	}
	free(up->args);
	up->args = nil;
	up->nargs = 0;
	free(up->user);
	up->user = nil;
	free(up->text);
	up->text = nil;
	wakeup(&up->waitr);
	edffree(up);			/* somebody may have made us one again */
	if(up->trace)
		proctrace(up, SDead, 0);
	splhi();
	up->state = Moribund;
	sched();
	panic("pexit: ran after death");
}

static int
haswaitq(void *a)
{
	Proc *p;

	p = a;
	return p->waitq != nil || (p == up && p->nchild == 0);
}

/*
 * Wait for a child of p's; its record, and its pid.  Debuggers may wait for
 * others' children: p's end wakes them, too.
 */
ulong
procwait(Proc *p, Waitq *w)
{
	Waitq *q;
	ulong pid;

	if(!canqlock(&p->qwaitr))
		error(Einuse);
	if(waserror()){
		qunlock(&p->qwaitr);
		nexterror();
	}
	pid = p->pid;
	while((q = p->waitq) == nil){
		if(p == up && p->nchild == 0)
			error(Enochild);
		sleep(&p->waitr, haswaitq, p);
		if(p->pid != pid)
			error(Eprocdied);
	}
	p->waitq = q->next;
	p->nwait--;
	poperror();
	qunlock(&p->qwaitr);
	pid = q->pid;
	if(w)
		memmove(w, q, sizeof(Waitq));
	free(q);
	return pid;
}

ulong
pwait(Waitq *w)
{
	return procwait(up, w);
}

/* Keep p for a debugger: the oldest of too many goes. */
void
addbroken(Proc *p)
{
	int n;

	if(broken.n == NBROKEN){
		ready(broken.p[0]);
		memmove(&broken.p[0], &broken.p[1], (NBROKEN-1)*sizeof(Proc*));
		broken.n--;
	}
	n = broken.n++;
	broken.p[n] = p;
	p->state = Broken;
	if(p->pdbg){
		wakeup(&p->pdbg->sleep);
		p->pdbg = nil;
	}
	sched();
}

/* Let one broken process die now. */
void
unbreak(Proc *p)
{
	int i;

	for(i = 0; i < broken.n; i++)
		if(broken.p[i] == p){
			broken.n--;
			memmove(&broken.p[i], &broken.p[i+1], (broken.n-i)*sizeof(Proc*));
			ready(p);
			return;
		}
}

/* All of them, to get memory back; how many. */
int
freebroken(void)
{
	int n;

	n = broken.n;
	while(broken.n > 0)
		unbreak(broken.p[0]);
	return n;
}

/* Stopped by a debugger, until it says start. */
void
stopme(void)
{
	Proc *p;

	p = up->pdbg;
	up->procctl = Proc_none;
	up->state = Stopped;
	if(p){
		wakeup(&p->sleep);
		up->pdbg = nil;
	}
	up->psstate = "Stopped";
	sched();
	up->psstate = nil;
}

/* A debugger's wish, found on the way back to user mode. */
void
procctl(void)
{
	char *why;

	switch(up->procctl){
	case Proc_exitbig:
		pprint("Killed: Insufficient physical memory\n");
		pexit("Killed: Insufficient physical memory", 1);
	case Proc_exitme:
		pexit("Killed", 1);
	case Proc_traceme:
		if(up->nnote == 0)
			return;
		/* fall through */
	case Proc_stopme:
		why = up->psstate;
		stopme();
		up->psstate = why;
		return;
	}
}

static int
stopped(void *a)
{
	int state;

	state = ((Proc*)a)->state;
	return state == Stopped || state == Broken || state == Dead;
}

/* Stop p (how: Proc_stopme, Proc_traceme; 0: just wait) and wait for it. */
void
procstopwait(Proc *p, int how)
{
	ulong pid;

	if(p->pdbg)
		error(Einuse);
	if(p->state == Stopped || p->state == Broken)
		return;
	if(how)
		p->procctl = how;
	if(p == up)
		return;
	p->pdbg = up;
	pid = p->pid;
	qunlock(&p->debug);
	up->psstate = "Stopwait";
	if(waserror()){
		up->psstate = nil;
		qlock(&p->debug);
		if(p->pdbg == up)
			p->pdbg = nil;
		nexterror();
	}
	sleep(&up->sleep, stopped, p);
	poperror();
	up->psstate = nil;
	qlock(&p->debug);
	if(p->pid != pid)
		error(Eprocdied);
}
