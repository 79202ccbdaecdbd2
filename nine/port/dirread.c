/*
 * Reading directories: members of a union one after the other, and entries
 * that are mount points shown as what is mounted there.  The device fills a
 * buffer of ours, so nobody can change entries while we look at them; what
 * then does not fit into the user's waits in the channel for the next read.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Maxdirread	= 16*1024,
};

typedef struct Dirbuf Dirbuf;
struct Dirbuf
{
	uchar	*p;
	int	n;
	int	max;
};

void
dirrewind(Chan *c)
{
	qlock(&c->umqlock);
	c->offset = 0;
	c->devoffset = 0;
	c->dri = 0;
	c->uri = 0;
	c->nrock = 0;
	if(c->umc != nil){
		cclose(c->umc);
		c->umc = nil;
	}
	qunlock(&c->umqlock);
}

/* Read on in the current member, opening it first if need be. */
static long
memberread(Chan *c, Chan *to, uchar *buf, long n)
{
	if(waserror())
		return 0;
	if(c->umc == nil){
		c->umc = cclone(to);
		c->umc = devtab[c->umc->type]->open(c->umc, OREAD);
	}
	n = devtab[c->umc->type]->read(c->umc, buf, n, c->umc->offset);
	c->umc->offset += n;
	poperror();
	return n;
}

/* A member that fails is skipped. */
static long
unionread(Chan *c, uchar *buf, long n)
{
	Mhead *mh;
	Mount *m;
	long r;
	int i;

	mh = c->umh;
	rlock(&mh->lock);
	m = mh->mount;
	for(i = 0; m != nil && i < c->uri; i++)
		m = m->next;
	r = 0;
	for(; m != nil; m = m->next){
		r = memberread(c, m->to, buf, n);
		if(r > 0)
			break;
		c->uri++;
		if(c->umc != nil){
			cclose(c->umc);
			c->umc = nil;
		}
	}
	runlock(&mh->lock);
	return r;
}

static void
put(Dirbuf *b, void *p, int n)
{
	uchar *t;

	if(b->n+n > b->max){
		b->max = b->n + n + DIRMAX;
		t = smalloc(b->max);
		memmove(t, b->p, b->n);
		free(b->p);
		b->p = t;
	}
	memmove(b->p+b->n, p, n);
	b->n += n;
}

/* Is the mount point itself among what is mounted on it?  Then it shows as it is. */
static int
inunion(Mhead *mh, int type, Dir *d)
{
	Mount *m;
	int yes;

	yes = 0;
	rlock(&mh->lock);
	for(m = mh->mount; m != nil && !yes; m = m->next)
		yes = eqchanddq(m->to, type, d->dev, d->qid, 1);
	runlock(&mh->lock);
	return yes;
}

/* Append the stat of c under the given name. */
static void
putstat(Dirbuf *b, Chan *c, char *name)
{
	uchar *buf;
	char *strs;
	Dir d;
	int n;

	buf = smalloc(2*DIRMAX+strlen(name));
	strs = smalloc(DIRMAX);
	if(waserror()){
		free(buf);
		free(strs);
		nexterror();
	}
	n = devtab[c->type]->stat(c, buf, DIRMAX);
	if(convM2D(buf, n, &d, strs) == 0)
		error(Ebadstat);
	d.name = name;
	n = convD2M(&d, buf, 2*DIRMAX+strlen(name));
	put(b, buf, n);
	poperror();
	free(buf);
	free(strs);
}

/* Append what is mounted on the file of this entry; 0 if nothing is, or it cannot be asked. */
static int
putmounted(Dirbuf *b, uchar *p, int len)
{
	char *strs;
	Chan *c;
	Mhead *mh;
	Dir d;
	int type, done;

	mkqid(&d.qid, GBIT64(p+13), GBIT32(p+9), p[8]);
	type = devno(GBIT16(p+2), 1);
	c = nil;
	mh = nil;
	if(type < 0 || findmount(&c, &mh, type, GBIT32(p+4), d.qid) == 0)
		return 0;
	done = 0;
	strs = nil;
	if(!waserror()){
		strs = smalloc(len);
		if(convM2D(p, len, &d, strs) != 0 && !inunion(mh, type, &d)){
			putstat(b, c, d.name);
			done = 1;
		}
		poperror();
	}
	free(strs);
	cclose(c);
	putmhead(mh);
	return done;
}

/* One entry, as it is or as what is mounted there.  Returns its length in p, 0 if it is none. */
static int
fixentry(Dirbuf *b, uchar *p, int n)
{
	int len;

	if(n < BIT16SZ || n < (len = BIT16SZ+GBIT16(p)))
		return 0;
	if(len < STATFIXLEN || !putmounted(b, p, len))
		put(b, p, len);
	return len;
}

/* How many bytes of whole entries fit into max? */
static int
fitting(uchar *p, int n, int max)
{
	int have, len;

	for(have = 0; have+BIT16SZ <= n; have += len){
		len = BIT16SZ+GBIT16(p+have);
		if(have+len > n || have+len > max)
			break;
	}
	return have;
}

/* Give the user what fits of what we have; keep the rest. */
static long
deliver(Chan *c, uchar *p, int n, void *buf, long max)
{
	long k;

	k = fitting(p, n, max);
	memmove(buf, p, k);
	memmove(c->dirrock, p+k, n-k);
	c->nrock = n-k;
	if(k == 0 && n > 0)
		error(Eshort);
	c->offset += k;
	return k;
}

static long
refill(Chan *c, void *buf, long n)
{
	Dirbuf b;
	uchar *raw;
	long have, i, len;

	memset(&b, 0, sizeof b);
	raw = smalloc(n);
	if(waserror()){
		free(raw);
		free(b.p);
		nexterror();
	}
	if(c->umh != nil)
		have = unionread(c, raw, n);
	else{
		have = devtab[c->type]->read(c, raw, n, c->devoffset);
		c->devoffset += have;
	}
	for(i = 0; i < have; i += len)
		if((len = fixentry(&b, raw+i, have-i)) == 0)
			break;
	free(c->dirrock);
	c->dirrock = nil;
	c->nrock = 0;
	c->dirrock = smalloc(b.n+1);
	n = deliver(c, b.p, b.n, buf, n);
	poperror();
	free(raw);
	free(b.p);
	return n;
}

/* Offset 0 starts over; any other must be where the last read ended. */
long
dirread(Chan *c, void *buf, long n, vlong off)
{
	if(off == 0)
		dirrewind(c);
	else if(off != c->offset)
		error(Edirseek);
	if(n > Maxdirread)
		n = Maxdirread;
	qlock(&c->umqlock);
	if(waserror()){
		qunlock(&c->umqlock);
		nexterror();
	}
	if(c->nrock > 0)
		n = deliver(c, c->dirrock, c->nrock, buf, n);
	else
		n = refill(c, buf, n);
	poperror();
	qunlock(&c->umqlock);
	return n;
}
