/* SPDX-License-Identifier: MIT */
/* Between ramfs and lib/cmd_ramfile.c: files in memory. */

enum
{
	Block	= 8*1024,
	Maxfile	= 0x40000000,		/* bytes: the table of blocks stays small */
};

typedef struct File File;
struct File
{
	char	*name;
	char	*uid;
	char	*gid;
	char	*muid;
	Qid	qid;
	ulong	mode;
	ulong	atime;
	ulong	mtime;
	ulong	length;
	int	ref;			/* fids, and one for being in the tree */
	int	opens;
	File	*parent;		/* nil: removed */
	File	*first;			/* children, by qid.path: oldest first */
	File	*last;
	File	*next;
	uchar	**block;		/* nil where nothing was written */
	ulong	nblock;
};

File*	newfile(char*, char*, char*, ulong);	/* name, owner, group, mode; nil: no memory */
void	putfile(File*);				/* one reference less */
File*	filechild(File*, char*);
void	filelink(File*, File*);			/* directory, file */
void	fileunlink(File*);			/* out of its directory */
int	fileallowed(File*, char*, ulong);	/* user, DMREAD... */
void	filemodified(File*, char*);		/* by whom */
void	truncatefile(File*, ulong);
uchar*	fileblock(File*, ulong);		/* to write to; nil: no memory */
