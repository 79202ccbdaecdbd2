/*
 * The stack exec builds: argc, argv, strings and Tos, written through the
 * kernel's own mapping of pages that no process has yet, so that the old
 * address space can stay in place until nothing can fail any more.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "tos.h"
#include "error.h"
#include "exec.h"

/* A word in user memory is checked and measured, NUL included. */
ulong
userlen(char *s)
{
	char *e;

	validaddr((ulong)s, 1, 0);
	e = vmemchr(s, 0, TSTKSIZ*BY2PG);
	if(e == nil)
		error(Enovmem);
	return e-s+1;
}

static char*
userword(char **argv, int i)
{
	if((((ulong)&argv[i]) & (BY2PG-1)) < BY2WD || i == 0)
		validaddr((ulong)&argv[i], BY2WD, 0);
	return argv[i];
}

void
measure(Args *a)
{
	int i;
	char *s;

	for(i = 0; i < a->nword; i++)
		a->nstr += strlen(a->word[i])+1;
	for(i = 0; (s = userword(a->argv, i)) != nil; i++){
		if(i >= a->skip){
			a->nstr += userlen(s);
			a->argc++;
		}
		if(a->nstr + a->argc*BY2WD > TSTKSIZ*BY2PG)
			error(Enovmem);
	}
	a->ssize = ROUND(a->nstr + sizeof(Tos), BY2WD) + (a->nword+a->argc+1)*BY2WD;
	/* SP points at argc and is a multiple of 8 below the top */
	if((a->ssize+BY2WD) & 7)
		a->ssize += BY2WD;
	a->npage = PGROUND(a->ssize+BY2WD) >> PGSHIFT;
	if(a->npage > TSTKSIZ)
		error(Enovmem);
}

/* Copy to the new stack; off counts down from the top. */
static void
stackput(Args *a, ulong off, void *from, ulong n)
{
	ulong o, m;
	uchar *f;

	f = from;
	while(n > 0){
		o = a->npage*BY2PG - off;
		m = BY2PG - (o & (BY2PG-1));
		if(m > n)
			m = n;
		memmove((uchar*)pagekva(a->page[o>>PGSHIFT]) + (o & (BY2PG-1)), f, m);
		f += m;
		off -= m;
		n -= m;
	}
}

static void
putword(Args *a, int i, char *s, ulong n, ulong *off)
{
	ulong va, m;

	va = USTKTOP - *off;
	stackput(a, *off, s, n);
	stackput(a, a->ssize - i*BY2WD, &va, BY2WD);
	if(a->nshown < Argsave){
		m = n;
		if(m > (ulong)(Argsave - a->nshown))
			m = Argsave - a->nshown;
		memmove(a->shown + a->nshown, s, m);
		a->nshown += m;
		a->shown[a->nshown-1] = '\0';
	}
	*off -= n;
}

/*
 * Write arguments and Tos.  The caller's memory may have changed since it
 * was measured (it may be shared): what does not fit any more is an error.
 */
static void
fillstack(Args *a)
{
	ulong off, left, n, nargs;
	Tos tos;
	int i;
	char *s;

	memset(&tos, 0, sizeof tos);
	tos.cyclefreq = m->cyclefreq;
	tos.pid = up->pid;
	stackput(a, sizeof tos, &tos, sizeof tos);
	nargs = a->nword + a->argc;
	stackput(a, a->ssize+BY2WD, &nargs, BY2WD);
	off = sizeof(Tos) + a->nstr;
	left = a->nstr;
	for(i = 0; i < a->nword; i++){
		n = strlen(a->word[i])+1;
		putword(a, i, a->word[i], n, &off);
		left -= n;
	}
	for(i = 0; i < a->argc; i++){
		s = userword(a->argv, a->skip+i);
		n = userlen(s);
		if(n > left)
			error(Ebadarg);
		putword(a, a->nword+i, s, n, &off);
		left -= n;
	}
}

void
newstack(Args *a)
{
	int i, n;

	for(i = 0; i < a->npage; i += n){
		n = newpages(&a->page[i], a->npage-i, 1);
		if(n == 0)
			error(Enovmem);
	}
	a->shown = smalloc(Argsave);
	fillstack(a);
}
