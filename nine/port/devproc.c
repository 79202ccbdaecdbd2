/*
 * #p: a directory for each process, through which others look at it, change
 * it and send it notes.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devproc.h"

#define STATSIZE	(2*KNAMELEN+12+9*12)

/* mode 0: the process's own */
static Dirtab procdir[] =
{
	{ "args",	{ Qargs, 0, 0 },	0,	0660 },
	{ "ctl",	{ Qctl, 0, 0 },		0,	0000 },
	{ "fd",		{ Qfd, 0, 0 },		0,	0444 },
	{ "fpregs",	{ Qfpregs, 0, 0 },	0,	0000 },
	{ "kregs",	{ Qkregs, 0, 0 },	0,	0400 },
	{ "mem",	{ Qmem, 0, 0 },		0,	0000 },
	{ "note",	{ Qnote, 0, 0 },	0,	0000 },
	{ "noteid",	{ Qnoteid, 0, 0 },	0,	0664 },
	{ "notepg",	{ Qnotepg, 0, 0 },	0,	0000 },
	{ "ns",		{ Qns, 0, 0 },		0,	0444 },
	{ "proc",	{ Qproc, 0, 0 },	0,	0400 },
	{ "profile",	{ Qprofile, 0, 0 },	0,	0400 },
	{ "regs",	{ Qregs, 0, 0 },	0,	0000 },
	{ "segment",	{ Qsegment, 0, 0 },	0,	0444 },
	{ "status",	{ Qstatus, 0, 0 },	STATSIZE, 0444 },
	{ "syscall",	{ Qsyscall, 0, 0 },	0,	0400 },
	{ "text",	{ Qtext, 0, 0 },	0,	0000 },
	{ "wait",	{ Qwait, 0, 0 },	0,	0400 },
};

static int
living(Proc *p)
{
	return p->pid != 0 && p->state != Dead && p->state != Moribund && p->user != nil;
}

/* The process a channel was made for, if it still is the same, locked. */
Proc*
lockproc(Chan *c)
{
	Proc *p;

	p = proctab(QSLOT(c->qid));
	qlock(&p->debug);
	if(p->pid != c->qid.vers || !living(p)){
		qunlock(&p->debug);
		error(Eprocdied);
	}
	return p;
}

static int
procentry(Chan *c, int slot, Dir *d)
{
	Proc *p;
	Qid q;

	p = proctab(slot);
	if(!living(p))
		return 0;
	snprint(up->genbuf, sizeof up->genbuf, "%lud", p->pid);
	mkqid(&q, QPATH(slot, Qdir), p->pid, QTDIR);
	devdir(c, q, up->genbuf, 0, p->user, 0555, d);
	return 1;
}

static int
topgen(Chan *c, char *name, int i, Dir *d)
{
	char *e;
	ulong pid;
	Qid q;

	if(i == 0 && (name == nil || strcmp(name, "trace") == 0)){
		mkqid(&q, Qtrace, 0, QTFILE);
		devdir(c, q, "trace", 0, eve, 0400, d);
		return 1;
	}
	if(name == nil){
		if(i-1 >= (int)conf.nproc || proctab(i-1)->kstack == nil)
			return -1;
		return procentry(c, i-1, d);
	}
	pid = strtoul(name, &e, 10);
	if(i > 0 || pid == 0 || *e != 0)
		return -1;
	i = procindex(pid);
	return i < 0? -1: procentry(c, i, d);
}

int
procgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Proc *p;
	Qid q;

	(void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, Qdir, 0, QTDIR);
		devdir(c, q, "#p", 0, eve, 0555, d);
		return 1;
	}
	if(QSLOT(c->qid) < 0)
		return topgen(c, name, i, d);
	if(i >= nelem(procdir))
		return -1;
	p = proctab(QSLOT(c->qid));
	if(p->pid != c->qid.vers || !living(p))
		return -1;
	tab = &procdir[i];
	if(name != nil && strcmp(name, tab->name) != 0)
		return 0;
	mkqid(&q, QPATH(QSLOT(c->qid), tab->qid.path), c->qid.vers, QTFILE);
	devdir(c, q, tab->name, tab->length, p->user, tab->perm == 0? p->procmode: (ulong)tab->perm, d);
	return 1;
}

static Chan*
procattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('p', spec);
}

static Walkqid*
procwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, procgen);
}

/* A process's directory is an entry of the one above. */
static int
procstat(Chan *c, uchar *buf, int n)
{
	Chan top;
	Dir d;

	if(QTYPE(c->qid) != Qdir || QSLOT(c->qid) < 0)
		return devstat(c, buf, n, nil, 0, procgen);
	top = *c;
	top.flag = 0;
	if(proctab(QSLOT(c->qid))->pid != c->qid.vers || procentry(&top, QSLOT(c->qid), &d) != 1)
		error(Eprocdied);
	return convD2M(&d, buf, n);
}

/*
 * The program file: a channel of the opener's own, if he may read it.  An open
 * file of a 9P server cannot be walked from: there all share the one that the
 * program is loaded by, with its offset, as on Plan 9.
 */
static Chan*
opentext(Proc *p)
{
	Chan *c;

	if(p->seg[TSEG] == nil || p->seg[TSEG]->image == nil || (c = p->seg[TSEG]->image->c) == nil)
		error(Enonexist);
	if(c->mchan != nil){
		incref(c);
		return c;
	}
	c = cclone(c);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	c = devtab[c->type]->open(c, OREAD);
	poperror();
	return c;
}

static void
checkopen(Chan *c, Proc *p, int omode)
{
	switch(QTYPE(c->qid)){
	case Qnotepg:
		if(openmode(omode) != OWRITE)	/* truncation and the like do not matter */
			error(Eperm);
		c->pgrpid.path = p->noteid;
		break;
	case Qmem:
	case Qregs:
	case Qfpregs:
		if(p->privatemem)
			error(Eperm);
		break;
	case Qproc:
		if(!iseve())
			error(Eperm);
		break;
	}
}

static Chan*
procopen(Chan *c, int omode)
{
	Chan *tc;
	Proc *p;

	if(QSLOT(c->qid) < 0 || QTYPE(c->qid) == Qdir){
		c = devopen(c, omode, nil, 0, procgen);
		if(QTYPE(c->qid) != Qtrace)
			return c;
		c->flag &= ~COPEN;	/* should somebody else have it */
		traceopen();
		c->flag |= COPEN;
		return c;
	}
	p = lockproc(c);
	if(waserror()){
		qunlock(&p->debug);
		nexterror();
	}
	if(strcmp(up->user, "none") == 0 && strcmp(p->user, "none") != 0)
		error(Eperm);
	omode &= ~OCEXEC;
	checkopen(c, p, omode);
	if(QTYPE(c->qid) == Qtext){
		if(omode != OREAD)
			error(Eperm);
		devpermcheck(p->user, p->procmode, omode);
		tc = opentext(p);
		poperror();
		qunlock(&p->debug);
		cclose(c);
		return tc;
	}
	c = devopen(c, omode, nil, 0, procgen);
	poperror();
	qunlock(&p->debug);
	return c;
}

static int
procwstat(Chan *c, uchar *buf, int n)
{
	char *strs;
	Dir d;
	Proc *p;

	if(QSLOT(c->qid) < 0 || (c->qid.type & QTDIR))
		error(Eperm);
	strs = smalloc(n+1);
	if(waserror()){
		free(strs);
		nexterror();
	}
	if(convM2D(buf, n, &d, strs) == 0)
		error(Eshortstat);
	p = lockproc(c);
	if(waserror()){
		qunlock(&p->debug);
		nexterror();
	}
	if(strcmp(up->user, p->user) != 0 && !iseve())
		error(Eperm);
	if(*d.uid != 0 && strcmp(d.uid, p->user) != 0){
		if(strcmp(d.uid, "none") != 0 && !iseve())
			error(Eperm);
		kstrdup(&p->user, d.uid);
	}
	if(d.mode != ~(ulong)0)
		p->procmode = d.mode & 0777;
	poperror();
	qunlock(&p->debug);
	poperror();
	free(strs);
	return n;
}

static void
procclose(Chan *c)
{
	if(QSLOT(c->qid) < 0 && QTYPE(c->qid) == Qtrace && (c->flag & COPEN))
		traceclose();
}

Dev procdevtab =
{
	'p',
	"proc",

	devreset,
	devinit,
	devshutdown,
	procattach,
	procwalk,
	procstat,
	procopen,
	devcreate,
	procclose,
	procread,
	devbread,
	procwrite,
	devbwrite,
	devremove,
	procwstat,
};
