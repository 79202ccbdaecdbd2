/*
 * Program files in memory.  All processes that run a file share its text,
 * and start their data from the same clean pages.  An image outlives its
 * last user for the next exec; memory pressure, or too many of them, ends
 * that.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Cluster	= 16,			/* pages read at once from a local device */
};

static Image *images;
static int nimage;
static ulong clock;

static int
sameimage(Image *i, Chan *c)
{
	return i->qid.path == c->qid.path && i->qid.vers == c->qid.vers
		&& i->type == c->type && i->dev == c->dev
		&& i->mchan == c->mchan && i->mqid.path == c->mqid.path;
}

/* Nobody uses it: pages and all. */
static void
imagefree(Image *i)
{
	Image **l;
	int n;

	for(l = &images; *l != i; l = &(*l)->next)
		;
	*l = i->next;
	nimage--;
	for(n = 0; n < i->npage; n++)
		if(i->pages[n]){
			i->pages[n]->cached = 0;
			putpage(i->pages[n]);
		}
	free(i->pages);
	free(i);
}

/* The unused image not used for longest. */
static Image*
oldest(void)
{
	Image *i, *old;

	old = nil;
	for(i = images; i; i = i->next)
		if(i->ref == 0 && (old == nil || i->used < old->used))
			old = i;
	return old;
}

int
imagereclaim(void)
{
	Image *i;

	i = oldest();
	if(i == nil)
		return 0;
	imagefree(i);
	return 1;
}

static Image*
newimage(Chan *c, ulong textlen, ulong datalen)
{
	Image *i;

	if(nimage >= conf.nimage)
		imagereclaim();
	i = smalloc(sizeof(Image));
	i->ntext = PGROUND(textlen) >> PGSHIFT;
	i->npage = i->ntext + (int)(PGROUND(datalen) >> PGSHIFT);
	i->pages = mallocz(i->npage*sizeof(Page*), 1);
	if(i->pages == nil){
		free(i);
		error(Enovmem);
	}
	i->textlen = textlen;
	i->datalen = datalen;
	i->qid = c->qid;
	i->type = c->type;
	i->dev = c->dev;
	i->mqid = c->mqid;
	i->mchan = c->mchan;
	i->next = images;
	images = i;
	nimage++;
	return i;
}

/* The image of an open program file, with one more user. */
Image*
attachimage(Chan *c, ulong textlen, ulong datalen)
{
	Image *i;

	for(i = images; i; i = i->next)
		if(sameimage(i, c) && i->textlen == textlen && i->datalen == datalen)
			break;
	if(i == nil)
		i = newimage(c, textlen, datalen);
	incref(i);
	i->used = ++clock;
	if(i->c == nil){
		i->c = c;
		incref(c);
	}
	return i;
}

void
putimage(Image *i)
{
	Chan *c;

	if(decref(i) > 0)
		return;
	c = i->c;
	i->c = nil;
	/*
	 * A mounted file's identity ends with its connection.  First, as
	 * closing may sleep, and whoever finds the image then may keep it.
	 */
	if(i->mchan)
		imagefree(i);
	cclose(c);
}

/* Where page n begins in the file, and how many bytes of it count. */
static ulong
extent(Image *i, int n, ulong *off)
{
	ulong o, len;

	if(n < i->ntext){
		o = (ulong)n << PGSHIFT;
		len = i->textlen - o;
		*off = o;
	}else{
		o = (ulong)(n - i->ntext) << PGSHIFT;
		len = i->datalen - o;
		*off = i->textlen + o;
	}
	return len > BY2PG ? BY2PG : len;
}

/* Text and data do not read as one; how far a cluster at n may go. */
static int
cluster(Image *i, int n)
{
	int k, lim;

	if(i->mchan)
		return 1;
	lim = n < i->ntext ? i->ntext : i->npage;
	for(k = 1; k < Cluster && n+k < lim && i->pages[n+k] == nil; k++)
		;
	return k;
}

static void
loadpages(Image *i, int n)
{
	Page *pg[Cluster];
	ulong off, len, o;
	long got, r;
	uchar *k;
	int np, j;

	np = newpages(pg, cluster(i, n), 0);
	if(np == 0)
		error(Enovmem);
	if(waserror()){
		for(j = 0; j < np; j++)
			putpage(pg[j]);
		nexterror();
	}
	k = pagekva(pg[0]);
	len = 0;
	for(j = 0; j < np; j++)
		len += extent(i, n+j, &o);
	extent(i, n, &off);
	for(got = 0; got < (long)len; got += r){
		r = devtab[i->c->type]->read(i->c, k+got, len-got, off+got);
		if(r <= 0)
			error(Eshort);
	}
	memset(k+len, 0, np*BY2PG - len);
	poperror();
	for(j = 0; j < np; j++){
		pg[j]->cached = 1;
		i->pages[n+j] = pg[j];
	}
}

/*
 * Page n of the image: 0.. is text with the header, ntext.. is data.  The
 * page is the image's; who keeps it adds a reference.
 */
Page*
imagepage(Image *i, int n)
{
	char *name;
	char why[ERRMAX];

	if(i->pages[n])
		return i->pages[n];
	qlock(&i->lk);
	if(waserror()){
		qunlock(&i->lk);
		name = chanpath(i->c);
		strecpy(why, why+sizeof why, up->errstr);
		if(strcmp(why, Enovmem) == 0 || strcmp(why, Eintr) == 0)
			nexterror();
		errorf("%s accessing %s: %s", Eioload, name, why);
	}
	if(i->pages[n] == nil)
		loadpages(i, n);
	poperror();
	qunlock(&i->lk);
	return i->pages[n];
}
