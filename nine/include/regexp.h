/* SPDX-License-Identifier: MIT */
/* Regular expressions, regexp(6).  Include after u.h and libc.h. */
#ifndef NINE_REGEXP_H
#define NINE_REGEXP_H

typedef struct Resub Resub;
struct Resub
{
	union {
		char	*sp;
		Rune	*rsp;
	};
	union {
		char	*ep;
		Rune	*rep;
	};
};

typedef struct Reclass Reclass;
typedef struct Reinst Reinst;
typedef struct Reprog Reprog;
typedef struct Redfa Redfa;

struct Reclass
{
	Reclass	*link;			/* all classes of the program */
	int	negate;
	int	nrange;
	Rune	range[];		/* nrange pairs: first, last */
};

struct Reinst
{
	int	op;			/* REchar... */
	int	next;			/* index of the instruction that follows */
	int	alt;			/* REsplit: the other one */
	union {
		Rune	r;		/* REchar */
		int	sub;		/* REopen, REclose: which parenthesis */
		Reclass	*class;		/* REclass */
	};
};

struct Reprog
{
	int	start;
	int	ninst;
	int	nsub;			/* parentheses, plus one for the whole match */
	int	fold;			/* match without regard to case */
	Reclass	*classes;
	Reinst	inst[];
};

enum
{
	/* these consume a rune: */
	REchar,
	REany,				/* all but newline */
	REanynl,			/* all */
	REclass,
	/* these do not: */
	REbol,
	REeol,
	REsplit,
	RENop,
	REopen,
	REclose,
	REmatch,

	REmaxsub = 32,			/* parentheses that are recorded */
	/* flags of regcompflags */
	RElit = 1,			/* no character is special */
	REnl = 2,			/* . and [^x] match newline too */
	REfold = 4,			/* upper and lower case are equal */
};

Reprog*	regcomp(char*);
Reprog*	regcomplit(char*);
Reprog*	regcompnl(char*);
Reprog*	regcompflags(char*, int);
void	regfree(Reprog*);
void	regerror(char*);		/* a program may define its own; must not return into trouble */
int	regexec(Reprog*, char*, Resub*, int);
int	rregexec(Reprog*, Rune*, Resub*, int);
void	regsub(char*, char*, int, Resub*, int);
void	rregsub(Rune*, Rune*, int, Resub*, int);

/* only whether a line matches, in time linear in the line: what grep needs */
Redfa*	redfa(Reprog*);
int	redfaline(Redfa*, char*, long);

int	reclasshas(Reclass*, Rune, int);

#endif
