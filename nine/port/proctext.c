/*
 * What the text files of #p say of a process.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devproc.h"

enum
{
	Segline	= 48,			/* bytes of a line in segment */
	Fdline	= 128,			/* of a line in fd, without the path */
	Nsline	= 32,			/* of a line in ns, without names */
};

/* Words quoted as rc would want them; what was set through the file as it is. */
char*
procargs(Proc *p)
{
	char *s, *t, *e, *a;
	int n;

	n = 2*p->nargs + 4*p->nargs + 8;
	t = s = smalloc(n);
	e = s+n;
	if(p->setargs){
		seprint(s, e, "%s", p->args);
		return s;
	}
	for(a = p->args; a != nil && a < p->args+p->nargs; a += strlen(a)+1)
		t = seprint(t, e, t == s? "%q": " %q", a);
	return s;
}

static ulong
memkb(Proc *p)
{
	ulong n;
	int i;

	n = 0;
	for(i = 0; i < NSEG; i++)
		if(i != SSEG && p->seg[i] != nil)
			n += p->seg[i]->size;
	return n*(BY2PG/1024);
}

char*
procstatus(Proc *p)
{
	enum { Size = 2*KNAMELEN+12+9*12+1 };
	char *s, *t, *e, *state;
	int i;

	s = smalloc(Size);
	e = s+Size;
	state = p->psstate;
	if(state == nil && p->insyscall && p->scallnr >= 0 && p->scallnr < nsyscall)
		state = sysctab[p->scallnr];
	if(state == nil || p->state == Stopped || p->state == Broken)
		state = statename[p->state];
	t = seprint(s, e, "%-*.*s%-*.*s%-12.11s", KNAMELEN, KNAMELEN-1, p->text == nil? "": p->text,
		KNAMELEN, KNAMELEN-1, p->user, state);
	for(i = 0; i < NTIME; i++)
		t = seprint(t, e, "%11lud ", procms(p, i));
	seprint(t, e, "%11lud %11d %11d ", memkb(p), p->basepri, p->priority);
	return s;
}

char*
procsegments(Proc *p)
{
	static char *kind[] = { "Text", "Data", "Bss", "Stack", "Shared", "Phys" };
	Segment *g;
	char *s, *t, *e;
	int i;

	t = s = smalloc(NSEG*Segline);
	e = s+NSEG*Segline;
	for(i = 0; i < NSEG; i++){
		g = p->seg[i];
		if(g == nil)
			continue;
		t = seprint(t, e, "%-6s %c%c %.8lux %.8lux %4ld\n",
			kind[(g->type & SG_TYPE)%nelem(kind)],
			(g->type & SG_RONLY) || (g->type & SG_TYPE) == SG_TEXT? 'R': ' ', ' ',
			g->base, g->top, g->ref);
	}
	return s;
}

/* The length first: paths may be long. */
char*
procfds(Proc *p)
{
	Fgrp *f;
	char *s, *t, *e;
	int i, n;

	f = p->fgrp;
	if(f == nil || p->dot == nil)
		error(Eprocdied);
	n = strlen(chanpath(p->dot)) + 2;
	for(i = 0; i <= f->maxfd; i++)
		if(f->fd[i] != nil)
			n += strlen(chanpath(f->fd[i])) + Fdline;
	t = s = smalloc(n);
	e = s+n;
	t = seprint(t, e, "%s\n", chanpath(p->dot));
	for(i = 0; i <= f->maxfd; i++)
		if(f->fd[i] != nil)
			t = fdline(t, e, f->fd[i], i);
	return s;
}

/* All mounts of a name space, in list if that is not nil; how many. */
static int
mounts(Pgrp *pg, Mount **list)
{
	Mhead *mh;
	Mount *m;
	int i, n;

	n = 0;
	for(i = 0; i < MNTHASH; i++)
		for(mh = pg->mnthash[i]; mh != nil; mh = mh->hash)
			for(m = mh->mount; m != nil; m = m->next){
				if(list != nil)
					list[n] = m;
				n++;
			}
	return n;
}

static int
older(const void *a, const void *b)
{
	ulong i, j;

	i = (*(Mount**)a)->mountid;
	j = (*(Mount**)b)->mountid;
	return i < j? -1: i > j;
}

static char*
flagtext(int flag, char *s)
{
	char *p;

	p = s;
	*p++ = '-';
	if((flag & MORDER) == MAFTER)
		*p++ = 'a';
	if((flag & MORDER) == MBEFORE)
		*p++ = 'b';
	if(flag & MCREATE)
		*p++ = 'c';
	if(flag & MCACHE)
		*p++ = 'C';
	if(p == s+1)
		p = s;
	*p = 0;
	return s;
}

static char*
mountline(char *p, char *e, Mount *m)
{
	char flag[8], *srv;

	flagtext(m->mflag, flag);
	if(m->to->mchan != nil){
		srv = srvname(m->to->mchan);
		p = seprint(p, e, "mount %s %s%s", flag, srv == nil? "": "#s/",
			srv == nil? chanpath(m->to->mchan): srv);
		return seprint(p, e, " %s %s\n", chanpath(m->head->from), m->spec == nil? "": m->spec);
	}
	return seprint(p, e, "bind %s %s %s\n", flag, chanpath(m->to), chanpath(m->head->from));
}

static int
mountlen(Mount *m)
{
	char *srv;
	int n;

	n = Nsline + strlen(chanpath(m->to)) + strlen(chanpath(m->head->from));
	if(m->to->mchan != nil){
		srv = srvname(m->to->mchan);
		n += srv == nil? strlen(chanpath(m->to->mchan)): strlen(srv);
	}
	if(m->spec != nil)
		n += strlen(m->spec);
	return n;
}

/*
 * In the order the mounts were made, so that rc can make them again.  Nothing
 * here sleeps: what was counted stays so.
 */
char*
procns(Proc *p)
{
	Mount **list;
	char *s, *t, *e;
	int i, n, len;

	if(p->pgrp == nil || p->dot == nil)
		error(Eprocdied);
	n = mounts(p->pgrp, nil);
	list = smalloc((n+1)*sizeof list[0]);
	if(waserror()){
		free(list);
		nexterror();
	}
	mounts(p->pgrp, list);
	qsort(list, n, sizeof list[0], older);
	len = strlen(chanpath(p->dot)) + Nsline;
	for(i = 0; i < n; i++)
		len += mountlen(list[i]);
	t = s = smalloc(len);
	e = s+len;
	for(i = 0; i < n; i++)
		t = mountline(t, e, list[i]);
	seprint(t, e, "cd %s\n", chanpath(p->dot));
	poperror();
	free(list);
	return s;
}

/* As await gives it; whoever asks first gets the record. */
long
procwaitread(Proc *p, void *buf, long n)
{
	char line[2*ERRMAX+4*12];
	Waitq w;

	qunlock(&p->debug);
	procwait(p, &w);
	snprint(line, sizeof line, "%lud %lud %lud %lud %q", w.pid, w.time[0], w.time[1], w.time[2], w.msg);
	return readstr(0, buf, n, line);
}
