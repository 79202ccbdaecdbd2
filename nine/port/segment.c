/*
 * Segments: what a range of a process's address space holds.  A segment
 * knows its pages; page tables are only a cache of that (fault.c fills
 * them).
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Copyrun	= 32,			/* pages copied as one run of memory */
};

int nprofiled;				/* segments with a profile */

Physseg physseg[] = {
	{ SG_SHARED,	"shared",	SEGMAXSIZE },
	{ SG_BSS,	"memory",	SEGMAXSIZE },
	{ 0,		nil,		0 },
};

static int
mapneed(ulong pages)
{
	return (pages+PTEPERTAB-1) / PTEPERTAB;
}

Segment*
newseg(int type, ulong base, ulong size)
{
	Segment *s;
	int n;

	if(size > SEGMAXSIZE/BY2PG)
		error(Enovmem);
	s = smalloc(sizeof(Segment));
	s->ref = 1;
	s->type = type;
	s->base = base;
	s->top = base + size*BY2PG;
	s->size = size;
	s->sema.next = &s->sema;
	s->sema.prev = &s->sema;
	s->map = s->ssegmap;
	s->mapsize = nelem(s->ssegmap);
	n = mapneed(size);
	if(n > s->mapsize){
		s->map = mallocz(n*sizeof(Pgtab*), 1);
		if(s->map == nil){
			free(s);
			error(Enovmem);
		}
		s->mapsize = n;
	}
	return s;
}

/* Where the page of addr is noted; nil when there is no such place yet. */
Page**
segwalk(Segment *s, ulong addr, int create)
{
	Pgtab *t;
	ulong o;
	int i;

	o = addr - s->base;
	t = s->map[o/PTEMAPMEM];
	i = (o%PTEMAPMEM) >> PGSHIFT;
	if(t == nil){
		if(!create)
			return nil;
		t = mallocz(sizeof(Pgtab), 1);
		if(t == nil)
			return nil;
		t->first = PTEPERTAB;
		t->last = -1;
		s->map[o/PTEMAPMEM] = t;
	}
	if(create){
		if(i < t->first)
			t->first = i;
		if(i > t->last)
			t->last = i;
	}
	return &t->pages[i];
}

/* The caller's reference to pg becomes the segment's. */
void
segsetpage(Segment *s, ulong addr, Page *pg)
{
	Page **slot;

	slot = segwalk(s, addr, 1);
	if(slot == nil){
		putpage(pg);
		error(Enovmem);
	}
	if(*slot)
		putpage(*slot);
	*slot = pg;
}

static void
freetab(Pgtab *t)
{
	int i;

	for(i = t->first; i <= t->last; i++)
		if(t->pages[i])
			putpage(t->pages[i]);
	free(t);
}

void
putseg(Segment *s)
{
	Image *i;
	int n;

	if(decref(s) > 0)
		return;
	i = s->image;
	if(i && i->s == s)
		i->s = nil;
	for(n = 0; n < s->mapsize; n++)
		if(s->map[n])
			freetab(s->map[n]);
	if(s->map != s->ssegmap)
		free(s->map);
	if(s->profile){
		free(s->profile);
		nprofiled--;
	}
	free(s);
	if(i)
		putimage(i);
}

ulong
segresident(Segment *s)
{
	Pgtab *t;
	ulong n;
	int i, j;

	n = 0;
	for(i = 0; i < s->mapsize; i++){
		t = s->map[i];
		if(t == nil)
			continue;
		for(j = t->first; j <= t->last; j++)
			n += t->pages[j] != nil;
	}
	return n;
}

/* Everybody who has s and may have write permission to its pages loses it. */
void
segprotect(Segment *s)
{
	Proc *p;
	int i, j;

	if(s->ref == 1){
		protectptes(up, s->base, s->top);
		return;
	}
	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->kstack == nil)
			break;
		for(j = 0; j < NSEG; j++)
			if(p->seg[j] == s)
				protectptes(p, s->base, s->top);
	}
}

/*
 * Copy up to *budget private pages now: a page copied costs a fraction of
 * the two faults that copying it on write would.  Neighbours in the old
 * segment become neighbours in memory.
 */
static int
copypages(Segment *n, ulong addr, Page **from, int count)
{
	Page *pg[Copyrun], **to;
	int i, got, done;

	for(done = 0; done < count; done += got){
		got = count-done < Copyrun ? count-done : Copyrun;
		got = newpages(pg, got, 0);
		if(got == 0)
			break;
		for(i = 0; i < got; i++){
			to = segwalk(n, addr+(done+i)*BY2PG, 1);
			memmove(pagekva(pg[i]), pagekva(from[done+i]), BY2PG);
			*to = pg[i];
		}
	}
	return done;
}

static int
private(Page *pg)
{
	return pg && pg->ref == 1 && !pg->cached;
}

/* One megabyte's worth; 1 if pages are now shared that were private. */
static int
duptab(Segment *n, Pgtab *t, ulong addr, int *budget)
{
	Page *pg;
	int i, k, shared, got;

	/* the caller of segwalk below may not fail half way */
	if(segwalk(n, addr + t->first*BY2PG, 1) == nil)
		error(Enovmem);
	shared = 0;
	for(i = t->first; i <= t->last; i += k){
		k = 1;
		pg = t->pages[i];
		if(pg == nil)
			continue;
		if(private(pg) && *budget > 0){
			while(i+k <= t->last && k < *budget && private(t->pages[i+k]))
				k++;
			got = copypages(n, addr+i*BY2PG, &t->pages[i], k);
			*budget -= got;
			if(got == k)
				continue;
			k = got > 0 ? got : 1;
			if(got > 0)
				continue;
		}
		if(pg->ref == 0xFFFF)
			error(Enovmem);
		shared |= private(pg);
		pg->ref++;
		*segwalk(n, addr+i*BY2PG, 1) = pg;
	}
	return shared;
}

static Segment*
copyseg(Segment *s, int *budget)
{
	Segment *n;
	int i, shared;

	n = newseg(s->type, s->base, s->size);
	n->nextfresh = s->nextfresh;
	n->around = s->around;
	if(waserror()){
		segprotect(s);
		putseg(n);
		nexterror();
	}
	shared = 0;
	/*
	 * From the top: a stack's busiest pages are there.  A segment that was
	 * bigger once has tables behind its end, for which n has no place.
	 */
	for(i = mapneed(s->size)-1; i >= 0; i--)
		if(s->map[i] && s->map[i]->last >= s->map[i]->first)
			shared |= duptab(n, s->map[i], s->base + i*PTEMAPMEM, budget);
	poperror();
	n->image = s->image;
	if(n->image)
		incref(n->image);
	if(shared)
		segprotect(s);
	return n;
}

/* Is s the text all share who run the program, or a debugger's own version? */
int
istextof(Segment *s)
{
	return s->image != nil && s->image->s == s;
}

/*
 * A private version of the text that p shares with all who run the program,
 * so that breakpoints are p's alone.  s is locked, and so is the answer,
 * which has a reference for the caller.  Nothing here sleeps.
 */
Segment*
owntext(Proc *p, Segment *s)
{
	Segment *t;
	int budget;

	if(istextof(s) && p->seg[TSEG] == s){
		budget = 0;
		t = copyseg(s, &budget);
		t->profile = s->profile;
		s->profile = nil;
		p->seg[TSEG] = t;
		flushptes(p, s->base, s->top);
		qlock(&t->lk);
		qunlock(&s->lk);
		putseg(s);
		s = t;
	}
	incref(s);
	return s;
}

/*
 * A child's version of its parent's segment in the given slot.  Text and
 * shared memory are the same segment; the stack is always copied; data and
 * bss are copied (on write, beyond the budget) unless share is asked for.
 */
Segment*
dupseg(Segment *s, int slot, int share, int *budget)
{
	Segment *n;

	qlock(&s->lk);
	if(waserror()){
		qunlock(&s->lk);
		nexterror();
	}
	switch(s->type & SG_TYPE){
	case SG_TEXT:
		n = istextof(s) ? s : nil;
		break;
	case SG_SHARED:
	case SG_PHYSICAL:
		n = s;
		break;
	default:
		n = share && slot != SSEG ? s : nil;
		break;
	}
	if(n)
		incref(n);
	else
		n = copyseg(s, budget);
	poperror();
	qunlock(&s->lk);
	return n;
}

static int
holds(Segment *s, ulong addr)
{
	return s != nil && addr >= s->base && addr < s->top;
}

/*
 * The segment of p that addr is in, locked if wanted.  While we wait for the
 * lock p may exit, or a debugger may give it another segment, so the one we
 * wait for must not go meanwhile.
 */
Segment*
segof(Proc *p, ulong addr, int dolock)
{
	Segment *s;
	int i;

	for(i = 0; i < NSEG; i++){
		s = p->seg[i];
		if(!holds(s, addr))
			continue;
		if(!dolock)
			return s;
		incref(s);
		qlock(&s->lk);
		if(p->seg[i] == s && holds(s, addr)){
			decref(s);	/* p has another reference */
			return s;
		}
		qunlock(&s->lk);
		putseg(s);
		i = -1;			/* look again */
	}
	return nil;
}

/* Forget the pages in [start, end) of s, locked; all mappings of them too. */
void
mfreeseg(Segment *s, ulong start, ulong end)
{
	Proc *p;
	Page **slot;
	ulong va;
	int i, j;

	for(i = 0; i < (int)conf.nproc; i++){
		p = s->ref == 1 ? up : proctab(i);
		if(p->kstack == nil)
			break;
		for(j = 0; j < NSEG; j++)
			if(p->seg[j] == s)
				flushptes(p, start, end);
		if(s->ref == 1)
			break;
	}
	for(va = start; va < end; va += BY2PG){
		slot = segwalk(s, va, 0);
		if(slot == nil){
			va = s->base + ROUND(va+1-s->base, PTEMAPMEM) - BY2PG;
			continue;
		}
		if(*slot){
			putpage(*slot);
			*slot = nil;
		}
	}
	s->nextfresh = 0;
}

/* Count where p's text spends its time: a number for all, and one for each 8 bytes. */
void
segprofile(Proc *p)
{
	Segment *s;
	ulong *a;

	s = p->seg[TSEG];
	if(s == nil)
		error(Ebadctl);
	a = mallocz(((s->top-s->base)>>LRESPROF)*sizeof a[0], 1);
	if(a == nil)
		error(Enomem);
	if(s->profile)
		free(s->profile);
	else
		nprofiled++;
	s->profile = a;
	clocktick();
}

/* At interrupt time. */
void
segclock(ulong pc)
{
	Segment *s;

	s = up->seg[TSEG];
	if(s == nil || s->profile == nil)
		return;
	s->profile[0] += MS2HZ;
	if(holds(s, pc) && (pc-s->base)>>LRESPROF > 0)
		s->profile[(pc-s->base)>>LRESPROF] += MS2HZ;
}

int
isoverlap(Proc *p, ulong va, ulong len)
{
	Segment *s;
	ulong end;
	int i;

	end = va+len;
	if(end < va)
		return 1;
	for(i = 0; i < NSEG; i++){
		s = p->seg[i];
		if(s && va < s->top && end > s->base)
			return 1;
	}
	return 0;
}
