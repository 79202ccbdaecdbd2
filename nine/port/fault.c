/*
 * Page faults: demand loading, zero fill, copy on write; and checking
 * addresses that system calls are given.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Maxaround	= 16,		/* fresh pages made at one fault */
	Minaround	= 4,
	Hog		= 8,		/* who has 1/Hog of memory may have to go for others */
};

/* May be written where it is, as far as the page is concerned. */
static int
writable(Segment *s, Page *pg)
{
	if((s->type & SG_RONLY) || (s->type & SG_TYPE) == SG_TEXT)
		return 0;
	if((s->type & SG_TYPE) == SG_SHARED)
		return 1;
	return pg->ref == 1 && !pg->cached;
}

static int
enter(Proc *p, Segment *s, ulong va, Page *pg)
{
	return putmmu(p, va, pagepa(pg) | (writable(s, pg) ? PTEWRITE : PTERONLY));
}

/* Enter all of s's pages that are present into p's tables. */
int
mapseg(Proc *p, Segment *s)
{
	Pgtab *t;
	int i, j;

	for(i = 0; i < s->mapsize; i++){
		t = s->map[i];
		if(t == nil)
			continue;
		for(j = t->first; j <= t->last; j++)
			if(t->pages[j]
			&& !enter(p, s, s->base + i*PTEMAPMEM + j*BY2PG, t->pages[j]))
				return 0;
	}
	return 1;
}

/* Until p is gone, or cannot be got rid of. */
static int
awaitend(Proc *p)
{
	ulong pid;
	int i;

	pid = p->pid;
	if(waserror())
		return 1;		/* a note for us goes first */
	for(i = 0; i < 100 && p->pid == pid; i++)
		tsleep(&up->sleep, return0, nil, 10);
	poperror();
	return p->pid != pid;
}

/*
 * No page to be had.  A system call fails.  For a user's fault the biggest
 * program goes, with all who share its memory, and the fault is tried
 * again; unless that is the program at fault, or none is big because the
 * kernel has it all: then it is the end of the one at fault.
 */
static void
nomemory(void)
{
	Proc *big;

	if(up->nerrlab > 0)
		error(Enovmem);
	big = bigproc(conf.upages/Hog);
	if(big && !sharesmem(big, up)){
		exitbig(big);
		if(awaitend(big))
			return;
	}
	pprint("killed: %s\n", Enovmem);
	exitbig(up);
	pexit(Enovmem, 1);
}

/*
 * How many fresh pages to make at va, and where to begin.  A program that
 * walks through new memory is met half way: each time a fault is just past
 * the pages the previous one made, twice as many are made.  A stack grows
 * the other way.
 */
static int
around(Segment *s, ulong *va)
{
	ulong a;
	Page **slot;
	int n;

	if((s->type & SG_TYPE) == SG_STACK){
		for(n = 1; n < Minaround && *va - BY2PG >= s->base; n++){
			slot = segwalk(s, *va-BY2PG, 0);
			if(slot && *slot)
				break;
			*va -= BY2PG;
		}
		return n;
	}
	if(*va == s->nextfresh && s->around < Maxaround)
		s->around *= 2;
	else if(*va != s->nextfresh)
		s->around = Minaround;
	for(n = 1; n < (int)s->around; n++){
		a = *va + n*BY2PG;
		if(a >= s->top)
			break;
		slot = segwalk(s, a, 0);
		if(slot && *slot)
			break;
	}
	s->nextfresh = *va + n*BY2PG;
	return n;
}

/* Zero pages at and around va.  0: no memory. */
static int
fresh(Segment *s, ulong va)
{
	Page *pg[Maxaround], **slot;
	ulong from;
	int n, i, got;

	from = va;
	n = around(s, &from);
	got = newpages(pg, n, 1);
	if(got == 0)
		return 0;
	if(got < n && (s->type & SG_TYPE) == SG_STACK)
		from = va - (got-1)*BY2PG;
	for(i = 0; i < got; i++){
		slot = segwalk(s, from+i*BY2PG, 1);
		if(slot == nil || *slot){
			putpage(pg[i]);
			continue;
		}
		*slot = pg[i];
		if(!enter(up, s, from+i*BY2PG, pg[i]))
			return 0;
	}
	slot = segwalk(s, va, 0);
	return slot && *slot;
}

/* Others who share s may still have the page that is being replaced. */
static void
forget(Segment *s, ulong va)
{
	Proc *p;
	int i, j;

	for(i = 0; i < (int)conf.nproc; i++){
		p = proctab(i);
		if(p->kstack == nil)
			break;
		if(p == up)
			continue;
		for(j = 0; j < NSEG; j++)
			if(p->seg[j] == s)
				flushptes(p, va, va+BY2PG);
	}
}

/* A private copy of what is at slot. */
static int
copyonwrite(Segment *s, ulong va, Page **slot)
{
	Page *new;

	new = newpage(0);
	if(new == nil)
		return 0;
	memmove(pagekva(new), pagekva(*slot), BY2PG);
	if(s->ref > 1)
		forget(s, va);
	putpage(*slot);
	*slot = new;
	return enter(up, s, va, new);
}

/* Text or data: a page of the image, shared until written. */
static void
demandload(Segment *s, ulong va)
{
	Image *im;
	Page *pg;
	int n, base;

	im = s->image;
	base = (s->type & SG_TYPE) == SG_TEXT ? 0 : im->ntext;
	n = (va - s->base) >> PGSHIFT;
	pg = imagepage(im, base+n);
	if(pg->ref == 0xFFFF)
		error(Enovmem);
	pg->ref++;
	segsetpage(s, va, pg);
}

/* s is locked and stays so; errors come from reading the file. */
static void
fixfault(Segment *s, ulong va, int read)
{
	Page **slot;

	slot = segwalk(s, va, 0);
	if(slot == nil || *slot == nil){
		switch(s->type & SG_TYPE){
		case SG_TEXT:
		case SG_DATA:
			demandload(s, va);
			slot = segwalk(s, va, 0);
			break;
		default:
			if(!fresh(s, va))
				error(Enovmem);
			return;
		}
	}
	if(read || writable(s, *slot)){
		if(!enter(up, s, va, *slot))
			error(Enovmem);
		return;
	}
	if(!copyonwrite(s, va, slot))
		error(Enovmem);
}

/* The user's or the kernel's fault at a user address. */
int
fault(ulong addr, int read)
{
	Segment *s;
	char *ps, why[ERRMAX];

	s = segof(up, addr, 1);
	if(s == nil)
		return -1;
	if(!read && ((s->type & SG_RONLY) || (s->type & SG_TYPE) == SG_TEXT)){
		qunlock(&s->lk);
		return -1;
	}
	m->tlbfault++;
	ps = up->psstate;
	up->psstate = "Fault";
	if(waserror()){
		qunlock(&s->lk);
		up->psstate = ps;
		strecpy(why, why+sizeof why, up->errstr);
		if(strcmp(why, Enovmem) == 0){
			nomemory();
			return 0;
		}
		if(strcmp(why, Eintr) == 0){	/* the note first, then once more */
			if(up->nerrlab > 0)
				error(Eintr);
			return 0;
		}
		postnote(up, 1, why, NDebug);
		if(up->nerrlab > 0)
			error(why);
		return 0;
	}
	fixfault(s, PGTRUNC(addr), read);
	poperror();
	qunlock(&s->lk);
	up->psstate = ps;
	return 0;
}

/*
 * For a device to use: all of [va, va+n), present and, if it is to be written,
 * nobody else's. It stays so until the segment, which comes locked, is unlocked.
 * nil: it is not all in one segment that may be used so.
 */
Segment*
segpin(ulong va, ulong n, int write)
{
	Segment *s;
	Page **slot;
	ulong a;

	s = segof(up, va, 1);
	if(s == nil)
		return nil;
	if(n > s->top - va || (write && ((s->type & SG_RONLY) || (s->type & SG_TYPE) == SG_TEXT))){
		qunlock(&s->lk);
		return nil;
	}
	if(waserror()){
		qunlock(&s->lk);
		nexterror();
	}
	for(a = PGTRUNC(va); a < va+n; a += BY2PG){
		slot = segwalk(s, a, 0);
		if(slot == nil || *slot == nil || (write && !writable(s, *slot)))
			fixfault(s, a, !write);
	}
	poperror();
	return s;
}

/* Is [addr, addr+len) all in segments, and writable if that is wanted? */
int
okaddr(ulong addr, ulong len, int write)
{
	Segment *s;

	if((long)len < 0 || addr+len < addr)
		return 0;
	for(;;){
		s = segof(up, addr, 0);
		if(s == nil)
			return 0;
		if(write && ((s->type & SG_RONLY) || (s->type & SG_TYPE) == SG_TEXT))
			return 0;
		if(len <= s->top - addr)
			return 1;
		len -= s->top - addr;
		addr = s->top;
	}
}

/* The same, for system calls: a bad one is the program's end, or its note. */
void
validaddr(ulong addr, ulong len, int write)
{
	if(okaddr(addr, len, write))
		return;
	pprint("suicide: invalid address %#lux/%lud in sys call pc=%#lux\n",
		addr, len, userpc());
	postnote(up, 1, "sys: bad address in syscall", NDebug);
	error(Ebadarg);
}

/* memchr in user memory, checking each page before it is touched. */
void*
vmemchr(void *s, int c, int n)
{
	ulong a;
	int m;
	void *t;

	a = (ulong)s;
	while(n > 0){
		m = BY2PG - (a & (BY2PG-1));
		if(m > n)
			m = n;
		if(a < KZERO)
			validaddr(a, 1, 0);
		t = memchr((void*)a, c, m);
		if(t)
			return t;
		a += m;
		n -= m;
	}
	return nil;
}
