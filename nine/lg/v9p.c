/*
 * #9: the directories of the host (lguest's --share).  #9/TAG is a connection
 * to a 9P server, for one opener at a time: each write is a whole T-message,
 * reads give the replies as they come.  The server sits behind a virtio ring
 * with one chain for a request, its message and room for the reply.  When the
 * server is gone the device asks for a reset; the next opener tries that.
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
	Nslot	= LG_VRING_NUM,		/* requests on their way, of one share */
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
	struct lg_device_desc *dev;
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
reap(Share *sh, Slot *s, ulong n)
{
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
	Vseg seg[2];
	int x;

	seg[0].p = s->t;
	seg[0].n = n;
	seg[1].p = s->r;
	seg[1].n = s->rsize;
	x = splhi();
	s->state = Sent;
	if(!vput(&sh->q, seg, 1, 1, s)){	/* without tables there are fewer chains than slots */
		s->state = Free;
		splx(x);
		error(Enomem);
	}
	vkick(&sh->q);
	splx(x);
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
	share[nshare++] = sh;
}

/* Nobody has it open.  What was asked before the device broke is lost. */
static void
revive(Share *sh)
{
	int i, x;

	x = splhi();
	if(vbroken(sh->dev)){
		vreset(sh->dev);
		for(i = 0; i < Nslot; i++)
			sh->slot[i].state = Free;
		startup(sh);
	}
	sh->dead = vbroken(sh->dev) != 0;
	splx(x);
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
		revive(sh);
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
