/*
 * #e: the environment, a file per variable; it belongs to the environment
 * group of whoever uses it.  #ec is one set for all, the kernel's own
 * configuration, which only the host owner writes.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static Egrp confenv;

static Egrp*
grp(Chan *c)
{
	return c->aux == nil? up->egrp: c->aux;
}

static int
writable(Chan *c)
{
	return c->aux == nil || iseve();
}

/* By name, or by qid.path if name is nil.  Called with the group locked. */
static Evalue*
lookup(Egrp *eg, char *name, uvlong path)
{
	Evalue *e;
	int i;

	for(i = 0; i < eg->nent; i++){
		e = eg->ent[i];
		if(name != nil? strcmp(e->name, name) == 0: e->qid.path == path)
			return e;
	}
	return nil;
}

static int
envgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Egrp *eg;
	Evalue *e;
	Qid q;

	(void)tab; (void)ntab;
	eg = grp(c);
	if(i == DEVDOTDOT){
		mkqid(&q, 0, eg->vers, QTDIR);
		devdir(c, q, "#e", 0, eve, 0775, d);
		return 1;
	}
	rlock(&eg->lk);
	e = nil;
	if(name != nil)
		e = i == 0? lookup(eg, name, 0): nil;
	else if(i < eg->nent)
		e = eg->ent[i];
	if(e != nil){
		utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, e->name);
		devdir(c, e->qid, up->genbuf, e->len, eve, 0666, d);
	}
	runlock(&eg->lk);
	return e == nil? -1: 1;
}

static Chan*
envattach(char *spec)
{
	Chan *c;

	if(*spec != 0 && strcmp(spec, "c") != 0)
		error(Ebadspec);
	c = devattach('e', spec);
	if(*spec == 'c')
		c->aux = &confenv;
	return c;
}

static Walkqid*
envwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, envgen);
}

static int
envstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	if((c->qid.type & QTDIR) == 0)
		return devstat(c, buf, n, nil, 0, envgen);
	mkqid(&c->qid, 0, grp(c)->vers, QTDIR);
	devdir(c, c->qid, c->aux == nil? "#e": "#ec", 0, eve, DMDIR|0775, &d);
	return convD2M(&d, buf, n);
}

static void
truncenv(Evalue *e)
{
	e->qid.vers++;
	free(e->value);
	e->value = nil;
	e->len = e->alen = 0;
}

static Chan*
envopen(Chan *c, int omode)
{
	Egrp *eg;
	Evalue *e;

	eg = grp(c);
	if(c->qid.type & QTDIR){
		if(omode != OREAD)
			error(Eperm);
	}else{
		if(openmode(omode) != OREAD || (omode & (OTRUNC|ORCLOSE)))
			if(!writable(c))
				error(Eperm);
		wlock(&eg->lk);
		e = lookup(eg, nil, c->qid.path);
		if(e != nil && (omode & OTRUNC))
			truncenv(e);
		wunlock(&eg->lk);
		if(e == nil)
			error(Enonexist);
	}
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	return c;
}

/* Room for one more variable. */
static void
growgrp(Egrp *eg)
{
	Evalue **t;

	if(eg->nent < eg->ment)
		return;
	t = smalloc((eg->ment+DELTAENV)*sizeof t[0]);
	if(eg->nent > 0)
		memmove(t, eg->ent, eg->nent*sizeof t[0]);
	free(eg->ent);
	eg->ent = t;
	eg->ment += DELTAENV;
}

/* A new variable, or nil if there is one of that name.  Called with the group locked. */
static Evalue*
newvar(Egrp *eg, char *name)
{
	Evalue *e;

	if(lookup(eg, name, 0) != nil)
		return nil;
	growgrp(eg);
	e = smalloc(sizeof *e);
	if(waserror()){
		free(e);
		nexterror();
	}
	kstrdup(&e->name, name);
	poperror();
	mkqid(&e->qid, ++eg->path, 0, QTFILE);
	eg->ent[eg->nent++] = e;
	eg->vers++;
	return e;
}

static void
envcreate(Chan *c, char *name, int omode, ulong perm)
{
	Egrp *eg;
	Evalue *e;

	if((c->qid.type & QTDIR) == 0 || !writable(c) || (perm & DMDIR))
		error(Eperm);
	if(strlen(name) >= sizeof up->genbuf)
		error(Etoolong);
	omode = openmode(omode);
	eg = grp(c);
	wlock(&eg->lk);
	if(waserror()){
		wunlock(&eg->lk);
		nexterror();
	}
	e = newvar(eg, name);
	if(e == nil)
		error(Eexist);
	c->qid = e->qid;
	poperror();
	wunlock(&eg->lk);
	c->offset = 0;
	c->mode = omode;
	c->flag |= COPEN;
}

/* 0: there is none of this path */
static int
delvar(Egrp *eg, uvlong path)
{
	Evalue *e;
	int i;

	wlock(&eg->lk);
	for(i = 0; i < eg->nent; i++)
		if(eg->ent[i]->qid.path == path)
			break;
	if(i == eg->nent){
		wunlock(&eg->lk);
		return 0;
	}
	e = eg->ent[i];
	eg->ent[i] = eg->ent[--eg->nent];
	eg->vers++;
	wunlock(&eg->lk);
	free(e->name);
	free(e->value);
	free(e);
	return 1;
}

static void
envremove(Chan *c)
{
	if((c->qid.type & QTDIR) || !writable(c))
		error(Eperm);
	if(!delvar(grp(c), c->qid.path))
		error(Enonexist);
}

static void
envclose(Chan *c)
{
	if(c->flag & CRCLOSE)
		envremove(c);
}

static long
envread(Chan *c, void *buf, long n, vlong off)
{
	Egrp *eg;
	Evalue *e;

	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, envgen);
	eg = grp(c);
	rlock(&eg->lk);
	if(waserror()){
		runlock(&eg->lk);
		nexterror();
	}
	e = lookup(eg, nil, c->qid.path);
	if(e == nil)
		error(Enonexist);
	n = readmem(off, buf, n, e->value, e->len);
	poperror();
	runlock(&eg->lk);
	return n;
}

/* Room for n bytes in all; what is new is zero. */
static void
growvar(Evalue *e, int n)
{
	char *s;

	if(n > e->alen){
		s = smalloc(n + n/2);
		if(e->len > 0)
			memmove(s, e->value, e->len);
		free(e->value);
		e->value = s;
		e->alen = n + n/2;
	}
	if(n > e->len){
		memset(e->value+e->len, 0, n-e->len);
		e->len = n;
	}
}

static long
envwrite(Chan *c, void *buf, long n, vlong off)
{
	Egrp *eg;
	Evalue *e;

	if(n <= 0)
		return 0;
	if(n > MAXENV || off > MAXENV-n)
		error(Etoobig);
	eg = grp(c);
	wlock(&eg->lk);
	if(waserror()){
		wunlock(&eg->lk);
		nexterror();
	}
	e = lookup(eg, nil, c->qid.path);
	if(e == nil)
		error(Enonexist);
	growvar(e, off+n);
	memmove(e->value+off, buf, n);
	e->qid.vers++;
	eg->vers++;
	poperror();
	wunlock(&eg->lk);
	return n;
}

/* For the kernel: set a variable of the current process, or of the configuration. */
void
ksetenv(char *name, char *value, int conf)
{
	Egrp *eg;
	Evalue *e;
	int n;

	eg = conf? &confenv: up->egrp;
	n = strlen(value);
	if(n > MAXENV)
		n = MAXENV;
	wlock(&eg->lk);
	if(waserror()){
		wunlock(&eg->lk);
		nexterror();
	}
	e = newvar(eg, name);
	if(e == nil)
		e = lookup(eg, name, 0);
	truncenv(e);
	growvar(e, n);
	if(n > 0)
		memmove(e->value, value, n);
	poperror();
	wunlock(&eg->lk);
}

/* #c/config: the whole configuration as name=value lines; to be freed. */
char*
getconfenv(void)
{
	Egrp *eg;
	Evalue *e;
	char *s, *p;
	int i, n;

	eg = &confenv;
	rlock(&eg->lk);
	n = 1;
	for(i = 0; i < eg->nent; i++)
		n += strlen(eg->ent[i]->name) + eg->ent[i]->len + 2;
	p = s = smalloc(n);
	for(i = 0; i < eg->nent; i++){
		e = eg->ent[i];
		p = strecpy(p, s+n, e->name);
		*p++ = '=';
		if(e->len > 0)
			memmove(p, e->value, e->len);
		p += e->len;
		*p++ = '\n';
	}
	*p = 0;
	runlock(&eg->lk);
	return s;
}

Dev envdevtab =
{
	'e',
	"env",

	devreset,
	devinit,
	devshutdown,
	envattach,
	envwalk,
	envstat,
	envopen,
	envcreate,
	envclose,
	envread,
	devbread,
	envwrite,
	devbwrite,
	envremove,
	devwstat,
};
