/*
 * IP itself: packets in and out.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

/* A block for n bytes of payload: rp is where they begin, with room before. */
Block*
ipalloc(int n)
{
	Block *b;

	b = allocb(Hdroom+Iphsize+n);
	if(b == nil)
		return nil;
	b->rp += Hdroom+Iphsize;
	b->wp = b->rp;
	return b;
}

/* Room for the next header, copying if there is none. */
static Block*
roombefore(Block *b, int n)
{
	Block *nb;

	if(b->rp - b->base >= n)
		return b;
	nb = ipalloc(BLEN(b));
	if(nb != nil){
		memmove(nb->wp, b->rp, BLEN(b));
		nb->wp += BLEN(b);
		nb->flag = b->flag;
		nb->csumstart = b->csumstart;
		nb->csumoff = b->csumoff;
	}
	freeb(b);
	return nb;
}

/*
 * Who adds up what b carries: the device, if it can; nobody on a loopback,
 * where nothing can happen to it; else we.  Offsets are from the Ethernet
 * header on, as the device wants them.
 */
static void
settlesum(Ipifc *ifc, Block *b)
{
	if((b->flag & Bcsum) == 0)
		return;
	if(BLEN(b)+Iphsize <= ifc->mtu){
		if(ifc->m == &loopmedium){
			b->flag = (b->flag & ~Bcsum) | Bcsumok;
			return;
		}
		if(ifc->offload & Ocsum){
			b->csumstart += Iphsize+Etherhsize;
			return;
		}
	}
	ckfinish(b);
}

/* A sum the device said we need not look at may not be there at all. */
static void
makesum(Block *b)
{
	Iphdr *h;
	int hl, off, len;

	if((b->flag & Bcsumok) == 0)
		return;
	b->flag &= ~Bcsumok;
	h = (Iphdr*)b->rp;
	hl = (h->vihl & 0xF)*4;
	len = BLEN(b)-hl;
	off = h->proto == Iptcp? 16: 6;
	if((h->proto != Iptcp && h->proto != Ipudp) || len < off+2 || (nhgets(h->frag) & ~Ipdf))
		return;
	hnputs(b->rp+hl+off, ckfoldsum(pseudosum(nhgetl(h->src), nhgetl(h->dst), h->proto, len)));
	b->flag |= Bcsum;
	b->csumstart = hl;
	b->csumoff = off;
	ckfinish(b);
}

/* For a broadcast: the interface of src, or one that has no address yet, or the first. */
static Ipifc*
bcastifc(Fs *f, Ip4 src)
{
	Ipifc *ifc, *first;
	Lifc *l;
	int i;

	first = nil;
	for(i = 0; i < Nifc; i++){
		ifc = f->ifc[i];
		if(ifc == nil || ifc->m == &loopmedium)
			continue;
		if(first == nil && ifc->lifc != nil)
			first = ifc;
		for(l = ifc->lifc; l != nil; l = l->next)
			if(l->addr == src)
				return ifc;
	}
	return first;
}

static Ipifc*
choose(Fs *f, Ip4 src, Ip4 dst, Ip4 *hop)
{
	*hop = dst;
	if(islocal(f, dst))
		return selfifc(f, dst);
	if(isbcast(dst) || ismcast(dst))
		return bcastifc(f, src);
	return findroute(f, dst, hop);
}

static void
puthdr(Fs *f, Block *b, Ip4 src, Ip4 dst, int proto, int ttl, int tos)
{
	Iphdr *h;

	b->rp -= Iphsize;
	h = (Iphdr*)b->rp;
	h->vihl = 0x45;
	h->tos = tos;
	hnputs(h->length, BLEN(b));
	f->ipid++;
	hnputs(h->id, f->ipid);
	hnputs(h->frag, 0);
	h->ttl = ttl;
	h->proto = proto;
	hnputs(h->cksum, 0);
	hnputl(h->src, src);
	hnputl(h->dst, dst);
	hnputs(h->cksum, ckfold(cksum(b->rp, Iphsize, 0)));
}

/*
 * Send the payload b, which is used up.  ifc may be nil: as routed.  Does
 * not sleep; what is wrong is returned as a text.
 */
char*
ipoutput(Fs *f, Block *b, Ipifc *ifc, Ip4 src, Ip4 dst, int proto, int ttl, int tos)
{
	Ip4 hop;

	f->mib[Mout]++;
	hop = dst;
	if(ifc == nil)
		ifc = choose(f, src, dst, &hop);
	if(ifc == nil || ifc->m == nil){
		f->mib[Mnoroute]++;
		freeb(b);
		return "no route";
	}
	if(BLEN(b) > Maxip-Iphsize || (b = roombefore(b, Hdroom/2+Iphsize)) == nil){
		f->mib[Moutdiscard]++;
		return "packet too long";
	}
	settlesum(ifc, b);
	puthdr(f, b, src, dst, proto, ttl, tos);
	if(BLEN(b) > ifc->mtu){
		if(fragout(f, ifc, b, hop) < 0)
			return "no memory";
		return nil;
	}
	ifc->m->output(ifc, b, hop);
	return nil;
}

/* Options are of no use to anybody: move the plain header up to the payload. */
static void
stripoptions(Block *b)
{
	Iphdr *h;
	int extra;

	h = (Iphdr*)b->rp;
	extra = (h->vihl & 0xF)*4 - Iphsize;
	if(extra == 0)
		return;
	memmove(b->rp+extra, b->rp, Iphsize);
	b->rp += extra;
	h = (Iphdr*)b->rp;
	h->vihl = 0x45;
	hnputs(h->length, BLEN(b));
}

/* Not for us: pass it on, if we are a router. */
static void
forward(Fs *f, Ipifc *in, Block *b)
{
	Ipifc *ifc;
	Iphdr *h;
	Ip4 hop, dst;

	h = (Iphdr*)b->rp;
	dst = nhgetl(h->dst);
	ifc = nil;
	if(f->forward && !isbroadcast(in, dst) && !ismcast(dst) && !isloop(dst))
		ifc = findroute(f, dst, &hop);
	if(ifc == nil || ifc == in || ifc->m == &loopmedium){
		f->mib[Maddrerr]++;
		if(f->forward && ifc == nil)
			icmpunreach(f, in, b, 3, 0);
		freeb(b);
		return;
	}
	if(h->ttl <= 1){
		icmpunreach(f, in, b, 11, 0);
		freeb(b);
		return;
	}
	stripoptions(b);
	h = (Iphdr*)b->rp;
	h->ttl--;
	hnputs(h->cksum, 0);
	hnputs(h->cksum, ckfold(cksum(b->rp, Iphsize, 0)));
	f->mib[Mforward]++;
	makesum(b);
	b = roombefore(b, Hdroom/2);
	if(b == nil)
		return;
	if(BLEN(b) <= ifc->mtu)
		ifc->m->output(ifc, b, hop);
	else if(nhgets(((Iphdr*)b->rp)->frag) & Ipdf){
		icmpunreach(f, in, b, 3, 4);
		freeb(b);
	}else
		fragout(f, ifc, b, hop);
}

/* The header in order, and the block cut to the packet; 0: no. */
static int
goodhdr(Fs *f, Ipifc *ifc, Block *b)
{
	Iphdr *h;
	int hl, len;
	Ip4 src;

	h = (Iphdr*)b->rp;
	if(BLEN(b) < Iphsize || h->vihl>>4 != 4)
		return 0;
	hl = (h->vihl & 0xF)*4;
	len = nhgets(h->length);
	if(hl < Iphsize || len < hl || len > BLEN(b))
		return 0;
	if(ckfold(cksum(b->rp, hl, 0)) != 0)
		return 0;
	src = nhgetl(h->src);
	if(ismcast(src) || isbcast(src))
		return 0;
	if((isloop(src) || isloop(nhgetl(h->dst))) && ifc->m != &loopmedium && ifc != f->self)
		return 0;
	b->wp = b->rp + len;
	return 1;
}

/* A packet that came in through ifc; used up.  Does not sleep. */
void
ipinput(Fs *f, Ipifc *ifc, Block *b)
{
	Iphdr *h;
	Proto *p;

	f->mib[Min]++;
	ifc->in++;
	if(!goodhdr(f, ifc, b)){
		f->mib[Mhdrerr]++;
		ifc->inerr++;
		freeb(b);
		return;
	}
	h = (Iphdr*)b->rp;
	if(!forus(f, ifc, nhgetl(h->dst))){
		forward(f, ifc, b);
		return;
	}
	stripoptions(b);
	h = (Iphdr*)b->rp;
	if(nhgets(h->frag) & ~(Ipdf|0x8000)){
		b = reassemble(f, b);
		if(b == nil)
			return;
		h = (Iphdr*)b->rp;
	}
	p = f->byproto[h->proto];
	if(p == nil){
		f->mib[Munknown]++;
		icmpunreach(f, ifc, b, 3, 2);
		freeb(b);
		return;
	}
	f->mib[Mdeliver]++;
	p->rcv(f, ifc, b);
}
