/* SPDX-License-Identifier: MIT */
/*
 * What mk's parts share.  lib/cmd_mkparse.c reads mkfiles, cmd_mkvar.c keeps
 * variables and expands words, cmd_mkgraph.c finds out what depends on what,
 * cmd_mkrun.c runs recipes, and cmd/mk.c decides what is out of date.
 */
typedef struct Word Word;
typedef struct Rule Rule;
typedef struct Arc Arc;
typedef struct Node Node;
typedef struct Job Job;

struct Word
{
	Word	*next;
	char	*s;
};

enum
{
	Nstem	= 10,

	/* attributes of rules */
	Adelete	= 1<<0,			/* D: delete the target if the recipe fails */
	Aerror	= 1<<1,			/* E: go on when a command fails */
	Anorecipe = 1<<2,		/* N: without a recipe the target is up to date */
	Aexists	= 1<<3,			/* n: the metarule is for files that exist */
	Aquiet	= 1<<4,			/* Q */
	Aregexp	= 1<<5,			/* R */
	Aupdate	= 1<<6,			/* U: made, even if its time stays */
	Avirtual = 1<<7,		/* V: not a file */

	/* states of nodes */
	Notmade	= 0,
	Begun,
	Made,
	Failed,
};

struct Rule
{
	Rule	*next;
	char	*target;		/* one of those to the left of the colon */
	Word	*targets;		/* all of them */
	Word	*prereqs;
	char	*recipe;		/* nil: none */
	char	*prog;			/* P: says whether target is older */
	int	attr;
	int	meta;
	int	used;			/* on the way down: no rule is applied to itself */
	char	*file;
	int	line;
	Reprog	*re;			/* R */
};

struct Arc
{
	Arc	*next;
	Node	*node;			/* nil: a rule without prerequisites */
	Rule	*rule;
	char	*stem[Nstem];		/* what % or the parentheses matched */
};

struct Node
{
	Node	*hash;
	char	*name;
	ulong	time;			/* 0: does not exist */
	ulong	vers;			/* of its qid: tells changes within a second */
	Arc	*arcs;
	int	state;
	int	attr;			/* of its rules */
	int	building;		/* to find cycles */
	int	pretend;		/* missing, but nothing needs it */
	int	wanted;			/* not to be pretended */
	int	fresh;			/* changed by us: newer than all, whatever the clock says */
	Job	*job;
};

struct Job
{
	Rule	*rule;
	Arc	*arc;
	Word	*targets;		/* those that are out of date */
	Word	*all;
	Word	*prereqs;
	Word	*newer;
	int	pid;
	Job	*next;
};

/* options */
extern int nflag, kflag, tflag, iflag, eflag, nproc;

/* words */
void*	emalloc(ulong);
Word*	newword(char*);
void	addword(Word**, char*);
void	freewords(Word*);
int	hasword(Word*, char*);
char*	joinwords(Word*, char*);
Word*	copywords(Word*);

/* variables */
void	setvar(char*, Word*, int);
Word*	getvar(char*);
void	readenv(void);
void	exportvars(void);		/* to /env */
enum { Vmkfile, Venv, Vcmdline, Vrecipe };
Word*	expand(char*);			/* a string cut into words, variables and commands replaced */
char*	expandtext(char*);		/* $names only, for printing recipes */
char*	skipquoted(char*);
char*	output(char*);			/* of an rc command */

/* rules */
extern Rule *rules, *lastrule;
extern Word *firsttargets;
void	parse(char*);			/* a mkfile */
void	parsetext(char*, char*);
char*	stemmed(char*, Arc*);	/* the stem for %, & and \1 */
int	matchmeta(Rule*, char*, Arc*);

Node*	node(char*);
Node*	lookup(char*);
ulong	mtime(char*, ulong*);	/* 0: does not exist; also its version */
void	touchtarget(char*);

int	startjob(Node*, Arc*);
int	waitjob(void);			/* 0: nothing is running */
extern int nrunning, nfailed;
