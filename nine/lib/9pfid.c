/* SPDX-License-Identifier: MIT */
/* The fids of a 9P session, and the requests under way. */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "9pimpl.h"

static Fid**
fidlink(Srv *s, ulong n)
{
	Fid **l;

	for(l = &s->fids[n%Fidhash]; *l != nil; l = &(*l)->next)
		if((*l)->fid == n)
			break;
	return l;
}

/* With a reference for the caller, or nil. */
Fid*
srvgetfid(Srv *s, ulong n)
{
	Fid *f;

	lock(&s->lk);
	f = *fidlink(s, n);
	if(f != nil)
		f->ref++;
	unlock(&s->lk);
	return f;
}

void
srvputfid(Fid *f)
{
	Srv *s;
	long ref;

	if(f == nil)
		return;
	s = f->srv;
	lock(&s->lk);
	ref = --f->ref;
	unlock(&s->lk);
	if(ref > 0)
		return;
	if(f->omode != -1 && s->clunk != nil)
		s->clunk(f);
	if(s->destroyfid != nil)
		s->destroyfid(f);
	free(f->uid);
	free(f);
}

/* One that is not in the table yet. */
Fid*
srvnewfid(Srv *s, ulong n, char *uid)
{
	Fid *f;

	f = mallocz(sizeof *f, 1);
	if(f == nil)
		return nil;
	f->uid = strdup(uid);
	if(f->uid == nil){
		free(f);
		return nil;
	}
	f->fid = n;
	f->ref = 1;
	f->omode = -1;
	f->srv = s;
	return f;
}

/* 0: the number is taken.  The table has its own reference. */
int
srvaddfid(Fid *f)
{
	Fid **l;
	Srv *s;
	int new;

	s = f->srv;
	lock(&s->lk);
	l = fidlink(s, f->fid);
	new = *l == nil;
	if(new){
		f->ref++;
		*l = f;
	}
	unlock(&s->lk);
	return new;
}

/* f is the file of this number no more, if it was. */
void
srvdelfid(Fid *f)
{
	Fid **l;
	Srv *s;
	int had;

	s = f->srv;
	lock(&s->lk);
	l = fidlink(s, f->fid);
	had = *l == f;
	if(had)
		*l = f->next;
	unlock(&s->lk);
	if(had)
		srvputfid(f);
}

static Fid*
anyfid(Srv *s)
{
	Fid *f;
	int i;

	f = nil;
	lock(&s->lk);
	for(i = 0; i < Fidhash && f == nil; i++)
		f = s->fids[i];
	unlock(&s->lk);
	return f;
}

/* The oldest request that somebody is doing, 0 if there is none. */
static ulong
underway(Srv *s)
{
	Req *r;
	ulong n;

	n = 0;
	lock(&s->lk);
	for(r = s->reqs; r != nil; r = r->next)
		if(r->worker != 0)
			n = r->serial;
	unlock(&s->lk);
	return n;
}

/* The session is over: what is under way is not to be answered. */
void
srvreset(Srv *s)
{
	Fid *f;
	Req *r;
	ulong n;

	lock(&s->lk);
	for(r = s->reqs; r != nil; r = r->next)
		r->forgotten = 1;
	unlock(&s->lk);
	while((n = underway(s)) != 0)
		srvinterrupt(s, n);
	while((f = anyfid(s)) != nil)
		srvdelfid(f);
}

void
srvaddreq(Req *r)
{
	Srv *s;

	s = r->srv;
	lock(&s->lk);
	if(++s->serial == 0)
		s->serial = 1;
	r->serial = s->serial;
	r->next = s->reqs;
	s->reqs = r;
	unlock(&s->lk);
}

/* The oldest with this tag that is not except, 0 if there is none. */
ulong
srvfindreq(Srv *s, int tag, Req *except)
{
	Req *r;
	ulong n;

	n = 0;
	lock(&s->lk);
	for(r = s->reqs; r != nil; r = r->next)
		if(r != except && r->in.tag == tag)
			n = r->serial;
	unlock(&s->lk);
	return n;
}

void
srvdelreq(Req *r)
{
	Req **l;
	Srv *s;

	s = r->srv;
	lock(&s->lk);
	for(l = &s->reqs; *l != r; l = &(*l)->next)
		;
	*l = r->next;
	unlock(&s->lk);
}
