/* SPDX-License-Identifier: MIT */
/*
 * The shell proper: walks trees.  Errors and interrupts unwind, by longjmp,
 * to the nearest interactive input; without one rc exits.
 */
#include "u.h"
#include "libc.h"
#include "tree.h"

typedef struct Fn Fn;
typedef struct Input Input;
typedef struct Redir Redir;
typedef struct Var Var;
typedef struct Word Word;

struct Word
{
	Word	*next;
	int	glob;			/* text has Glob marks */
	char	text[];
};

struct Fn
{
	int	ref;			/* one for the variable, one per activation */
	Arena	*arena;
	Tree	*body;
};

struct Var
{
	Var	*next;			/* in its hash chain, or the next outer local */
	Word	*val;
	Fn	*fn;
	int	changed;		/* not yet as in /env */
	int	fnchanged;
	char	name[];
};

/*
 * What a redirection will do to the descriptors of a command, when it is
 * executed; until then only rc knows of it.
 */
struct Redir
{
	int	type;
	int	from;
	int	to;
	int	heap;			/* malloced, as those of <{} are */
	Redir	*outer;
};

enum
{
	Ropen	= 0,			/* from becomes to; from is ours to close */
	Rdup,				/* to becomes a copy of from */
	Rclose,				/* from is closed */
};

struct Input
{
	Input	*up;
	Parser	p;
	char	*name;			/* nil: a string or standard input */
	int	fd;
	char	*str;			/* when fd is -1 */
	int	interactive;
	int	prompted;		/* the first prompt of this command was given */
	int	atbol;
	int	level;			/* of function calls */
	jmp_buf	again;			/* interactive: where to go on */
	Redir	*redirs;
	Var	*locals;
	Arena	*running;		/* of the command being run */
	long	n;
	long	pos;
	char	buf[1024];
};

typedef struct Shell Shell;
struct Shell
{
	Input	*input;
	Redir	*redirs;		/* innermost first */
	Var	*locals;
	int	pid;			/* of the rc that traps: not of its children */
	int	ischild;		/* of a fork: nothing to return to */
	int	quiet;			/* in a condition: -e does not apply */
	int	ifnot;			/* the last if was false */
	int	level;
	int	exiting;
	uchar	flag[128];
};
extern Shell sh;

/* word.c */
Word*	newword(char*, Word*);
Word*	newnword(char*, long, Word*);
Word*	copywords(Word*, Word*);
void	freewords(Word*);
int	count(Word*);
char*	joinwords(Word*, char*);
Word*	concat(Word*, Word*);
int	wordsfmt(Fmt*);

/* var.c */
void	varinit(void);
Var*	gvar(char*);
Var*	var(char*);
void	setvar(char*, Word*);
void	pushlocal(char*, Word*);
void	poplocals(Var*);
void	setfn(Var*, Fn*);
void	fnunref(Fn*);
void	updenv(void);
void	importfns(void);
void	listvars(int);
void	setstatus(char*);
char*	getstatus(void);
int	isfalse(void);
char*	wholefile(char*, long*);

/* glob.c */
int	match(char*, char*);
Word*	globwords(Word*);
void	deglob(char*);
Word*	plainwords(Word*);

/* eval.c */
Word*	eval(Tree*);
char*	single(Tree*, char*);
char*	heretext(Tree*);

/* run.c */
void	run(Tree*, int);
void	checkfail(void);
int	subfork(int);
int	pushpipe(int, int, Redir*);

/* simple.c */
void	simple(Tree*, int);
void	callfn(Fn*, Word*);
void	execute(Word*);
void	program(Word*, int);
int	waitfor(int);
void	waitall(void);

/* redir.c */
void	pushredir(Redir*, int, int, int);
void	popredirs(Redir*);
void	doredirs(void);
int	mapfd(int);

/* input.c */
void	source(Input*);
void	sourcefd(int, char*, int);
void	sourcestring(char*);
Fn*	parsefn(char*);
void	closeinputs(void);

/* builtin.c */
int	builtin(Word*, int);
int	isbuiltin(char*);

/* trap.c */
void	trapinit(void);
void	traps(void);
extern int ntrap;
extern int reading;
extern jmp_buf readjmp;
void	rcexit(char*) NORETURN;
void	rcerror(char*, ...) NORETURN;
void	unwind(void) NORETURN;
void	message(char*, ...);
void*	alloc(ulong);
