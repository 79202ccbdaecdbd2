/*
 * The console: a virtio 0.9 device with a receive and a transmit ring in the
 * pages above RAM.  Until it is found, and from a panic on, text goes out by
 * NOTIFY.  Output is copied to a slot of the transmit ring.  When all are
 * taken, because nobody reads what the Launcher writes, a process sleeps for
 * one; where that is not possible the whole machine does.  Input stays in its
 * buffers until the console has room for it.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "vring.h"

enum
{
	Qin, Qout, Nq,
	Outsize	= 2048,			/* bytes of one transmit buffer */
	Nout	= 16,
	Insize	= 512,
	Nin	= 4,
};

static Vq vq[Nq];
static uchar outbuf[Nout][Outsize];
static uchar outbusy[Nout];
static uchar inbuf[Nin][Insize];
static int alive;
static uchar *size;			/* lg_console_config, if there is one */
static struct {
	QLock	lk;			/* one at a time */
	Rendez	r;
	int	n;			/* who wait, asleep or halted */
} outwait;

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
freeslot(void)
{
	int i;

	reap();
	for(i = 0; i < Nout; i++)
		if(!outbusy[i])
			return i;
	return -1;
}

static int
hasslot(void *a)
{
	USED(a);
	return freeslot() >= 0;
}

/* Finished output interrupts only when somebody waits for it. */
static void
wantintr(int on)
{
	vq[Qout].avail->flags = on ? 0 : LG_VRING_AVAIL_NO_INTERRUPT;
	BARRIER();
}

/* 0: a note is in the way, or this is no place to sleep. */
static int
sleepforslot(void)
{
	if(up == nil || up->state != Running || up->nlocks > 0 || up->nerrlab >= NERR-4)
		return 0;
	qlock(&outwait.lk);
	if(waserror()){
		qunlock(&outwait.lk);
		return 0;
	}
	sleep(&outwait.r, hasslot, nil);
	poperror();
	qunlock(&outwait.lk);
	return 1;
}

/* Interrupts are off.  Halt until the Launcher has taken something. */
static void
haltforslot(void)
{
	ulong blocked;

	blocked = lgdata.blocked_interrupts;
	lgdata.blocked_interrupts = ~(1U<<vq[Qout].irq);
	while(freeslot() < 0){
		hcall(LHCALL_HALT, 0, 0, 0);
		splhi();
	}
	lgdata.blocked_interrupts = blocked;
}

/* A slot nobody uses; interrupts are off before and after. */
static int
outslot(int cansleep)
{
	int i;

	i = freeslot();
	if(i >= 0)
		return i;
	outwait.n++;
	wantintr(1);
	while((i = freeslot()) < 0)
		if(!cansleep || !sleepforslot())
			haltforslot();
	if(--outwait.n == 0)		/* others may sleep on */
		wantintr(0);
	return i;
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
		i = outslot(x);
		k = n < Outsize ? n : Outsize;
		memmove(outbuf[i], s, k);
		q->desc[i].addr = PADDR(outbuf[i]);
		q->desc[i].len = k;
		q->desc[i].flags = 0;
		outbusy[i] = 1;
		vpost(q, i);
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
	vpost(q, i);
}

/* Interrupts are off. */
static void
takeinput(void)
{
	Vq *q;
	struct lg_vring_used_elem *e;
	uint id, len;

	q = &vq[Qin];
	while(q->seen != *(volatile ushort*)&q->used->idx){
		BARRIER();
		e = &q->used->ring[q->seen % q->num];
		id = e->id;
		len = e->len;
		if(len > Insize)
			len = Insize;
		if(id < Nin && consspace() < (int)len)
			return;
		q->seen++;
		if(id >= Nin)
			continue;
		consinput((char*)inbuf[id], len);
		giveinput(id);
	}
}

static void
inputintr(Ureg *ur, void *a)
{
	USED(ur);
	USED(a);
	takeinput();
}

/* The console has room again. */
static void
moreinput(void)
{
	int s;

	s = splhi();
	takeinput();
	splx(s);
}

static void
outputintr(Ureg *ur, void *a)
{
	USED(ur);
	USED(a);
	reap();
	wakeup(&outwait.r);
}

/* It may change while we look. */
void
conssize(int *rows, int *cols)
{
	volatile struct lg_console_config *c;

	*rows = *cols = 0;
	if(size == nil)
		return;
	c = (volatile struct lg_console_config*)size;
	do{
		*rows = c->rows;
		*cols = c->cols;
	}while(*rows != c->rows);
}

void
consinit(void)
{
	struct lg_device_desc *d;
	int i;

	d = vfind(LG_DEV_CONSOLE, Nq, 0);
	if(d == nil)
		return;
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	if(!vring(&vq[Qin], d, Qin) || !vring(&vq[Qout], d, Qout) || vq[Qin].irq == vq[Qout].irq){
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	if(vfeatures(d, LG_CONSOLE_F_SIZE) && d->config_len >= sizeof(struct lg_console_config))
		size = vconfig(d);
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	wantintr(0);
	intrenable(vq[Qin].irq, inputintr, nil, "cons in");
	intrenable(vq[Qout].irq, outputintr, nil, "cons out");
	consmore = moreinput;
	alive = 1;
	for(i = 0; i < Nin; i++)
		giveinput(i);
}
