/*
 * The system calls about segments: brk, attach, detach, free, flush.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

/* Is the end of s free up to newtop? */
static void
checkroom(Segment *s, ulong newtop)
{
	Segment *ns;
	int i;

	if(newtop > up->seg[SSEG]->base && s->base < up->seg[SSEG]->base)
		error(Esoverlap);
	for(i = 0; i < NSEG; i++){
		ns = up->seg[i];
		if(ns == nil || ns == s)
			continue;
		if(newtop > ns->base && s->base < ns->top)
			error(Esoverlap);
	}
}

static void
shrink(Segment *s, ulong newtop)
{
	if(s->ref > 1)
		error(Einuse);
	mfreeseg(s, newtop, s->top);
	s->top = newtop;
	s->size = (newtop-s->base) >> PGSHIFT;
}

static void
grow(Segment *s, ulong newtop)
{
	Pgtab **map;
	ulong size;
	int n;

	if(newtop >= KZERO)
		error(Enovmem);
	checkroom(s, newtop);
	size = (newtop-s->base) >> PGSHIFT;
	if(size > SEGMAXSIZE/BY2PG)
		error(Enovmem);
	n = (size+PTEPERTAB-1)/PTEPERTAB;
	if(n > s->mapsize){
		n *= 2;
		map = mallocz(n*sizeof(Pgtab*), 1);
		if(map == nil)
			error(Enovmem);
		memmove(map, s->map, s->mapsize*sizeof(Pgtab*));
		if(s->map != s->ssegmap)
			free(s->map);
		s->map = map;
		s->mapsize = n;
	}
	s->top = newtop;
	s->size = size;
}

/* Move the end of the segment in the slot; 0 asks where it begins. */
long
ibrk(ulong addr, int slot)
{
	Segment *s;
	ulong newtop;

	s = up->seg[slot];
	if(s == nil)
		error(Ebadarg);
	if(addr == 0)
		return s->base;
	qlock(&s->lk);
	if(waserror()){
		qunlock(&s->lk);
		nexterror();
	}
	/* the last page of data may be given back in part: bss begins in it */
	if(addr < s->base){
		if(up->seg[DSEG] == nil || addr < up->seg[DSEG]->base)
			error(Enovmem);
		addr = s->base;
	}
	newtop = PGROUND(addr);
	if(newtop < addr)
		error(Enovmem);
	if(newtop < s->top)
		shrink(s, newtop);
	else if(newtop > s->top)
		grow(s, newtop);
	poperror();
	qunlock(&s->lk);
	return 0;
}

long
sysbrk_(ulong *arg)
{
	return ibrk(arg[0], BSEG);
}

static Physseg*
findclass(char *name)
{
	Physseg *ps;

	for(ps = physseg; ps->name; ps++)
		if(strcmp(ps->name, name) == 0)
			return ps;
	error(Ebadarg);
}

/* A free slot that exec does not use. */
static int
freeslot(Proc *p)
{
	int i;

	for(i = 0; i < NSEG; i++)
		if(p->seg[i] == nil && i != ESEG)
			return i;
	error(Enovmem);
}

/* The highest hole below the stack that is long enough. */
static ulong
findhole(Proc *p, ulong len)
{
	Segment *s;
	ulong va;
	int i;

	va = p->seg[SSEG]->base - len;
	for(i = 0; i < NSEG; ){
		if(va < UTZERO || va > p->seg[SSEG]->base)
			error(Enovmem);
		s = p->seg[i];
		if(s && va < s->top && va+len > s->base){
			va = s->base - len;
			i = 0;
		}else
			i++;
	}
	return va;
}

/* A named one (#g) is where it is for everybody. */
static ulong
attachnamed(Proc *p, Segment *s)
{
	int slot;

	if(waserror()){
		putseg(s);
		nexterror();
	}
	slot = freeslot(p);
	if(isoverlap(p, s->base, s->top-s->base))
		error(Esoverlap);
	poperror();
	p->seg[slot] = s;
	return s->base;
}

/* Attach memory of the named class at va, or anywhere if that is 0. */
ulong
segattach(Proc *p, ulong attr, char *name, ulong va, ulong len)
{
	Physseg *ps;
	Segment *s;
	int slot;

	if(va >= KZERO)
		error(Ebadarg);
	s = namedseg(name, 1);
	if(s != nil)
		return attachnamed(p, s);
	ps = findclass(name);
	slot = freeslot(p);
	len = PGROUND(len);
	if(len == 0 || len > ps->size)
		error(Enovmem);
	if(va == 0)
		va = findhole(p, len);
	else{
		len = PGROUND((va & (BY2PG-1)) + len);
		va = PGTRUNC(va);
		if(va == 0 || va+len > KZERO || va+len < va)
			error(Ebadarg);
	}
	if(isoverlap(p, va, len))
		error(Esoverlap);
	attr &= SG_RONLY|SG_CEXEC;
	p->seg[slot] = newseg(attr|ps->attr, va, len>>PGSHIFT);
	return va;
}

long
syssegattach(ulong *arg)
{
	char name[KNAMELEN];
	char *s;

	validaddr(arg[1], 1, 0);
	s = (char*)arg[1];
	if(vmemchr(s, 0, KNAMELEN) == nil)
		error(Ebadarg);
	strecpy(name, name+sizeof name, s);
	return segattach(up, arg[0], name, arg[2], arg[3]);
}

static Segment*
slotof(ulong addr, int *slot)
{
	Segment *s;
	int i;

	for(i = 0; i < NSEG; i++){
		s = up->seg[i];
		if(s && ((addr >= s->base && addr < s->top) || (s->top == s->base && addr == s->base))){
			*slot = i;
			return s;
		}
	}
	error(Ebadarg);
}

long
syssegdetach(ulong *arg)
{
	Segment *s;
	int i;

	qlock(&up->seglock);
	if(waserror()){
		qunlock(&up->seglock);
		nexterror();
	}
	s = slotof(arg[0], &i);
	/* neither the stack nor the ground under our feet */
	if(i == SSEG || (userpc() >= s->base && userpc() < s->top))
		error(Ebadarg);
	up->seg[i] = nil;
	flushptes(up, s->base, s->top);
	putseg(s);
	poperror();
	qunlock(&up->seglock);
	return 0;
}

long
syssegfree(ulong *arg)
{
	Segment *s;
	ulong from, to;

	from = arg[0];
	s = segof(up, from, 1);
	if(s == nil)
		error(Ebadarg);
	to = from + arg[1];
	if(to < from || to > s->top){
		qunlock(&s->lk);
		error(Ebadarg);
	}
	from = PGROUND(from);
	to = PGTRUNC(to);
	if(from < to)
		mfreeseg(s, from, to);
	qunlock(&s->lk);
	return 0;
}

long
syssegbrk(ulong *arg)
{
	Segment *s;
	int i;

	s = slotof(arg[0], &i);
	switch(s->type & SG_TYPE){
	case SG_TEXT:
	case SG_DATA:
	case SG_STACK:
	case SG_PHYSICAL:
		error(Ebadarg);
	}
	return ibrk(arg[1], i);
}

/* The 386 keeps instructions and data coherent; only the range is checked. */
long
syssegflush(ulong *arg)
{
	if(arg[1] > 0 && !okaddr(arg[0], arg[1], 0))
		error(Ebadarg);
	return 0;
}
