/*
 * Page directories.  The Host treats what it mapped for us as a TLB: filling
 * an empty entry needs no call; changing or clearing a present one does, and
 * those calls go through the ring.  Accessed and Dirty are preset, because
 * the Host would only fault to set them.
 *
 * The kernel half is made once at boot and never changes, so a process's
 * directory gets a copy and needs no upkeep.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"

#define KBITS	(PTEVALID|PTEWRITE|PTEACC|PTEDIRTY)
#define UBITS	(PTEVALID|PTEWRITE|PTEUSER|PTEACC|PTEDIRTY)
#define NUPDX	(KZERO>>22)		/* directory entries of the user half */

ulong ramsize;
uchar *devpages;

static ulong deadpd;			/* of an exited process, while still loaded */

static void
bootcall(ulong n, ulong a1, ulong a2, ulong a3)
{
	hcall(n, a1, a2, a3);
}

/*
 * Make the kernel's map exact: all RAM with large pages, its tail and the
 * device pages with small ones, nothing below KZERO.
 */
void
mmuinit(void)
{
	ulong pa, i, top;

	top = conf.memsize;
	for(pa = 0; pa+0x400000 <= top; pa += 0x400000)
		kpd[PDX(KZERO+pa)] = pa | KBITS | PTESIZE;
	if(pa < top){
		for(i = 0; pa+i*BY2PG < top; i++)
			tailpt[i] = (pa+i*BY2PG) | KBITS;
		kpd[PDX(KZERO+pa)] = PADDR(tailpt) | KBITS;
	}
	for(i = 0; i < LG_DEVICE_PAGES; i++)
		devpt[i] = (ramsize+i*BY2PG) | KBITS;
	kpd[PDX(DEVZERO)] = PADDR(devpt) | KBITS;
	devpages = (uchar*)DEVZERO;
	kpd[0] = 0;
	bootcall(LHCALL_FLUSH_TLB, 1, 0, 0);
	m->pdpa = PADDR(kpd);
}

/*
 * A look at any RAM, 4 MB at a time; for start-up only, when there is one
 * page directory.
 */
void*
physwindow(ulong pa)
{
	ulong e;

	e = (pa & ~0x3FFFFFUL) | KBITS | PTESIZE;
	if(kpd[PDX(WINZERO)] != e){
		kpd[PDX(WINZERO)] = e;
		bootcall(LHCALL_FLUSH_TLB, 1, 0, 0);
	}
	return (uchar*)WINZERO + (pa & 0x3FFFFF);
}

static ulong*
newpd(Proc *p)
{
	Page *pg;

	pg = newpage(1);
	if(pg == nil)
		return nil;
	p->pdpa = pagepa(pg);
	p->pd = pagekva(pg);
	p->npt = 0;
	memmove(p->pd+NUPDX, kpd+NUPDX, (1024-NUPDX)*sizeof(ulong));
	return p->pd;
}

/* The entry for va in p's tables, or nil. */
static ulong*
findpte(Proc *p, ulong va)
{
	ulong pde;

	if(p->pd == nil)
		return nil;
	pde = p->pd[PDX(va)];
	if((pde & PTEVALID) == 0)
		return nil;
	return (ulong*)KADDR(PGTRUNC(pde)) + PTX(va);
}

/*
 * Map one user page in p's space.  0: no memory for the tables.
 */
int
putmmu(Proc *p, ulong va, ulong pte)
{
	ulong *e, old;
	Page *pg;

	if(p->pd == nil && newpd(p) == nil)
		return 0;
	e = findpte(p, va);
	if(e == nil){
		pg = newpage(1);
		if(pg == nil)
			return 0;
		p->pd[PDX(va)] = pagepa(pg) | UBITS;
		p->npt++;
		e = findpte(p, va);
	}
	pte |= PTEVALID|PTEUSER|PTEACC;
	if(pte & PTEWRITE)
		pte |= PTEDIRTY;
	old = *e;
	*e = pte;
	if((old & PTEVALID) && ((old^pte) & ~(PTEACC|PTEDIRTY)))
		asynccall(LHCALL_SET_PTE, p->pdpa, PGTRUNC(va), pte);
	return 1;
}

/*
 * Tell the Host that present entries in [a, b) were changed.  A space that
 * never ran has nothing to forget, but we cannot know.
 */
void
flushrange(Proc *p, ulong a, ulong b)
{
	asynccall(LHCALL_FLUSH_RANGE, p->pdpa, a, b-a);
	m->tlbpurge++;
}

/* Apply mask to every present entry in [a, b); how many changed. */
static int
maskptes(Proc *p, ulong a, ulong b, ulong mask)
{
	ulong *e, va, next;
	int n;

	n = 0;
	if(p->pd == nil)
		return 0;
	for(va = a; va < b; va = next){
		next = ROUND(va+1, 0x400000);
		if(next == 0 || next > b)
			next = b;
		e = findpte(p, va);
		if(e == nil)
			continue;
		for(; va < next; va += BY2PG, e++)
			if((*e & PTEVALID) && (*e & ~mask)){
				*e &= mask;
				n++;
			}
	}
	return n;
}

void
flushptes(Proc *p, ulong a, ulong b)
{
	if(maskptes(p, a, b, 0))
		flushrange(p, a, b);
}

void
protectptes(Proc *p, ulong a, ulong b)
{
	if(maskptes(p, a, b, ~(ulong)(PTEWRITE|PTEDIRTY)))
		flushrange(p, a, b);
}

/* All user mappings of up go; its tables stay for what comes next. */
void
flushmmu(void)
{
	int i;

	if(up->pd == nil)
		return;
	for(i = 0; i < (int)NUPDX; i++)
		if(up->pd[i] & PTEVALID)
			memset(KADDR(PGTRUNC(up->pd[i])), 0, BY2PG);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0);
	m->tlbpurge++;
}

static void
freepd(ulong pdpa)
{
	ulong *pd;
	int i;

	pd = KADDR(pdpa);
	for(i = 0; i < (int)NUPDX; i++)
		if(pd[i] & PTEVALID)
			putpage(pafind(PGTRUNC(pd[i])));
	asynccall(LHCALL_DROP_PGTABLE, pdpa, 0, 0);
	putpage(pafind(pdpa));
}

/*
 * Make p's space and kernel stack current.  Kernel processes run in
 * whatever space is there.  At splhi.
 */
void
mmuswitch(Proc *p)
{
	ulong pd;

	if(p->kp)
		return;
	asynccall(LHCALL_SET_STACK, KDSEL, (ulong)p->kstack+KSTACK, KSTACK/BY2PG);
	if(p->pd == nil || m->pdpa == p->pdpa)
		return;
	m->pdpa = p->pdpa;
	hcall(LHCALL_NEW_PGTABLE, p->pdpa, 0, 0);
	if(deadpd){
		pd = deadpd;
		deadpd = 0;
		freepd(pd);
	}
}

/*
 * p is gone, or its start failed.  The directory that is loaded right now
 * waits until another is: going somewhere else just to free it would cost
 * a hand-off to a space nobody needs.
 */
void
mmurelease(Proc *p)
{
	if(p->pd == nil)
		return;
	if(p->pdpa == m->pdpa)
		deadpd = p->pdpa;
	else
		freepd(p->pdpa);
	p->pd = nil;
	p->pdpa = 0;
	p->npt = 0;
}
