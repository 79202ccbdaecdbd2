/* SPDX-License-Identifier: MIT */
/*
 * dossrv: FAT file systems.  A file system is a cache of sectors for what
 * describes files (cmd_doscache.c), the allocation table (cmd_dosfat.c), nodes,
 * which are files and directories somebody looks at (cmd_dosnode.c), and the
 * entries of directories (cmd_dosdir.c, cmd_dosname.c).  cmd/dossrv.c speaks 9P.
 */
typedef struct Buf Buf;
typedef struct Entry Entry;
typedef struct Fs Fs;
typedef struct Node Node;
typedef struct Run Run;

enum
{
	Dirent		= 32,		/* bytes of a directory entry */
	Nhash		= 256,
	Nbuf		= 1024,		/* sectors in a cache */
	Maxlong		= 255,		/* UTF-16 units of a name */
	Maxname		= 3*Maxlong+1,

	Ardonly		= 0x01,		/* attributes */
	Ahidden		= 0x02,
	Asystem		= 0x04,
	Avolume		= 0x08,
	Adir		= 0x10,
	Aarchive	= 0x20,
	Along		= 0x0F,

	Lowbase		= 0x08,		/* the name is in small letters */
	Lowext		= 0x10,

	Eoc		= 0x0FFFFFF8,	/* end of a chain, as fatget gives it */
};

/* A sector in memory. */
struct Buf
{
	ulong	sector;
	int	dirty;
	int	valid;
	Buf	*hash;
	Buf	*older;			/* least recently used first */
	Buf	*newer;
	uchar	*data;
};

struct Fs
{
	char	*name;			/* of the device file */
	int	fd;
	int	rdonly;
	int	ref;			/* nodes */
	Fs	*next;

	int	bits;			/* 12, 16, 32 */
	ulong	bps;			/* bytes of a sector */
	ulong	spc;			/* sectors of a cluster */
	ulong	clsize;			/* bytes */
	ulong	fat;			/* first sector of the table */
	ulong	fatlen;			/* sectors of one copy */
	ulong	nfat;
	ulong	activefat;		/* -1: all are written */
	ulong	rootsec;		/* 12, 16: the root directory */
	ulong	rootlen;
	ulong	rootclust;		/* 32 */
	ulong	data;			/* sector of cluster 2 */
	ulong	nclust;			/* clusters are 2 .. nclust+1 */
	ulong	infosec;		/* 0: none */
	ulong	nfree;
	ulong	hint;			/* where to look for a free cluster */

	Buf	*hash[Nhash];
	Buf	*oldest;
	Buf	*newest;
	int	nbuf;
	int	ndirty;
	Node	*nodes;
	Node	*root;
};

/* Clusters in a row. */
struct Run
{
	ulong	at;			/* number in the file */
	ulong	clust;
	ulong	n;
};

struct Node
{
	Fs	*fs;
	int	ref;
	int	gone;			/* removed while somebody holds it */
	int	opens;
	Node	*parent;		/* nil: the root */
	Node	*next;			/* in fs->nodes */
	ulong	first;			/* of its entries in the parent: long names */
	ulong	pos;			/* of the short one; bytes */
	char	*name;
	int	attr;
	ulong	start;			/* first cluster, 0: none */
	ulong	length;			/* bytes; 0 for a directory */
	ulong	mtime;
	ulong	atime;
	ulong	changes;
	uvlong	path;			/* qid */
	int	fixed;			/* the root directory of 12, 16 */
	Run	*run;
	int	nrun;
	ulong	nclust;
	int	loaded;			/* run is filled */
	int	dirty;			/* its entry must be written */
};

/* A directory entry, with its long name if it has one. */
struct Entry
{
	char	name[Maxname];
	ulong	first;
	ulong	pos;
	ulong	end;			/* behind it */
	uchar	raw[Dirent];
};

extern char Efull[], Ecorrupt[], Egone[];

/* Functions that give a char* give nil, or why not; nil pointers mean an i/o error. */

/* cmd_doscache.c */
uchar*	getsec(Fs*, ulong);		/* to look at */
uchar*	modsec(Fs*, ulong);		/* to change */
uchar*	newsec(Fs*, ulong);		/* to overwrite with zeros */
void	dropsec(Fs*, ulong, ulong);
int	flushcache(Fs*);
void	freecache(Fs*);
long	devread(Fs*, void*, long, uvlong);
long	devwrite(Fs*, void*, long, uvlong);

/* cmd_dosfat.c */
Fs*	openfs(char*, int);
void	closefs(Fs*);
int	syncfs(Fs*);
ulong	fatget(Fs*, ulong);		/* next cluster; >= Eoc: none; 1: broken */
int	fatset(Fs*, ulong, ulong);
ulong	fatalloc(Fs*, ulong);		/* near; 0: full */
uvlong	clustoff(Fs*, ulong);

/* cmd_dosnode.c */
Node*	rootnode(Fs*);
Node*	getnode(Node*, Entry*);
void	putnode(Node*);
void	holdnode(Node*);
char*	loadruns(Node*);
char*	setclusters(Node*, ulong);	/* as many, zeroed for directories */
char*	setlength(Node*, ulong);
char*	readnode(Node*, void*, ulong, ulong, ulong*);
char*	writenode(Node*, void*, ulong, ulong, ulong*);
char*	updatenode(Node*);		/* its entry */
ulong	startof(Fs*, uchar*);

/* cmd_dosdir.c */
char*	nextentry(Node*, ulong, Entry*, int*);
char*	findentry(Node*, char*, Entry*);
char*	addentry(Node*, char*, int, ulong, Entry*);
char*	delentry(Node*);
char*	emptydir(Node*);
char*	renamenode(Node*, char*);
uchar*	dirbytes(Node*, ulong, int);	/* an entry at a position; nil: beyond the end */

/* cmd_dosmake.c */
char*	makenode(Node*, char*, ulong, Node**);	/* name, mode */

/* cmd_dosops.c */
extern char Dosinfo[], Edosrdonly[], *dosowner;
Qid	qidof(Node*);
Fs*	getfs(char*, int);
void	dosletgo(Node*);		/* putnode, and the file system if it was the last */
char*	syncnode(Node*);
char*	doswhy(char*);
char*	child(Node*, char*, Node**);
void	filldir(Node*, Dir*);
char*	removenode(Node*);
char*	wstatnode(Node*, Dir*);

/* cmd_dosname.c */
int	shortname(char*, uchar*, int*);	/* fits: 1, and the case bits */
void	aliasname(char*, uchar*, int);	/* the nth try */
void	showshort(uchar*, char*);
int	longunits(char*, ushort*);	/* how many; -1: not possible */
void	putlong(uchar*, ushort*, int, int, int, int);
int	getlong(uchar*, ushort*);
int	unitsname(ushort*, int, char*);
int	shortsum(uchar*);
int	samename(char*, char*);
ulong	dostime(uchar*);		/* time, date */
void	setdostime(uchar*, ulong);
