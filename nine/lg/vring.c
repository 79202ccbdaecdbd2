/*
 * Finding devices, and the guest's end of their rings.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "vring.h"

static ulong
recordlen(struct lg_device_desc *d)
{
	return sizeof *d + d->num_vq*sizeof(struct lg_vqconfig)
		+ 2*d->feature_len + d->config_len;
}

/* The nth of a type, with at least nvq queues. */
struct lg_device_desc*
vfind(int type, int nvq, int nth)
{
	struct lg_device_desc *d;
	uchar *p;

	p = devpages;
	while(p+sizeof *d <= devpages+BY2PG){
		d = (struct lg_device_desc*)p;
		if(d->type == LG_DEV_END)
			break;
		p += recordlen(d);
		if(p > devpages+BY2PG)
			break;
		if(d->type == type && d->num_vq >= nvq && nth-- == 0)
			return d;
	}
	return nil;
}

uchar*
vconfig(struct lg_device_desc *d)
{
	return (uchar*)d + recordlen(d) - d->config_len;
}

/* Accept those we want of the features offered; which that are. */
ulong
vfeatures(struct lg_device_desc *d, ulong wanted)
{
	ulong offered;
	uchar *p;

	if(d->feature_len < sizeof offered)
		return 0;
	p = (uchar*)(d+1) + d->num_vq*sizeof(struct lg_vqconfig);
	memmove(&offered, p, sizeof offered);
	offered &= wanted;
	memmove(p+d->feature_len, &offered, sizeof offered);
	return offered;
}

void
vstatus(struct lg_device_desc *d, int bit, int tell)
{
	d->status |= bit;
	BARRIER();
	if(tell)
		hcall(LHCALL_NOTIFY, ramsize + ((uchar*)d - devpages), 0, 0);
}

/* The ring of queue n, from the record; 0: nonsense. */
int
vring(Vq *q, struct lg_device_desc *d, int n)
{
	struct lg_vqconfig *c;
	ulong off;
	uchar *p;

	c = (struct lg_vqconfig*)(d+1) + n;
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

void
vpost(Vq *q, int head)
{
	q->avail->ring[q->avail->idx % q->num] = head;
	BARRIER();
	q->avail->idx++;
	BARRIER();
	if((*(volatile ushort*)&q->used->flags & LG_VRING_USED_NO_NOTIFY) == 0)
		hcall(LHCALL_NOTIFY, q->kick, 0, 0);
}

/* --- chains with cookies --- */

int
vbroken(struct lg_device_desc *d)
{
	return *(volatile uchar*)&d->status & LG_DEV_S_NEEDS_RESET;
}

/* The device forgets all chains, and the rings are empty afterwards. */
void
vreset(struct lg_device_desc *d)
{
	*(volatile uchar*)&d->status = 0;
	BARRIER();
	hcall(LHCALL_NOTIFY, ramsize + ((uchar*)d - devpages), 0, 0);
}

/* Again after a reset: the tables stay. */
int
vqinit(Vq *q, struct lg_device_desc *d, int n, uint features)
{
	int i;

	if(!vring(q, d, n))
		return 0;
	q->dev = d;
	q->features = features & (LG_RING_F_INDIRECT|LG_RING_F_EVENT_IDX);
	q->seen = q->put = q->told = 0;
	q->nointr = 0;
	if(q->cookie == nil)
		q->cookie = mallocz(q->num*sizeof q->cookie[0], 1);
	if(q->table == nil)
		q->table = mallocz(q->num*sizeof q->table[0], 1);
	if(q->cookie == nil || q->table == nil)
		return 0;
	memset(q->cookie, 0, q->num*sizeof q->cookie[0]);
	for(i = 0; i < q->num; i++)
		q->desc[i].next = i+1;
	q->free = 0;
	q->nfree = q->num;
	return 1;
}

static void
describe(struct lg_vring_desc *d, Vseg *s, int flags)
{
	d->addr = PADDR(s->p);
	d->len = s->n;
	d->flags = flags;
}

/* A chain in a table of its own takes one descriptor of the ring. */
static int
puttable(Vq *q, int head, Vseg *s, int nr, int nw)
{
	struct lg_vring_desc *t;
	int i, n;

	n = nr+nw;
	if((q->features & LG_RING_F_INDIRECT) == 0 || n < 2 || n > Vindirect)
		return 0;
	t = q->table[head];
	if(t == nil)
		t = q->table[head] = malloc(Vindirect*sizeof *t);
	if(t == nil)
		return 0;
	for(i = 0; i < n; i++){
		describe(&t[i], &s[i], (i < n-1? LG_VRING_DESC_NEXT: 0) | (i >= nr? LG_VRING_DESC_WRITE: 0));
		t[i].next = i+1;
	}
	q->free = q->desc[head].next;
	q->nfree--;
	q->desc[head].addr = PADDR(t);
	q->desc[head].len = n*sizeof *t;
	q->desc[head].flags = LG_VRING_DESC_INDIRECT;
	return 1;
}

static int
putchain(Vq *q, int head, Vseg *s, int nr, int nw)
{
	struct lg_vring_desc *d;
	int i, n;

	n = nr+nw;
	if(n > q->nfree || n > Vmaxseg)
		return 0;
	d = nil;
	for(i = 0; i < n; i++){
		d = &q->desc[head];
		describe(d, &s[i], (i < n-1? LG_VRING_DESC_NEXT: 0) | (i >= nr? LG_VRING_DESC_WRITE: 0));
		head = d->next;
	}
	q->free = head;
	q->nfree -= n;
	return d != nil;
}

int
vput(Vq *q, Vseg *s, int nr, int nw, void *cookie)
{
	int head;

	head = q->free;
	if(q->nfree == 0 || cookie == nil)
		return 0;
	if(!puttable(q, head, s, nr, nw) && !putchain(q, head, s, nr, nw))
		return 0;
	q->cookie[head] = cookie;
	q->avail->ring[q->put % q->num] = head;
	q->put++;
	__asm__ volatile("" ::: "memory");	/* stores stay in order */
	*(volatile ushort*)&q->avail->idx = q->put;
	return 1;
}

/* Our index is stored before its wish is read: or both may miss each other. */
void
vkick(Vq *q)
{
	ushort event, told;
	int want;

	if(q->told == q->put)
		return;
	told = q->told;
	q->told = q->put;
	BARRIER();
	if(q->features & LG_RING_F_EVENT_IDX){
		event = *(volatile ushort*)&q->used->ring[q->num];
		want = (ushort)(q->put - event - 1) < (ushort)(q->put - told);
	}else
		want = (*(volatile ushort*)&q->used->flags & LG_VRING_USED_NO_NOTIFY) == 0;
	if(want)
		hcall(LHCALL_NOTIFY, q->kick, 0, 0);
}

static void
freechain(Vq *q, int head)
{
	int i, n;

	i = head;
	for(n = 1; q->desc[i].flags & LG_VRING_DESC_NEXT; n++)
		i = q->desc[i].next;
	q->desc[i].next = q->free;
	q->free = head;
	q->nfree += n;
}

/*
 * Nothing more there.  With the event index the next interrupt has to be asked
 * for; 1: something came before the device can have seen that.
 */
static int
rearm(Vq *q)
{
	volatile ushort *event;

	if(q->nointr || (q->features & LG_RING_F_EVENT_IDX) == 0)
		return 0;
	event = &q->avail->ring[q->num];
	if(*event == q->seen)
		return 0;
	*event = q->seen;
	BARRIER();
	return q->seen != *(volatile ushort*)&q->used->idx;
}

void*
vget(Vq *q, ulong *len)
{
	struct lg_vring_used_elem *e;
	void *c;

	do{
		while(q->seen != *(volatile ushort*)&q->used->idx){
			__asm__ volatile("" ::: "memory");
			e = &q->used->ring[q->seen % q->num];
			q->seen++;
			if(e->id >= q->num || (c = q->cookie[e->id]) == nil)
				continue;
			q->cookie[e->id] = nil;
			*len = e->len;
			freechain(q, e->id);
			return c;
		}
	}while(rearm(q));
	return nil;
}

/* With the event index off is an index gone by long ago, and on is vget's business. */
void
vintr(Vq *q, int on)
{
	q->nointr = !on;
	if(q->features & LG_RING_F_EVENT_IDX)
		*(volatile ushort*)&q->avail->ring[q->num] = on? q->seen: q->seen-1-q->num;
	else
		*(volatile ushort*)&q->avail->flags = on? 0: LG_VRING_AVAIL_NO_INTERRUPT;
	BARRIER();
}
