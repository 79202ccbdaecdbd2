/* SPDX-License-Identifier: MIT */
/* The header of a tar archive, POSIX ustar; lib/cmd_tarhdr.c reads and makes it, lib/cmd_tarwrite.c writes archives. */
enum
{
	Tblock	= 512,
	Nblock	= 20,			/* in a record, what is read and written at once */
	Maxname	= 4096,			/* of what extended headers may say */

	/* type */
	Tfile	= '0',
	Tlink	= '1',
	Tsymlink = '2',
	Tdir	= '5',
	Tlongname = 'L',		/* GNU: the next one's name */
	Tlonglink = 'K',
	Tpax	= 'x',			/* POSIX: its attributes */
	Tpaxglobal = 'g',
};

typedef struct Thdr Thdr;
struct Thdr				/* as in the archive */
{
	char	name[100];
	char	mode[8];
	char	uid[8];
	char	gid[8];
	char	size[12];
	char	mtime[12];
	char	chksum[8];
	char	type;
	char	link[100];
	char	magic[6];
	char	version[2];
	char	uname[32];
	char	gname[32];
	char	devmajor[8];
	char	devminor[8];
	char	prefix[155];
	char	pad[12];
};
_Static_assert(sizeof(Thdr) == Tblock, "a tar header is a block");

typedef struct Tent Tent;
struct Tent				/* what it says */
{
	char	name[Maxname+1];
	int	type;
	ulong	mode;
	vlong	size;
	ulong	mtime;
	char	uname[33];
	char	gname[33];
};

int	tarparse(Thdr*, Tent*);		/* 1: an entry; 0: the zeroes at the end; -1: broken */
int	tarbuild(Thdr*, Tent*);		/* 0: the name does not fit */
int	tarpaxname(char*, long, char*);	/* 1: the attributes have a path, stored */

/* lib/cmd_tarwrite.c */
extern int tarfd;			/* of the archive */
extern int vflag;
extern char *archive;			/* its name, nil: standard input or output */
extern char *user, *group;		/* to be written, nil: the file's */
extern char *tarstatus;
void	tarwarn(char*, char*);
void	writearchive(int, char**);
