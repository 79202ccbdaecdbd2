/*
 * The mount driver's own: connections (Mnt) and requests on them (Mntrpc).
 * Wants fcall.h.
 */
typedef struct Mntrpc Mntrpc;

enum
{
	Msize		= 32*1024+IOHDRSZ,	/* what we offer */
	Maxidle		= 64,			/* replies nobody waits for, at most */
	Maxnest		= 4,			/* connections that lead through connections */
};

/*
 * A connection; belongs to the channel c it goes over, and ends with it.
 * Nothing here needs a lock, as the kernel is not preempted; what sleeps is
 * reading and writing c.
 */
struct Mnt
{
	Chan	*c;
	ulong	id;				/* Chan.dev of the files behind it */
	ulong	msize;
	char	*version;			/* nil while it is being agreed upon */
	int	depth;				/* connections below this one */
	int	dead;				/* hung up, or not to be understood */
	ushort	tag;				/* the last one given */
	Mntrpc	*queue;				/* sent and not answered */
	int	nidle;				/* of them: nobody waits */
	Proc	*reader;			/* who reads replies for everybody */
	QLock	wlk;				/* a message written in pieces */
	uchar	*buf;				/* replies coming in, */
	ulong	bufsize;			/* at least msize */
	ulong	have;
};

struct Mntrpc
{
	Mntrpc	*next;				/* in the queue */
	Mnt	*m;
	int	queued;
	Proc	*p;				/* who waits; nil: nobody does */
	Rendez	r;
	int	done;				/* answered, or never will be: */
	char	*err;				/* then, why */
	uchar	*buf;				/* where the reply's strings and data are */
	Mntrpc	*flushes;			/* a Tflush: of this request */
	Fcall	t;
	Fcall	reply;
};

/* devmntrpc.c */
Mntrpc*	newrpc(Mnt*, int, ulong);
void	freerpc(Mntrpc*);
void	sendrpc(Mntrpc*);
void	waitrpc(Mntrpc*);
void	mountrpc(Mntrpc*);

/* mntcache.c */
void	mcacheopen(Chan*, int);			/* truncated? */
void	mcacheclose(Chan*);
long	mcacheread(Chan*, uchar*, long, vlong);
ulong	mcacheage(Chan*);
void	mcachefill(Chan*, uchar*, long, vlong, ulong);
void	mcachewrite(Chan*, long, vlong);
void	mcachedrop(ulong);

/* devmntver.c */
Mnt*	mntof(Chan*);
Chan*	mntchan(Chan*);
ulong	mntiounit(Mnt*, ulong);
