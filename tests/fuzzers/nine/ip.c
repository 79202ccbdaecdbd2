/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: nine's IP stack, built for the host (32 bits, as it has to
 * be) with just enough of a kernel around it.  An input is a list of things
 * to do: packets to receive - as they are, or with checksums and sequence
 * numbers made right so that they get further -, and what a program and the
 * clock may do meanwhile.  At the end all is closed, and no block may be left.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"
#include "tcp.h"

void	abort(void) NORETURN;
void*	calloc(uint, uint);
int	printf(const char*, ...);

enum
{
	Us	= 0x0A000001,
	Peer	= 0x0A000002,
	Fwd	= 0x0A010005,		/* beyond the second interface */
};

/* --- the kernel --- */

static Proc proc;
Proc *up = &proc;
Conf conf;
Dev *devtab[1];
static uvlong now = 1000000000;
static ulong seed;
static int nblock;

void*
kmalloc(ulong n)
{
	return calloc(1, n);
}

void*
mallocz(ulong n, int clear)
{
	USED(clear);
	return calloc(1, n);
}

void*
smalloc(ulong n)
{
	return calloc(1, n);
}

static void
blockfree(Block *b)
{
	nblock--;
	b->free = nil;
	free(b);
}

Block*
allocb(int n)
{
	Block *b;

	b = calloc(1, sizeof *b + n);
	b->base = b->rp = b->wp = (uchar*)(b+1);
	b->lim = b->base + n;
	b->free = blockfree;
	nblock++;
	return b;
}

void
freeb(Block *b)
{
	if(b == nil)
		return;
	if(b->rp < b->base || b->wp > b->lim || b->rp > b->wp)
		abort();
	b->free(b);
}

void
freeblist(Block *b)
{
	Block *next;

	for(; b != nil; b = next){
		next = b->next;
		freeb(b);
	}
}

void
error(char *s)
{
	USED(s);
	nexterror();
}

void
nexterror(void)
{
	if(up->nerrlab == 0)
		abort();
	__builtin_longjmp(up->errlab[--up->nerrlab], 1);
}

void
panic(char *fmt, ...)
{
	printf("panic: %s\n", fmt);
	abort();
}

void qlock(QLock *q) { if(q->locked) abort(); q->locked = 1; }
void qunlock(QLock *q) { q->locked = 0; }
void sleep(Rendez *r, int (*f)(void*), void *a) { USED(r); if(!f(a)) error(Eintr); }
void tsleep(Rendez *r, int (*f)(void*), void *a, ulong ms) { USED(ms); sleep(r, f, a); }
Proc* wakeup(Rendez *r) { USED(r); return nil; }
Proc* trykproc(char *s, void (*f)(void*), void *a) { USED(s); USED(f); USED(a); return up; }
void pexit(char *s, int n) { USED(s); USED(n); abort(); }
int splhi(void) { return 0; }
void splx(int s) { USED(s); }
void timeradd(Timer *t, uvlong w) { USED(t); USED(w); }
uvlong fastns(void) { return now; }
ulong msnow(void) { return now/1000000; }
int postnote(Proc *p, int n, char *s, int f) { USED(p); USED(n); USED(s); USED(f); return 0; }
int etheroffload(Chan *c, int *m) { USED(c); USED(m); return 0; }
Chan* namec(char *s, int a, int o, ulong p) { USED(s); USED(a); USED(o); USED(p); error(Enonexist); }
void cclose(Chan *c) { USED(c); }
long readtext(vlong o, char *b, long n, char *s) { USED(o); USED(b); free(s); return n; }
char Ebadip[] = "ip", Ebadarg[] = "arg", Ecmdargs[] = "args", Ebadctl[] = "ctl", Ehungup[] = "hungup";
char Econinuse[] = "inuse", Econrefused[] = "refused", Etimedout[] = "timed", Enomem[] = "mem";
char Etoobig[] = "big", Etoosmall[] = "small", Ebadusefd[] = "use", Eintr[] = "intr", Enonexist[] = "no";

void
randomread(void *buf, long n)
{
	uchar *p;

	for(p = buf; n > 0; n--){
		seed = seed*1103515245 + 12345;
		*p++ = seed>>16;
	}
}

/* --- the stack --- */

static Fs *fs;
static Conv *ifc[2], *listener, *udp[2], *ping;
static Conv *open1;			/* what the program has accepted */
static ulong synseq;			/* of the peer's last SYN, and of our answer */
static ulong ourseq;

static Conv*
conv(char *proto)
{
	int i;

	for(i = 0; i < Nprot; i++)
		if(strcmp(fs->p[i]->name, proto) == 0)
			return newconv(fs->p[i], "fuzz");
	abort();
}

static void
words(Conv *c, void (*f)(Conv*, int, char**), char *text)
{
	char buf[128], *w[8];
	int n;

	strecpy(buf, buf+sizeof buf, text);
	n = tokenize(buf, w, 8);
	if(waserror())
		return;
	f(c, n, w);
	poperror();
}

static Conv*
newifc(char *add)
{
	Conv *c;

	c = conv("ipifc");
	words(c, c->p->ctl, "bind pkt");
	words(c, c->p->ctl, add);
	return c;
}

static void
begin(void)
{
	seed = 1;
	if(fs == nil){
		conf.memsize = 4*1024*1024;
		fs = newfs(0);
		ifc[0] = newifc("add 10.0.0.1 255.255.255.0");
		ifc[1] = newifc("add 10.1.0.1 255.255.255.0");
		words(ifc[0], ifc[0]->p->ctl, "iprouting 1");
		words(ifc[1], ifc[1]->p->ctl, "mtu 576");
	}
	listener = conv("tcp");
	words(listener, listener->p->announce, "announce 80");
	udp[0] = conv("udp");
	words(udp[0], udp[0]->p->announce, "announce 7");
	udp[1] = conv("udp");
	words(udp[1], udp[1]->p->announce, "announce 9");
	udp[1]->headers = 1;
	ping = conv("icmp");
	words(ping, ping->p->announce, "announce 1");
}

/* What the stack sends; a SYN's answer tells the sequence number to go on with. */
static void
drain(void)
{
	Ipifc *q[3];
	Block *b;
	int i;

	q[0] = ifc[0]->ifc;
	q[1] = ifc[1]->ifc;
	q[2] = fs->self;
	for(i = 0; i < 3; i++)
		while((b = iqget(&q[i]->oq)) != nil){
			if(i == 2){
				loopmedium.send(q[i], b);
				continue;
			}
			if(BLEN(b) < Iphsize || ckfold(cksum(b->rp, Iphsize, 0)) != 0)
				abort();
			if(BLEN(b) >= 40 && b->rp[9] == Iptcp && (b->rp[33] & (Syn|Ack)) == (Syn|Ack))
				ourseq = nhgetl(b->rp+24)+1;
			freeb(b);
		}
}

static void
takecall(void)
{
	Conv *c;

	if(open1 != nil || (c = listener->incall) == nil)
		return;
	listener->incall = c->nextcall;
	listener->nincall--;
	c->nextcall = nil;
	c->listener = nil;
	open1 = c;
}

static void
program(int what, uchar *p, int n)
{
	static uchar buf[4096];

	takecall();
	if(waserror())
		return;
	switch(what){
	case 0:
		if(open1 != nil)
			open1->p->read(open1, buf, sizeof buf);
		break;
	case 1:
		if(open1 != nil)
			open1->p->write(open1, p, n);
		break;
	case 2:
		if(open1 != nil)
			closeconv(open1);
		open1 = nil;
		break;
	case 3:
		if(open1 != nil)
			words(open1, open1->p->ctl, "close");
		break;
	case 4:
		udp[0]->p->read(udp[1], buf, sizeof buf);
		break;
	case 5:
		udp[1]->p->write(udp[1], p, n);
		break;
	case 6:
		ping->p->read(ping, buf, sizeof buf);
		break;
	case 7:
		words(conv("tcp"), tcpproto.connect, "connect 10.0.0.2!99");
		break;
	}
	poperror();
}

static void
clock(ulong ms)
{
	now += (uvlong)ms*1000000;
	fragexpire(fs);
	arptick(fs, now);
	limbotick(fs, now);
	tcptick(fs, now);
}

/* The checksums the packet should have. */
static void
fix(Block *b)
{
	Iphdr *h;
	uchar *p;
	int hl, len, off;

	h = (Iphdr*)b->rp;
	if(BLEN(b) < Iphsize)
		return;
	hl = (h->vihl & 0xF)*4;
	if(hl < Iphsize || hl > BLEN(b))
		return;
	hnputs(h->length, BLEN(b));
	hnputs(h->cksum, 0);
	hnputs(h->cksum, ckfold(cksum(b->rp, hl, 0)));
	p = b->rp+hl;
	len = BLEN(b)-hl;
	off = h->proto == Iptcp? 16: h->proto == Ipudp? 6: 2;
	if(len < off+2)
		return;
	hnputs(p+off, 0);
	hnputs(p+off, ckfold(cksum(p, len,
		h->proto == Ipicmp? 0: pseudosum(nhgetl(h->src), nhgetl(h->dst), h->proto, len))));
}

static void
receive(Block *b, int which)
{
	ipinput(fs, ifc[which]->ifc, b);
}

/* From the peer to port 80: flags, sequence numbers as they should be and a bit off. */
static void
segment(uchar *p, int n)
{
	Block *b;
	uchar *h;
	int opt;

	if(n < 8)
		return;
	opt = (p[7] & 3)*4;
	if(opt > n-8)
		opt = 0;
	b = allocb(Hdroom+Iphsize+Tcphsize+n);
	b->rp += Hdroom;
	b->wp = b->rp+Iphsize+Tcphsize;
	memset(b->rp, 0, Iphsize+Tcphsize);
	b->rp[0] = 0x45;
	b->rp[8] = 64;
	b->rp[9] = Iptcp;
	hnputl(b->rp+12, (ulong)Peer);
	hnputl(b->rp+16, (ulong)Us);
	h = b->rp+Iphsize;
	hnputs(h, 5000 + (p[6] & 1));
	hnputs(h+2, 80);
	if(p[0] & Syn)
		synseq = nhgetl(p+1);
	hnputl(h+4, synseq + (p[0] & Syn? 0: 1) + (schar)p[2]*(p[1] & 1? 100: 1));
	hnputl(h+8, ourseq + (schar)p[4]*(p[1] & 2? 100: 1));
	h[12] = (Tcphsize+opt)/4 << 4;
	h[13] = p[0];
	hnputs(h+14, p[5]<<6);
	memmove(b->wp, p+8, n-8);
	b->wp += n-8;
	fix(b);
	receive(b, 0);
}

static void
raw(uchar *p, int n, int right, int which)
{
	Block *b;

	b = allocb(Hdroom+n);
	b->rp += Hdroom;
	b->wp = b->rp+n;
	memmove(b->rp, p, n);
	if(right)
		fix(b);
	receive(b, which);
}

static void
end(void)
{
	int i, j;

	if(open1 != nil)
		closeconv(open1);
	open1 = nil;
	closeconv(listener);
	closeconv(udp[0]);
	closeconv(udp[1]);
	closeconv(ping);
	for(i = 0; i < Nprot; i++)
		for(j = 0; i != Pifc && j < fs->p[i]->nconv; j++)
			if(fs->p[i]->conv[j]->inuse)
				closeconv(fs->p[i]->conv[j]);
	for(i = 0; i < 40; i++){
		drain();
		clock(60*1000);
	}
	drain();
	for(i = 0; i < 2; i++)
		convflush(ifc[i]);
	if(nblock != 0 || fs->mem != 0 || fs->nlimbo != 0 || tcplist(fs) != nil || up->nerrlab != 0){
		printf("left: %d blocks %lu bytes %d limbo\n", nblock, fs->mem, fs->nlimbo);
		abort();
	}
}

int
LLVMFuzzerTestOneInput(uchar *p, uint size)
{
	int op, n;

	begin();
	while(size > 2){
		op = p[0];
		n = p[1];
		p += 2;
		size -= 2;
		if(n > (int)size)
			n = size;
		switch(op & 7){
		case 0:
		case 1:
			raw(p, n, 0, op>>3 & 1);
			break;
		case 2:
		case 3:
			raw(p, n, 1, op>>3 & 1);
			break;
		case 4:
		case 5:
			segment(p, n);
			break;
		case 6:
			program(op>>3 & 7, p, n);
			break;
		case 7:
			clock(n*(op>>3 & 31));
			n = 0;
			break;
		}
		p += n;
		size -= n;
		drain();
	}
	end();
	return 0;
}
