/*
 * Connections to 9P servers on the host: v9p.c has the ring, dev9p.c the files.
 */
enum
{
	Nshare	= 8,
	Nslot	= LG_VRING_NUM,		/* requests on their way, of one share */
	Tagmax	= 31,
	Msgmax	= 128*1024,
	Minroom	= 2048,			/* for a reply that has no data */

	Nspare	= 32,			/* buffers kept for replies */

	Free = 0,			/* Slot.state */
	Filling,			/* by a writer */
	Sent,
};

/* Buffers are kept: big ones are hard to find. */
typedef struct Reply Reply;
struct Reply
{
	Reply	*next;
	uchar	*p;
	ulong	size;			/* allocated */
	ulong	n;			/* bytes of reply, */
	ulong	off;			/* and of those read */
};

typedef struct Slot Slot;
struct Slot
{
	int	state;
	int	stale;			/* its asker has closed */
	uchar	*t;
	ulong	tsize;			/* allocated */
	Reply	*r;
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
	Reply	*done;			/* to be read, oldest first */
	Reply	**last;
	Reply	*spare;
	int	nspare;
	QLock	rlk;			/* one reader, */
	QLock	wlk;			/* and one writer waits at a time */
	Rendez	reply;
	Rendez	room;
};

extern Share *share9p[];
extern int nshare9p;

void	v9pscan(void);			/* find them, and those that came since */
void	v9pbegin(Share*);		/* an opener, the only one */
void	v9pend(Share*);			/* has closed: replies to come are nobody's */
long	v9prequest(Share*, uchar*, long);
long	v9preply(Share*, uchar*, long);
