/*
 * ICMP: answers echo requests, says what cannot be delivered, tells the
 * protocols what others could not, and is a protocol of its own for ping.  A
 * program writes and reads whole packets with the IP header, of which it
 * need fill in nothing.
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
	Echoreply	= 0,
	Unreachable	= 3,
	Echo		= 8,
	Timeexceeded	= 11,

	Rqlimit		= 256*1024,
	Quoted		= 8,		/* bytes after the IP header of a packet complained of */
	Burst		= 50,		/* errors sent in a second */

	Iin = 0, Iinerr, Iout, Iechoin, Iunreachin, Iunreachout, Nmib,
};

typedef struct Icmp Icmp;
struct Icmp
{
	uchar	type;
	uchar	code;
	uchar	cksum[2];
	uchar	id[2];
	uchar	seq[2];
};

static char *mibname[Nmib] =
{
	"InMsgs", "InErrors", "OutMsgs", "InEchos", "InDestUnreachs", "OutDestUnreachs",
};

static char *unreachable[] =
{
	"network unreachable",
	"host unreachable",
	"protocol unreachable",
	"connection refused",
	"fragmentation needed",
	"source route failed",
};

static void
icmpinit(Fs *f, Proto *p)
{
	USED(f);
	p->mib = smalloc(Nmib*sizeof p->mib[0]);
}

static void
setcksum(Block *b, Icmp *h)
{
	hnputs(h->cksum, 0);
	hnputs(h->cksum, ckfold(cksum((uchar*)h, b->wp-(uchar*)h, 0)));
}

/* Not more than Burst a second: nobody uses us to shout at others. */
static int
toomany(void)
{
	static ulong second, n;
	ulong s;

	s = msnow()/1000;
	if(s != second){
		second = s;
		n = 0;
	}
	return ++n > Burst;
}

/* Complain to the sender of b, which stays the caller's. */
void
icmpunreach(Fs *f, Ipifc *ifc, Block *b, int type, int code)
{
	Block *nb;
	Iphdr *h;
	Icmp *ic;
	Ip4 src, dst;
	int n, hl;

	h = (Iphdr*)b->rp;
	src = nhgetl(h->src);
	dst = nhgetl(h->dst);
	hl = (h->vihl & 0xF)*4;
	if(src == 0 || ismcast(dst) || isbroadcast(ifc, dst) || isbroadcast(ifc, src)
	|| (nhgets(h->frag) & 0x1FFF) != 0 || toomany())
		return;
	if(h->proto == Ipicmp && (BLEN(b) < hl+Icmphsize || (b->rp[hl] != Echo && b->rp[hl] != Echoreply)))
		return;
	if(!islocal(f, dst)){
		dst = srcaddr(f, src);
		if(dst == 0)
			return;
	}
	n = BLEN(b);
	if(n > hl+Quoted)
		n = hl+Quoted;
	nb = ipalloc(Icmphsize+n);
	if(nb == nil)
		return;
	ic = (Icmp*)nb->wp;
	memset(ic, 0, Icmphsize);
	ic->type = type;
	ic->code = code;
	if(type == 3 && code == 4)
		hnputs(ic->seq, ifc->mtu);
	memmove(nb->wp+Icmphsize, b->rp, n);
	nb->wp += Icmphsize+n;
	setcksum(nb, ic);
	f->byproto[Ipicmp]->mib[Iunreachout]++;
	ipoutput(f, nb, nil, dst, src, Ipicmp, Maxttl, 0);
}

/* The request becomes its answer. */
static void
echo(Fs *f, Ipifc *ifc, Block *b)
{
	Iphdr *h;
	Icmp *ic;
	Ip4 src, dst;
	int tos;

	h = (Iphdr*)b->rp;
	src = nhgetl(h->src);
	dst = nhgetl(h->dst);
	tos = h->tos;
	if(!islocal(f, dst) || isbroadcast(ifc, src)){
		freeb(b);
		return;
	}
	b->flag = 0;
	b->rp += Iphsize;
	ic = (Icmp*)b->rp;
	ic->type = Echoreply;
	setcksum(b, ic);
	ipoutput(f, b, nil, dst, src, Ipicmp, Maxttl, tos);
}

/* An error about a packet of ours: to its protocol. */
static void
advise(Fs *f, Block *b, Icmp *ic)
{
	Iphdr *h;
	Proto *p;
	char *msg;
	int n;

	h = (Iphdr*)((uchar*)ic + Icmphsize);
	n = b->wp - (uchar*)h;
	if(n < Iphsize+Quoted || h->vihl != 0x45 || (nhgets(h->frag) & 0x1FFF) != 0)
		return;
	p = f->byproto[h->proto];
	if(p == nil || p->advise == nil)
		return;
	msg = "time exceeded";
	if(ic->type == Unreachable)
		msg = ic->code < nelem(unreachable)? unreachable[ic->code]: "destination unreachable";
	p->advise(f, h, (uchar*)h+Iphsize, n-Iphsize, msg);
}

static void
icmprcv(Fs *f, Ipifc *ifc, Block *b)
{
	Proto *p;
	Iphdr *h;
	Icmp *ic;
	Conv *c;
	Ip4 src, dst;
	int id;

	p = f->byproto[Ipicmp];
	p->mib[Iin]++;
	h = (Iphdr*)b->rp;
	ic = (Icmp*)(b->rp + Iphsize);
	if(BLEN(b) < Iphsize+Icmphsize || ckfold(cksum((uchar*)ic, b->wp-(uchar*)ic, 0)) != 0){
		p->mib[Iinerr]++;
		freeb(b);
		return;
	}
	switch(ic->type){
	case Echo:
		p->mib[Iechoin]++;
		echo(f, ifc, b);
		return;
	case Unreachable:
	case Timeexceeded:
		p->mib[Iunreachin]++;
		advise(f, b, ic);
		break;
	}
	src = nhgetl(h->src);
	dst = nhgetl(h->dst);
	id = nhgets(ic->id);
	c = convlookup(p, dst, id, src, 1);
	if(c == nil)
		c = convlisten(p, dst, id);
	if(c == nil)
		c = convlisten(p, dst, 1);
	if(c != nil)
		msgput(c, b, Rqlimit);
	else
		freeb(b);
}

/* Ports: the local one is the identifier, the remote one always 1. */
static void
icmpconnect(Conv *c, int argc, char **argv)
{
	convconnect(c, argc, argv);
	convunhash(c);
	c->rport = 1;
	convhash(c);
	c->state = Connected;
}

static void
icmpannounce(Conv *c, int argc, char **argv)
{
	convannounce(c, argc, argv);
	c->state = Announced;
}

static void
icmpclose(Conv *c)
{
	USED(c);
}

static long
icmpwrite(Conv *c, uchar *p, long n)
{
	Block *b;
	Icmp *ic;
	char *err;

	if(c->state != Connected)
		error("not connected");
	if(n < Iphsize+Icmphsize)
		error(Etoosmall);
	if(n > Maxip)
		error(Etoobig);
	ifcwait(c->fs, c->raddr);
	b = ipalloc(n-Iphsize);
	if(b == nil)
		error(Enomem);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->wp, p+Iphsize, n-Iphsize);
	poperror();
	b->wp += n-Iphsize;
	ic = (Icmp*)b->rp;
	hnputs(ic->id, c->lport);
	setcksum(b, ic);
	c->p->mib[Iout]++;
	err = ipoutput(c->fs, b, nil, c->laddr, c->raddr, Ipicmp, c->ttl, c->tos);
	if(err != nil)
		error(err);
	return n;
}

static void
icmpstate(Conv *c, Text *t)
{
	textadd(t, "Datagram qin %lud qout 0\n", c->rq.len);
}

static void
icmpstats(Proto *p, Text *t)
{
	int i;

	for(i = 0; i < Nmib; i++)
		textadd(t, "%s: %lud\n", mibname[i], p->mib[i]);
}

Proto icmpproto =
{
	.name = "icmp",
	.ipproto = Ipicmp,
	.maxconv = 128,
	.init = icmpinit,
	.connect = icmpconnect,
	.announce = icmpannounce,
	.close = icmpclose,
	.rcv = icmprcv,
	.read = msgread,
	.write = icmpwrite,
	.state = icmpstate,
	.stats = icmpstats,
};
