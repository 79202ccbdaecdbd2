/* SPDX-License-Identifier: MIT */
/* hoc: the tree a program is, and who works on it. */

enum
{
	Nname	= 32,
	Maxargs	= 16,
};

/* characters stand for themselves as tokens and operators */
enum
{
	Teof	= -1,
	Tnum	= 256,
	Tstr,
	Tname,
	Tbuiltin,
	Tle, Tge, Teq, Tne, Tand, Tor, Tinc, Tdec,
	Taddeq, Tsubeq, Tmuleq, Tdiveq, Tmodeq,
	Tfunc, Tproc, Tprint, Treturn, Tif, Telse, Twhile, Tfor, Tread,
	/* in trees only */
	Nneg, Ncall, Npreinc, Npredec, Nseq, Nexpr, Nnop,
};

typedef struct Sym Sym;
typedef struct Node Node;

struct Sym
{
	Sym	*next;
	char	name[Nname];
	int	type;			/* Tname, Tbuiltin, or a word of the language */
	double	(*fn)(double);
	int	isconst;
	int	isset;
	double	val;
	Node	*body;			/* of a func or proc */
	int	isproc;
	int	nargs;
	Sym	*arg[Maxargs];
};

struct Node
{
	int	op;
	int	nkid;
	Node	*kid[4];
	Node	*next;			/* in lists of arguments, things to print, statements */
	Sym	*sym;
	double	num;
	char	*str;
};

extern int token;			/* the next one, already read */
extern double tokennum;
extern char *tokenstr;
extern Sym *tokensym;

void	lexstart(void);
int	advance(void);
Node*	node(int, Node*, Node*);
void	lexfile(int, char*, char*);
void	lexskip(void);
extern jmp_buf again;		/* where a mistake ends */
int	readnumber(double*);
Sym*	intern(char*);
Node*	parseline(void);
void	run(Node*);
void	symbols(void);
double	mod(double, double);
void	oops(char*, ...) NORETURN;
