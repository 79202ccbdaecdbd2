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
	Fwanted		= Fcsum|Fguestcsum|Fmtu|Fmac|Fguesttso4|Fhosttso4|Fmrgrxbuf,

	Hneedcsum	= 1<<0,		/* Hdr.flags */
	Hvalid		= 1<<1,
	Gnone		= 0,		/* Hdr.gso */
	Gtcp4		= 1,

	Nbuf		= LG_VRING_NUM,	/* to receive into */
	Nbufsmall	= 64,		/* in a small machine; a long frame takes 17 */
	Small		= 32*1024*1024,
	Nslot		= LG_VRING_NUM/2,	/* frames on their way out */
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
	Vq	q[Nq];
	QLock	alk;			/* attach */
	int	attached;

	uchar	*buf;			/* nbuf pages */
	int	nbuf;
	Block	*held;			/* #l has no room for it */

	QLock	tlk;			/* one waits for a slot at a time */
	Rendez	room;
	int	waiting;
	Slot	slot[Nslot];
	Slot	*free;
	ulong	onway;			/* bytes in slots */

	ulong	rxintr;			/* statistics */
	ulong	txintr;
	ulong	txfull;
	ulong	stalls;
};

/* --- receive; interrupts are off --- */

static void
post(Ctlr *c, int i)
{
	Vq *q;

	q = &c->q[Qrx];
	q->desc[i].addr = PADDR(c->buf + i*BY2PG);
	q->desc[i].len = BY2PG;
	q->desc[i].flags = LG_VRING_DESC_WRITE;
	q->avail->ring[q->avail->idx % q->num] = i;
	BARRIER();
	q->avail->idx++;
}

static void
kick(Vq *q)
{
	BARRIER();
	if((*(volatile ushort*)&q->used->flags & LG_VRING_USED_NO_NOTIFY) == 0)
		hcall(LHCALL_NOTIFY, q->kick, 0, 0);
}

static struct lg_vring_used_elem*
usedat(Vq *q, int i)
{
	return &q->used->ring[(ushort)(q->seen+i) % q->num];
}

static void
append(Block *b, uchar *p, ulong n)
{
	memmove(b->wp, p, n);
	b->wp += n;
}

/* A frame from n buffers; nil: nonsense, or no memory. */
static Block*
gather(Ctlr *c, int n)
{
	struct lg_vring_used_elem *e;
	ulong len[Maxframe/BY2PG+2], total;
	Block *b;
	Hdr *h;
	int i;

	total = 0;
	for(i = 0; i < n; i++){
		e = usedat(&c->q[Qrx], i);
		len[i] = e->len;
		if(e->id >= (ulong)c->nbuf || e->len > BY2PG || (i == 0 && e->len < sizeof *h)){
			c->e.frames++;
			return nil;
		}
		total += e->len;
	}
	total -= sizeof *h;
	if(total > Maxframe || (b = allocb(total)) == nil){
		c->e.soverflows++;
		return nil;
	}
	h = (Hdr*)(c->buf + usedat(&c->q[Qrx], 0)->id*BY2PG);
	append(b, (uchar*)(h+1), len[0] - sizeof *h);
	for(i = 1; i < n; i++)
		append(b, c->buf + usedat(&c->q[Qrx], i)->id*BY2PG, len[i]);
	if(h->flags & (Hneedcsum|Hvalid))
		b->flag |= Bcsumok;
	return b;
}

/* How many buffers the next frame takes; 0: none is there. */
static int
nextframe(Ctlr *c)
{
	uint ready, id, n;
	Vq *q;

	q = &c->q[Qrx];
	ready = (ushort)(*(volatile ushort*)&q->used->idx - q->seen);
	if(ready == 0)
		return 0;
	BARRIER();
	id = usedat(q, 0)->id;
	n = id < (uint)c->nbuf? ((Hdr*)(c->buf + id*BY2PG))->nbuf: 1;
	if(n == 0 || n > Maxframe/BY2PG+2)
		n = 1;
	return n <= ready? n: 0;
}

/* Take what is there, unless #l has no room.  How many buffers. */
static int
drain(Ctlr *c)
{
	uint id;
	int i, n, done;

	done = 0;
	while(c->held == nil && (n = nextframe(c)) > 0){
		c->held = gather(c, n);
		for(i = 0; i < n; i++){
			id = usedat(&c->q[Qrx], i)->id;
			if(id < (uint)c->nbuf)
				post(c, id);
		}
		c->q[Qrx].seen += n;
		done += n;
		if(c->held != nil && etheriq(&c->e, c->held))
			c->held = nil;
	}
	return done;
}

static void
receive(Ctlr *c)
{
	Vq *q;

	q = &c->q[Qrx];
	for(;;){
		if(drain(c) > 0)
			kick(q);
		q->avail->flags = c->held == nil? 0: LG_VRING_AVAIL_NO_INTERRUPT;
		BARRIER();
		if(c->held != nil || nextframe(c) == 0)
			break;
	}
	if(c->held != nil)
		c->stalls++;
}

static void
rxintr(Ureg *ur, void *a)
{
	Ctlr *c;

	USED(ur);
	c = a;
	c->rxintr++;
	receive(c);
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
	receive(c);
}

/* --- transmit --- */

/* Interrupts are off. */
static void
reap(Ctlr *c)
{
	uint id;
	Slot *s;
	Vq *q;

	q = &c->q[Qtx];
	while(q->seen != *(volatile ushort*)&q->used->idx){
		BARRIER();
		id = usedat(q, 0)->id;
		q->seen++;
		if(id/2 >= Nslot || (s = &c->slot[id/2])->b == nil)
			continue;
		c->onway -= BLEN(s->b);
		freeb(s->b);
		s->b = nil;
		s->next = c->free;
		c->free = s;
	}
}

/* To be told when something was sent, or not; interrupts are off. */
static void
txwatch(Ctlr *c)
{
	int want;

	want = c->waiting || c->onway > Lazy;
	c->q[Qtx].avail->flags = want? 0: LG_VRING_AVAIL_NO_INTERRUPT;
	BARRIER();
	if(want)
		reap(c);
}

static void
txintr(Ureg *ur, void *a)
{
	Ctlr *c;

	USED(ur);
	c = a;
	c->txintr++;
	reap(c);
	txwatch(c);
	wakeup(&c->room);
}

static int
hasroom(void *a)
{
	return ((Ctlr*)a)->free != nil;
}

/* Interrupts are off, before and after. */
static Slot*
takeslot(Ctlr *c)
{
	Slot *s;

	reap(c);
	while((s = c->free) == nil){
		c->txfull++;
		c->waiting = 1;
		txwatch(c);
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
	struct lg_vring_desc *d;
	int id;

	fillhdr(c, &s->h, b);
	s->b = b;
	c->onway += BLEN(b);
	id = 2*(s - c->slot);
	d = &c->q[Qtx].desc[id];
	d[0].addr = PADDR(&s->h);
	d[0].len = sizeof s->h;
	d[0].flags = LG_VRING_DESC_NEXT;
	d[0].next = id+1;
	d[1].addr = PADDR(b->rp);
	d[1].len = BLEN(b);
	d[1].flags = 0;
	vpost(&c->q[Qtx], id);
	if(c->onway > Lazy)
		txwatch(c);
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
startup(Ctlr *c)
{
	int i;

	c->nbuf = conf.memsize < Small? Nbufsmall: Nbuf;
	c->buf = mallocalign(c->nbuf*BY2PG, BY2PG);
	if(c->buf == nil)
		error(Enomem);
	for(i = 0; i < Nslot; i++){
		c->slot[i].next = c->free;
		c->free = &c->slot[i];
	}
	vstatus(c->d, LG_DEV_S_DRIVER_OK, 1);
	c->q[Qtx].avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	for(i = 0; i < c->nbuf; i++)
		post(c, i);
	intrenable(c->q[Qrx].irq, rxintr, c, "ether in");
	intrenable(c->q[Qtx].irq, txintr, c, "ether out");
	kick(&c->q[Qrx]);
	c->attached = 1;
}

/* Nobody pays for a card until somebody looks at it. */
static void
attach(Ether *e)
{
	Ctlr *c;

	c = e->ctlr;
	qlock(&c->alk);
	if(waserror()){
		qunlock(&c->alk);
		nexterror();
	}
	if(!c->attached)
		startup(c);
	poperror();
	qunlock(&c->alk);
}

static char*
ifstat(Ether *e, char *s, char *end)
{
	Ctlr *c;

	c = e->ctlr;
	s = seprint(s, end, "buffers: %d\nin interrupts: %lud\nstalls: %lud\n",
		c->nbuf, c->rxintr, c->stalls);
	return seprint(s, end, "out interrupts: %lud\nring full: %lud\n", c->txintr, c->txfull);
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
	&& vring(&c->q[Qrx], d, Qrx) && vring(&c->q[Qtx], d, Qtx)){
		c->d = d;
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
