/*
 * Process 1.  It starts in the kernel: name space roots, devices,
 * configuration; then it execs /boot/boot as any program would be.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "lg.h"
#include "error.h"

static char initfile[] = "#R/boot/boot";

/*
 * exec takes its arguments from user memory: make a stack that holds the
 * path and an argv, just to be replaced.
 */
static ulong
argstack(char *path, ulong *argv)
{
	Segment *s;
	Page *pg;
	ulong base;
	uchar *k;
	ulong n;

	base = USTKTOP-BY2PG;
	s = up->seg[SSEG];
	if(s == nil){
		s = newseg(SG_STACK, TSTKTOP, USTKSIZE>>PGSHIFT);
		up->seg[SSEG] = s;
	}
	pg = newpage(1);
	if(pg == nil)
		panic("no memory for the first stack");
	k = pagekva(pg);
	n = strlen(path)+1;
	memmove(k, path, n);
	n = ROUND(n, BY2WD);
	((ulong*)(k+n))[0] = base+2;		/* it shall see itself as /boot/boot */
	*argv = base+n;
	segsetpage(s, base, pg);
	if(!mapseg(up, s))
		panic("no memory for the first page table");
	return base;
}

static void
execinit(void)
{
	Ureg *ur;
	ulong arg[2];

	ur = (Ureg*)(up->kstack + KSTACK - sizeof(Ureg));
	memset(ur, 0, sizeof(Ureg));
	up->dbgreg = ur;
	arg[0] = argstack(initfile, &arg[1]);
	splhi();
	up->kp = 0;
	mmuswitch(up);
	spllo();
	if(!waserror()){
		ur->ax = sysexec(arg);
		poperror();
		splhi();
		kexit();
		touser(ur);
	}
	panic("no first program: %s: %s", initfile, up->errstr);
}

static void
setenvs(void)
{
	ksetenv("cputype", "386", 0);
	ksetenv("objtype", "386", 0);
	ksetenv("service", "terminal", 0);
	ksetenv("terminal", "lguest nine", 0);
	ksetenv("kargs", kargs, 1);
	bootenv();
}

static Chan*
rootchan(void)
{
	Chan *c;

	c = devtab[devno('/', 0)]->attach("");
	pathclose(c->path);
	c->path = newpath("/");
	return c;
}

static void
init0(void *a)
{
	USED(a);
	if(waserror())
		panic("init0: %s", up->errstr);
	up->slash = rootchan();
	up->dot = rootchan();
	chandevinit();
	setenvs();
	poperror();
	up->nerrlab = 0;
	execinit();
}

void
userinit(void)
{
	Proc *p;

	p = newproc();
	if(p == nil || p->pid != 1)
		panic("process 1");
	p->pgrp = newpgrp();
	p->egrp = newegrp();
	p->fgrp = newfgrp();
	p->rgrp = newrgrp();
	p->text = nil;
	p->user = nil;
	kstrdup(&p->text, "init");
	kstrdup(&p->user, eve);
	p->kp = 1;			/* until it has an address space */
	p->kpfun = init0;
	kprocchild(p);
	ready(p);
}
