/*
 * The network card: virtio-net.  Frames go out from the blocks they are in,
 * which are freed when the Launcher has sent them; they come in through
 * buffers of a page each, several for a long frame, and are copied to a block
 * of their size at interrupt time.
 *
 * When #l has no room for a frame it is held and the buffers behind it stay
 * where they are: the Launcher finds none to fill and stops reading.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"
#include "netif.h"
#include "vring.h"

enum
{
	Qrx, Qtx, Nq,

	Fcsum		= 1<<0,		/* features: it completes checksums, */
	Fguestcsum	= 1<<1,		/* we take frames without, */
	Fmtu		= 1<<3,
	Fmac		= 1<<5,
	Fguesttso4	= 1<<7,		/* and longer than the wire has them; */
	Fhosttso4	= 1<<11,	/* it cuts ours */
	Fmrgrxbuf	= 1<<15,
	Fwanted		= Fcsum|Fguestcsum|Fmtu|Fmac|Fguesttso4|Fhosttso4|Fmrgrxbuf
			| LG_RING_F_INDIRECT|LG_RING_F_EVENT_IDX,

	Hneedcsum	= 1<<0,		/* Hdr.flags */
	Hvalid		= 1<<1,
	Gnone		= 0,		/* Hdr.gso */
	Gtcp4		= 1,

	Nbuf		= LG_VRING_NUM,	/* to receive into */
	Nbufsmall	= 64,		/* in a small machine; a long frame takes 17 */
	Small		= 32*1024*1024,
	Nslot		= LG_VRING_NUM,	/* frames on their way out */
	Lazy		= 256*1024,	/* bytes of them that need not be freed soon */

	Cmac		= 0,		/* offsets in the configuration */
	Cmtu		= 10,
};

/* Before every frame. */
typedef struct Hdr Hdr;
struct Hdr
{
	uchar	flags;
	uchar	gso;
	ushort	hdrlen;
	ushort	mss;
	ushort	csumstart;
	ushort	csumoff;
	ushort	nbuf;			/* buffers a received frame takes */
};
_Static_assert(sizeof(Hdr) == 12, "virtio's header with mergeable buffers");

typedef struct Slot Slot;
struct Slot
{
	Hdr	h;
	Block	*b;			/* nil: free */
	Slot	*next;			/* free ones */
};

typedef struct Ctlr Ctlr;
struct Ctlr
{
	Ether	e;
	struct lg_device_desc *d;
	ulong	features;
	Vq	q[Nq];
	QLock	alk;			/* attach */
	int	attached;

	uchar	*buf;			/* nbuf pages */
	int	nbuf;
	Block	*held;			/* #l has no room for it */

	QLock	tlk;			/* one waits for a slot at a time */
	Rendez	room;
	int	waiting;
	int	watching;		/* transmit interrupts are on */
	Slot	slot[Nslot];
	int	nslot;			/* in use */
	Slot	*free;
	ulong	onway;			/* bytes in slots */

	ulong	nintr;			/* statistics */
	ulong	txfull;
	ulong	stalls;
};

/* --- receive; interrupts are off --- */

static void
post(Ctlr *c, uchar *buf)
{
	Vseg s;

	s.p = buf;
	s.n = BY2PG;
	vput(&c->q[Qrx], &s, 0, 1, buf);
}

/*
 * A frame that begins with the n bytes at buf.  The Launcher gives back all
 * buffers of a frame at once.  nil: nonsense, or no memory.
 */
static Block*
gather(Ctlr *c, uchar *buf, ulong n)
{
	uchar *bufs[Maxframe/BY2PG+2];
	ulong len[nelem(bufs)], total;
	Block *b;
	Hdr *h;
	int i, nb;

	h = (Hdr*)buf;
	nb = n < sizeof *h? 1: h->nbuf;
	if(nb < 1 || nb > nelem(bufs))
		nb = 1;
	total = 0;
	for(i = 0; i < nb; i++){
		if(i > 0)
			buf = vget(&c->q[Qrx], &n);
		if(buf == nil)
			break;
		bufs[i] = buf;
		len[i] = n > BY2PG? BY2PG: n;
		total += len[i];
	}
	b = nil;
	if(i < nb || total < sizeof *h + Etherhdr || total > sizeof *h + Maxframe)
		c->e.frames++;
	else if((b = allocb(total)) == nil)
		c->e.soverflows++;
	else{
		if(h->flags & (Hneedcsum|Hvalid))
			b->flag |= Bcsumok;
		nb = i;
		for(i = 0; i < nb; i++){
			memmove(b->wp, bufs[i], len[i]);
			b->wp += len[i];
		}
		b->rp += sizeof *h;
		i = nb;
	}
	while(--i >= 0)
		post(c, bufs[i]);
	return b;
}

/* Take what is there, as long as #l has room. */
static void
receive(Ctlr *c)
{
	uchar *buf;
	ulong n;

	while(c->held == nil && (buf = vget(&c->q[Qrx], &n)) != nil){
		c->held = gather(c, buf, n);
		if(c->held != nil && etheriq(&c->e, c->held))
			c->held = nil;
	}
	if(c->held != nil){
		c->stalls++;
		vintr(&c->q[Qrx], 0);
	}
	vkick(&c->q[Qrx]);
}

/* #l has room again. */
static void
restart(Ether *e)
{
	Ctlr *c;

	c = e->ctlr;
	if(!c->attached || c->held == nil || !etheriq(e, c->held))
		return;
	c->held = nil;
	vintr(&c->q[Qrx], 1);
	receive(c);
}

/* --- transmit; interrupts are off --- */

static void
reap(Ctlr *c)
{
	ulong n;
	Slot *s;

	while((s = vget(&c->q[Qtx], &n)) != nil){
		c->onway -= BLEN(s->b);
		freeb(s->b);
		s->b = nil;
		s->next = c->free;
		c->free = s;
	}
}

/* To be told when something was sent, or not. */
static void
watch(Ctlr *c)
{
	int want;

	want = c->waiting || c->onway > Lazy;
	if(want == c->watching)
		return;
	c->watching = want;
	vintr(&c->q[Qtx], want);
	if(want)
		reap(c);
}

static int
hasroom(void *a)
{
	return ((Ctlr*)a)->free != nil;
}

static Slot*
takeslot(Ctlr *c)
{
	Slot *s;

	reap(c);
	while((s = c->free) == nil){
		c->txfull++;
		c->waiting = 1;
		watch(c);
		if(waserror()){
			c->waiting = 0;
			nexterror();
		}
		sleep(&c->room, hasroom, c);
		poperror();
		c->waiting = 0;
	}
	c->free = s->next;
	return s;
}

static void
fillhdr(Ctlr *c, Hdr *h, Block *b)
{
	memset(h, 0, sizeof *h);
	if((b->flag & Bcsum) == 0 || (c->e.offload & Ocsum) == 0)
		return;
	h->flags = Hneedcsum;
	h->csumstart = b->csumstart;
	h->csumoff = b->csumoff;
	if(b->mss == 0 || BLEN(b) - b->hdrlen <= b->mss)
		return;
	h->gso = Gtcp4;
	h->mss = b->mss;
	h->hdrlen = b->hdrlen;
}

static void
send(Ctlr *c, Slot *s, Block *b)
{
	Vseg seg[2];

	fillhdr(c, &s->h, b);
	s->b = b;
	c->onway += BLEN(b);
	seg[0].p = &s->h;
	seg[0].n = sizeof s->h;
	seg[1].p = b->rp;
	seg[1].n = BLEN(b);
	if(!vput(&c->q[Qtx], seg, 2, 0, s)){
		c->onway -= BLEN(b);
		s->b = nil;
		s->next = c->free;
		c->free = s;
		c->e.oerrs++;
		freeb(b);
		return;
	}
	vkick(&c->q[Qtx]);
	watch(c);
}

static void
transmit(Ether *e, Block *b)
{
	Ctlr *c;
	int x;

	c = e->ctlr;
	qlock(&c->tlk);
	x = splhi();
	if(waserror()){
		splx(x);
		qunlock(&c->tlk);
		freeb(b);
		nexterror();
	}
	send(c, takeslot(c), b);
	poperror();
	splx(x);
	qunlock(&c->tlk);
}

/* --- the card --- */

static void
intr(Ureg *ur, void *a)
{
	Ctlr *c;

	USED(ur);
	c = a;
	c->nintr++;
	receive(c);
	reap(c);
	watch(c);
	if(c->free != nil)
		wakeup(&c->room);
}

static void
startup(Ctlr *c)
{
	int i;

	c->nbuf = conf.memsize < Small? Nbufsmall: Nbuf;
	c->buf = mallocalign(c->nbuf*BY2PG, BY2PG);
	if(c->buf == nil)
		error(Enomem);
	c->nslot = c->features & LG_RING_F_INDIRECT? Nslot: Nslot/2;
	for(i = 0; i < c->nslot; i++){
		c->slot[i].next = c->free;
		c->free = &c->slot[i];
	}
	vstatus(c->d, LG_DEV_S_DRIVER_OK, 1);
	intrenable(c->q[Qrx].irq, intr, c, "ether");
	if(c->q[Qtx].irq != c->q[Qrx].irq)
		intrenable(c->q[Qtx].irq, intr, c, "ether out");
	vintr(&c->q[Qtx], 0);
	for(i = 0; i < c->nbuf; i++)
		post(c, c->buf + i*BY2PG);
	vkick(&c->q[Qrx]);
	c->attached = 1;
}

/* Nobody pays for a card until somebody looks at it. */
static void
attach(Ether *e)
{
	Ctlr *c;
	int x;

	c = e->ctlr;
	qlock(&c->alk);
	x = splhi();
	if(waserror()){
		splx(x);
		qunlock(&c->alk);
		nexterror();
	}
	if(!c->attached)
		startup(c);
	poperror();
	splx(x);
	qunlock(&c->alk);
}

static char*
ifstat(Ether *e, char *s, char *end)
{
	Ctlr *c;

	c = e->ctlr;
	s = seprint(s, end, "buffers: %d\nslots: %d\ninterrupts: %lud\n", c->nbuf, c->nslot, c->nintr);
	return seprint(s, end, "stalls: %lud\nring full: %lud\n", c->stalls, c->txfull);
}

static ulong
get16(uchar *p)
{
	return p[0] | p[1]<<8;
}

static void
describe(Ctlr *c, ulong features)
{
	uchar *p;
	Ether *e;

	e = &c->e;
	p = vconfig(c->d);
	memmove(e->ea, p+Cmac, Eaddrlen);
	e->maxmtu = Ethermtu;
	if((features & Fmtu) && c->d->config_len >= Cmtu+2)
		e->maxmtu = get16(p+Cmtu);
	if(e->maxmtu < 68 || e->maxmtu > Maxframe-Etherhdr)
		e->maxmtu = Ethermtu;
	if(features & Fcsum)
		e->offload |= Ocsum;
	if((features & (Fcsum|Fhosttso4)) == (Fcsum|Fhosttso4))
		e->offload |= Otso;
	e->link = 1;
	e->mbps = 10000;
	e->ctlr = c;
	e->attach = attach;
	e->transmit = transmit;
	e->restart = restart;
	e->ifstat = ifstat;
}

static int
found(struct lg_device_desc *d)
{
	ulong features;
	Ctlr *c;

	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	features = vfeatures(d, Fwanted);
	c = mallocz(sizeof *c, 1);
	if(c != nil && d->config_len >= Eaddrlen && (features & (Fmac|Fmrgrxbuf)) == (Fmac|Fmrgrxbuf)
	&& vqinit(&c->q[Qrx], d, Qrx, features) && vqinit(&c->q[Qtx], d, Qtx, features)){
		c->d = d;
		c->features = features;
		describe(c, features);
		if(etheradd(&c->e) >= 0)
			return 1;
	}
	free(c);
	vstatus(d, LG_DEV_S_FAILED, 1);
	return 0;
}

void
etherinit(void)
{
	struct lg_device_desc *d;
	int i;

	for(i = 0; (d = vfind(LG_DEV_NET, Nq, i)) != nil; i++)
		found(d);
}
