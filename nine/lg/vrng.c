/*
 * Randomness from the host: virtio-rng.  The device is not touched before
 * somebody wants some.
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
	Bufsize	= 256,
	Timeout	= 1000,			/* ms; a Launcher that does not answer is no reason to hang */
};

static struct {
	QLock	lk;
	Rendez	r;
	int	looked;			/* for the device */
	int	there;
	int	asked;			/* the buffer is the device's */
	ulong	n;			/* bytes in it */
	uchar	buf[Bufsize];
	Vq	q;
} rng;

static void
rngintr(Ureg *ur, void *a)
{
	USED(ur);
	USED(a);
	if(vget(&rng.q, &rng.n) != nil)
		rng.asked = 0;
	wakeup(&rng.r);
}

static void
look(void)
{
	struct lg_device_desc *d;
	ulong features;

	rng.looked = 1;
	d = vfind(LG_DEV_RNG, 1, 0);
	if(d == nil)
		return;
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	features = vfeatures(d, LG_RING_F_INDIRECT|LG_RING_F_EVENT_IDX);
	if(!vqinit(&rng.q, d, 0, features)){
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	intrenable(rng.q.irq, rngintr, nil, "rng");
	rng.there = 1;
}

static int
answered(void *a)
{
	USED(a);
	return !rng.asked;
}

static void
ask(void)
{
	Vseg s;
	int x;

	if(rng.asked)
		return;			/* the answer to the last time is still to come */
	s.p = rng.buf;
	s.n = Bufsize;
	x = splhi();
	rng.n = 0;
	rng.asked = vput(&rng.q, &s, 0, 1, rng.buf);
	vkick(&rng.q);
	splx(x);
}

/* At most n bytes; how many there were. */
int
hwrandom(uchar *p, int n)
{
	int k;

	qlock(&rng.lk);
	if(waserror()){
		qunlock(&rng.lk);
		return 0;		/* a note: it can be had another time */
	}
	if(!rng.looked)
		look();
	k = 0;
	if(rng.there){
		ask();
		tsleep(&rng.r, answered, nil, Timeout);
		if(!rng.asked){
			k = rng.n < Bufsize? rng.n: Bufsize;
			if(k > n)
				k = n;
			memmove(p, rng.buf, k);
			memset(rng.buf, 0, Bufsize);
		}
	}
	poperror();
	qunlock(&rng.lk);
	return k;
}
