/* SPDX-License-Identifier: MIT */
/* What diff's parts share: lib/cmd_diffread.c and cmd_difflcs.c compare, cmd/diff.c does the rest. */
typedef struct Text Text;
struct Text
{
	char	*name;
	char	*buf;
	char	**line;			/* end in 0 instead of newline */
	int	*class;			/* equal lines have equal classes */
	char	*changed;		/* lines that are not in the other file */
	int	nline;
	int	binary;
};

enum
{
	Dblanks	= 1,			/* -b: amounts of white space are equal */
	Dnoblanks = 2,			/* -w: it does not count at all */
};

int	readtext(Text*, char*);		/* -1: error string set */
void	freetext(Text*);
void	compare(Text*, Text*, int);	/* fills in class and changed */
