/* SPDX-License-Identifier: MIT */
/* freq - how often each byte, or with -r each character, comes */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Ncount	= 0x110000,

	Dec	= 1<<0,
	Hex	= 1<<1,
	Oct	= 1<<2,
	Char	= 1<<3,
};

static uvlong *count;
static int runes;
static int what;
static Biobuf out;
static char *status;

static void
usage(void)
{
	fprint(2, "usage: freq [-dxocr] [file ...]\n");
	exits("usage");
}

static void
freq(int fd, char *name)
{
	Biobuf b;
	long c;

	Binit(&b, fd, OREAD);
	while((c = runes ? Bgetrune(&b) : Bgetc(&b)) >= 0)
		if(c < Ncount)
			count[c]++;
	if(c == Beof-1){
		fprint(2, "freq: %s: %r\n", name);
		status = "read";
	}
	Bterm(&b);
}

static void
show(long c)
{
	if(what & Dec)
		Bprint(&out, "%3ld ", c);
	if(what & Oct)
		Bprint(&out, "%.3lo ", c);
	if(what & Hex)
		Bprint(&out, "%.2lx ", c);
	if(what & Char){
		if(c <= 0x20 || (c >= 0x7F && c < 0xA0))
			Bprint(&out, "- ");
		else
			Bprint(&out, "%C ", (Rune)c);
	}
	Bprint(&out, "%8llud\n", count[c]);
}

int
main(int argc, char *argv[])
{
	long c;
	int fd;

	ARGBEGIN{
	case 'd':
		what |= Dec;
		break;
	case 'x':
		what |= Hex;
		break;
	case 'o':
		what |= Oct;
		break;
	case 'c':
		what |= Char;
		break;
	case 'r':
		runes = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "freq";
	if(what == 0)
		what = Dec|Oct|Hex|Char;
	count = calloc(Ncount, sizeof count[0]);
	if(count == nil)
		sysfatal("no memory");
	if(argc == 0)
		freq(0, "standard input");
	for(; *argv != nil; argv++){
		fd = open(*argv, OREAD);
		if(fd < 0){
			fprint(2, "freq: %s: %r\n", *argv);
			status = "open";
			continue;
		}
		freq(fd, *argv);
		close(fd);
	}
	Binit(&out, 1, OWRITE);
	for(c = 0; c < (runes ? Ncount : 256); c++)
		if(count[c] != 0)
			show(c);
	Bterm(&out);
	exits(status);
}
