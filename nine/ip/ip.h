/*
 * The IP stack, #I.  One processor and a kernel that is not preempted make
 * its rule simple: whatever handles a packet runs to its end without
 * sleeping, so a conversation is never seen half changed and there are no
 * locks on the way of a packet.  What may sleep - reading and writing files,
 * handing frames to a device - is at the edges: devip.c, and the processes
 * of an interface (ipifc.c, ethermedium.c).  Nothing here runs at interrupt
 * time but one timer, which only wakes a process.
 *
 * Addresses are 4 bytes, in a ulong of host order.
 */
typedef struct Arpent	Arpent;
typedef struct Conv	Conv;
typedef struct Frag	Frag;
typedef struct Fs	Fs;
typedef struct Iphdr	Iphdr;
typedef struct Ipifc	Ipifc;
typedef struct Iq	Iq;
typedef struct Lifc	Lifc;
typedef struct Limbo	Limbo;
typedef struct Medium	Medium;
typedef struct Proto	Proto;
typedef struct Route	Route;
typedef struct Tcb	Tcb;
typedef struct Text	Text;
typedef ulong		Ip4;

enum
{
	Nstack		= 16,		/* #I0 .. */
	Nprot		= 4,
	Pifc		= 1,		/* which of them is ipifc */
	Nifc		= 16,
	Nlifc		= 32,		/* addresses of an interface */
	Nroute		= 512,
	Narp		= 128,
	Nfrag		= 32,		/* datagrams being put together */
	Nlimbo		= 256,		/* half-open connections, of a stack */
	Maxincall	= 64,		/* connections waiting to be accepted, of a listener */
	Nhash		= 256,

	Ipicmp		= 1,
	Iptcp		= 6,
	Ipudp		= 17,

	Iphsize		= 20,
	Udphsize	= 8,
	Tcphsize	= 20,
	Icmphsize	= 8,
	Etherhsize	= 14,
	Hdroom		= 64,		/* free before the IP header, for the device */
	Maxip		= 65535,
	Maxttl		= 255,

	Ipmf		= 0x2000,	/* more fragments */
	Ipdf		= 0x4000,

	/* Conv.state */
	Idle		= 0,
	Announced,
	Connecting,
	Connected,

	Loopnet		= 127,
	Ndblen		= 4096,
	Udphdrs		= 52,		/* the header of a message with "headers" */
};

#define Allones	((Ip4)0xFFFFFFFF)

/* What waits to be read: a list of blocks, and their bytes. */
struct Iq
{
	Block	*first;
	Block	*last;
	ulong	len;			/* bytes of data */
	ulong	mem;			/* bytes of memory */
	int	n;			/* blocks */
};

/* As on the wire. */
struct Iphdr
{
	uchar	vihl;
	uchar	tos;
	uchar	length[2];
	uchar	id[2];
	uchar	frag[2];
	uchar	ttl;
	uchar	proto;
	uchar	cksum[2];
	uchar	src[4];
	uchar	dst[4];
};

/* An address of an interface. */
struct Lifc
{
	Lifc	*next;
	Ip4	addr;
	Ip4	mask;
	Ip4	net;
	Ip4	remote;			/* of a point-to-point link; else net */
};

/* A kind of link. */
struct Medium
{
	char	*name;
	int	mtu;			/* to begin with */
	int	maxmtu;
	int	unbindonclose;
	void	(*bind)(Ipifc*, int, char**);	/* may sleep, raises errors */
	void	(*unbind)(Ipifc*);		/* may sleep */
	void	(*output)(Ipifc*, Block*, Ip4);	/* IP packet, next hop: does not sleep */
	void	(*send)(Ipifc*, Block*);	/* in the sender's process: may sleep */
	int	(*ctl)(Ipifc*, int, char**);	/* words of its own; 0: not known */
};

struct Ipifc
{
	Fs	*fs;
	Conv	*conv;			/* nil for the stack's own */
	Medium	*m;			/* nil: not bound */
	char	dev[64];
	int	mtu;
	Lifc	*lifc;
	int	nlifc;
	uchar	mac[6];
	void	*arg;			/* the medium's */
	int	sinkin;			/* packets come from the file data */
	int	offload;		/* Ocsum: of the device */

	Iq	oq;			/* on their way out */
	Rendez	or;			/* the sender waits for work */
	QLock	owlk;
	Rendez	ow;			/* somebody waits for room */
	int	tcpwait;		/* some TCP conversation waits for room */
	int	dying;
	int	nproc;			/* kernel processes */
	Rendez	gone;

	ulong	in;			/* packets */
	ulong	out;
	ulong	inerr;
	ulong	outerr;

	/* faults asked for by a test, of a loopback: per thousand */
	int	drop;
	int	dup;
	int	reorder;
	ulong	seed;
	Block	*held;
};

struct Route
{
	Route	*next;			/* longest mask first */
	Ip4	dst;
	Ip4	mask;
	Ip4	gate;
	Ipifc	*ifc;			/* of an interface's own route; else found by gate */
	char	tag[5];
};

struct Arpent
{
	Ip4	ip;
	uchar	mac[6];
	Ipifc	*ifc;			/* nil: free */
	int	ok;
	int	tries;
	ulong	used;			/* ms */
	ulong	asked;
	ulong	heard;
	Block	*wait;			/* packets, at most Arpwait */
};

/* A datagram of which pieces have come: blocks of payload, by offset. */
struct Frag
{
	Block	*list;
	Ip4	src;
	Ip4	dst;
	ushort	id;
	uchar	proto;
	ulong	mem;
	ulong	born;			/* ms */
	int	n;
};

/* A connection somebody has asked a listener for, not yet acknowledged. */
struct Limbo
{
	Limbo	*next;
	Ip4	laddr;
	Ip4	raddr;
	ushort	lport;
	ushort	rport;
	ulong	irs;
	ulong	iss;
	ushort	mss;
	ushort	win;
	schar	scale;			/* the peer's; -1: none */
	int	tries;
	ulong	sent;			/* ms, first time */
	ulong	next1;			/* ms, next time */
};

/* The protocol half of a TCP conversation; see tcp.h. */
struct Conv
{
	QLock	lk;			/* open, close, ctl */
	int	x;			/* number */
	Proto	*p;
	Fs	*fs;
	char	owner[KNAMELEN];
	ulong	perm;
	int	inuse;			/* open files */
	int	state;
	Ip4	laddr;
	Ip4	raddr;
	ushort	lport;
	ushort	rport;
	uchar	ttl;
	uchar	tos;
	uchar	headers;
	uchar	ignoreadvice;
	char	err[ERRMAX];		/* why it ended */
	int	hungup;			/* nothing more comes */

	Iq	rq;
	Rendez	rr;
	QLock	rlk;
	Rendez	wr;
	QLock	wlk;
	Rendez	cr;			/* connect waits */

	Conv	*incall;		/* accepted by us, not yet by the listener's owner */
	Conv	*nextcall;
	int	nincall;
	Conv	*listener;		/* on whose list of calls we are */
	Rendez	lr;
	QLock	llk;

	Conv	*hnext;
	int	hashed;
	union {
		Tcb	*tcb;
		Ipifc	*ifc;
	};
};

/* A text being made for a reader. */
struct Text
{
	char	*s;
	char	*p;
	char	*e;
};

struct Proto
{
	char	*name;
	int	ipproto;
	int	maxconv;
	void	(*init)(Fs*, Proto*);			/* when a stack is made */
	void	(*create)(Conv*);			/* for its first user; raises errors */
	void	(*connect)(Conv*, int, char**);		/* raises errors */
	void	(*announce)(Conv*, int, char**);
	void	(*close)(Conv*);			/* the last user is gone */
	int	(*busy)(Conv*);				/* still at work without users? */
	int	(*evict)(Proto*);			/* make room: 1: did */
	void	(*rcv)(Fs*, Ipifc*, Block*);		/* a packet */
	long	(*read)(Conv*, void*, long);		/* of data */
	long	(*write)(Conv*, uchar*, long);
	void	(*ctl)(Conv*, int, char**);		/* raises errors */
	void	(*state)(Conv*, Text*);
	void	(*stats)(Proto*, Text*);
	void	(*advise)(Fs*, Iphdr*, uchar*, int, char*);	/* an ICMP error */
	void	(*local)(Conv*, Text*);			/* nil: the usual one */

	/* a stack's copy only: */
	Fs	*fs;
	Conv	**conv;
	int	nconv;			/* made so far */
	int	ac;			/* for stats */
	Conv	*hash[Nhash];		/* of the connected, by both ends */
	Conv	*lhash[Nhash];		/* of the announced, by port */
	ushort	nextport;
	QLock	lk;
	ulong	*mib;			/* counters */
};

/* One stack. */
struct Fs
{
	int	dev;
	Proto	*p[Nprot];
	Proto	*byproto[256];
	Ipifc	*ifc[Nifc];
	Ipifc	*self;			/* carries what is for ourselves */
	Route	*route;
	int	nroute;
	Arpent	arp[Narp];
	Frag	frag[Nfrag];
	Limbo	*limbo;
	int	nlimbo;
	int	forward;
	ulong	mem;			/* bytes in conversations' queues */
	ulong	ipid;
	ulong	mib[16];		/* of ip itself; see ip.c */

	/* one process for what has to happen later */
	Rendez	tr;
	Timer	timer;
	uvlong	tnext;			/* ns; when timer goes off; 0: not set */
	int	tfire;
	int	trunning;

	char	ndb[Ndblen];
	int	ndblen;
	ulong	ndbvers;
	QLock	ndblk;
};

/* Fs.mib */
enum
{
	Min, Mforward, Mhdrerr, Maddrerr, Munknown, Mdiscard, Mdeliver,
	Mout, Moutdiscard, Mnoroute, Mreasmreq, Mreasmok, Mreasmfail, Mfragok, Mfragfail, Mfragmake,
};

extern Medium loopmedium, ethermedium, pktmedium;
extern Proto tcpproto, udpproto, icmpproto, ipifcproto;

/* addr.c */
#define nhgets(p)	((ushort)((p)[0]<<8 | (p)[1]))
#define nhgetl(p)	((ulong)(p)[0]<<24 | (ulong)(p)[1]<<16 | (ulong)(p)[2]<<8 | (p)[3])
#define hnputs(p, v)	((p)[0] = (uchar)((v)>>8), (p)[1] = (uchar)(v))
#define hnputl(p, v)	((p)[0] = (uchar)((v)>>24), (p)[1] = (uchar)((v)>>16), \
			(p)[2] = (uchar)((v)>>8), (p)[3] = (uchar)(v))
int	parseip(char*, Ip4*);			/* 0: good */
int	parsemask(char*, Ip4*);
Ip4	classmask(Ip4);
int	ipfmt(Fmt*);
int	maskfmt(Fmt*);
void	v4tov6(uchar*, Ip4);
int	v6tov4(uchar*, Ip4*);
#define isbcast(a)	((a) == Allones)
#define ismcast(a)	(((a)>>28) == 0xE)
#define isloop(a)	(((a)>>24) == Loopnet)

/* cksum.c */
ulong	cksum(uchar*, int, ulong);		/* sum so far, not folded */
ushort	ckfold(ulong);
ulong	pseudosum(Ip4, Ip4, int, int);
ushort	ckfoldsum(ulong);			/* the same, not complemented */
void	ckfinish(Block*);			/* do what Bcsum asks for */

/* iq.c */
void	iqput(Iq*, Block*);
Block*	iqget(Iq*);
void	iqback(Iq*, Block*);
void	iqflush(Iq*);
Block*	packblock(Block*);
void	convput(Conv*, Block*);
Block*	convget(Conv*);
void	convflush(Conv*);
int	convroom(Conv*, Block*, ulong);
void	texton(Text*, int);			/* room for bytes */
void	textadd(Text*, char*, ...);
long	textread(Text*, vlong, void*, long);	/* and free it */

/* conv.c */
Fs*	newfs(int);
Conv*	newconv(Proto*, char*);			/* nil: none to be had; its lk held? no */
void	closeconv(Conv*);
void	convconnect(Conv*, int, char**);
void	convannounce(Conv*, int, char**);
void	convhash(Conv*);
void	convunhash(Conv*);
Conv*	convlookup(Proto*, Ip4, ushort, Ip4, ushort);
Conv*	convlisten(Proto*, Ip4, ushort);
Conv*	newcall(Conv*, Ip4, ushort, Ip4, ushort);
void	convhangup(Conv*, char*);
long	msgread(Conv*, void*, long);
void	msgput(Conv*, Block*, ulong);
int	connbusy(Conv*);

/* ip.c, frag.c */
void	ipinput(Fs*, Ipifc*, Block*);
void	ipinit(Fs*);
Block*	ipalloc(int);				/* for n bytes after the IP header */
char*	ipoutput(Fs*, Block*, Ipifc*, Ip4, Ip4, int, int, int);
Block*	reassemble(Fs*, Block*);
void	fragexpire(Fs*);
int	fragout(Fs*, Ipifc*, Block*, Ip4);

/* route.c */
Ipifc*	findroute(Fs*, Ip4, Ip4*);		/* next hop */
void	addroute(Fs*, Ip4, Ip4, Ip4, Ipifc*, char*);
int	delroute(Fs*, Ip4, Ip4, Ipifc*);
void	routectl(Fs*, int, char**);
void	routetext(Fs*, Text*);
void	ifcroutes(Ipifc*);			/* forget those of ifc */

/* ifcaddr.c, ifcout.c, ipifc.c */
void	ifcsender(void*);
void	ifcreap(Ipifc*);
int	islocal(Fs*, Ip4);
Ipifc*	selfifc(Fs*, Ip4);
int	forus(Fs*, Ipifc*, Ip4);
Ipifc*	ifcof(Fs*, Ip4);			/* whose address it is */
Ipifc*	ifcon(Fs*, Ip4);			/* on whose network it is */
Ip4	srcaddr(Fs*, Ip4);			/* for packets to there; 0: none */
Ip4	srcaddrif(Ipifc*, Ip4);
int	isbroadcast(Ipifc*, Ip4);
void	ifcqueue(Ipifc*, Block*);
int	ifcfull(Ipifc*);
void	ifcwait(Fs*, Ip4);
void	ifcproc(Ipifc*, char*, void (*)(void*));
void	ifcprocend(Ipifc*);
void	selftext(Fs*, Text*);
void	ifcstatus(Ipifc*, Text*);
void	startself(Fs*);

/* icmp.c */
void	icmpunreach(Fs*, Ipifc*, Block*, int, int);	/* type, code; keeps the block */

/* arp.c */
void	arpinput(Ipifc*, Block*);
void	arpoutput(Ipifc*, Block*, Ip4);
void	arpannounce(Ipifc*, Ip4);
void	arpforget(Ipifc*);
void	arpctl(Fs*, int, char**);
void	arptext(Fs*, Text*);
uvlong	arptick(Fs*, uvlong);		/* as tcptick below */
void	etheraddress(Ipifc*, Block*, uchar*, int);

/* iptimer.c */
void	iptimerat(Fs*, uvlong);			/* be awake at ns */


/* tcptimer.c, tcplimbo.c */
uvlong	tcptick(Fs*, uvlong);			/* what is due; when next; 0: never */
uvlong	limbotick(Fs*, uvlong);
void	tcpkick(Fs*, Ipifc*);			/* room again */
