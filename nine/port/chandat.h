/*
 * Files as the kernel sees them: channels, paths, mount tables, the three
 * file-ish process groups, devices, and the blocks and queues that pipes are
 * made of.  Wants lib.h, and Ref, Lock, QLock, RWlock, Rendez of portdat.h.
 */
typedef struct Block	Block;
typedef struct Chan	Chan;
typedef struct Cmdbuf	Cmdbuf;
typedef struct Cmdtab	Cmdtab;
typedef struct Dev	Dev;
typedef struct Dirtab	Dirtab;
typedef struct Egrp	Egrp;
typedef struct Evalue	Evalue;
typedef struct Fgrp	Fgrp;
typedef struct Mhead	Mhead;
typedef struct Mcache	Mcache;
typedef struct Mnt	Mnt;
typedef struct Mount	Mount;
typedef struct Path	Path;
typedef struct Pgrp	Pgrp;
typedef struct Queue	Queue;
typedef struct Walkqid	Walkqid;

typedef int Devgen(Chan*, char*, Dirtab*, int, int, Dir*);

enum
{
	MAXWALK		= 16,		/* names in one device walk, as in 9P */
	DELTAFD		= 20,		/* a descriptor table grows by this */
	MAXNFD		= 5000,		/* and no further than this */
	MNTLOG		= 5,
	MNTHASH		= 1<<MNTLOG,
	PATHMAX		= 60*1024,	/* bytes in one file name */
	DEVDOTDOT	= -1,		/* index asking a Devgen for ".." */
	NODEV		= 0xffff,	/* Chan.type of a closed channel */
	MAXENV		= 16300,	/* bytes in one environment variable */
	DELTAENV	= 32,		/* an environment grows by this */
};

/* Chan.flag */
enum
{
	COPEN		= 0x0001,	/* open for i/o */
	CMSG		= 0x0002,	/* carries 9P: no plain reads and writes */
	CCEXEC		= 0x0008,	/* close on exec */
	CFREE		= 0x0010,	/* not in use */
	CRCLOSE		= 0x0020,	/* remove on close */
	CCACHE		= 0x0080,	/* client cache */
};

/* what namec is to do with the name */
enum
{
	Aaccess,			/* as in stat, wstat */
	Abind,				/* left-hand side of bind */
	Atodir,				/* as in chdir */
	Aopen,				/* for i/o */
	Amount,				/* to be mounted or mounted upon */
	Acreate,			/* is to be created */
	Aremove,			/* will be removed by the caller */
};

struct Path
{
	Ref;
	char	*s;			/* the cleaned name */
	int	len;			/* strlen(s) */
	int	alen;			/* allocated for s */
	Chan	**mtpt;			/* mtpt[i]: mount point crossed at element i, or nil */
	int	mlen;			/* elements */
	int	malen;			/* allocated */
};

struct Chan
{
	Ref;				/* the Lock below guards the offsets */
	Lock;
	Chan	*next;			/* on the free list */
	vlong	offset;			/* of the descriptor, as the user sees it */
	vlong	devoffset;		/* of the device under a directory */
	ushort	type;			/* index in devtab */
	ulong	dev;			/* instance of the device */
	ushort	mode;			/* OREAD, OWRITE, ORDWR, OEXEC once open */
	ushort	flag;
	Qid	qid;
	ulong	iounit;			/* chunk size for i/o; 0: don't care */
	Mhead	*umh;			/* open union directory: its mount head, */
	Chan	*umc;			/* the member being read, */
	int	uri;			/* and its number */
	QLock	umqlock;
	int	dri;			/* devdirread's place in the table */
	uchar	*dirrock;		/* directory entries that did not fit */
	int	nrock;
	union{
		void	*aux;		/* the device's own */
		Qid	pgrpid;		/* #p/N/notepg */
		ulong	mid;		/* #p/N/ns: mount id last read */
		ulong	fid;		/* #M: the file's name at its server */
	};
	Mcache	*mcp;			/* #M, open: its pages that are kept, or nil */
	Mnt	*mux;			/* of a channel to a server: the conversation */
	Chan	*mchan;			/* of a file there: that channel */
	Qid	mqid;			/* its root */
	Path	*path;
};

struct Walkqid
{
	Chan	*clone;
	int	nqid;
	Qid	qid[1];
};

struct Dirtab
{
	char	name[KNAMELEN];
	Qid	qid;
	vlong	length;
	long	perm;
};

struct Dev
{
	int	dc;			/* the letter after # */
	char	*name;

	void	(*reset)(void);
	void	(*init)(void);
	void	(*shutdown)(void);
	Chan*	(*attach)(char*);
	Walkqid*(*walk)(Chan*, Chan*, char**, int);
	int	(*stat)(Chan*, uchar*, int);
	Chan*	(*open)(Chan*, int);
	void	(*create)(Chan*, char*, int, ulong);
	void	(*close)(Chan*);
	long	(*read)(Chan*, void*, long, vlong);
	Block*	(*bread)(Chan*, long, ulong);
	long	(*write)(Chan*, void*, long, vlong);
	long	(*bwrite)(Chan*, Block*, ulong);
	void	(*remove)(Chan*);
	int	(*wstat)(Chan*, uchar*, int);
};

/* One thing mounted somewhere. */
struct Mount
{
	ulong	mountid;
	Mount	*next;
	Mhead	*head;
	Chan	*to;			/* what replaces or joins the mount point */
	int	mflag;
	char	*spec;			/* of a mount; nil for a bind */
};

/* A mount point and all that is mounted there, in search order. */
struct Mhead
{
	Ref;
	RWlock	lock;
	Chan	*from;			/* the mount point */
	Mount	*mount;
	Mhead	*hash;
};

/* Name space. */
struct Pgrp
{
	Ref;
	int	noattach;		/* RFNOMNT */
	ulong	pgrpid;
	QLock	debug;			/* #p walks it while its owner may go */
	RWlock	ns;			/* guards mnthash */
	Mhead	*mnthash[MNTHASH];
};

/* File descriptors. */
struct Fgrp
{
	Ref;
	Lock;
	Chan	**fd;
	int	nfd;			/* allocated */
	int	maxfd;			/* highest in use so far, -1: none */
	int	exceed;			/* already complained about the limit */
};

struct Evalue
{
	char	*name;
	char	*value;
	int	len;
	int	alen;
	Evalue	*link;
	Qid	qid;
};

/* Environment. */
struct Egrp
{
	Ref;
	RWlock	lk;
	Evalue	**ent;
	int	nent;
	int	ment;
	ulong	path;			/* qid.path of the next variable */
	ulong	vers;			/* of the directory */
};

/* Data on its way: valid from rp to wp. */
struct Block
{
	Block	*next;
	uchar	*rp;
	uchar	*wp;
	uchar	*lim;			/* end of the buffer */
	uchar	*base;			/* its start */
	void	(*free)(Block*);	/* the owner's own, or nil */
	ushort	flag;
	/* work left to an ether device; offsets from rp */
	ushort	csumstart;		/* Bcsum: sum from here to wp, */
	ushort	csumoff;		/* put it csumoff behind that */
	ushort	mss;			/* cut it into segments of this payload; 0: do not */
	ushort	hdrlen;			/* of ether, ip and tcp headers, if mss */
};

/* Block.flag */
enum
{
	Bcsum		= 1<<0,		/* out: the device completes a checksum */
	Bcsumok		= 1<<1,		/* in: tcp and udp checksums need no look */
};

/* what etheroffload says a device can do */
enum
{
	Ocsum		= 1<<0,		/* Bcsum */
	Otso		= 1<<1,		/* mss, of tcp over ipv4 */
};

/* Queue.state */
enum
{
	Qstarve		= 1<<0,		/* the consumer is, or will be, asleep */
	Qmsg		= 1<<1,		/* one read returns at most one block */
	Qclosed		= 1<<2,
	Qflow		= 1<<3,		/* the producer is asleep, waiting for room */
	Qcoalesce	= 1<<4,		/* empty blocks may be dropped */
};

#define BLEN(b)		((b)->wp - (b)->rp)
#define BALLOC(b)	((b)->lim - (b)->base)

struct Cmdbuf
{
	char	*buf;
	char	**f;
	int	nf;
};

struct Cmdtab
{
	int	index;			/* what lookupcmd's caller switches on */
	char	*cmd;
	int	narg;			/* words in all; 0: any number */
};

extern Dev	*devtab[];
extern char	*eve;			/* the host owner */
extern char	*sysname;
extern int	cpuserver;		/* service=cpu: ^P halts */
extern int	debugpanic;		/* ^T^Td: a panic tells all */
extern int	kquiet;			/* boot option -c: no echo, no chatter */
