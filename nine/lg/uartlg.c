/*
 * Serial lines over virtio: the first console device is the console's own,
 * the others (lguest's --serial) are lines of their own.
 *
 * Input stays in the buffer it came in until somebody reads it, and a buffer
 * goes back to the device when it is empty: so nothing is lost, and whoever
 * sends is held up when nobody reads.  Output is copied to a free buffer; a
 * writer sleeps until there is one.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"
#include "vring.h"
#include "uart.h"

enum
{
	Nline	= 8,
	Nbuf	= 8,			/* of each direction */
	Bufsize	= 1024,
	Qin	= 0,
	Qout,
	Nq,
};

typedef struct Buf Buf;
struct Buf
{
	Buf	*next;
	ulong	n;			/* bytes of input in it */
	ulong	off;			/* and how many of them were read */
	uchar	p[Bufsize];
};

typedef struct Line Line;
struct Line
{
	Uart;
	Vq	q[Nq];
	Buf	in[Nbuf];
	Buf	out[Nbuf];
	Buf	*first;			/* input, oldest first */
	Buf	**last;
	Buf	*idle;			/* output buffers */
	QLock	rlk;
	QLock	wlk;
	Rendez	rr;
	Rendez	wr;
};

/* --- input --- */

/* At splhi. */
static void
offer(Line *l, Buf *b)
{
	Vseg s;

	s.p = b->p;
	s.n = Bufsize;
	vput(&l->q[Qin], &s, 0, 1, b);
}

static void
lineintr(Ureg *ur, void *a)
{
	Line *l;
	Buf *b;
	ulong n;

	USED(ur);
	l = a;
	while((b = vget(&l->q[Qin], &n)) != nil){
		b->n = uartinput(l, b->p, n < Bufsize? n: Bufsize);
		b->off = 0;
		b->next = nil;
		if(b->n == 0){
			offer(l, b);
			continue;
		}
		*l->last = b;
		l->last = &b->next;
	}
	vkick(&l->q[Qin]);
	while((b = vget(&l->q[Qout], &n)) != nil){
		b->next = l->idle;
		l->idle = b;
	}
	if(l->first != nil)
		wakeup(&l->rr);
	if(l->idle != nil)
		wakeup(&l->wr);
}

static int
hasinput(void *a)
{
	return ((Line*)a)->first != nil;
}

/* The first buffer was read. */
static void
nextbuf(Line *l)
{
	Buf *b;
	int s;

	s = splhi();
	b = l->first;
	l->first = b->next;
	if(l->first == nil)
		l->last = &l->first;
	offer(l, b);
	vkick(&l->q[Qin]);
	splx(s);
}

static long
lineread(Uart *u, uchar *p, long n)
{
	Line *l;
	Buf *b;
	long done, k;

	l = (Line*)u;
	qlock(&l->rlk);
	if(waserror()){
		qunlock(&l->rlk);
		nexterror();
	}
	while(l->first == nil)
		sleep(&l->rr, hasinput, l);
	for(done = 0; done < n && (b = l->first) != nil; done += k){
		k = b->n - b->off;
		if(k > n-done)
			k = n-done;
		memmove(p+done, b->p+b->off, k);
		b->off += k;
		if(b->off == b->n)
			nextbuf(l);
	}
	poperror();
	qunlock(&l->rlk);
	return done;
}

/* --- output --- */

static int
canwrite(void *a)
{
	Line *l;

	l = a;
	return l->idle != nil && !l->blocked;
}

static long
linewrite(Uart *u, uchar *p, long n)
{
	Line *l;
	Buf *b;
	Vseg seg;
	long done;
	int s;

	l = (Line*)u;
	qlock(&l->wlk);
	if(waserror()){
		qunlock(&l->wlk);
		nexterror();
	}
	for(done = 0; done < n; done += seg.n){
		while(!canwrite(l))
			sleep(&l->wr, canwrite, l);
		s = splhi();
		b = l->idle;
		l->idle = b->next;
		seg.p = b->p;
		seg.n = n-done < Bufsize? n-done: Bufsize;
		memmove(b->p, p+done, seg.n);
		vput(&l->q[Qout], &seg, 1, 0, b);
		vkick(&l->q[Qout]);
		splx(s);
	}
	poperror();
	qunlock(&l->wlk);
	return n;
}

static void
lineunblock(Uart *u)
{
	wakeup(&((Line*)u)->wr);
}

/* Output is on its way already; input that nobody read can be forgotten. */
static void
lineflush(Uart *u)
{
	Line *l;

	l = (Line*)u;
	qlock(&l->rlk);
	while(l->first != nil)
		nextbuf(l);
	qunlock(&l->rlk);
}

static void
lineenable(Uart *u, int on)
{
	USED(u);
	USED(on);
}

static Physuart lgphys =
{
	"lguest", 0,
	lineread, linewrite, lineenable, lineflush, lineunblock,
};

/* --- the console, shown as a line --- */

static long
conswrite1(Uart *u, uchar *p, long n)
{
	USED(u);
	consoutput((char*)p, n);
	return n;
}

static long
consread1(Uart *u, uchar *p, long n)
{
	USED(u);
	USED(p);
	USED(n);
	error(Einuse);
}

static void
nothing(Uart *u)
{
	USED(u);
}

static Physuart consphys =
{
	"console", 0,
	consread1, conswrite1, lineenable, nothing, nothing,
};

static Uart consuart = { .phys = &consphys, .console = 1 };

/* --- finding them --- */

static int
addline(struct lg_device_desc *d)
{
	Line *l;
	int i;

	l = mallocz(sizeof *l, 1);
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	if(l == nil || !vqinit(&l->q[Qin], d, Qin, 0) || !vqinit(&l->q[Qout], d, Qout, 0)){
		free(l);
		vstatus(d, LG_DEV_S_FAILED, 1);
		return 0;
	}
	l->phys = &lgphys;
	l->last = &l->first;
	for(i = 0; i < Nbuf; i++){
		l->out[i].next = l->idle;
		l->idle = &l->out[i];
		offer(l, &l->in[i]);
	}
	uartadd(l);
	intrenable(l->q[Qin].irq, lineintr, l, l->name);
	if(l->q[Qout].irq != l->q[Qin].irq)
		intrenable(l->q[Qout].irq, lineintr, l, l->name);
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	vkick(&l->q[Qin]);
	return 1;
}

/* Before processes; the console's driver has the first device already. */
void
uartlginit(void)
{
	struct lg_device_desc *d;
	int i;

	uartadd(&consuart);
	for(i = 1; i <= Nline && (d = vfind(LG_DEV_CONSOLE, Nq, i)) != nil; i++)
		if(!addline(d))
			print("uart: no memory for line %d, or a bad device\n", i);
}
