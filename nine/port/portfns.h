/*
 * What the machine-independent half of the kernel offers: processes, memory,
 * time.  The file half is in chanfns.h, the machine in lgfns.h.
 */

/* taslock.c, qlock.c */
void	lock(Lock*);
int	canlock(Lock*);
void	unlock(Lock*);
void	ilock(Lock*);
void	iunlock(Lock*);
long	incref(Ref*);
long	decref(Ref*);
void	qlock(QLock*);
int	canqlock(QLock*);
void	qunlock(QLock*);
void	rlock(RWlock*);
int	canrlock(RWlock*);
void	runlock(RWlock*);
void	wlock(RWlock*);
void	wunlock(RWlock*);

/* proc.c: the table, the scheduler, sleep and wakeup */
void	procinit0(void);
void	schedinit(void) NORETURN;
void	sched(void);
void	yield(void);
void	ready(Proc*);
int	anyready(void);
void	sleep(Rendez*, int (*)(void*), void*);
void	tsleep(Rendez*, int (*)(void*), void*, ulong);
Proc*	wakeup(Rendez*);
int	return0(void*);
Proc*	newproc(void);
void	freeproc(Proc*);
Proc*	proctab(int);			/* i < conf.nproc; may be Dead */
int	procindex(ulong);		/* pid to index, -1: none */
ulong	pidalloc(void);
void	kproc(char*, void (*)(void*), void*);
Proc*	trykproc(char*, void (*)(void*), void*);	/* nil: no process to be had */
void	kstrdup(char**, char*);		/* replaces; frees the old string */
void	procpriority(Proc*, int, int);
void	accounttime(Proc*);
ulong	procms(Proc*, int);		/* entry of time[], up to date; TReal: age */
void	scheddump(void);
void	procdump(void);
Proc*	bigproc(ulong);
void	exitbig(Proc*);
int	sharesmem(Proc*, Proc*);
void	killbig(char*);

void	schedagain(Proc*);		/* its priority may have changed: queue it anew */
void	reprioritize(Proc*);

/* edf.c: real-time processes; at splhi but for the first three */
void	edfset(Proc*, int, char*);	/* EdfT ..., text */
void	edfadmit(Proc*);
void	edfyield(void);			/* up is done for this period */
void	edfexpel(Proc*);
void	edffree(Proc*);
int	edfready(Proc*);
int	edfwaits(Proc*);
void	edfrun(Proc*);
void	edfstop(Proc*, int);		/* it blocks? */
int	edfspent(void);
void	edftimer(Ureg*, Timer*);

/* error.c side of proc.c */
void	error(char*) NORETURN;
void	errorf(char*, ...) NORETURN;
void	nexterror(void) NORETURN;
void	exhausted(char*) NORETURN;
void	panic(char*, ...) NORETURN;

/* note.c */
int	postnote(Proc*, int, char*, int);	/* lock debug?, text, NUser...; 1: posted */
void	postnotepg(ulong, char*, int);		/* to everybody in the note group */

/* exit.c, debugger's side of a process */
void	procctl(void);
void	kleave(Ureg*);			/* trap.c: last stop before user mode */
void	pexit(char*, int) NORETURN;
ulong	pwait(Waitq*);			/* for a child of up's */
ulong	procwait(Proc*, Waitq*);	/* or of another's */
void	procstopwait(Proc*, int);
void	stopme(void);
void	unbreak(Proc*);
void	addbroken(Proc*);
int	freebroken(void);

/* calltrace.c, proctrace.c: what debuggers see */
void	traceenter(ulong);
void	traceleave(long);
void	proctrace(Proc*, int, vlong);	/* SAdmit ..., ns or 0: now */

/* rendez.c, sema.c: process to process */
long	sysrendezvous(ulong*);
long	syssemacquire(ulong*);
long	syssemrelease(ulong*);
long	systsemacquire(ulong*);
Rgrp*	newrgrp(void);
void	closergrp(Rgrp*);
void	rendbreak(Proc*);

/* alarm.c, tod.c */
void	timeradd(Timer*, uvlong);	/* to go off at ns of the monotonic clock */
void	timerdel(Timer*);
void	timerintr(Ureg*);
uvlong	timernext(void);		/* 0: none */
ulong	procalarm(ulong);
uvlong	fastns(void);			/* monotonic ns */
vlong	todget(void);			/* ns since the epoch */
void	todset(vlong);
ulong	seconds(void);
ulong	msnow(void);			/* ms since boot, wraps */

/* page.c: physical memory */
void	pageinit(ulong, ulong);		/* from, to: physical */
Page*	newpage(int);			/* clear?; nil: no memory to spare */
int	newpages(Page**, int, int);	/* adjacent where possible; how many of them, clear? */
Page*	kpages(int, ulong, int);	/* n adjacent ones, aligned, clear?: for malloc */
void	putpage(Page*);
Page*	pafind(ulong);
ulong	pagepa(Page*);
void*	pagekva(Page*);
ulong	freepages(void);
int	reclaim(void);

/* image.c: program files in memory */
Image*	attachimage(Chan*, ulong, ulong);	/* bytes of text with header, of data */
void	putimage(Image*);
int	imagereclaim(void);
Page*	imagepage(Image*, int);		/* sleeps, may raise an error */

/* mntcache.c */
int	mcachereclaim(void);		/* 0: nothing to give back */

/* segment.c, ibrk.c */
Segment* newseg(int, ulong, ulong);	/* type, base, pages */
Segment* dupseg(Segment*, int, int, int*);	/* slot, share?, pages that may be copied now */
void	putseg(Segment*);
Page**	segwalk(Segment*, ulong, int);	/* slot of an address; create? */
void	segsetpage(Segment*, ulong, Page*);
Segment* segof(Proc*, ulong, int);	/* lock? */
Segment* owntext(Proc*, Segment*);	/* both locked; a reference */
int	istextof(Segment*);		/* shared by all who run the program? */
void	segprofile(Proc*);		/* a new, empty one */
void	segclock(ulong);		/* a tick found up's user code there */
void	mfreeseg(Segment*, ulong, ulong);
void	segprotect(Segment*);
Segment* namedseg(char*, int);		/* devsegment.c; to write?; nil: none of that name */
ulong	segattach(Proc*, ulong, char*, ulong, ulong);
int	isoverlap(Proc*, ulong, ulong);
long	ibrk(ulong, int);
ulong	segresident(Segment*);		/* pages */

/* fault.c */
int	fault(ulong, int);		/* address, read?; 0: done, -1: no such page */
void	validaddr(ulong, ulong, int);	/* errors out, posts the note */
int	okaddr(ulong, ulong, int);
Segment* segpin(ulong, ulong, int);	/* locked: its pages stay where they are */
void*	vmemchr(void*, int, int);
int	mapseg(Proc*, Segment*);	/* enter what is present; 0: no memory */

/* alloc.c */
void	xinit(void);
void*	malloc(ulong);
void*	mallocz(ulong, int);
void*	mallocalign(ulong, ulong);
void*	smalloc(ulong);
void*	realloc(void*, ulong);
void	free(void*);
ulong	msize(void*);
void	mallocsummary(void);
ulong	mallocused(void);
ulong	mallocheap(void);

/* sysproc.c, exec.c, rfork.c, sysseg.c */
long	sysr1(ulong*);
long	sysrfork(ulong*);
long	sysexec(ulong*);
long	sysexits(ulong*);
long	sysawait(ulong*);
long	sys_wait(ulong*);
long	syssleep(ulong*);
long	sysalarm(ulong*);
long	sysnotify(ulong*);
long	sysnoted(ulong*);
long	sysbrk_(ulong*);
long	syssegattach(ulong*);
long	syssegdetach(ulong*);
long	syssegfree(ulong*);
long	syssegbrk(ulong*);
long	syssegflush(ulong*);
long	syserrstr(ulong*);
long	sys_errstr(ulong*);
long	sysnsec(ulong*);

/* main.c, userinit.c */
void	userinit(void);
void	bootenv(void);
