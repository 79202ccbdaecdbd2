/* SPDX-License-Identifier: MIT */
/*
 * Queueing locks: who has to wait sleeps in rendezvous, with his queue
 * element as the tag, and is handed the lock in his turn.  The elements
 * cannot lie on the stack, which is the one thing processes never share.
 */
#include "u.h"
#include "libc.h"

enum
{
	Waiting		= 1,
	Reader,
	Writer,
	Npool	= 512,
};

static QLp pool[Npool];

static QLp*
newq(void)
{
	int i;

	for(;;){
		for(i = 0; i < Npool; i++)
			if(cas(&pool[i].inuse, 0, 1))
				return &pool[i];
		sleep(10);		/* Npool sleepers: one will get up */
	}
}

static void
enqueue(QLp **head, QLp **tail, QLp *q)
{
	q->next = nil;
	if(*head == nil)
		*head = q;
	else
		(*tail)->next = q;
	*tail = q;
}

static QLp*
append(QLp **head, QLp **tail, int state)
{
	QLp *q;

	q = newq();
	q->state = state;
	enqueue(head, tail, q);
	return q;
}

static QLp*
first(QLp **head, QLp **tail)
{
	QLp *q;

	q = *head;
	if(q){
		*head = q->next;
		if(*head == nil)
			*tail = nil;
	}
	return q;
}

static void
waitfor(QLp *q)
{
	while(rendezvous(q, (void*)1) == (void*)~0UL)
		;
	q->inuse = 0;
}

static void
wake(QLp *q)
{
	while(rendezvous(q, (void*)1) == (void*)~0UL)
		;
}

void
qlock(QLock *l)
{
	QLp *me;

	lock(&l->lock);
	if(!l->locked){
		l->locked = 1;
		unlock(&l->lock);
		return;
	}
	me = append(&l->head, &l->tail, Waiting);
	unlock(&l->lock);
	waitfor(me);
}

int
canqlock(QLock *l)
{
	int ok;

	if(!canlock(&l->lock))
		return 0;
	ok = !l->locked;
	if(ok)
		l->locked = 1;
	unlock(&l->lock);
	return ok;
}

void
qunlock(QLock *l)
{
	QLp *q;

	lock(&l->lock);
	q = first(&l->head, &l->tail);
	if(q == nil)
		l->locked = 0;
	unlock(&l->lock);
	if(q)
		wake(q);
}

void
rlock(RWLock *l)
{
	QLp *me;

	lock(&l->lock);
	if(!l->writer && l->head == nil){
		l->readers++;
		unlock(&l->lock);
		return;
	}
	me = append(&l->head, &l->tail, Reader);
	unlock(&l->lock);
	waitfor(me);
}

int
canrlock(RWLock *l)
{
	int ok;

	lock(&l->lock);
	ok = !l->writer && l->head == nil;
	if(ok)
		l->readers++;
	unlock(&l->lock);
	return ok;
}

void
runlock(RWLock *l)
{
	QLp *q;

	q = nil;
	lock(&l->lock);
	if(--l->readers == 0 && l->head){
		q = first(&l->head, &l->tail);	/* readers never queue behind readers */
		l->writer = 1;
	}
	unlock(&l->lock);
	if(q)
		wake(q);
}

void
wlock(RWLock *l)
{
	QLp *me;

	lock(&l->lock);
	if(!l->writer && l->readers == 0){
		l->writer = 1;
		unlock(&l->lock);
		return;
	}
	me = append(&l->head, &l->tail, Writer);
	unlock(&l->lock);
	waitfor(me);
}

int
canwlock(RWLock *l)
{
	int ok;

	lock(&l->lock);
	ok = !l->writer && l->readers == 0;
	if(ok)
		l->writer = 1;
	unlock(&l->lock);
	return ok;
}

void
wunlock(RWLock *l)
{
	QLp *q, *run, *next;

	lock(&l->lock);
	l->writer = 0;
	run = nil;
	if(l->head && l->head->state == Writer){
		run = first(&l->head, &l->tail);
		run->next = nil;
		l->writer = 1;
	}else
		while(l->head && l->head->state == Reader){
			q = first(&l->head, &l->tail);
			l->readers++;
			q->next = run;
			run = q;
		}
	unlock(&l->lock);
	for(; run; run = next){
		next = run->next;	/* lives on the stack of who is woken */
		wake(run);
	}
}

/* the caller holds r->l, and holds it again afterwards */
void
rsleep(Rendez *r)
{
	QLp *me, *q;

	lock(&r->l->lock);
	me = append(&r->head, &r->tail, Waiting);
	q = first(&r->l->head, &r->l->tail);
	if(q == nil)
		r->l->locked = 0;
	unlock(&r->l->lock);
	if(q)
		wake(q);
	waitfor(me);
}

/* the woken one gets in line for the lock, which the caller holds */
int
rwakeup(Rendez *r)
{
	QLp *q;

	lock(&r->l->lock);
	q = first(&r->head, &r->tail);
	if(q)
		enqueue(&r->l->head, &r->l->tail, q);
	unlock(&r->l->lock);
	return q != nil;
}

int
rwakeupall(Rendez *r)
{
	int n;

	for(n = 0; rwakeup(r); n++)
		;
	return n;
}
