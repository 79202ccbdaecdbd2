/*
 * UDP.  A conversation is connected, or announced: then either the first
 * packet of a stranger makes a new conversation (open listen), or, after
 * the ctl word headers, every message carries the addresses in front.
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
	Rqlimit	= 512*1024,

	Uin = 0, Unoport, Uinerr, Uout, Nmib,
};

typedef struct Udp Udp;
struct Udp
{
	uchar	sport[2];
	uchar	dport[2];
	uchar	len[2];
	uchar	cksum[2];
};

static char *mibname[Nmib] = { "InDatagrams", "NoPorts", "InErrors", "OutDatagrams" };

static void
udpinit(Fs *f, Proto *p)
{
	USED(f);
	p->mib = smalloc(Nmib*sizeof p->mib[0]);
}

static void
udpconnect(Conv *c, int argc, char **argv)
{
	convconnect(c, argc, argv);
	c->state = Connected;
}

static void
udpannounce(Conv *c, int argc, char **argv)
{
	convannounce(c, argc, argv);
	c->state = Announced;
}

static void
udpclose(Conv *c)
{
	USED(c);
}

static void
udpctl(Conv *c, int argc, char **argv)
{
	if(strcmp(argv[0], "headers") == 0 && argc == 1)
		c->headers = 1;
	else if(strcmp(argv[0], "hangup") == 0){
		convunhash(c);
		convhangup(c, nil);
	}else
		error("unknown control request");
}

/* --- in --- */

/* Length and checksum; b's end becomes that of the datagram. */
static int
goodudp(Block *b)
{
	Iphdr *h;
	Udp *u;
	int len;

	h = (Iphdr*)b->rp;
	u = (Udp*)(b->rp + Iphsize);
	if(BLEN(b) < Iphsize+Udphsize)
		return 0;
	len = nhgets(u->len);
	if(len < Udphsize || len > BLEN(b)-Iphsize)
		return 0;
	b->wp = (uchar*)u + len;
	if(nhgets(u->cksum) == 0 || (b->flag & Bcsumok))
		return 1;
	return ckfold(cksum((uchar*)u, len, pseudosum(nhgetl(h->src), nhgetl(h->dst), Ipudp, len))) == 0;
}

/* Replace the headers by the one a program gets; nil: no memory. */
static Block*
addheaders(Block *b, Ipifc *ifc, Ip4 src, Ip4 dst, int sport, int dport)
{
	Block *nb;
	uchar *p;

	nb = allocb(Udphdrs + BLEN(b));
	if(nb == nil){
		freeb(b);
		return nil;
	}
	p = nb->wp;
	v4tov6(p, src);
	v4tov6(p+16, dst);
	v4tov6(p+32, ifc->lifc != nil? ifc->lifc->addr: 0);
	hnputs(p+48, sport);
	hnputs(p+50, dport);
	memmove(p+Udphdrs, b->rp, BLEN(b));
	nb->wp += Udphdrs + BLEN(b);
	freeb(b);
	return nb;
}

static Conv*
udpcall(Proto *p, Ipifc *ifc, Ip4 src, int sport, Ip4 dst, int dport)
{
	Conv *c;

	c = convlookup(p, dst, dport, src, sport);
	if(c != nil)
		return c;
	c = convlisten(p, dst, dport);
	if(c == nil || c->headers)
		return c;
	if(isbroadcast(ifc, dst) || ismcast(dst))
		dst = srcaddr(p->fs, src);
	return newcall(c, dst, dport, src, sport);
}

static void
udprcv(Fs *f, Ipifc *ifc, Block *b)
{
	Proto *p;
	Iphdr *h;
	Udp *u;
	Conv *c;
	Ip4 src, dst;
	int sport, dport;

	p = f->byproto[Ipudp];
	if(!goodudp(b)){
		p->mib[Uinerr]++;
		freeb(b);
		return;
	}
	h = (Iphdr*)b->rp;
	u = (Udp*)(b->rp + Iphsize);
	src = nhgetl(h->src);
	dst = nhgetl(h->dst);
	sport = nhgets(u->sport);
	dport = nhgets(u->dport);
	c = udpcall(p, ifc, src, sport, dst, dport);
	if(c == nil){
		p->mib[Unoport]++;
		if(convlisten(p, dst, dport) == nil)
			icmpunreach(f, ifc, b, 3, 3);
		freeb(b);
		return;
	}
	p->mib[Uin]++;
	b->rp += Iphsize+Udphsize;
	if(c->headers)
		b = addheaders(b, ifc, src, dst, sport, dport);
	if(b != nil)
		msgput(c, b, Rqlimit);
}

static void
udpadvise(Fs *f, Iphdr *h, uchar *data, int n, char *msg)
{
	Conv *c;

	if(n < 4)
		return;
	c = convlookup(f->byproto[Ipudp], nhgetl(h->src), nhgets(data), nhgetl(h->dst), nhgets(data+2));
	if(c != nil && !c->ignoreadvice)
		convhangup(c, msg);
}

/* --- out --- */

typedef struct Ends Ends;
struct Ends
{
	Ip4	src;
	Ip4	dst;
	int	sport;
	int	dport;
};

/* Where a message goes: as connected, or as its header says. */
static void
ends(Conv *c, uchar *hdr, Ends *e)
{
	e->src = c->laddr;
	e->dst = c->raddr;
	e->sport = c->lport;
	e->dport = c->rport;
	if(c->headers){
		if(v6tov4(hdr, &e->dst) < 0 || v6tov4(hdr+16, &e->src) < 0)
			error(Ebadip);
		e->dport = nhgets(hdr+48);
		if(c->laddr != 0)
			e->src = c->laddr;
		if(e->src != 0 && !islocal(c->fs, e->src))
			e->src = 0;		/* a broadcast address, from the packet answered */
	}else if(c->state != Connected)
		error("not connected");
	if(e->src == 0 && !isbcast(e->dst))
		e->src = srcaddr(c->fs, e->dst);
}

static long
udpwrite(Conv *c, uchar *p, long n)
{
	uchar hdr[Udphdrs];
	Ends e;
	Block *b;
	Udp *u;
	long len;
	char *err;

	len = n;
	if(c->hungup)
		error(c->err[0]? c->err: Ehungup);
	if(c->headers){
		if(n < Udphdrs)
			error(Etoosmall);
		memmove(hdr, p, Udphdrs);
		p += Udphdrs;
		len -= Udphdrs;
	}
	if(len > Maxip-Iphsize-Udphsize)
		error(Etoobig);
	ends(c, hdr, &e);
	ifcwait(c->fs, e.dst);
	b = ipalloc(Udphsize+len);
	if(b == nil)
		error(Enomem);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->rp+Udphsize, p, len);
	poperror();
	b->wp += Udphsize+len;
	u = (Udp*)b->rp;
	hnputs(u->sport, e.sport);
	hnputs(u->dport, e.dport);
	hnputs(u->len, Udphsize+len);
	hnputs(u->cksum, ckfoldsum(pseudosum(e.src, e.dst, Ipudp, Udphsize+len)));
	b->flag |= Bcsum;
	b->csumstart = 0;
	b->csumoff = 6;
	c->p->mib[Uout]++;
	err = ipoutput(c->fs, b, nil, e.src, e.dst, Ipudp, c->ttl, c->tos);
	if(err != nil)
		error(err);
	return n;
}

static void
udpstate(Conv *c, Text *t)
{
	textadd(t, "%s qin %lud qout 0\n", c->inuse? "Open": "Closed", c->rq.len);
}

static void
udpstats(Proto *p, Text *t)
{
	int i;

	for(i = 0; i < Nmib; i++)
		textadd(t, "%s: %lud\n", mibname[i], p->mib[i]);
}

Proto udpproto =
{
	.name = "udp",
	.ipproto = Ipudp,
	.maxconv = 1024,
	.init = udpinit,
	.connect = udpconnect,
	.announce = udpannounce,
	.close = udpclose,
	.rcv = udprcv,
	.read = msgread,
	.write = udpwrite,
	.ctl = udpctl,
	.state = udpstate,
	.stats = udpstats,
	.advise = udpadvise,
};
