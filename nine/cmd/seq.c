/* SPDX-License-Identifier: MIT */
/* seq - print numbers from first to last */
#include "u.h"
#include "libc.h"
#include "bio.h"

static char *format;
static int constant;			/* -w: equal widths */
static double first = 1, incr = 1, last;
static int width, places;

static void
usage(void)
{
	fprint(2, "usage: seq [-fformat] [-w] [first [incr]] last\n");
	exits("usage");
}

/* exactly one floating verb, of sane size, and nothing else to fetch */
static int
goodformat(char *s)
{
	int verbs;

	verbs = 0;
	for(; *s != 0; s++){
		if(*s != '%')
			continue;
		if(*++s == '%')
			continue;
		s += strspn(s, "#-+ 0");
		if(strspn(s, "0123456789") > 3)
			return 0;
		s += strspn(s, "0123456789");
		if(*s == '.'){
			s++;
			if(strspn(s, "0123456789") > 3)
				return 0;
			s += strspn(s, "0123456789");
		}
		if(*s == 0 || strchr("efgEG", *s) == nil)
			return 0;
		verbs++;
	}
	return verbs == 1;
}

static double
number(char *s)
{
	char *p, *end;
	double d;
	int n;

	d = strtod(s, &end);
	if(end == s || *end != 0 || isNaN(d) || isInf(d, 0)){
		fprint(2, "seq: bad number: %s\n", s);
		exits("usage");
	}
	p = strchr(s, '.');
	if(strpbrk(s, "eE") != nil)
		constant = 0;
	else if(p != nil && (n = strlen(p+1)) > places)
		places = n;
	return d;
}

static int
inside(double v)
{
	/* half a step more, so that rounding does not lose the last */
	return incr > 0 ? v <= last + incr/2 : v >= last + incr/2;
}

static int
digits(double v)
{
	char buf[512];

	return snprint(buf, sizeof buf, "%.*f", places, v);
}

/* the widest number is the first or the last */
static void
measure(void)
{
	double steps;
	int n, m;

	steps = floor((last + incr/2 - first)/incr);
	n = digits(first);
	m = steps > 0 ? digits(first + steps*incr) : 0;
	width = n > m ? n : m;
}

static void
output(void)
{
	Biobuf b;
	double i, v;

	Binit(&b, 1, OWRITE);
	for(i = 0; inside(v = first + i*incr); i++){
		if(v > -1e-9*fabs(incr) && v < 1e-9*fabs(incr))
			v = 0;
		if(format != nil)
			Bprint(&b, format, v);
		else if(constant)
			Bprint(&b, "%0*.*f", width, places, v);
		else
			Bprint(&b, "%g", v);
		if(Bputc(&b, '\n') < 0)
			exits("write error");
	}
	Bterm(&b);
}

int
main(int argc, char *argv[])
{
	char *s;
	int i;

	/* options by hand: -1 is a number */
	for(i = 1; i < argc; i++){
		s = argv[i];
		if(s[0] != '-' || s[1] == 0 || strchr(".0123456789", s[1]) != nil)
			break;
		if(strcmp(s, "--") == 0){
			i++;
			break;
		}
		if(strcmp(s, "-w") == 0)
			constant = 1;
		else if(s[1] == 'f'){
			format = s[2] != 0 ? s+2 : argv[++i];
			if(format == nil)
				usage();
		}else
			usage();
	}
	argc -= i;
	argv += i;
	if(argc < 1 || argc > 3)
		usage();
	if(format != nil && !goodformat(format)){
		fprint(2, "seq: bad format: %s\n", format);
		exits("usage");
	}
	if(argc > 1)
		first = number(argv[0]);
	if(argc > 2)
		incr = number(argv[1]);
	last = number(argv[argc-1]);
	if(incr == 0){
		fprint(2, "seq: zero increment\n");
		exits("zero increment");
	}
	if(constant)
		measure();
	output();
	exits(nil);
}
