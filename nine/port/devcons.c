/*
 * #c: the console, the clock and the rest of what is small and global.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "cons.h"
#include "constext.h"

enum
{
	Qdir,
	Qbintime,
	Qcons,
	Qconsctl,
	Qcputime,
	Qconfig,
	Qdrivers,
	Qhostdomain,
	Qhostowner,
	Qkmesg,
	Qkprint,
	Qnull,
	Qosversion,
	Qpgrpid,
	Qpid,
	Qppid,
	Qrandom,
	Qreboot,
	Qswap,
	Qsysname,
	Qsysstat,
	Qtime,
	Quser,
	Qwinsize,
	Qzero,
};

char *eve;
char *sysname;
static char *hostdomain;
static int nctl;			/* consctl files open */

static Dirtab consdir[] =
{
	{ ".",		{ Qdir, 0, QTDIR },	0,	DMDIR|0555 },
	{ "bintime",	{ Qbintime, 0, 0 },	24,	0664 },
	{ "cons",	{ Qcons, 0, 0 },	0,	0660 },
	{ "consctl",	{ Qconsctl, 0, 0 },	0,	0220 },
	{ "cputime",	{ Qcputime, 0, 0 },	6*NUMSIZE, 0444 },
	{ "config",	{ Qconfig, 0, 0 },	0,	0444 },
	{ "drivers",	{ Qdrivers, 0, 0 },	0,	0444 },
	{ "hostdomain",	{ Qhostdomain, 0, 0 },	0,	0664 },
	{ "hostowner",	{ Qhostowner, 0, 0 },	0,	0664 },
	{ "kmesg",	{ Qkmesg, 0, 0 },	0,	0440 },
	{ "kprint",	{ Qkprint, 0, QTEXCL },	0,	DMEXCL|0440 },
	{ "null",	{ Qnull, 0, 0 },	0,	0666 },
	{ "osversion",	{ Qosversion, 0, 0 },	0,	0444 },
	{ "pgrpid",	{ Qpgrpid, 0, 0 },	NUMSIZE, 0444 },
	{ "pid",	{ Qpid, 0, 0 },		NUMSIZE, 0444 },
	{ "ppid",	{ Qppid, 0, 0 },	NUMSIZE, 0444 },
	{ "random",	{ Qrandom, 0, 0 },	0,	0444 },
	{ "reboot",	{ Qreboot, 0, 0 },	0,	0660 },
	{ "swap",	{ Qswap, 0, 0 },	0,	0664 },
	{ "sysname",	{ Qsysname, 0, 0 },	0,	0664 },
	{ "sysstat",	{ Qsysstat, 0, 0 },	0,	0666 },
	{ "time",	{ Qtime, 0, 0 },	NUMSIZE+3*VLNUMSIZE, 0664 },
	{ "user",	{ Quser, 0, 0 },	0,	0666 },
	{ "winsize",	{ Qwinsize, 0, 0 },	0,	0444 },
	{ "zero",	{ Qzero, 0, 0 },	0,	0444 },
};

static void
consreset(void)
{
	kstrdup(&eve, "glenda");
	kstrdup(&sysname, "nine");
	kstrdup(&hostdomain, "");
	consqueues();
}

static Chan*
consattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('c', spec);
}

static Walkqid*
conswalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, consdir, nelem(consdir), devgen);
}

static int
consstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, consdir, nelem(consdir), devgen);
}

static Chan*
consopen(Chan *c, int omode)
{
	c->aux = nil;
	c = devopen(c, omode, consdir, nelem(consdir), devgen);
	switch((ulong)c->qid.path){
	case Qconsctl:
		nctl++;
		break;
	case Qkprint:
		c->flag &= ~COPEN;	/* should it be taken */
		kprintopen();
		c->flag |= COPEN;
		break;
	}
	return c;
}

static void
consclose(Chan *c)
{
	if((c->flag & COPEN) == 0)
		return;
	switch((ulong)c->qid.path){
	case Qconsctl:
		if(--nctl == 0){
			consraw(0);
			consctlp(1);
		}
		break;
	case Qkprint:
		kprintclose();
		break;
	}
}

/* A copy of a string that may be replaced while the user's memory is paged in. */
static char*
copy(char *s)
{
	char *t;

	t = nil;
	kstrdup(&t, s);
	return t;
}

static long
consdevread(Chan *c, void *buf, long n, vlong off)
{
	if(n <= 0)
		return n;
	switch((ulong)c->qid.path){
	case Qdir:
		return devdirread(c, buf, n, consdir, nelem(consdir), devgen);
	case Qcons:
		return consread(buf, n);
	case Qbintime:
		return bintimeread(buf, n);
	case Qcputime:
		return readtext(off, buf, n, cputimetext());
	case Qconfig:
		return readtext(off, buf, n, getconfenv());
	case Qdrivers:
		return readtext(off, buf, n, driverstext());
	case Qhostdomain:
		return readtext(off, buf, n, copy(hostdomain));
	case Qhostowner:
		return readtext(off, buf, n, copy(eve));
	case Qkmesg:
		return kmesgread(buf, n, off);
	case Qkprint:
		return kprintread(buf, n);
	case Qnull:
		return 0;
	case Qosversion:
		return readstr(off, buf, n, "2000");
	case Qpgrpid:
		return readnum(off, buf, n, up->pgrp->pgrpid, NUMSIZE);
	case Qpid:
		return readnum(off, buf, n, up->pid, NUMSIZE);
	case Qppid:
		return readnum(off, buf, n, up->parentpid, NUMSIZE);
	case Qrandom:
		randomread(buf, n);
		return n;
	case Qreboot:
		return 0;
	case Qswap:
		return readtext(off, buf, n, swaptext());
	case Qsysname:
		return readtext(off, buf, n, copy(sysname));
	case Qsysstat:
		return readtext(off, buf, n, sysstattext());
	case Qtime:
		return readtext(off, buf, n, timetext());
	case Quser:
		return readtext(off, buf, n, copy(up->user));
	case Qwinsize:
		return readtext(off, buf, n, winsizetext());
	case Qzero:
		memset(buf, 0, n);
		return n;
	}
	error(Eio);
}

static void
consctl(char *s, long n)
{
	if(n >= 5 && strncmp(s, "rawon", 5) == 0)
		consraw(1);
	else if(n >= 6 && strncmp(s, "rawoff", 6) == 0)
		consraw(0);
	else if(n >= 6 && strncmp(s, "ctlpon", 6) == 0)
		consctlp(1);
	else if(n >= 7 && strncmp(s, "ctlpoff", 7) == 0)
		consctlp(0);
	/* other words are for other consoles */
}

static void
consword(Chan *c, char *s)
{
	switch((ulong)c->qid.path){
	case Qhostdomain:
		kstrdup(&hostdomain, s);
		break;
	case Qhostowner:
		hostownerwrite(s);
		break;
	case Qsysname:
		kstrdup(&sysname, s);
		break;
	case Quser:
		userwrite(s);
		break;
	case Qswap:
		/* "start" is said by every boot; there is nothing to start, and nothing to swap to */
		if(strcmp(s, "start") != 0)
			error(Ebadarg);
		break;
	case Qtime:
		timewrite(s);
		break;
	}
}

/* A single word of the user's, our copy of it. */
static long
wordwrite(Chan *c, void *buf, long n, vlong off)
{
	char word[128], *p;

	if(off != 0 || n >= (long)sizeof word)
		error(Ebadarg);
	memmove(word, buf, n);
	word[n] = 0;
	p = strchr(word, '\n');
	if(p != nil)
		*p = 0;
	consword(c, word);
	return n;
}

static long
copied(void (*f)(char*, long), void *buf, long n)
{
	char *s;

	if(n > 4096)
		error(Etoobig);
	s = smalloc(n+1);
	if(waserror()){
		free(s);
		nexterror();
	}
	memmove(s, buf, n);
	s[n] = 0;
	f(s, n);
	poperror();
	free(s);
	return n;
}

static long
consdevwrite(Chan *c, void *buf, long n, vlong off)
{
	switch((ulong)c->qid.path){
	case Qcons:
		return conswrite(buf, n);
	case Qconsctl:
		return copied(consctl, buf, n);
	case Qbintime:
		if(!iseve())
			error(Eperm);
		return copied(bintimewrite, buf, n);
	case Qnull:
		return n;
	case Qreboot:
		if(!iseve())
			error(Eperm);
		return copied(rebootwrite, buf, n);
	case Qsysstat:
		sysstatreset();
		return n;
	case Qhostdomain:
	case Qhostowner:
	case Qswap:
	case Qsysname:
	case Qtime:
		if(!iseve())
			error(Eperm);
		return wordwrite(c, buf, n, off);
	case Quser:
		return wordwrite(c, buf, n, off);
	}
	error(Eperm);
}

Dev consdevtab =
{
	'c',
	"cons",

	consreset,
	consstart,
	devshutdown,
	consattach,
	conswalk,
	consstat,
	consopen,
	devcreate,
	consclose,
	consdevread,
	devbread,
	consdevwrite,
	devbwrite,
	devremove,
	devwstat,
};
