/* SPDX-License-Identifier: MIT */
/*
 * Memory: the string instructions for long runs, words for short ones
 * (starting "rep" costs about as much as moving 32 words).
 */
#include "u.h"
#include "lib.h"

typedef uint __attribute__((may_alias, aligned(1))) Word;

enum
{
	Long	= 128,			/* bytes from which "rep" pays */
};

static void
up(uchar *t, const uchar *f, ulong n)
{
	if(n >= Long){
		__asm__ volatile("rep movsb" : "+D"(t), "+S"(f), "+c"(n) : : "memory");
		return;
	}
	for(; n >= 4; n -= 4, t += 4, f += 4)
		*(Word*)t = *(const Word*)f;
	while(n-- > 0)
		*t++ = *f++;
}

static void
down(uchar *t, const uchar *f, ulong n)
{
	t += n;
	f += n;
	for(; n >= 4; n -= 4){
		t -= 4;
		f -= 4;
		*(Word*)t = *(const Word*)f;
	}
	while(n-- > 0)
		*--t = *--f;
}

void*
memmove(void *to, const void *from, ulong n)
{
	/* moving up is safe unless to lies inside [from, from+n) */
	if((uintptr)to - (uintptr)from >= n)
		up(to, from, n);
	else
		down(to, from, n);
	return to;
}

void*
memcpy(void *to, const void *from, ulong n)
{
	return memmove(to, from, n);
}

void*
memset(void *to, int c, ulong n)
{
	uchar *t;
	uint w;

	t = to;
	if(n >= Long){
		__asm__ volatile("rep stosb" : "+D"(t), "+c"(n) : "a"(c) : "memory");
		return to;
	}
	w = (uchar)c * 0x01010101U;
	for(; n >= 4; n -= 4, t += 4)
		*(Word*)t = w;
	while(n-- > 0)
		*t++ = (uchar)c;
	return to;
}

int
memcmp(const void *a, const void *b, ulong n)
{
	const uchar *p, *q;

	p = a;
	q = b;
	for(; n >= 4 && *(const Word*)p == *(const Word*)q; n -= 4){
		p += 4;
		q += 4;
	}
	for(; n > 0; n--, p++, q++)
		if(*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

void*
memchr(const void *a, int c, ulong n)
{
	const uchar *p;

	for(p = a; n > 0; n--, p++)
		if(*p == (uchar)c)
			return (void*)(uintptr)p;
	return nil;
}

void*
memccpy(void *to, const void *from, int c, ulong n)
{
	uchar *end;

	end = memchr(from, c, n);
	if(end == nil){
		memmove(to, from, n);
		return nil;
	}
	n = end - (const uchar*)from + 1;
	memmove(to, from, n);
	return (uchar*)to + n;
}
