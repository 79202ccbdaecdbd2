/*
 * What processes share or copy at rfork: the name space, the descriptors
 * and the environment.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static Ref pgrpids;

Pgrp*
newpgrp(void)
{
	Pgrp *p;

	p = smalloc(sizeof *p);
	p->ref = 1;
	p->pgrpid = incref(&pgrpids);
	return p;
}

/* The members keep their numbers: ns shows a copy in the order of the original. */
static Mhead*
copyhead(Mhead *from)
{
	Mhead *mh;
	Mount *m, **l;

	mh = newmhead(from->from);
	l = &mh->mount;
	rlock(&from->lock);
	if(waserror()){
		runlock(&from->lock);
		putmhead(mh);
		nexterror();
	}
	for(m = from->mount; m != nil; m = m->next){
		*l = newmount(mh, m->to, m->mflag, m->spec);
		(*l)->mountid = m->mountid;
		l = &(*l)->next;
	}
	poperror();
	runlock(&from->lock);
	return mh;
}

/* What was copied when memory ran out stays in to, which the caller closes. */
void
pgrpcpy(Pgrp *to, Pgrp *from)
{
	Mhead *mh, **l;
	int i;

	rlock(&from->ns);
	if(waserror()){
		runlock(&from->ns);
		nexterror();
	}
	to->noattach = from->noattach;
	for(i = 0; i < MNTHASH; i++){
		l = &to->mnthash[i];
		for(mh = from->mnthash[i]; mh != nil; mh = mh->hash){
			*l = copyhead(mh);
			l = &(*l)->hash;
		}
	}
	poperror();
	runlock(&from->ns);
}

void
closepgrp(Pgrp *p)
{
	Mhead *mh, *next;
	Mount *m;
	int i;

	if(p == nil || decref(p) > 0)
		return;
	qlock(&p->debug);
	wlock(&p->ns);
	for(i = 0; i < MNTHASH; i++){
		for(mh = p->mnthash[i]; mh != nil; mh = next){
			next = mh->hash;
			wlock(&mh->lock);
			m = mh->mount;
			mh->mount = nil;
			wunlock(&mh->lock);
			mountfree(m);
			putmhead(mh);
		}
		p->mnthash[i] = nil;
	}
	wunlock(&p->ns);
	qunlock(&p->debug);
	free(p);
}

Fgrp*
newfgrp(void)
{
	Fgrp *f;

	f = smalloc(sizeof *f);
	f->ref = 1;
	f->nfd = DELTAFD;
	f->fd = smalloc(f->nfd*sizeof f->fd[0]);
	f->maxfd = -1;
	return f;
}

Fgrp*
dupfgrp(Fgrp *f)
{
	Chan *c;
	Fgrp *nf;
	int i;

	if(f == nil)
		return newfgrp();
	nf = smalloc(sizeof *nf);
	nf->ref = 1;
	nf->nfd = (f->maxfd + DELTAFD)/DELTAFD*DELTAFD;
	if(nf->nfd == 0)
		nf->nfd = DELTAFD;
	nf->fd = smalloc(nf->nfd*sizeof nf->fd[0]);
	nf->maxfd = f->maxfd;
	for(i = 0; i <= f->maxfd; i++){
		c = f->fd[i];
		nf->fd[i] = c;
		if(c != nil)
			incref(c);
	}
	return nf;
}

void
closefgrp(Fgrp *f)
{
	Chan *c;
	int i;

	if(f == nil || decref(f) > 0)
		return;
	for(i = 0; i <= f->maxfd; i++)
		if((c = f->fd[i]) != nil){
			f->fd[i] = nil;
			cclose(c);
		}
	free(f->fd);
	free(f);
}

void
closeexec(Fgrp *f)
{
	int i;

	for(i = 0; i <= f->maxfd; i++)
		fdclose(i, CCEXEC);
}

Egrp*
newegrp(void)
{
	Egrp *e;

	e = smalloc(sizeof *e);
	e->ref = 1;
	return e;
}

static Evalue*
copyvar(Evalue *e)
{
	Evalue *ne;

	ne = smalloc(sizeof *ne);
	if(waserror()){
		free(ne->name);
		free(ne);
		nexterror();
	}
	kstrdup(&ne->name, e->name);
	if(e->len > 0){
		ne->value = smalloc(e->len);
		memmove(ne->value, e->value, e->len);
	}
	poperror();
	ne->len = ne->alen = e->len;
	ne->qid = e->qid;
	return ne;
}

/* As pgrpcpy: to is always sound. */
void
envcpy(Egrp *to, Egrp *from)
{
	int i;

	rlock(&from->lk);
	if(waserror()){
		runlock(&from->lk);
		nexterror();
	}
	to->ent = smalloc((from->nent+DELTAENV)*sizeof to->ent[0]);
	to->ment = from->nent+DELTAENV;
	for(i = 0; i < from->nent; i++){
		to->ent[i] = copyvar(from->ent[i]);
		to->nent++;
	}
	to->path = from->path;
	to->vers = from->vers;
	poperror();
	runlock(&from->lk);
}

void
closeegrp(Egrp *e)
{
	int i;

	if(e == nil || decref(e) > 0)
		return;
	for(i = 0; i < e->nent; i++){
		free(e->ent[i]->name);
		free(e->ent[i]->value);
		free(e->ent[i]);
	}
	free(e->ent);
	free(e);
}
