/*
 * The system call table, and the small calls about processes and time.
 */
#include "u.h"
#include "lib.h"
#include "sys.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

long (*systab[])(ulong*) = {
	[SYSR1]		= sysr1,
	[_ERRSTR]	= sys_errstr,
	[BIND]		= sysbind,
	[CHDIR]		= syschdir,
	[CLOSE]		= sysclose,
	[DUP]		= sysdup,
	[ALARM]		= sysalarm,
	[EXEC]		= sysexec,
	[EXITS]		= sysexits,
	[_FSESSION]	= sys_fsession,
	[FAUTH]		= sysfauth,
	[_FSTAT]	= sys_fstat,
	[SEGBRK]	= syssegbrk,
	[_MOUNT]	= sys_mount,
	[OPEN]		= sysopen,
	[_READ]		= sys_read,
	[OSEEK]		= sysoseek,
	[SLEEP]		= syssleep,
	[_STAT]		= sys_stat,
	[RFORK]		= sysrfork,
	[_WRITE]	= sys_write,
	[PIPE]		= syspipe,
	[CREATE]	= syscreate,
	[FD2PATH]	= sysfd2path,
	[BRK_]		= sysbrk_,
	[REMOVE]	= sysremove,
	[_WSTAT]	= sys_wstat,
	[_FWSTAT]	= sys_fwstat,
	[NOTIFY]	= sysnotify,
	[NOTED]		= sysnoted,
	[SEGATTACH]	= syssegattach,
	[SEGDETACH]	= syssegdetach,
	[SEGFREE]	= syssegfree,
	[SEGFLUSH]	= syssegflush,
	[RENDEZVOUS]	= sysrendezvous,
	[UNMOUNT]	= sysunmount,
	[_WAIT]		= sys_wait,
	[SEMACQUIRE]	= syssemacquire,
	[SEMRELEASE]	= syssemrelease,
	[SEEK]		= sysseek,
	[FVERSION]	= sysfversion,
	[ERRSTR]	= syserrstr,
	[STAT]		= sysstat,
	[FSTAT]		= sysfstat,
	[WSTAT]		= syswstat,
	[FWSTAT]	= sysfwstat,
	[MOUNT]		= sysmount,
	[AWAIT]		= sysawait,
	[PREAD]		= syspread,
	[PWRITE]	= syspwrite,
	[TSEMACQUIRE]	= systsemacquire,
	[NSEC]		= sysnsec,
};
int nsyscall = nelem(systab);

char *sysctab[] = {
	[SYSR1]		= "Running",
	[_ERRSTR]	= "_errstr",
	[BIND]		= "Bind",
	[CHDIR]		= "Chdir",
	[CLOSE]		= "Close",
	[DUP]		= "Dup",
	[ALARM]		= "Alarm",
	[EXEC]		= "Exec",
	[EXITS]		= "Exits",
	[_FSESSION]	= "_fsession",
	[FAUTH]		= "Fauth",
	[_FSTAT]	= "_fstat",
	[SEGBRK]	= "Segbrk",
	[_MOUNT]	= "_mount",
	[OPEN]		= "Open",
	[_READ]		= "_read",
	[OSEEK]		= "Oseek",
	[SLEEP]		= "Sleep",
	[_STAT]		= "_stat",
	[RFORK]		= "Rfork",
	[_WRITE]	= "_write",
	[PIPE]		= "Pipe",
	[CREATE]	= "Create",
	[FD2PATH]	= "Fd2path",
	[BRK_]		= "Brk",
	[REMOVE]	= "Remove",
	[_WSTAT]	= "_wstat",
	[_FWSTAT]	= "_fwstat",
	[NOTIFY]	= "Notify",
	[NOTED]		= "Noted",
	[SEGATTACH]	= "Segattach",
	[SEGDETACH]	= "Segdetach",
	[SEGFREE]	= "Segfree",
	[SEGFLUSH]	= "Segflush",
	[RENDEZVOUS]	= "Rendez",
	[UNMOUNT]	= "Unmount",
	[_WAIT]		= "_wait",
	[SEMACQUIRE]	= "Semacquire",
	[SEMRELEASE]	= "Semrelease",
	[SEEK]		= "Seek",
	[FVERSION]	= "Fversion",
	[ERRSTR]	= "Errstr",
	[STAT]		= "Stat",
	[FSTAT]		= "Fstat",
	[WSTAT]		= "Wstat",
	[FWSTAT]	= "Fwstat",
	[MOUNT]		= "Mount",
	[AWAIT]		= "Await",
	[PREAD]		= "Pread",
	[PWRITE]	= "Pwrite",
	[TSEMACQUIRE]	= "Tsemacquire",
	[NSEC]		= "Nsec",
};

/* Does nothing: what a system call costs. */
long
sysr1(ulong *arg)
{
	USED(arg);
	return 0;
}

long
sysexits(ulong *arg)
{
	char *status, buf[ERRMAX];

	status = (char*)arg[0];
	if(status){
		if(waserror())
			strcpy(buf, "invalid exit string");
		else{
			validaddr((ulong)status, 1, 0);
			if(vmemchr(status, 0, ERRMAX) == nil){
				memmove(buf, status, ERRMAX-1);
				buf[ERRMAX-1] = '\0';
			}else
				strecpy(buf, buf+sizeof buf, status);
			poperror();
		}
		status = buf;
	}
	pexit(status, 1);
}

static int
waitmsg(char *p, int n, Waitq *w)
{
	return snprint(p, n, "%lud %lud %lud %lud %q",
		w->pid, w->time[TUser], w->time[TSys], w->time[TReal], w->msg);
}

long
sysawait(ulong *arg)
{
	Waitq w;
	char buf[ERRMAX*2+KNAMELEN+64];
	ulong n;
	int l;

	n = arg[1];
	validaddr(arg[0], n, 1);
	pwait(&w);
	l = waitmsg(buf, sizeof buf, &w);
	/* an empty message is an empty quoted word */
	if(w.msg[0] == '\0' && l > 0 && buf[l-1] == ' '){
		strcpy(buf+l, "''");
		l += 2;
	}
	if((ulong)l > n)
		l = n;
	memmove((char*)arg[0], buf, l);
	return l;
}

/* The old wait record: pid[12] times[3*12] msg[64]. */
long
sys_wait(ulong *arg)
{
	Waitq w;
	char old[12+3*12+64];
	int i;

	if(arg[0] == 0)
		return pwait(nil);
	validaddr(arg[0], sizeof old, 1);
	pwait(&w);
	memset(old, 0, sizeof old);
	snprint(old, 12, "%11lud", w.pid);
	for(i = 0; i < 3; i++)
		snprint(old+12+12*i, 12, "%11lud", w.time[i]);
	strecpy(old+48, old+sizeof old, w.msg);
	memmove((char*)arg[0], old, sizeof old);
	return w.pid;
}

long
syssleep(ulong *arg)
{
	long ms;

	ms = arg[0];
	if(ms <= 0){
		if(up->edf != nil && up->edf->admitted){
			edfyield();
			return 0;
		}
		/* whoever yields in a loop must not keep worse priorities waiting */
		up->cpu += (1000-up->cpu)/64;
		yield();
		return 0;
	}
	tsleep(&up->sleep, return0, nil, ms);
	return 0;
}

long
sysalarm(ulong *arg)
{
	return procalarm(arg[0]);
}

long
sysnotify(ulong *arg)
{
	if(arg[0])
		validaddr(arg[0], BY2WD, 0);
	up->notify = arg[0];
	return 0;
}

/* The work is done on the way out, with the registers at hand. */
long
sysnoted(ulong *arg)
{
	if(arg[0] != NRSTR && !up->notified)
		error("noted: not notified");
	return 0;
}

/* Swap the text of the last error with the caller's. */
static long
swaperrstr(ulong addr, ulong n)
{
	char tmp[ERRMAX], *buf;

	if(n == 0)
		error(Ebadarg);
	validaddr(addr, n, 1);
	buf = (char*)addr;
	if(n > ERRMAX)
		n = ERRMAX;
	memmove(tmp, buf, n);
	tmp[n-1] = '\0';
	utfecpy(buf, buf+n, up->syserrstr);
	utfecpy(up->syserrstr, up->syserrstr+ERRMAX, tmp);
	return 0;
}

long
syserrstr(ulong *arg)
{
	return swaperrstr(arg[0], arg[1]);
}

long
sys_errstr(ulong *arg)
{
	return swaperrstr(arg[0], 64);
}

long
sysnsec(ulong *arg)
{
	vlong t;

	validaddr(arg[0], sizeof(vlong), 1);
	t = todget();
	memmove((void*)arg[0], &t, sizeof t);
	return 0;
}
