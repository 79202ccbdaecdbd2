/*
 * Virtio disks for #S.  A transfer becomes as many requests as its pieces of
 * memory need, all offered at once; whoever asked sleeps until the last one is
 * back.  He cannot be interrupted then: the disk has his memory.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"
#include "sd.h"
#include "vring.h"

enum
{
	Fro		= 1<<5,		/* features */
	Fflush		= 1<<9,
	Fdiscard	= 1<<13,
	Fzero		= 1<<14,
	Fwanted		= Fro|Fflush|Fdiscard|Fzero|LG_RING_F_INDIRECT|LG_RING_F_EVENT_IDX,

	Tin		= 0,		/* requests */
	Tout		= 1,
	Tflush		= 4,
	Tgetid		= 8,
	Tdiscard	= 11,
	Tzero		= 13,

	Ccapacity	= 0,		/* offsets in the configuration */
	Cmaxdiscard	= 36,
	Cmaxzero	= 48,
	Minconfig	= 8,

	Secsize		= 512,
	Nreq		= 128,		/* on their way, of one disk */
	Nsegs		= Vmaxseg-2,	/* of data, in one request */
	Maxseg		= 1024*1024,	/* bytes of a piece */
	Maxreq		= 1024*1024,	/* bytes of a request: big ones overlap */
	Maxname		= 20,

	Lookns		= 30*1000,	/* to look for an answer before sleeping, at most */
	Leastns		= 2*1000,
	Smallio		= 64*1024,	/* bytes: more takes longer than that, */
	Bytesns		= 4,		/* so many a ns, and others may want to run */
	Bigio		= 1024*1024,
	Again		= 16,		/* in so many times */
};

typedef struct Range Range;
struct Range
{
	uvlong	sector;
	ulong	n;
	ulong	flags;
};

/* Several requests somebody waits for. */
typedef struct Wait Wait;
struct Wait
{
	Rendez;
	int	pending;
	int	failed;
};

typedef struct Req Req;
struct Req
{
	ulong	type;			/* what the device reads */
	ulong	prio;
	uvlong	sector;
	Range	range;
	uchar	status;			/* what it writes */
	Wait	*w;			/* nil: free */
	Req	*next;
};

typedef struct Ctlr Ctlr;
struct Ctlr
{
	SDunit	u;
	struct lg_device_desc *d;
	Vq	q;
	uint	features;
	int	dead;			/* it wants a reset */
	QLock	slk;			/* one waits for room at a time */
	Rendez	room;
	Req	req[Nreq];
	Req	*free;
	char	id[Maxname+1];		/* the device writes it: not on a stack */
	int	looking;		/* somebody does: no interrupts, please */
	ulong	lookns;			/* how long it was worth it lately */
	ulong	nintr;
	ulong	nlook;			/* answers found so */
	ulong	nskip;			/* times it was not tried */
};

/* --- interrupts --- */

static void
done(Ctlr *c, Req *r, int failed)
{
	Wait *w;

	w = r->w;
	r->w = nil;
	r->next = c->free;
	c->free = r;
	if(failed)
		w->failed = 1;
	if(--w->pending == 0)
		wakeup(w);
}

static void
reap(Ctlr *c)
{
	Req *r;
	ulong n;
	int i;

	while((r = vget(&c->q, &n)) != nil)
		done(c, r, r->status != 0);
	if(!vbroken(c->d) || c->dead)
		return;
	c->dead = 1;
	for(i = 0; i < Nreq; i++)
		if(c->req[i].w != nil)
			done(c, &c->req[i], 1);
}

static void
sdlgintr(Ureg *ur, void *a)
{
	Ctlr *c;

	USED(ur);
	c = a;
	c->nintr++;
	reap(c);
	wakeup(&c->room);
}

/* --- requests --- */

static int
isdone(void *a)
{
	return ((Wait*)a)->pending == 0;
}

/*
 * A disk whose contents are in the host's memory answers within microseconds;
 * an interrupt and two switches of processes cost more than that. So whoever
 * waits looks for a while first: as long as it was worth it lately.
 */
static void
look(Ctlr *c, Wait *w, ulong bytes)
{
	uvlong t, end;
	int x;

	if(c->lookns < Leastns && ++c->nskip%Again == 0)
		c->lookns = Lookns/2;	/* perhaps it is worth it again */
	if(c->looking || c->lookns < Leastns || m->cyclefreq == 0)
		return;
	x = splhi();
	c->looking = 1;
	vintr(&c->q, 0);
	t = cycles();
	end = t + m->cyclefreq/1000*(c->lookns + bytes/Bytesns)/1000000;
	do
		reap(c);
	while(w->pending > 0 && !c->dead && cycles() < end && (bytes <= Smallio || !anyready()));
	if(w->pending == 0){
		c->nlook++;
		c->lookns += c->lookns/2;
		if(c->lookns > Lookns)
			c->lookns = Lookns;
	}else
		c->lookns /= 2;
	vintr(&c->q, 1);
	c->looking = 0;
	reap(c);
	wakeup(&c->room);
	splx(x);
}

/* Until all are back; a note waits, too. */
static int
await(Ctlr *c, Wait *w, ulong bytes)
{
	int noted;

	if(bytes <= Bigio)
		look(c, w, bytes);
	if(w->pending == 0)
		return w->failed;
	noted = 0;
	while(waserror())
		noted = 1;
	while(w->pending > 0)
		sleep(w, isdone, w);
	poperror();
	if(noted)
		up->notepending = 1;
	return w->failed;
}

static int
hasroom(void *a)
{
	Ctlr *c;

	c = a;
	return (c->free != nil && c->q.nfree >= Vmaxseg) || c->dead;
}

/* Interrupts are off; with slk held.  Whatever else is under way makes room. */
static Req*
takereq(Ctlr *c, Wait *w)
{
	Req *r;
	int noted;

	noted = 0;
	while(waserror())
		noted = 1;
	while(!hasroom(c)){
		vkick(&c->q);
		sleep(&c->room, hasroom, c);
	}
	poperror();
	if(noted)
		up->notepending = 1;
	r = c->free;
	if(c->dead || r == nil)
		return nil;
	c->free = r->next;
	r->w = w;
	w->pending++;
	return r;
}

static void
post(Ctlr *c, Wait *w, int type, uvlong sector, Vseg *s, int ns)
{
	Req *r;
	int x, nr;

	x = splhi();
	r = takereq(c, w);
	if(r == nil){
		w->failed = 1;
		splx(x);
		return;
	}
	r->type = type;
	r->prio = 0;
	r->sector = sector;
	r->status = 0xFF;
	s[0].p = &r->type;
	s[0].n = 16;
	if(type == Tdiscard || type == Tzero){
		r->range.sector = sector;
		r->range.n = s[1].n;
		r->range.flags = type == Tzero;
		s[1].p = &r->range;
		s[1].n = sizeof r->range;
	}
	s[ns+1].p = &r->status;
	s[ns+1].n = 1;
	nr = type == Tin || type == Tgetid? 1: ns+1;
	if(!vput(&c->q, s, nr, ns+2-nr, r))
		done(c, r, 1);
	splx(x);
}

static void
kick(Ctlr *c)
{
	int x;

	x = splhi();
	vkick(&c->q);
	splx(x);
}

/*
 * Pieces for one request, off into the first of them: whole sectors in all.
 * How many bytes.
 */
static ulong
cut(SDseg *s, int ns, ulong off, Vseg *v, int *nv)
{
	ulong n, k, extra;
	int i;

	n = 0;
	for(i = 0; i < Nsegs && ns > 0 && n < Maxreq; i++){
		k = s->n - off;
		if(k > Maxseg)
			k = Maxseg;
		v[i].p = s->p + off;
		v[i].n = k;
		n += k;
		off += k;
		if(off == s->n){
			s++;
			ns--;
			off = 0;
		}
	}
	for(extra = n%Secsize; extra > 0; extra -= k){
		k = v[i-1].n;
		if(k > extra)
			k = extra;
		v[i-1].n -= k;
		n -= k;
		if(v[i-1].n == 0)
			i--;
	}
	*nv = i;
	return n;
}

static void
sdlgio(SDunit *u, int op, uvlong bno, SDseg *s, int ns)
{
	Vseg v[Nsegs+2];
	ulong n, off, all;
	Wait w;
	Ctlr *c;
	int nv;

	c = u->ctlr;
	memset(&w, 0, sizeof w);
	qlock(&c->slk);
	off = all = 0;
	while(ns > 0){
		n = cut(s, ns, off, v+1, &nv);
		all += n;
		post(c, &w, op == SDread? Tin: Tout, bno, v, nv);
		bno += n/Secsize;
		for(off += n; ns > 0 && off >= s->n; ns--)
			off -= s++->n;
	}
	kick(c);
	qunlock(&c->slk);
	if(await(c, &w, all))
		error(Eio);
}

static ulong
config32(Ctlr *c, int off)
{
	ulong v;

	if(off+4 > c->d->config_len)
		return 0;
	memmove(&v, vconfig(c->d)+off, 4);
	return v;
}

static void
one(Ctlr *c, int type, uvlong sector, ulong n)
{
	Vseg v[3];
	Wait w;

	memset(&w, 0, sizeof w);
	v[1].n = n;
	qlock(&c->slk);
	post(c, &w, type, sector, v, type == Tflush? 0: 1);
	kick(c);
	qunlock(&c->slk);
	if(await(c, &w, Bigio+1))
		error(Eio);
}

static void
sdlgctl(SDunit *u, int op, uvlong sector, uvlong n)
{
	ulong max, k;
	Ctlr *c;

	c = u->ctlr;
	if(op == SDflush){
		if((c->features & Fflush) && !u->rdonly)
			one(c, Tflush, 0, 0);
		return;
	}
	if(u->rdonly)
		error("disk is read-only");
	max = config32(c, op == SDzero? Cmaxzero: Cmaxdiscard);
	if((c->features & (op == SDzero? Fzero: Fdiscard)) == 0 || max == 0)
		error("the disk cannot do that");
	for(; n > 0; n -= k, sector += k){
		k = n < max? n: max;
		one(c, op == SDzero? Tzero: Tdiscard, sector, k);
	}
}

/* The Launcher's name for the disk; without one it is as good. */
static void
sdlgonline(SDunit *u)
{
	Vseg v[3];
	Wait w;
	Ctlr *c;

	c = u->ctlr;
	memset(&w, 0, sizeof w);
	v[1].p = c->id;
	v[1].n = Maxname;
	qlock(&c->slk);
	post(c, &w, Tgetid, 0, v, 1);
	kick(c);
	qunlock(&c->slk);
	await(c, &w, Maxname);
	snprint(u->inquiry, sizeof u->inquiry, "lguest  %s", c->id);
}

static char*
sdlgtext(SDunit *u, char *p, char *e)
{
	Ctlr *c;

	c = u->ctlr;
	return seprint(p, e, "%s virtio irq %d%s%s interrupts %lud found %lud\n", u->name, c->q.irq,
		u->rdonly? " read-only": "", c->dead? " dead": "", c->nintr, c->nlook);
}

/* --- finding them --- */

static void
found(struct lg_device_desc *d)
{
	Ctlr *c;
	int i;

	c = mallocz(sizeof *c, 1);
	vstatus(d, LG_DEV_S_ACKNOWLEDGE, 0);
	vstatus(d, LG_DEV_S_DRIVER, 0);
	if(c == nil || d->config_len < Minconfig){
		free(c);
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	c->d = d;
	c->features = vfeatures(d, Fwanted);
	if(!vqinit(&c->q, d, 0, c->features)){
		free(c);
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	for(i = 0; i < Nreq; i++){
		c->req[i].next = c->free;
		c->free = &c->req[i];
	}
	memmove(&c->u.sectors, vconfig(d)+Ccapacity, 8);
	c->u.secsize = Secsize;
	c->lookns = Lookns;
	c->u.rdonly = (c->features & Fro) != 0;
	c->u.ctlr = c;
	c->u.io = sdlgio;
	c->u.ctl = sdlgctl;
	c->u.text = sdlgtext;
	c->u.online = sdlgonline;
	if(sdadd(&c->u) == nil){
		free(c);
		vstatus(d, LG_DEV_S_FAILED, 1);
		return;
	}
	vstatus(d, LG_DEV_S_DRIVER_OK, 1);
	intrenable(c->q.irq, sdlgintr, c, c->u.name);
}

/* Those that came since the last look: at boot, and hot-plug. */
void
sdlgscan(void)
{
	static int nseen;
	struct lg_device_desc *d;

	while(nseen < Nsdunit && (d = vfind(LG_DEV_BLOCK, 1, nseen)) != nil){
		nseen++;
		found(d);
	}
}
