/*
 * ARP: which station has an address.  Packets for one that is not known yet
 * wait with its entry, a few of them.  Entries in use are asked for again
 * before they get old.
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
	Arpwait		= 16,		/* packets waiting for one answer */
	Retry		= 1000,		/* ms */
	Maxtries	= 4,
	Refresh		= 5*60*1000,	/* ms: older answers are checked */
	Maxage		= 10*60*1000,

	Request		= 1,
	Reply		= 2,
};

typedef struct Arp Arp;
struct Arp
{
	uchar	dst[6];
	uchar	src[6];
	uchar	type[2];
	uchar	hrd[2];
	uchar	pro[2];
	uchar	hln;
	uchar	pln;
	uchar	op[2];
	uchar	sha[6];
	uchar	spa[4];
	uchar	tha[6];
	uchar	tpa[4];
};

static const uchar everybody[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

static void
forget(Arpent *a)
{
	freeblist(a->wait);
	memset(a, 0, sizeof *a);
}

static Arpent*
lookup(Ipifc *ifc, Ip4 ip)
{
	Arpent *a;

	for(a = ifc->fs->arp; a < ifc->fs->arp+Narp; a++)
		if(a->ifc == ifc && a->ip == ip)
			return a;
	return nil;
}

/* A free entry, or the one not used for longest. */
static Arpent*
newent(Ipifc *ifc, Ip4 ip)
{
	Arpent *a, *old;

	old = ifc->fs->arp;
	for(a = ifc->fs->arp; a < ifc->fs->arp+Narp; a++){
		if(a->ifc == nil){
			old = a;
			break;
		}
		if((long)(a->used - old->used) < 0)
			old = a;
	}
	forget(old);
	old->ifc = ifc;
	old->ip = ip;
	old->used = msnow();
	return old;
}

void
arpforget(Ipifc *ifc)
{
	Arpent *a;

	for(a = ifc->fs->arp; a < ifc->fs->arp+Narp; a++)
		if(a->ifc == ifc)
			forget(a);
}

static void
sendarp(Ipifc *ifc, int op, Ip4 spa, const uchar *tha, Ip4 tpa, const uchar *to)
{
	Block *b;
	Arp *p;

	b = allocb(Hdroom+60);
	if(b == nil)
		return;
	b->rp += Hdroom;
	p = (Arp*)b->rp;
	memset(p, 0, 60);
	b->wp = b->rp + 60;
	memmove(p->dst, to, 6);
	memmove(p->src, ifc->mac, 6);
	hnputs(p->type, 0x806);
	hnputs(p->hrd, 1);
	hnputs(p->pro, 0x800);
	p->hln = 6;
	p->pln = 4;
	hnputs(p->op, op);
	memmove(p->sha, ifc->mac, 6);
	hnputl(p->spa, spa);
	if(tha != nil)
		memmove(p->tha, tha, 6);
	hnputl(p->tpa, tpa);
	ifcqueue(ifc, b);
}

static void
ask(Arpent *a)
{
	a->asked = msnow();
	a->tries++;
	sendarp(a->ifc, Request, srcaddrif(a->ifc, a->ip), nil, a->ip, a->ok? a->mac: everybody);
	iptimerat(a->ifc->fs, fastns() + (uvlong)Retry*1000000);
}

/* We have an address: tell those who thought it was somebody else's. */
void
arpannounce(Ipifc *ifc, Ip4 ip)
{
	sendarp(ifc, Request, ip, nil, ip, everybody);
}

static void
multicastmac(uchar *mac, Ip4 dst)
{
	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5E;
	mac[3] = dst>>16 & 0x7F;
	mac[4] = dst>>8;
	mac[5] = dst;
}

static void
wait1(Arpent *a, Block *b)
{
	Block **l;
	int n;

	n = 0;
	b->next = nil;
	for(l = &a->wait; *l != nil; l = &(*l)->next)
		n++;
	if(n >= Arpwait){
		a->ifc->outerr++;
		freeb(b);
		return;
	}
	*l = b;
}

/* An IP packet for the neighbour hop. */
void
arpoutput(Ipifc *ifc, Block *b, Ip4 hop)
{
	uchar mac[6];
	Arpent *a;

	if(isbroadcast(ifc, hop)){
		etheraddress(ifc, b, (uchar*)everybody, 0x800);
		return;
	}
	if(ismcast(hop)){
		multicastmac(mac, hop);
		etheraddress(ifc, b, mac, 0x800);
		return;
	}
	a = lookup(ifc, hop);
	if(a == nil)
		a = newent(ifc, hop);
	a->used = msnow();
	if(!a->ok){
		wait1(a, b);
		if(a->tries == 0)
			ask(a);
		return;
	}
	etheraddress(ifc, b, a->mac, 0x800);
	if(a->used - a->heard > Refresh && a->used - a->asked > Retry)
		ask(a);
}

static void
learn(Arpent *a, uchar *mac)
{
	Block *b, *next;

	memmove(a->mac, mac, 6);
	a->ok = 1;
	a->tries = 0;
	a->heard = msnow();
	b = a->wait;
	a->wait = nil;
	for(; b != nil; b = next){
		next = b->next;
		b->next = nil;
		etheraddress(a->ifc, b, a->mac, 0x800);
	}
}

/* A frame of type 0x806; used up. */
void
arpinput(Ipifc *ifc, Block *b)
{
	Arp *p;
	Arpent *a;
	Ip4 spa, tpa;

	p = (Arp*)b->rp;
	if(BLEN(b) < (long)sizeof *p || nhgets(p->hrd) != 1 || nhgets(p->pro) != 0x800
	|| p->hln != 6 || p->pln != 4 || (p->sha[0] & 1)){
		ifc->inerr++;
		freeb(b);
		return;
	}
	spa = nhgetl(p->spa);
	tpa = nhgetl(p->tpa);
	if(spa != 0 && !isbcast(spa) && !ismcast(spa) && ifcof(ifc->fs, spa) == nil){
		a = lookup(ifc, spa);
		if(a == nil && nhgets(p->op) == Request && tpa != 0 && ifcof(ifc->fs, tpa) == ifc)
			a = newent(ifc, spa);	/* who asks for us will be answered soon */
		if(a != nil)
			learn(a, p->sha);
	}
	if(nhgets(p->op) == Request && tpa != 0 && ifcof(ifc->fs, tpa) == ifc && spa != tpa)
		sendarp(ifc, Reply, tpa, p->sha, spa, p->sha);
	freeb(b);
}

/* Nobody answers for a: tell whoever of us has sent the packets. */
static void
giveup(Arpent *a)
{
	Fs *f;
	Block *b;
	Iphdr *h;
	Proto *p;

	f = a->ifc->fs;
	for(b = a->wait; b != nil; b = b->next){
		h = (Iphdr*)b->rp;
		p = f->byproto[h->proto];
		if(islocal(f, nhgetl(h->src)) && p != nil && p->advise != nil)
			p->advise(f, h, b->rp+Iphsize, BLEN(b)-Iphsize, "host unreachable");
	}
	forget(a);
}

/* Ask again, give up. */
uvlong
arptick(Fs *f, uvlong now)
{
	Arpent *a;
	ulong ms;
	int again;

	ms = msnow();
	again = 0;
	for(a = f->arp; a < f->arp+Narp; a++){
		if(a->ifc == nil || a->tries == 0)
			continue;
		if(ms - a->asked + 10 < Retry){
			again = 1;
			continue;
		}
		if(a->tries >= Maxtries || (a->ok && ms - a->heard > Maxage)){
			giveup(a);
			continue;
		}
		ask(a);
		again = 1;
	}
	return again? now + (uvlong)Retry*1000000: 0;
}

static int
parsemac(char *s, uchar *mac)
{
	char two[3], *e;
	int i;

	for(i = 0; i < 6; i++){
		if(*s == ':')
			s++;
		two[0] = s[0];
		two[1] = s[0] != 0? s[1]: 0;
		two[2] = 0;
		mac[i] = strtoul(two, &e, 16);
		if(e != two+2)
			return -1;
		s += 2;
	}
	return *s == 0? 0: -1;
}

/* flush, add [ether] IP MAC, del IP */
void
arpctl(Fs *f, int argc, char **argv)
{
	uchar mac[6];
	Ipifc *ifc;
	Arpent *a;
	Ip4 ip, hop;

	if(argc == 1 && strcmp(argv[0], "flush") == 0){
		for(a = f->arp; a < f->arp+Narp; a++)
			forget(a);
		return;
	}
	if(argc >= 2 && strcmp(argv[0], "del") == 0){
		if(parseip(argv[argc-1], &ip) < 0)
			error(Ebadip);
		for(a = f->arp; a < f->arp+Narp; a++)
			if(a->ifc != nil && a->ip == ip)
				forget(a);
		return;
	}
	if(argc < 3 || argc > 4 || strcmp(argv[0], "add") != 0)
		error(Ebadctl);
	if(parseip(argv[argc-2], &ip) < 0 || parsemac(argv[argc-1], mac) < 0)
		error(Ebadarg);
	ifc = findroute(f, ip, &hop);
	if(ifc == nil || ifc->m != &ethermedium)
		error("no route");
	a = lookup(ifc, ip);
	if(a == nil)
		a = newent(ifc, ip);
	learn(a, mac);
}

void
arptext(Fs *f, Text *t)
{
	Arpent *a;

	for(a = f->arp; a < f->arp+Narp; a++)
		if(a->ifc != nil)
			textadd(t, "ether  %-8s %-40I %2.2ux%2.2ux%2.2ux%2.2ux%2.2ux%2.2ux\n",
				a->ok? "OK": "WAIT", a->ip, a->mac[0], a->mac[1], a->mac[2],
				a->mac[3], a->mac[4], a->mac[5]);
}
