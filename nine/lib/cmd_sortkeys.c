/* SPDX-License-Identifier: MIT */
/*
 * sort's comparisons: finding a key in a line, and the orders there are
 * (text with parts ignored or folded, numbers, months).
 */
#include "u.h"
#include "libc.h"
#include "../cmd/sort.h"

Rune tab;

static int
isblank(int c)
{
	return c == ' ' || c == '\t';
}

static char*
skipblank(char *p, char *e)
{
	while(p < e && isblank(*p))
		p++;
	return p;
}

static int
nextrune(char **p, char *e)
{
	Rune r;

	if((uchar)**p < Runeself)
		return *(*p)++;
	if(!fullrune(*p, e-*p)){
		(*p)++;
		return Runeerror;
	}
	*p += chartorune(&r, *p);
	return r;
}

/* past one field; with a tab character also past that, unless it is the last */
static char*
skipfield(char *p, char *e, int intotab)
{
	char *q;

	if(tab == 0){
		p = skipblank(p, e);
		while(p < e && !isblank(*p))
			p++;
		return p;
	}
	while(p < e){
		q = p;
		if((Rune)nextrune(&p, e) == tab)
			return intotab ? p : q;
	}
	return e;
}

static char*
position(char *p, char *e, Pos *pos, int blank)
{
	int i;

	for(i = 0; i < pos->field && p < e; i++)
		p = skipfield(p, e, 1);
	if(blank)
		p = skipblank(p, e);
	for(i = 0; i < pos->chars && p < e; i++)
		nextrune(&p, e);
	return p;
}

static void
keypart(Line *l, Key *k, char **beg, char **end)
{
	char *e;

	e = l->s + l->n;
	*beg = position(l->s, e, &k->beg, k->flags & Blank1);
	*end = e;
	if(k->hasend){
		*end = position(l->s, e, &k->end, k->flags & Blank2);
		if(k->wholefield)
			*end = skipfield(*end, e, 0);
		else if(tab != 0 && k->end.field > 0 && k->end.chars == 0 && *end > l->s && *end < e)
			(*end)--;	/* just before, so without the separator */
	}
	if(*end < *beg)
		*end = *beg;
}

/* value of a number as text: sign, digits before and after the point */
typedef struct Num Num;
struct Num
{
	int	sign;			/* -1, 0, 1 */
	char	*whole;
	int	nwhole;
	char	*frac;
	int	nfrac;
};

static char*
digits(char *p, char *e)
{
	while(p < e && '0' <= *p && *p <= '9')
		p++;
	return p;
}

static void
number(char *p, char *e, Num *n)
{
	char *q;

	n->sign = 1;
	p = skipblank(p, e);
	if(p < e && (*p == '-' || *p == '+'))
		n->sign = *p++ == '-' ? -1 : 1;
	while(p < e && *p == '0')
		p++;
	q = digits(p, e);
	n->whole = p;
	n->nwhole = q-p;
	n->frac = q;
	n->nfrac = 0;
	if(q < e && *q == '.'){
		p = q+1;
		q = digits(p, e);
		while(q > p && q[-1] == '0')
			q--;
		n->frac = p;
		n->nfrac = q-p;
	}
	if(n->nwhole == 0 && n->nfrac == 0)
		n->sign = 0;
}

static int
numcmp(char *a, char *ae, char *b, char *be)
{
	Num x, y;
	int c, n;

	number(a, ae, &x);
	number(b, be, &y);
	if(x.sign != y.sign)
		return x.sign < y.sign ? -1 : 1;
	if((c = x.nwhole - y.nwhole) == 0
	&& (c = memcmp(x.whole, y.whole, x.nwhole)) == 0){
		n = x.nfrac < y.nfrac ? x.nfrac : y.nfrac;
		if((c = memcmp(x.frac, y.frac, n)) == 0)
			c = x.nfrac - y.nfrac;
	}
	return c*x.sign;
}

static double
general(char *p, char *e)
{
	char buf[128];
	long n;

	p = skipblank(p, e);
	n = e-p < (long)sizeof buf - 1 ? e-p : (long)sizeof buf - 1;
	memmove(buf, p, n);
	buf[n] = 0;
	return strtod(buf, nil);
}

static int
gencmp(char *a, char *ae, char *b, char *be)
{
	double x, y;

	x = general(a, ae);
	y = general(b, be);
	return x < y ? -1 : x > y;
}

/* 0 for what is no month: before January */
static int
month(char *p, char *e)
{
	static char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int i;

	p = skipblank(p, e);
	if(e-p >= 3)
		for(i = 0; i < 12; i++)
			if(cistrncmp(p, names+3*i, 3) == 0)
				return i+1;
	return 0;
}

static int
significant(int r, int flags)
{
	if((flags & White) && isblank(r))
		return 0;
	if((flags & Ignore) && (r < ' ' || r > '~'))
		return 0;
	if((flags & Dict) && !isblank(r) && !isalpharune(r) && !isdigitrune(r))
		return 0;
	return 1;
}

/* the next rune that counts, folded; -1 at the end */
static int
textrune(char **p, char *e, int flags)
{
	int r;

	while(*p < e){
		r = nextrune(p, e);
		if(significant(r, flags))
			return flags & Fold ? (int)toupperrune(r) : r;
	}
	return -1;
}

int
textcmp(char *a, char *ae, char *b, char *be, int flags)
{
	long na, nb;
	int c, d;

	if((flags & (Dict|Fold|Ignore|White)) == 0){
		na = ae-a;
		nb = be-b;
		c = memcmp(a, b, na < nb ? na : nb);
		return c != 0 ? c : na < nb ? -1 : na > nb;
	}
	do{
		c = textrune(&a, ae, flags);
		d = textrune(&b, be, flags);
	}while(c == d && c >= 0);
	return c - d;
}

int
keycmp(Line *a, Line *b, Key *k)
{
	char *p, *pe, *q, *qe;
	int c;

	keypart(a, k, &p, &pe);
	keypart(b, k, &q, &qe);
	if(k->flags & Month)
		c = month(p, pe) - month(q, qe);
	else if(k->flags & Numeric)
		c = numcmp(p, pe, q, qe);
	else if(k->flags & General)
		c = gencmp(p, pe, q, qe);
	else
		c = textcmp(p, pe, q, qe, k->flags);
	return k->flags & Reverse ? -c : c;
}
