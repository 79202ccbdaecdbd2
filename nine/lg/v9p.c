/*
 * #9: the directories of the host (lguest's --share).  #9/TAG is a connection
 * to a 9P server, for one opener at a time: each write is a whole T-message,
 * reads give the replies as they come.  The server sits behind a virtio ring
 * with one chain for a request, its message and room for the reply.
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

enum
{
	Nshare	= 8,
	Nslot	= 32,			/* requests on their way, of one share */
	Tagmax	= 31,
	Msgmax	= 128*1024,
	Minroom	= 2048,			/* for a reply that has no data */

	Free = 0,			/* Slot.state */
	Filling,			/* by a writer */
	Sent,
	Done,				/* for the reader */
};

typedef struct Slot Slot;
struct Slot
{
	Slot	*next;			/* among the replies */
	int	state;
	int	stale;			/* its asker has closed */
	uchar	*t;
	ulong	tsize;			/* allocated */
	uchar	*r;
	ulong	rsize;
	ulong	n;			/* bytes of reply, */
	ulong	off;			/* and of those read */
};

typedef struct Share Share;
struct Share
{
	char	tag[Tagmax+1];
	Vq	q;
	int	inuse;
	int	dead;			/* the server is gone */
	Slot	slot[Nslot];
	Slot	*done;			/* replies, oldest first */
	Slot	**last;
	QLock	rlk;			/* one reader, */
	QLock	wlk;			/* and one writer waits at a time */
	Rendez	reply;
	Rendez	room;
};

static Share *share[Nshare];
static int nshare;

/* --- interrupts --- */

static void
reap(Share *sh, uint id, ulong n)
{
	Slot *s;

	if(id/2 >= Nslot || sh->slot[id/2].state != Sent)
		return;
	s = &sh->slot[id/2];
	if(s->stale){
		s->state = Free;
		return;
	}
	s->state = Done;
	s->n = n > s->rsize? s->rsize: n;
	s->off = 0;
	s->next = nil;
	*sh->last = s;
	sh->last = &s->next;
	if(n == 0)
		sh->dead = 1;
}

static void
v9pintr(Ureg *ur, void *a)
{
	struct lg_vring_used_elem *e;
	Share *sh;
	Vq *q;

	USED(ur);
	sh = a;
	q = &sh->q;
	while(q->seen != *(volatile ushort*)&q->used->idx){
		BARRIER();
		e = &q->used->ring[q->seen % q->num];
		q->seen++;
		reap(sh, e->id, e->len);
	}
	wakeup(&sh->reply);
	wakeup(&sh->room);
}

/* --- requests --- */

static Slot*
findslot(Share *sh)
{
	int i;

	for(i = 0; i < Nslot; i++)
		if(sh->slot[i].state == Free)
			return &sh->slot[i];
	return nil;
}

static int
hasslot(void *a)
{
	return findslot(a) != nil;
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
	while((s = findslot(sh)) == nil)
		sleep(&sh->room, hasslot, sh);
	s->state = Filling;
	s->stale = 0;
	poperror();
	qunlock(&sh->wlk);
	return s;
}

/* Buffers stay with their slots: big ones are hard to find. */
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
	struct lg_vring_desc *d;
	int id;

	id = 2*(s - sh->slot);
	d = &sh->q.desc[id];
	d[0].addr = PADDR(s->t);
	d[0].len = n;
	d[0].flags = LG_VRING_DESC_NEXT;
	d[0].next = id+1;
	d[1].addr = PADDR(s->r);
	d[1].len = s->rsize;
	d[1].flags = LG_VRING_DESC_WRITE;
	s->state = Sent;
	vpost(&sh->q, id);
}

static long
request(Share *sh, uchar *buf, long n)
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
		s->state = Free;
		wakeup(&sh->room);
		nexterror();
	}
	grow(&s->t, &s->tsize, n);
	memmove(s->t, buf, n);
	if(GBIT32(s->t) != (ulong)n)
		error(Ebadarg);
	grow(&s->r, &s->rsize, replyroom(s->t, n));
	poperror();
	send(sh, s, n);
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
unlinkreply(Share *sh, Slot *s)
{
	int x;

	x = splhi();
	sh->done = s->next;
	if(sh->done == nil)
		sh->last = &sh->done;
	s->state = Free;
	splx(x);
	wakeup(&sh->room);
}

/* What is there of the first; 0 for ever when the server is gone. */
static long
getreply(Share *sh, uchar *buf, long n)
{
	Slot *s;

	qlock(&sh->rlk);
	if(waserror()){
		qunlock(&sh->rlk);
		nexterror();
	}
	sleep(&sh->reply, hasreply, sh);
	s = sh->done;
	if(s == nil || s->n == 0)
		n = 0;
	else{
		if((ulong)n > s->n - s->off)
			n = s->n - s->off;
		memmove(buf, s->r + s->off, n);
		s->off += n;
		if(s->off == s->n)
			unlinkreply(sh, s);
	}
	poperror();
	qunlock(&sh->rlk);
	return n;
}

/* --- the device --- */

static void
found(struct lg_device_desc *d)
{
	uchar *c;
	Share *sh;
	ulong n;

	c = vconfig(d);
	n = d->config_len >= 2? GBIT16(c): 0;
	sh = mallocz(sizeof *sh, 1);
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	if(sh == nil || n == 0 || n > Tagmax || n+2 > d->config_len || !vring(&sh->q, d, 0)){
		free(sh);
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	memmove(sh->tag, c+2, n);
	sh->last = &sh->done;
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	intrenable(sh->q.irq, v9pintr, sh, sh->tag);
	share[nshare++] = sh;
}

static void
v9preset(void)
{
	struct lg_device_desc *d;
	int i;

	for(i = 0; i < Nshare && (d = vfind(LG_DEV_9P, 1, i)) != nil; i++)
		found(d);
}

static Share*
shareof(Chan *c)
{
	return share[c->qid.path-1];
}

static int
v9pgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q;

	(void)name; (void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, 0, 0, QTDIR);
		devdir(c, q, "#9", 0, eve, 0555, d);
		return 1;
	}
	if(i >= nshare)
		return -1;
	mkqid(&q, 1+i, 0, QTFILE);
	devdir(c, q, share[i]->tag, 0, eve, 0600, d);
	return 1;
}

static Chan*
v9pattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('9', spec);
}

static Walkqid*
v9pwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, v9pgen);
}

static int
v9pstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, v9pgen);
}

static Chan*
v9popen(Chan *c, int omode)
{
	Share *sh;

	if((c->qid.type & QTDIR) == 0 && shareof(c)->inuse)
		error(Einuse);
	c = devopen(c, omode, nil, 0, v9pgen);
	if((c->qid.type & QTDIR) == 0){
		sh = shareof(c);
		sh->inuse = 1;
		sh->dead = 0;
	}
	return c;
}

/* Replies still to come belong to nobody. */
static void
v9pclose(Chan *c)
{
	Share *sh;
	int i, x;

	if((c->flag & COPEN) == 0 || (c->qid.type & QTDIR) != 0)
		return;
	sh = shareof(c);
	x = splhi();
	for(i = 0; i < Nslot; i++)
		sh->slot[i].stale = 1;
	splx(x);
	while(sh->done != nil)
		unlinkreply(sh, sh->done);
	for(i = 0; i < Nslot; i++)
		if(sh->slot[i].state == Free){
			free(sh->slot[i].t);
			free(sh->slot[i].r);
			memset(&sh->slot[i], 0, sizeof(Slot));
		}
	sh->inuse = 0;
}

static long
v9pread(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, v9pgen);
	return getreply(shareof(c), buf, n);
}

static long
v9pwrite(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	return request(shareof(c), buf, n);
}

Dev v9pdevtab =
{
	'9',
	"v9p",

	v9preset,
	devinit,
	devshutdown,
	v9pattach,
	v9pwalk,
	v9pstat,
	v9popen,
	devcreate,
	v9pclose,
	v9pread,
	devbread,
	v9pwrite,
	devbwrite,
	devremove,
	devwstat,
};
