/*
 * Conversations: making and reusing them, finding the one a packet is for,
 * addresses and ports, and the reading of messages.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

enum
{
	Firstport	= 5000,		/* that we choose */
};

static Proto *protos[Nprot] = { &icmpproto, &ipifcproto, &tcpproto, &udpproto };

/* A stack; it stays. */
Fs*
newfs(int n)
{
	Fs *f;
	Proto *p;
	int i;

	fmtinstall('I', ipfmt);
	fmtinstall('M', maskfmt);
	f = smalloc(sizeof *f);
	f->dev = n;
	randomread(&f->ipid, sizeof f->ipid);
	for(i = 0; i < Nprot; i++){
		p = smalloc(sizeof *p);
		*p = *protos[i];
		p->fs = f;
		p->conv = smalloc(p->maxconv*sizeof p->conv[0]);
		f->p[i] = p;
		if(p->ipproto >= 0)
			f->byproto[p->ipproto] = p;
		if(p->init != nil)
			p->init(f, p);
	}
	return f;
}

static Conv*
makeconv(Proto *p)
{
	Conv *c;

	c = malloc(sizeof *c);
	if(c == nil)
		return nil;
	c->x = p->nconv;
	c->p = p;
	c->fs = p->fs;
	p->conv[p->nconv++] = c;
	return c;
}

int
connbusy(Conv *c)
{
	return c->p->busy != nil && c->p->busy(c);
}

static Conv*
idleconv(Proto *p)
{
	Conv *c;
	int i;

	for(i = 0; i < p->nconv; i++){
		c = p->conv[i];
		if(c->inuse == 0 && c->listener == nil && !connbusy(c))
			return c;
	}
	return nil;
}

/* One nobody uses, with one user from now on. */
Conv*
newconv(Proto *p, char *owner)
{
	Conv *c;

	c = idleconv(p);
	if(c == nil && p->nconv < p->maxconv)
		c = makeconv(p);
	if(c == nil && p->evict != nil && p->evict(p))
		c = idleconv(p);
	if(c == nil)
		return nil;
	c->state = Idle;
	c->laddr = c->raddr = 0;
	c->lport = c->rport = 0;
	c->ttl = Maxttl;
	c->tos = 0;
	c->headers = 0;
	c->ignoreadvice = 0;
	c->err[0] = 0;
	c->hungup = 0;
	utfecpy(c->owner, c->owner+sizeof c->owner, owner);
	c->perm = 0660;
	c->inuse = 1;
	if(waserror()){
		c->inuse = 0;
		return nil;
	}
	if(p->create != nil)
		p->create(c);
	poperror();
	return c;
}

/* Calls nobody took end with the listener. */
static void
dropcalls(Conv *c)
{
	Conv *nc;

	while((nc = c->incall) != nil){
		c->incall = nc->nextcall;
		nc->nextcall = nil;
		closeconv(nc);		/* still marked as nobody's: TCP resets it */
		nc->listener = nil;
	}
	c->nincall = 0;
}

/* One user less; raises no error, and sleeps only if the protocol's close does. */
void
closeconv(Conv *c)
{
	if(c->inuse > 1){
		c->inuse--;
		return;
	}
	dropcalls(c);
	c->p->close(c);
	if(!connbusy(c)){
		convunhash(c);
		convflush(c);
		c->state = Idle;
	}
	c->inuse--;
}

/* --- finding them --- */

static Conv**
bucket(Proto *p, ushort lport, Ip4 raddr, ushort rport)
{
	ulong h;

	if(rport == 0 && raddr == 0)
		return &p->lhash[lport % Nhash];
	h = raddr ^ raddr>>16 ^ lport ^ rport<<3 ^ rport>>5;
	return &p->hash[h % Nhash];
}

static Conv**
mybucket(Conv *c)
{
	return bucket(c->p, c->lport, c->raddr, c->rport);
}

void
convhash(Conv *c)
{
	Conv **l;

	convunhash(c);
	l = mybucket(c);
	c->hnext = *l;
	*l = c;
	c->hashed = 1;
}

void
convunhash(Conv *c)
{
	Conv **l;

	if(!c->hashed)
		return;
	for(l = mybucket(c); *l != nil; l = &(*l)->hnext)
		if(*l == c){
			*l = c->hnext;
			break;
		}
	c->hnext = nil;
	c->hashed = 0;
}

Conv*
convlookup(Proto *p, Ip4 laddr, ushort lport, Ip4 raddr, ushort rport)
{
	Conv *c;

	for(c = *bucket(p, lport, raddr, rport); c != nil; c = c->hnext)
		if(c->rport == rport && c->lport == lport && c->raddr == raddr && c->laddr == laddr)
			return c;
	return nil;
}

/* Who has announced the port, at best at this address. */
Conv*
convlisten(Proto *p, Ip4 laddr, ushort lport)
{
	Conv *c, *any;

	any = nil;
	for(c = p->lhash[lport % Nhash]; c != nil; c = c->hnext){
		if(c->lport != lport || c->state != Announced)
			continue;
		if(c->laddr == laddr)
			return c;
		if(c->laddr == 0)
			any = c;
	}
	return any;
}

/* --- addresses and ports --- */

/* Is a local port taken, for an announcement of it at addr (0: all)? */
static int
porttaken(Conv *self, Ip4 addr, ushort port)
{
	Conv *c;

	for(c = self->p->lhash[port % Nhash]; c != nil; c = c->hnext)
		if(c != self && c->lport == port && (c->laddr == addr || c->laddr == 0 || addr == 0))
			return 1;
	return 0;
}

static void
chooseport(Conv *c)
{
	ushort r;
	int i;

	randomread(&r, sizeof r);
	for(i = 0; i < 65536-Firstport; i++){
		c->lport = Firstport + (r+i) % (65536-Firstport);
		if(c->raddr == 0 && c->rport == 0){
			if(!porttaken(c, c->laddr, c->lport))
				return;
		}else if(!porttaken(c, 0, c->lport)
		&& convlookup(c->p, c->laddr, c->lport, c->raddr, c->rport) == nil)
			return;
	}
	c->lport = 0;
	error("no ports available");
}

static ushort
portnum(char *s)
{
	ulong n;
	char *e;

	n = strtoul(s, &e, 10);
	if(e == s || (*e != 0 && *e != '!') || n > 65535)
		error("bad port number");
	return n;
}

/* ADDR!PORT or PORT; * for any. */
static void
parselocal(Conv *c, char *s)
{
	char *port;
	Ip4 a;

	a = 0;
	port = strchr(s, '!');
	if(port != nil){
		*port++ = 0;
		if(parseip(s, &a) < 0)
			error(Ebadip);
	}else
		port = s;
	if(a != 0 && !islocal(c->fs, a) && !isloop(a) && !ismcast(a) && !isbcast(a))
		error("not a local IP address");
	c->laddr = a;
	c->lport = strcmp(port, "*") == 0? 0: portnum(port);
}

static void
parseremote(Conv *c, char *s)
{
	char *port;

	port = strchr(s, '!');
	if(port == nil)
		error("malformed address");
	*port++ = 0;
	if(parseip(s, &c->raddr) < 0)
		error(Ebadip);
	if(c->raddr == 0)
		c->raddr = (Ip4)Loopnet<<24 | 1;
	c->rport = portnum(port);
}

/* connect REMOTE!PORT [[LOCAL!]PORT] */
void
convconnect(Conv *c, int argc, char **argv)
{
	Ip4 a;
	char *s;

	if(argc != 2 && argc != 3)
		error(Ecmdargs);
	convunhash(c);
	s = argv[1];
	parseremote(c, s);
	a = srcaddr(c->fs, c->raddr);
	if(a == 0)
		error("no route");
	if(argc == 3)
		parselocal(c, argv[2]);
	if(c->laddr == 0)
		c->laddr = a;
	if(c->lport == 0)
		chooseport(c);
	else if(convlookup(c->p, c->laddr, c->lport, c->raddr, c->rport) != nil)
		error("address in use");
	convhash(c);
}

/* announce [ADDR!]PORT */
void
convannounce(Conv *c, int argc, char **argv)
{
	if(argc != 2)
		error(Ecmdargs);
	convunhash(c);
	c->raddr = 0;
	c->rport = 0;
	parselocal(c, argv[1]);
	if(c->lport == 0)
		chooseport(c);
	else if(porttaken(c, c->laddr, c->lport))
		error("address in use");
	convhash(c);
}

/*
 * A conversation for a call that has come; it belongs to the listener's
 * owner, who finds it by opening listen.
 */
Conv*
newcall(Conv *c, Ip4 laddr, ushort lport, Ip4 raddr, ushort rport)
{
	Conv *nc, **l;

	if(c->nincall >= Maxincall)
		return nil;
	nc = newconv(c->p, c->owner);
	if(nc == nil)
		return nil;
	nc->state = Connected;
	nc->laddr = laddr;
	nc->lport = lport;
	nc->raddr = raddr;
	nc->rport = rport;
	nc->ttl = c->ttl;
	nc->tos = c->tos;
	convhash(nc);
	for(l = &c->incall; *l != nil; l = &(*l)->nextcall)
		;
	*l = nc;
	nc->nextcall = nil;
	nc->listener = c;
	c->nincall++;
	wakeup(&c->lr);
	return nc;
}

/* Nothing more will come; msg says why, nil: the normal end. */
void
convhangup(Conv *c, char *msg)
{
	c->hungup = 1;
	if(msg != nil && c->err[0] == 0)
		utfecpy(c->err, c->err+ERRMAX, msg);
	wakeup(&c->rr);
	wakeup(&c->wr);
	wakeup(&c->cr);
	wakeup(&c->lr);
}

/* --- messages --- */

static int
readable(void *a)
{
	Conv *c;

	c = a;
	return c->rq.first != nil || c->hungup;
}

/* One message, or as much of it as there is room for. */
long
msgread(Conv *c, void *a, long n)
{
	Block *b;

	qlock(&c->rlk);
	if(waserror()){
		qunlock(&c->rlk);
		nexterror();
	}
	while((b = convget(c)) == nil){
		if(c->hungup){
			if(c->err[0])
				error(c->err);
			poperror();
			qunlock(&c->rlk);
			return 0;
		}
		sleep(&c->rr, readable, c);
	}
	if(n > BLEN(b))
		n = BLEN(b);
	if(waserror()){			/* a fault: the message is lost, as if not received */
		freeb(b);
		nexterror();
	}
	memmove(a, b->rp, n);
	poperror();
	freeb(b);
	poperror();
	qunlock(&c->rlk);
	return n;
}

/* Uses up b. */
void
msgput(Conv *c, Block *b, ulong limit)
{
	b = packblock(b);
	if(c->hungup || !convroom(c, b, limit)){
		freeb(b);
		return;
	}
	convput(c, b);
	wakeup(&c->rr);
}
