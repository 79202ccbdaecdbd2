/* SPDX-License-Identifier: MIT */
/* dc: numbers of any length. */

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

void	oops(char*) NORETURN;
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
