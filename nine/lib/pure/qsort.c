/* SPDX-License-Identifier: MIT */
/*
 * Heap sort would be simpler to bound, but quicksort with the middle of
 * three as pivot is faster on real data; when the recursion gets deeper
 * than chance explains, heap sort finishes the piece.
 */
#include "u.h"
#include "lib.h"

typedef struct Sort Sort;
struct Sort
{
	int	(*cmp)(const void*, const void*);
	long	size;			/* of an element, bytes */
};

static void
swap(char *a, char *b, long size)
{
	uint w;
	char c;

	for(; size >= 4; size -= 4, a += 4, b += 4){
		memcpy(&w, a, 4);
		memcpy(a, b, 4);
		memcpy(b, &w, 4);
	}
	for(; size > 0; size--){
		c = *a;
		*a++ = *b;
		*b++ = c;
	}
}

static void
insertion(Sort *s, char *a, long n)
{
	char *p, *q, *e;

	e = a + n*s->size;
	for(p = a+s->size; p < e; p += s->size)
		for(q = p; q > a && s->cmp(q-s->size, q) > 0; q -= s->size)
			swap(q, q-s->size, s->size);
}

static void
sift(Sort *s, char *a, long i, long n)
{
	long c;

	while((c = 2*i+1) < n){
		if(c+1 < n && s->cmp(a+c*s->size, a+(c+1)*s->size) < 0)
			c++;
		if(s->cmp(a+i*s->size, a+c*s->size) >= 0)
			return;
		swap(a+i*s->size, a+c*s->size, s->size);
		i = c;
	}
}

static void
heap(Sort *s, char *a, long n)
{
	long i;

	for(i = n/2-1; i >= 0; i--)
		sift(s, a, i, n);
	while(--n > 0){
		swap(a, a+n*s->size, s->size);
		sift(s, a, 0, n);
	}
}

static char*
median(Sort *s, char *a, char *b, char *c)
{
	if(s->cmp(a, b) < 0){
		if(s->cmp(b, c) < 0)
			return b;
		return s->cmp(a, c) < 0 ? c : a;
	}
	if(s->cmp(a, c) < 0)
		return a;
	return s->cmp(b, c) < 0 ? c : b;
}

/* order around the first element; returns where it ends up */
static long
partition(Sort *s, char *a, long n)
{
	long i, j;

	for(i = 0, j = n;;){
		do
			i++;
		while(i < n && s->cmp(a+i*s->size, a) < 0);
		do
			j--;
		while(s->cmp(a+j*s->size, a) > 0);
		if(i >= j)
			break;
		swap(a+i*s->size, a+j*s->size, s->size);
	}
	swap(a, a+j*s->size, s->size);
	return j;
}

static void
quick(Sort *s, char *a, long n, int depth)
{
	long k;

	while(n > 12){
		if(depth-- == 0){
			heap(s, a, n);
			return;
		}
		swap(a, median(s, a, a+n/2*s->size, a+(n-1)*s->size), s->size);
		k = partition(s, a, n);
		if(k < n-k-1){		/* recurse into the shorter side */
			quick(s, a, k, depth);
			a += (k+1)*s->size;
			n -= k+1;
		}else{
			quick(s, a+(k+1)*s->size, n-k-1, depth);
			n = k;
		}
	}
	insertion(s, a, n);
}

void
qsort(void *a, long n, long size, int (*cmp)(const void*, const void*))
{
	Sort s;
	int depth;
	long i;

	s.cmp = cmp;
	s.size = size;
	depth = 4;
	for(i = n; i > 0; i >>= 1)
		depth += 2;
	quick(&s, a, n, depth);
}
