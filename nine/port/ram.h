/*
 * The ramdisk: what devram.c (the device), ramtree.c (names and links),
 * ramdata.c (contents) and ramimage.c (the archive it starts from) share.
 *
 * There are no locks.  The kernel is not preempted, so what does not sleep
 * is atomic; what may sleep (getting memory, touching the user's) is done
 * with nothing but references held, and looked at afresh afterwards.
 */
typedef struct Ram Ram;
struct Ram
{
	Ref;				/* the tree, if linked, and each channel */
	char	*name;
	char	*uid;			/* these three are kept for ever, see ramuser */
	char	*gid;
	char	*muid;
	ulong	mode;
	ulong	atime;			/* seconds */
	ulong	mtime;
	ulong	path;			/* qid.path; rises with each file made */
	ulong	vers;
	int	linked;			/* in the tree, that is, not removed */
	int	nopen;

	Ram	*parent;
	Ram	*hash;			/* files of the same hash of parent and name */
	Ram	*first;			/* what is in a directory, by rising path */
	Ram	*last;
	Ram	*next;
	Ram	*prev;

	vlong	length;
	uchar	*img;			/* contents in the archive ... */
	ulong	imglen;			/* ... of which so much still counts */
	Page	**page;			/* pages written; nil: archive, or zeros */
	ulong	npage;			/* entries in page */
};

enum
{
	Maxname	= 255,			/* bytes */
};

/* mode bits a file can have */
#define RAMKEEP	(DMDIR|DMAPPEND|DMEXCL|DMTMP|0777)

/* ramtree.c */
extern Ram *ramroot;
Ram*	ramnew(Ram*, char*, ulong);
Ram*	ramlookup(Ram*, char*);
char*	ramuser(char*);
void	ramhashin(Ram*);
void	ramhashout(Ram*);
void	ramchanged(Ram*);
void	ramput(Ram*);
void	ramunlink(Ram*);

/* ramdata.c */
long	ramdataread(Ram*, void*, long, vlong);
long	ramdatawrite(Ram*, void*, long, vlong);
void	ramtruncate(Ram*, vlong);
void	ramfreedata(Ram*);
vlong	ramlimit(void);

/* ramimage.c */
void	ramload(uchar*, ulong);
