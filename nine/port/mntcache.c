/*
 * Pages of files behind a mount with MCACHE, kept so that they need not be
 * fetched again.  They are right as of an open: then the server says the
 * file's version, and pages of another one are forgotten.  What others write
 * while a file is open may be seen late; what is written through here is not.
 *
 * Pages are filled from replies, never from the memory of whoever read, and
 * copied out with a reference, for the copy may sleep.  A reply that was on
 * its way while the file changed is told by the entry's age.  Pages go when
 * there are too many, least recently used file first, and when memory is
 * short.  Nothing here sleeps but for those copies, so nothing is locked.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "fcall.h"
#include "devmnt.h"

enum
{
	Maxentry	= 512,		/* files */
	Maxpages	= 8192,		/* of one file: 32 MB */
	Share		= 8,		/* 1/Share of memory at most */
	Firsttab	= 16,
};

typedef struct Slot Slot;
struct Slot
{
	Page	*pg;
	ushort	n;			/* bytes of it that are right, from its begin */
};

struct Mcache
{
	Ref;				/* open channels */
	ulong	id;			/* of the connection; 0: it is gone */
	Qid	qid;
	ulong	age;			/* counts changes */
	Slot	*tab;
	ulong	ntab;
	ulong	npage;
	Mcache	*next;			/* most recently used first */
};

static Mcache *entries;
static int nentry;
static ulong npage;

static void
droppages(Mcache *e)
{
	ulong i;

	for(i = 0; i < e->ntab && e->npage > 0; i++)
		if(e->tab[i].pg != nil){
			putpage(e->tab[i].pg);
			e->tab[i].pg = nil;
			e->npage--;
			npage--;
		}
}

static void
unlinkentry(Mcache *e)
{
	Mcache **l;

	for(l = &entries; *l != e; l = &(*l)->next)
		;
	*l = e->next;
	nentry--;
}

static void
freeentry(Mcache *e)
{
	droppages(e);
	unlinkentry(e);
	free(e->tab);
	free(e);
}

static void
touch(Mcache *e)
{
	if(entries == e)
		return;
	unlinkentry(e);
	e->next = entries;
	entries = e;
	nentry++;
}

/* The file not used for longest gives up its pages, or itself; 0: nothing to be had. */
int
mcachereclaim(void)
{
	Mcache *e, *old;

	old = nil;
	for(e = entries; e != nil; e = e->next)
		if(e->npage > 0 || e->ref == 0)
			old = e;
	if(old == nil)
		return 0;
	if(old->ref == 0)
		freeentry(old);
	else
		droppages(old);
	return 1;
}

/* A connection has ended: its files will not come back under this id. */
void
mcachedrop(ulong id)
{
	Mcache *e, *next;

	for(e = entries; e != nil; e = next){
		next = e->next;
		if(e->id != id)
			continue;
		if(e->ref == 0)
			freeentry(e);
		else{
			droppages(e);
			e->id = 0;
		}
	}
}

static Mcache*
newentry(ulong id, Qid qid)
{
	Mcache *e;

	if(nentry >= Maxentry && !mcachereclaim())
		return nil;
	e = malloc(sizeof *e);
	if(e == nil)
		return nil;
	e->id = id;
	e->qid = qid;
	e->next = entries;
	entries = e;
	nentry++;
	return e;
}

static Mcache*
find(Chan *c)
{
	Mcache *e;

	for(e = entries; e != nil; e = e->next)
		if(e->id == c->dev && e->qid.path == c->qid.path && e->qid.type == c->qid.type)
			break;
	return e;
}

/* c was opened; is there something about it, and is it still right? */
void
mcacheopen(Chan *c, int trunc)
{
	Mcache *e;

	c->mcp = nil;
	if((c->flag & CCACHE) == 0 || (c->qid.type & (QTDIR|QTAPPEND|QTEXCL|QTAUTH)) != 0)
		return;
	e = find(c);
	if(e == nil)
		e = newentry(c->dev, c->qid);
	if(e == nil)
		return;
	if(trunc || e->qid.vers != c->qid.vers){
		droppages(e);
		e->age++;
		e->qid.vers = c->qid.vers;
	}
	incref(e);
	touch(e);
	c->mcp = e;
}

void
mcacheclose(Chan *c)
{
	Mcache *e;

	e = c->mcp;
	c->mcp = nil;
	if(e != nil && decref(e) == 0 && (e->id == 0 || e->npage == 0))
		freeentry(e);
}

/* What is there from off on, without a gap. */
long
mcacheread(Chan *c, uchar *p, long n, vlong off)
{
	Mcache *e;
	Page *pg;
	Slot *s;
	long done, k;
	ulong o;

	e = c->mcp;
	if(e == nil || off < 0)
		return 0;
	touch(e);
	for(done = 0; done < n && (off+done)>>PGSHIFT < e->ntab; done += k){
		s = &e->tab[(off+done)>>PGSHIFT];
		o = (off+done) & (BY2PG-1);
		if(s->pg == nil || s->n <= o)
			break;
		k = s->n - o;
		if(k > n-done)
			k = n-done;
		pg = s->pg;
		if(pg->ref == 0xFFFF)
			break;
		pg->ref++;
		if(waserror()){
			putpage(pg);
			nexterror();
		}
		memmove(p+done, (uchar*)pagekva(pg) + o, k);
		poperror();
		putpage(pg);
	}
	return done;
}

/* For mcachefill, before the request goes out. */
ulong
mcacheage(Chan *c)
{
	return c->mcp == nil? 0: c->mcp->age;
}

/* Room for page i in the table. */
static int
grow(Mcache *e, ulong i)
{
	Slot *t;
	ulong n;

	if(i < e->ntab)
		return 1;
	if(i >= Maxpages)
		return 0;
	for(n = e->ntab == 0? Firsttab: e->ntab; n <= i; n *= 2)
		;
	t = mallocz(n*sizeof t[0], 1);
	if(t == nil)
		return 0;
	memmove(t, e->tab, e->ntab*sizeof t[0]);
	free(e->tab);
	e->tab = t;
	e->ntab = n;
	return 1;
}

static Page*
cachepage(void)
{
	while(npage >= conf.upages/Share)
		if(!mcachereclaim())
			return nil;
	return newpage(0);
}

/*
 * The server said so, when the entry was so old.  Only what begins at the
 * begin of a page, or goes on where the page ended, can be kept.  (Getting a
 * page may take others from the cache, even ours.)
 */
void
mcachefill(Chan *c, uchar *p, long n, vlong off, ulong age)
{
	Mcache *e;
	Page *pg;
	Slot *s;
	long k;
	ulong i, o;

	e = c->mcp;
	if(e == nil || e->id == 0 || off < 0 || off>>PGSHIFT >= Maxpages)
		return;
	for(; n > 0 && e->age == age; n -= k, p += k, off += k){
		i = off>>PGSHIFT;
		o = off & (BY2PG-1);
		k = BY2PG-o;
		if(k > n)
			k = n;
		if(!grow(e, i))
			return;
		if(o == 0 && e->tab[i].pg == nil){
			pg = cachepage();
			if(pg == nil)
				return;
			e->tab[i].pg = pg;
			e->tab[i].n = 0;
			e->npage++;
			npage++;
		}
		s = &e->tab[i];
		if(s->pg == nil || s->n != o)
			continue;
		memmove((uchar*)pagekva(s->pg) + o, p, k);
		s->n = o+k;
	}
}

/*
 * The file is written to, be it by a way that is not cached: before, and once
 * more after, for whoever read meanwhile.
 */
void
mcachewrite(Chan *c, long n, vlong off)
{
	Mcache *e;
	ulong i;

	e = c->mcp != nil? c->mcp: find(c);
	if(e == nil)
		return;
	e->age++;
	if(off < 0 || n <= 0)
		return;
	for(i = off>>PGSHIFT; i < e->ntab && (vlong)i<<PGSHIFT < off+n; i++)
		if(e->tab[i].pg != nil){
			putpage(e->tab[i].pg);
			e->tab[i].pg = nil;
			e->npage--;
			npage--;
		}
}
