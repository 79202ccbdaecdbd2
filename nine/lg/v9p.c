/*
 * The driver of virtio 9P: messages to servers on the host, and their replies.
 * A chain of the ring has a message and room for the reply.  When the server
 * is gone the device asks for a reset; the next opener tries that.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"
#include "fcall.h"
#include "vring.h"
#include "v9p.h"

Share *share9p[Nshare];
int nshare9p;

/* --- interrupts --- */

/* Interrupts are off. */
static void
keep(Share *sh, Reply *r)
{
	r->next = sh->spare;
	sh->spare = r;
	sh->nspare++;
}

/* The slot is free at once: who could read the reply may wait for a slot himself. */
static void
reap(Share *sh, Slot *s, ulong n)
{
	Reply *r;

	r = s->r;
	s->r = nil;
	s->state = Free;
	if(s->stale || n == 0){
		if(!s->stale)
			sh->dead = 1;
		keep(sh, r);
		return;
	}
	r->n = n > r->size? r->size: n;
	r->off = 0;
	r->next = nil;
	*sh->last = r;
	sh->last = &r->next;
}

static void
v9pintr(Ureg *ur, void *a)
{
	Share *sh;
	Slot *s;
	ulong n;

	USED(ur);
	sh = a;
	while((s = vget(&sh->q, &n)) != nil)
		reap(sh, s, n);
	if(vbroken(sh->dev))
		sh->dead = 1;
	wakeup(&sh->reply);
	wakeup(&sh->room);
}

/* --- requests --- */

/* The first free one, for it has most likely its buffers already; two descriptors for it. */
static Slot*
findslot(Share *sh)
{
	int i;

	if(sh->q.nfree < 2)
		return nil;
	for(i = 0; i < Nslot; i++)
		if(sh->slot[i].state == Free)
			return &sh->slot[i];
	return nil;
}

static int
hasslot(void *a)
{
	Share *sh;

	sh = a;
	return sh->dead || findslot(sh) != nil;
}

/* A slot of one's own; sleeps until there is one. */
static Slot*
takeslot(Share *sh)
{
	Slot *s;

	qlock(&sh->wlk);
	if(waserror()){
		qunlock(&sh->wlk);
		nexterror();
	}
	while(sh->dead || (s = findslot(sh)) == nil){
		if(sh->dead)
			error(Ehungup);
		sleep(&sh->room, hasslot, sh);
	}
	s->state = Filling;
	s->stale = 0;
	poperror();
	qunlock(&sh->wlk);
	return s;
}

static void
grow(uchar **p, ulong *size, ulong n)
{
	if(n <= *size)
		return;
	free(*p);
	*p = nil;
	*size = 0;
	*p = smalloc(n);
	*size = n;
}

/* The most a reply can have. */
static ulong
replyroom(uchar *t, ulong n)
{
	ulong room;

	room = 0;
	if(t[BIT32SZ] == Tread && n >= MSGHDRSZ+16)
		room = GBIT32(t+MSGHDRSZ+12);
	if(room > Msgmax-IOHDRSZ)
		room = Msgmax-IOHDRSZ;
	room += IOHDRSZ;
	return room < Minroom? Minroom: room;
}

static void
send(Share *sh, Slot *s, ulong n)
{
	Vseg seg[2];
	int x;

	seg[0].p = s->t;
	seg[0].n = n;
	seg[1].p = s->r->p;
	seg[1].n = s->r->size;
	x = splhi();
	if(!vput(&sh->q, seg, 1, 1, s)){	/* without tables there are fewer chains than slots */
		splx(x);
		error(Enomem);
	}
	s->state = Sent;
	vkick(&sh->q);
	splx(x);
}

static Reply*
takereply(Share *sh)
{
	Reply *r;
	int x;

	x = splhi();
	r = sh->spare;
	if(r != nil){
		sh->spare = r->next;
		sh->nspare--;
	}
	splx(x);
	return r != nil? r: smalloc(sizeof *r);
}

static void
giveup(Share *sh, Slot *s)
{
	int x;

	x = splhi();
	if(s->r != nil)
		keep(sh, s->r);
	s->r = nil;
	s->state = Free;
	splx(x);
	wakeup(&sh->room);
}

/* One whole message. */
long
v9prequest(Share *sh, uchar *buf, long n)
{
	Slot *s;

	if(n < MSGHDRSZ)
		error(Etoosmall);
	if(n > Msgmax)
		error(Etoobig);
	if(sh->dead)
		error(Ehungup);
	s = takeslot(sh);
	if(waserror()){
		giveup(sh, s);
		nexterror();
	}
	grow(&s->t, &s->tsize, n);
	memmove(s->t, buf, n);
	if(GBIT32(s->t) != (ulong)n)
		error(Ebadarg);
	s->r = takereply(sh);
	grow(&s->r->p, &s->r->size, replyroom(s->t, n));
	send(sh, s, n);
	poperror();
	return n;
}

/* --- replies --- */

static int
hasreply(void *a)
{
	Share *sh;

	sh = a;
	return sh->done != nil || sh->dead;
}

static void
freereply(Reply *r)
{
	free(r->p);
	free(r);
}

/* The first has been read. */
static void
unlinkreply(Share *sh)
{
	Reply *r;
	int x;

	x = splhi();
	r = sh->done;
	sh->done = r->next;
	if(sh->done == nil)
		sh->last = &sh->done;
	if(sh->nspare < Nspare){
		keep(sh, r);
		r = nil;
	}
	splx(x);
	if(r != nil)
		freereply(r);
}

/* What is there of the first; 0 for ever when the server is gone. */
long
v9preply(Share *sh, uchar *buf, long n)
{
	Reply *r;

	qlock(&sh->rlk);
	if(waserror()){
		qunlock(&sh->rlk);
		nexterror();
	}
	sleep(&sh->reply, hasreply, sh);
	r = sh->done;
	if(r == nil)
		n = 0;
	else{
		if((ulong)n > r->n - r->off)
			n = r->n - r->off;
		memmove(buf, r->p + r->off, n);
		r->off += n;
		if(r->off == r->n)
			unlinkreply(sh);
	}
	poperror();
	qunlock(&sh->rlk);
	return n;
}

/* --- the device --- */

/* Begin, or begin again. */
static int
startup(Share *sh)
{
	struct lg_device_desc *d;
	uint f;

	d = sh->dev;
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	f = vfeatures(d, LG_RING_F_INDIRECT|LG_RING_F_EVENT_IDX|1);
	if(!vqinit(&sh->q, d, 0, f)){
		vstatus(d, LG_DEV_S_FAILED, 1);
		return 0;
	}
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	return 1;
}

static void
found(struct lg_device_desc *d)
{
	uchar *c;
	Share *sh;
	ulong n;

	c = vconfig(d);
	n = d->config_len >= 2? GBIT16(c): 0;
	if(n == 0 || n > Tagmax || n+2 > d->config_len || (sh = mallocz(sizeof *sh, 1)) == nil){
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	memmove(sh->tag, c+2, n);
	sh->last = &sh->done;
	sh->dev = d;
	if(!startup(sh)){
		free(sh);
		return;
	}
	intrenable(sh->q.irq, v9pintr, sh, sh->tag);
	share9p[nshare9p++] = sh;
}

/* What was asked before the device broke is lost. */
void
v9pbegin(Share *sh)
{
	Slot *s;
	int x;

	x = splhi();
	if(vbroken(sh->dev)){
		vreset(sh->dev);
		for(s = sh->slot; s < sh->slot+Nslot; s++)
			if(s->state == Sent){
				keep(sh, s->r);
				s->r = nil;
				s->state = Free;
			}
		startup(sh);
	}
	sh->dead = vbroken(sh->dev) != 0;
	splx(x);
}

/* Those that came since the last look: at boot, and hot-plug. */
void
v9pscan(void)
{
	static int nseen;		/* records looked at, good or bad */
	struct lg_device_desc *d;

	while(nshare9p < Nshare && (d = vfind(LG_DEV_9P, 1, nseen)) != nil){
		nseen++;
		found(d);
	}
}

void
v9pend(Share *sh)
{
	Reply *r, *next;
	int i, x;

	x = splhi();
	for(i = 0; i < Nslot; i++)
		sh->slot[i].stale = 1;
	splx(x);
	while(sh->done != nil)
		unlinkreply(sh);
	for(i = 0; i < Nslot; i++)
		if(sh->slot[i].state == Free){
			free(sh->slot[i].t);
			sh->slot[i].t = nil;
			sh->slot[i].tsize = 0;
		}
	x = splhi();
	r = sh->spare;
	sh->spare = nil;
	sh->nspare = 0;
	splx(x);
	for(; r != nil; r = next){
		next = r->next;
		freereply(r);
	}
	sh->inuse = 0;
}
