/* SPDX-License-Identifier: MIT */
/* strings - runs of printable characters in files, with their offsets */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxspan	= 70*UTFmax,		/* bytes: longer ones are continued with ... */
};

static long minspan = 6;		/* runes */
static Biobuf bout;

static int
printable(long r)
{
	if(r == Runeerror)
		return 0;
	return (r >= ' ' && r < 0x7f) || r > 0xa0;
}

static void
put(vlong start, char *buf, char *p, int more)
{
	Bprint(&bout, "%8lld: ", start);
	Bwrite(&bout, buf, p-buf);
	Bprint(&bout, "%s\n", more ? " ..." : "");
}

static void
strings(Biobuf *b)
{
	char buf[Maxspan+UTFmax], *p;
	vlong start, at;
	long r, n;
	int long1;

	p = buf;
	start = at = 0;
	n = long1 = 0;
	while((r = Bgetrune(b)) >= 0){
		if(!printable(r)){
			if(n >= minspan || (long1 && n > 0))
				put(start, buf, p, 0);
			p = buf;
			n = long1 = 0;
			at = Boffset(b);
			continue;
		}
		if(n == 0)
			start = at;
		p += runetochar(p, &(Rune){r});
		n++;
		at = Boffset(b);
		if(p - buf >= Maxspan){
			put(start, buf, p, 1);
			p = buf;
			n = 0;
			long1 = 1;
		}
	}
	if(n >= minspan || (long1 && n > 0))
		put(start, buf, p, 0);
}

static void
usage(void)
{
	fprint(2, "usage: strings [-m min] [file ...]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	Biobuf *b;
	char *status;
	int i;

	argv0 = "strings";
	ARGBEGIN{
	case 'm':
		minspan = atol(EARGF(usage()));
		if(minspan >= 1)
			break;
		/* fall through */
	default:
		usage();
	}ARGEND
	Binit(&bout, 1, OWRITE);
	status = nil;
	if(argc == 0){
		b = Bfdopen(0, OREAD);
		if(b != nil)
			strings(b);
	}
	for(i = 0; i < argc; i++){
		b = Bopen(argv[i], OREAD);
		if(b == nil){
			fprint(2, "strings: can't open %s: %r\n", argv[i]);
			status = "open";
			continue;
		}
		if(argc > 1)
			Bprint(&bout, "%s:\n", argv[i]);
		strings(b);
		Bterm(b);
	}
	Bterm(&bout);
	exits(status);
}
