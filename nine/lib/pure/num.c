/* SPDX-License-Identifier: MIT */
/* Text to integers.  Out of range gives the nearest value there is. */
#include "u.h"
#include "lib.h"

enum
{
	Overflow	= 1,
	Negative	= 2,
};

static int
digit(int c)
{
	if((uint)c - '0' < 10)
		return c - '0';
	if(((uint)c | 32) - 'a' < 26)
		return (c | 32) - 'a' + 10;
	return 99;
}

/*
 * The common part: blanks, sign, base by prefix when 0.  max is the largest
 * magnitude the caller can take.
 */
static uvlong
scan(const char *s, char **end, int base, uvlong max, int *flags)
{
	const char *start;
	uvlong v;
	int d;

	*flags = 0;
	start = s;
	v = 0;
	while(*s == ' ' || (uint)*s - '\t' < 5)
		s++;
	if(*s == '-' || *s == '+')
		if(*s++ == '-')
			*flags |= Negative;
	if((base == 0 || base == 16) && s[0] == '0' && (s[1] | 32) == 'x' && digit(s[2]) < 16){
		s += 2;
		base = 16;
	}
	if(base == 0)
		base = *s == '0' ? 8 : 10;
	if(base >= 2 && base <= 36 && digit((uchar)*s) < base){
		for(; (d = digit((uchar)*s)) < base; s++){
			if(v > (max - d) / base)
				*flags |= Overflow;
			v = v*base + d;
		}
		start = s;
	}
	if(end)
		*end = (char*)(uintptr)start;
	return *flags & Overflow ? max : v;
}

static vlong
scansigned(const char *s, char **end, int base, uvlong max)
{
	uvlong v;
	int flags;

	v = scan(s, end, base, max+1, &flags);
	if(flags & Negative)
		return (vlong)-v;
	return (vlong)(v > max ? max : v);
}

vlong
strtoll(const char *s, char **end, int base)
{
	return scansigned(s, end, base, ~0ULL>>1);
}

uvlong
strtoull(const char *s, char **end, int base)
{
	uvlong v;
	int flags;

	v = scan(s, end, base, ~0ULL, &flags);
	return flags == Negative ? -v : v;
}

long
strtol(const char *s, char **end, int base)
{
	return (long)scansigned(s, end, base, ~0UL>>1);
}

ulong
strtoul(const char *s, char **end, int base)
{
	ulong v;
	int flags;

	v = (ulong)scan(s, end, base, ~0UL, &flags);
	return flags == Negative ? -v : v;
}

/* unlike strtol with base 10 these take C's 0x and 0 prefixes */
vlong
atoll(const char *s)
{
	return strtoll(s, nil, 0);
}

long
atol(const char *s)
{
	return strtol(s, nil, 0);
}

int
atoi(const char *s)
{
	return (int)atol(s);
}

int
abs(int a)
{
	return a < 0 ? -a : a;
}

long
labs(long a)
{
	return a < 0 ? -a : a;
}
