/*
 * Disks: #S (devsd.c: the files; devsdio.c: the transfers; devsdraw.c: raw
 * commands) and what a driver gives it.
 */
typedef struct SDop	SDop;
typedef struct SDpart	SDpart;
typedef struct SDraw	SDraw;
typedef struct SDseg	SDseg;
typedef struct SDunit	SDunit;

enum
{
	Nsdunit		= 16,
	Nsdpart		= 64,		/* of one disk; the first is all of it */

	SDread		= 0,		/* what a driver can do */
	SDwrite,
	SDflush,
	SDdiscard,
	SDzero,
};

/* Kernel memory of a transfer. */
struct SDseg
{
	uchar	*p;
	ulong	n;
};

struct SDpart
{
	char	*name;			/* nil: free */
	uvlong	start;			/* sectors */
	uvlong	end;			/* the first behind it */
	char	*uid;
	ulong	perm;
	ulong	vers;			/* channels to an earlier one are stale */
};

/* A command on its way through a raw file. */
struct SDraw
{
	QLock;
	int	state;
	uchar	cmd[16];
	int	ncmd;
	ulong	status;
	ulong	sense;			/* key<<16 | code<<8 | qualifier */
};

struct SDunit
{
	char	name[KNAMELEN];		/* sd00 */
	char	inquiry[49];		/* vendor, product: text */
	uvlong	sectors;
	ulong	secsize;
	int	rdonly;
	void	*ctlr;
	/* All of the segments, whole sectors; returns when done, or raises an error. */
	void	(*io)(SDunit*, int, uvlong, SDseg*, int);
	/* On these sectors: SDflush, SDdiscard, SDzero. */
	void	(*ctl)(SDunit*, int, uvlong, uvlong);
	char*	(*text)(SDunit*, char*, char*);	/* the driver's line for sdctl */
	void	(*online)(SDunit*);	/* the first process looks at it: fills inquiry */

	QLock	lk;			/* partitions */
	int	inited;
	SDpart	part[Nsdpart];
	SDraw	raw;
	ulong	rawinuse;
	int	unit;
};

/* devsd.c */
SDunit*	sdadd(SDunit*);			/* from a driver's reset; nil: one too many */

/* sdpart.c */
#define SDPART(q)	(((int)(q).path>>4) & 0xFFF)	/* of a partition's qid */
SDpart*	sdpart(SDunit*, Chan*);		/* errors out if it has changed */
void	sdinitunit(SDunit*);
void	sdaddpart(SDunit*, char*, uvlong, uvlong);	/* with lk held */
void	sddelpart(SDunit*, char*);

/* devsdio.c */
long	sdbio(SDunit*, Chan*, int, void*, long, vlong);
void	sdtransfer(SDunit*, int, void*, ulong, uvlong);	/* kernel or user memory; sectors */

/* devsdraw.c */
long	sdrawread(SDunit*, void*, long);
long	sdrawwrite(SDunit*, void*, long);

/* sdlg.c */
void	sdlgscan(void);
