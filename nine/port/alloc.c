/*
 * The kernel's malloc.  Small objects live in pages of one size each, whose
 * bookkeeping is in their struct Page; big ones are whole adjacent pages.
 * Usable at interrupt time.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	NOFREE	= 0xFFFF,
	Big	= 0xFF,			/* Page.class of a block of pages' first */
	Maxsmall = 2048,
#ifdef POISON
	Poison	= 1,			/* a kernel to look for misuse of memory with */
#else
	Poison	= 0,
#endif
	Fill	= 0xFB,			/* what free objects then are full of, */
	Fresh	= 0xFA,			/* and what those handed out uncleared are */
};

/* multiples of 16, so everything is 16-aligned */
static ushort sizes[] = {
	16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 672, 816, 1024, 1360, 2048,
};
static Page *rooms[nelem(sizes)];	/* pages with room, by class */
static uchar classof[Maxsmall/16+1];
static ulong used;			/* bytes handed out */
static ulong heap;			/* pages they come from */

void
xinit(void)
{
	int i, c;

	c = 0;
	for(i = 0; i < nelem(classof); i++){
		if(i*16 > sizes[c])
			c++;
		classof[i] = c;
	}
}

static void
unlinkpage(Page *p, int c)
{
	if(p->prev)
		p->prev->next = p->next;
	else
		rooms[c] = p->next;
	if(p->next)
		p->next->prev = p->prev;
}

static void
linkpage(Page *p, int c)
{
	p->prev = nil;
	p->next = rooms[c];
	if(p->next)
		p->next->prev = p;
	rooms[c] = p;
}

/*
 * Only where Poison is set: a free object is full of Fill but for the offset
 * at its start and, at its end, who freed it.
 */
static int
filled(uchar *k, int size)
{
	int i;

	for(i = 2; i < size-BY2WD; i++)
		if(k[i] != Fill)
			return 0;
	return 1;
}

static void
checkfree(uchar *k, int size)
{
	if(!filled(k, size))
		panic("%#p, %d bytes: written to after %#lux freed it", k, size, *(ulong*)(k+size-BY2WD));
}

static void
poison(uchar *k, int size, ulong pc)
{
	if(filled(k, size))
		panic("free %#p, %d bytes: %#lux freed it before %#lux", k, size, *(ulong*)(k+size-BY2WD), pc);
	memset(k, Fill, size);
	*(ulong*)(k+size-BY2WD) = pc;
}

/* A page cut into objects; each free one holds the offset of the next. */
static Page*
newroom(int c)
{
	Page *p;
	uchar *k;
	ulong o;

	p = kpages(1, 1, 0);
	if(p == nil)
		return nil;
	k = pagekva(p);
	if(Poison)
		memset(k, Fill, BY2PG);
	for(o = 0; o+2*sizes[c] <= BY2PG; o += sizes[c])
		*(ushort*)(k+o) = o+sizes[c];
	*(ushort*)(k+o) = NOFREE;
	p->free = 0;
	p->inuse = 0;
	p->class = c+1;
	heap++;
	linkpage(p, c);
	return p;
}

static void*
small(int c)
{
	Page *p;
	uchar *k;

	p = rooms[c];
	if(p == nil && (p = newroom(c)) == nil)
		return nil;
	k = (uchar*)pagekva(p) + p->free;
	if(Poison)
		checkfree(k, sizes[c]);
	p->free = *(ushort*)k;
	if(Poison)
		memset(k, Fresh, sizes[c]);
	p->inuse++;
	if(p->free == NOFREE)
		unlinkpage(p, c);
	used += sizes[c];
	return k;
}

static void*
big(ulong n, ulong align, int clear)
{
	Page *p;
	ulong np;

	np = (n+BY2PG-1) >> PGSHIFT;
	p = kpages(np, align, clear);
	if(p == nil)
		return nil;
	p->class = Big;
	p->npage = np;
	used += np*BY2PG;
	heap += np;
	return pagekva(p);
}

void*
mallocz(ulong n, int clear)
{
	void *v;
	int s, c;

	if(n > MAXMEM)
		return nil;
	s = splhi();
	if(n > Maxsmall)
		v = big(n, 1, clear);
	else{
		c = classof[(n+15)/16];
		v = small(c);
		if(v && clear)
			memset(v, 0, n);
	}
	splx(s);
	return v;
}

void*
malloc(ulong n)
{
	return mallocz(n, 1);
}

/* Whole pages, aligned to a power of two of them. */
void*
mallocalign(ulong n, ulong align)
{
	void *v;
	int s;

	s = splhi();
	v = big(n, (align+BY2PG-1)>>PGSHIFT, 1);
	splx(s);
	return v;
}

/* Must have: give back what can be given back, then fail the call. */
void*
smalloc(ulong n)
{
	void *v;

	while((v = mallocz(n, 1)) == nil){
		if(reclaim())
			continue;
		if(up && up->nerrlab > 0)
			error(Enomem);
		panic("no memory for %lud bytes", n);
	}
	return v;
}

ulong
msize(void *v)
{
	Page *p;

	p = pafind(PADDR(v));
	if(p->class == Big)
		return p->npage*BY2PG;
	return sizes[p->class-1];
}

static void
freesmall(Page *p, uchar *k, ulong pc)
{
	int c;

	c = p->class-1;
	used -= sizes[c];
	if(Poison)
		poison(k, sizes[c], pc);
	*(ushort*)k = p->free;
	if(p->free == NOFREE)
		linkpage(p, c);
	p->free = (ulong)k & (BY2PG-1);
	if(--p->inuse == 0 && (p->next || p->prev)){
		/* another page of this class has room: this one can go */
		unlinkpage(p, c);
		p->class = 0;
		heap--;
		putpage(p);
	}
}

void
free(void *v)
{
	Page *p;
	ulong n;
	int s;

	if(v == nil)
		return;
	s = splhi();
	p = pafind(PADDR(v));
	if(p->ref == 0 || p->class == 0)
		panic("free %#p: not allocated: pc %#lux", v, getcallerpc(&v));
	if(p->class == Big){
		p->class = 0;
		n = p->npage;
		used -= n*BY2PG;
		heap -= n;
		while(n-- > 0)
			putpage(p++);
	}else
		freesmall(p, v, getcallerpc(&v));
	splx(s);
}

void*
realloc(void *v, ulong n)
{
	void *nv;
	ulong old;

	if(v == nil)
		return malloc(n);
	if(n == 0){
		free(v);
		return nil;
	}
	old = msize(v);
	if(n <= old && n > old/2)
		return v;
	nv = mallocz(n, 0);
	if(nv == nil)
		return nil;
	memmove(nv, v, old < n ? old : n);
	free(v);
	return nv;
}

ulong
mallocused(void)
{
	return used;
}

/* Bytes of the pages malloc has. */
ulong
mallocheap(void)
{
	return heap*BY2PG;
}

void
mallocsummary(void)
{
	print("%lud bytes of kernel memory in use, %lud pages free\n", used, freepages());
}
