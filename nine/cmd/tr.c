/* SPDX-License-Identifier: MIT */
/*
 * tr - translate characters.  A string is kept as a list of ranges, so that
 * the complement of a few letters is a few ranges as well; ASCII goes through
 * a table.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

typedef struct Range Range;
typedef struct Set Set;

struct Range
{
	Rune	lo;
	Rune	hi;
	long	start;			/* index of lo in the string */
};

struct Set
{
	Range	*r;
	int	nr;
	long	n;			/* runes in the string */
};

static int cflag, dflag, sflag;
static Set from, to;
static Biobuf bin, bout;

enum
{
	Keep	= -1,
	Drop	= -2,
	Unknown	= -3,
};
static int table[Runeself];		/* what becomes of an ASCII rune */

static void
addrange(Set *s, Rune lo, Rune hi)
{
	Range *r;

	s->r = realloc(s->r, (s->nr+1) * sizeof(Range));
	if(s->r == nil)
		sysfatal("out of memory");
	r = &s->r[s->nr++];
	r->lo = lo;
	r->hi = hi;
	r->start = s->n;
	s->n += hi - lo + 1;
}

static int
hexval(int c)
{
	if('0' <= c && c <= '9')
		return c - '0';
	if('a' <= c && c <= 'f')
		return c - 'a' + 10;
	if('A' <= c && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* a rune of the string: \ooo octal, \xhhhh hexadecimal, \c is c; -1 at the end */
static long
getrune(char **sp, int *quoted)
{
	char *s;
	Rune r;
	int i, n;

	s = *sp;
	*quoted = 0;
	if(*s == 0)
		return -1;
	if(*s != '\\' || s[1] == 0){
		*sp += chartorune(&r, s);
		return r;
	}
	*quoted = 1;
	s++;
	n = 0;
	if('0' <= *s && *s <= '7')
		for(i = 0; i < 3 && '0' <= *s && *s <= '7'; i++)
			n = n*8 + *s++ - '0';
	else if(*s == 'x' && hexval(s[1]) >= 0){
		s++;
		for(i = 0; i < 6 && hexval(*s) >= 0 && n <= Runemax/16; i++)
			n = n*16 + hexval(*s++);
	}else{
		s += chartorune(&r, s);
		n = r;
	}
	*sp = s;
	return n;
}

static void
parse(Set *s, char *p)
{
	long lo, hi;
	int quoted;
	char *q;

	while((lo = getrune(&p, &quoted)) >= 0){
		hi = lo;
		if(*p == '-' && p[1] != 0){
			q = p+1;
			hi = getrune(&q, &quoted);
			p = q;
			if(hi < lo)
				sysfatal("Invalid range specification");
		}
		addrange(s, lo, hi);
	}
}

static int
byrune(const void *a, const void *b)
{
	Rune x, y;

	x = ((Range*)a)->lo;
	y = ((Range*)b)->lo;
	return x < y ? -1 : x > y;
}

static void
complement(Set *s)
{
	Set old;
	Rune next;
	int i;

	old = *s;
	memset(s, 0, sizeof *s);
	qsort(old.r, old.nr, sizeof(Range), byrune);
	next = 0;
	for(i = 0; i < old.nr; i++){
		if(old.r[i].lo > next)
			addrange(s, next, old.r[i].lo-1);
		if(old.r[i].hi+1 > next)
			next = old.r[i].hi+1;
	}
	if(next <= Runemax)
		addrange(s, next, Runemax);
	free(old.r);
}

static long
indexof(Set *s, Rune r)
{
	int i;

	for(i = 0; i < s->nr; i++)
		if(s->r[i].lo <= r && r <= s->r[i].hi)
			return s->r[i].start + (r - s->r[i].lo);
	return -1;
}

static Rune
elem(Set *s, long n)
{
	int i;

	if(n >= s->n)
		n = s->n - 1;		/* the last one stands for all that follow */
	for(i = s->nr-1; n < s->r[i].start; i--)
		;
	return s->r[i].lo + (n - s->r[i].start);
}

static int
translate(Rune r)
{
	long i;

	i = indexof(&from, r);
	if(i < 0)
		return Keep;
	if(dflag)
		return Drop;
	return to.n == 0 ? Keep : (int)elem(&to, i);
}

static void
tr(void)
{
	Set *squeeze;
	long c, last;
	int x;

	squeeze = to.n != 0 ? &to : &from;
	last = -1;
	while((c = Bgetrune(&bin)) >= 0){
		if(c < Runeself){
			if(table[c] == Unknown)
				table[c] = translate(c);
			x = table[c];
		}else
			x = translate(c);
		if(x == Drop)
			continue;
		if(x != Keep)
			c = x;
		if(sflag && c == last && indexof(squeeze, c) >= 0)
			continue;
		last = c;
		Bputrune(&bout, c);
	}
}

/* the same rune twice on the left, with different ones on the right */
static void
checkambiguous(void)
{
	Rune r, x;
	int i;

	for(i = 0; i < from.nr; i++)
		for(r = from.r[i].lo; r <= from.r[i].hi; r++){
			x = elem(&to, indexof(&from, r));
			if(x != elem(&to, from.r[i].start + (r - from.r[i].lo)))
				sysfatal("ambiguous translation");
		}
}

static void
usage(void)
{
	fprint(2, "usage: tr [-cds] [string1 [string2]]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int i;

	argv0 = "tr";
	ARGBEGIN{
	case 'c':
		cflag = 1;
		break;
	case 'd':
		dflag = 1;
		break;
	case 's':
		sflag = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc < 1 || argc > 2 || (argc == 1 && !dflag && !sflag) || (argc == 2 && dflag && !sflag))
		usage();
	parse(&from, argv[0]);
	if(argc == 2)
		parse(&to, argv[1]);
	if(argc == 2 && to.n == 0)
		sysfatal("empty string");
	if(cflag)
		complement(&from);
	else if(argc == 2 && !dflag)
		checkambiguous();
	for(i = 0; i < Runeself; i++)
		table[i] = Unknown;
	Binit(&bin, 0, OREAD);
	Binit(&bout, 1, OWRITE);
	tr();
	if(Bterm(&bout) < 0)
		sysfatal("write error: %r");
	exits(nil);
}
