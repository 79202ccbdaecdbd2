/*
 * A process's memory and registers as files, for debuggers.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "error.h"
#include "devproc.h"

static uchar zeros[BY2PG];

/* The page of va: there, or in the program file; nil: never touched, all zeros. */
static Page*
findpage(Segment *s, ulong va)
{
	Page **slot;
	int n;

	slot = segwalk(s, va, 0);
	if(slot != nil && *slot != nil)
		return *slot;
	n = (va - s->base) >> PGSHIFT;
	switch(s->type & SG_TYPE){
	case SG_TEXT:
		return imagepage(s->image, n);
	case SG_DATA:
		return imagepage(s->image, s->image->ntext+n);
	}
	return nil;
}

static void
readpage(Segment *s, ulong va, uchar *buf, long n)
{
	Page *pg;

	pg = findpage(s, PGTRUNC(va));
	if(pg == nil)
		memmove(buf, zeros, n);
	else
		memmove(buf, (uchar*)pagekva(pg) + va%BY2PG, n);
}

/*
 * A page of the segment's own with the old contents.  Mappings of the one it
 * replaces are taken away from all who share the segment.
 */
static Page*
ownpage(Segment *s, ulong va)
{
	Page *old, *pg, **slot;

	slot = segwalk(s, va, 0);
	if(slot != nil && *slot != nil && (*slot)->ref == 1 && !(*slot)->cached)
		return *slot;
	old = findpage(s, va);
	pg = newpage(old == nil);
	if(pg == nil)
		error(Enovmem);
	if(old != nil)
		memmove(pagekva(pg), pagekva(old), BY2PG);
	mfreeseg(s, va, va+BY2PG);
	segsetpage(s, va, pg);
	return pg;
}

/* Shared memory is shared: written where it is. */
static void
writepage(Segment *s, ulong va, uchar *buf, long n)
{
	Page *pg, **slot;

	if((s->type & SG_TYPE) != SG_TEXT && (s->type & SG_RONLY))
		error(Eperm);
	slot = segwalk(s, PGTRUNC(va), 0);
	if((s->type & SG_TYPE) == SG_SHARED && slot != nil && *slot != nil)
		pg = *slot;
	else
		pg = ownpage(s, PGTRUNC(va));
	memmove((uchar*)pagekva(pg) + va%BY2PG, buf, n);
}

/*
 * Up to the end of the segment va is in.  Text may be written, too, which is
 * how breakpoints are set: p gets its own, and so will its children.
 */
long
procmem(Proc *p, ulong va, uchar *buf, long n, int write)
{
	Segment *s;
	long m, done;

	s = segof(p, va, 1);
	if(s == nil)
		error(Ebadarg);
	if(!write || (s->type & SG_TYPE) != SG_TEXT)
		incref(s);		/* p may exit while a page is fetched */
	else{
		if(waserror()){
			qunlock(&s->lk);
			nexterror();
		}
		s = owntext(p, s);
		poperror();
	}
	if(waserror()){
		qunlock(&s->lk);
		putseg(s);
		nexterror();
	}
	if(n > (long)(s->top - va))
		n = s->top - va;
	for(done = 0; done < n; done += m){
		m = BY2PG - (va+done)%BY2PG;
		if(m > n-done)
			m = n-done;
		if(write)
			writepage(s, va+done, buf+done, m);
		else
			readpage(s, va+done, buf+done, m);
	}
	poperror();
	qunlock(&s->lk);
	putseg(s);
	return done;
}

long
procregs(Proc *p, uchar *buf, long n, vlong off, int write)
{
	if(p->dbgreg == nil)
		error(Enoreg);
	if(!write)
		return readmem(off, (char*)buf, n, p->dbgreg, sizeof(Ureg));
	if(off < 0 || off >= (vlong)sizeof(Ureg))
		return 0;
	if(n > (long)sizeof(Ureg)-off)
		n = sizeof(Ureg)-off;
	setregisters(p->dbgreg, (char*)p->dbgreg+off, (char*)buf, n);
	return n;
}

/* As FSAVE would leave them, whatever this machine saves them with. */
long
procfpregs(Proc *p, uchar *buf, long n, vlong off, int write)
{
	uchar fs[FSAVESIZE];

	if(p->fpsave.area == nil || !p->fpsave.valid)
		error(Enoreg);
	fpgetsave(p, fs);
	if(!write)
		return readmem(off, (char*)buf, n, fs, sizeof fs);
	if(off < 0 || off >= (vlong)sizeof fs)
		return 0;
	if(n > (long)sizeof fs-off)
		n = sizeof fs-off;
	memmove(fs+off, buf, n);
	fpputsave(p, fs);
	return n;
}

/* Numbers of ms: the first for all the time, then one for each 8 bytes of text. */
long
procprofile(Proc *p, uchar *buf, long n, vlong off)
{
	Segment *s;

	s = p->seg[TSEG];
	if(s == nil || s->profile == nil)
		error("profile is off");
	return readmem(off, (char*)buf, n, s->profile, ((s->top-s->base)>>LRESPROF)*sizeof(ulong));
}

long
prockregs(Proc *p, uchar *buf, long n, vlong off)
{
	Ureg u;

	setkernur(&u, p);
	return readmem(off, (char*)buf, n, &u, sizeof u);
}
