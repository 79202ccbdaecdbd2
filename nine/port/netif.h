/*
 * Ethernet interfaces: what devether.c (frames, the device #l), netif.c (its
 * files and conversations) and the drivers share.
 */
typedef struct Ether	Ether;
typedef struct Netfile	Netfile;

enum
{
	Maxether	= 8,
	Nfile		= 8,		/* conversations of one interface */
	Nmulti		= 16,		/* multicast addresses of a conversation */
	Eaddrlen	= 6,
	Etherhdr	= 14,		/* bytes before the data */
	Ethermtu	= 1500,		/* of IP on an ordinary ethernet */
	Maxframe	= 65535+Etherhdr,	/* with segmentation left to others */

	Tall		= -1,		/* Netfile.type: all frames, */
	Theaders	= -2,		/* or just their beginnings */
	Headlen		= 58,		/* bytes of a frame in a header record, */
	Recordlen	= 64,		/* of this size: length (2), ms (4), big-endian */
};

/* One conversation: who wants which frames. */
struct Netfile
{
	Ether	*ether;
	int	inuse;			/* opens of data and ctl */
	ulong	mode;
	char	owner[KNAMELEN];
	int	type;			/* ethernet type, 0: none, Tall, Theaders */
	int	prom;
	int	headersonly;
	int	stuck;			/* its reader sleeps: do not wait for it */
	uchar	multi[Nmulti][Eaddrlen];
	int	nmulti;
	Queue	*in;
};

struct Ether
{
	QLock	lk;			/* opens, closes, ctls */
	int	ctlrno;
	uchar	ea[Eaddrlen];
	int	maxmtu;			/* of IP */
	int	offload;		/* Ocsum, Otso */
	int	link;
	int	mbps;
	Netfile	*f[Nfile];
	int	prom;			/* conversations that are promiscuous */
	Timer	patience;		/* until a full conversation counts as stuck */

	uvlong	inpackets;
	uvlong	outpackets;
	ulong	overflows;		/* frames the driver could not take */
	ulong	soverflows;		/* a conversation was full, or no memory */
	ulong	frames;			/* nonsense from the driver */
	ulong	oerrs;

	void	*ctlr;			/* the driver's */
	void	(*attach)(Ether*);	/* every attach; may raise an error */
	void	(*transmit)(Ether*, Block*);	/* takes the block; may sleep */
	void	(*restart)(Ether*);	/* etheriq would take again */
	char*	(*ifstat)(Ether*, char*, char*);	/* appends its text */
	void	(*shutdown)(Ether*);
};

/* devether.c */
int	etheradd(Ether*);		/* the driver's filled it in; its number, -1: too many */
int	etheriq(Ether*, Block*);	/* from the wire, interrupts off; 0: not now, keep it */
Ether*	etherof(Chan*);

/* netif.c */
int	netgen(Chan*, char*, Dirtab*, int, int, Dir*);
Chan*	netopen(Chan*, int);
void	netclose(Chan*);
long	netread(Chan*, void*, long, vlong);
Block*	netbread(Chan*, long, ulong);
long	netctl(Chan*, void*, long);
int	netisdata(Chan*);
int	netwstat(Chan*, uchar*, int);

/* netctl.c */
void	netcommand(Netfile*, void*, long);
int	netmulti(Ether*, uchar*);	/* does somebody want this group? */
