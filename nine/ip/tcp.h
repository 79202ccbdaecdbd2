/*
 * TCP: the protocol half of a conversation.  Sequence numbers are 32 bits
 * and compared by their difference.
 */
enum
{
	/* Tcb.state, in the order of tcpstates[] */
	Closed		= 0,
	Listen,
	Synsent,
	Synrcvd,
	Established,
	Finwait1,
	Finwait2,
	Closewait,
	Closing,
	Lastack,
	Timewait,

	Fin		= 1,
	Syn		= 2,
	Rst		= 4,
	Psh		= 8,
	Ack		= 16,

	Wscale		= 4,		/* we offer: windows in units of 16 */
	Rcvlimit	= 640*1024,	/* bytes to be read, by payload */
	Rcvmem		= 2*Rcvlimit,	/* and by memory, with what came out of order */
	Sndlimit	= 512*1024,	/* bytes written and not acknowledged */
	Defmss		= 536,

	Minrto		= 200,		/* ms */
	Maxrto		= 60*1000,
	Initrto		= 1000,
	Initwnd		= 4,		/* segments, after a loss of all */
	Minpto		= 5,		/* before what seems lost is sent once more */
	Delack		= 40,
	Msl2		= 10*1000,	/* time wait */
	Finwait2max	= 60*1000,	/* for the peer's FIN, when nobody reads */
	Maxback		= 12,		/* transmissions of one segment */
	Maxsynback	= 5,
	Keepintvl	= 75*1000,	/* between probes once one is unanswered */
	Keepprobes	= 9,
	Maxooo		= 256,		/* pieces out of order */
	Probemax	= 120*1000,	/* ms a closed window is asked about without an answer */
	Deftkeep	= 2*60*60*1000,
};

#define seqlt(a, b)	((long)((a)-(b)) < 0)
#define seqle(a, b)	((long)((a)-(b)) <= 0)
#define seqgt(a, b)	((long)((a)-(b)) > 0)
#define seqge(a, b)	((long)((a)-(b)) >= 0)

/* A segment's header, in host order, and where its data is. */
typedef struct Seg Seg;
struct Seg
{
	Ip4	src;
	Ip4	dst;
	ushort	sport;
	ushort	dport;
	ulong	seq;
	ulong	ack;
	ushort	win;
	ushort	mss;			/* of a SYN; 0: none said */
	schar	scale;			/* -1: none */
	uchar	flags;
	int	len;			/* bytes of data */
};

/* A piece that came before what is expected. */
typedef struct Ooo Ooo;
struct Ooo
{
	Ooo	*next;
	Block	*b;
	ulong	seq;
	int	fin;
};

struct Tcb
{
	int	state;
	int	orphan;			/* nobody has the conversation open */
	int	deaf;			/* what comes is acknowledged and thrown away */
	int	finwanted;		/* after what has been written comes a FIN */
	int	finsent;
	ulong	finseq;
	int	ready;			/* what connect waits for has come or failed */

	ulong	iss;
	ulong	una;			/* oldest not acknowledged */
	ulong	nxt;			/* to be sent next */
	ulong	max;			/* highest sent */
	ulong	wnd;			/* the peer's, bytes */
	ulong	maxwnd;			/* the largest ever */
	ulong	wl1;			/* segment of the last update */
	ulong	wl2;
	int	sscale;			/* of windows we get */
	int	rscale;			/* of windows we give */
	int	mss;			/* of what we send */
	Iq	sq;			/* data from una on */
	ulong	sqoff;			/* bytes of the first block that are acknowledged */

	ulong	cwnd;			/* bytes */
	ulong	ssthresh;
	int	dupacks;
	int	recovering;
	ulong	recover;

	int	timing;
	ulong	timed;			/* sequence number being timed */
	uvlong	timedat;		/* ns */
	ulong	srtt;			/* us, times 8 */
	ulong	rttvar;			/* us, times 4 */
	ulong	rto;			/* ms */
	int	backoff;
	int	pto;			/* trexmt is not the timeout yet but the probe before it */
	int	probed;			/* since una last moved */

	ulong	irs;
	ulong	rnxt;			/* expected next */
	ulong	rup;			/* right edge we have announced */
	Ooo	*ooo;			/* by sequence number */
	int	nooo;
	ulong	ooomem;
	int	finrcvd;
	int	ackdue;			/* segments to be acknowledged */
	uvlong	heard;			/* ns: of the peer, last */

	/* when, in ns; 0: never */
	uvlong	trexmt;
	uvlong	tack;
	uvlong	tkeep;
	uvlong	twait;			/* end of time wait or of Finwait2 */
	ulong	keep;			/* ms of silence before a probe; 0: none */
	int	probes;
	int	blocked;		/* waits for room in its interface */

	Conv	*next;			/* of a stack's, in any state but Closed */
	int	listed;

	ulong	rexmits;		/* for status */
};

/* Counters of the protocol. */
enum
{
	Tactive, Tpassive, Tfails, Tresets, Testab, Tin, Tout, Tretrans, Tbadsum, Tinerr,
	Toutrst, Tooo, Tdup, Tnmib,
};

extern char *tcpstates[];

/* tcp.c */
void	tcpsetstate(Conv*, int);
void	tcpclosed(Conv*, char*);
void	tcpestablish(Conv*);
void	tcpreset(Conv*);
void	tcptimerat(Conv*, uvlong*, ulong);
Conv*	tcplist(Fs*);
void	tcpsetmss(Conv*, int);
int	tcpourmss(Fs*, Ip4);

/* tcpack.c */
int	tcphandleack(Conv*, Seg*);
void	tcprttsample(Tcb*);
void	tcptimewait(Conv*);
void	tcpprobeloss(Conv*);

/* tcpread.c */
long	tcpread(Conv*, void*, long);

/* tcpin.c */
void	tcprcv(Fs*, Ipifc*, Block*);
void	oooflush(Conv*);

/* tcpout.c */
void	tcpoutput(Conv*);
void	tcpack(Conv*);
void	tcpsendrst(Fs*, Seg*);
void	tcpsend(Fs*, Block*, Seg*, int, int);
ulong	tcpwindow(Conv*);
void	tcpprobe(Conv*);
void	tcpsyn(Conv*);
long	tcpwrite(Conv*, uchar*, long);
void	tcparm(Conv*);
void	sqrelease(Conv*, ulong);
void	sqflush(Conv*);

/* tcplimbo.c */
void	limbosyn(Fs*, Conv*, Seg*);
int	limboack(Fs*, Conv*, Seg*, Conv**);
void	limborst(Fs*, Seg*);
