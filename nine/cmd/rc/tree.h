/* SPDX-License-Identifier: MIT */
/*
 * From text to tree.  Nothing here makes a system call, so that the parser
 * can be tested as a host program: characters come from a function, errors
 * go to one.
 */

enum
{
	/* tokens beyond the single characters */
	Keof	= -1,
	Kword	= 256,
	Kredir,				/* > >> < <> <<, with [fd] */
	Kdup,				/* >[2=1] >[2=] */
	Kpipe,
	Kandand,
	Koror,
	Ksub,				/* a parenthesis right after a word */
	Kcount,				/* $# */
	Kjoin,				/* $" */
	/* words that are keywords when first in a command */
	Kfor,
	Kin,
	Kwhile,
	Kif,
	Knot,
	Kswitch,
	Kfn,
	Ktwiddle,
	Kbang,
	Ksubshell,

	/* words in a tree */
	Tword	= 0,
	Tlist,				/* c0 word, c1 the rest */
	Tparen,				/* c0 list */
	Tconc,				/* c0 ^ c1 */
	Tdol,				/* $c0 */
	Tdolsub,			/* $c0(c1) */
	Tcount,
	Tjoin,
	Tback,				/* `c0 */
	Tpipefd,			/* <c0 >c0 */
	/* commands */
	Tsimple,			/* c0 list */
	Tassign,			/* c0=c1 c2 */
	Tredir,				/* c0 the file, c1 the command */
	Tdup,				/* c1 the command */
	Tpipe,
	Tand,
	Tor,
	Tbang,
	Tsubshell,
	Tbrace,				/* c0 may be nil */
	Tif,				/* c0 condition, c1 body */
	Tnot,				/* if not */
	Tfor,				/* c0 variable, c1 list or nil, c2 body */
	Twhile,
	Tswitch,			/* c0 word, c1 the brace */
	Ttwiddle,			/* c0 subject, c1 patterns */
	Tfn,				/* c0 names, c1 the brace or nil */
	Tseq,				/* c0 ; c1 */
	Tasync,

	/* redirections */
	Rread	= 0,
	Rwrite,
	Rappend,
	Rrdwr,
	Rhere,

	Glob	= 1,			/* the byte before an unquoted * ? [ */
	Maxdepth = 1000,		/* of nested commands and words */
	Maxlinks = 10000,		/* && || | ^ in a line */
};

typedef struct Arena Arena;
typedef struct Here Here;
typedef struct Parser Parser;
typedef struct Token Token;
typedef struct Tree Tree;

struct Tree
{
	int	type;
	int	quoted;			/* Tword, and the marker of a here document */
	int	rtype;
	int	fd0;
	int	fd1;			/* -1: close fd0 */
	char	*str;			/* Tword: text with Globs; Tredir Rhere: the document */
	Tree	*c[3];
};

struct Token
{
	int	type;
	int	key;			/* Kword: the keyword it may be, or 0 */
	int	quoted;
	int	tight;			/* no blank before it */
	int	rtype;
	int	fd0;
	int	fd1;
	char	*str;
};

struct Parser
{
	/* for the user to set */
	int	(*getc)(void*);		/* next byte, -1 at the end */
	void	(*error)(void*, char*, char*);	/* message, token or nil; "out of memory" must not return */
	void	*aux;

	Arena	*arena;			/* of the current line */
	int	line;			/* number of the line being read, from 1 */
	int	iflast;			/* the last command was if(...): "if not" may follow */

	int	ahead[4];		/* characters read but not used */
	int	nahead;
	int	lastc;
	int	inquote;
	int	lastword;
	int	lastdol;
	int	depth;
	int	links;
	int	failed;
	Token	tok;
	int	hastok;
	Here	*here;			/* documents to be read at the next newline */
};

enum
{
	Pok,				/* *tp is a command, nil for an empty line */
	Peof,
	Perror,				/* said; the rest of the line is skipped */
};

void	parserinit(Parser*, int (*)(void*), void (*)(void*, char*, char*), void*);
int	parseline(Parser*, Tree**);	/* the tree lives until parserdone or takearena */
Arena*	takearena(Parser*);
void	arenafree(Arena*);
void	parserdone(Parser*);
int	iscase(Tree*);
char*	treetext(Tree*);		/* malloced, can be parsed again */

/* between lexer and parser */
void*	treealloc(Parser*, long);
void	lexnext(Parser*, Token*);
void	lexskipnl(Parser*);
void	lexunget(Parser*, int);
void	lexheredoc(Parser*, Tree*, char*, int);
void	parsefail(Parser*, char*);
int	wordchar(int);
int	idchar(int);
