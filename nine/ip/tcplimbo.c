/*
 * Connections that have been asked for and not yet acknowledged.  They take
 * a few words each, so that nobody can fill our memory by asking; when there
 * are too many the oldest goes.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

static void
drop(Fs *f, Limbo **l)
{
	Limbo *p;

	p = *l;
	*l = p->next;
	f->nlimbo--;
	free(p);
}

static Limbo**
find(Fs *f, Seg *g)
{
	Limbo *p, **l;

	for(l = &f->limbo; (p = *l) != nil; l = &p->next)
		if(p->raddr == g->src && p->rport == g->sport && p->laddr == g->dst && p->lport == g->dport)
			break;
	return l;
}

static void
synack(Fs *f, Limbo *p)
{
	Seg g;

	memset(&g, 0, sizeof g);
	g.src = p->laddr;
	g.dst = p->raddr;
	g.sport = p->lport;
	g.dport = p->rport;
	g.seq = p->iss;
	g.ack = p->irs+1;
	g.flags = Syn|Ack;
	g.win = 65535;
	g.mss = tcpourmss(f, p->raddr);
	g.scale = p->scale >= 0? Wscale: -1;
	p->next1 = msnow() + (Initrto << p->tries);
	iptimerat(f, fastns() + ((uvlong)Initrto << p->tries)*1000000);
	tcpsend(f, nil, &g, Maxttl, 0);
}

/* A SYN for the listener c. */
void
limbosyn(Fs *f, Conv *c, Seg *g)
{
	Limbo *p, **l;

	l = find(f, g);
	if(*l != nil && (*l)->irs == g->seq){
		synack(f, *l);
		return;
	}
	if(*l != nil)
		drop(f, l);
	if(c->nincall >= Maxincall)
		return;			/* it will ask again */
	if(f->nlimbo >= Nlimbo)
		drop(f, &f->limbo);
	p = malloc(sizeof *p);
	if(p == nil)
		return;
	p->laddr = g->dst;
	p->lport = g->dport;
	p->raddr = g->src;
	p->rport = g->sport;
	p->irs = g->seq;
	randomread(&p->iss, sizeof p->iss);
	p->mss = g->mss;
	p->scale = g->scale;
	p->win = g->win;
	p->sent = msnow();
	for(l = &f->limbo; *l != nil; l = &(*l)->next)
		;
	*l = p;
	f->nlimbo++;
	synack(f, p);
}

static void
begin(Conv *c, Limbo *p, Seg *g)
{
	Tcb *t;

	t = c->tcb;
	t->iss = p->iss;
	t->una = t->nxt = t->max = p->iss+1;
	t->recover = p->iss;
	t->irs = p->irs;
	t->rnxt = p->irs+1;
	t->rup = t->rnxt + 65535;	/* as our SYN said */
	if(p->scale >= 0){
		t->sscale = p->scale;
		t->rscale = Wscale;
	}
	tcpsetmss(c, p->mss);
	t->wnd = t->maxwnd = (ulong)g->win << t->sscale;
	t->wl1 = g->seq;
	t->wl2 = g->ack;
	t->heard = fastns();
	c->p->mib[Tpassive]++;
	tcpestablish(c);
}

/* The handshake's last part: 1: *cp is the connection, 0: not now, -1: no such thing. */
int
limboack(Fs *f, Conv *l, Seg *g, Conv **cp)
{
	Limbo *p, **lp;

	lp = find(f, g);
	p = *lp;
	if(p == nil || g->ack != p->iss+1 || seqlt(g->seq, p->irs+1)
	|| seqgt(g->seq, p->irs+1+65535))
		return -1;
	*cp = newcall(l, p->laddr, p->lport, p->raddr, p->rport);
	if(*cp == nil)
		return 0;
	begin(*cp, p, g);
	drop(f, lp);
	return 1;
}

void
limborst(Fs *f, Seg *g)
{
	Limbo **l;

	l = find(f, g);
	if(*l != nil && g->seq == (*l)->irs+1)
		drop(f, l);
}

uvlong
limbotick(Fs *f, uvlong now)
{
	Limbo *p, **l;
	ulong ms, wait, next;

	ms = msnow();
	next = 0;
	for(l = &f->limbo; (p = *l) != nil; ){
		if((long)(p->next1 - ms) <= 0){
			if(++p->tries > Maxsynback){
				drop(f, l);
				continue;
			}
			synack(f, p);
		}
		wait = p->next1 - ms + 1;
		if(next == 0 || wait < next)
			next = wait;
		l = &p->next;
	}
	return next == 0? 0: now + (uvlong)next*1000000;
}
