/* SPDX-License-Identifier: MIT */
/*
 * Answers one question about a line, does it match, with one table look-up
 * per byte: a deterministic automaton whose states are made when first
 * reached and thrown away when there are too many.  A state is the set of
 * instructions alive, kept sorted so that equal sets are equal memory.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"

typedef struct State State;

enum
{
	Maxstate	= 2000,
	Nhash		= 256,
};

struct State
{
	State	*next[Runeself];	/* nil: not known yet */
	State	*link;			/* hash chain */
	int	matched;		/* REmatch is in the set */
	int	n;
	int	inst[];
};

struct Redfa
{
	Reprog	*prog;
	int	nstate;
	State	*hash[Nhash];
	State	*start;
	int	n;			/* the set being built: */
	int	*set;
	uchar	*in;			/* per instruction: is in the set */
};

/* what consumes nothing is followed at once; $ waits for the line's end */
static void
add(Redfa *d, int pc, int bol, int eol)
{
	Reinst *i;

	for(;;){
		if(d->in[pc])
			return;
		d->in[pc] = 1;
		i = &d->prog->inst[pc];
		switch(i->op){
		case REbol:
			if(!bol)
				return;
			break;
		case REeol:
			if(!eol){
				d->set[d->n++] = pc;
				return;
			}
			break;
		case REsplit:
			add(d, i->alt, bol, eol);
			break;
		case RENop: case REopen: case REclose:
			break;
		default:
			d->set[d->n++] = pc;
			return;
		}
		pc = i->next;
	}
}

static void
clear(Redfa *d)
{
	d->n = 0;
	memset(d->in, 0, d->prog->ninst);
}

/* the set that was built, in order: rebuild it from the flags */
static void
sorted(Redfa *d)
{
	int i, n;

	n = d->n;
	while(n > 0){
		n--;
		d->in[d->set[n]] = 2;
	}
	for(i = 0; n < d->n; i++)
		if(d->in[i] == 2)
			d->set[n++] = i;
}

static void
flush(Redfa *d)
{
	State *s;
	int h;

	for(h = 0; h < Nhash; h++)
		while((s = d->hash[h]) != nil){
			d->hash[h] = s->link;
			free(s);
		}
	d->nstate = 0;
	d->start = nil;
}

/* the state for the set that was built; *flushed if all others are gone */
static State*
state(Redfa *d, int *flushed)
{
	State *s;
	uint h;
	int i;

	sorted(d);
	h = 0;
	for(i = 0; i < d->n; i++)
		h = h*31 + d->set[i];
	h %= Nhash;
	for(s = d->hash[h]; s != nil; s = s->link)
		if(s->n == d->n && memcmp(s->inst, d->set, d->n*sizeof(int)) == 0)
			return s;
	if(d->nstate >= Maxstate){
		flush(d);
		*flushed = 1;
	}
	s = mallocz(sizeof *s + d->n*sizeof(int), 1);
	if(s == nil)
		sysfatal("out of memory");
	s->n = d->n;
	memmove(s->inst, d->set, d->n*sizeof(int));
	for(i = 0; i < d->n; i++)
		if(d->prog->inst[d->set[i]].op == REmatch)
			s->matched = 1;
	s->link = d->hash[h];
	d->hash[h] = s;
	d->nstate++;
	return s;
}

static int
eats(Redfa *d, Reinst *i, Rune r)
{
	switch(i->op){
	case REchar:
		return i->r == (d->prog->fold ? tolowerrune(r) : r);
	case REany:
		return r != '\n';
	case REanynl:
		return 1;
	case REclass:
		return reclasshas(i->class, r, d->prog->fold);
	}
	return 0;
}

static State*
step(Redfa *d, State *s, Rune r)
{
	int i, flushed;
	Reinst *in;
	State *t;

	clear(d);
	for(i = 0; i < s->n; i++){
		in = &d->prog->inst[s->inst[i]];
		if(eats(d, in, r))
			add(d, in->next, 0, 0);
	}
	add(d, d->prog->start, 0, 0);
	flushed = 0;
	t = state(d, &flushed);
	if(!flushed && r < Runeself)
		s->next[r] = t;
	return t;
}

/* at the line's end the instructions waiting for it go on */
static int
atend(Redfa *d, State *s, int bol)
{
	Reinst *in;
	int i;

	clear(d);
	for(i = 0; i < s->n; i++){
		in = &d->prog->inst[s->inst[i]];
		if(in->op == REeol)
			add(d, in->next, bol, 1);
	}
	/* an empty match may begin here: $ alone, or x*$ */
	add(d, d->prog->start, bol, 1);
	for(i = 0; i < d->n; i++)
		if(d->prog->inst[d->set[i]].op == REmatch)
			return 1;
	return 0;
}

Redfa*
redfa(Reprog *prog)
{
	Redfa *d;

	d = mallocz(sizeof *d, 1);
	if(d == nil)
		return nil;
	d->prog = prog;
	d->set = malloc(prog->ninst*sizeof(int));
	d->in = malloc(prog->ninst);
	if(d->set == nil || d->in == nil){
		free(d->set);
		free(d->in);
		free(d);
		return nil;
	}
	return d;
}

/* does the line of n bytes match?  (No newline in it; zeros are runes.) */
int
redfaline(Redfa *d, char *p, long n)
{
	State *s, *t;
	char *end;
	Rune r;
	int flushed;

	flushed = 0;
	if(d->start == nil){
		clear(d);
		add(d, d->prog->start, 1, 0);
		d->start = state(d, &flushed);
	}
	s = d->start;
	for(end = p+n; p < end && !s->matched;){
		if((uchar)*p < Runeself){
			r = (uchar)*p++;
			t = s->next[r];
			s = t != nil ? t : step(d, s, r);
			continue;
		}
		if(fullrune(p, end-p))
			p += chartorune(&r, p);
		else{
			r = Runeerror;
			p++;
		}
		s = step(d, s, r);
	}
	return s->matched || atend(d, s, n == 0);
}
