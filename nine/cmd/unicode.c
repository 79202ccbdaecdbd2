/* SPDX-License-Identifier: MIT */
/* unicode - characters for hexadecimal numbers, and the other way round */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int numeric, text;
static Biobuf bout;

static void
usage(void)
{
	fprint(2, "usage: unicode { [-t] hex hex ... | hexmin-hexmax ... | [-n] char ... }\n");
	exits("usage");
}

static long
hex(char *s, char **e)
{
	long n;

	n = strtoul(s, e, 16);
	if(*e == s || n < 0 || n > Runemax){
		fprint(2, "unicode: bad number %s\n", s);
		exits("bad number");
	}
	return n;
}

static void
range(char *s)
{
	long lo, hi, i;
	char *e;

	lo = hex(s, &e);
	hi = lo;
	if(*e == '-')
		hi = hex(e+1, &e);
	if(*e != 0 || hi < lo)
		usage();
	for(i = lo; i <= hi; i++){
		Bprint(&bout, "%.4lux ", i);
		Bputrune(&bout, i);
		Bputc(&bout, i == hi || (i-lo) % 8 == 7 ? '\n' : '\t');
	}
}

static void
chars(char *s)
{
	Rune r;

	while(*s != 0){
		s += chartorune(&r, s);
		Bprint(&bout, "%.4ux\n", r);
	}
}

static void
plain(char *s)
{
	char *e;
	long r;

	r = hex(s, &e);
	if(*e != 0)
		usage();
	Bputrune(&bout, r);
	if(!text)
		Bputc(&bout, '\n');
}

int
main(int argc, char *argv[])
{
	int i;

	ARGBEGIN{
	case 'n':
		numeric = 1;
		break;
	case 't':
		text = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc < 1)
		usage();
	Binit(&bout, 1, OWRITE);
	if(!numeric && utfrune(argv[0], '-') == nil && !text){
		for(i = 0; i < argc && strspn(argv[i], "0123456789abcdefABCDEF") == strlen(argv[i]); i++)
			;
		numeric = i < argc;
	}
	for(i = 0; i < argc; i++)
		if(numeric)
			chars(argv[i]);
		else if(strchr(argv[i], '-') != nil)
			range(argv[i]);
		else
			plain(argv[i]);
	Bterm(&bout);
	exits(nil);
}
