/*
 * Physical memory: a map of free pages, given out from the bottom, so that
 * pages asked for one after the other are neighbours (the Host maps a run
 * of neighbours at once) and memory never touched stays untouched: it is
 * known to be zero and costs the machine underneath nothing.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	BITS	= 32,
};

static struct {
	Page	*page;			/* all RAM, by page number */
	ulong	*map;			/* bit set: free */
	ulong	nwords;
	ulong	hint;			/* no free page in words before this */
	ulong	nfree;
	ulong	npage;
	ulong	clean;			/* pages from here on are still zero */
	ulong	reserve;		/* kept for the kernel's own needs */
} pool;

Page*
pafind(ulong pa)
{
	return &pool.page[pa>>PGSHIFT];
}

ulong
pagepa(Page *p)
{
	return (ulong)(p-pool.page) << PGSHIFT;
}

void*
pagekva(Page *p)
{
	return KADDR(pagepa(p));
}

ulong
freepages(void)
{
	return pool.nfree;
}

static void
setfree(ulong n)
{
	pool.map[n/BITS] |= 1UL << (n%BITS);
	if(n/BITS < pool.hint)
		pool.hint = n/BITS;
	pool.nfree++;
}

/*
 * All RAM in [from, to) is free; our own tables take the first of it.
 */
void
pageinit(ulong from, ulong to)
{
	ulong n;

	pool.npage = conf.memsize >> PGSHIFT;
	pool.nwords = (pool.npage+BITS-1) / BITS;
	pool.page = KADDR(from);
	from += pool.npage*sizeof(Page);
	pool.map = KADDR(from);
	from = PGROUND(from + pool.nwords*sizeof(ulong));
	if(from >= to)
		panic("not enough memory for its own map");
	pool.clean = from >> PGSHIFT;
	pool.hint = pool.nwords;
	for(n = from>>PGSHIFT; n < to>>PGSHIFT; n++)
		setfree(n);
	conf.npage = pool.npage;
	conf.upages = pool.nfree;
	pool.reserve = pool.nfree/32;
	if(pool.reserve < 32)
		pool.reserve = 32;
}

/* First page of n adjacent free ones, aligned (in pages); 0: none. */
static ulong
findrun(ulong n, ulong align)
{
	ulong i, run, w;

	while(pool.hint < pool.nwords && pool.map[pool.hint] == 0)
		pool.hint++;
	run = 0;
	for(i = pool.hint*BITS; i < pool.npage; ){
		w = pool.map[i/BITS];
		if(i%BITS == 0 && w == 0){
			run = 0;
			i += BITS;
			continue;
		}
		if(w & (1UL << (i%BITS))){
			if(run == 0 && i%align != 0){
				i++;
				continue;
			}
			if(++run == n)
				return i-n+1;
		}else
			run = 0;
		i++;
	}
	return 0;
}

static void
take(ulong first, ulong n, int clear)
{
	ulong i;
	Page *p;

	for(i = first; i < first+n; i++){
		pool.map[i/BITS] &= ~(1UL << (i%BITS));
		p = &pool.page[i];
		p->ref = 1;
		p->cached = 0;
		p->class = 0;
		if(clear && i < pool.clean)
			memset(pagekva(p), 0, BY2PG);
	}
	pool.nfree -= n;
	if(first+n > pool.clean)
		pool.clean = first+n;
}

/* For the kernel itself, which may use the reserve. */
Page*
kpages(int n, ulong align, int clear)
{
	ulong first;
	int s;

	s = splhi();
	if(pool.nfree < (ulong)n || (first = findrun(n, align)) == 0){
		splx(s);
		return nil;
	}
	take(first, n, clear);
	splx(s);
	return &pool.page[first];
}

/*
 * Give back what is only kept because it might be useful.  Broken processes
 * give theirs when they get to run.
 */
int
reclaim(void)
{
	if(imagereclaim() || mcachereclaim())
		return 1;
	freebroken();
	return 0;
}

/*
 * Up to n pages, neighbours if that is possible; how many there are.  0 when
 * memory is short: the caller fails in its own way.
 */
int
newpages(Page **pp, int n, int clear)
{
	ulong first;
	int i, s;

	while(pool.nfree < pool.reserve + n){
		if(reclaim())
			continue;
		if(n == 1)
			return 0;
		n = 1;
	}
	s = splhi();
	first = 0;
	while(n > 0 && (first = findrun(n, 1)) == 0)
		n /= 2;
	if(first)
		take(first, n, clear);
	splx(s);
	for(i = 0; i < n; i++)
		pp[i] = &pool.page[first+i];
	return n;
}

Page*
newpage(int clear)
{
	Page *p;

	if(newpages(&p, 1, clear) == 0)
		return nil;
	return p;
}

void
putpage(Page *p)
{
	int s;

	s = splhi();
	if(p->ref == 0)
		panic("putpage: %#lux is free", pagepa(p));
	if(--p->ref == 0)
		setfree(p-pool.page);
	splx(s);
}
