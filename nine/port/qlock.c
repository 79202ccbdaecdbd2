/*
 * Locks that sleep: mutual exclusion and reader/writer, first come first
 * served.  Not for interrupt handlers.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

static void
enqueue(Proc **head, Proc **tail, int state)
{
	up->qnext = nil;
	if(*head)
		(*tail)->qnext = up;
	else
		*head = up;
	*tail = up;
	up->state = state;
}

void
qlock(QLock *q)
{
	if(!q->locked){
		q->locked = 1;
		q->pc = getcallerpc(&q);
		return;
	}
	if(up == nil)
		panic("qlock before processes: pc %#lux", getcallerpc(&q));
	up->qlockp = q;
	enqueue(&q->head, &q->tail, Queueing);
	sched();
	up->qlockp = nil;
	q->pc = getcallerpc(&q);
}

int
canqlock(QLock *q)
{
	if(q->locked)
		return 0;
	q->locked = 1;
	q->pc = getcallerpc(&q);
	return 1;
}

/* The lock passes straight to who waits longest. */
void
qunlock(QLock *q)
{
	Proc *p;

	if(!q->locked)
		iprint("qunlock: not locked: pc %#lux\n", getcallerpc(&q));
	p = q->head;
	if(p == nil){
		q->locked = 0;
		return;
	}
	q->head = p->qnext;
	if(q->head == nil)
		q->tail = nil;
	ready(p);
}

void
rlock(RWlock *q)
{
	if(q->writer == 0 && q->head == nil){
		q->readers++;
		return;
	}
	enqueue(&q->head, &q->tail, QueueingR);
	sched();
}

int
canrlock(RWlock *q)
{
	if(q->writer || q->head)
		return 0;
	q->readers++;
	return 1;
}

void
runlock(RWlock *q)
{
	Proc *p;

	if(q->readers <= 0)
		panic("runlock: no readers: pc %#lux", getcallerpc(&q));
	p = q->head;
	if(--q->readers > 0 || p == nil)
		return;
	/* readers wait only behind a writer, so the first is one */
	if(p->state != QueueingW)
		panic("runlock: a reader waits for readers");
	q->head = p->qnext;
	if(q->head == nil)
		q->tail = nil;
	q->writer = 1;
	ready(p);
}

void
wlock(RWlock *q)
{
	if(q->readers == 0 && q->writer == 0){
		q->writer = 1;
		return;
	}
	enqueue(&q->head, &q->tail, QueueingW);
	sched();
}

void
wunlock(RWlock *q)
{
	Proc *p;

	p = q->head;
	if(p == nil){
		q->writer = 0;
		return;
	}
	if(p->state == QueueingW){
		q->head = p->qnext;
		if(q->head == nil)
			q->tail = nil;
		ready(p);
		return;
	}
	q->writer = 0;
	while((p = q->head) != nil && p->state == QueueingR){
		q->head = p->qnext;
		q->readers++;
		ready(p);
	}
	if(q->head == nil)
		q->tail = nil;
}
