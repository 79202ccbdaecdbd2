/*
 * Virtio 0.9 as the Launcher offers it: device records and rings in the pages
 * above RAM.  Wants lg.h.
 *
 * A driver finds its device, accepts features, sets up its queues, says
 * LG_DEV_S_DRIVER_OK, and then offers chains of buffers, each with a cookie:
 *	vput, vput, ..., vkick
 * and, when the interrupt comes, takes back what was used:
 *	while((cookie = vget(q, &n)) != nil) ...
 * All at splhi, or under an ilock of the driver's: a queue has no lock.
 */
typedef struct Vq Vq;
typedef struct Vseg Vseg;

struct Vseg
{
	void	*p;			/* kernel memory, of any length */
	ulong	n;
};

struct Vq
{
	struct lg_vring_desc *desc;
	struct lg_vring_avail *avail;
	struct lg_vring_used *used;
	struct lg_device_desc *dev;
	ushort	num;
	ushort	seen;			/* used entries taken so far */
	ushort	put;			/* chains offered so far */
	ushort	told;			/* of which the device has been told */
	ushort	nfree;			/* descriptors */
	ushort	free;			/* the first; others by next */
	int	nointr;			/* vintr(q, 0) */
	ulong	kick;			/* what NOTIFY wants to hear */
	int	irq;
	uint	features;		/* accepted */
	void	**cookie;		/* by first descriptor */
	struct lg_vring_desc **table;	/* indirect, likewise */
};

enum
{
	Vindirect	= 8,		/* segments of a chain that fit in a table */
	Vmaxseg		= 64,		/* of one chain, without tables too */
};

#define BARRIER()	__asm__ volatile("lock; addl $0, (%%esp)" ::: "memory")

struct lg_device_desc*	vfind(int, int, int);	/* type, queues, nth: nil when there are no more */
uchar*	vconfig(struct lg_device_desc*);
ulong	vfeatures(struct lg_device_desc*, ulong);	/* accept these, if offered: which */
void	vstatus(struct lg_device_desc*, int, int);	/* set a bit; tell the Launcher? */
int	vbroken(struct lg_device_desc*);	/* it wants a reset */
void	vreset(struct lg_device_desc*);		/* afterwards begin as after boot */
int	vring(Vq*, struct lg_device_desc*, int);	/* queue n; 0: nonsense */
int	vqinit(Vq*, struct lg_device_desc*, int, uint);	/* the same, with features, for those below */
int	vput(Vq*, Vseg*, int, int, void*);	/* segments to read, to write; 0: no room */
void	vkick(Vq*);				/* tell the device, if it wants to know */
void*	vget(Vq*, ulong*);			/* what came back, bytes written; nil: nothing */
void	vintr(Vq*, int);			/* interrupts on or off; look again after on */
void	vpost(Vq*, int);			/* the simple way: one's own descriptors */
