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
	for(m = from->mount; m != nil; m = m->next){
		*l = newmount(mh, m->to, m->mflag, m->spec);
		(*l)->mountid = m->mountid;
		l = &(*l)->next;
	}
	runlock(&from->lock);
	return mh;
}

void
pgrpcpy(Pgrp *to, Pgrp *from)
{
	Mhead *mh, **l;
	int i;

	rlock(&from->ns);
	to->noattach = from->noattach;
	for(i = 0; i < MNTHASH; i++){
		l = &to->mnthash[i];
		for(mh = from->mnthash[i]; mh != nil; mh = mh->hash){
			*l = copyhead(mh);
			l = &(*l)->hash;
		}
	}
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

void
envcpy(Egrp *to, Egrp *from)
{
	Evalue *e, *ne;
	int i;

	rlock(&from->lk);
	to->ment = (from->nent + 31) & ~31;
	to->ent = smalloc(to->ment*sizeof to->ent[0]);
	for(i = 0; i < from->nent; i++){
		e = from->ent[i];
		ne = smalloc(sizeof *ne);
		kstrdup(&ne->name, e->name);
		if(e->len > 0){
			ne->value = smalloc(e->len);
			memmove(ne->value, e->value, e->len);
		}
		ne->len = ne->alen = e->len;
		ne->qid = e->qid;
		to->ent[i] = ne;
		to->nent++;
	}
	to->path = from->path;
	to->vers = from->vers;
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
