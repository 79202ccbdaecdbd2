/* SPDX-License-Identifier: MIT */
/* dc: numbers from and to text, in any base. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "dc.h"

static int
digit(int c)
{
	if('0' <= c && c <= '9')
		return c-'0';
	if('A' <= c && c <= 'F')
		return c-'A'+10;
	return c-'a'+10;
}

/* c*base + v */
static Num*
append(Num *c, Num *base, int v)
{
	Num *t, *u, *w;

	t = mulmag(c, base);
	u = numint(v);
	w = addmag(t, u);
	numfree(c);
	numfree(t);
	numfree(u);
	return w;
}

/* _12.5; the digits behind the point count in the base too, to as many places */
Num*
numparse(char *s, int base)
{
	Num *c, *b, *p, *t;
	int neg, frac;

	neg = *s == '_';
	if(neg)
		s++;
	b = numint(base);
	c = numint(0);
	for(; *s && *s != '.'; s++)
		c = append(c, b, digit(*s));
	if(*s == '.'){
		p = numint(1);
		frac = 0;
		for(s++; *s; s++, frac++){
			c = append(c, b, digit(*s));
			p = append(p, b, 0);
		}
		t = numdiv(c, p, frac);
		numfree(c);
		numfree(p);
		c = t;
	}
	numfree(b);
	c->neg = neg;
	return trim(c);
}

static char*
room(int n)
{
	char *s;

	s = mallocz(n, 1);
	if(s == nil)
		sysfatal("no memory");
	return s;
}

static char*
decimal(Num *a)
{
	char *s, *t;
	int i;

	s = t = room(a->n + a->scale + 4);
	if(a->neg)
		*t++ = '-';
	for(i = a->n > a->scale ? a->n-1 : a->scale-1; i >= 0; i--){
		if(i == a->scale-1)
			*t++ = '.';
		*t++ = '0' + (i < a->n ? a->d[i] : 0);
	}
	*t = 0;
	return s;
}

/* one digit of a base: a character, or behind a blank as many decimals as the base needs */
static char*
putdigit(char *t, int v, int base)
{
	int w, b;

	if(base <= 16){
		*t++ = "0123456789abcdef"[v];
		return t;
	}
	w = 0;
	for(b = base-1; b > 0; b /= 10)
		w++;
	return t + sprint(t, " %.*d", w, v);
}

/* digits of the whole number a, highest first */
static char*
whole(char *t, Num *a, int base)
{
	int *v, n, max;
	Num *b, *p, *q, *r, *x;

	max = a->n*4 + 2;
	v = malloc(max*sizeof v[0]);
	if(v == nil)
		sysfatal("no memory");
	b = numint(base);
	x = numcopy(a);
	for(n = 0; x->n > 0; n++){
		q = divmag(x, b);
		p = mulmag(q, b);
		r = submag(x, p);
		v[n] = (int)numlong(r);
		numfree(p);
		numfree(x);
		numfree(r);
		x = q;
	}
	numfree(x);
	numfree(b);
	while(n > 0)
		t = putdigit(t, v[--n], base);
	free(v);
	return t;
}

/* a-b, which spends both */
static Num*
less(Num *a, Num *b)
{
	Num *c;

	c = submag(a, b);
	numfree(a);
	numfree(b);
	return c;
}

char*
numtext(Num *a, int base)
{
	Num *w, *f, *b, *t;
	char *s, *e;
	double places;

	if(a->n == 0)
		return strdup("0");
	if(base == 10)
		return decimal(a);
	s = e = room((a->n + a->scale)*12 + 64);
	if(a->neg)
		*e++ = '-';
	w = shifted(a, -a->scale);
	w->neg = 0;
	e = whole(e, w, base);
	if(a->scale > 0){
		*e++ = '.';
		t = shifted(w, a->scale);
		f = numcopy(a);
		f->neg = 0;
		f = less(f, t);
		b = numint(base);
		/* as many places as 10^-scale takes */
		for(places = a->scale; places > 0; places -= log10(base)){
			t = mulmag(f, b);
			numfree(f);
			numfree(w);
			w = shifted(t, -a->scale);
			e = putdigit(e, (int)numlong(w), base);
			f = less(t, shifted(w, a->scale));
		}
		numfree(f);
		numfree(b);
	}
	numfree(w);
	*e = 0;
	return s;
}
