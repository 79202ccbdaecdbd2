/* SPDX-License-Identifier: MIT */
/* Floating point by its bits: sign, 11 of exponent, 52 of fraction. */
#include "u.h"
#include "libc.h"

typedef union Bits Bits;
union Bits
{
	double	d;
	uvlong	u;
};

enum
{
	Expmask	= 0x7FF,
	Bias	= 1022,			/* for a fraction in [1/2, 1) */
	Shift	= 52,
};

static int
expof(Bits b)
{
	return (int)(b.u>>Shift) & Expmask;
}

double
NaN(void)
{
	Bits b;

	b.u = 0x7FF8000000000000ULL;
	return b.d;
}

double
Inf(int sign)
{
	Bits b;

	b.u = sign < 0 ? 0xFFF0000000000000ULL : 0x7FF0000000000000ULL;
	return b.d;
}

/* by the bits: comparing may trap, as invalid operations are not masked */
int
isNaN(double d)
{
	Bits b;

	b.d = d;
	return b.u<<1 > 0x7FFULL<<53;
}

int
isInf(double d, int sign)
{
	Bits b;

	b.d = d;
	if(b.u<<1 != 0x7FFULL<<53)
		return 0;
	return sign == 0 || (sign < 0) == (b.u>>63 != 0);
}

double
fabs(double d)
{
	Bits b;

	b.d = d;
	b.u &= ~0ULL>>1;
	return b.d;
}

double
frexp(double d, int *ep)
{
	Bits b;

	*ep = 0;
	b.d = d;
	if(d == 0 || expof(b) == Expmask)
		return d;
	if(expof(b) == 0){		/* denormal */
		b.d = d * (double)(1ULL<<54);
		*ep = -54;
	}
	*ep += expof(b) - Bias;
	b.u = (b.u & ~((uvlong)Expmask<<Shift)) | (uvlong)Bias<<Shift;
	return b.d;
}

static double
power2(int e)
{
	Bits b;

	b.u = (uvlong)(e+Bias+1)<<Shift;
	return b.d;
}

/* too big is infinite here, without the trap that arithmetic would raise */
double
ldexp(double d, int e)
{
	int has;

	if(d == 0 || isNaN(d) || isInf(d, 0))
		return d;
	d = frexp(d, &has);
	if(e > 5000)
		e = 5000;
	e += has;
	if(e > 1024)
		return Inf(d < 0 ? -1 : 1);
	if(e < -1100)
		return d < 0 ? -0.0 : 0;
	if(e > 1000)
		return d*2 * power2(e-1);
	if(e >= -1000)
		return d * power2(e);
	return d * power2(-1000) * power2(e+1000);
}

double
modf(double d, double *ip)
{
	Bits b;
	int e;

	b.d = d;
	e = expof(b) - Bias;		/* bits before the point */
	if(e <= 0)
		b.u &= 1ULL<<63;
	else if(e < 53)
		b.u &= ~0ULL<<(53-e);
	*ip = b.d;
	return isInf(d, 0) ? 0 : d - b.d;
}

double
floor(double d)
{
	double i;

	return modf(d, &i) < 0 ? i-1 : i;
}

double
ceil(double d)
{
	double i;

	return modf(d, &i) > 0 ? i+1 : i;
}

double
sqrt(double d)
{
	if(d < 0)
		return NaN();
	__asm__("fsqrt" : "+t"(d));
	return d;
}

/* what the compiler calls to turn a double into 64 unsigned bits */
uvlong	__fixunsdfdi(double);

uvlong
__fixunsdfdi(double d)
{
	double big;

	big = (double)(1ULL<<62)*2;
	if(d >= big)
		return (uvlong)(vlong)(d-big) + (1ULL<<63);
	return (uvlong)(vlong)d;
}
