/*
 * Walking: from a channel along names to another, through the mount table
 * and the members of unions.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

/* A device's walk, with failure as nil and the reason in up->errstr. */
static Walkqid*
trywalk(Chan *c, char **name, int n)
{
	Walkqid *wq;

	if(waserror())
		return nil;
	wq = devtab[c->type]->walk(c, nil, name, n);
	poperror();
	return wq;
}

typedef struct Walker Walker;
struct Walker
{
	Chan	*c;			/* where we are */
	Path	*path;			/* how we got there */
	Mhead	*mh;			/* the union c is the first member of, or nil */
	int	nomount;
	int	type;			/* of the device the last step was taken in */
	uint	dev;
	int	bad;			/* in a failed step: number of the name at fault */
	char	*err;			/* and why; nil: as in up->errstr */
};

/* Walk from c and, should the very first name fail, from the rest of its union. */
static Walkqid*
unionwalk(Walker *w, char **name, int n)
{
	Mount *m;
	Walkqid *wq;

	w->type = w->c->type;
	w->dev = w->c->dev;
	wq = trywalk(w->c, name, n);
	if(wq != nil || w->mh == nil || w->nomount)
		return wq;
	rlock(&w->mh->lock);
	m = w->mh->mount;
	if(m != nil)
		m = m->next;
	for(; m != nil && wq == nil; m = m->next){
		wq = trywalk(m->to, name, n);
		w->type = m->to->type;
		w->dev = m->to->dev;
	}
	runlock(&w->mh->lock);
	return wq;
}

/* Move on to nc, reached by n names. */
static int
arrive(Walker *w, Chan *nc, Mhead *mh, char **name, int n)
{
	int i;

	cclose(w->c);
	putmhead(w->mh);
	w->c = nc;
	w->mh = mh;
	for(i = 0; i < n; i++)
		w->path = addelem(w->path, name[i], mh != nil && i == n-1? mh->from: nil);
	return n;
}

static int
dotdot(Walker *w, char **name)
{
	Chan *nc;
	Walkqid *wq;

	w->bad = 1;
	w->err = nil;
	wq = trywalk(w->c, name, 1);
	if(wq == nil)
		return -1;
	nc = wq->clone;
	free(wq);
	if(nc == nil){
		w->err = Edoesnotexist;
		return -1;
	}
	cclose(w->c);
	putmhead(w->mh);
	w->c = nc;
	w->mh = nil;
	w->path = addelem(w->path, "..", nil);
	w->c = undomount(w->c, w->path);
	return 1;
}

/*
 * One device walk of up to n names, stopping where something is mounted.
 * Returns how many names that was, or -1.  The last name's mount point, if
 * it is one, is left for namec to cross or not.
 */
static int
step(Walker *w, char **name, int n)
{
	Chan *nc;
	Mhead *mh;
	Walkqid *wq;
	int i;

	if(!w->nomount)
		domount(&w->c, &w->mh, &w->path);
	w->bad = 1;
	w->err = nil;
	wq = unionwalk(w, name, n);
	if(wq == nil)
		return -1;
	nc = nil;
	mh = nil;
	if(!w->nomount)
		for(i = 0; i < wq->nqid && i < n-1; i++)
			if(findmount(&nc, &mh, w->type, w->dev, wq->qid[i])){
				if(wq->clone != nil)
					cclose(wq->clone);
				free(wq);
				return arrive(w, nc, mh, name, i+1);
			}
	nc = wq->clone;
	n = wq->nqid;
	if(nc == nil){
		w->bad = n+1;
		w->err = Edoesnotexist;
		if(n > 0 && (wq->qid[n-1].type & QTDIR) == 0){
			w->bad = n;
			w->err = Enotdir;
		}
	}
	free(wq);
	return nc == nil? -1: arrive(w, nc, nil, name, n);
}

/* How many names one device walk may take: ".." always goes alone. */
static int
batch(char **name, int n)
{
	int i;

	if(n > MAXWALK)
		n = MAXWALK;
	for(i = 1; i < n; i++)
		if(strcmp(name[i], "..") == 0)
			return i;
	return n;
}

static void
endwalk(Walker *w)
{
	cclose(w->c);
	pathclose(w->path);
	putmhead(w->mh);
}

/* One step, of as many names as the device takes at once. */
static int
onward(Walker *w, char **name, int n)
{
	if((w->c->qid.type & QTDIR) == 0){
		w->bad = 0;
		w->err = Enotdir;
		return -1;
	}
	if(strcmp(name[0], "..") == 0)
		return dotdot(w, name);
	return step(w, name, batch(name, n));
}

/*
 * Move *cp along n names.  On failure returns -1, with the reason in
 * up->errstr, in *nerr the names up to the one at fault, and *cp untouched.
 */
int
walk(Chan **cp, char **name, int n, int nomount, int *nerr)
{
	Walker w;
	Chan *c;
	int have, r;

	memset(&w, 0, sizeof w);
	w.c = *cp;
	incref(w.c);
	w.path = w.c->path;
	incref(w.path);
	w.nomount = nomount;
	if(waserror()){
		endwalk(&w);
		nexterror();
	}
	for(have = 0; have < n; have += r){
		r = onward(&w, name+have, n-have);
		if(r < 0){
			poperror();
			if(w.err != nil)
				utfecpy(up->errstr, up->errstr+ERRMAX, w.err);
			*nerr = have + w.bad;
			endwalk(&w);
			return -1;
		}
	}
	if(w.c->ref > 1){
		c = cclone(w.c);
		cclose(w.c);
		w.c = c;
	}
	poperror();
	putmhead(w.mh);
	putmhead(w.c->umh);
	w.c->umh = nil;
	pathclose(w.c->path);
	w.c->path = w.path;
	cclose(*cp);
	*cp = w.c;
	return 0;
}

/* The member of a union that creates. */
Chan*
createdir(Chan *c, Mhead *mh)
{
	Chan *nc;
	Mount *m;

	nc = nil;
	rlock(&mh->lock);
	for(m = mh->mount; m != nil; m = m->next)
		if(m->mflag & MCREATE){
			nc = m->to;
			incref(nc);
			break;
		}
	runlock(&mh->lock);
	if(nc == nil)
		error(Enocreate);
	cclose(c);
	return nc;
}
