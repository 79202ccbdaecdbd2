/*
 * exec: 386 a.out files and #! scripts.
 *
 * Everything that can fail is done before anything of the old program is
 * given up; execargs.c makes the new stack.
 */
#include "u.h"
#include "lib.h"
#include "a.out.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "exec.h"

enum
{
	Hdrsize		= 32,		/* what the kernel looks at */
	Maxdata		= 16,		/* data pages copied at once at exec */
	Freshbss	= 4,		/* bss pages made at once */
};

typedef struct Prog Prog;
struct Prog
{
	Chan	*c;
	ulong	base;			/* of text */
	ulong	text;			/* bytes with the header */
	ulong	data;
	ulong	bss;
	ulong	entry;
	Segment	*seg[BSEG+1];
};

static ulong
be4(uchar *p)
{
	return p[0]<<24 | p[1]<<16 | p[2]<<8 | p[3];
}

/* The program's map, or an error.  Sizes come from a file: trust nothing. */
static void
readheader(Prog *p, uchar *h, long n)
{
	ulong text, data, bss, entry, t, d, b;

	if(n < (long)sizeof(Exec) || be4(h) != I_MAGIC)
		error(Ebadexec);
	text = be4(h+4);
	data = be4(h+8);
	bss = be4(h+12);
	entry = be4(h+20);
	if(text >= USTKTOP-UTZERO || data >= USTKTOP || bss >= USTKTOP)
		error(Ebadexec);
	if(entry >= UTZERO+Hdrsize && entry < UTZERO+Hdrsize+text)
		p->base = UTZERO;
	else if(entry >= OUTZERO+Hdrsize && entry < OUTZERO+Hdrsize+text)
		p->base = OUTZERO;
	else
		error(Ebadexec);
	p->entry = entry;
	p->text = Hdrsize + text;
	p->data = data;
	t = PGROUND(p->base + p->text);
	d = t + PGROUND(data);
	b = PGROUND(t + data + bss);
	if(t >= TSTKTOP || d < t || d >= TSTKTOP || b < d || b >= TSTKTOP)
		error(Ebadexec);
	p->bss = b - d;
}

/* Split a #! line in place; it must end inside the header. */
static int
shargs(char *s, int n, char **ap)
{
	int i;

	s += 2;
	n -= 2;
	for(i = 0; i < n && s[i] != '\n'; i++)
		;
	if(i == n)
		return 0;
	s[i] = '\0';
	return tokenize(s, ap, Hdrsize/2);
}

static char*
lastelem(char *s)
{
	char *p;

	p = utfrrune(s, '/');
	return p && p[1] ? p+1 : s;
}

/* Private data pages and the first of bss, as one run of memory. */
static void
eagerdata(Prog *p)
{
	Page *pg[Maxdata+Freshbss], *from;
	Segment *d, *b;
	int nd, nb, n, i;

	d = p->seg[DSEG];
	b = p->seg[BSEG];
	nd = d->size <= Maxdata ? d->size : 0;
	nb = b->size < Freshbss ? b->size : Freshbss;
	if((nd > 0 && segwalk(d, d->base, 1) == nil) || (nb > 0 && segwalk(b, b->base, 1) == nil))
		error(Enovmem);
	for(i = 0; i < nd; i++)
		imagepage(d->image, d->image->ntext+i);
	n = nd+nb > 0 ? newpages(pg, nd+nb, 0) : 0;
	if(n < nd+nb){
		for(i = 0; i < n; i++)
			putpage(pg[i]);
		return;			/* faults will do it, page by page */
	}
	for(i = 0; i < nd; i++){
		from = imagepage(d->image, d->image->ntext+i);
		memmove(pagekva(pg[i]), pagekva(from), BY2PG);
		segsetpage(d, d->base+i*BY2PG, pg[i]);
	}
	for(i = 0; i < nb; i++){
		memset(pagekva(pg[nd+i]), 0, BY2PG);
		segsetpage(b, b->base+i*BY2PG, pg[nd+i]);
	}
}

/* Text that is in memory already, and small text of a local file, at once. */
static void
eagertext(Segment *s)
{
	Image *im;
	Page *pg;
	int i;

	im = s->image;
	for(i = 0; i < im->ntext; i++){
		pg = im->pages[i];
		if(pg == nil && im->ntext <= 64 && im->mchan == nil)
			pg = imagepage(im, i);
		if(pg == nil || pg->ref == 0xFFFF)
			continue;
		pg->ref++;
		segsetpage(s, s->base+i*BY2PG, pg);
	}
}

static void
newsegs(Prog *p)
{
	Segment *s;
	Image *im;

	im = attachimage(p->c, p->text, p->data);
	if(im->s && im->s->base == p->base){
		s = im->s;
		incref(s);
		p->seg[TSEG] = s;
		putimage(im);
	}else{
		if(waserror()){
			putimage(im);
			nexterror();
		}
		s = newseg(SG_TEXT|SG_RONLY, p->base, PGROUND(p->text)>>PGSHIFT);
		poperror();
		s->image = im;
		p->seg[TSEG] = s;
		eagertext(s);
		im->s = s;
	}
	im = s->image;
	p->seg[DSEG] = newseg(SG_DATA, s->top, PGROUND(p->data)>>PGSHIFT);
	p->seg[DSEG]->image = im;
	incref(im);
	p->seg[BSEG] = newseg(SG_BSS, p->seg[DSEG]->top, p->bss>>PGSHIFT);
	eagerdata(p);
}

static void
stackseg(Prog *p, Args *a)
{
	Segment *s;
	Page *pg;
	int i;

	s = newseg(SG_STACK, TSTKTOP, USTKSIZE>>PGSHIFT);
	p->seg[SSEG] = s;
	for(i = 0; i < a->npage; i++){
		pg = a->page[i];
		a->page[i] = nil;
		segsetpage(s, USTKTOP-(a->npage-i)*BY2PG, pg);
	}
}

static void
discard(Prog *p, Args *a)
{
	int i;

	for(i = 0; i <= BSEG; i++)
		if(p->seg[i])
			putseg(p->seg[i]);
	for(i = 0; i < a->npage; i++)
		if(a->page[i])
			putpage(a->page[i]);
	free(a->shown);
	a->shown = nil;
	if(p->c)
		cclose(p->c);
	p->c = nil;
}

/* The point of no return: the old program goes. */
static void
commit(Prog *p, Args *a, char *elem)
{
	Segment *old;
	int i;

	qlock(&up->seglock);
	for(i = 0; i < NSEG; i++){
		old = up->seg[i];
		if(i > BSEG && (old == nil || (old->type & SG_CEXEC) == 0))
			continue;
		up->seg[i] = i <= BSEG ? p->seg[i] : nil;
		if(i <= BSEG)
			p->seg[i] = nil;
		if(old)
			putseg(old);
	}
	qunlock(&up->seglock);
	flushmmu();
	for(i = 0; i < NSEG; i++)
		if(up->seg[i] && !mapseg(up, up->seg[i]))
			break;		/* the rest by faults */
	closeexec(up->fgrp);
	free(up->text);
	up->text = elem;
	free(up->args);
	up->args = a->shown;
	up->nargs = a->nshown;
	a->shown = nil;
	up->setargs = 0;
	up->nnote = 0;
	up->notepending = 0;
	up->notified = 0;
	up->notify = 0;
	up->unote = 0;
	up->privatemem = 0;
	if(devtab[p->c->type]->dc == '/' && !up->fixedpri)
		up->basepri = PriRoot;
	if(up->hang)
		up->procctl = Proc_stopme;
}

static char*
usercopy(ulong addr)
{
	char *s, *t;
	ulong n;

	s = (char*)addr;
	n = userlen(s);
	t = smalloc(n);
	memmove(t, s, n);
	t[n-1] = '\0';
	return t;
}

/* Open the program; through one #! if need be. */
static void
findprog(Prog *p, Args *a, char *file, uchar *h, char **words)
{
	uchar h2[Hdrsize];
	long n;
	int nw;

	p->c = namec(file, Aopen, OEXEC, 0);
	n = devtab[p->c->type]->read(p->c, h, Hdrsize, 0);
	if(n < 2)
		error(Ebadexec);
	if(h[0] != '#' || h[1] != '!'){
		readheader(p, h, n);
		return;
	}
	nw = shargs((char*)h, n, words);
	if(nw == 0)
		error(Ebadexec);
	cclose(p->c);
	p->c = nil;
	p->c = namec(words[0], Aopen, OEXEC, 0);
	words[0] = lastelem(file);
	words[nw++] = file;
	a->word = words;
	a->nword = nw;
	a->skip = 1;
	n = devtab[p->c->type]->read(p->c, h2, Hdrsize, 0);
	readheader(p, h2, n);
}

long
sysexec(ulong *arg)
{
	Prog p;
	Args *a;
	char *file, *elem;
	uchar h[Hdrsize+1];
	char *words[Hdrsize/2+2];

	memset(&p, 0, sizeof p);
	validaddr(arg[1], BY2WD, 0);
	file = usercopy(arg[0]);
	a = malloc(sizeof(Args));
	elem = nil;
	if(a == nil || waserror()){
		if(a == nil){
			free(file);
			error(Enomem);
		}
		discard(&p, a);
		free(elem);
		free(file);
		free(a);
		nexterror();
	}
	a->argv = (char**)arg[1];
	findprog(&p, a, file, h, words);
	kstrdup(&elem, lastelem(file));
	if(strlen(elem) >= KNAMELEN)
		elem[KNAMELEN-1] = '\0';
	measure(a);
	newstack(a);
	newsegs(&p);
	stackseg(&p, a);
	fpinit();
	commit(&p, a, elem);
	elem = nil;
	poperror();
	arg[0] = p.entry;
	arg[1] = a->ssize;
	discard(&p, a);
	free(file);
	free(a);
	return execregs(arg[0], arg[1]);
}
