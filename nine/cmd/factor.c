/* SPDX-License-Identifier: MIT */
/*
 * factor - prime factors of numbers given as arguments, or in lines of the
 * standard input up to a 0.  Divides by numbers prime to 2, 3 and 5 only.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

static uchar wheel[] = {4, 2, 4, 2, 4, 6, 2, 6};	/* from 7 on */
static Biobuf bin, bout;

static void
divide(uvlong *n, uvlong d)
{
	while(*n % d == 0){
		Bprint(&bout, "     %llud\n", d);
		*n /= d;
	}
}

static void
factor(uvlong n)
{
	uvlong d;
	int i;

	Bprint(&bout, "%llud\n", n);
	if(n >= 2){
		divide(&n, 2);
		divide(&n, 3);
		divide(&n, 5);
		for(d = 7, i = 0; d <= 0xffffffffULL && d*d <= n; d += wheel[i++ & 7])
			divide(&n, d);
		if(n > 1)
			Bprint(&bout, "     %llud\n", n);
	}
	Bprint(&bout, "\n");
	Bflush(&bout);
}

static int
number(char *s, uvlong *n)
{
	char *e;

	while(*s == ' ' || *s == '\t')
		s++;
	*n = strtoull(s, &e, 10);
	while(*e == ' ' || *e == '\t')
		e++;
	return '0' <= *s && *s <= '9' && *e == 0;
}

int
main(int argc, char *argv[])
{
	uvlong n;
	char *s;
	int i;

	argv0 = "factor";
	Binit(&bout, 1, OWRITE);
	for(i = 1; i < argc; i++){
		if(!number(argv[i], &n)){
			fprint(2, "usage: factor [number ...]\n");
			exits("usage");
		}
		factor(n);
	}
	if(argc > 1)
		exits(nil);
	Binit(&bin, 0, OREAD);
	while((s = Brdstr(&bin, '\n', 1)) != nil && number(s, &n) && n != 0){
		factor(n);
		free(s);
	}
	exits(nil);
}
