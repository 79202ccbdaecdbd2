/*
 * Reading and writing the files of a process.  The user's memory is only
 * touched while nothing is locked, for it may have to be fetched first, or
 * not be there.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devproc.h"

enum
{
	Maxtext	= 4096,			/* bytes in one control message */
};

/* The files that read as a text made on the spot; nil for the others. */
static char*
procfiletext(Proc *p, int type)
{
	char *s;

	switch(type){
	case Qargs:
		return procargs(p);
	case Qfd:
		return procfds(p);
	case Qns:
		return procns(p);
	case Qsegment:
		return procsegments(p);
	case Qstatus:
		return procstatus(p);
	case Qctl:
		s = smalloc(16);
		snprint(s, 16, "%11lud ", p->pid);
		return s;
	case Qnoteid:
		s = smalloc(16);
		snprint(s, 16, "%11lud ", p->noteid);
		return s;
	case Qsyscall:
		s = nil;
		kstrdup(&s, p->syscalltrace == nil? "": p->syscalltrace);
		return s;
	}
	return nil;
}

/* Files that are not texts; the user's memory is only touched through buf, which is ours. */
static long
rawread(Proc *p, int type, uchar *buf, long n, vlong off)
{
	switch(type){
	case Qmem:
		if(off < 0 || off > 0xffffffffLL)
			return 0;
		return procmem(p, off, buf, n, 0);
	case Qregs:
		return procregs(p, buf, n, off, 0);
	case Qfpregs:
		return procfpregs(p, buf, n, off, 0);
	case Qkregs:
		return prockregs(p, buf, n, off);
	case Qprofile:
		return procprofile(p, buf, n, off);
	case Qproc:
		return readmem(off, (char*)buf, n, p, sizeof *p);
	case Qnote:
		return procnoteread(p, (char*)buf, n);
	}
	error(Eio);
}

long
procread(Chan *c, void *buf, long n, vlong off)
{
	char *s;
	uchar *tmp;
	Proc *p;
	int type;

	type = QTYPE(c->qid);
	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, procgen);
	if(type == Qtrace)
		return traceread(buf, n);
	if(n > 64*1024)
		n = 64*1024;
	p = lockproc(c);
	if(type == Qwait)
		return procwaitread(p, buf, n);
	if(waserror()){
		qunlock(&p->debug);
		nexterror();
	}
	tmp = nil;
	s = procfiletext(p, type);
	if(s == nil){
		tmp = smalloc(n+1);
		if(waserror()){
			free(tmp);
			nexterror();
		}
		n = rawread(p, type, tmp, n, off);
		poperror();
	}
	poperror();
	qunlock(&p->debug);
	if(s != nil)
		return readtext(off, buf, n, s);
	if(waserror()){
		free(tmp);
		nexterror();
	}
	memmove(buf, tmp, n);
	poperror();
	free(tmp);
	return n;
}

static void
setargs(Proc *p, char *s, long n)
{
	char *t;

	t = smalloc(n+1);
	memmove(t, s, n);
	free(p->args);
	p->args = t;
	p->nargs = n+1;
	p->setargs = 1;
}

static long
rawwrite(Chan *c, Proc *p, char *s, long n, vlong off)
{
	switch(QTYPE(c->qid)){
	case Qargs:
		setargs(p, s, n);
		break;
	case Qmem:
		if(off < 0 || off > 0xffffffffLL)
			error(Ebadarg);
		return procmem(p, off, (uchar*)s, n, 1);
	case Qregs:
		return procregs(p, (uchar*)s, n, off, 1);
	case Qfpregs:
		return procfpregs(p, (uchar*)s, n, off, 1);
	case Qctl:
		procctlwrite(p, s, n);
		break;
	case Qnote:
		procnote(p, s, n);
		break;
	case Qnoteid:
		procnoteid(p, s);
		break;
	default:
		error(Ebadusefd);
	}
	return n;
}

long
procwrite(Chan *c, void *buf, long n, vlong off)
{
	char *s;
	Proc *p;

	if(c->qid.type & QTDIR)
		error(Eisdir);
	if(n > (QTYPE(c->qid) == Qmem? 64*1024: Maxtext))
		error(Etoobig);
	s = smalloc(n+1);
	if(waserror()){
		free(s);
		nexterror();
	}
	memmove(s, buf, n);
	if(QTYPE(c->qid) == Qnotepg)
		procnotepg(c->pgrpid.path, s, n);
	else{
		p = lockproc(c);
		if(waserror()){
			qunlock(&p->debug);
			nexterror();
		}
		n = rawwrite(c, p, s, n, off);
		poperror();
		qunlock(&p->debug);
	}
	poperror();
	free(s);
	return n;
}
