/*
 * Lists of blocks, the memory they take, and texts for readers.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

void
iqput(Iq *q, Block *b)
{
	b->next = nil;
	if(q->first == nil)
		q->first = b;
	else
		q->last->next = b;
	q->last = b;
	q->len += BLEN(b);
	q->mem += BALLOC(b);
	q->n++;
}

Block*
iqget(Iq *q)
{
	Block *b;

	b = q->first;
	if(b == nil)
		return nil;
	q->first = b->next;
	if(q->first == nil)
		q->last = nil;
	b->next = nil;
	q->len -= BLEN(b);
	q->mem -= BALLOC(b);
	q->n--;
	return b;
}

void
iqback(Iq *q, Block *b)
{
	b->next = q->first;
	if(q->first == nil)
		q->last = b;
	q->first = b;
	q->len += BLEN(b);
	q->mem += BALLOC(b);
	q->n++;
}

void
iqflush(Iq *q)
{
	Block *b;

	while((b = iqget(q)) != nil)
		freeb(b);
}

/*
 * A small packet in a big buffer is copied into a small one before it is
 * kept: a peer's bytes must not cost us many times as many.
 */
Block*
packblock(Block *b)
{
	Block *nb;
	int n;

	n = BLEN(b);
	if(BALLOC(b) <= 2*n+512)
		return b;
	nb = allocb(n);
	if(nb == nil)
		return b;
	memmove(nb->wp, b->rp, n);
	nb->wp += n;
	freeb(b);
	return nb;
}

/* The queue of a conversation, counted for the stack as a whole. */
void
convput(Conv *c, Block *b)
{
	iqput(&c->rq, b);
	c->fs->mem += BALLOC(b);
}

Block*
convget(Conv *c)
{
	Block *b;

	b = iqget(&c->rq);
	if(b != nil)
		c->fs->mem -= BALLOC(b);
	return b;
}

void
convflush(Conv *c)
{
	Block *b;

	while((b = convget(c)) != nil)
		freeb(b);
}

/* May b be kept?  No conversation over its limit, no stack over a quarter of memory. */
int
convroom(Conv *c, Block *b, ulong limit)
{
	ulong n;

	n = BALLOC(b);
	return c->rq.mem + n <= limit && c->fs->mem + n <= conf.memsize/4;
}

void
texton(Text *t, int n)
{
	t->s = t->p = smalloc(n);
	t->e = t->s + n;
}

void
textadd(Text *t, char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->p = vseprint(t->p, t->e, fmt, ap);
	va_end(ap);
}

long
textread(Text *t, vlong off, void *a, long n)
{
	return readtext(off, a, n, t->s);
}
