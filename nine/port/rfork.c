/*
 * rfork: the one way to make a process, and to part with what is shared.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "tos.h"
#include "error.h"

enum
{
	Copynow	= 32,			/* pages a fork copies rather than shares */
};

/* Both copying and cleaning the same group makes no sense. */
static void
checkflags(ulong flag)
{
	if((flag & (RFFDG|RFCFDG)) == (RFFDG|RFCFDG)
	|| (flag & (RFNAMEG|RFCNAMEG)) == (RFNAMEG|RFCNAMEG)
	|| (flag & (RFENVG|RFCENVG)) == (RFENVG|RFCENVG))
		error(Ebadarg);
	if((flag & RFPROC) == 0 && (flag & (RFMEM|RFNOWAIT)))
		error(Ebadarg);
}

static Fgrp*
forkfgrp(ulong flag)
{
	if(flag & RFFDG)
		return dupfgrp(up->fgrp);
	if(flag & RFCFDG)
		return newfgrp();
	incref(up->fgrp);
	return up->fgrp;
}

static Pgrp*
forkpgrp(ulong flag)
{
	Pgrp *p;

	if(flag & (RFNAMEG|RFCNAMEG)){
		p = newpgrp();
		if(flag & RFNAMEG){
			if(waserror()){
				closepgrp(p);
				nexterror();
			}
			pgrpcpy(p, up->pgrp);
			poperror();
		}
		/* inherited: a jail stays one */
		p->noattach = up->pgrp->noattach;
	}else{
		p = up->pgrp;
		incref(p);
	}
	if(flag & RFNOMNT)
		p->noattach = 1;
	return p;
}

static Egrp*
forkegrp(ulong flag)
{
	Egrp *e;

	if((flag & (RFENVG|RFCENVG)) == 0){
		incref(up->egrp);
		return up->egrp;
	}
	e = newegrp();
	if(flag & RFENVG){
		if(waserror()){
			closeegrp(e);
			nexterror();
		}
		envcpy(e, up->egrp);
		poperror();
	}
	return e;
}

/* No new process: the flags act on the caller. */
static void
partways(ulong flag)
{
	Fgrp *f;
	Pgrp *p;
	Egrp *e;
	Rgrp *r;

	if(flag & (RFFDG|RFCFDG)){
		f = up->fgrp;
		up->fgrp = forkfgrp(flag);
		closefgrp(f);
	}
	if(flag & (RFNAMEG|RFCNAMEG|RFNOMNT)){
		p = up->pgrp;
		up->pgrp = forkpgrp(flag);
		closepgrp(p);
	}
	if(flag & RFREND){
		r = up->rgrp;
		up->rgrp = newrgrp();
		closergrp(r);
	}
	if(flag & (RFENVG|RFCENVG)){
		e = up->egrp;
		up->egrp = forkegrp(flag);
		closeegrp(e);
	}
	if(flag & RFNOTEG)
		up->noteid = pidalloc();
}

static void
forksegs(Proc *p, ulong flag)
{
	int i, budget;

	budget = Copynow;
	qlock(&up->seglock);
	if(waserror()){
		qunlock(&up->seglock);
		nexterror();
	}
	for(i = 0; i < NSEG; i++)
		if(up->seg[i])
			p->seg[i] = dupseg(up->seg[i], i, flag & RFMEM, &budget);
	poperror();
	qunlock(&up->seglock);
}

static void
forkgroups(Proc *p, ulong flag)
{
	p->fgrp = forkfgrp(flag);
	p->pgrp = forkpgrp(flag);
	if(flag & RFREND)
		p->rgrp = newrgrp();
	else{
		incref(up->rgrp);
		p->rgrp = up->rgrp;
	}
	p->egrp = forkegrp(flag);
}

/* rfork failed half way: p must leave nothing behind. */
static void
abandon(Proc *p)
{
	int i;

	for(i = 0; i < NSEG; i++)
		if(p->seg[i]){
			putseg(p->seg[i]);
			p->seg[i] = nil;
		}
	if(p->fgrp)
		closefgrp(p->fgrp);
	if(p->pgrp)
		closepgrp(p->pgrp);
	if(p->egrp)
		closeegrp(p->egrp);
	if(p->rgrp)
		closergrp(p->rgrp);
	p->fgrp = nil;
	p->pgrp = nil;
	p->egrp = nil;
	p->rgrp = nil;
	free(p->text);
	free(p->user);
	free(p->args);
	p->text = nil;
	p->user = nil;
	p->args = nil;
	mmurelease(p);
	freeproc(p);
}

static void
inherit(Proc *p)
{
	p->text = nil;
	p->user = nil;
	kstrdup(&p->text, up->text);
	kstrdup(&p->user, up->user);
	if(up->nargs > 0){
		p->args = smalloc(up->nargs);
		memmove(p->args, up->args, up->nargs);
		p->nargs = up->nargs;
	}
	p->setargs = up->setargs;
	p->hang = up->hang;
	p->procmode = up->procmode;
	p->privatemem = up->privatemem;
	p->notify = up->notify;
	p->noteid = up->noteid;
	p->basepri = up->basepri;
	p->priority = up->priority;
	p->fixedpri = up->fixedpri;
	p->cpu = up->cpu;
	p->lastupdate = up->lastupdate;
}

/* The child's stack says who it is: Tos is at its top. */
static void
settospid(Proc *p)
{
	Page **slot;
	ulong va;

	va = USTKTOP-BY2PG;
	slot = p->seg[SSEG] ? segwalk(p->seg[SSEG], va, 0) : nil;
	if(slot == nil || *slot == nil)
		return;
	if((*slot)->ref > 1 || (*slot)->cached){
		Page *n;

		n = newpage(0);
		if(n == nil)
			error(Enovmem);
		memmove(pagekva(n), pagekva(*slot), BY2PG);
		putpage(*slot);
		*slot = n;
	}
	((Tos*)((uchar*)pagekva(*slot) + BY2PG - sizeof(Tos)))->pid = p->pid;
}

static long
forkproc(ulong flag)
{
	Proc *p;
	ulong pid;
	int i;

	p = newproc();
	if(p == nil)
		exhausted("processes");
	if(waserror()){
		abandon(p);
		nexterror();
	}
	inherit(p);
	forksegs(p, flag);
	forkgroups(p, flag);
	settospid(p);
	if(!fpfork(p, up))
		error(Enomem);
	for(i = 0; i < NSEG; i++)
		if(p->seg[i] && !mapseg(p, p->seg[i]))
			error(Enovmem);
	poperror();

	p->slash = up->slash;
	p->dot = up->dot;
	incref(p->slash);
	incref(p->dot);
	if(flag & RFNOTEG)
		p->noteid = p->pid;
	if((flag & RFNOWAIT) == 0){
		p->parent = up;
		p->parentpid = up->pid;
		up->nchild++;
	}
	forkchild(p, up->dbgreg);
	/* a note that came while we were at it was meant for the child, too */
	if(up->nnote > 0 && p->noteid == up->noteid && p->nnote == 0)
		postnote(p, 1, up->note[0].msg, up->note[0].flag);
	pid = p->pid;
	ready(p);
	return pid;
}

long
sysrfork(ulong *arg)
{
	checkflags(arg[0]);
	/* one that is about to be killed makes no more: fork bombs have an end */
	if((arg[0] & RFPROC) && up->nnote > 0 && up->notify == 0)
		error(Eintr);
	if(arg[0] & RFPROC)
		return forkproc(arg[0]);
	partways(arg[0]);
	return 0;
}
