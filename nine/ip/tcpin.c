/*
 * TCP, the way in: segments checked and taken apart, acknowledgements, data
 * in and out of order, and reading it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

enum
{
	Tiny	= 490,			/* segments this small share a block */
	Shared	= 980,
};

/* --- taking a segment apart --- */

static void
options(uchar *p, uchar *e, Seg *g)
{
	int n;

	while(p < e && *p != 0){
		if(*p == 1){
			p++;
			continue;
		}
		if(e-p < 2 || p[1] < 2 || p[1] > e-p)
			return;
		n = p[1];
		if(p[0] == 2 && n == 4)
			g->mss = nhgets(p+2);
		else if(p[0] == 3 && n == 3)
			g->scale = p[2] > 14? 14: p[2];
		p += n;
	}
}

/* 0: bad.  b is left with the data only. */
static int
parse(Fs *f, Block *b, Seg *g)
{
	Proto *p;
	Iphdr *h;
	uchar *s;
	int hl, len;

	p = f->byproto[Iptcp];
	h = (Iphdr*)b->rp;
	s = b->rp + Iphsize;
	len = BLEN(b) - Iphsize;
	if(len < Tcphsize || (hl = (s[12]>>4)*4) < Tcphsize || hl > len){
		p->mib[Tinerr]++;
		return 0;
	}
	g->src = nhgetl(h->src);
	g->dst = nhgetl(h->dst);
	if((b->flag & Bcsumok) == 0 && ckfold(cksum(s, len, pseudosum(g->src, g->dst, Iptcp, len))) != 0){
		p->mib[Tbadsum]++;
		return 0;
	}
	g->sport = nhgets(s);
	g->dport = nhgets(s+2);
	g->seq = nhgetl(s+4);
	g->ack = nhgetl(s+8);
	g->flags = s[13];
	g->win = nhgets(s+14);
	g->mss = 0;
	g->scale = -1;
	g->len = len - hl;
	if(g->flags & Syn)
		options(s+Tcphsize, s+hl, g);
	b->rp = s + hl;
	return 1;
}

/* --- acknowledgements --- */

static void
rttsample(Tcb *t)
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
	halve(t);
	t->recover = t->max;
	t->recovering = 1;
	resendfirst(c);
	t->cwnd = t->ssthresh + 3*t->mss;
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

	t = c->tcb;
	acked = ack - t->una;
	data = acked;
	if(data > t->sq.len - t->sqoff)
		data = t->sq.len - t->sqoff;
	if(t->timing && seqge(ack, t->timed))
		rttsample(t);
	t->una = ack;
	if(seqlt(t->nxt, ack))
		t->nxt = ack;
	sqrelease(c, data);
	t->dupacks = 0;
	t->backoff = 0;
	t->trexmt = 0;			/* tcparm sets it anew */
	if(!t->recovering){
		growcwnd(t, acked);
		return;
	}
	if(seqge(ack, t->recover)){
		t->recovering = 0;
		t->cwnd = t->ssthresh;
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

static void
timewait(Conv *c)
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
		timewait(c);
		break;
	case Lastack:
		tcpclosed(c, nil);
		break;
	}
}

/* 0: the segment is of no use. */
static int
handleack(Conv *c, Seg *g)
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

/* --- data --- */

static void
oooget(Conv *c)
{
	Tcb *t;
	Ooo *o;

	t = c->tcb;
	o = t->ooo;
	t->ooo = o->next;
	t->nooo--;
	t->ooomem -= BALLOC(o->b);
	c->fs->mem -= BALLOC(o->b);
}

void
oooflush(Conv *c)
{
	Ooo *o;

	while((o = c->tcb->ooo) != nil){
		oooget(c);
		freeb(o->b);
		free(o);
	}
}

/* Used up. */
static void
oooput(Conv *c, Seg *g, Block *b)
{
	Tcb *t;
	Ooo *o, **l;

	t = c->tcb;
	c->p->mib[Tooo]++;
	b = packblock(b);
	for(l = &t->ooo; *l != nil && seqlt((*l)->seq, g->seq); l = &(*l)->next)
		;
	o = nil;
	if((*l != nil && (*l)->seq == g->seq && BLEN((*l)->b) >= BLEN(b)) || t->nooo >= Maxooo
	|| c->rq.mem + t->ooomem + BALLOC(b) > Rcvmem || c->fs->mem > conf.memsize/4
	|| (o = malloc(sizeof *o)) == nil){
		freeb(b);
		return;
	}
	o->b = b;
	o->seq = g->seq;
	o->fin = (g->flags & Fin) != 0;
	o->next = *l;
	*l = o;
	t->nooo++;
	t->ooomem += BALLOC(b);
	c->fs->mem += BALLOC(b);
}

/* The data of b is the next of the stream; 0: no room, it was not taken. */
static int
deliver(Conv *c, Block *b)
{
	Tcb *t;
	Block *l, *nb;
	int n;

	t = c->tcb;
	n = BLEN(b);
	l = c->rq.last;
	if(n <= Tiny && l != nil && l->lim - l->wp >= n){
		memmove(l->wp, b->rp, n);
		l->wp += n;
		c->rq.len += n;
		freeb(b);
	}else{
		if(n <= Tiny && BALLOC(b) != Shared && (nb = allocb(Shared)) != nil){
			memmove(nb->wp, b->rp, n);
			nb->wp += n;
			freeb(b);
			b = nb;
		}else
			b = packblock(b);
		if(!convroom(c, b, Rcvmem+65536)){
			freeb(b);
			return 0;
		}
		convput(c, b);
	}
	t->rnxt += n;
	wakeup(&c->rr);
	return 1;
}

/* What had come early may be in order now; 1: with the FIN. */
static int
deliverooo(Conv *c)
{
	Tcb *t;
	Ooo *o;
	Block *b;
	ulong skip;
	int fin;

	t = c->tcb;
	fin = 0;
	while(!fin && (o = t->ooo) != nil && seqle(o->seq, t->rnxt)){
		oooget(c);
		b = o->b;
		skip = t->rnxt - o->seq;
		fin = o->fin;
		free(o);
		if(skip > (ulong)BLEN(b) || (skip == (ulong)BLEN(b) && !fin)){
			fin = 0;
			freeb(b);
			continue;
		}
		b->rp += skip;
		if(BLEN(b) == 0)
			freeb(b);
		else if(!deliver(c, b))
			return 0;
	}
	return fin;
}

static void
handlefin(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	t->rnxt++;
	t->finrcvd = 1;
	t->ackdue = 2;
	convhangup(c, nil);
	switch(t->state){
	case Established:
		tcpsetstate(c, Closewait);
		break;
	case Finwait1:
		tcpsetstate(c, Closing);
		break;
	case Finwait2:
		timewait(c);
		break;
	}
}

/* Data and FIN; b is used up.  0: the connection is gone. */
static int
handledata(Conv *c, Seg *g, Block *b)
{
	Tcb *t;
	int fin;

	t = c->tcb;
	fin = (g->flags & Fin) != 0;
	if((g->len == 0 && !fin) || t->finrcvd){
		freeb(b);
		return 1;
	}
	if(t->orphan && g->len > 0){	/* nobody will read it, and the peer should know */
		freeb(b);
		tcpreset(c);
		return 0;
	}
	if(g->seq != t->rnxt){
		t->ackdue = 2;
		oooput(c, g, b);
		return 1;
	}
	if(g->len == 0)
		freeb(b);
	else if(deliver(c, b))
		t->ackdue++;
	else{
		t->ackdue = 2;
		return 1;
	}
	if(t->ooo != nil){
		t->ackdue = 2;
		fin |= deliverooo(c);
	}
	if(fin)
		handlefin(c);
	return 1;
}

/* --- a segment of a connection --- */

/*
 * Cut off what was received already and what is beyond our window; 0: nothing
 * is left that concerns us.
 */
static int
trim(Conv *c, Seg *g, Block *b)
{
	Tcb *t;
	ulong dup, over;

	t = c->tcb;
	if(seqlt(g->seq, t->rnxt)){
		dup = t->rnxt - g->seq;
		if(dup > (ulong)g->len + ((g->flags & Fin) != 0))
			dup = g->len + ((g->flags & Fin) != 0);
		if(dup > (ulong)g->len){
			g->flags &= ~Fin;
			dup = g->len;
		}
		c->p->mib[Tdup]++;
		b->rp += dup;
		g->len -= dup;
		g->seq = t->rnxt;
		if(g->len == 0 && (g->flags & Fin) == 0)
			tcpack(c);	/* its sender has not heard ours, or probes */
		return 1;
	}
	if(seqgt(g->seq, t->rup) || (g->seq == t->rup && g->len > 0)){
		tcpack(c);
		return g->seq == t->rnxt && (g->len = 0, g->flags &= ~Fin, 1);
	}
	if(seqgt(g->seq + g->len, t->rup)){
		over = g->seq + g->len - t->rup;
		b->wp -= over;
		g->len -= over;
		g->flags &= ~Fin;
	}
	return 1;
}

/* A reset must be exactly where we are; nearly right gets an answer (RFC 5961). */
static void
handlerst(Conv *c, Seg *g)
{
	Tcb *t;

	t = c->tcb;
	if(g->seq == t->rnxt)
		tcpclosed(c, t->state == Timewait || t->state == Closing || t->state == Lastack?
			nil: "connection reset");
	else if(seqgt(g->seq, t->rnxt) && seqlt(g->seq, t->rup))
		tcpack(c);
}

static void
synchronized(Conv *c, Seg *g, Block *b)
{
	Tcb *t;

	t = c->tcb;
	if(g->flags & Rst){
		handlerst(c, g);
		freeb(b);
		return;
	}
	if(g->flags & Syn){
		tcpack(c);
		freeb(b);
		return;
	}
	if((g->flags & Ack) == 0 || !trim(c, g, b)){
		freeb(b);
		return;
	}
	t->heard = fastns();
	t->probes = 0;
	if(t->state == Timewait){
		if(g->flags & Fin)
			tcpack(c);
		freeb(b);
		return;
	}
	if(!handleack(c, g)){
		freeb(b);
		return;
	}
	if(!handledata(c, g, b))
		return;
	tcpoutput(c);
	if(t->ackdue >= 2)
		tcpack(c);
	else if(t->ackdue > 0 && t->tack == 0)
		tcptimerat(c, &t->tack, Delack);
}

static void
synsent(Conv *c, Seg *g)
{
	Tcb *t;

	t = c->tcb;
	if((g->flags & Ack) && g->ack != t->iss+1){
		tcpsendrst(c->fs, g);
		return;
	}
	if(g->flags & Rst){
		if(g->flags & Ack)
			tcpclosed(c, Econrefused);
		return;
	}
	if((g->flags & (Syn|Ack)) != (Syn|Ack))
		return;			/* both sides at once: ours will be answered later */
	t->irs = g->seq;
	t->rnxt = t->rup = g->seq+1;
	t->una = g->ack;
	if(t->timing && seqge(g->ack, t->timed))
		rttsample(t);
	if(g->scale >= 0){
		t->sscale = g->scale;
		t->rscale = Wscale;
	}
	tcpsetmss(c, g->mss);
	t->wnd = t->maxwnd = g->win;
	t->wl1 = g->seq;
	t->wl2 = g->ack;
	t->recover = t->iss;
	t->heard = fastns();
	tcpestablish(c);
	tcpack(c);
	tcpoutput(c);
}

/* For nobody: perhaps a listener.  The conversation it belongs to now, or nil. */
static Conv*
stranger(Fs *f, Seg *g)
{
	Conv *l, *c;

	l = convlisten(f->byproto[Iptcp], g->dst, g->dport);
	if(l == nil){
		tcpsendrst(f, g);
		return nil;
	}
	if(g->flags & Rst){
		limborst(f, g);
		return nil;
	}
	if((g->flags & (Syn|Ack)) == Syn){
		limbosyn(f, l, g);
		return nil;
	}
	c = nil;
	if((g->flags & (Syn|Ack)) != Ack || limboack(f, l, g, &c) < 0)
		tcpsendrst(f, g);
	return c;
}

/* A packet of protocol 6, used up. */
void
tcprcv(Fs *f, Ipifc *ifc, Block *b)
{
	Proto *p;
	Conv *c;
	Seg g;

	p = f->byproto[Iptcp];
	p->mib[Tin]++;
	if(!parse(f, b, &g) || isbroadcast(ifc, g.dst) || ismcast(g.dst) || g.src == 0){
		freeb(b);
		return;
	}
	c = convlookup(p, g.dst, g.dport, g.src, g.sport);
	if(c != nil && c->tcb->state == Timewait && (g.flags & (Syn|Ack|Rst)) == Syn
	&& seqgt(g.seq, c->tcb->rnxt)){
		tcpclosed(c, nil);	/* the peer uses its port again */
		c = nil;
	}
	if(c == nil)
		c = stranger(f, &g);
	if(c == nil){
		freeb(b);
		return;
	}
	switch(c->tcb->state){
	case Closed:
	case Listen:
		tcpsendrst(f, &g);
		freeb(b);
		break;
	case Synsent:
		synsent(c, &g);
		freeb(b);
		break;
	default:
		synchronized(c, &g, b);
	}
}

/* --- read --- */

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
	if(c->rq.first == nil && c->err[0])
		error(c->err);
	n = take(c, a, n);
	openwindow(c);
	poperror();
	qunlock(&c->rlk);
	return n;
}
