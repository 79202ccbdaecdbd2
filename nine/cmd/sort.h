/* SPDX-License-Identifier: MIT */
/* What sort and its comparing half, lib/cmd_sortkeys.c, share. */
enum					/* flags of a key */
{
	Blank1	= 1<<0,			/* b on the start */
	Blank2	= 1<<1,			/* b on the end */
	Dict	= 1<<2,
	Fold	= 1<<3,
	Ignore	= 1<<4,
	White	= 1<<5,
	Numeric	= 1<<6,
	General	= 1<<7,
	Month	= 1<<8,
	Reverse	= 1<<9,
};

typedef struct Line Line;
typedef struct Pos Pos;
typedef struct Key Key;

struct Line
{
	char	*s;			/* without newline; may contain zeros */
	long	n;
};

struct Pos
{
	int	field;			/* fields to skip */
	int	chars;			/* then characters */
};

struct Key
{
	Pos	beg;
	Pos	end;
	int	hasend;
	int	wholefield;		/* end: of that field (-k m,n) */
	int	flags;
	int	own;			/* has flags of its own */
};

extern Rune	tab;			/* separates fields; 0: white space does */
int	keycmp(Line*, Line*, Key*);
int	textcmp(char*, char*, char*, char*, int);
