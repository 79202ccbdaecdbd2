/*
 * Private to nine/lg: the Host's interface and what l.S defines.
 */
#include "lguest/abi.h"

extern struct lguest_data lgdata;
extern ulong	kpd[1024];		/* master page directory */
extern ulong	lowpt[1024];		/* the page of code that left linear mode */
extern ulong	tailpt[1024];		/* RAM beyond the last whole 4 MB */
extern ulong	devpt[1024];		/* the device pages */
extern uchar	hcallpage[BY2PG];
extern uchar	bootstack[KSTACK];
extern ulong	vectortab[64];
extern char	etext[], edata[], end[];
extern uchar	rootimg[], erootimg[];
extern ulong	ramsize;		/* as the Launcher gave it */
extern uchar	*devpages;		/* the device page and the rings */

void	vecsyscall(void);
void	forkstart(void);
void	kprocstart(void);
void	schedtail(void);
void	kprocmain(void);
void	clockintr(Ureg*, void*);
void*	physwindow(ulong);

/*
 * Where a process's time goes: the stretch that ends was spent in user mode,
 * or in the kernel.  On every system call's way, so worth being here.
 */
static inline uvlong
cyc(void)
{
	ulong lo, hi;

	if(lgdata.tsc_khz == 0)
		return cycles();
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return ((uvlong)hi<<32) | lo;
}

static inline void
kenter(void)
{
	uvlong t;

	t = cyc();
	up->usercyc += t - up->startcyc;
	up->startcyc = t;
}

static inline void
kexit(void)
{
	uvlong t;

	t = cyc();
	up->syscyc += t - up->startcyc;
	up->startcyc = t;
}
