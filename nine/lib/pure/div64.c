/* SPDX-License-Identifier: MIT */
/*
 * 64-bit division for the i386: the compiler calls these, and we link no
 * library of its own.
 */
#include "u.h"
#include "lib.h"

#ifdef __i386__

uvlong	__udivmoddi4(uvlong, uvlong, uvlong*);
uvlong	__udivdi3(uvlong, uvlong);
uvlong	__umoddi3(uvlong, uvlong);
vlong	__divmoddi4(vlong, vlong, vlong*);
vlong	__divdi3(vlong, vlong);
vlong	__moddi3(vlong, vlong);

/* hi:lo / d, where hi < d */
static uint
div(uint hi, uint lo, uint d, uint *rem)
{
	uint q;

	__asm__("divl %4" : "=a"(q), "=d"(*rem) : "a"(lo), "d"(hi), "r"(d) : "cc");
	return q;
}

uvlong
__udivmoddi4(uvlong n, uvlong d, uvlong *rem)
{
	uint hi, lo, dhi, qhi, q, r;
	uvlong m;
	int sh;

	hi = (uint)(n>>32);
	lo = (uint)n;
	dhi = (uint)(d>>32);
	if(dhi == 0){
		qhi = div(0, hi, (uint)d, &r);
		q = div(r, lo, (uint)d, &r);
		if(rem)
			*rem = r;
		return (uvlong)qhi<<32 | q;
	}
	if(n < d){
		if(rem)
			*rem = n;
		return 0;
	}
	/*
	 * The quotient fits 32 bits.  Divide n/2 by the top 32 bits of the
	 * normalised divisor: the estimate is right or one too big.
	 */
	sh = __builtin_clz(dhi);
	m = n>>1;
	q = div((uint)(m>>32), (uint)m, (uint)(d<<sh>>32), &r);
	q = q>>(31-sh);
	if(q != 0)
		q--;
	m = n - (uvlong)q*d;
	if(m >= d){
		q++;
		m -= d;
	}
	if(rem)
		*rem = m;
	return q;
}

uvlong
__udivdi3(uvlong n, uvlong d)
{
	return __udivmoddi4(n, d, nil);
}

uvlong
__umoddi3(uvlong n, uvlong d)
{
	uvlong r;

	__udivmoddi4(n, d, &r);
	return r;
}

static uvlong
mag(vlong v)
{
	return v < 0 ? -(uvlong)v : (uvlong)v;
}

vlong
__divmoddi4(vlong n, vlong d, vlong *rem)
{
	uvlong q, r;

	q = __udivmoddi4(mag(n), mag(d), &r);
	if(rem)
		*rem = (vlong)(n < 0 ? -r : r);
	return (vlong)((n < 0) != (d < 0) ? -q : q);
}

vlong
__divdi3(vlong n, vlong d)
{
	return __divmoddi4(n, d, nil);
}

vlong
__moddi3(vlong n, vlong d)
{
	vlong r;

	__divmoddi4(n, d, &r);
	return r;
}

#endif
