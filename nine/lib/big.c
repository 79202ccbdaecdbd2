/* SPDX-License-Identifier: MIT */
/*
 * Decimal numbers doubled and halved exactly: all that printing and reading
 * floating point needs.  Halving works in decimal because 2 divides 10: nine
 * bits are the most that a word of nine digits can pass on without loss.
 */
#include "u.h"
#include "libc.h"
#include "big.h"

static void
strip(Big *b)
{
	int i;

	for(i = 0; i < b->n && b->w[i] == 0; i++)
		;
	if(i > 0){
		b->n -= i;
		b->point -= i;
		memmove(b->w, b->w+i, b->n*sizeof b->w[0]);
	}
	while(b->n > 0 && b->w[b->n-1] == 0)
		b->n--;
}

void
bigset(Big *b, uvlong v)
{
	b->w[0] = (uint)(v / ((uvlong)Bigword*Bigword));
	b->w[1] = (uint)(v / Bigword % Bigword);
	b->w[2] = (uint)(v % Bigword);
	b->n = b->point = 3;
	strip(b);
}

void
bigshl(Big *b, int k)
{
	uvlong x;
	int i;

	x = 0;
	for(i = b->n-1; i >= 0; i--){
		x += (uvlong)b->w[i] << k;
		b->w[i] = (uint)(x % Bigword);
		x /= Bigword;
	}
	if(x != 0){
		if(b->n == Nword)
			b->w[--b->n - 1] |= 1;	/* only whether it was 0 matters */
		memmove(b->w+1, b->w, b->n*sizeof b->w[0]);
		b->w[0] = (uint)x;
		b->n++;
		b->point++;
	}
	strip(b);
}

void
bigshr(Big *b, int k)
{
	uint carry, low;
	int i;

	carry = 0;
	for(i = 0; i < b->n; i++){
		low = b->w[i] & ((1U<<k)-1);
		b->w[i] = (b->w[i]>>k) + carry;
		carry = low * ((uint)Bigword>>k);
	}
	if(carry != 0){
		if(b->n < Nword)
			b->w[b->n++] = carry;
		else
			b->w[b->n-1] |= 1;
	}
	strip(b);
}
