/* SPDX-License-Identifier: MIT */
/* %e %f %g: exact, rounded half to even. */
#include "u.h"
#include "libc.h"
#include "big.h"

enum
{
	Maxprec	= 340,
};

typedef struct Dec Dec;
struct Dec
{
	char	d[Nword*9+2];		/* digits; the value is 0.ddd * 10^exp */
	int	n;
	int	exp;
};

static void
decimal(Dec *d, double v)
{
	Big b;
	char *p;
	uint w;
	int e, i, j;

	v = frexp(v, &e);
	bigset(&b, (uvlong)ldexp(v, 53));
	for(e -= 53; e > 0; e -= i){
		i = e > 29 ? 29 : e;
		bigshl(&b, i);
	}
	for(; e < 0; e += i){
		i = e < -9 ? 9 : -e;
		bigshr(&b, i);
	}
	d->exp = 9*b.point;
	p = d->d;
	for(i = 0; i < b.n; i++){
		w = b.w[i];
		for(j = 8; j >= 0; j--, w /= 10)
			p[j] = (char)('0' + w%10);
		p += 9;
	}
	d->n = (int)(p - d->d);
	for(i = 0; i < d->n && d->d[i] == '0'; i++)
		;
	d->n -= i;
	d->exp = d->n == 0 ? 1 : d->exp - i;
	memmove(d->d, d->d+i, d->n);
}

/* keep n digits */
static void
roundto(Dec *d, int n)
{
	int i, up;

	if(n < 0)
		n = 0, d->n = 0;
	if(d->n <= n){
		memset(d->d+d->n, '0', n - d->n);
		d->n = n;
		return;
	}
	up = d->d[n] > '5';
	if(d->d[n] == '5'){
		up = n > 0 && (d->d[n-1] & 1);
		for(i = n+1; i < d->n; i++)
			if(d->d[i] != '0')
				up = 1;
	}
	d->n = n;
	if(!up)
		return;
	for(i = n-1; i >= 0 && d->d[i] == '9'; i--)
		d->d[i] = '0';
	if(i >= 0){
		d->d[i]++;
		return;
	}
	memmove(d->d+1, d->d, n);
	d->d[0] = '1';
	d->exp++;
	if(n == 0)
		d->n = 1;
}

static char*
fixed(Dec *d, char *p, int prec, int sharp)
{
	int i;

	if(d->exp <= 0)
		*p++ = '0';
	for(i = 0; i < d->exp; i++)
		*p++ = i < d->n ? d->d[i] : '0';
	if(prec > 0 || sharp)
		*p++ = '.';
	for(i = d->exp; i < d->exp+prec; i++)
		*p++ = i >= 0 && i < d->n ? d->d[i] : '0';
	return p;
}

static char*
scientific(Dec *d, char *p, int prec, int sharp, int e)
{
	int i, x;

	*p++ = d->n > 0 ? d->d[0] : '0';
	if(prec > 0 || sharp)
		*p++ = '.';
	for(i = 1; i <= prec; i++)
		*p++ = i < d->n ? d->d[i] : '0';
	*p++ = (char)e;
	x = d->exp-1;
	*p++ = x < 0 ? '-' : '+';
	if(x < 0)
		x = -x;
	if(x >= 100)
		*p++ = (char)('0' + x/100);
	*p++ = (char)('0' + x/10%10);
	*p++ = (char)('0' + x%10);
	return p;
}

static char*
general(Dec *d, char *p, int prec, int sharp, int e)
{
	if(prec == 0)
		prec = 1;
	roundto(d, prec);
	if(!sharp){
		while(d->n > 1 && d->d[d->n-1] == '0')
			d->n--;
	}
	if(d->exp-1 < -4 || d->exp-1 >= prec)
		return scientific(d, p, (sharp ? prec : d->n)-1, sharp, e);
	prec = (sharp ? prec : d->n) - d->exp;
	return fixed(d, p, prec < 0 ? 0 : prec, sharp);
}

static char*
number(Fmt *f, char *p, double v)
{
	Dec d;
	int prec, sharp;

	if(isNaN(v))
		return strcpy(p, "NaN")+3;
	if(isInf(v, 0))
		return strcpy(p, "Inf")+3;
	prec = f->flags & FmtPrec ? f->prec : 6;
	if(prec > Maxprec)
		prec = Maxprec;
	sharp = (f->flags & FmtSharp) != 0;
	decimal(&d, v);
	switch(f->r){
	case 'f':
		roundto(&d, d.exp+prec);
		return fixed(&d, p, prec, sharp);
	case 'e':
	case 'E':
		roundto(&d, prec+1);
		return scientific(&d, p, prec, sharp, (int)f->r);
	}
	return general(&d, p, prec, sharp, f->r == 'G' ? 'E' : 'e');
}

/* also of zero and infinity; NaNs have no sign */
static int
isneg(double v)
{
	uvlong u;

	memmove(&u, &v, sizeof u);
	return u>>63 != 0 && !isNaN(v);
}

int
fltfmt(Fmt *f)
{
	char buf[2*Maxprec+32], *p, *s, sign;
	double v;
	int n;

	v = va_arg(f->args, double);
	sign = 0;
	if(isneg(v)){
		sign = '-';
		v = fabs(v);
	}else if(f->flags & FmtSign)
		sign = '+';
	else if(f->flags & FmtSpace)
		sign = ' ';
	s = buf+1;
	p = number(f, s, v);
	*p = 0;
	n = (int)(p-s) + (sign != 0);
	if((f->flags & (FmtZero|FmtLeft)) == FmtZero && *s <= '9')
		for(; n < f->width && n < (int)sizeof buf - 2; n++){
			memmove(s+1, s, strlen(s)+1);
			*s = '0';
		}
	if(sign)
		*--s = sign;
	f->flags &= ~(ulong)FmtPrec;
	return fmtstrcpy(f, s);
}
