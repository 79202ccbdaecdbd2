/*
 * #S: disks. sdctl, and a directory for each disk with ctl, raw, and its
 * partitions, of which data is all of it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "sd.h"

enum
{
	Qtop,				/* kinds of files */
	Qsdctl,
	Qunit,
	Qctl,
	Qraw,
	Qpart,

	Ctlline	= 128,			/* of a ctl file at most, without a name */
};

#define QID(unit, part, kind)	((unit)<<16 | (part)<<4 | (kind))
#define QKIND(q)		((int)(q).path & 0xF)
#define QUNIT(q)		((int)(q).path>>16)

static SDunit *unit[Nsdunit];
static int nunit;

SDunit*
sdadd(SDunit *u)
{
	if(nunit == Nsdunit)
		return nil;
	u->unit = nunit;
	snprint(u->name, sizeof u->name, "sd0%x", nunit);
	unit[nunit++] = u;
	return u;
}

/* --- walking --- */

static int
unitgen(Chan *c, SDunit *u, int i, Dir *d)
{
	SDpart *p;
	Qid q;

	switch(i){
	case 0:
		mkqid(&q, QID(u->unit, 0, Qctl), 0, QTFILE);
		devdir(c, q, "ctl", 0, eve, 0640, d);
		return 1;
	case 1:
		mkqid(&q, QID(u->unit, 0, Qraw), 0, QTFILE);
		devdir(c, q, "raw", 0, eve, DMEXCL|0600, d);
		return 1;
	}
	i -= 2;
	if(i >= Nsdpart)
		return -1;
	p = &u->part[i];
	if(p->name == nil)
		return 0;
	mkqid(&q, QID(u->unit, i, Qpart), p->vers, QTFILE);
	strecpy(up->genbuf, up->genbuf+sizeof up->genbuf, p->name);
	devdir(c, q, up->genbuf, (p->end-p->start)*u->secsize, p->uid, p->perm, d);
	return 1;
}

static int
sdgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q;

	(void)name; (void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, Qtop, 0, QTDIR);
		devdir(c, q, "#S", 0, eve, 0555, d);
		return 1;
	}
	if(QKIND(c->qid) != Qtop && QKIND(c->qid) != Qsdctl){
		sdinitunit(unit[QUNIT(c->qid)]);
		return unitgen(c, unit[QUNIT(c->qid)], i, d);
	}
	if(i == 0){
		mkqid(&q, Qsdctl, 0, QTFILE);
		devdir(c, q, "sdctl", 0, eve, 0640, d);
		return 1;
	}
	if(i > nunit)
		return -1;
	mkqid(&q, QID(i-1, 0, Qunit), 0, QTDIR);
	devdir(c, q, unit[i-1]->name, 0, eve, 0555, d);
	return 1;
}

/* Disks that came while we ran. */
static void
look(void)
{
	static QLock lk;

	qlock(&lk);
	sdlgscan();
	qunlock(&lk);
}

static Chan*
sdattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	look();
	return devattach('S', spec);
}

static Walkqid*
sdwalk(Chan *c, Chan *nc, char **name, int nname)
{
	look();
	return devwalk(c, nc, name, nname, nil, 0, sdgen);
}

static int
sdstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, sdgen);
}

static Chan*
sdopen(Chan *c, int omode)
{
	SDunit *u;

	u = unit[QUNIT(c->qid)];
	if(QKIND(c->qid) == Qpart)
		sdpart(u, c);
	c = devopen(c, omode, nil, 0, sdgen);
	if(QKIND(c->qid) == Qraw){
		if(u->rawinuse){
			c->flag &= ~COPEN;
			error(Einuse);
		}
		u->rawinuse = 1;
		u->raw.state = 0;
	}
	return c;
}

/* Who wrote and is done wants it to be on the disk. */
static void
sdclose(Chan *c)
{
	SDunit *u;

	if((c->flag & COPEN) == 0 || (c->qid.type & QTDIR) || QKIND(c->qid) == Qsdctl)
		return;
	u = unit[QUNIT(c->qid)];
	if(QKIND(c->qid) == Qraw)
		u->rawinuse = 0;
	if(c->aux == nil || waserror())
		return;
	c->aux = nil;
	u->ctl(u, SDflush, 0, 0);
	poperror();
}

/* --- reading and writing --- */

static char*
sdctltext(void)
{
	char *s, *p, *e;
	int i;

	s = smalloc(nunit*Ctlline + 1);
	e = s + nunit*Ctlline + 1;
	*s = '\0';
	p = s;
	for(i = 0; i < nunit; i++)
		p = unit[i]->text(unit[i], p, e);
	return s;
}

static char*
ctltext(SDunit *u)
{
	char *s, *p, *e;
	int i;

	s = smalloc((Nsdpart+2)*Ctlline);
	e = s + (Nsdpart+2)*Ctlline;
	p = seprint(s, e, "inquiry %s\n", u->inquiry);
	p = seprint(p, e, "geometry %llud %lud\n", u->sectors, u->secsize);
	qlock(&u->lk);
	for(i = 0; i < Nsdpart; i++)
		if(u->part[i].name != nil)
			p = seprint(p, e, "part %s %llud %llud\n", u->part[i].name,
				u->part[i].start, u->part[i].end);
	qunlock(&u->lk);
	return s;
}

static long
sdread(Chan *c, void *buf, long n, vlong off)
{
	SDunit *u;

	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, sdgen);
	u = unit[QUNIT(c->qid)];
	switch(QKIND(c->qid)){
	case Qsdctl:
		return readtext(off, buf, n, sdctltext());
	case Qctl:
		sdinitunit(u);
		return readtext(off, buf, n, ctltext(u));
	case Qraw:
		return sdrawread(u, buf, n);
	}
	return sdbio(u, c, SDread, buf, n, off);
}

enum { CMpart, CMdelpart, CMflush, CMdiscard, CMzero };
static Cmdtab ctlcmd[] =
{
	{ CMpart,	"part",		4 },
	{ CMdelpart,	"delpart",	2 },
	{ CMflush,	"flush",	1 },
	{ CMdiscard,	"discard",	3 },
	{ CMzero,	"zero",		3 },
};

static uvlong
number(char *s)
{
	uvlong n;
	char *e;

	n = strtoull(s, &e, 0);
	if(e == s || *e != '\0')
		error(Ebadarg);
	return n;
}

static void
range(SDunit *u, int op, char *from, char *to)
{
	uvlong a, b;

	a = number(from);
	b = number(to);
	if(a > b || b > u->sectors)
		error(Ebadarg);
	u->ctl(u, op, a, b-a);
}

static void
command(SDunit *u, Cmdbuf *cb)
{
	Cmdtab *t;

	t = lookupcmd(cb, ctlcmd, nelem(ctlcmd));
	switch(t->index){
	case CMflush:
		u->ctl(u, SDflush, 0, 0);
		return;
	case CMdiscard:
		range(u, SDdiscard, cb->f[1], cb->f[2]);
		return;
	case CMzero:
		range(u, SDzero, cb->f[1], cb->f[2]);
		return;
	}
	qlock(&u->lk);
	if(waserror()){
		qunlock(&u->lk);
		nexterror();
	}
	if(t->index == CMpart)
		sdaddpart(u, cb->f[1], number(cb->f[2]), number(cb->f[3]));
	else
		sddelpart(u, cb->f[1]);
	poperror();
	qunlock(&u->lk);
}

static long
sdctlwrite(SDunit *u, void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	if(waserror()){
		free(cb);
		nexterror();
	}
	sdinitunit(u);
	command(u, cb);
	poperror();
	free(cb);
	return n;
}

static long
sdwrite(Chan *c, void *buf, long n, vlong off)
{
	SDunit *u;

	u = unit[QUNIT(c->qid)];
	switch(QKIND(c->qid)){
	case Qsdctl:
		error("nothing to configure");
	case Qctl:
		return sdctlwrite(u, buf, n);
	case Qraw:
		return sdrawwrite(u, buf, n);
	}
	c->aux = u;
	return sdbio(u, c, SDwrite, buf, n, off);
}

/* Owner and mode of a partition, by its owner or ours. */
static int
sdwstat(Chan *c, uchar *buf, int n)
{
	SDunit *u;
	SDpart *p;
	Dir *d;
	int m;

	if(QKIND(c->qid) != Qpart)
		error(Eperm);
	u = unit[QUNIT(c->qid)];
	qlock(&u->lk);
	if(waserror()){
		qunlock(&u->lk);
		nexterror();
	}
	p = sdpart(u, c);
	if(strcmp(p->uid, up->user) != 0 && !iseve())
		error(Eperm);
	d = smalloc(sizeof(Dir)+n);
	m = convM2D(buf, n, d, (char*)(d+1));
	if(m == 0){
		free(d);
		error(Eshortstat);
	}
	if(d->uid != nil && d->uid[0] != '\0')
		kstrdup(&p->uid, d->uid);
	if(d->mode != ~0UL)
		p->perm = d->mode & 0777;
	free(d);
	poperror();
	qunlock(&u->lk);
	return m;
}

static void
sdreset(void)
{
	sdlgscan();
}

Dev sddevtab =
{
	'S',
	"sd",

	sdreset,
	devinit,
	devshutdown,
	sdattach,
	sdwalk,
	sdstat,
	sdopen,
	devcreate,
	sdclose,
	sdread,
	devbread,
	sdwrite,
	devbwrite,
	devremove,
	sdwstat,
};
