/*
 * The machine-independent heart of the kernel: locks, processes, notes,
 * segments, pages and timers.  Files are in chandat.h.
 *
 * One processor, and the kernel is never preempted: an interrupt in the
 * kernel returns to where it was, so locks need no atomic instruction; what
 * interrupt handlers touch too is guarded by splhi or ilock.
 */
typedef struct Conf	Conf;
typedef struct Edf	Edf;
typedef struct Fgrp	Fgrp;
typedef struct Egrp	Egrp;
typedef struct Pgrp	Pgrp;
typedef struct Chan	Chan;
typedef struct Image	Image;
typedef struct Lock	Lock;
typedef struct Mach	Mach;
typedef struct Note	Note;
typedef struct Page	Page;
typedef struct Physseg	Physseg;
typedef struct Proc	Proc;
typedef struct Pgtab	Pgtab;
typedef struct QLock	QLock;
typedef struct RWlock	RWlock;
typedef struct Ref	Ref;
typedef struct Rendez	Rendez;
typedef struct Rgrp	Rgrp;
typedef struct Segment	Segment;
typedef struct Sema	Sema;
typedef struct Timer	Timer;
typedef struct Waitq	Waitq;
typedef struct Ureg	Ureg;

struct Ref
{
	long	ref;
};

struct Lock
{
	ulong	key;
	ulong	sr;			/* ilock: the interrupt state to restore */
	uintptr	pc;			/* who holds it */
};

struct QLock
{
	Proc	*head;
	Proc	*tail;
	int	locked;
	uintptr	pc;
};

struct RWlock
{
	Proc	*head;
	Proc	*tail;
	int	readers;
	int	writer;
};

struct Rendez
{
	Proc	*p;			/* at most one sleeper */
};

/* --- pages and segments --------------------------------------------------- */

/* One per page of RAM, whoever uses it. */
struct Page
{
	ushort	ref;			/* users: segments, an image, the kernel */
	uchar	cached;			/* one of them is an Image: copy on write */
	uchar	class;			/* alloc.c: what kind of memory, see there */
	ushort	inuse;			/* alloc.c: objects handed out */
	ushort	free;			/* alloc.c: offset of the first free object, or NOFREE */
	union {
		Page	*next;		/* alloc.c: list of pages with room */
		ulong	npage;		/* alloc.c: length of a big block */
	};
	Page	*prev;
};

enum
{
	PTEPERTAB	= 256,		/* pages in one Pgtab: 1 MB */
	PTEMAPMEM	= PTEPERTAB*BY2PG,
	SSEGMAPSIZE	= 16,		/* a small segment's map is inside it */

	LRESPROF	= 3,		/* bytes of text a profile's number is for: 1<<3 */

	NIMAGE		= 64,		/* text images kept after the last user */
};

/* One megabyte of a segment. */
struct Pgtab
{
	Page	*pages[PTEPERTAB];
	short	first;			/* first and last used; first > last: none */
	short	last;
};

/* Program file whose pages several processes share. */
struct Image
{
	Ref;				/* segments */
	QLock	lk;			/* held while pages are read */
	Chan	*c;			/* nil when no segment uses it */
	Qid	qid;			/* what identifies the file */
	ushort	type;
	ulong	dev;
	Qid	mqid;
	Chan	*mchan;
	Segment	*s;			/* the text segment, if somebody runs it */
	ulong	textlen;		/* bytes, header included */
	ulong	datalen;
	int	ntext;			/* pages of text; data comes after them */
	int	npage;
	ulong	used;			/* clock of the last attach, for reuse */
	Page	**pages;
	Image	*next;
};

/* Segment types, and flags above them */
enum
{
	SG_TYPE		= 07,
	SG_TEXT		= 00,
	SG_DATA		= 01,
	SG_BSS		= 02,
	SG_STACK	= 03,
	SG_SHARED	= 04,
	SG_PHYSICAL	= 05,
};

struct Sema
{
	Rendez;
	long	*addr;
	int	waiting;
	Sema	*next;
	Sema	*prev;
};

struct Segment
{
	Ref;
	QLock	lk;
	int	type;			/* SG_TYPE and flags */
	ulong	base;
	ulong	top;
	ulong	size;			/* pages */
	Image	*image;			/* text and data: what they are loaded from */
	Pgtab	**map;
	int	mapsize;
	Pgtab	*ssegmap[SSEGMAPSIZE];
	Sema	sema;			/* head of the list of waiters */
	ulong	nextfresh;		/* fault-around: address after the last fresh page */
	ulong	around;			/* and how many pages it made */
	ulong	*profile;		/* text: ms, all and for each 8 bytes; or nil */
};

struct Physseg
{
	ulong	attr;
	char	*name;
	ulong	size;			/* at most, bytes */
};

/* Proc.seg */
enum
{
	SSEG, TSEG, DSEG, BSEG, ESEG, LSEG, SEG1, SEG2, SEG3, SEG4, NSEG
};

/* --- processes ------------------------------------------------------------- */

/* Note.flag */
enum
{
	NUser,				/* a message from outside */
	NExit,				/* kill the process */
	NDebug,				/* a trap or other fault: print a message first */
};

struct Note
{
	char	msg[ERRMAX];
	int	flag;
};

struct Rgrp
{
	Ref;
	Proc	*hash[32];
};

/* What await tells a parent about a dead child. */
struct Waitq
{
	ulong	pid;
	ulong	time[3];		/* user, system, real: ms */
	char	msg[ERRMAX+KNAMELEN+16];
	Waitq	*next;
};

/* fixed at boot; times in ns of the monotonic clock */
struct Timer
{
	uvlong	when;
	void	(*f)(Ureg*, Timer*);
	void	*a;
	Timer	*next;
	int	armed;
};

/* Proc.state; statename[] in proc.c */
enum
{
	Dead,
	Moribund,
	Ready,
	Scheding,
	Running,
	Queueing,
	QueueingR,
	QueueingW,
	Wakeme,
	Broken,
	Stopped,
	Rendezvous,
	Waitrelease,
	NSTATE
};

/* Proc.procctl */
enum
{
	Proc_none,
	Proc_stopme,
	Proc_exitme,
	Proc_traceme,
	Proc_exitbig,
	Proc_tracesyscall,
};

/* what #p/trace tells of; the numbers are known to its readers */
enum
{
	SAdmit,
	SRelease,
	SEdf,
	SRun,
	SReady,
	SSleep,
	SYield,
	SSlice,
	SDeadline,
	SExpel,
	SDead,
	SInts,
	SInte,
	SUser,
};

/* Proc.time: ms */
enum
{
	TUser,
	TSys,
	TReal,				/* when it started; now - that for the living */
	TCUser,
	TCSys,
	TCReal,
	NTIME
};

enum
{
	NERR		= 64,		/* nested waserrors */
	NNOTE		= 5,
	NSYSARG	= 5,
	NWAITQ		= 128,		/* records kept for one parent */
	NBROKEN		= 4,		/* broken processes kept for a debugger */

	Npriq		= 20,
	PriEdf		= Npriq,	/* real-time, by deadline */
	Nrq,
	PriNormal	= 10,
	PriKproc	= 13,
	PriRoot		= 13,
	Quantum		= 10,		/* ticks */

	KMAGIC		= 0x6e696e65,	/* at the low end of a kernel stack */
};

/* What was promised to a real-time process; times in ns. */
struct Edf
{
	vlong	T;			/* period */
	vlong	D;			/* deadline, after the period's begin */
	vlong	C;			/* processor time in each */
	int	admitted;
	int	sporadic;		/* periods begin when it wakes */
	int	yieldonblock;		/* to sleep is to be done for the period */
	int	extra;			/* goes on as an ordinary one */
	int	notes;			/* wants to hear of missed deadlines */
	uvlong	release;		/* of this period */
	uvlong	deadline;
	vlong	left;			/* of C */
	uvlong	since;			/* when it got the processor; 0: it has not */
	int	slept;			/* since then: it did not want more */
	ulong	missed;
	Timer	t;			/* end of the budget, or next period */
};

/* edfset */
enum
{
	EdfT, EdfD, EdfC, EdfSporadic, EdfYield, EdfExtra, EdfNotes,
};

struct Proc
{
	Label	sched;
	char	*kstack;		/* KSTACK bytes */
	ulong	pid;			/* these two as lguest's tools want them: lg/main.c */
	char	*text;			/* program name */
	char	*user;
	char	*args;			/* NUL-separated words */
	int	nargs;			/* bytes of args */
	int	setargs;		/* args was set through #p/N/args: one string */
	ulong	noteid;			/* note group */
	ulong	parentpid;
	Proc	*parent;		/* who gets the wait record, or nil */
	Proc	*rnext;			/* run queue */
	Proc	*qnext;			/* lock queue, or free list */
	QLock	*qlockp;		/* waiting for */
	int	state;
	char	*psstate;		/* what the status file shows instead of the state */
	ulong	procmode;		/* of its files in #p */
	int	kp;			/* kernel process */
	int	hang;			/* stop at the next exec */
	int	privatemem;
	int	trace;

	Segment	*seg[NSEG];
	QLock	seglock;		/* held while seg[] of a running process changes */

	Pgrp	*pgrp;
	Egrp	*egrp;
	Fgrp	*fgrp;
	Rgrp	*rgrp;
	Chan	*slash;
	Chan	*dot;

	char	*errstr;		/* reason we are unwinding */
	char	*syserrstr;		/* last failed call's */
	char	errbuf0[ERRMAX];
	char	errbuf1[ERRMAX];
	char	genbuf[128];		/* short-lived: names and the like */
	int	nerrlab;
	void	*errlab[NERR][5];	/* __builtin_setjmp's */

	int	nlocks;			/* Locks held: may not sleep */
	int	insyscall;
	int	scallnr;
	ulong	sargs[NSYSARG];
	Ureg	*dbgreg;		/* user registers, while in the kernel */

	ulong	notify;			/* user handler */
	Note	note[NNOTE];
	int	nnote;
	int	notified;		/* in the handler */
	Note	lastnote;		/* the one being handled */
	ulong	unote;			/* user address of the handler's Ureg */
	int	notepending;

	QLock	debug;			/* guards nnote..., /proc's access */
	Proc	*pdbg;			/* the debugging process */
	int	procctl;
	char	*syscalltrace;		/* what #p/N/syscall says while it is stopped */
	vlong	tracens;		/* when the traced call began */

	int	nchild;
	int	nwait;
	Waitq	*waitq;
	QLock	qwaitr;
	Rendez	waitr;

	Rendez	*r;			/* sleeping on */
	Rendez	sleep;			/* the place for tsleep, sleep system call */
	ulong	rendtag;
	ulong	rendval;
	Proc	*rendhash;

	Timer	alarmt;
	ulong	alarm;			/* ms of m->ms when it goes off, 0: none */
	Timer	tsleept;
	Rendez	*trend;
	int	(*tfn)(void*);
	int	tslept;			/* tsleep's timer went off */

	int	basepri;
	int	priority;
	int	fixedpri;
	int	quanta;			/* ticks left */
	Edf	*edf;			/* real-time, or nil */
	ulong	cpu;			/* decaying average of use, 0..1000 */
	uvlong	lastupdate;		/* cycles: when cpu was right */

	ulong	time[NTIME];
	uvlong	usercyc;		/* cycles since birth */
	uvlong	syscyc;
	uvlong	startcyc;		/* when the present stretch began */
	uvlong	birthns;

	void	(*kpfun)(void*);
	void	*kparg;

	FPsave	fpsave;
	FPsave	notefp;			/* saved over a note handler */
	PMMU;
};

struct Mach
{
	int	machno;
	ulong	pdpa;			/* page directory in use */
	ulong	ticks;			/* of the scheduler, since boot */
	ulong	cs;			/* statistics: context switches ... */
	ulong	intr;
	ulong	syscall;
	ulong	pfault;
	ulong	tlbfault;
	ulong	tlbpurge;
	ulong	load;			/* runnable, in 1/1000 */
	uvlong	idlecyc;		/* cycles in HALT */
	uvlong	intrcyc;
	uvlong	bootns;			/* monotonic clock at boot */
	uvlong	cyclefreq;		/* Hz, 0: no usable counter */
	int	resched;		/* somebody better than up is ready */
};

struct Conf
{
	ulong	nproc;
	ulong	npage;			/* in the machine */
	ulong	upages;			/* in the page pool at boot */
	ulong	memsize;		/* bytes of RAM used */
	int	nimage;
};

extern Conf	conf;
extern Mach	*m;
extern Proc	*up;
extern char	*statename[];
extern char	*sysctab[];		/* names of system calls, as status shows them */
extern long	(*systab[])(ulong*);
extern int	nsyscall;
extern Physseg	physseg[];
extern int	panicking;
extern int	nprofiled;
extern char	*kargs;			/* the command line after " -- " */
extern uchar	*rootdata;		/* the ramdisk archive in memory ... */
extern ulong	rootlen;		/* ... and its bytes */

/*
 * The compiler's own setjmp, because it knows what that means: local
 * variables changed after waserror have their new values when an error comes
 * back to it.  (An ordinary function that returns twice loses them in the
 * optimiser, volatile or a leak being the choice.)
 */
#define waserror()	(up->nerrlab++, __builtin_setjmp(up->errlab[up->nerrlab-1]))
#define poperror()	(up->nerrlab--)
