/* SPDX-License-Identifier: MIT */
/* dc: arithmetic, as on paper, digit by digit. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "dc.h"

Num*
numnew(int n)
{
	Num *a;

	if(n > Maxdigits)
		oops("number too long");
	a = mallocz(sizeof *a, 1);
	if(a != nil)
		a->d = mallocz(n+1, 1);
	if(a == nil || a->d == nil)
		sysfatal("no memory");
	a->n = n;
	return a;
}

void
numfree(Num *a)
{
	if(a != nil){
		free(a->d);
		free(a);
	}
}

/* no zeros at the top; no -0 */
Num*
trim(Num *a)
{
	while(a->n > 0 && a->d[a->n-1] == 0)
		a->n--;
	if(a->n == 0)
		a->neg = 0;
	return a;
}

Num*
numcopy(Num *a)
{
	Num *c;

	c = numnew(a->n);
	c->neg = a->neg;
	c->scale = a->scale;
	memmove(c->d, a->d, a->n);
	return c;
}

Num*
numint(long v)
{
	Num *a;
	ulong u;
	int i;

	a = numnew(12);
	a->neg = v < 0;
	u = v < 0 ? -(ulong)v : (ulong)v;
	for(i = 0; u > 0; u /= 10)
		a->d[i++] = u%10;
	return trim(a);
}

/* a times 10^k, as whole numbers; k < 0 cuts digits off */
Num*
shifted(Num *a, int k)
{
	Num *c;

	if(k < 0 && -k >= a->n)
		return numnew(0);
	c = numnew(a->n+k);
	if(k >= 0)
		memmove(c->d+k, a->d, a->n);
	else
		memmove(c->d, a->d-k, a->n+k);
	c->neg = a->neg;
	return trim(c);
}

/* a with another scale, cut not rounded */
static Num*
rescaled(Num *a, int scale)
{
	Num *c;

	c = shifted(a, scale - a->scale);
	c->scale = scale;
	return c;
}

long
numlong(Num *a)
{
	long v;
	int i;

	v = 0;
	for(i = a->n-1; i >= a->scale; i--){
		if(v > 200000000)
			oops("number too big");
		v = v*10 + a->d[i];
	}
	return a->neg ? -v : v;
}

/* of whole numbers without their signs */
static int
cmpmag(Num *a, Num *b)
{
	int i;

	if(a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for(i = a->n-1; i >= 0; i--)
		if(a->d[i] != b->d[i])
			return a->d[i] < b->d[i] ? -1 : 1;
	return 0;
}

Num*
addmag(Num *a, Num *b)
{
	Num *c;
	int i, s, n;

	n = a->n > b->n ? a->n : b->n;
	c = numnew(n+1);
	s = 0;
	for(i = 0; i <= n; i++){
		s += (i < a->n ? a->d[i] : 0) + (i < b->n ? b->d[i] : 0);
		c->d[i] = s%10;
		s /= 10;
	}
	return trim(c);
}

/* a >= b */
Num*
submag(Num *a, Num *b)
{
	Num *c;
	int i, s;

	c = numnew(a->n);
	s = 0;
	for(i = 0; i < a->n; i++){
		s += a->d[i] - (i < b->n ? b->d[i] : 0);
		c->d[i] = (s+10)%10;
		s = s < 0 ? -1 : 0;
	}
	return trim(c);
}

Num*
mulmag(Num *a, Num *b)
{
	Num *c;
	int i, j, s;

	c = numnew(a->n+b->n+1);
	for(i = 0; i < a->n; i++){
		if(a->d[i] == 0)
			continue;
		s = 0;
		for(j = 0; j < b->n || s > 0; j++){
			s += c->d[i+j] + a->d[i]*(j < b->n ? b->d[j] : 0);
			c->d[i+j] = s%10;
			s /= 10;
		}
	}
	return trim(c);
}

/* the digits of r, which has room, minus those of b from digit k on; 0: r is less there */
static int
take(uchar *r, int n, Num *b, int k)
{
	int i, s;

	for(i = n-1; i >= k; i--){
		s = i-k < b->n ? b->d[i-k] : 0;
		if(r[i] != s){
			if(r[i] < s)
				return 0;
			break;
		}
	}
	s = 0;
	for(i = k; i < n && (i-k < b->n || s != 0); i++){
		s += r[i] - (i-k < b->n ? b->d[i-k] : 0);
		r[i] = (s+10)%10;
		s = s < 0 ? -1 : 0;
	}
	return 1;
}

Num*
divmag(Num *a, Num *b)
{
	Num *q, *r;
	int k, top;

	if(b->n == 0)
		oops("divide by 0");
	if(a->n < b->n)
		return numnew(0);
	q = numnew(a->n - b->n + 1);
	r = numcopy(a);
	for(k = q->n-1; k >= 0; k--){
		top = k+b->n+1;
		if(top > r->n)
			top = r->n;
		while(take(r->d, top, b, k))
			q->d[k]++;
	}
	numfree(r);
	return trim(q);
}

Num*
numadd(Num *a, Num *b, int subtract)
{
	Num *x, *y, *c;
	int scale, yneg;

	scale = a->scale > b->scale ? a->scale : b->scale;
	x = rescaled(a, scale);
	y = rescaled(b, scale);
	yneg = subtract ? !y->neg : y->neg;
	if(x->neg == yneg){
		c = addmag(x, y);
		c->neg = x->neg;
	}else if(cmpmag(x, y) >= 0){
		c = submag(x, y);
		c->neg = x->neg;
	}else{
		c = submag(y, x);
		c->neg = yneg;
	}
	c->scale = scale;
	numfree(x);
	numfree(y);
	return trim(c);
}

int
numcmp(Num *a, Num *b)
{
	Num *c;
	int r;

	c = numadd(a, b, 1);
	r = c->n == 0 ? 0 : c->neg ? -1 : 1;
	numfree(c);
	return r;
}

Num*
nummul(Num *a, Num *b, int s)
{
	Num *c, *d;
	int m;

	c = mulmag(a, b);
	c->neg = a->neg != b->neg;
	c->scale = a->scale+b->scale;
	m = s > a->scale ? s : a->scale;
	if(b->scale > m)
		m = b->scale;
	if(c->scale > m){
		d = rescaled(c, m);
		numfree(c);
		c = d;
	}
	return trim(c);
}

Num*
numdiv(Num *a, Num *b, int s)
{
	Num *x, *c;

	x = shifted(a, s + b->scale - a->scale);
	c = divmag(x, b);
	c->neg = a->neg != b->neg;
	c->scale = s;
	numfree(x);
	return trim(c);
}

Num*
nummod(Num *a, Num *b, int s)
{
	Num *q, *p, *c;

	q = numdiv(a, b, s);
	p = nummul(q, b, s + b->scale);
	c = numadd(a, p, 1);
	numfree(q);
	numfree(p);
	return c;
}

Num*
numpow(Num *a, Num *b, int s)
{
	Num *c, *x, *t;
	long e, k;
	int scale;

	e = numlong(b);
	k = e < 0 ? -e : e;
	scale = a->scale > s ? a->scale : s;
	if(a->scale > 0 && k < scale/a->scale + 1 && a->scale*k < scale)
		scale = a->scale*k;
	c = numint(1);
	x = numcopy(a);
	for(; k > 0; k >>= 1){
		if(k & 1){
			t = nummul(c, x, c->scale+x->scale);
			numfree(c);
			c = t;
		}
		if(k > 1){
			t = nummul(x, x, 2*x->scale);
			numfree(x);
			x = t;
		}
	}
	numfree(x);
	if(e < 0){
		x = numint(1);
		t = numdiv(x, c, s);
		numfree(x);
	}else
		t = rescaled(c, c->scale < scale ? c->scale : scale);
	numfree(c);
	return t;
}

/* Newton's way from above, in whole numbers */
Num*
numsqrt(Num *a, int s)
{
	Num *x, *r, *q, *t, *two;
	int scale;

	if(a->neg)
		oops("sqrt of neg number");
	scale = a->scale > s ? a->scale : s;
	x = shifted(a, 2*scale - a->scale);
	two = numint(2);
	r = numnew(x->n == 0 ? 0 : x->n/2 + 2);
	if(r->n > 0)
		r->d[r->n-1] = 1;
	while(r->n > 0){
		q = divmag(x, r);
		t = addmag(r, q);
		numfree(q);
		q = divmag(t, two);
		numfree(t);
		if(cmpmag(q, r) >= 0)
			break;
		numfree(r);
		r = q;
	}
	numfree(x);
	numfree(two);
	r->scale = scale;
	return r;
}
