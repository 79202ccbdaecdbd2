/* SPDX-License-Identifier: MIT */
/*
 * Runs a compiled regular expression over a string of bytes (UTF-8) or of
 * runes: all possible threads in step, so time is at most program times
 * text.  The match is the leftmost, and of those the longest.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"

typedef struct List List;
typedef struct Exec Exec;

enum
{
	Stackwords = 2048,		/* small programs need no malloc */
};

/* one step's threads; a thread is its instruction and its Resubs */
struct List
{
	int	n;
	int	*inst;
	Resub	*sub;
};

struct Exec
{
	Reprog	*prog;
	int	wide;			/* text is runes */
	char	*bot;			/* text's start */
	char	*end;			/* or nil: ends with a zero */
	int	nsub;			/* Resubs kept per thread */
	List	now;
	List	next;
	long	*mark;			/* per instruction: step at which it was added */
	long	step;
	Resub	*best;
	int	matched;
};

int
reclasshas(Reclass *k, Rune r, int fold)
{
	Rune lo, up;
	int i, in;

	lo = fold ? tolowerrune(r) : r;
	up = fold ? toupperrune(r) : r;
	in = 0;
	for(i = 0; i < k->nrange && !in; i++)
		in = (k->range[2*i] <= lo && lo <= k->range[2*i+1])
			|| (k->range[2*i] <= up && up <= k->range[2*i+1]);
	return in != k->negate;
}

/* the rune at p and its size; 0 at the end */
static int
fetch(Exec *x, char *p, Rune *r)
{
	*r = 0;
	if(x->end != nil && p >= x->end)
		return 0;
	if(x->wide){
		*r = *(Rune*)p;
		return sizeof(Rune);
	}
	if((uchar)*p < Runeself){
		*r = (uchar)*p;
		return 1;
	}
	return chartorune(r, p);
}

static int
atbol(Exec *x, char *p)
{
	if(p == x->bot)
		return 1;
	return x->wide ? ((Rune*)p)[-1] == '\n' : p[-1] == '\n';
}

static int
ateol(Exec *x, char *p)
{
	Rune r;

	fetch(x, p, &r);
	return r == 0 || r == '\n';
}

static void
setsub(Exec *x, Resub *sub, Reinst *i, char *p)
{
	if(i->sub >= x->nsub)
		return;
	if(i->op == REopen){
		sub[i->sub].sp = p;
		sub[i->sub].ep = nil;
	}else
		sub[i->sub].ep = p;
}

/*
 * Add the thread at pc, following instructions that consume nothing.
 * sub is changed on the way down and put back on the way up.
 */
static void
add(Exec *x, List *l, int pc, Resub *sub, char *p)
{
	Reinst *i;
	Resub old;

	for(;;){
		if(x->mark[pc] == x->step)
			return;
		x->mark[pc] = x->step;
		i = &x->prog->inst[pc];
		switch(i->op){
		case REbol:
			if(!atbol(x, p))
				return;
			break;
		case REeol:
			if(!ateol(x, p))
				return;
			break;
		case RENop:
			break;
		case REsplit:
			add(x, l, i->next, sub, p);
			pc = i->alt;
			continue;
		case REopen:
		case REclose:
			if(i->sub >= x->nsub)
				break;
			old = sub[i->sub];
			setsub(x, sub, i, p);
			add(x, l, i->next, sub, p);
			sub[i->sub] = old;
			return;
		default:
			l->inst[l->n] = pc;
			memmove(&l->sub[l->n*x->nsub], sub, x->nsub*sizeof(Resub));
			l->n++;
			return;
		}
		pc = i->next;
	}
}

static int
eats(Reprog *prog, Reinst *i, Rune r)
{
	switch(i->op){
	case REchar:
		return i->r == (prog->fold ? tolowerrune(r) : r);
	case REany:
		return r != '\n';
	case REanynl:
		return 1;
	case REclass:
		return reclasshas(i->class, r, prog->fold);
	}
	return 0;
}

/* a thread has reached the end: leftmost, then longest */
static void
found(Exec *x, Resub *sub, char *p)
{
	if(x->matched && (sub->sp > x->best->sp
	|| (sub->sp == x->best->sp && p <= x->best->ep)))
		return;
	memmove(x->best, sub, x->nsub*sizeof(Resub));
	x->best->ep = p;
	x->matched = 1;
}

static void
step(Exec *x, Rune r, int n, char *p)
{
	Resub *sub;
	Reinst *i;
	List l;
	int t;

	x->step++;
	x->next.n = 0;
	for(t = 0; t < x->now.n; t++){
		i = &x->prog->inst[x->now.inst[t]];
		sub = &x->now.sub[t*x->nsub];
		if(i->op == REmatch)
			found(x, sub, p);
		else if(n > 0 && eats(x->prog, i, r))
			add(x, &x->next, i->next, sub, p+n);
	}
	l = x->now;
	x->now = x->next;
	x->next = l;
}

/* if every match starts with one certain byte, which? else 0 */
static int
firstbyte(Exec *x)
{
	Reinst *i;

	if(x->wide || x->end != nil || x->prog->fold)
		return 0;
	for(i = &x->prog->inst[x->prog->start]; i->op == RENop || i->op == REopen;)
		i = &x->prog->inst[i->next];
	return i->op == REchar && i->r < Runeself ? (int)i->r : 0;
}

static int
run(Exec *x, char *p, Resub *fresh)
{
	int c, n;
	Rune r;

	c = firstbyte(x);
	for(x->step = 1;;){
		if(!x->matched){
			if(c != 0 && x->now.n == 0 && (p = strchr(p, c)) == nil)
				break;
			/* marks of this step are those of the threads in now */
			fresh->sp = p;
			add(x, &x->now, x->prog->start, fresh, p);
		}
		if(x->now.n == 0 && x->matched)
			break;
		n = fetch(x, p, &r);
		if(r == 0)
			n = 0;
		step(x, r, n, p);
		if(n == 0)
			break;
		p += n;
	}
	return x->matched;
}

/* carve the work areas out of one piece of memory */
static ulong
layout(Exec *x, char *mem)
{
	ulong ninst, subs;
	char *p;

	ninst = x->prog->ninst;
	subs = ninst*x->nsub*sizeof(Resub);
	p = mem;
	x->best = (Resub*)p;
	p += x->nsub*sizeof(Resub);
	x->now.sub = (Resub*)p;
	p += subs;
	x->next.sub = (Resub*)p;
	p += subs;
	x->mark = (long*)p;
	p += ninst*sizeof(long);
	x->now.inst = (int*)p;
	p += ninst*sizeof(int);
	x->next.inst = (int*)p;
	p += ninst*sizeof(int);
	return p - mem;
}

static int
match(Reprog *prog, char *s, Resub *mp, int ms, int wide)
{
	Resub fresh[REmaxsub];
	long small[Stackwords];
	char *mem, *from;
	ulong n;
	Exec x;
	int ok;

	memset(&x, 0, sizeof x);
	x.prog = prog;
	x.wide = wide;
	x.bot = s;
	x.nsub = ms;
	if(x.nsub > prog->nsub)
		x.nsub = prog->nsub;
	if(x.nsub > REmaxsub)
		x.nsub = REmaxsub;
	if(mp == nil || x.nsub < 1)
		x.nsub = 1;
	from = s;
	if(mp != nil && ms > 0){
		if(mp->sp != nil)
			from = mp->sp;
		x.end = mp->ep;
	}
	n = layout(&x, nil);
	mem = n <= sizeof small ? (char*)small : malloc(n);
	if(mem == nil)
		return -1;
	memset(mem, 0, n);
	layout(&x, mem);
	memset(fresh, 0, sizeof fresh);
	ok = run(&x, from, fresh);
	if(ok && mp != nil && ms > 0){
		memset(mp, 0, ms*sizeof *mp);
		memmove(mp, x.best, x.nsub*sizeof *mp);
	}
	if(mem != (char*)small)
		free(mem);
	return ok;
}

int
regexec(Reprog *prog, char *s, Resub *mp, int ms)
{
	return match(prog, s, mp, ms, 0);
}

int
rregexec(Reprog *prog, Rune *s, Resub *mp, int ms)
{
	return match(prog, (char*)s, mp, ms, 1);
}
