/*
 * The mount table of a name space.  A mount head (Mhead) says what channel
 * is covered; its list of Mounts says by what, in the order they are
 * searched.  The table is a hash by qid.path in the Pgrp, under pgrp->ns;
 * each list is under its own head's lock.  Locks are taken in that order.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static Ref mountids;

Mhead*
newmhead(Chan *from)
{
	Mhead *mh;

	mh = smalloc(sizeof *mh);
	mh->ref = 1;
	mh->from = from;
	incref(from);
	return mh;
}

/* The last one out frees it; cunmount has let go of its contents by then. */
void
putmhead(Mhead *mh)
{
	if(mh == nil || decref(mh) > 0)
		return;
	if(mh->mount != nil)
		mountfree(mh->mount);
	if(mh->from != nil)
		cclose(mh->from);
	free(mh);
}

Mount*
newmount(Mhead *mh, Chan *to, int flag, char *spec)
{
	Mount *m;

	m = smalloc(sizeof *m);
	if(spec != nil){
		if(waserror()){
			free(m);
			nexterror();
		}
		kstrdup(&m->spec, spec);
		poperror();
	}
	m->to = to;
	incref(to);
	m->head = mh;
	m->mountid = incref(&mountids);
	m->mflag = flag;
	return m;
}

void
mountfree(Mount *m)
{
	Mount *next;

	for(; m != nil; m = next){
		next = m->next;
		cclose(m->to);
		m->mountid = 0;
		free(m->spec);
		free(m);
	}
}

static Mhead**
bucket(Pgrp *pg, Qid q)
{
	return &pg->mnthash[(ulong)q.path & (MNTHASH-1)];
}

/* The link that leads to the head covering c, or the one at the end of the chain. */
static Mhead**
headlink(Pgrp *pg, Chan *c)
{
	Mhead **l;

	for(l = bucket(pg, c->qid); *l != nil; l = &(*l)->hash)
		if(eqchan((*l)->from, c, 1))
			break;
	return l;
}

/*
 * A creating bind of a union is refused, and one of a mount that does not
 * create, since it would be unclear where creation goes: only a plain
 * directory or a single creating mount may be given MCREATE.
 */
static int
badcreate(Mhead *mh, int flag)
{
	Mount *m;

	if((flag & MCREATE) == 0 || mh == nil || (m = mh->mount) == nil)
		return 0;
	return m->next != nil || (m->mflag & MCREATE) == 0;
}

/* The members of a union after the first, as members of order flag. */
static Mount*
restof(Mhead *mh, int flag)
{
	Mount *first, **l, *m;

	first = nil;
	l = &first;
	rlock(&mh->lock);
	if(waserror()){
		runlock(&mh->lock);
		mountfree(first);
		nexterror();
	}
	m = mh->mount;
	if(m != nil)
		m = m->next;
	for(; m != nil; m = m->next){
		*l = newmount(nil, m->to, flag, m->spec);
		l = &(*l)->next;
	}
	poperror();
	runlock(&mh->lock);
	return first;
}

/* The new entry and, when a union is bound, copies of its other members. */
static Mount*
mountlist(Chan *to, int flag, char *spec, Mhead *src)
{
	Mount *m;
	int order;

	m = newmount(nil, to, flag, spec);
	if(src == nil)
		return m;
	order = flag & MORDER;
	if(order == MREPL)
		order = MAFTER;
	if(waserror()){
		mountfree(m);
		nexterror();
	}
	m->next = restof(src, order);
	poperror();
	return m;
}

/* A head for a mount point that has none; with the order asked for it may be a member itself. */
static Mhead*
freshhead(Chan *old, int order)
{
	Mhead *mh;

	mh = newmhead(old);
	if(order == MREPL)
		return mh;
	if(waserror()){
		putmhead(mh);
		nexterror();
	}
	mh->mount = newmount(mh, old, 0, nil);
	poperror();
	return mh;
}

/*
 * Returns what was replaced, for the caller to free once it holds no locks.
 * Numbers are given here, after the mount point's own entry has its: ns
 * lists by them, and its list must make the same again.
 */
static Mount*
insert(Mhead *mh, Mount *m, int order)
{
	Mount **l, *old;

	for(l = &m; *l != nil; l = &(*l)->next){
		(*l)->head = mh;
		(*l)->mountid = incref(&mountids);
	}
	if(order == MAFTER){
		for(l = &mh->mount; *l != nil; l = &(*l)->next)
			;
		*l = m;
		return nil;
	}
	old = mh->mount;
	mh->mount = m;
	if(order == MREPL)
		return old;
	*l = old;
	return nil;
}

/*
 * Put new, which may be a union, on old.  All memory is got before the locks
 * are taken: the source may be the same union, and an error must find
 * nothing locked.
 */
int
cmount(Chan *new, Chan *old, int flag, char *spec)
{
	Mhead **l, *mh, *fresh;
	Mount *m, *dead;
	Pgrp *pg;
	int id;

	if((old->qid.type ^ new->qid.type) & QTDIR)
		error(Emount);
	if((old->qid.type & QTDIR) == 0 && (flag & MORDER) != MREPL)
		error(Emount);
	if(badcreate(new->umh, flag))
		error(Emount);
	fresh = freshhead(old, flag & MORDER);
	if(waserror()){
		putmhead(fresh);
		nexterror();
	}
	m = mountlist(new, flag, spec, new->umh);
	poperror();
	pg = up->pgrp;
	wlock(&pg->ns);
	l = headlink(pg, old);
	mh = *l;
	if(mh == nil){
		*l = mh = fresh;
		fresh = nil;
	}
	wlock(&mh->lock);
	dead = insert(mh, m, flag & MORDER);
	id = m->mountid;
	wunlock(&mh->lock);
	wunlock(&pg->ns);
	mountfree(dead);
	putmhead(fresh);
	return id;
}

/* Is this member what was mounted, or the root of the server behind it? */
static int
ismember(Mount *m, Chan *c)
{
	return eqchan(m->to, c, 1) || (m->to->mchan != nil && eqchan(m->to->mchan, c, 1));
}

/* Take member c, or all if c is nil, off the list; the caller frees them. */
static Mount*
takeoff(Mhead *mh, Chan *c)
{
	Mount **l, *m;

	if(c == nil){
		m = mh->mount;
		mh->mount = nil;
		return m;
	}
	for(l = &mh->mount; (m = *l) != nil; l = &m->next)
		if(ismember(m, c)){
			*l = m->next;
			m->next = nil;
			return m;
		}
	return nil;
}

/* Undo all that is on mnt, or only what was bound or mounted from member. */
void
cunmount(Chan *mnt, Chan *member)
{
	Mhead **l, *mh;
	Mount *m;
	Pgrp *pg;
	int empty;

	pg = up->pgrp;
	wlock(&pg->ns);
	l = headlink(pg, mnt);
	mh = *l;
	if(mh == nil){
		wunlock(&pg->ns);
		error(Eunmount);
	}
	wlock(&mh->lock);
	m = takeoff(mh, member);
	empty = mh->mount == nil;
	if(empty)
		*l = mh->hash;
	wunlock(&mh->lock);
	wunlock(&pg->ns);
	mountfree(m);
	if(empty)
		putmhead(mh);
	else if(m == nil)
		error(Eunion);
}

/*
 * If something is mounted on the file so described, put its first member in
 * *cp and the head in *mhp (giving up what was there) and return 1.
 */
int
findmount(Chan **cp, Mhead **mhp, int type, uint dev, Qid qid)
{
	Mhead *mh;
	Pgrp *pg;
	Chan *to;

	pg = up->pgrp;
	if(*bucket(pg, qid) == nil)
		return 0;
	to = nil;
	rlock(&pg->ns);
	for(mh = *bucket(pg, qid); mh != nil; mh = mh->hash)
		if(eqchanddq(mh->from, type, dev, qid, 1))
			break;
	if(mh != nil){
		rlock(&mh->lock);
		if(mh->mount != nil){
			to = mh->mount->to;
			incref(to);
			incref(mh);
		}
		runlock(&mh->lock);
	}
	runlock(&pg->ns);
	if(to == nil)
		return 0;
	if(*cp != nil)
		cclose(*cp);
	*cp = to;
	if(mhp == nil)
		putmhead(mh);
	else{
		putmhead(*mhp);
		*mhp = mh;
	}
	return 1;
}

/* Cross what is mounted on *cp; the last element of *path remembers from where. */
int
domount(Chan **cp, Mhead **mhp, Path **path)
{
	Chan **from;
	Path *p;

	if(findmount(cp, mhp, (*cp)->type, (*cp)->dev, (*cp)->qid) == 0)
		return 0;
	if(path != nil){
		p = *path = uniquepath(*path);
		from = &p->mtpt[p->mlen-1];
		incref((*mhp)->from);
		if(*from != nil)
			cclose(*from);
		*from = (*mhp)->from;
	}
	return 1;
}

/* ".." was walked: if the element it ends at is a mount point, be under the mount. */
Chan*
undomount(Chan *c, Path *path)
{
	Chan **from;

	from = &path->mtpt[path->mlen-1];
	if(*from != nil){
		cclose(c);
		c = *from;
		*from = nil;
	}
	return c;
}
