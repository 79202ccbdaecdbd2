/*
 * What the machine layer offers the rest of the kernel.
 */

/* l.S */
int	setlabel(Label*) __attribute__((returns_twice));
void	gotolabel(Label*) NORETURN;
ulong	hcall(ulong, ulong, ulong, ulong);
uvlong	hcall64(ulong, ulong);
void	touser(Ureg*) NORETURN;

/* intr.c: interrupts, counters */
int	splhi(void);			/* both return the previous state for splx */
int	spllo(void);
void	splx(int);
int	islo(void);
uvlong	cycles(void);
void	idle(void);

/* mmu.c */
void	mmuinit(void);
void	mmuswitch(Proc*);
void	mmurelease(Proc*);
void	flushmmu(void);			/* forget all user mappings of up */
void	flushrange(Proc*, ulong, ulong);	/* present entries there were changed */
void	flushptes(Proc*, ulong, ulong);	/* clear the entries in [a, b), and tell */
void	protectptes(Proc*, ulong, ulong);	/* make them read-only, and tell */
int	putmmu(Proc*, ulong, ulong);	/* va, pa|bits; 0: no memory */
void	asynccall(ulong, ulong, ulong, ulong);

/* trap.c */
void	trapinit(void);
void	trap(Ureg*);
void	syscall(Ureg*);
int	notify(Ureg*);
void	noted(Ureg*, ulong);
void	intrenable(int, void (*)(Ureg*, void*), void*, char*);
char*	irqname(int);			/* who has it, nil: nobody */
ulong	execregs(ulong, ulong);
void	forkchild(Proc*, Ureg*);
void	kprocchild(Proc*);
void	setregisters(Ureg*, char*, char*, int);
void	setkernur(Ureg*, Proc*);
ulong	userpc(void);
ulong	dbgpc(Proc*);
void	dumpregs(Ureg*);
void	dumpstack(void);

/* fpu.c */
void	cpuid(ulong, ulong, ulong[4]);	/* leaf, subleaf; ax bx cx dx */
void	fpuinit(void);
void	fpinit(void);			/* fresh state for an exec */
void	fpsave(Proc*);
void	fprestore(Proc*);
int	fpfork(Proc*, Proc*);
void	fpfree(Proc*);
void	fpnotify(Proc*);
void	fpnoted(Proc*);
uchar*	fpimage(Proc*);			/* the FXSAVE image, up to date */
int	fpunwritten(Proc*);		/* but its x87 part is that of FNINIT */
void	fpchanged(Proc*);		/* it was written to */
void	fpgetsave(Proc*, uchar*);	/* FSAVESIZE bytes, as FSAVE has them */
void	fpputsave(Proc*, uchar*);

/* clock.c */
void	clockinit(void);
void	clocktick(void);		/* somebody waits: tick while up runs */
void	clockset(void);			/* the first timer changed */
void	schedtick(Ureg*);		/* proc.c: a tick went by */

/* vcons.c */
void	consoutput(char*, int);
void	consinit(void);
void	conssize(int*, int*);		/* rows and columns of the terminal; 0: not known */

/* etherlg.c */
void	etherinit(void);

/* uartlg.c */
void	uartlginit(void);

/* vrng.c */
int	hwrandom(uchar*, int);		/* at most so many bytes; how many */

/* main.c */
void	lgexit(int, char*) NORETURN;
void	lgreboot(void) NORETURN;
void	lghalt(void) NORETURN;
void	lgcrash(char*) NORETURN;
