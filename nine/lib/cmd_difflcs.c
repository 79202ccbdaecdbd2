/* SPDX-License-Identifier: MIT */
/*
 * The longest common subsequence of two sequences of numbers, by Myers' O(ND)
 * method in linear space: the middle of a shortest path is found from both
 * ends, and each half is done in the same way.
 */
#include "u.h"
#include "libc.h"

enum
{
	Patience	= 4096,		/* differences in one search before it settles for less */
};

typedef struct Lcs Lcs;
struct Lcs
{
	int	*a;
	int	*b;
	char	*da;			/* not in the common sequence */
	char	*db;
	int	*fwd;			/* by diagonal: how far a path from the start came */
	int	*bwd;			/* and one from the end */
};

/* one more difference from the start; 1: met the other path, at *x *y */
static int
forward(Lcs *l, int n, int m, int d, int *a, int *b, int *x, int *y)
{
	int k, i, j, delta;

	delta = n - m;
	for(k = -d; k <= d; k += 2){
		if(k < -m || k > n)
			continue;
		if(k == -d || (k != d && l->fwd[k-1] < l->fwd[k+1]))
			i = l->fwd[k+1];
		else
			i = l->fwd[k-1] + 1;
		j = i - k;
		while(i < n && j >= 0 && j < m && a[i] == b[j])
			i++, j++;
		l->fwd[k] = i;
		if((delta & 1) && k >= delta-(d-1) && k <= delta+(d-1) && i >= l->bwd[k]
		&& i <= n && j <= m && j >= 0){
			*x = i;
			*y = j;
			return 1;
		}
	}
	return 0;
}

static int
backward(Lcs *l, int n, int m, int d, int *a, int *b, int *x, int *y)
{
	int k, i, j, delta, c;

	delta = n - m;
	for(c = -d; c <= d; c += 2){
		k = c + delta;
		if(k < -m || k > n)
			continue;
		if(c == d || (c != -d && l->bwd[k-1] < l->bwd[k+1]))
			i = l->bwd[k-1];
		else
			i = l->bwd[k+1] - 1;
		j = i - k;
		while(i > 0 && j > 0 && j <= m && a[i-1] == b[j-1])
			i--, j--;
		l->bwd[k] = i;
		if((delta & 1) == 0 && k >= -d && k <= d && i <= l->fwd[k] && i >= 0 && j >= 0 && j <= m){
			*x = i;
			*y = j;
			return 1;
		}
	}
	return 0;
}

/* a point on a shortest path, or on a fair one when the search takes too long */
static void
middle(Lcs *l, int *a, int n, int *b, int m, int *x, int *y)
{
	int d, k, i, best, max;

	/* entries outside the rectangle are never reached by a path */
	max = (n + m + 1) / 2 + 1;
	if(max > Patience + 1)
		max = Patience + 1;
	for(k = -max-1; k <= max+1; k++){
		l->fwd[k] = -1;
		l->bwd[n-m+k] = n+1;
	}
	l->fwd[1] = 0;
	l->bwd[n-m-1] = n;
	for(d = 0; d < max; d++)
		if(forward(l, n, m, d, a, b, x, y) || backward(l, n, m, d, a, b, x, y))
			return;
	best = -1;
	for(k = -(d-1); k <= d-1; k += 2){
		i = l->fwd[k];
		if(k < -m || k > n || i < 0 || i > n || i-k < 0 || i-k > m)
			continue;
		if(i + i-k > best){
			best = i + i-k;
			*x = i;
			*y = i-k;
		}
	}
}

static void
solve(Lcs *l, int alo, int ahi, int blo, int bhi)
{
	int x, y;

	for(;;){
		while(alo < ahi && blo < bhi && l->a[alo] == l->b[blo])
			alo++, blo++;
		while(alo < ahi && blo < bhi && l->a[ahi-1] == l->b[bhi-1])
			ahi--, bhi--;
		if(alo == ahi || blo == bhi)
			break;
		x = y = 0;
		middle(l, l->a+alo, ahi-alo, l->b+blo, bhi-blo, &x, &y);
		if((x == 0 && y == 0) || (alo+x == ahi && blo+y == bhi))
			break;
		solve(l, alo, alo+x, blo, blo+y);
		alo += x;
		blo += y;
	}
	for(; alo < ahi; alo++)
		l->da[alo] = 1;
	for(; blo < bhi; blo++)
		l->db[blo] = 1;
}

void	longestcommon(int*, int, int*, int, char*, char*);

/* da, db: which elements of a[n] and b[m] are not common */
void
longestcommon(int *a, int n, int *b, int m, char *da, char *db)
{
	Lcs l;
	int *v;
	long size;

	memset(da, 0, n);
	memset(db, 0, m);
	size = 4*((long)n + m) + 32;	/* diagonals up to |n-m| + (n+m)/2, both signs */
	v = malloc(2 * size * sizeof(int));
	if(v == nil)
		sysfatal("out of memory");
	l = (Lcs){a, b, da, db, v + size/2, v + size + size/2};
	solve(&l, 0, n, 0, m);
	free(v);
}
