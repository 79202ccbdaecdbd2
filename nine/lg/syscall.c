/*
 * System calls and notes: everything between a user's registers and the
 * portable kernel.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "tos.h"
#include "sys.h"
#include "lg.h"
#include "error.h"

enum
{
	Userflags	= 0xCD5,	/* what a program may change in its flags */
	Notegap		= 256,		/* left alone below the interrupted stack */
	IF		= 0x200,
};

/* Arguments are above the stub's return address. */
static int
getargs(ulong sp)
{
	ulong *p;

	if(sp < USTKTOP-BY2PG || sp > USTKTOP-(1+NSYSARG)*BY2WD)
		validaddr(sp, (1+NSYSARG)*BY2WD, 0);
	p = (ulong*)sp;
	up->sargs[0] = p[1];
	up->sargs[1] = p[2];
	up->sargs[2] = p[3];
	up->sargs[3] = p[4];
	up->sargs[4] = p[5];
	return 0;
}

static void
badcall(Ureg *ur, ulong n)
{
	pprint("bad sys call number %lud pc %#lux\n", n, ur->pc);
	postnote(up, 1, "sys: bad sys call", NDebug);
	error(Ebadarg);
}

void
syscall(Ureg *ur)
{
	ulong n;
	long ret;
	char *e;

	n = ur->ax;
	up->dbgreg = ur;
	up->insyscall = 1;
	up->scallnr = n;
	m->syscall++;
	kenter();
	up->nerrlab = 0;
	if(!waserror()){
		getargs(ur->usp);
		if(up->procctl == Proc_tracesyscall)
			traceenter(ur->pc);
		if(n >= (ulong)nsyscall || systab[n] == nil)
			badcall(ur, n);
		ret = systab[n](up->sargs);
		poperror();
	}else{
		e = up->syserrstr;
		up->syserrstr = up->errstr;
		up->errstr = e;
		ret = -1;
	}
	ur->ax = ret;
	if(up->procctl == Proc_tracesyscall)
		traceleave(ret);
	up->insyscall = 0;
	up->psstate = nil;
	if(n == NOTED)
		noted(ur, up->sargs[0]);
	if(n == RFORK && up->procctl == 0 && (up->nnote == 0 || up->notify)){
		/* the parent's notes wait for its next entry */
		if(m->resched)
			yield();
		splhi();
		kexit();
		fprestore(up);
		return;
	}
	kleave(ur);
}

/* The image changed: registers of the first instruction; what AX gets. */
ulong
execregs(ulong entry, ulong ssize)
{
	Ureg *ur;

	ur = up->dbgreg;
	ur->usp = USTKTOP - ssize - BY2WD;	/* argc is there */
	ur->pc = entry;
	ur->flags = IF|2;
	ur->cs = UESEL;
	ur->ss = ur->ds = ur->es = ur->fs = ur->gs = UDSEL;
	return USTKTOP - sizeof(Tos);
}

/* The child returns from the same call, with 0. */
void
forkchild(Proc *p, Ureg *ur)
{
	Ureg *c;

	c = (Ureg*)(p->kstack + KSTACK - sizeof(Ureg));
	*c = *ur;
	c->ax = 0;
	p->sched.sp = (ulong)c;
	p->sched.pc = (ulong)forkstart;
	p->sched.bp = 0;
	p->dbgreg = c;
	p->insyscall = 0;
}

void
kprocchild(Proc *p)
{
	p->sched.sp = (ulong)p->kstack + KSTACK - 16;
	p->sched.pc = (ulong)kprocstart;
	p->sched.bp = 0;
}

void
kprocmain(void)
{
	spllo();
	up->kpfun(up->kparg);
	pexit("kproc dying", 1);
}

static void
suicide(char *why)
{
	qunlock(&up->debug);
	pprint("%s\n", why);
	pexit("Suicide", 0);
}

/* At the note's head: append the pc to the kernel's own. */
static void
addpc(char *msg, ulong pc)
{
	long l;

	if(strncmp(msg, "sys:", 4) != 0)
		return;
	l = strlen(msg);
	if(l > ERRMAX-23)
		l = ERRMAX-23;		/* " pc=0x12345678" and the NUL */
	snprint(msg+l, ERRMAX-l, " pc=0x%.8lux", up->dbgreg ? pc : 0);
}

/* Build the handler's frame on the user's stack. */
static void
pushnote(Ureg *ur, Note *n)
{
	ulong sp;
	ulong *w;

	sp = ur->usp - Notegap - sizeof(Ureg);
	if(!okaddr(up->notify, 1, 0)
	|| !okaddr(sp-ERRMAX-4*BY2WD, sizeof(Ureg)+ERRMAX+4*BY2WD, 1))
		suicide("suicide: bad address in notify");
	memmove((Ureg*)sp, ur, sizeof(Ureg));
	*(ulong*)(sp-BY2WD) = up->unote;
	up->unote = sp;
	sp -= BY2WD+ERRMAX;
	memmove((char*)sp, n->msg, ERRMAX);
	w = (ulong*)(sp-3*BY2WD);
	w[2] = sp;
	w[1] = up->unote;
	w[0] = 0;
	ur->usp = (ulong)w;
	ur->pc = up->notify;
	ur->flags &= ~0x500;		/* no trace, count upwards */
}

/* Deliver the first pending note, if it can be now. */
int
notify(Ureg *ur)
{
	Note n;

	if(up->procctl)
		procctl();
	if(up->nnote == 0)
		return 0;
	qlock(&up->debug);
	up->notepending = 0;
	if(up->nnote == 0){
		qunlock(&up->debug);
		return 0;
	}
	n = up->note[0];
	addpc(n.msg, ur->pc);
	if(up->notify == 0 || (n.flag != NUser && up->notified)){
		qunlock(&up->debug);
		if(n.flag == NDebug)
			pprint("suicide: %s\n", n.msg);
		pexit(n.msg, n.flag != NDebug);
	}
	if(up->notified){
		qunlock(&up->debug);
		return 0;
	}
	if(waserror()){
		up->notify = 0;
		suicide("suicide: no memory for a note");
	}
	pushnote(ur, &n);
	poperror();
	up->notified = 1;
	up->lastnote = n;
	up->nnote--;
	memmove(&up->note[0], &up->note[1], up->nnote*sizeof(Note));
	fpnotify(up);
	qunlock(&up->debug);
	return 1;
}

/* Registers from the user: selectors must be ours, privileged flags stay. */
static int
goodregs(Ureg *new, Ureg *old)
{
	if(new->cs != UESEL || new->ss != UDSEL)
		return 0;
	if(new->ds != UDSEL || new->es != UDSEL)
		return 0;
	new->flags = (old->flags & ~Userflags) | (new->flags & Userflags);
	new->fs = new->gs = UDSEL;
	return 1;
}

/* To or from user memory whose pages may not be had; up->debug is held. */
static void
notecopy(void *to, void *from, ulong n)
{
	if(waserror())
		suicide("suicide: no memory in noted");
	memmove(to, from, n);
	poperror();
}

/* The handler is done with its note. */
void
noted(Ureg *ur, ulong how)
{
	Ureg nur;
	ulong at, outer, frame[2];

	qlock(&up->debug);
	if(how != NRSTR && !up->notified)
		suicide("call to noted() when not notified");
	up->notified = 0;
	at = up->unote;
	if(!okaddr(at-BY2WD, BY2WD+sizeof(Ureg), 0))
		suicide("bad ureg in noted or call to noted when not notified");
	notecopy(&nur, (Ureg*)at, sizeof(Ureg));
	notecopy(&outer, (ulong*)(at-BY2WD), BY2WD);
	if(!goodregs(&nur, ur))
		suicide("bad segment selector in noted");
	*ur = nur;
	switch(how){
	case NCONT:
	case NRSTR:
		if(!okaddr(nur.pc, 1, 0) || !okaddr(nur.usp, BY2WD, 0))
			suicide("suicide: trap in noted");
		up->unote = outer;
		fpnoted(up);
		qunlock(&up->debug);
		break;
	case NSAVE:
		if(!okaddr(nur.pc, 1, 0) || !okaddr(at-4*BY2WD-ERRMAX, 4*BY2WD, 1))
			suicide("suicide: trap in noted");
		ur->usp = at-4*BY2WD-ERRMAX;
		frame[0] = 0;
		frame[1] = at;
		notecopy((ulong*)ur->usp, frame, sizeof frame);
		qunlock(&up->debug);
		break;
	default:
		up->lastnote.flag = NDebug;
		/* fall through */
	case NDFLT:
		qunlock(&up->debug);
		if(up->lastnote.flag == NDebug)
			pprint("suicide: %s\n", up->lastnote.msg);
		pexit(up->lastnote.msg, up->lastnote.flag != NDebug);
	}
}

ulong
userpc(void)
{
	return up->dbgreg ? up->dbgreg->pc : 0;
}

ulong
dbgpc(Proc *p)
{
	return p->dbgreg ? p->dbgreg->pc : 0;
}

/* A debugger writes registers: what it may not change stays. */
void
setregisters(Ureg *ur, char *pureg, char *uva, int n)
{
	Ureg old;

	old = *ur;
	memmove(pureg, uva, n);
	ur->cs = old.cs;
	ur->ss = old.ss;
	ur->ds = old.ds;
	ur->es = old.es;
	ur->fs = old.fs;
	ur->gs = old.gs;
	ur->trap = old.trap;
	ur->ecode = old.ecode;
	ur->flags = (old.flags & ~Userflags) | (ur->flags & Userflags);
}

/* The registers of a process that sleeps in the kernel, as far as known. */
void
setkernur(Ureg *ur, Proc *p)
{
	memset(ur, 0, sizeof(Ureg));
	ur->pc = p->sched.pc;
	ur->usp = p->sched.sp;
	ur->bx = p->sched.bx;
	ur->bp = p->sched.bp;
	ur->si = p->sched.si;
	ur->di = p->sched.di;
}
