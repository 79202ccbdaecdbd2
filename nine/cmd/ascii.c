/* SPDX-License-Identifier: MIT */
/* ascii - a table of the characters, or from characters to numbers and back */
#include "u.h"
#include "libc.h"
#include "bio.h"

static char *names[] =
{
	"nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs ", "ht ", "nl ", "vt ", "np ", "cr ", "so ", "si ",
	"dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em ", "sub", "esc", "fs ", "gs ", "rs ", "us ",
	"sp ",
};

static int base = 16;
static int ncolumns = 8;
static int ncodes = 128;
static int text;			/* numbers to characters, as they are */
static Biobuf out;

static void
usage(void)
{
	fprint(2, "usage: ascii [-8] [-xod | -b8] [-ncst] [--] [text]\n");
	exits("usage");
}

static void
charname(char *buf, int n, int c)
{
	char *s;

	s = buf;
	if(c >= 0x80 && c < 0xA0)
		snprint(buf, n, "x%.2ux", c);
	else if(c == 0x7F)
		snprint(buf, n, "del");
	else if(c <= ' ')
		snprint(buf, n, "%s", names[c]);
	else
		snprint(s, n, "%C  ", (Rune)c);
}

/* c in the base, at least as wide as the widest code is */
static char*
codeof(int c)
{
	static char buf[16];
	int i, n, max;

	n = 0;
	for(max = ncodes-1; max > 0; max /= base)
		n++;
	buf[n] = 0;
	for(i = n; i-- > 0; c /= base)
		buf[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[c%base];
	return buf;
}

static void
table(void)
{
	char buf[8];
	int c;

	for(c = 0; c < ncodes; c++){
		charname(buf, sizeof buf, c);
		Bprint(&out, "|%s %s", codeof(c), buf);
		if(c%ncolumns == ncolumns-1)
			Bprint(&out, "|\n");
	}
}

/* the number s is in the base, below 256; -1: it is none */
static long
value(char *s)
{
	char *e;
	long n;

	n = strtol(s, &e, base);
	return e == s || *e != 0 || n < 0 || n > 255 ? -1 : n;
}

static void
tonumbers(char *s)
{
	Rune r;

	while(*s){
		s += chartorune(&r, s);
		if(r < 256)
			Bprint(&out, "%s\n", codeof(r));
		else
			Bprint(&out, "%ux\n", r);
	}
}

static void
tochars(char *s)
{
	char buf[8];
	long n;

	n = value(s);
	if(n < 0){
		Bflush(&out);
		fprint(2, "ascii: bad number %s\n", s);
		exits("bad number");
	}
	if(text)
		Bprint(&out, "%C", (Rune)n);
	else{
		charname(buf, sizeof buf, n);
		if(n > ' ' && n < 0x7F)
			buf[1] = 0;
		Bprint(&out, "%s\n", buf);
	}
}

int
main(int argc, char *argv[])
{
	int numbers, chars;

	numbers = chars = 0;
	ARGBEGIN{
	case '8':
		ncodes = 256;
		break;
	case 'x':
		base = 16;
		break;
	case 'o':
		base = 8;
		break;
	case 'd':
		base = 10;
		break;
	case 'b':
		base = atoi(EARGF(usage()));
		if(base < 2 || base > 36)
			usage();
		break;
	case 'n':
		numbers = 1;
		break;
	case 'c':
		chars = 1;
		break;
	case 't':
		text = chars = 1;
		break;
	case 's':
		ncolumns = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "ascii";
	if(base < 8)
		ncolumns = ncolumns == 1 ? 1 : 4;
	Binit(&out, 1, OWRITE);
	if(argc == 0)
		table();
	else if(chars || (!numbers && value(argv[0]) >= 0))
		while(*argv != nil)
			tochars(*argv++);
	else
		for(; *argv != nil; argv++)
			tonumbers(*argv);
	Bterm(&out);
	exits(nil);
}
