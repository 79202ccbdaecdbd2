/*
 * Between devproc.c, the device, and the files behind it: proctext.c says
 * what a process is like, procmem.c is about its memory and registers,
 * procctl.c steers it.
 *
 * The functions that take a Proc* are called with its debug lock held and
 * its identity checked; those that may sleep say so, and look again.
 */

/* the files; qid.path: slot+1 and one of these; qid.vers: the pid that was there */
enum
{
	Qdir,
	Qtrace,
	Qargs,
	Qctl,
	Qfd,
	Qfpregs,
	Qkregs,
	Qmem,
	Qnote,
	Qnoteid,
	Qnotepg,
	Qns,
	Qproc,
	Qprofile,
	Qregs,
	Qsegment,
	Qstatus,
	Qsyscall,
	Qtext,
	Qwait,
};

#define QTYPE(q)	((int)(q).path & 31)
#define QSLOT(q)	((int)((q).path>>5) - 1)
#define QPATH(slot, t)	(((slot)+1)<<5 | (t))

/* devproc.c */
Proc*	lockproc(Chan*);
Devgen	procgen;

/* procio.c */
long	procread(Chan*, void*, long, vlong);
long	procwrite(Chan*, void*, long, vlong);

/* proctrace.c */
void	traceopen(void);
void	traceclose(void);
long	traceread(uchar*, long);

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
long	procprofile(Proc*, uchar*, long, vlong);
long	prockregs(Proc*, uchar*, long, vlong);

/* procctl.c */
void	procctlwrite(Proc*, char*, long);
void	procnote(Proc*, char*, long);
void	procnotepg(ulong, char*, long);
long	procnoteread(Proc*, char*, long);
void	procnoteid(Proc*, char*);
