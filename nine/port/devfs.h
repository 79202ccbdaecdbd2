/*
 * Between devfs.c, which makes files of other files, and fsio.c, which reads
 * and writes them.
 */
enum
{
	Maxin	= 32,			/* files of one device */
	Blksize	= 8*1024,		/* of inter */

	Fmirror	= 0,
	Fcat,
	Finter,
	Fpart,
	Fdel,
};

typedef struct Inner Inner;
struct Inner
{
	Chan	*c;
	vlong	size;
};

typedef struct Fsdev Fsdev;
struct Fsdev
{
	Ref;				/* the list, and open channels */
	int	type;
	char	*name;
	char	*conf;			/* the line that made it */
	vlong	start;			/* of part */
	vlong	size;
	ulong	path;
	char	*owner;
	int	n;
	Inner	in[Maxin];
	Fsdev	*next;
};

long	fstransfer(Fsdev*, uchar*, long, vlong, int);	/* write? */
