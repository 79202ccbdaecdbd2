/*
 * #I: the files of the stack (devipgen.c).  A directory per protocol with clone, stats and
 * one directory per conversation, and a few files for the stack as a whole.
 * #IN is a stack of its own.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "devip.h"

enum
{
	Bigtext	= 64*1024,
	Smalltext = 4096,
};

static Fs *stacks[Nstack];

static Chan*
ipattach(char *spec)
{
	Chan *c;
	int n;

	n = 0;
	if(spec != nil && *spec != 0){
		n = atoi(spec);
		if(n < 0 || n >= Nstack || *spec < '0' || *spec > '9')
			error(Ebadspec);
	}
	if(stacks[n] == nil){
		stacks[n] = newfs(n);
	}
	c = devattach('I', spec);
	mkqid(&c->qid, QPATH(0, 0, Qtop), 0, QTDIR);
	c->dev = n;
	c->aux = stacks[n];
	return c;
}

/* --- walk and stat --- */

static Walkqid*
ipwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, ipgen);
}

static int
ipstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	ipselfdir(c, &d);
	n = convD2M(&d, buf, n);
	if(n == 0)
		error(Ebadarg);
	return n;
}

/* --- open and close --- */

static int
hascall(void *a)
{
	Conv *c;

	c = a;
	return c->incall != nil || c->state != Announced || c->hungup;
}

/* Wait for a call; the new conversation has one user, who is the caller. */
static Conv*
await1(Conv *c)
{
	Conv *nc;

	qlock(&c->llk);
	if(waserror()){
		qunlock(&c->llk);
		nexterror();
	}
	while((nc = c->incall) == nil){
		if(c->state != Announced || c->hungup)
			error(c->err[0]? c->err: Ehungup);
		sleep(&c->lr, hascall, c);
	}
	c->incall = nc->nextcall;
	c->nincall--;
	nc->nextcall = nil;
	nc->listener = nil;
	poperror();
	qunlock(&c->llk);
	return nc;
}

static void
openlisten(Chan *c)
{
	Conv *cv, *nc;

	cv = ipconvof(c);
	if(cv->state != Announced || cv->inuse == 0)
		error("connection must be announced before it is listened on");
	cv->inuse++;
	if(waserror()){
		closeconv(cv);
		nexterror();
	}
	nc = await1(cv);
	poperror();
	closeconv(cv);
	mkqid(&c->qid, QPATH(PROTO(c->qid), nc->x, Qctl), 0, QTFILE);
}

static void
openclone(Chan *c)
{
	Conv *cv;
	Fs *f;

	f = c->aux;
	cv = newconv(f->p[PROTO(c->qid)], up->user);
	if(cv == nil)
		error("no free conversations");
	mkqid(&c->qid, QPATH(PROTO(c->qid), cv->x, Qctl), 0, QTFILE);
}

static Chan*
ipopen(Chan *c, int omode)
{
	Conv *cv;
	Dir d;

	if(c->qid.type & QTDIR){
		if(omode != OREAD)
			error(Eperm);
	}else{
		ipselfdir(c, &d);
		devpermcheck(d.uid, d.mode, omode);
	}
	switch(TYPE(c->qid)){
	case Qclone:
		openclone(c);
		break;
	case Qlisten:
		openlisten(c);
		break;
	case Qctl:
	case Qdata:
	case Qerr:
		cv = ipconvof(c);
		if(cv->inuse == 0 && cv->p != ((Fs*)c->aux)->p[Pifc])
			error(Ehungup);	/* it is over, or only winding up */
		cv->inuse++;
		break;
	}
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	if(TYPE(c->qid) == Qdata)
		c->iounit = 0;
	return c;
}

static void
ipclose(Chan *c)
{
	if((c->flag & COPEN) == 0)
		return;
	switch(TYPE(c->qid)){
	case Qctl:
	case Qdata:
	case Qerr:
		closeconv(ipconvof(c));
	}
}

/* --- read and write --- */

static long
readends(Conv *cv, int type, void *a, long n, vlong off)
{
	Text t;

	texton(&t, Smalltext);
	if(type == Qlocal && cv->p->local != nil)
		cv->p->local(cv, &t);
	else if(type == Qlocal)
		textadd(&t, "%#I!%d\n", cv->laddr, cv->lport);
	else
		textadd(&t, "%#I!%d\n", cv->raddr, cv->rport);
	return textread(&t, off, a, n);
}

static long
readwhole(Fs *f, Chan *c, void *a, long n, vlong off)
{
	Text t;
	Proto *p;

	if(TYPE(c->qid) == Qndb)
		return readmem(off, a, n, f->ndb, f->ndblen);
	texton(&t, Bigtext);
	switch(TYPE(c->qid)){
	case Qarp:
		arptext(f, &t);
		break;
	case Qiproute:
		routetext(f, &t);
		break;
	case Qipselftab:
		selftext(f, &t);
		break;
	case Qstats:
		p = f->p[PROTO(c->qid)];
		if(p->stats != nil)
			p->stats(p, &t);
		break;
	}
	return textread(&t, off, a, n);
}

static long
ipread(Chan *c, void *a, long n, vlong off)
{
	Conv *cv;
	char buf[16];
	Text t;

	switch(TYPE(c->qid)){
	case Qtop:
	case Qproto:
	case Qconv:
		return devdirread(c, a, n, nil, 0, ipgen);
	case Qarp:
	case Qndb:
	case Qiproute:
	case Qipselftab:
	case Qstats:
		return readwhole(c->aux, c, a, n, off);
	}
	cv = ipconvof(c);
	switch(TYPE(c->qid)){
	case Qctl:
		snprint(buf, sizeof buf, "%d", cv->x);
		return readstr(off, a, n, buf);
	case Qdata:
		return cv->p->read(cv, a, n);
	case Qerr:
		return readstr(off, a, n, cv->err);
	case Qlocal:
	case Qremote:
		return readends(cv, TYPE(c->qid), a, n, off);
	case Qstatus:
		texton(&t, Smalltext);
		cv->p->state(cv, &t);
		return textread(&t, off, a, n);
	}
	error(Eperm);
}

static int
number(Cmdbuf *cb, int max)
{
	int v;

	if(cb->nf < 2)
		return max;
	v = atoi(cb->f[1]);
	if(v < 0 || v > max)
		error(Ebadarg);
	return v;
}

static void
convctl(Conv *cv, Cmdbuf *cb)
{
	char *w;

	if(cb->nf == 0)
		error("short control request");
	w = cb->f[0];
	if(strcmp(w, "connect") == 0){
		if(cv->state != Idle)
			error(Econinuse);
		cv->p->connect(cv, cb->nf, cb->f);
	}else if(strcmp(w, "announce") == 0){
		if(cv->state != Idle)
			error(Econinuse);
		cv->p->announce(cv, cb->nf, cb->f);
	}else if(strcmp(w, "bind") == 0 && cv->p != cv->fs->p[Pifc]){
		if(cv->state != Idle)
			error(Econinuse);
		convannounce(cv, cb->nf, cb->f);
	}else if(strcmp(w, "ttl") == 0)
		cv->ttl = number(cb, Maxttl);
	else if(strcmp(w, "tos") == 0)
		cv->tos = number(cb, 255);
	else if(strcmp(w, "ignoreadvice") == 0)
		cv->ignoreadvice = 1;
	else if(cv->p->ctl != nil)
		cv->p->ctl(cv, cb->nf, cb->f);
	else
		error("unknown control request");
}

static long
writectl(Chan *c, void *a, long n)
{
	Conv *cv;
	Cmdbuf *cb;
	Fs *f;

	f = c->aux;
	cb = parsecmd(a, n);
	if(waserror()){
		free(cb);
		nexterror();
	}
	if(TYPE(c->qid) == Qarp)
		arpctl(f, cb->nf, cb->f);
	else if(TYPE(c->qid) == Qiproute)
		routectl(f, cb->nf, cb->f);
	else{
		cv = ipconvof(c);
		qlock(&cv->lk);
		if(waserror()){
			qunlock(&cv->lk);
			nexterror();
		}
		convctl(cv, cb);
		poperror();
		qunlock(&cv->lk);
	}
	poperror();
	free(cb);
	return n;
}

static long
writendb(Fs *f, void *a, long n, vlong off)
{
	char *buf;

	if(off < 0 || off > f->ndblen || n < 0 || n > Ndblen - off)
		error(Etoobig);
	buf = smalloc(n+1);
	if(waserror()){
		free(buf);
		nexterror();
	}
	memmove(buf, a, n);
	poperror();
	if(off <= f->ndblen){		/* it may have shrunk while the copy slept */
		memmove(f->ndb+off, buf, n);
		f->ndblen = off+n;
		f->ndbvers++;
	}
	free(buf);
	return n;
}

static long
ipwrite(Chan *c, void *a, long n, vlong off)
{
	Conv *cv;

	switch(TYPE(c->qid)){
	case Qarp:
	case Qiproute:
	case Qctl:
		return writectl(c, a, n);
	case Qndb:
		return writendb(c->aux, a, n, off);
	case Qdata:
		cv = ipconvof(c);
		return cv->p->write(cv, a, n);
	}
	error(Eperm);
}

/* Owner and permissions of a conversation's files. */
static int
ipwstat(Chan *c, uchar *buf, int n)
{
	Conv *cv;
	char *strs;
	Dir d;

	if(TYPE(c->qid) != Qctl && TYPE(c->qid) != Qdata)
		error(Eperm);
	cv = ipconvof(c);
	if(!iseve() && strcmp(up->user, cv->owner) != 0)
		error(Eperm);
	strs = smalloc(n);
	if(waserror()){
		free(strs);
		nexterror();
	}
	n = convM2D(buf, n, &d, strs);
	if(n == 0)
		error(Eshortstat);
	if(d.uid[0] != 0){
		if(!iseve())
			error(Eperm);
		utfecpy(cv->owner, cv->owner+sizeof cv->owner, d.uid);
	}
	if(d.mode != ~0UL)
		cv->perm = d.mode & 0777;
	poperror();
	free(strs);
	return n;
}

Dev ipdevtab =
{
	'I',
	"ip",

	devreset,
	devinit,
	devshutdown,
	ipattach,
	ipwalk,
	ipstat,
	ipopen,
	devcreate,
	ipclose,
	ipread,
	devbread,
	ipwrite,
	devbwrite,
	devremove,
	ipwstat,
};
