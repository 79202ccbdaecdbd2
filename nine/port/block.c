/*
 * Blocks: buffers with data from rp to wp, one allocation each.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

/* Not cleared; nil if there is no memory. */
Block*
allocb(int n)
{
	Block *b;

	b = mallocz(sizeof *b + n, 0);
	if(b == nil)
		return nil;
	b->next = nil;
	b->base = (uchar*)(b+1);
	b->lim = b->base + n;
	b->rp = b->wp = b->base;
	b->free = nil;
	b->flag = 0;
	b->mss = 0;
	return b;
}

void
freeb(Block *b)
{
	if(b == nil)
		return;
	if(b->free != nil)
		b->free(b);
	else
		free(b);
}

void
freeblist(Block *b)
{
	Block *next;

	for(; b != nil; b = next){
		next = b->next;
		b->next = nil;
		freeb(b);
	}
}

/* For interrupt handlers: -1 if q has no room, or there is no memory. */
int
qproduce(Queue *q, void *buf, int n)
{
	Block *b;

	b = allocb(n);
	if(b == nil)
		return -1;
	memmove(b->wp, buf, n);
	b->wp += n;
	if(qpass(q, b) == 0)
		return n;
	freeb(b);
	return -1;
}
