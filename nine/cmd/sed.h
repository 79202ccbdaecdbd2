/* SPDX-License-Identifier: MIT */
/* What sed's two halves share: lib/cmd_sedscript.c makes Cmds, cmd/sed.c runs them. */
typedef struct Addr Addr;
typedef struct Cmd Cmd;
typedef struct Outfile Outfile;
typedef struct Space Space;

enum
{
	Anone,
	Aline,				/* line number */
	Alast,				/* $ */
	Are,				/* /expression/ */

	Nsub	= 10,			/* \0 to \9 */
};

struct Addr
{
	int	type;
	long	line;
	Reprog	*re;			/* nil: the last one used */
};

struct Outfile				/* of w commands and flags */
{
	Outfile	*link;
	char	*name;
	Biobuf	*b;
};

struct Space				/* a string that grows; always ends in 0 */
{
	char	*s;
	long	n;
	long	max;
};

struct Cmd
{
	Addr	a1;
	Addr	a2;
	int	not;			/* !: lines not selected */
	int	inrange;		/* between a1 and a2 */
	int	fn;			/* the letter */
	char	*text;			/* a i c: text; r: file; s: right side; : b t: label */
	Reprog	*re;			/* s */
	int	global;			/* s///g */
	int	print;			/* s///p */
	long	nth;			/* s///n: only the nth match */
	int	jump;			/* b t {: command to go on with */
	Rune	*from;			/* y */
	Rune	*to;
	Outfile	*out;			/* w, s///w */
};

Cmd*	sedscript(char*, int, int*);	/* text, all s are global, number of commands */

/* lib/cmd_sedspace.c */
void	append(Space*, char*, long);
void	assign(Space*, char*, long);
void	join(Space*, Space*);		/* with a newline between */
Reprog*	usere(Reprog*);			/* the last one for nil */
int	substitute(Cmd*, Space*);	/* 0: no match */
void	transliterate(Cmd*, Space*);
