/*
 * What this machine adds to the kernel's data: labels, floating point state,
 * the memory-management half of a process.
 */
typedef struct FPsave	FPsave;
typedef struct Label	Label;
typedef struct PMMU	PMMU;

/* A place to come back to: setlabel fills it, gotolabel goes there. */
struct Label
{
	ulong	sp;
	ulong	pc;
	ulong	bx;			/* the registers a C function must keep */
	ulong	si;
	ulong	di;
	ulong	bp;
};

enum
{
	FSAVESIZE = 108,		/* what debuggers know: the FSAVE image */
};

/* An XSAVE or FXSAVE image; fpsavesize bytes, allocated 64-aligned. */
struct FPsave
{
	uchar	*area;
	void	*mem;			/* what to free */
	int	valid;			/* there is a state: in area, or still in the CPU */
};

/* A page directory and its tables; pages come from the page pool. */
struct PMMU
{
	ulong	pdpa;			/* 0: none yet */
	ulong	*pd;			/* its kernel address */
	int	npt;			/* page tables in pd's user half */
};

/* who is where in the address map (mmu.c) */
#define KADDR(pa)	((void*)(KZERO+(ulong)(pa)))
#define PADDR(va)	((ulong)(va)-KZERO)
