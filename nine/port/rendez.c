/*
 * The rendezvous system call: two processes of a group meet at a tag and
 * swap values.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

Rgrp*
newrgrp(void)
{
	Rgrp *r;

	r = smalloc(sizeof(Rgrp));
	memset(r, 0, sizeof(Rgrp));
	r->ref = 1;
	return r;
}

void
closergrp(Rgrp *r)
{
	if(decref(r) == 0)
		free(r);
}

static Proc**
bucket(Rgrp *r, ulong tag)
{
	return &r->hash[(tag ^ tag>>8) % nelem(r->hash)];
}

long
sysrendezvous(ulong *arg)
{
	Proc *p, **l;
	ulong tag, val;
	int s;

	tag = arg[0];
	for(l = bucket(up->rgrp, tag); (p = *l) != nil; l = &p->rendhash)
		if(p->rendtag == tag){
			*l = p->rendhash;
			val = p->rendval;
			p->rendval = arg[1];
			ready(p);
			return val;
		}
	s = splhi();
	if(up->notepending){
		up->notepending = 0;
		splx(s);
		return ~0;
	}
	up->rendtag = tag;
	up->rendval = arg[1];
	l = bucket(up->rgrp, tag);
	up->rendhash = *l;
	*l = up;
	up->state = Rendezvous;
	sched();
	splx(s);
	return up->rendval;
}

/* A note: p need not wait any more.  Interrupts are off. */
void
rendbreak(Proc *p)
{
	Proc *q, **l;

	for(l = bucket(p->rgrp, p->rendtag); (q = *l) != nil; l = &q->rendhash)
		if(q == p){
			*l = p->rendhash;
			break;
		}
	p->rendval = ~0UL;
	p->notepending = 0;
	ready(p);
}
