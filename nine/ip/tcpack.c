/*
 * TCP, what acknowledgements tell: what has arrived, how long that took, how
 * much more may be on its way (NewReno), and that our FIN is through.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

void
tcprttsample(Tcb *t)
{
	uvlong d;
	long us, delta;

	t->timing = 0;
	d = (fastns() - t->timedat)/1000;
	us = d > 10000000? 10000000: (long)d;
	if(t->srtt == 0){
		t->srtt = us<<3;
		t->rttvar = us<<1;
	}else{
		delta = us - (long)(t->srtt>>3);
		t->srtt += delta;
		if(delta < 0)
			delta = -delta;
		t->rttvar += delta - (long)(t->rttvar>>2);
	}
	t->rto = ((t->srtt>>3) + t->rttvar)/1000 + 10;
	if(t->rto < Minrto)
		t->rto = Minrto;
	if(t->rto > Maxrto)
		t->rto = Maxrto;
}

static void
halve(Tcb *t)
{
	ulong half;

	half = (t->max - t->una)/2;
	t->ssthresh = half > 2UL*t->mss? half: 2UL*t->mss;
}

/* Send what comes at una once more, whatever is being sent otherwise. */
static void
resendfirst(Conv *c)
{
	Tcb *t;
	ulong nxt, cwnd, wnd;

	t = c->tcb;
	nxt = t->nxt;
	cwnd = t->cwnd;
	wnd = t->wnd;
	t->nxt = t->una;
	t->cwnd = t->mss;
	if(t->wnd > (ulong)t->mss)
		t->wnd = t->mss;
	t->timing = 0;
	tcpoutput(c);
	t->cwnd = cwnd;
	t->wnd = wnd;
	if(seqgt(nxt, t->nxt))
		t->nxt = nxt;
}

static void
recover(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	halve(t);
	t->recover = t->max;
	t->recovering = 1;
	resendfirst(c);
}

/* An acknowledgement that says nothing new: the third means a loss. */
static void
dupack(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	t->dupacks++;
	if(t->recovering){
		t->cwnd += t->mss;
		return;
	}
	if(t->dupacks != 3 || seqlt(t->una, t->recover))
		return;
	recover(c);
	t->cwnd = t->ssthresh + 3*t->mss;
}

/*
 * Much longer than a round trip nothing was heard, and more than one segment is
 * on its way, so the answer is not just delayed.  A peer that drops what it has
 * no room for, as passt does, says so once or twice, not three times: without
 * this each such loss would cost the whole timeout.
 */
void
tcpprobeloss(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	t->probed = 1;
	if(t->recovering)
		resendfirst(c);
	else{
		recover(c);
		t->cwnd = t->ssthresh;
	}
	tcparm(c);
}

static void
growcwnd(Tcb *t, ulong acked)
{
	ulong inc;

	if(t->cwnd > 4*1024*1024)
		return;
	if(t->cwnd < t->ssthresh)
		inc = acked < 2UL*t->mss? acked: 2UL*t->mss;
	else{
		inc = (uvlong)t->mss*t->mss/t->cwnd;
		if(inc == 0)
			inc = 1;
	}
	t->cwnd += inc;
}

/* una moves on. */
static void
newack(Conv *c, ulong ack)
{
	Tcb *t;
	ulong acked, data;
	int probed;

	t = c->tcb;
	acked = ack - t->una;
	data = acked;
	if(data > t->sq.len - t->sqoff)
		data = t->sq.len - t->sqoff;
	if(t->timing && seqge(ack, t->timed))
		tcprttsample(t);
	t->una = ack;
	if(seqlt(t->nxt, ack))
		t->nxt = ack;
	sqrelease(c, data);
	t->dupacks = 0;
	t->backoff = 0;
	t->trexmt = 0;			/* tcparm sets it anew */
	t->pto = 0;
	probed = t->probed;
	t->probed = 0;
	if(!t->recovering){
		growcwnd(t, acked);
		return;
	}
	if(seqge(ack, t->recover)){
		t->recovering = 0;
		t->cwnd = t->ssthresh;
		return;
	}
	if(probed){
		/* what the probe filled was no hole but the beginning of nothing */
		t->recovering = 0;
		t->nxt = t->una;
		t->cwnd = Initwnd*t->mss;
		return;
	}
	/* the next hole */
	resendfirst(c);
	t->cwnd -= acked < t->cwnd? acked: t->cwnd;
	t->cwnd += t->mss;
}

static void
updatewindow(Tcb *t, Seg *g)
{
	if(seqlt(g->seq, t->wl1) || (g->seq == t->wl1 && seqlt(g->ack, t->wl2)))
		return;
	t->wnd = (ulong)g->win << t->sscale;
	if(t->wnd > t->maxwnd)
		t->maxwnd = t->wnd;
	t->wl1 = g->seq;
	t->wl2 = g->ack;
}

void
tcptimewait(Conv *c)
{
	tcpsetstate(c, Timewait);
	c->tcb->trexmt = 0;
	tcptimerat(c, &c->tcb->twait, Msl2);
}

/* Our FIN has arrived. */
static void
finacked(Conv *c)
{
	switch(c->tcb->state){
	case Finwait1:
		tcpsetstate(c, Finwait2);
		if(c->tcb->orphan)
			tcptimerat(c, &c->tcb->twait, Finwait2max);
		break;
	case Closing:
		tcptimewait(c);
		break;
	case Lastack:
		tcpclosed(c, nil);
		break;
	}
}

/* 0: the segment is of no use. */
int
tcphandleack(Conv *c, Seg *g)
{
	Tcb *t;
	ulong wnd;

	t = c->tcb;
	if(seqgt(g->ack, t->max)){
		tcpack(c);
		return 0;
	}
	wnd = t->wnd;
	updatewindow(t, g);
	if(seqgt(g->ack, t->una))
		newack(c, g->ack);
	else if(g->ack == t->una && g->len == 0 && (g->flags & Fin) == 0 && t->wnd == wnd
	&& t->max != t->una)
		dupack(c);
	if(t->wnd > 0 && t->max == t->una)
		t->backoff = 0;
	if(t->finsent && seqgt(t->una, t->finseq))
		finacked(c);
	return t->state != Closed;
}
