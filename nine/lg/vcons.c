/*
 * The console: a virtio 0.9 device with a receive and a transmit ring in the
 * pages above RAM.  Until it is found, and from a panic on, text goes out by
 * NOTIFY.  Output never sleeps: text is copied to a slot of the transmit
 * ring, and when all slots are taken we wait for the Launcher right here.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"

enum
{
	Qin, Qout, Nq,
	Outsize	= 2048,			/* bytes of one transmit buffer */
	Nout	= 16,
	Insize	= 512,
	Nin	= 4,
};

typedef struct Vq Vq;
struct Vq
{
	struct lg_vring_desc *desc;
	struct lg_vring_avail *avail;
	struct lg_vring_used *used;
	ushort	num;
	ushort	seen;			/* used entries taken so far */
	ulong	kick;			/* what NOTIFY wants to hear */
	int	irq;
};

static Vq vq[Nq];
static uchar outbuf[Nout][Outsize];
static uchar outbusy[Nout];
static uchar inbuf[Nin][Insize];
static int alive;

#define BARRIER()	__asm__ volatile("lock; addl $0, (%%esp)" ::: "memory")

/* Without a driver: the Launcher prints a NUL-terminated text. */
static void
early(char *s, int n)
{
	static char buf[256];
	int k;

	while(n > 0){
		k = n < (int)sizeof buf-1 ? n : (int)sizeof buf-1;
		memmove(buf, s, k);
		buf[k] = '\0';
		hcall(LHCALL_NOTIFY, PADDR(buf), 0, 0);
		s += k;
		n -= k;
	}
}

static void
post(Vq *q, int slot)
{
	q->avail->ring[q->avail->idx % q->num] = slot;
	BARRIER();
	q->avail->idx++;
	BARRIER();
	if((*(volatile ushort*)&q->used->flags & LG_VRING_USED_NO_NOTIFY) == 0)
		hcall(LHCALL_NOTIFY, q->kick, 0, 0);
}

/* Take back what the Launcher has written out. */
static void
reap(void)
{
	Vq *q;
	uint id;

	q = &vq[Qout];
	while(q->seen != *(volatile ushort*)&q->used->idx){
		id = q->used->ring[q->seen % q->num].id;
		q->seen++;
		if(id < Nout)
			outbusy[id] = 0;
	}
}

static int
outslot(void)
{
	int i;

	for(;;){
		reap();
		for(i = 0; i < Nout; i++)
			if(!outbusy[i])
				return i;
		/* the Launcher has them all: give it the processor */
		hcall(LHCALL_NOTIFY, vq[Qout].kick, 0, 0);
	}
}

/* From any context. */
void
consoutput(char *s, int n)
{
	Vq *q;
	int i, k, x;

	if(!alive || panicking){
		early(s, n);
		return;
	}
	q = &vq[Qout];
	x = splhi();
	while(n > 0){
		i = outslot();
		k = n < Outsize ? n : Outsize;
		memmove(outbuf[i], s, k);
		q->desc[i].addr = PADDR(outbuf[i]);
		q->desc[i].len = k;
		q->desc[i].flags = 0;
		outbusy[i] = 1;
		post(q, i);
		s += k;
		n -= k;
	}
	splx(x);
}

static void
giveinput(int i)
{
	Vq *q;

	q = &vq[Qin];
	q->desc[i].addr = PADDR(inbuf[i]);
	q->desc[i].len = Insize;
	q->desc[i].flags = LG_VRING_DESC_WRITE;
	post(q, i);
}

static void
inputintr(Ureg *ur, void *a)
{
	Vq *q;
	struct lg_vring_used_elem *e;
	uint id, len;

	USED(ur);
	USED(a);
	q = &vq[Qin];
	while(q->seen != *(volatile ushort*)&q->used->idx){
		BARRIER();
		e = &q->used->ring[q->seen % q->num];
		id = e->id;
		len = e->len;
		q->seen++;
		if(id >= Nin)
			continue;
		if(len > Insize)
			len = Insize;
		consinput((char*)inbuf[id], len);
		giveinput(id);
	}
}

static void
outputintr(Ureg *ur, void *a)
{
	USED(ur);
	USED(a);
	reap();
}

static void
setstatus(struct lg_device_desc *d, int bit, int tell)
{
	d->status |= bit;
	BARRIER();
	if(tell)
		hcall(LHCALL_NOTIFY, ramsize + ((uchar*)d - devpages), 0, 0);
}

/* The ring of queue n, from its record; 0: nonsense. */
static int
ring(Vq *q, struct lg_vqconfig *c)
{
	ulong off;
	uchar *p;

	off = ((ulong)c->pfn << PGSHIFT) - ramsize;
	if(c->num != LG_VRING_NUM || c->irq >= LG_IRQS
	|| off < BY2PG || off + 3*BY2PG > LG_DEVICE_PAGES*BY2PG)
		return 0;
	p = devpages + off;
	q->num = c->num;
	q->irq = c->irq;
	q->kick = (ulong)c->pfn << PGSHIFT;
	q->desc = (struct lg_vring_desc*)p;
	q->avail = (struct lg_vring_avail*)(p+LG_VRING_ALIGN);
	q->used = (struct lg_vring_used*)(p+2*LG_VRING_ALIGN);
	return 1;
}

static struct lg_device_desc*
finddevice(int type, int nvq)
{
	struct lg_device_desc *d;
	uchar *p;

	p = devpages;
	while(p+sizeof *d <= devpages+BY2PG){
		d = (struct lg_device_desc*)p;
		if(d->type == LG_DEV_END)
			break;
		if(d->type == type && d->num_vq >= nvq)
			return d;
		p += sizeof *d + d->num_vq*sizeof(struct lg_vqconfig)
			+ 2*d->feature_len + d->config_len;
	}
	return nil;
}

void
consinit(void)
{
	struct lg_device_desc *d;
	struct lg_vqconfig *c;
	int i;

	d = finddevice(LG_DEV_CONSOLE, Nq);
	if(d == nil)
		return;
	setstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	setstatus(d, LG_DEV_S_DRIVER, 0);
	c = (struct lg_vqconfig*)(d+1);
	if(!ring(&vq[Qin], c) || !ring(&vq[Qout], c+1)){
		setstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	setstatus(d, LG_DEV_S_DRIVER_OK, 1);
	/* finished output needs no interrupt: slots are looked at when wanted */
	vq[Qout].avail->flags = LG_VRING_AVAIL_NO_INTERRUPT;
	intrenable(vq[Qin].irq, inputintr, nil, "cons in");
	if(vq[Qout].irq != vq[Qin].irq)
		intrenable(vq[Qout].irq, outputintr, nil, "cons out");
	alive = 1;
	for(i = 0; i < Nin; i++)
		giveinput(i);
}
