/* SPDX-License-Identifier: MIT */
/*
 * Elementary functions, by the x87.  Programs start with its precision at 53
 * bits, which spoils what is made of several steps: these run at 64.
 */
#include "u.h"
#include "libc.h"

/* 2^st0, in whole and part */
#define	POWER2	"fld %%st\n\tfrndint\n\tfxch\n\tfsub %%st(1), %%st\n\tf2xm1\n\tfld1\n\tfaddp\n\tfscale\n\tfstp %%st(1)"
#define	PRECISELY(code)	"fnstcw %[old]\n\tmovzwl %[old], %%eax\n\torw $0x300, %%ax\n\tmovw %%ax, %[new]\n\tfldcw %[new]\n\t" \
	code "\n\tfldcw %[old]"

/* Plan 9 has the exceptions that trap as ones */
ulong
getfcr(void)
{
	ushort cw;

	asm volatile("fnstcw %0" : "=m"(cw));
	return cw ^ 0x3F;
}

void
setfcr(ulong fcr)
{
	ushort cw;

	cw = (ushort)(fcr ^ 0x3F);
	asm volatile("fnclex\n\tfldcw %0" : : "m"(cw));
}

double
sin(double x)
{
	if(isInf(x, 0))
		return NaN();
	asm("fsin" : "+t"(x));
	return x;
}

double
cos(double x)
{
	if(isInf(x, 0))
		return NaN();
	asm("fcos" : "+t"(x));
	return x;
}

double
tan(double x)
{
	return sin(x)/cos(x);
}

double
atan2(double y, double x)
{
	double r;

	asm("fpatan" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
	return r;
}

double
atan(double x)
{
	return atan2(x, 1);
}

double
asin(double x)
{
	if(!(x >= -1 && x <= 1))
		return NaN();
	return atan2(x, sqrt((1-x)*(1+x)));
}

double
acos(double x)
{
	if(!(x >= -1 && x <= 1))
		return NaN();
	return atan2(sqrt((1-x)*(1+x)), x);
}

/* constant * log2(x) */
double
log(double x)
{
	if(x < 0 || isNaN(x))
		return NaN();
	if(x == 0)
		return Inf(-1);
	asm("fldln2\n\tfxch\n\tfyl2x" : "+t"(x) : : "st(7)");
	return x;
}

double
log10(double x)
{
	if(x < 0 || isNaN(x))
		return NaN();
	if(x == 0)
		return Inf(-1);
	asm("fldlg2\n\tfxch\n\tfyl2x" : "+t"(x) : : "st(7)");
	return x;
}

/* x^y, x > 0 */
static double
power(double x, double y)
{
	ushort old, new;
	double r;

	asm(PRECISELY("fyl2x\n\t" POWER2)
		: "=t"(r), [old]"=m"(old), [new]"=m"(new) : "0"(x), "u"(y) : "st(1)", "st(7)", "ax");
	return r;
}

double
exp(double x)
{
	ushort old, new;

	if(isNaN(x))
		return x;
	if(x > 709.78271289338397)
		return Inf(1);
	if(x < -745.2)
		return 0;
	asm(PRECISELY("fldl2e\n\tfmulp\n\t" POWER2)
		: "+t"(x), [old]"=m"(old), [new]"=m"(new) : : "st(6)", "st(7)", "ax");
	return x;
}

double
pow(double x, double y)
{
	double whole;
	int neg;

	if(y == 0 || x == 1)
		return 1;
	if(isNaN(x) || isNaN(y))
		return NaN();
	neg = 0;
	if(x < 0){
		if(modf(y, &whole) != 0)
			return NaN();
		neg = modf(whole/2, &whole) != 0;
		x = -x;
	}
	if(x == 0)
		x = y > 0 ? 0 : Inf(1);
	else if(isInf(x, 1))
		x = y > 0 ? x : 0;
	else{
		whole = y*(log(x)/0.69314718055994530942);
		x = whole >= 1024 ? Inf(1) : whole < -1076 ? 0 : power(x, y);
	}
	return neg ? -x : x;
}

double
sinh(double x)
{
	if(fabs(x) < 1e-4)
		return x + x*x*x/6;
	return (exp(x) - exp(-x))/2;
}

double
cosh(double x)
{
	return (exp(x) + exp(-x))/2;
}

double
tanh(double x)
{
	double e;

	if(fabs(x) > 20)
		return x < 0 ? -1 : 1;
	if(fabs(x) < 1e-4)
		return x - x*x*x/3;
	e = exp(2*x);
	return (e-1)/(e+1);
}

/* the sign is x's */
double
fmod(double x, double y)
{
	if(y == 0 || isInf(x, 0) || isNaN(x) || isNaN(y))
		return NaN();
	asm("1:\tfprem\n\tfnstsw %%ax\n\ttestb $4, %%ah\n\tjnz 1b" : "+t"(x) : "u"(y) : "ax", "cc");
	return x;
}
