/*
 * Fragments.  Pieces of a datagram are kept in order, overlapping ones are
 * refused (nobody honest sends them), and everything is bounded: pieces of a
 * datagram, datagrams, bytes, time.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

enum
{
	Fraglife	= 15000,	/* ms */
	Maxpieces	= 128,		/* 64 KB in pieces of 576 */
	Maxfragmem	= 512*1024,
};

/* While a piece waits its IP header stays in front of rp's payload. */
#define PIECE(b)	((Iphdr*)((b)->rp - Iphsize))
#define OFFSET(b)	((nhgets(PIECE(b)->frag) & 0x1FFF)*8)

static void
dropfrag(Fs *f, Frag *g)
{
	freeblist(g->list);
	memset(g, 0, sizeof *g);
	f->mib[Mreasmfail]++;
}

void
fragexpire(Fs *f)
{
	int i;

	for(i = 0; i < Nfrag; i++)
		if(f->frag[i].list != nil && msnow()-f->frag[i].born > Fraglife)
			dropfrag(f, &f->frag[i]);
}

static ulong
fragmem(Fs *f)
{
	ulong n;
	int i;

	n = 0;
	for(i = 0; i < Nfrag; i++)
		n += f->frag[i].mem;
	return n;
}

/* The datagram h belongs to; a new one may cost the oldest its place. */
static Frag*
findfrag(Fs *f, Iphdr *h)
{
	Frag *g, *old;
	int i;

	for(i = 0; i < Nfrag; i++){
		g = &f->frag[i];
		if(g->list != nil && g->id == nhgets(h->id) && g->proto == h->proto
		&& g->src == nhgetl(h->src) && g->dst == nhgetl(h->dst))
			return g;
	}
	old = &f->frag[0];
	for(i = 0; i < Nfrag; i++){
		g = &f->frag[i];
		if(g->list == nil){
			old = g;
			break;
		}
		if((long)(g->born - old->born) < 0)
			old = g;
	}
	if(old->list != nil)
		dropfrag(f, old);
	old->id = nhgets(h->id);
	old->proto = h->proto;
	old->src = nhgetl(h->src);
	old->dst = nhgetl(h->dst);
	old->born = msnow();
	return old;
}

/* Put b in its place; 0: it was there already; -1: it overlaps, or there is too much. */
static int
insert(Fs *f, Frag *g, Block *b)
{
	Block **l;
	ulong off;

	off = OFFSET(b);
	for(l = &g->list; *l != nil && (ulong)OFFSET(*l) < off; l = &(*l)->next)
		if((ulong)OFFSET(*l) + BLEN(*l) > off)
			return -1;
	if(*l != nil && (ulong)OFFSET(*l) == off && BLEN(*l) == BLEN(b)){
		freeb(b);
		return 0;
	}
	if(*l != nil && off + BLEN(b) > (ulong)OFFSET(*l))
		return -1;
	if(g->n >= Maxpieces || fragmem(f) + BALLOC(b) > Maxfragmem)
		return -1;
	b->next = *l;
	*l = b;
	g->n++;
	g->mem += BALLOC(b);
	return 1;
}

/* Bytes of payload if all pieces are there, else 0. */
static ulong
complete(Frag *g)
{
	Block *b;
	ulong off;

	off = 0;
	for(b = g->list; b != nil; b = b->next){
		if((ulong)OFFSET(b) != off)
			return 0;
		off += BLEN(b);
		if((nhgets(PIECE(b)->frag) & Ipmf) == 0)
			return b->next == nil? off: 0;
	}
	return 0;
}

static Block*
join(Fs *f, Frag *g, ulong n)
{
	Block *nb, *b;
	Iphdr *h;

	nb = ipalloc(n);
	if(nb == nil){
		dropfrag(f, g);
		return nil;
	}
	memmove(nb->rp-Iphsize, PIECE(g->list), Iphsize);
	for(b = g->list; b != nil; b = b->next){
		memmove(nb->wp, b->rp, BLEN(b));
		nb->wp += BLEN(b);
	}
	nb->rp -= Iphsize;
	h = (Iphdr*)nb->rp;
	hnputs(h->length, BLEN(nb));
	hnputs(h->frag, 0);
	freeblist(g->list);
	memset(g, 0, sizeof *g);
	f->mib[Mreasmok]++;
	return nb;
}

/* A piece, with its IP header; the whole datagram if this was the last one missing. */
Block*
reassemble(Fs *f, Block *b)
{
	Iphdr *h;
	Frag *g;
	ulong off, n;

	f->mib[Mreasmreq]++;
	fragexpire(f);
	b = packblock(b);
	h = (Iphdr*)b->rp;
	off = (nhgets(h->frag) & 0x1FFF)*8;
	n = BLEN(b) - Iphsize;
	if(n == 0 || off + n > Maxip-Iphsize || ((nhgets(h->frag) & Ipmf) && n % 8 != 0)){
		f->mib[Mreasmfail]++;
		freeb(b);
		return nil;
	}
	g = findfrag(f, h);
	b->rp += Iphsize;
	if(insert(f, g, b) < 0){
		freeb(b);
		dropfrag(f, g);
		return nil;
	}
	iptimerat(f, fastns() + (uvlong)(Fraglife+1000)*1000000);
	n = complete(g);
	return n > 0? join(f, g, n): nil;
}

/* Send a packet in pieces; b is used up.  -1: no memory. */
int
fragout(Fs *f, Ipifc *ifc, Block *b, Ip4 hop)
{
	Block *nb;
	Iphdr *h, *nh;
	int off, n, max, len, start;

	h = (Iphdr*)b->rp;
	len = BLEN(b) - Iphsize;
	max = (ifc->mtu - Iphsize) & ~7;
	start = nhgets(h->frag);
	for(off = 0; off < len; off += n){
		n = len-off < max? len-off: max;
		nb = ipalloc(n);
		if(nb == nil){
			f->mib[Mfragfail]++;
			freeb(b);
			return -1;
		}
		memmove(nb->wp, b->rp+Iphsize+off, n);
		nb->wp += n;
		nb->rp -= Iphsize;
		memmove(nb->rp, h, Iphsize);
		nh = (Iphdr*)nb->rp;
		hnputs(nh->length, n+Iphsize);
		hnputs(nh->frag, ((start & 0x1FFF) + off/8) | (off+n < len || (start & Ipmf)? Ipmf: 0));
		hnputs(nh->cksum, 0);
		hnputs(nh->cksum, ckfold(cksum(nb->rp, Iphsize, 0)));
		f->mib[Mfragmake]++;
		ifc->m->output(ifc, nb, hop);
	}
	f->mib[Mfragok]++;
	freeb(b);
	return 0;
}
