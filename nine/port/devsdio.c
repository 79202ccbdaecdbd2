/*
 * Transfers of #S.  Long ones go straight between the disk and the user's
 * pages, which stay where they are because their segment is locked meanwhile;
 * short ones, and what does not begin or end with a sector, through a buffer.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "sd.h"

enum
{
	Direct	= 16*1024,		/* from here on copying is dearer than locking */
	Bounce	= 64*1024,
	Maxio	= 2*1024*1024,		/* at once, so that a segment is not locked for long */
};

/* The pieces of locked memory; neighbours are one. */
static int
pieces(Segment *s, ulong va, ulong n, SDseg *seg)
{
	ulong k;
	uchar *p;
	int ns;

	ns = 0;
	for(; n > 0; va += k, n -= k){
		k = BY2PG - va%BY2PG;
		if(k > n)
			k = n;
		p = (uchar*)pagekva(*segwalk(s, PGTRUNC(va), 0)) + va%BY2PG;
		if(ns > 0 && seg[ns-1].p+seg[ns-1].n == p)
			seg[ns-1].n += k;
		else{
			seg[ns].p = p;
			seg[ns].n = k;
			ns++;
		}
	}
	return ns;
}

/* 0: the memory is not all in one segment. */
static int
direct(SDunit *u, int op, ulong va, ulong n, uvlong bno)
{
	Segment *s;
	SDseg *seg;

	s = segpin(va, n, op == SDread);
	if(s == nil)
		return 0;
	seg = nil;
	if(waserror()){
		qunlock(&s->lk);
		free(seg);
		nexterror();
	}
	seg = smalloc((n/BY2PG+2)*sizeof seg[0]);
	u->io(u, op, bno, seg, pieces(s, va, n, seg));
	poperror();
	qunlock(&s->lk);
	free(seg);
	return 1;
}

static void
bounce(SDunit *u, int op, uchar *a, ulong n, uvlong bno)
{
	SDseg seg;
	uchar *b;
	ulong k;

	b = smalloc(n < Bounce? n: Bounce);
	if(waserror()){
		free(b);
		nexterror();
	}
	for(; n > 0; a += k, n -= k, bno += k/u->secsize){
		k = n < Bounce? n: Bounce;
		seg.p = b;
		seg.n = k;
		if(op == SDwrite)
			memmove(b, a, k);
		u->io(u, op, bno, &seg, 1);
		if(op == SDread)
			memmove(a, b, k);
	}
	poperror();
	free(b);
}

/* Whole sectors. */
void
sdtransfer(SDunit *u, int op, void *a, ulong n, uvlong bno)
{
	SDseg seg;
	uchar *p;
	ulong k;

	p = a;
	if((ulong)p >= KZERO){
		seg.p = p;
		seg.n = n;
		u->io(u, op, bno, &seg, 1);
		return;
	}
	for(; n > 0; p += k, n -= k, bno += k/u->secsize){
		k = n < Maxio? n: Maxio;
		if(k < Direct || !direct(u, op, (ulong)p, k, bno))
			bounce(u, op, p, k, bno);
	}
}

/* Part of a sector: read, changed, written. */
static void
partial(SDunit *u, int op, uchar *a, ulong n, uvlong bno, ulong off)
{
	uchar *b;

	b = smalloc(u->secsize);
	if(op == SDwrite)
		qlock(&u->lk);		/* two that change the same sector */
	if(waserror()){
		if(op == SDwrite)
			qunlock(&u->lk);
		free(b);
		nexterror();
	}
	sdtransfer(u, SDread, b, u->secsize, bno);
	if(op == SDread)
		memmove(a, b+off, n);
	else{
		memmove(b+off, a, n);
		sdtransfer(u, SDwrite, b, u->secsize, bno);
	}
	poperror();
	if(op == SDwrite)
		qunlock(&u->lk);
	free(b);
}

/* Of the partition that c is open on; short at its end. */
long
sdbio(SDunit *u, Chan *c, int op, void *buf, long len, vlong off)
{
	SDpart *p;
	uvlong size, at;
	ulong n, k, sec;
	uchar *a;

	p = sdpart(u, c);
	sec = u->secsize;
	size = (p->end - p->start)*sec;
	if(off < 0)
		error(Ebadarg);
	if(op == SDwrite && u->rdonly)
		error("disk is read-only");
	if(len <= 0 || (uvlong)off >= size){
		if(op == SDwrite && len > 0)
			error(Eio);
		return 0;
	}
	n = len;
	if(n > size-off)
		n = size-off;
	at = p->start*sec + off;
	len = n;
	for(a = buf; n > 0; a += k, n -= k, at += k){
		if(at%sec != 0 || n < sec){
			k = sec - at%sec;
			if(k > n)
				k = n;
			partial(u, op, a, k, at/sec, at%sec);
		}else{
			k = n - n%sec;
			sdtransfer(u, op, a, k, at/sec);
		}
	}
	return len;
}
