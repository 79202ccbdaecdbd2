/* SPDX-License-Identifier: MIT */
/*
 * Exact decimal numbers for converting floating point: words of nine digits,
 * most significant first, point words of them before the decimal point.
 */

enum
{
	Bigword	= 1000000000,
	Nword	= 256,			/* 2^-1074 needs 120, strtod's input some more */
};

typedef struct Big Big;
struct Big
{
	uint	w[Nword];
	int	n;			/* words; leading ones are not 0 */
	int	point;			/* may be negative, or beyond n */
};

void	bigset(Big*, uvlong);
void	bigshl(Big*, int);		/* times 2^k, k <= 29 */
void	bigshr(Big*, int);		/* divided by 2^k, k <= 9 */
