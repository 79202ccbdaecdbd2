/*
 * #l: ethernet.  A frame written to a conversation's data file goes out with
 * our address as its source; one that comes in goes to all conversations that
 * want it.  netif.c has the files.
 *
 * Short frames are not padded: no cable needs it, and passt takes the padding
 * of a TCP segment for data.
 *
 * Nothing is lost for want of room while a reader is at work: etheriq refuses
 * a frame as long as a conversation that is to have it is full, the driver
 * keeps it, and the sender at the other end of the wire comes to wait.  But a
 * reader that takes nothing for Patience ms holds up the others no longer:
 * until it reads again, what it has no room for is dropped.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "netif.h"

enum
{
	Patience	= 1000,		/* ms */
};

static Ether *ether[Maxether];
static int nether;

Ether*
etherof(Chan *c)
{
	return ether[c->dev];
}

/* --- from the wire --- */

static int
forus(Ether *e, Netfile *f, uchar *p)
{
	static uchar all[Eaddrlen] = { 255, 255, 255, 255, 255, 255 };

	if(f->prom || memcmp(p, e->ea, Eaddrlen) == 0 || memcmp(p, all, Eaddrlen) == 0)
		return 1;
	return (p[0] & 1) != 0 && netmulti(e, p);
}

static int
wants(Ether *e, Netfile *f, uchar *p)
{
	if(f == nil || f->type == 0)
		return 0;
	return (f->type < 0 || f->type == (p[12]<<8 | p[13])) && forus(e, f, p);
}

/* The beginning, the length, and when it was. */
static Block*
header(Block *b)
{
	ulong ms, n;
	Block *h;

	h = allocb(Recordlen);
	if(h == nil)
		return nil;
	n = BLEN(b);
	memset(h->wp, 0, Recordlen);
	memmove(h->wp, b->rp, n < Headlen? n: Headlen);
	ms = msnow();
	h->wp[58] = n>>8;
	h->wp[59] = n;
	h->wp[60] = ms>>24;
	h->wp[61] = ms>>16;
	h->wp[62] = ms>>8;
	h->wp[63] = ms;
	h->wp += Recordlen;
	return h;
}

static Block*
copy(Block *b)
{
	Block *nb;
	long n;

	n = BLEN(b);
	nb = allocb(n);
	if(nb == nil)
		return nil;
	memmove(nb->wp, b->rp, n);
	nb->wp += n;
	nb->flag = b->flag & Bcsumok;
	return nb;
}

/* Takes b, unless keep. */
static void
give(Ether *e, Netfile *f, Block *b, int keep)
{
	Block *nb;

	nb = b;
	if(f->headersonly || f->type == Theaders)
		nb = header(b);
	else if(keep)
		nb = copy(b);
	if(nb != b && !keep)
		freeb(b);
	if(nb == nil || qpass(f->in, nb) < 0){
		e->soverflows++;
		freeb(nb);
	}
}

static void
deliver(Ether *e, Block *b)
{
	Netfile *last, *f;
	int i;

	last = nil;
	for(i = 0; i < Nfile; i++){
		f = e->f[i];
		if(!wants(e, f, b->rp))
			continue;
		if(last != nil)
			give(e, last, b, 1);
		last = f;
	}
	if(last != nil)
		give(e, last, b, 0);
	else
		freeb(b);
}

/* Somebody did not read for too long; interrupts are off. */
static void
losepatience(Ureg *ur, Timer *t)
{
	Netfile *f;
	Ether *e;
	int i;

	USED(ur);
	e = t->a;
	for(i = 0; i < Nfile; i++)
		if((f = e->f[i]) != nil && f->type != 0 && qfull(f->in))
			f->stuck = 1;
	e->restart(e);
}

static int
mustwait(Ether *e, uchar *p)
{
	Netfile *f;
	int i, wait;

	wait = 0;
	for(i = 0; i < Nfile; i++){
		f = e->f[i];
		if(wants(e, f, p) && qfull(f->in) && !f->stuck)
			wait = 1;
	}
	return wait;
}

int
etheriq(Ether *e, Block *b)
{
	if(BLEN(b) < Etherhdr){
		e->frames++;
		freeb(b);
		return 1;
	}
	if(mustwait(e, b->rp)){
		if(!e->patience.armed)
			timeradd(&e->patience, fastns() + Patience*1000000ULL);
		return 0;
	}
	e->inpackets++;
	deliver(e, b);
	return 1;
}

/* --- to the wire --- */

/* What we send to ourselves, or to all, we hear; and who listens to all hears it. */
static int
tolocal(Ether *e, Block *b)
{
	Block *nb;
	int x;

	if((b->rp[0] & 1) == 0 && e->prom == 0 && memcmp(b->rp, e->ea, Eaddrlen) != 0)
		return 0;
	nb = copy(b);
	if(nb == nil)
		e->soverflows++;
	else{
		if(b->flag & Bcsum)
			nb->flag |= Bcsumok;	/* nobody could have spoilt it */
		x = splhi();
		deliver(e, nb);
		splx(x);
	}
	return memcmp(b->rp, e->ea, Eaddrlen) == 0;
}

/* Without offloads asked for, a frame is no longer than the wire takes. */
static int
toolong(Ether *e, Block *b)
{
	if(b->mss != 0)
		return (e->offload & Otso) == 0 || BLEN(b) > Maxframe;
	return BLEN(b) > e->maxmtu + Etherhdr;
}

static long
etherbwrite(Chan *c, Block *b, ulong off)
{
	Ether *e;
	long n;

	if(!netisdata(c))
		return devbwrite(c, b, off);
	e = etherof(c);
	n = BLEN(b);
	if(n < Etherhdr || toolong(e, b)){
		freeb(b);
		error(n < Etherhdr? Etoosmall: Etoobig);
	}
	memmove(b->rp+Eaddrlen, e->ea, Eaddrlen);
	if(tolocal(e, b)){
		e->outpackets++;
		freeb(b);
		return n;
	}
	e->outpackets++;
	e->transmit(e, b);
	return n;
}

static long
etherwrite(Chan *c, void *buf, long n, vlong off)
{
	Block *b;

	USED(off);
	if(c->qid.type & QTDIR)
		error(Eperm);
	if(!netisdata(c))
		return netctl(c, buf, n);
	if(n < 0 || n > Maxframe)
		error(Etoobig);
	b = allocb(n);
	if(b == nil)
		error(Enomem);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->wp, buf, n);
	poperror();
	b->wp += n;
	return etherbwrite(c, b, 0);
}

/* --- the device --- */

int
etheradd(Ether *e)
{
	if(nether == Maxether)
		return -1;
	e->patience.f = losepatience;
	e->patience.a = e;
	e->ctlrno = nether;
	ether[nether] = e;
	return nether++;
}

int
etheroffload(Chan *c, int *maxmtu)
{
	Ether *e;

	if(devtab[c->type]->dc != 'l')
		return 0;
	e = etherof(c);
	if(maxmtu != nil)
		*maxmtu = e->maxmtu;
	return e->offload;
}

static void
etherreset(void)
{
	etherinit();
}

static Chan*
etherattach(char *spec)
{
	Chan *c;
	char *end;
	ulong n;

	n = 0;
	if(*spec != '\0'){
		n = strtoul(spec, &end, 10);
		if(*end != '\0' || *spec < '0' || *spec > '9')
			error(Ebadspec);
	}
	if(n >= (ulong)nether)
		error(Enodev);
	if(ether[n]->attach != nil)
		ether[n]->attach(ether[n]);
	c = devattach('l', spec);
	c->dev = n;
	return c;
}

static Walkqid*
etherwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, netgen);
}

static int
etherstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, netgen);
}

static void
ethershutdown(void)
{
	int i;

	for(i = 0; i < nether; i++)
		if(ether[i]->shutdown != nil)
			ether[i]->shutdown(ether[i]);
}

Dev etherdevtab =
{
	'l',
	"ether",

	etherreset,
	devinit,
	ethershutdown,
	etherattach,
	etherwalk,
	etherstat,
	netopen,
	devcreate,
	netclose,
	netread,
	netbread,
	etherwrite,
	etherbwrite,
	devremove,
	netwstat,
};
