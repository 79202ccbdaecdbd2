/*
 * The directory tree of #I.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "devip.h"

typedef struct Name Name;
struct Name
{
	char	*name;
	int	type;
	ulong	perm;
};

static Name topfile[] =
{
	{ "arp", Qarp, 0664 },
	{ "ndb", Qndb, 0664 },
	{ "iproute", Qiproute, 0664 },
	{ "ipselftab", Qipselftab, 0444 },
};

static Name protofile[] =
{
	{ "clone", Qclone, 0666 },
	{ "stats", Qstats, 0444 },
};

/* permissions 0: the conversation's */
static Name convfile[] =
{
	{ "ctl", Qctl, 0 },
	{ "data", Qdata, 0 },
	{ "err", Qerr, 0 },
	{ "listen", Qlisten, 0 },
	{ "local", Qlocal, 0444 },
	{ "remote", Qremote, 0444 },
	{ "status", Qstatus, 0444 },
};

static void
entry(Chan *c, Dir *d, int p, int x, int type, char *name, char *owner, ulong perm)
{
	Qid q;

	mkqid(&q, QPATH(p, x, type), 0, type == Qproto || type == Qconv || type == Qtop? QTDIR: QTFILE);
	devdir(c, q, name, 0, owner, perm, d);
}

Conv*
ipconvof(Chan *c)
{
	Fs *f;

	f = c->aux;
	return f->p[PROTO(c->qid)]->conv[CONV(c->qid)];
}

static int
topgen(Chan *c, char *name, int i, Dir *d)
{
	Fs *f;

	USED(name);
	f = c->aux;
	if(i < nelem(topfile)){
		entry(c, d, 0, 0, topfile[i].type, topfile[i].name, eve, topfile[i].perm);
		if(topfile[i].type == Qndb)
			d->qid.vers = f->ndbvers;
		return 1;
	}
	i -= nelem(topfile);
	if(i >= Nprot)
		return -1;
	entry(c, d, i, 0, Qproto, f->p[i]->name, eve, 0555);
	return 1;
}

/* A name is looked up directly: there may be a thousand conversations. */
static int
protogen(Chan *c, char *name, int i, Dir *d)
{
	Fs *f;
	Proto *p;
	char *e;

	f = c->aux;
	p = f->p[PROTO(c->qid)];
	if(name != nil && *name >= '0' && *name <= '9'){
		if(i > 0)
			return -1;
		i = strtoul(name, &e, 10);
		if(*e != 0 || i < 0 || i >= p->nconv)
			return -1;
	}else if(i < nelem(protofile)){
		entry(c, d, PROTO(c->qid), 0, protofile[i].type, protofile[i].name, eve, protofile[i].perm);
		return 1;
	}else
		i -= nelem(protofile);
	if(i >= p->nconv)
		return -1;
	snprint(up->genbuf, sizeof up->genbuf, "%d", i);
	entry(c, d, PROTO(c->qid), i, Qconv, up->genbuf, p->conv[i]->owner, 0555);
	return 1;
}

static void
convdir(Chan *c, Name *n, Dir *d)
{
	Conv *cv;

	cv = ipconvof(c);
	entry(c, d, PROTO(c->qid), CONV(c->qid), n->type, n->name,
		cv->owner[0]? cv->owner: eve, n->perm? n->perm: cv->perm);
	if(n->type == Qdata)
		d->length = cv->rq.len;
}

int
ipgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Fs *f;

	USED(tab); USED(ntab);
	f = c->aux;
	switch(TYPE(c->qid)){
	case Qtop:
		if(i == DEVDOTDOT){
			entry(c, d, 0, 0, Qtop, "#I", eve, 0555);
			return 1;
		}
		return topgen(c, name, i, d);
	case Qproto:
		if(i == DEVDOTDOT){
			entry(c, d, 0, 0, Qtop, "#I", eve, 0555);
			return 1;
		}
		return protogen(c, name, i, d);
	case Qconv:
		if(i == DEVDOTDOT){
			entry(c, d, PROTO(c->qid), 0, Qproto, f->p[PROTO(c->qid)]->name, eve, 0555);
			return 1;
		}
		if(i >= nelem(convfile))
			return -1;
		convdir(c, &convfile[i], d);
		return 1;
	}
	return -1;
}

/* The entry of c itself. */
void
ipselfdir(Chan *c, Dir *d)
{
	Fs *f;
	int i, t;

	f = c->aux;
	t = TYPE(c->qid);
	if(t == Qtop){
		entry(c, d, 0, 0, Qtop, "#I", eve, 0555);
		return;
	}
	if(t == Qproto){
		entry(c, d, PROTO(c->qid), 0, t, f->p[PROTO(c->qid)]->name, eve, 0555);
		return;
	}
	if(t == Qconv){
		snprint(up->genbuf, sizeof up->genbuf, "%d", CONV(c->qid));
		entry(c, d, PROTO(c->qid), CONV(c->qid), t, up->genbuf, ipconvof(c)->owner, 0555);
		return;
	}
	for(i = 0; i < nelem(topfile); i++)
		if(topfile[i].type == t){
			topgen(c, nil, i, d);
			return;
		}
	for(i = 0; i < nelem(protofile); i++)
		if(protofile[i].type == t){
			entry(c, d, PROTO(c->qid), 0, t, protofile[i].name, eve, protofile[i].perm);
			return;
		}
	for(i = 0; i < nelem(convfile); i++)
		if(convfile[i].type == t){
			convdir(c, &convfile[i], d);
			return;
		}
	error(Enonexist);
}
