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
