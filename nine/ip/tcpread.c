/*
 * TCP: reading, which opens the window again.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

static int
readable(void *a)
{
	Conv *c;

	c = a;
	return c->rq.first != nil || c->hungup;
}

/* The window has opened enough to be worth a segment? */
static void
openwindow(Conv *c)
{
	Tcb *t;
	ulong w;

	t = c->tcb;
	if(t->state < Established || t->state > Finwait2 || t->finrcvd)
		return;
	w = tcpwindow(c);
	if((long)(t->rnxt + w - t->rup) >= Rcvlimit/4 || (t->rup == t->rnxt && w > 0))
		tcpack(c);
}

static void
putback(Conv *c, Block *b)
{
	iqback(&c->rq, b);
	c->fs->mem += BALLOC(b);
}

/* As much as there is. */
static long
take(Conv *c, uchar *a, long n)
{
	Block *b;
	long m, done;

	for(done = 0; done < n && (b = convget(c)) != nil; done += m){
		m = BLEN(b) < n-done? BLEN(b): n-done;
		if(waserror()){
			putback(c, b);
			nexterror();
		}
		memmove(a+done, b->rp, m);
		poperror();
		b->rp += m;
		if(BLEN(b) > 0)
			putback(c, b);
		else
			freeb(b);
	}
	return done;
}

long
tcpread(Conv *c, void *a, long n)
{
	qlock(&c->rlk);
	if(waserror()){
		qunlock(&c->rlk);
		nexterror();
	}
	if(c->state == Idle || c->state == Announced)
		if(!c->hungup)
			error("not connected");
	while(c->rq.first == nil && !c->hungup)
		sleep(&c->rr, readable, c);
	if(c->rq.first == nil && c->err[0] && !c->tcb->finrcvd)
		error(c->err);		/* after a FIN all has been read, whatever came then */
	n = take(c, a, n);
	openwindow(c);
	poperror();
	qunlock(&c->rlk);
	return n;
}
