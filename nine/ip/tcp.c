/*
 * TCP as a protocol of #I: connect, announce, close and the rest that starts
 * from a file; states; status and counters.  tcpin.c is the way in,
 * tcpout.c the way out, tcptimer.c what time does, tcplimbo.c connections
 * that are not yet.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

char *tcpstates[] =
{
	"Closed", "Listen", "Syn_sent", "Syn_received", "Established", "Finwait1",
	"Finwait2", "Close_wait", "Closing", "Last_ack", "Time_wait",
};

static char *mibname[Tnmib] =
{
	"ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "CurrEstab", "InSegs",
	"OutSegs", "RetransSegs", "CsumErrs", "HlenErrs", "OutRsts", "OutOfOrder", "Duplicates",
};

static Conv *active[Nstack];		/* of each stack: all that are not Closed */

static void
tcpinit(Fs *f, Proto *p)
{
	USED(f);
	p->mib = smalloc(Tnmib*sizeof p->mib[0]);
}

static void
tcpcreate(Conv *c)
{
	if(c->tcb == nil){
		c->tcb = malloc(sizeof *c->tcb);
		if(c->tcb == nil)
			error(Enomem);
	}
	memset(c->tcb, 0, sizeof *c->tcb);
	c->tcb->rto = Initrto;
}

Conv*
tcplist(Fs *f)
{
	return active[f->dev];
}

static void
enlist(Conv *c)
{
	if(c->tcb->listed)
		return;
	c->tcb->listed = 1;
	c->tcb->next = active[c->fs->dev];
	active[c->fs->dev] = c;
}

static void
delist(Conv *c)
{
	Conv **l;

	if(!c->tcb->listed)
		return;
	for(l = &active[c->fs->dev]; *l != nil; l = &(*l)->tcb->next)
		if(*l == c){
			*l = c->tcb->next;
			break;
		}
	c->tcb->listed = 0;
}

/* Established and later, for the counter. */
static int
counted(int s)
{
	return s == Established || s == Closewait;
}

void
tcpsetstate(Conv *c, int s)
{
	Tcb *t;

	t = c->tcb;
	c->p->mib[Testab] += counted(s) - counted(t->state);
	t->state = s;
	if(s == Closed)
		delist(c);
	else
		enlist(c);
}

/* A deadline, ms from now. */
void
tcptimerat(Conv *c, uvlong *t, ulong ms)
{
	*t = fastns() + (uvlong)ms*1000000;
	iptimerat(c->fs, *t);
}

/* What the way to dst takes in one packet. */
int
tcpourmss(Fs *f, Ip4 dst)
{
	Ipifc *ifc;
	Ip4 hop;

	ifc = islocal(f, dst)? selfifc(f, dst): findroute(f, dst, &hop);
	if(ifc == nil)
		return Defmss;
	return ifc->mtu - Iphsize - Tcphsize;
}

/* The peer takes mss (0: it did not say); start slowly. */
void
tcpsetmss(Conv *c, int mss)
{
	Tcb *t;
	int ours;

	t = c->tcb;
	ours = tcpourmss(c->fs, c->raddr);
	if(mss == 0)
		mss = Defmss;
	if(mss > ours)
		mss = ours;
	if(mss < 64)
		mss = 64;
	t->mss = mss;
	t->cwnd = 10*mss;
	if(t->cwnd > 14600)
		t->cwnd = mss > 7300? 2*mss: 14600;
	t->ssthresh = 0x40000000;
}

/*
 * The connection is over: nothing is sent or expected any more.  msg says
 * why, nil: as it should be.
 */
void
tcpclosed(Conv *c, char *msg)
{
	Tcb *t;

	t = c->tcb;
	if(counted(t->state) && msg != nil)
		c->p->mib[Tresets]++;
	tcpsetstate(c, Closed);
	convunhash(c);
	sqflush(c);
	oooflush(c);
	t->trexmt = t->tack = t->tkeep = t->twait = 0;
	t->ready = 1;
	convhangup(c, msg);
	if(t->orphan){
		convflush(c);
		c->state = Idle;
	}
}

/* The handshake is done. */
void
tcpestablish(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	tcpsetstate(c, Established);
	t->trexmt = 0;
	t->backoff = 0;
	t->ready = 1;
	if(t->keep)
		tcptimerat(c, &t->tkeep, t->keep);
	wakeup(&c->cr);
}

/* End it, and tell the peer. */
void
tcpreset(Conv *c)
{
	Tcb *t;
	Seg g;

	t = c->tcb;
	memset(&g, 0, sizeof g);
	g.src = c->laddr;
	g.dst = c->raddr;
	g.sport = c->lport;
	g.dport = c->rport;
	g.seq = t->max;
	g.ack = t->rnxt;
	g.flags = Rst|Ack;
	c->p->mib[Toutrst]++;
	tcpsend(c->fs, nil, &g, c->ttl, c->tos);
	tcpclosed(c, nil);
}

/* --- from the files --- */

static int
settled(void *a)
{
	return ((Conv*)a)->tcb->ready;
}

static void
tcpconnect(Conv *c, int argc, char **argv)
{
	Tcb *t;

	t = c->tcb;
	convconnect(c, argc, argv);
	c->state = Connecting;
	c->p->mib[Tactive]++;
	if(isbcast(c->raddr) || ismcast(c->raddr)){
		tcpclosed(c, "no route");
		error("no route");
	}
	randomread(&t->iss, sizeof t->iss);
	t->una = t->nxt = t->max = t->iss;
	tcpsetmss(c, 0);
	tcpsetstate(c, Synsent);
	tcpsyn(c);
	if(waserror()){
		tcpclosed(c, "interrupted");
		nexterror();
	}
	while(!t->ready)
		sleep(&c->cr, settled, c);
	poperror();
	if(t->state == Closed){
		c->p->mib[Tfails]++;
		error(c->err[0]? c->err: Econrefused);
	}
	c->state = Connected;
}

static void
tcpannounce(Conv *c, int argc, char **argv)
{
	convannounce(c, argc, argv);
	c->state = Announced;
	c->tcb->state = Listen;
}

/*
 * Nobody has it open any more.  What was written is still sent; what came
 * and was not read makes it a reset, so that the peer knows.
 */
static void
tcpclose(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	t->orphan = 1;
	switch(t->state){
	case Listen:
		t->state = Closed;
		break;
	case Synsent:
		tcpclosed(c, nil);
		break;
	case Established:
	case Closewait:
		if(c->rq.first != nil || c->listener != nil)
			tcpreset(c);
		else if(!t->finwanted){
			t->finwanted = 1;
			tcpsetstate(c, t->state == Established? Finwait1: Lastack);
			tcpoutput(c);
		}
		break;
	case Finwait1:
	case Finwait2:
		if(c->rq.first != nil)
			tcpreset(c);
		else if(t->state == Finwait2)
			tcptimerat(c, &t->twait, Finwait2max);
		break;
	}
	if(t->state != Closed){
		convflush(c);
		c->hungup = 1;
	}
}

static int
tcpbusy(Conv *c)
{
	return c->tcb != nil && c->tcb->state != Closed;
}

/*
 * Make room for a new conversation: of those nobody has open, one in time
 * wait, or else the one not heard of for longest.
 */
static int
tcpevict(Proto *p)
{
	Conv *c, *best;
	Tcb *t;
	int wait;

	best = nil;
	wait = 0;
	for(c = tcplist(p->fs); c != nil; c = t->next){
		t = c->tcb;
		if(!t->orphan || (wait && t->state != Timewait))
			continue;
		if(best == nil || (!wait && t->state == Timewait) || t->heard < best->tcb->heard)
			best = c;
		wait = best->tcb->state == Timewait;
	}
	if(best == nil)
		return 0;
	if(wait)
		tcpclosed(best, nil);
	else
		tcpreset(best);
	return 1;
}

/* No more from us, but we read on. */
static void
halfclose(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	if((t->state != Established && t->state != Closewait) || t->finwanted)
		error("not connected");
	t->finwanted = 1;
	tcpsetstate(c, t->state == Established? Finwait1: Lastack);
	tcpoutput(c);
}

/* The same, and we are done with what comes, too: readers see the end. */
static void
gracefully(Conv *c)
{
	halfclose(c);
	c->tcb->deaf = 1;
	convhangup(c, nil);
}

static void
hangup(Conv *c)
{
	Tcb *t;

	t = c->tcb;
	if(t->state == Listen){
		convunhash(c);
		t->state = Closed;
		c->state = Idle;
		convhangup(c, nil);
		return;
	}
	if(t->state == Closed)
		return;
	if(t->state != Synsent)
		tcpreset(c);
	else
		tcpclosed(c, nil);
}

/* hangup, close, halfclose, keepalive [MS], and words that change nothing here */
static void
tcpctl(Conv *c, int argc, char **argv)
{
	Tcb *t;
	long ms;

	t = c->tcb;
	if(strcmp(argv[0], "hangup") == 0 || strcmp(argv[0], "reject") == 0)
		hangup(c);
	else if(strcmp(argv[0], "close") == 0)
		gracefully(c);
	else if(strcmp(argv[0], "halfclose") == 0)
		halfclose(c);
	else if(strcmp(argv[0], "keepalive") == 0){
		ms = argc > 1? atol(argv[1]): Deftkeep;
		t->keep = ms < 1000? 1000: ms;
		if(t->state >= Established)
			tcptimerat(c, &t->tkeep, t->keep);
	}else if(strcmp(argv[0], "checksum") != 0 && strcmp(argv[0], "tcpporthogdefense") != 0
	&& strcmp(argv[0], "nagle") != 0)
		error("unknown control request");
}

static void
tcpstate(Conv *c, Text *x)
{
	Tcb *t;

	t = c->tcb;
	if(t == nil || (c->inuse == 0 && t->state == Closed)){
		textadd(x, "Closed\n");
		return;
	}
	textadd(x, "%s qin %lud qout %lud rq %d.%lud srtt %lud mdev %lud sst %lud cwin %lud "
		"swin %lud>>%d rwin %lud>>%d qscale 0 timer.start %lud timer.count %d rerecv %lud "
		"katimer.start %lud katimer.count %d\n",
		tcpstates[t->state], c->rq.len, t->sq.len-t->sqoff, t->ooo != nil, t->ooomem,
		t->srtt/8, t->rttvar/4, t->ssthresh, t->cwnd, t->wnd, t->sscale, tcpwindow(c), t->rscale,
		t->rto, t->backoff, t->rexmits, t->keep, t->probes);
}

static void
tcpstats(Proto *p, Text *t)
{
	int i;

	for(i = 0; i < Tnmib; i++)
		textadd(t, "%s: %lud\n", mibname[i], p->mib[i]);
}

/* Somebody on the way says it cannot be delivered: that ends only a beginning. */
static void
tcpadvise(Fs *f, Iphdr *h, uchar *data, int n, char *msg)
{
	Conv *c;
	Tcb *t;
	ulong seq;

	if(n < 8)
		return;
	c = convlookup(f->byproto[Iptcp], nhgetl(h->src), nhgets(data), nhgetl(h->dst), nhgets(data+2));
	if(c == nil || c->ignoreadvice)
		return;
	t = c->tcb;
	seq = nhgetl(data+4);
	if(t->state == Synsent && seq == t->iss)
		tcpclosed(c, msg);
}

Proto tcpproto =
{
	.name = "tcp",
	.ipproto = Iptcp,
	.maxconv = 2048,
	.init = tcpinit,
	.create = tcpcreate,
	.connect = tcpconnect,
	.announce = tcpannounce,
	.close = tcpclose,
	.busy = tcpbusy,
	.evict = tcpevict,
	.rcv = tcprcv,
	.read = tcpread,
	.write = tcpwrite,
	.ctl = tcpctl,
	.state = tcpstate,
	.stats = tcpstats,
	.advise = tcpadvise,
};
