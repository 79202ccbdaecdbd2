/*
 * Between devproc.c, the device, and the files behind it: proctext.c says
 * what a process is like, procmem.c is about its memory and registers,
 * procctl.c steers it.
 *
 * The functions that take a Proc* are called with its debug lock held and
 * its identity checked; those that may sleep say so, and look again.
 */

/* proctext.c; texts are the caller's to free */
char*	procargs(Proc*);
char*	procstatus(Proc*);
char*	procsegments(Proc*);
char*	procfds(Proc*);
char*	procns(Proc*);
long	procwaitread(Proc*, void*, long);	/* sleeps, without the lock */

/* procmem.c */
long	procmem(Proc*, ulong, uchar*, long, int);	/* write?  Sleeps */
long	procregs(Proc*, uchar*, long, vlong, int);
long	procfpregs(Proc*, uchar*, long, vlong, int);
long	prockregs(Proc*, uchar*, long, vlong);

/* procctl.c */
void	procctlwrite(Proc*, char*, long);
void	procnote(Proc*, char*, long);
void	procnotepg(ulong, char*, long);
long	procnoteread(Proc*, char*, long);
void	procnoteid(Proc*, char*);
