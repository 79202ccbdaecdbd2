/*
 * The files of ethernet interfaces.  A directory per interface, with a
 * directory per conversation in it: whoever opens clone or a data or ctl file
 * holds the conversation, and what is written to its ctl file says which
 * frames it hears.  devether.c moves the frames.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "netif.h"

enum
{
	Numsize	= 12,
	Qlimit	= 512*1024,		/* bytes waiting for a reader */
	Textmax	= 1024,			/* of stats and ifstats */

	/* low byte of qid.path; above it, 1 + the conversation */
	Qtop	= 0,
	Qether,
	Qclone,
	Qaddr,
	Qifstats,
	Qstats,
	Qconv,
	Qdata,
	Qctl,
	Qctype,
};

typedef struct Entry Entry;
struct Entry
{
	char	*name;
	int	file;
	ulong	perm;
};

static const Entry ethertab[] =
{
	{ "clone", Qclone, 0666 },
	{ "addr", Qaddr, 0444 },
	{ "ifstats", Qifstats, 0444 },
	{ "stats", Qstats, 0444 },
};

static const Entry convtab[] =
{
	{ "data", Qdata, 0 },
	{ "ctl", Qctl, 0 },
	{ "ifstats", Qifstats, 0444 },
	{ "stats", Qstats, 0444 },
	{ "type", Qctype, 0444 },
};

#define QFILE(q)	((int)(q).path & 0xFF)
#define QCONV(q)	(((int)(q).path>>8) - 1)
#define QPATH(conv, file)	(((conv)+1)<<8 | (file))

static Netfile*
convof(Chan *c)
{
	return etherof(c)->f[QCONV(c->qid)];
}

int
netisdata(Chan *c)
{
	return QFILE(c->qid) == Qdata;
}

/* --- directories --- */

static int
entry(Chan *c, char *name, const Entry *e, int conv, Dir *d)
{
	Netfile *f;
	Qid q;

	if(name != nil && strcmp(name, e->name) != 0)
		return 0;
	mkqid(&q, QPATH(conv, e->file), 0, QTFILE);
	if(e->perm != 0)
		devdir(c, q, e->name, 0, eve, e->perm, d);
	else{
		f = etherof(c)->f[conv];
		utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, f->owner);
		devdir(c, q, e->name, 0, up->genbuf, f->mode, d);
	}
	return 1;
}

static int
topgen(Chan *c, int i, Dir *d)
{
	Qid q;

	if(i > 0)
		return -1;
	snprint(up->genbuf, sizeof up->genbuf, "ether%lud", c->dev);
	mkqid(&q, Qether, 0, QTDIR);
	devdir(c, q, up->genbuf, 0, eve, 0555, d);
	return 1;
}

static int
ethergen(Chan *c, char *name, int i, Dir *d)
{
	Qid q;

	if(i < nelem(ethertab))
		return entry(c, name, &ethertab[i], -1, d);
	i -= nelem(ethertab);
	if(i >= Nfile)
		return -1;
	if(etherof(c)->f[i] == nil)
		return 0;
	snprint(up->genbuf, sizeof up->genbuf, "%d", i);
	mkqid(&q, QPATH(i, Qconv), 0, QTDIR);
	devdir(c, q, up->genbuf, 0, eve, 0555, d);
	return 1;
}

int
netgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q;

	(void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		if(QFILE(c->qid) == Qconv)
			return topgen(c, 0, d);
		mkqid(&q, Qtop, 0, QTDIR);
		snprint(up->genbuf, sizeof up->genbuf, "#l%lud", c->dev);
		devdir(c, q, up->genbuf, 0, eve, 0555, d);
		return 1;
	}
	switch(QFILE(c->qid)){
	case Qtop:
		return topgen(c, i, d);
	case Qether: case Qclone: case Qaddr:
		return ethergen(c, name, i, d);
	}
	if(QCONV(c->qid) < 0)
		return ethergen(c, name, i, d);
	if(i >= nelem(convtab))
		return -1;
	return entry(c, name, &convtab[i], QCONV(c->qid), d);
}

/* --- conversations --- */

/* A reader made room. */
static void
roomagain(void *a)
{
	Netfile *f;
	int x;

	f = a;
	x = splhi();
	f->stuck = 0;
	timerdel(&f->ether->patience);
	f->ether->restart(f->ether);
	splx(x);
}

static Netfile*
newfile(Ether *e)
{
	Netfile *f;

	f = smalloc(sizeof *f);
	memset(f, 0, sizeof *f);
	f->ether = e;
	f->mode = 0660;
	strcpy(f->owner, "network");
	f->in = qopen(Qlimit, Qmsg, roomagain, f);
	if(f->in == nil){
		free(f);
		error(Enomem);
	}
	qclose(f->in);
	return f;
}

static int
freefile(Ether *e)
{
	int i;

	for(i = 0; i < Nfile; i++)
		if(e->f[i] == nil){
			e->f[i] = newfile(e);
			return i;
		}else if(e->f[i]->inuse == 0)
			return i;
	error(Enodev);
}

/* One user more; the first becomes the owner.  e is locked. */
static void
hold(Netfile *f, int omode)
{
	if(f->inuse > 0)
		devpermcheck(f->owner, f->mode, omode);
	else{
		utfecpy(f->owner, f->owner+sizeof f->owner, up->user);
		f->mode = 0660;
		f->stuck = 0;
		qreopen(f->in);
	}
	f->inuse++;
}

static void
openconv(Chan *c, int omode)
{
	Ether *e;
	int i;

	e = etherof(c);
	qlock(&e->lk);
	if(waserror()){
		qunlock(&e->lk);
		nexterror();
	}
	if(QFILE(c->qid) == Qclone){
		i = freefile(e);
		hold(e->f[i], omode);
		mkqid(&c->qid, QPATH(i, Qctl), 0, QTFILE);
	}else
		hold(e->f[QCONV(c->qid)], omode);
	poperror();
	qunlock(&e->lk);
}

Chan*
netopen(Chan *c, int omode)
{
	if(omode & ORCLOSE)
		error(Eperm);
	switch(QFILE(c->qid)){
	case Qclone: case Qdata: case Qctl:
		openconv(c, omode);
		c->mode = openmode(omode);
		c->flag |= COPEN;
		c->offset = 0;
		return c;
	}
	return devopen(c, omode, nil, 0, netgen);
}

/* Interrupts see it at once: nothing more is queued. */
static void
release(Netfile *f)
{
	f->type = 0;
	f->headersonly = 0;
	f->nmulti = 0;
	if(f->prom){
		f->prom = 0;
		f->ether->prom--;
	}
	qclose(f->in);
	roomagain(f);
}

void
netclose(Chan *c)
{
	Netfile *f;
	int file;

	file = QFILE(c->qid);
	if((c->flag & COPEN) == 0 || (file != Qdata && file != Qctl))
		return;
	f = convof(c);
	qlock(&f->ether->lk);
	if(--f->inuse == 0)
		release(f);
	qunlock(&f->ether->lk);
}

int
netwstat(Chan *c, uchar *buf, int n)
{
	Netfile *f;
	Dir d;

	if(QFILE(c->qid) != Qdata && QFILE(c->qid) != Qctl)
		error(Eperm);
	f = convof(c);
	if(strcmp(f->owner, up->user) != 0 && !iseve())
		error(Eperm);
	n = convM2D(buf, n, &d, nil);
	if(n == 0)
		error(Eshortstat);
	if(d.mode != ~0U)
		f->mode = d.mode & 0777;
	return n;
}

long
netctl(Chan *c, void *buf, long n)
{
	if(QFILE(c->qid) != Qctl)
		error(Eperm);
	netcommand(convof(c), buf, n);
	return n;
}

/* --- reading --- */

static char*
addrtext(char *s, char *end, uchar *ea)
{
	return seprint(s, end, "%.2ux%.2ux%.2ux%.2ux%.2ux%.2ux",
		ea[0], ea[1], ea[2], ea[3], ea[4], ea[5]);
}

static char*
stats(Ether *e, char *s, char *end)
{
	s = seprint(s, end, "in: %llud\nlink: %d\nout: %llud\n", e->inpackets, e->link, e->outpackets);
	s = seprint(s, end, "crc errs: 0\noverflows: %lud\nsoft overflows: %lud\n",
		e->overflows, e->soverflows);
	s = seprint(s, end, "framing errs: %lud\nbuffer errs: 0\noutput errs: %lud\n",
		e->frames, e->oerrs);
	s = seprint(s, end, "prom: %d\nmbps: %d\naddr: ", e->prom, e->mbps);
	s = addrtext(s, end, e->ea);
	return seprint(s, end, "\nmtu: %d\ncsum: %d\ntso: %d\n", e->maxmtu,
		(e->offload&Ocsum) != 0, (e->offload&Otso) != 0);
}

static long
readstats(Ether *e, int file, void *buf, long n, vlong off)
{
	char *s;

	s = smalloc(Textmax);
	*s = '\0';
	if(file == Qstats)
		stats(e, s, s+Textmax);
	else if(e->ifstat != nil)
		e->ifstat(e, s, s+Textmax);
	return readtext(off, buf, n, s);
}

long
netread(Chan *c, void *buf, long n, vlong off)
{
	char text[2*Eaddrlen+1];
	Ether *e;

	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, netgen);
	e = etherof(c);
	switch(QFILE(c->qid)){
	case Qdata:
		return qread(convof(c)->in, buf, n);
	case Qctl:
		return readnum(off, buf, n, QCONV(c->qid), Numsize);
	case Qctype:
		snprint(text, sizeof text, "%*d ", Numsize-1, convof(c)->type);
		return readstr(off, buf, n, text);
	case Qaddr:
		addrtext(text, text+sizeof text, e->ea);
		return readstr(off, buf, n, text);
	case Qstats:
	case Qifstats:
		return readstats(e, QFILE(c->qid), buf, n, off);
	}
	error(Eperm);
}

Block*
netbread(Chan *c, long n, ulong off)
{
	if(QFILE(c->qid) == Qdata)
		return qbread(convof(c)->in, n);
	return devbread(c, n, off);
}
