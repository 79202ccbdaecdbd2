/*
 * TCP and time: retransmission, delayed acknowledgements, keepalives, the
 * end of time wait.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

static ulong
halfflight(Tcb *t)
{
	ulong half;

	half = (t->max - t->una)/2;
	return half > 2UL*t->mss? half: 2UL*t->mss;
}

/* No answer to what we sent. */
static void
rexmt(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	t->trexmt = 0;
	if(t->pto){
		t->pto = 0;
		tcpprobeloss(c);
		return;
	}
	t->backoff++;
	if(t->state == Synsent){
		if(t->backoff > Maxsynback)
			tcpclosed(c, Etimedout);
		else
			tcpsyn(c);
		return;
	}
	if(t->wnd == 0){
		if(t->orphan && t->backoff > Maxback)
			tcpreset(c);	/* it answers, but will never read: we need the memory */
		else if(t->heard != 0 && fastns() - t->heard > (uvlong)Probemax*1000000)
			tcpclosed(c, Etimedout);
		else{
			tcpprobe(c);
			tcparm(c);
		}
		return;
	}
	if(t->max == t->una){		/* the window was closed when this was set */
		tcpoutput(c);
		return;
	}
	if(t->backoff > Maxback){
		tcpclosed(c, Etimedout);
		return;
	}
	t->ssthresh = halfflight(t);
	t->cwnd = t->mss;
	t->recover = t->max;
	t->recovering = 0;
	t->dupacks = 0;
	t->timing = 0;
	t->nxt = t->una;
	tcpoutput(c);
}

static void
keepalive(Conv *c, uvlong now)
{
	Tcb *t;
	uvlong silent;

	t = c->tcb;
	t->tkeep = 0;
	if(t->keep == 0 || t->state < Established)
		return;
	silent = (now - t->heard)/1000000;
	if(silent < t->keep){
		tcptimerat(c, &t->tkeep, t->keep - (ulong)silent);
		return;
	}
	if(t->probes++ >= Keepprobes){
		tcpclosed(c, Etimedout);
		return;
	}
	tcpprobe(c);
	tcptimerat(c, &t->tkeep, t->keep < Keepintvl? t->keep: Keepintvl);
}

static int
due(uvlong t, uvlong now)
{
	return t != 0 && t <= now;
}

static uvlong
sooner(uvlong a, uvlong b)
{
	if(a == 0)
		return b;
	return b == 0 || a < b? a: b;
}

static uvlong
tickone(Conv *c, uvlong now)
{
	Tcb *t;
	uvlong next;

	t = c->tcb;
	if(due(t->tack, now))
		tcpack(c);
	if(due(t->trexmt, now))
		rexmt(c);
	if(due(t->tkeep, now))
		keepalive(c, now);
	if(due(t->twait, now)){
		t->twait = 0;
		tcpclosed(c, nil);
	}
	if(t->state == Closed)
		return 0;
	next = sooner(t->tack, t->trexmt);
	next = sooner(next, t->tkeep);
	return sooner(next, t->twait);
}

uvlong
tcptick(Fs *f, uvlong now)
{
	Conv *c, *n;
	uvlong next;

	next = 0;
	for(c = tcplist(f); c != nil; c = n){
		n = c->tcb->next;	/* tickone may take c off the list, and no other */
		next = sooner(next, tickone(c, now));
	}
	return next;
}
