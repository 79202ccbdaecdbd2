/*
 * TCP, the way out: what may be sent now, making segments, windows.
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
	Piece	= 64*1024,		/* of a long write */
	Small	= 2000,			/* blocks of short ones have room for more */
};

static int
putoptions(uchar *p, Seg *g)
{
	uchar *s;

	if((g->flags & Syn) == 0)
		return 0;
	s = p;
	*p++ = 2;
	*p++ = 4;
	hnputs(p, g->mss);
	p += 2;
	if(g->scale >= 0){
		*p++ = 1;
		*p++ = 3;
		*p++ = 3;
		*p++ = g->scale;
	}
	return p - s;
}

/*
 * Send a segment.  b has its data, with room for headers before it, and is
 * used up; nil: there is none.
 */
void
tcpsend(Fs *f, Block *b, Seg *g, int ttl, int tos)
{
	uchar opt[8], *p;
	int nopt, len;

	nopt = putoptions(opt, g);
	if(b == nil){
		b = ipalloc(Tcphsize+nopt);
		if(b == nil)
			return;
		b->wp += Tcphsize+nopt;
		b->rp = b->wp;
	}
	b->rp -= Tcphsize+nopt;
	p = b->rp;
	len = BLEN(b);
	hnputs(p, g->sport);
	hnputs(p+2, g->dport);
	hnputl(p+4, g->seq);
	hnputl(p+8, g->ack);
	p[12] = (Tcphsize+nopt)/4 << 4;
	p[13] = g->flags;
	hnputs(p+14, g->win);
	hnputs(p+16, ckfoldsum(pseudosum(g->src, g->dst, Iptcp, len)));
	hnputs(p+18, 0);
	memmove(p+Tcphsize, opt, nopt);
	b->flag |= Bcsum;		/* ip.c finishes it if the device cannot */
	b->csumstart = 0;
	b->csumoff = 16;
	f->byproto[Iptcp]->mib[Tout]++;
	ipoutput(f, b, nil, g->src, g->dst, Iptcp, ttl, tos);
}

/* The answer to a segment for which there is no connection. */
void
tcpsendrst(Fs *f, Seg *in)
{
	Seg g;

	if(in->flags & Rst)
		return;
	memset(&g, 0, sizeof g);
	g.src = in->dst;
	g.dst = in->src;
	g.sport = in->dport;
	g.dport = in->sport;
	g.flags = Rst;
	if(in->flags & Ack)
		g.seq = in->ack;
	else{
		g.flags |= Ack;
		g.ack = in->seq + in->len + (in->flags & Syn? 1: 0) + (in->flags & Fin? 1: 0);
	}
	f->byproto[Iptcp]->mib[Toutrst]++;
	tcpsend(f, nil, &g, Maxttl, 0);
}

/* Bytes we can take from rnxt on. */
ulong
tcpwindow(Conv *c)
{
	Tcb *t;
	ulong w, mem, max;

	t = c->tcb;
	w = c->rq.len < Rcvlimit? Rcvlimit - c->rq.len: 0;
	mem = c->rq.mem + t->ooomem;
	max = mem < Rcvmem? Rcvmem - mem: 0;
	if(w > max)
		w = max;
	if(c->fs->mem > conf.memsize/4)
		w = 0;
	max = 65535UL << t->rscale;
	return w < max? w: max;
}

/* Fill in what every segment of c carries; the window is promised by it. */
static void
fill(Conv *c, Seg *g)
{
	Tcb *t;
	ulong w, edge;

	t = c->tcb;
	memset(g, 0, sizeof *g);
	g->src = c->laddr;
	g->dst = c->raddr;
	g->sport = c->lport;
	g->dport = c->rport;
	g->seq = t->max;
	g->scale = -1;
	if(t->state == Synsent)
		return;
	g->flags = Ack;
	g->ack = t->rnxt;
	w = tcpwindow(c) >> t->rscale;
	edge = t->rnxt + (w << t->rscale);
	if(seqlt(edge, t->rup)){	/* what was promised stays promised */
		w = (t->rup - t->rnxt) >> t->rscale;
		edge = t->rup;
	}
	g->win = w;
	t->rup = edge;
	t->ackdue = 0;
	t->tack = 0;
}

void
tcpack(Conv *c)
{
	Seg g;

	fill(c, &g);
	tcpsend(c->fs, nil, &g, c->ttl, c->tos);
}

/* Something the peer must answer, though it brings nothing new. */
void
tcpprobe(Conv *c)
{
	Seg g;

	fill(c, &g);
	g.seq = c->tcb->una - 1;
	tcpsend(c->fs, nil, &g, c->ttl, c->tos);
}

void
tcpsyn(Conv *c)
{
	Tcb *t;
	Seg g;

	t = c->tcb;
	fill(c, &g);
	g.seq = t->iss;
	g.flags = Syn;
	g.mss = tcpourmss(c->fs, c->raddr);
	g.scale = Wscale;
	g.win = 65535;
	t->nxt = t->max = t->iss+1;
	if(t->backoff == 0){
		t->timing = 1;
		t->timed = t->max;
		t->timedat = fastns();
	}
	tcpsend(c->fs, nil, &g, c->ttl, c->tos);
	tcptimerat(c, &t->trexmt, Initrto << t->backoff);
}

/* --- what has been written --- */

/* Copy n bytes from off on into a segment. */
static void
sqcopy(Tcb *t, Block *b, ulong off, ulong n)
{
	Block *q;
	ulong m;

	off += t->sqoff;
	for(q = t->sq.first; off >= (ulong)BLEN(q); q = q->next)
		off -= BLEN(q);
	for(; n > 0; n -= m, q = q->next){
		m = BLEN(q) - off;
		if(m > n)
			m = n;
		memmove(b->wp, q->rp+off, m);
		b->wp += m;
		off = 0;
	}
}

/* n bytes have been acknowledged. */
void
sqrelease(Conv *c, ulong n)
{
	Tcb *t;
	Block *b;

	t = c->tcb;
	t->sqoff += n;
	while((b = t->sq.first) != nil && t->sqoff >= (ulong)BLEN(b)){
		t->sqoff -= BLEN(b);
		iqget(&t->sq);
		c->fs->mem -= BALLOC(b);
		freeb(b);
	}
	if(t->sq.len - t->sqoff <= Sndlimit/2)
		wakeup(&c->wr);
}

void
sqflush(Conv *c)
{
	Tcb *t;
	Block *b;

	t = c->tcb;
	t->sqoff = 0;
	while((b = iqget(&t->sq)) != nil){
		c->fs->mem -= BALLOC(b);
		freeb(b);
	}
}

static void
sqput(Conv *c, Block *b)
{
	Block *l;
	int n;

	l = c->tcb->sq.last;
	n = BLEN(b);
	if(l != nil && n < Small && l->lim - l->wp >= n){
		memmove(l->wp, b->rp, n);
		l->wp += n;
		c->tcb->sq.len += n;
		freeb(b);
		return;
	}
	iqput(&c->tcb->sq, b);
	c->fs->mem += BALLOC(b);
}

/* --- sending it --- */

/* May the conversation's interface take more?  If not we shall be called again. */
static int
clear(Conv *c)
{
	Ipifc *ifc;
	Ip4 hop;

	ifc = islocal(c->fs, c->raddr)? selfifc(c->fs, c->raddr): findroute(c->fs, c->raddr, &hop);
	if(ifc == nil || !ifcfull(ifc))
		return 1;
	c->tcb->blocked = 1;
	ifc->tcpwait = 1;
	return 0;
}

/*
 * How much to send from nxt on, and whether the FIN comes behind it; -1:
 * nothing, for now.
 */
static long
howmuch(Tcb *t, int *fin)
{
	ulong flight, total, left, win, room, n;

	if(t->finsent && seqgt(t->una, t->finseq))
		return -1;		/* all is said and heard */
	flight = t->nxt - t->una;
	total = t->sq.len - t->sqoff;
	if(flight > total)
		return -1;		/* the FIN is on its way too */
	left = total - flight;
	win = t->wnd < t->cwnd? t->wnd: t->cwnd;
	room = win > flight? win - flight: 0;
	n = left;
	if(n > (ulong)t->mss)
		n = t->mss;
	if(n > room)
		n = room;
	*fin = t->finwanted && n == left;
	if(n == 0 && !*fin)
		return -1;
	if(n < left && n < (ulong)t->mss && flight > 0 && n < t->maxwnd/2)
		return -1;		/* wait for a window worth the trouble */
	return n;
}

static int
sendnext(Conv *c, ulong n, int fin)
{
	Tcb *t;
	Block *b;
	Seg g;
	ulong end;

	t = c->tcb;
	b = ipalloc(Tcphsize+n);
	if(b == nil)
		return -1;
	b->rp += Tcphsize;
	b->wp = b->rp;
	fill(c, &g);
	if(n > 0)
		sqcopy(t, b, t->nxt-t->una, n);
	g.seq = t->nxt;
	if(n > 0 && t->nxt - t->una + n == t->sq.len - t->sqoff)
		g.flags |= Psh;
	if(fin){
		g.flags |= Fin;
		t->finsent = 1;
		t->finseq = t->nxt + n;
	}
	end = t->nxt + n + fin;
	if(seqlt(t->nxt, t->max)){
		t->rexmits++;
		c->p->mib[Tretrans]++;
	}else if(!t->timing){
		t->timing = 1;
		t->timed = end;
		t->timedat = fastns();
	}
	t->nxt = end;
	if(seqgt(end, t->max))
		t->max = end;
	tcpsend(c->fs, b, &g, c->ttl, c->tos);
	return 0;
}

/* Whatever may be sent. */
void
tcpoutput(Conv *c)
{
	Tcb *t;
	long n;
	int fin;

	t = c->tcb;
	if(t->state < Established || t->state == Timewait)
		return;
	while(clear(c)){
		n = howmuch(t, &fin);
		if(n < 0 || sendnext(c, n, fin) < 0)
			break;
	}
	tcparm(c);
}

/* Something is on its way, or kept back by a closed window: look after it. */
void
tcparm(Conv *c)
{
	Tcb *t;
	ulong ms, pto;

	t = c->tcb;
	if(t->max == t->una && t->sq.len == t->sqoff && (!t->finwanted || t->finsent)){
		t->trexmt = 0;
		return;
	}
	if(t->trexmt != 0)
		return;
	ms = t->rto << (t->backoff < 10? t->backoff: 10);
	if(ms > Maxrto)
		ms = Maxrto;
	pto = (t->srtt>>3)/500 + Minpto;	/* two round trips, and a bit */
	t->pto = !t->probed && t->backoff == 0 && t->srtt != 0 && t->wnd != 0
		&& t->state >= Established && t->max - t->una > (ulong)t->mss && pto < ms;
	if(t->pto)
		ms = pto;
	tcptimerat(c, &t->trexmt, ms);
}

void
tcpkick(Fs *f, Ipifc *ifc)
{
	Conv *c;

	ifc->tcpwait = 0;
	for(c = tcplist(f); c != nil; c = c->tcb->next)
		if(c->tcb->blocked){
			c->tcb->blocked = 0;
			tcpoutput(c);
		}
}

/* --- write --- */

static int
roomy(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	if(t->sq.first != nil && c->fs->mem > conf.memsize/4)
		return 0;
	return t->sq.len - t->sqoff < Sndlimit && t->sq.mem < 2*Sndlimit;
}

static int
writable(void *a)
{
	Conv *c;

	c = a;
	return roomy(c) || c->tcb->finwanted
		|| (c->tcb->state != Established && c->tcb->state != Closewait);
}

static void
mustwrite(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	if((t->state == Established || t->state == Closewait) && !t->finwanted)
		return;
	if(c->state == Idle || c->state == Announced)
		error("not connected");
	error(c->err[0]? c->err: Ehungup);
}

static void
writepiece(Conv *c, uchar *p, long n)
{
	Block *b;

	mustwrite(c);
	while(!roomy(c)){
		sleep(&c->wr, writable, c);
		mustwrite(c);
	}
	b = allocb(n < Small? Small: n);
	if(b == nil)
		error(Enomem);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->wp, p, n);
	b->wp += n;
	mustwrite(c);			/* the copy may have slept */
	poperror();
	sqput(c, b);
	tcpoutput(c);
}

long
tcpwrite(Conv *c, uchar *p, long n)
{
	long m, done;

	qlock(&c->wlk);
	if(waserror()){
		qunlock(&c->wlk);
		nexterror();
	}
	mustwrite(c);
	for(done = 0; done < n; done += m){
		m = n-done < Piece? n-done: Piece;
		writepiece(c, p+done, m);
	}
	poperror();
	qunlock(&c->wlk);
	return n;
}
