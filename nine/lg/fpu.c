/*
 * Floating point and vector state: switched when another user process gets
 * the CPU, with XSAVE where the CPU and the Host's system offer it (so AVX
 * state is kept too) and FXSAVE otherwise.  The kernel itself never uses
 * these registers, and m's fpowner says whose they are.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	XFeatures	= 0xE7,		/* x87, SSE, AVX, AVX-512 */
	FXsize		= 512,
	FPcw		= 0x0232,	/* control word of a new program */
};

static int fpsavesize = FXsize;

static Proc *fpowner;
static ulong xmask;			/* 0: FXSAVE */
static int xopt;
static uchar *fresh;			/* the state of a new program */
static FPsave freshsave;

void
cpuid(ulong leaf, ulong sub, ulong r[4])
{
	__asm__ volatile("cpuid"
		: "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
		: "a"(leaf), "c"(sub));
}

static void
savearea(uchar *a)
{
	if(xmask == 0)
		__asm__ volatile("fxsave (%0)" : : "r"(a) : "memory");
	else if(xopt)
		__asm__ volatile("xsaveopt (%0)" : : "r"(a), "a"(xmask), "d"(0) : "memory");
	else
		__asm__ volatile("xsave (%0)" : : "r"(a), "a"(xmask), "d"(0) : "memory");
}

static void
loadarea(uchar *a)
{
	if(xmask == 0)
		__asm__ volatile("fxrstor (%0)" : : "r"(a) : "memory");
	else
		__asm__ volatile("xrstor (%0)" : : "r"(a), "a"(xmask), "d"(0) : "memory");
}

static int
fpalloc(FPsave *f)
{
	if(f->mem == nil){
		f->mem = mallocz(fpsavesize+64, 1);
		if(f->mem == nil)
			return 0;
		f->area = (uchar*)ROUND((ulong)f->mem, 64);
	}
	return 1;
}

void
fpuinit(void)
{
	ulong r[4];
	ushort cw;

	cpuid(1, 0, r);
	if(r[2] & (1<<27)){		/* OSXSAVE: XGETBV may be used */
		__asm__ volatile("xgetbv" : "=a"(xmask), "=d"(r[3]) : "c"(0));
		xmask &= XFeatures;
		cpuid(13, 0, r);
		fpsavesize = r[1];
		cpuid(13, 1, r);
		xopt = r[0] & 1;
	}
	if(!fpalloc(&freshsave))
		panic("no memory for floating point state");
	fresh = freshsave.area;
	cw = FPcw;
	__asm__ volatile("fninit; fldcw %0" : : "m"(cw));
	savearea(fresh);
	/* a header without SSE and AVX bits makes XRSTOR clear those */
	if(xmask)
		*(uvlong*)(fresh+FXsize) = 1;
	else
		memset(fresh+160, 0, 16*8);
	*(ulong*)(fresh+24) = 0x1F80;	/* MXCSR */
}

/* up begins a new program. */
void
fpinit(void)
{
	int s;

	if(!fpalloc(&up->fpsave))
		error(Enomem);
	s = splhi();
	fpowner = up;
	up->fpsave.valid = 1;
	loadarea(fresh);
	splx(s);
}

/* up is about to run user code again: its registers must be loaded. */
void
fprestore(Proc *p)
{
	if(fpowner == p || p->kp || p->fpsave.area == nil)
		return;
	if(fpowner)
		savearea(fpowner->fpsave.area);
	fpowner = p;
	loadarea(p->fpsave.area);
}

/* p's area is to be right, even if p's registers are the CPU's now. */
void
fpsave(Proc *p)
{
	if(fpowner == p)
		savearea(p->fpsave.area);
}

/* p's state in memory, for a debugger. */
uchar*
fpimage(Proc *p)
{
	fpsave(p);
	return p->fpsave.area;
}

int
fpunwritten(Proc *p)
{
	return xmask && (p->fpsave.area[FXsize] & 1) == 0;
}

/* From now on the memory counts, also the x87 part. */
void
fpchanged(Proc *p)
{
	if(xmask)
		p->fpsave.area[FXsize] |= 1;
	if(fpowner == p)
		fpowner = nil;
}

/* The child starts with what the parent has now. */
int
fpfork(Proc *p, Proc *parent)
{
	if(!fpalloc(&p->fpsave))
		return 0;
	p->fpsave.valid = 1;
	if(parent->fpsave.area == nil){
		memmove(p->fpsave.area, fresh, fpsavesize);
		return 1;
	}
	fpsave(parent);
	memmove(p->fpsave.area, parent->fpsave.area, fpsavesize);
	return 1;
}

/* p is gone; the area stays with the slot. */
void
fpfree(Proc *p)
{
	if(fpowner == p)
		fpowner = nil;
	p->fpsave.valid = 0;
	free(p->notefp.mem);
	p->notefp.mem = nil;
	p->notefp.area = nil;
	p->notefp.valid = 0;
}

/* A note handler may use floating point: what it interrupted is put aside. */
void
fpnotify(Proc *p)
{
	if(!fpalloc(&p->notefp))
		return;
	fprestore(p);
	savearea(p->notefp.area);
	p->notefp.valid = 1;
}

void
fpnoted(Proc *p)
{
	int s;

	if(!p->notefp.valid)
		return;
	p->notefp.valid = 0;
	s = splhi();
	fprestore(p);
	loadarea(p->notefp.area);
	splx(s);
}
