/* SPDX-License-Identifier: MIT */
/* Text to floating point, correctly rounded. */
#include "u.h"
#include "libc.h"
#include "big.h"

enum
{
	Maxdigits	= 900,		/* more cannot matter but for being zero or not */
	Mant		= 53,
	Minexp		= -1074,
};

typedef struct Text Text;
struct Text
{
	char	d[Maxdigits+10];
	int	n;
	int	exp;			/* value is 0.ddd * 10^exp */
};

static int
isdig(int c)
{
	return (uint)c - '0' < 10;
}

static const char*
digits(Text *t, const char *s)
{
	int dot, any, e, neg;
	const char *p;

	t->n = t->exp = 0;
	dot = any = 0;
	for(;; s++){
		if(*s == '.' && !dot){
			dot = 1;
			continue;
		}
		if(!isdig((uchar)*s))
			break;
		any = 1;
		if(t->n > 0 || *s != '0'){
			if(t->n < Maxdigits)
				t->d[t->n++] = *s;
			else if(*s != '0')
				t->d[Maxdigits-1] |= 1;
			t->exp += !dot;
		}else
			t->exp -= dot;
	}
	if(!any)
		return nil;
	if(*s != 'e' && *s != 'E')
		return s;
	p = s+1;
	neg = *p == '-';
	if(*p == '-' || *p == '+')
		p++;
	if(!isdig((uchar)*p))
		return s;
	for(e = 0; isdig((uchar)*p); p++)
		if(e < 100000)
			e = e*10 + *p - '0';
	t->exp += neg ? -e : e;
	return p;
}

static void
tobig(Text *t, Big *b)
{
	int i, j, lead;
	uint w;

	/* zeros in front so that the point falls between words */
	lead = ((-t->exp) % 9 + 9) % 9;
	b->point = (t->exp+lead)/9;
	b->n = 0;
	for(i = -lead; i < t->n; i += 9){
		w = 0;
		for(j = i; j < i+9; j++)
			w = w*10 + (j >= 0 && j < t->n ? (uint)(t->d[j]-'0') : 0);
		b->w[b->n++] = w;
	}
	bigshl(b, 0);			/* drops zero words */
}

static uint
word(Big *b, int i)
{
	return i < b->n ? b->w[i] : 0;
}

/* is the fraction below, at or above one half? */
static int
half(Big *b)
{
	uint w;

	w = b->point < 0 ? 0 : word(b, b->point);
	if(w != Bigword/2)
		return w < Bigword/2 ? -1 : 1;
	return b->n > b->point+1;
}

static uvlong
integer(Big *b)
{
	if(b->point <= 0 || b->n == 0)
		return 0;
	if(b->point == 1)
		return word(b, 0);
	if(b->point == 2)
		return (uvlong)word(b, 0)*Bigword + word(b, 1);
	return ~0ULL;
}

static double
convert(Text *t)
{
	Big b;
	uvlong m;
	int e, h;

	if(t->n == 0 || t->exp < -400)
		return 0;
	if(t->exp > 400)
		return Inf(1);
	tobig(t, &b);
	e = 0;
	while(b.point > 2){
		bigshr(&b, 9);
		e += 9;
	}
	while(integer(&b) >= 1ULL<<Mant){
		bigshr(&b, 1);
		e++;
	}
	while(integer(&b) < 1ULL<<(Mant-1) && e > Minexp){
		h = b.point <= 0 && e > Minexp+29 ? 29 : 1;
		bigshl(&b, h);
		e -= h;
	}
	m = integer(&b);
	h = half(&b);
	if(h > 0 || (h == 0 && (m & 1)))
		m++;
	return ldexp((double)(vlong)m, e);
}

static const char*
special(const char *s, double *v)
{
	if(cistrncmp(s, "nan", 3) == 0){
		*v = NaN();
		return s+3;
	}
	if(cistrncmp(s, "inf", 3) == 0){
		*v = Inf(1);
		return s + (cistrncmp(s, "infinity", 8) == 0 ? 8 : 3);
	}
	return nil;
}

double
strtod(const char *as, char **end)
{
	const char *s, *e;
	double v;
	Text t;
	int neg;

	for(s = as; *s == ' ' || (uint)*s - '\t' < 5; s++)
		;
	neg = *s == '-';
	if(*s == '-' || *s == '+')
		s++;
	v = 0;
	e = special(s, &v);
	if(e == nil && (e = digits(&t, s)) != nil)
		v = convert(&t);
	if(end)
		*end = (char*)(uintptr)(e ? e : as);
	return neg ? -v : v;
}

double
atof(const char *s)
{
	return strtod(s, nil);
}

