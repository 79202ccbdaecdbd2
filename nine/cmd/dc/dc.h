/* SPDX-License-Identifier: MIT */
/* dc: numbers of any length, and a stack of them. */

/* (neg? -1: 1) * digits / 10^scale; digits are decimal, the lowest first, without zeros at the top */
typedef struct Num Num;
struct Num
{
	int	neg;
	int	scale;
	int	n;
	uchar	*d;
};

enum
{
	Maxscale	= 10000,
	Maxdigits	= 32000,	/* a product of such numbers takes a second or two */
};

/* a number or a string */
typedef struct Val Val;
struct Val
{
	Val	*next;			/* below it */
	Num	*num;
	char	*str;
};

extern Val *stack;
extern int nsource;			/* strings and files being read */
extern jmp_buf again;			/* where a mistake ends */

void	oops(char*) NORETURN;

void	freeval(Val*);
Val*	newval(Num*, char*);
Val*	copyval(Val*);
void	push(Val*);
void	pushnum(Num*);
Val*	pop(void);
Num*	popnum(void);
long	poplong(void);

void	readfrom(Biobuf*);
int	get(void);
int	getmore(void);
void	unget(int);
int	operand(void);
void	execute(char*);
int	leave(long);
void	leaveall(void);
char*	grow(char*, int);
Num*	trim(Num*);
Num*	shifted(Num*, int);		/* the digits, by places */
Num*	addmag(Num*, Num*);		/* of digits, without signs and points */
Num*	submag(Num*, Num*);
Num*	mulmag(Num*, Num*);
Num*	divmag(Num*, Num*);
Num*	numnew(int);
Num*	numint(long);
Num*	numcopy(Num*);
void	numfree(Num*);
long	numlong(Num*);			/* its whole part; what does not fit is an error */
int	numcmp(Num*, Num*);
Num*	numadd(Num*, Num*, int);	/* 1: subtract */
Num*	nummul(Num*, Num*, int);	/* the last is what k set */
Num*	numdiv(Num*, Num*, int);
Num*	nummod(Num*, Num*, int);
Num*	numpow(Num*, Num*, int);
Num*	numsqrt(Num*, int);
Num*	numparse(char*, int);		/* in this base */
char*	numtext(Num*, int);		/* malloced */
