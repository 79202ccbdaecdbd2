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
#define QPART(q)		(((int)(q).path>>4) & 0xFFF)
#define QUNIT(q)		((int)(q).path>>16)

static SDunit *unit[Nsdunit];
static int nunit;
static char Enopart[] = "no such partition";

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

/* --- partitions; u->lk is held --- */

static SDpart*
findpart(SDunit *u, char *name)
{
	int i;

	for(i = 0; i < Nsdpart; i++)
		if(u->part[i].name != nil && strcmp(u->part[i].name, name) == 0)
			return &u->part[i];
	return nil;
}

static void
addpart(SDunit *u, char *name, uvlong start, uvlong end)
{
	SDpart *p;
	int i;

	p = findpart(u, name);
	if(p != nil && p->start == start && p->end == end)
		return;
	if(p != nil || start > end || end > u->sectors)
		error(Ebadctl);
	validname(name, 0);
	if(strlen(name) >= KNAMELEN || strcmp(name, "ctl") == 0 || strcmp(name, "raw") == 0)
		error(Ebadarg);
	for(i = 0; u->part[i].name != nil; i++)
		if(i == Nsdpart-1)
			error("too many partitions");
	p = &u->part[i];
	kstrdup(&p->name, name);
	kstrdup(&p->uid, eve);
	p->start = start;
	p->end = end;
	p->perm = 0640;
	p->vers++;
}

static void
delpart(SDunit *u, char *name)
{
	SDpart *p;

	p = findpart(u, name);
	if(p == nil)
		error(Enopart);
	if(p == &u->part[0])
		error(Eperm);
	if(strcmp(p->uid, up->user) != 0 && !iseve())
		error(Eperm);
	free(p->name);
	p->name = nil;
	p->vers++;
}

/* The value of sd00part in the configuration; to be freed, or nil. */
static char*
confpart(SDunit *u, char **text)
{
	char name[KNAMELEN+8], *s, *nl;
	int n;

	*text = getconfenv();
	n = snprint(name, sizeof name, "%spart=", u->name);
	for(s = *text; s != nil; s = nl == nil? nil: nl+1){
		nl = strchr(s, '\n');
		if(strncmp(s, name, n) == 0){
			if(nl != nil)
				*nl = '\0';
			return s+n;
		}
	}
	return nil;
}

/* name start end/name start end...; what makes no sense is left out. */
static void
configured(SDunit *u)
{
	char *text, *s, *e, *f[4];

	for(s = confpart(u, &text); s != nil; s = e){
		e = strchr(s, '/');
		if(e != nil)
			*e++ = '\0';
		if(waserror()){
			print("#S/%s: partition of %spart: %s\n", u->name, u->name, up->errstr);
			continue;
		}
		if(tokenize(s, f, nelem(f)) != 3)
			error(Ebadarg);
		addpart(u, f[0], strtoull(f[1], nil, 0), strtoull(f[2], nil, 0));
		poperror();
	}
	free(text);
}

static void
initunit(SDunit *u)
{
	qlock(&u->lk);
	if(!u->inited){
		u->inited = 1;
		if(!waserror()){
			u->online(u);
			addpart(u, "data", 0, u->sectors);
			configured(u);
			poperror();
		}
	}
	qunlock(&u->lk);
}

SDpart*
sdpart(SDunit *u, Chan *c)
{
	SDpart *p;

	p = &u->part[QPART(c->qid)];
	if(p->name == nil || p->vers != c->qid.vers)
		error(Echange);
	return p;
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
		initunit(unit[QUNIT(c->qid)]);
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
		initunit(u);
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
		addpart(u, cb->f[1], number(cb->f[2]), number(cb->f[3]));
	else
		delpart(u, cb->f[1]);
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
	initunit(u);
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
