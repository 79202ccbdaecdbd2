/* SPDX-License-Identifier: MIT */
/* primes - the primes from start to finish, by a sieve that moves along */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Span	= 32*1024,		/* numbers looked at together */
	Limit	= 1<<28,		/* square root of what start and finish must be below */
};

static uchar composite[Span];
static ulong *small;			/* primes, to strike out with */
static long nsmall, maxsmall;
static ulong tested = 1;		/* all primes up to it are in small */
static Biobuf out;

static void
addsmall(ulong p)
{
	if(nsmall == maxsmall){
		maxsmall = maxsmall ? 2*maxsmall : 1024;
		small = realloc(small, maxsmall*sizeof small[0]);
		if(small == nil)
			sysfatal("no memory");
	}
	small[nsmall++] = p;
}

static int
isprime(ulong n)
{
	long i;

	for(i = 0; i < nsmall && small[i]*small[i] <= n; i++)
		if(n % small[i] == 0)
			return 0;
	return 1;
}

/* have all primes whose square is at most n; they are looked for from below */
static void
need(uvlong n)
{
	while((uvlong)tested*tested <= n){
		tested++;
		if(isprime(tested))
			addsmall(tested);
	}
}

static void
sieve(uvlong from)
{
	uvlong k;
	long i;

	need(from+Span-1);
	memset(composite, 0, sizeof composite);
	for(i = 0; i < nsmall; i++){
		k = (from+small[i]-1)/small[i]*small[i];
		if(k < (uvlong)small[i]*small[i])
			k = (uvlong)small[i]*small[i];
		for(; k < from+Span; k += small[i])
			composite[k-from] = 1;
	}
}

static uvlong
number(char *s)
{
	double d;
	char *e;

	d = strtod(s, &e);
	while(*e == ' ' || *e == '\t' || *e == '\n')
		e++;
	if(e == s || *e != 0 || d < 0 || d >= (double)Limit*Limit){
		fprint(2, "ouch\n");
		exits("range");
	}
	return (uvlong)d;
}

int
main(int argc, char *argv[])
{
	uvlong from, to;
	char *line;
	Biobuf in;
	long i;

	to = (uvlong)Limit*Limit;
	if(argc > 1)
		from = number(argv[1]);
	else{
		Binit(&in, 0, OREAD);
		line = Brdstr(&in, '\n', 1);
		if(line == nil)
			exits(nil);
		from = number(line);
	}
	if(argc > 2)
		to = number(argv[2]);
	argv0 = "primes";
	Binit(&out, 1, OWRITE);
	if(from < 2)
		from = 2;
	for(; from <= to; from += Span){
		sieve(from);
		for(i = 0; i < Span && from+i <= to; i++)
			if(!composite[i] && Bprint(&out, "%lld\n", from+i) < 0)
				exits("write error");
		if(Bflush(&out) < 0)
			exits("write error");
	}
	exits(nil);
}
