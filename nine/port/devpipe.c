/*
 * #|: pipes.  Each attach is a new one with two ends, data and data1; what
 * is written to one is read from the other.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Qdir,
	Qdata,				/* end 0 */
	Qdata1,				/* end 1 */

	Limit	= 32*1024,		/* bytes queued before writers wait */
};

typedef struct Pipe Pipe;
struct Pipe
{
	Ref;				/* channels of any kind */
	QLock	lk;
	ulong	path;			/* makes qids of different pipes differ */
	Queue	*q[2];			/* q[i]: what is read from end i */
	int	nopen[2];		/* channels open at each end */
};

static Ref pipeids;

#define PTYPE(q)	((int)((q).path & 3))
#define PQID(p, t)	((p)->path<<2 | (t))

static Pipe*
newpipe(void)
{
	Pipe *p;

	p = malloc(sizeof *p);
	if(p == nil)
		exhausted("memory");
	p->ref = 1;
	p->q[0] = qopen(Limit, 0, nil, nil);
	p->q[1] = qopen(Limit, 0, nil, nil);
	if(p->q[0] == nil || p->q[1] == nil){
		qfree(p->q[0]);
		qfree(p->q[1]);
		free(p);
		exhausted("memory");
	}
	p->path = incref(&pipeids);
	return p;
}

static void
putpipe(Pipe *p)
{
	if(decref(p) > 0)
		return;
	qfree(p->q[0]);
	qfree(p->q[1]);
	free(p);
}

static Chan*
pipeattach(char *spec)
{
	Chan *c;
	Pipe *p;

	p = newpipe();
	c = devattach('|', spec);
	c->aux = p;
	mkqid(&c->qid, PQID(p, Qdir), 0, QTDIR);
	return c;
}

static int
pipegen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	static char *end[] = { "data", "data1" };
	Pipe *p;
	Qid q;

	(void)name; (void)tab; (void)ntab;
	p = c->aux;
	if(i == DEVDOTDOT){
		mkqid(&q, PQID(p, Qdir), 0, QTDIR);
		devdir(c, q, "#|", 0, eve, 0555, d);
		return 1;
	}
	if(i >= 2)
		return -1;
	mkqid(&q, PQID(p, Qdata+i), 0, QTFILE);
	devdir(c, q, end[i], qlen(p->q[i]), eve, 0600, d);
	return 1;
}

static Walkqid*
pipewalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	wq = devwalk(c, nc, name, nname, nil, 0, pipegen);
	if(wq->clone != nil && wq->clone != c)
		incref((Pipe*)c->aux);
	return wq;
}

/* Any user may use any pipe he has got hold of: the owner shown is himself. */
static int
pipestat(Chan *c, uchar *buf, int n)
{
	Pipe *p;
	Dir d;

	p = c->aux;
	switch(PTYPE(c->qid)){
	case Qdir:
		devdir(c, c->qid, ".", 0, eve, DMDIR|0555, &d);
		break;
	case Qdata:
		devdir(c, c->qid, "data", qlen(p->q[0]), eve, 0600, &d);
		break;
	default:
		devdir(c, c->qid, "data1", qlen(p->q[1]), eve, 0600, &d);
	}
	return convD2M(&d, buf, n);
}

static Chan*
pipeopen(Chan *c, int omode)
{
	Pipe *p;

	if(c->qid.type & QTDIR){
		if(omode != OREAD)
			error(Ebadarg);
	}else{
		p = c->aux;
		qlock(&p->lk);
		p->nopen[PTYPE(c->qid)-Qdata]++;
		qunlock(&p->lk);
	}
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	c->iounit = 64*1024;
	return c;
}

/*
 * The last close of an end ends what its peer reads, and its peer's writing.
 * With both closed the pipe may be used again; what nobody read is still there.
 */
static void
closeend(Pipe *p, int i)
{
	qlock(&p->lk);
	if(--p->nopen[i] == 0){
		qhangup(p->q[1-i], nil);
		qclose(p->q[i]);
	}
	if(p->nopen[0] == 0 && p->nopen[1] == 0){
		qreopen(p->q[0]);
		qreopen(p->q[1]);
	}
	qunlock(&p->lk);
}

static void
pipeclose(Chan *c)
{
	Pipe *p;

	p = c->aux;
	if((c->flag & COPEN) && (c->qid.type & QTDIR) == 0)
		closeend(p, PTYPE(c->qid)-Qdata);
	putpipe(p);
}

static long
piperead(Chan *c, void *buf, long n, vlong off)
{
	Pipe *p;

	(void)off;
	p = c->aux;
	switch(PTYPE(c->qid)){
	case Qdir:
		return devdirread(c, buf, n, nil, 0, pipegen);
	case Qdata:
		return qread(p->q[0], buf, n);
	default:
		return qread(p->q[1], buf, n);
	}
}

static Block*
pipebread(Chan *c, long n, ulong off)
{
	Pipe *p;

	p = c->aux;
	switch(PTYPE(c->qid)){
	case Qdata:
		return qbread(p->q[0], n);
	case Qdata1:
		return qbread(p->q[1], n);
	}
	return devbread(c, n, off);
}

/* Nobody at the other end: tell the writer, unless it is a 9P connection. */
static void
broken(Chan *c)
{
	if((c->flag & CMSG) == 0)
		postnote(up, 1, "sys: write on closed pipe", NUser);
	error(Ehungup);
}

static Queue*
outqueue(Chan *c)
{
	Pipe *p;

	p = c->aux;
	switch(PTYPE(c->qid)){
	case Qdata:
		return p->q[1];
	case Qdata1:
		return p->q[0];
	}
	error(Eisdir);
}

static long
pipewrite(Chan *c, void *buf, long n, vlong off)
{
	Queue *q;

	(void)off;
	q = outqueue(c);
	if(waserror()){
		if(qisclosed(q))
			broken(c);
		nexterror();
	}
	n = qwrite(q, buf, n);
	poperror();
	return n;
}

static long
pipebwrite(Chan *c, Block *b, ulong off)
{
	Queue *q;
	long n;

	(void)off;
	q = outqueue(c);
	if(waserror()){
		if(qisclosed(q))
			broken(c);
		nexterror();
	}
	n = qbwrite(q, b);
	poperror();
	return n;
}

Dev pipedevtab =
{
	'|',
	"pipe",

	devreset,
	devinit,
	devshutdown,
	pipeattach,
	pipewalk,
	pipestat,
	pipeopen,
	devcreate,
	pipeclose,
	piperead,
	pipebread,
	pipewrite,
	pipebwrite,
	devremove,
	devwstat,
};
