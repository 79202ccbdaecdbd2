/*
 * #g: shared memory with names.  A directory made here is a segment; written
 * to its ctl, "va ADDRESS LENGTH" gives it memory, data is that memory as a
 * file, and segattach with its name as the class puts it into the caller's
 * address space, where all who do so share it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Qtop,
	Qseg,
	Qctl,
	Qdata,

	Maxseg	= 100,
	Ctllen	= 128,			/* bytes of a control message */
};

/* qid.path: the segment's number and the file */
#define QTYPE(q)	((int)(q).path & 3)
#define QID(q)		((ulong)(q).path>>2)
#define QPATH(id, t)	((id)<<2 | (t))

typedef struct Globalseg Globalseg;
struct Globalseg
{
	Ref;				/* the list, and who uses it now */
	char	*name;
	char	*owner;
	ulong	perm;
	ulong	id;
	Segment	*s;			/* nil until it has memory */
	Globalseg *next;
};

static struct {
	QLock	lk;
	Globalseg *first;
	int	n;
	ulong	id;
} segs;

static void
putgseg(Globalseg *g)
{
	if(decref(g) > 0)
		return;
	if(g->s != nil)
		putseg(g->s);
	free(g->name);
	free(g->owner);
	free(g);
}

/* By name, or by id if that is nil; the link that leads to it.  segs.lk is held. */
static Globalseg**
lookup(char *name, ulong id)
{
	Globalseg **l;

	for(l = &segs.first; *l != nil; l = &(*l)->next)
		if(name != nil? strcmp((*l)->name, name) == 0: (*l)->id == id)
			break;
	return l;
}

/* With a reference for the caller, or an error. */
static Globalseg*
getgseg(Chan *c)
{
	Globalseg *g;

	qlock(&segs.lk);
	g = *lookup(nil, QID(c->qid));
	if(g != nil)
		incref(g);
	qunlock(&segs.lk);
	if(g == nil)
		error(Enonexist);
	return g;
}

static void
dirof(Chan *c, Globalseg *g, Dir *d)
{
	Qid q;

	utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, g->name);
	mkqid(&q, QPATH(g->id, Qseg), 0, QTDIR);
	devdir(c, q, up->genbuf, 0, g->owner, DMDIR|g->perm, d);
}

/* The two files of a segment. */
static int
filegen(Chan *c, Globalseg *g, int i, Dir *d)
{
	Qid q;

	switch(i){
	case 0:
		mkqid(&q, QPATH(g->id, Qctl), 0, QTFILE);
		devdir(c, q, "ctl", 0, g->owner, g->perm & 0666, d);
		return 1;
	case 1:
		mkqid(&q, QPATH(g->id, Qdata), 0, QTFILE);
		devdir(c, q, "data", g->s == nil? 0: g->s->top-g->s->base, g->owner, g->perm & 0666, d);
		return 1;
	}
	return -1;
}

static int
seggen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Globalseg *g;
	Qid q;
	int r;

	(void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, Qtop, 0, QTDIR);
		devdir(c, q, "#g", 0, eve, 0777, d);
		return 1;
	}
	r = -1;
	qlock(&segs.lk);
	if(QTYPE(c->qid) != Qtop){
		g = *lookup(nil, QID(c->qid));
		if(g != nil)
			r = filegen(c, g, i, d);
	}else{
		g = nil;
		if(name != nil)
			g = i == 0? *lookup(name, 0): nil;
		else
			for(g = segs.first; g != nil && i > 0; i--)
				g = g->next;
		if(g != nil){
			dirof(c, g, d);
			r = 1;
		}
	}
	qunlock(&segs.lk);
	return r;
}

static void
seginit(void)
{
	segs.id = 1;
}

static Chan*
segdevattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('g', spec);
}

static Walkqid*
segdevwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, seggen);
}

static int
segstat(Chan *c, uchar *buf, int n)
{
	Globalseg *g;
	Dir d;

	if(QTYPE(c->qid) != Qseg)
		return devstat(c, buf, n, nil, 0, seggen);
	g = getgseg(c);
	dirof(c, g, &d);
	n = convD2M(&d, buf, n);
	putgseg(g);
	return n;
}

static Chan*
segopen(Chan *c, int omode)
{
	Globalseg *g;

	if(QTYPE(c->qid) == Qtop){
		if(omode != OREAD)
			error(Eisdir);
		return devopen(c, omode, nil, 0, seggen);
	}
	g = getgseg(c);
	if(waserror()){
		putgseg(g);
		nexterror();
	}
	devpermcheck(g->owner, g->perm, omode);
	c = devopen(c, omode, nil, 0, seggen);
	poperror();
	c->aux = g;
	return c;
}

static void
segclose(Chan *c)
{
	if((c->flag & COPEN) && QTYPE(c->qid) != Qtop)
		putgseg(c->aux);
}

static void
segcreate(Chan *c, char *name, int omode, ulong perm)
{
	Globalseg *g;

	if(QTYPE(c->qid) != Qtop)
		error(Eperm);
	if((perm & DMDIR) == 0 || omode != OREAD)
		error(Ebadarg);
	if(strlen(name) >= KNAMELEN)
		error(Etoolong);
	g = smalloc(sizeof *g);
	g->ref = 2;			/* the list's and the channel's */
	if(waserror()){
		g->ref = 1;
		putgseg(g);
		nexterror();
	}
	kstrdup(&g->name, name);
	kstrdup(&g->owner, up->user);
	g->perm = perm & 0777;
	qlock(&segs.lk);
	if(segs.n == Maxseg || *lookup(name, 0) != nil){
		qunlock(&segs.lk);
		error(segs.n == Maxseg? Enodev: Eexist);
	}
	g->id = segs.id++;
	*lookup("", 0) = g;
	segs.n++;
	qunlock(&segs.lk);
	poperror();
	mkqid(&c->qid, QPATH(g->id, Qseg), 0, QTDIR);
	c->aux = g;
	c->flag |= COPEN;
	c->mode = OREAD;
	c->offset = 0;
}

/* The name goes; who has it attached keeps the memory. */
static void
segremove(Chan *c)
{
	Globalseg *g, **l;

	if(QTYPE(c->qid) != Qseg)
		error(Eperm);
	qlock(&segs.lk);
	l = lookup(nil, QID(c->qid));
	g = *l;
	if(g != nil && (strcmp(g->owner, up->user) == 0 || iseve())){
		*l = g->next;
		segs.n--;
	}else{
		qunlock(&segs.lk);
		error(g == nil? Enonexist: Eperm);
	}
	qunlock(&segs.lk);
	segclose(c);
	putgseg(g);
}

/* --- memory -------------------------------------------------------------------------- */

/* "va ADDRESS LENGTH", once. */
static void
setva(Globalseg *g, Cmdbuf *cb)
{
	static Cmdtab tab[] = { { 0, "va", 3 } };
	Segment *s;
	ulong va, len, top;

	lookupcmd(cb, tab, nelem(tab));
	va = strtoul(cb->f[1], nil, 0);
	len = strtoul(cb->f[2], nil, 0);
	if(va == 0 || len == 0 || (va & (BY2PG-1)) != 0 || len > SEGMAXSIZE)
		error(Ebadarg);
	top = va + PGROUND(len);
	if(top <= va || top > LOWSEGTOP)
		error(Ebadarg);
	s = newseg(SG_SHARED, va, (top-va)>>PGSHIFT);
	if(g->s != nil){
		putseg(s);
		error("already has a virtual address");
	}
	g->s = s;
}

static void
segctl(Globalseg *g, char *s, long n)
{
	Cmdbuf *cb;

	if(n > Ctllen)
		error(Etoobig);
	cb = parsecmd(s, n);
	if(waserror()){
		free(cb);
		nexterror();
	}
	setva(g, cb);
	poperror();
	free(cb);
}

static Page*
pageof(Segment *s, ulong va)
{
	Page **slot, *pg;

	slot = segwalk(s, va, 0);
	if(slot != nil && *slot != nil)
		return *slot;
	pg = newpage(1);
	if(pg == nil)
		error(Enovmem);
	segsetpage(s, va, pg);
	return pg;
}

/* A page at a time through a copy of ours: the user's memory may be this very segment. */
static long
piece(Segment *s, ulong off, uchar *buf, long n, int write)
{
	uchar *tmp;

	if(n > (long)(BY2PG - off%BY2PG))
		n = BY2PG - off%BY2PG;
	tmp = smalloc(n);
	if(waserror()){
		free(tmp);
		nexterror();
	}
	if(write)
		memmove(tmp, buf, n);
	qlock(&s->lk);
	if(waserror()){
		qunlock(&s->lk);
		nexterror();
	}
	if(write)
		memmove((uchar*)pagekva(pageof(s, s->base+PGTRUNC(off))) + off%BY2PG, tmp, n);
	else
		memmove(tmp, (uchar*)pagekva(pageof(s, s->base+PGTRUNC(off))) + off%BY2PG, n);
	poperror();
	qunlock(&s->lk);
	if(!write)
		memmove(buf, tmp, n);
	poperror();
	free(tmp);
	return n;
}

static long
transfer(Globalseg *g, uchar *buf, long n, vlong off, int write)
{
	ulong size;
	long done;

	if(g->s == nil)
		error("segment not yet allocated");
	size = g->s->top - g->s->base;
	if(off < 0 || off >= size)
		return 0;
	if(n > (long)(size - (ulong)off))
		n = size - (ulong)off;
	for(done = 0; done < n; )
		done += piece(g->s, (ulong)off+done, buf+done, n-done, write);
	return done;
}

static long
segread(Chan *c, void *buf, long n, vlong off)
{
	Globalseg *g;
	char line[64];

	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, seggen);
	g = c->aux;
	if(QTYPE(c->qid) == Qdata)
		return transfer(g, buf, n, off, 0);
	if(g->s == nil)
		error("segment not yet allocated");
	snprint(line, sizeof line, "va %#lux %#lux\n", g->s->base, g->s->top-g->s->base);
	return readstr(off, buf, n, line);
}

static long
segwrite(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR)
		error(Eisdir);
	if(QTYPE(c->qid) == Qdata)
		return transfer(c->aux, buf, n, off, 1);
	segctl(c->aux, buf, n);
	return n;
}

/* For segattach: the segment of that name, with a reference; nil: none. */
Segment*
namedseg(char *name, int write)
{
	Globalseg *g;
	Segment *s;

	s = nil;
	qlock(&segs.lk);
	if(waserror()){
		qunlock(&segs.lk);
		nexterror();
	}
	g = *lookup(name, 0);
	if(g != nil){
		devpermcheck(g->owner, g->perm, write? ORDWR: OREAD);
		s = g->s;
		if(s == nil)
			error("segment not yet allocated");
		incref(s);
	}
	poperror();
	qunlock(&segs.lk);
	return s;
}

Dev segmentdevtab =
{
	'g',
	"segment",

	devreset,
	seginit,
	devshutdown,
	segdevattach,
	segdevwalk,
	segstat,
	segopen,
	segcreate,
	segclose,
	segread,
	devbread,
	segwrite,
	devbwrite,
	segremove,
	devwstat,
};
