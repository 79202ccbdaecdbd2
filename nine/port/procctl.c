/*
 * Steering processes: the words of #p/N/ctl, and notes.
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
	CMclose,
	CMclosefiles,
	CMevent,
	CMfixedpri,
	CMhang,
	CMkill,
	CMnohang,
	CMnone,
	CMpri,
	CMprivate,
	CMprofile,
	CMstart,
	CMstartsyscall,
	CMstartstop,
	CMstop,
	CMtrace,
	CMwaitstop,
	CMadmit,
	CMexpel,
	CMedf,				/* and what edfset knows */
};

static Cmdtab ctltab[] =
{
	{ CMclose,	"close",	2 },
	{ CMclosefiles,	"closefiles",	1 },
	{ CMfixedpri,	"fixedpri",	2 },
	{ CMhang,	"hang",		1 },
	{ CMkill,	"kill",		1 },
	{ CMnohang,	"nohang",	1 },
	{ CMnone,	"noswap",	1 },	/* nothing is ever swapped */
	{ CMpri,	"pri",		2 },
	{ CMprivate,	"private",	1 },
	{ CMprofile,	"profile",	1 },
	{ CMstart,	"start",	1 },
	{ CMstartstop,	"startstop",	1 },
	{ CMstartsyscall, "startsyscall", 1 },
	{ CMstop,	"stop",		1 },
	{ CMtrace,	"trace",	0 },
	{ CMwaitstop,	"waitstop",	1 },
	{ CMnone,	"wired",	2 },	/* there is one processor */
	{ CMedf+EdfT, "period", 2 },
	{ CMedf+EdfD, "deadline", 2 },
	{ CMedf+EdfC, "cost", 2 },
	{ CMedf+EdfSporadic, "sporadic", 1 },
	{ CMedf+EdfNotes, "deadlinenotes", 1 },
	{ CMadmit,	"admit",	1 },
	{ CMedf+EdfExtra, "extra", 1 },
	{ CMexpel,	"expel",	1 },
	{ CMedf+EdfYield, "yieldonblock", 1 },
	{ CMevent,	"event",	1 },
};

static void
closefd(Proc *p, int fd)
{
	Chan *c;
	Fgrp *f;

	f = p->fgrp;
	if(f == nil || fd < 0 || fd > f->maxfd || (c = f->fd[fd]) == nil)
		return;
	f->fd[fd] = nil;
	cclose(c);
}

static void
closeall(Proc *p)
{
	Fgrp *f;
	int i;

	f = p->fgrp;
	if(f == nil)
		error(Eprocdied);
	incref(f);
	for(i = 0; i <= f->maxfd; i++)
		closefd(p, i);
	closefgrp(f);
}

static void
kill(Proc *p)
{
	switch(p->state){
	case Broken:
		unbreak(p);
		break;
	case Stopped:
		p->procctl = Proc_exitme;
		postnote(p, 0, "sys: killed", NExit);
		ready(p);
		break;
	default:
		p->procctl = Proc_exitme;
		postnote(p, 0, "sys: killed", NExit);
	}
}

static void
setpri(Proc *p, char *s, int fixed)
{
	int pri;

	pri = atoi(s);
	if(pri > PriNormal && !iseve())
		error(Eperm);
	procpriority(p, pri, fixed);
}

/* Let a stopped process go on, up to its next note or system call. */
static void
resume(Proc *p, int how)
{
	if(p->state != Stopped)
		error(Ebadctl);
	p->procctl = how;
	ready(p);
	if(how != Proc_none)
		procstopwait(p, how);
}

static void
settrace(Proc *p, Cmdbuf *cb)
{
	switch(cb->nf){
	case 1:
		p->trace = !p->trace;
		break;
	case 2:
		p->trace = atoi(cb->f[1]) != 0;
		break;
	default:
		error("args");
	}
}

/* A real-time process takes from all others. */
static void
needeve(void)
{
	if(!iseve())
		error(Eperm);
}

static void
obey(Proc *p, Cmdbuf *cb)
{
	int index;

	index = lookupcmd(cb, ctltab, nelem(ctltab))->index;
	switch(index){
	case CMclose:
		closefd(p, atoi(cb->f[1]));
		break;
	case CMclosefiles:
		closeall(p);
		break;
	case CMfixedpri:
		setpri(p, cb->f[1], 1);
		break;
	case CMhang:
		p->hang = 1;
		break;
	case CMkill:
		kill(p);
		break;
	case CMnohang:
		p->hang = 0;
		break;
	case CMpri:
		setpri(p, cb->f[1], 0);
		break;
	case CMprivate:
		p->privatemem = 1;
		break;
	case CMprofile:
		segprofile(p);
		break;
	case CMevent:
		if(up->trace)
			proctrace(up, SUser, 0);
		break;
	case CMstartsyscall:
		resume(p, Proc_tracesyscall);
		break;
	case CMstart:
		resume(p, Proc_none);
		break;
	case CMstartstop:
		resume(p, Proc_traceme);
		break;
	case CMstop:
		procstopwait(p, Proc_stopme);
		break;
	case CMtrace:
		settrace(p, cb);
		break;
	case CMwaitstop:
		procstopwait(p, 0);
		break;
	case CMadmit:
		needeve();
		edfadmit(p);
		break;
	case CMexpel:
		edfexpel(p);
		break;
	default:
		needeve();
		edfset(p, index-CMedf, cb->nf > 1? cb->f[1]: nil);
	}
}

void
procctlwrite(Proc *p, char *s, long n)
{
	Cmdbuf *cb;

	if(p->kp)
		error(Eperm);
	cb = parsecmd(s, n);
	if(waserror()){
		free(cb);
		nexterror();
	}
	obey(p, cb);
	poperror();
	free(cb);
}

/* --- notes ----------------------------------------------------------------------- */

void
procnote(Proc *p, char *s, long n)
{
	if(p->kp)
		error(Eperm);
	if(n >= ERRMAX-1)
		error(Etoobig);
	if(!postnote(p, 0, s, NUser))
		error(Enopost);
}

/* To all of a note group but the sender, at one stroke: nobody forks meanwhile. */
void
procnotepg(ulong noteid, char *s, long n)
{
	Proc *p;
	int i, pl;

	if(n >= ERRMAX-1)
		error(Etoobig);
	pl = splhi();
	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->kstack == nil)
			break;
		if(p != up && p->noteid == noteid && p->state != Dead && !p->kp)
			postnote(p, 1, s, NUser);
	}
	splx(pl);
}

/* The first note waiting, with its NUL as far as that fits; it is gone then. */
long
procnoteread(Proc *p, char *buf, long n)
{
	long len;
	int s;

	if(n < 1)
		error(Etoosmall);
	s = splhi();
	if(p->nnote == 0){
		splx(s);
		return 0;
	}
	len = strlen(p->note[0].msg)+1;
	if(len > n)
		len = n;
	memmove(buf, p->note[0].msg, len);
	buf[len-1] = 0;
	p->nnote--;
	memmove(&p->note[0], &p->note[1], p->nnote*sizeof(Note));
	if(p->nnote == 0)
		p->notepending = 0;
	splx(s);
	return len;
}

/* A process joins a group of its user's, or starts one named after itself. */
void
procnoteid(Proc *p, char *s)
{
	Proc *q;
	ulong id;
	int i;

	id = strtoul(s, nil, 10);
	if(id == p->pid){
		p->noteid = id;
		return;
	}
	for(i = 0; i < (int)conf.nproc; i++){
		q = proctab(i);
		if(q->kstack == nil)
			break;
		if(q->state == Dead || q->user == nil || q->noteid != id)
			continue;
		if(strcmp(p->user, q->user) != 0)
			error(Eperm);
		p->noteid = id;
		return;
	}
	error(Ebadarg);
}
