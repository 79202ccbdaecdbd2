/*
 * TCP, the way in: segments checked and taken apart, data in and out of
 * order.  Acknowledgements are in tcpack.c, reading is in tcpread.c.
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
	if(t->deaf){
		freeb(b);
		t->rnxt += n;
		return 1;
	}
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
		tcptimewait(c);
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
	if(!tcphandleack(c, g)){
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
		tcprttsample(t);
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
