/* SPDX-License-Identifier: MIT */
/* split - cut a file into pieces, by lines or at lines that match */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"

static char *stem = "x";
static char *suffix = "";
static long nline = 1000;
static Reprog *re;
static int xflag, iflag;
static Biobuf *out;
static int nfile;

static void
usage(void)
{
	fprint(2, "usage: split [-n num] [-e exp] [-f stem] [-s suff] [-x] [-i] [file]\n");
	exits("usage");
}

static void
openfile(char *name)
{
	int fd;

	if(out != nil && Bterm(out) < 0)
		sysfatal("write error: %r");
	fd = create(name, OWRITE, 0666);
	if(fd < 0 || (out = Bfdopen(fd, OWRITE)) == nil)
		sysfatal("can't create %s: %r", name);
}

static void
nextfile(void)
{
	char *name;

	if(nfile >= 26*26)
		sysfatal("too many pieces");
	name = smprint("%s%c%c%s", stem, 'a' + nfile/26, 'a' + nfile%26, suffix);
	if(name == nil)
		sysfatal("out of memory");
	nfile++;
	openfile(name);
	free(name);
}

/* a line matched: its first subexpression names the new file */
static int
startfile(char *line)
{
	Resub m[2];
	char *name, *p;
	Rune r;

	memset(m, 0, sizeof m);
	if(!regexec(re, line, m, 2))
		return 0;
	if(m[1].sp == nil || m[1].sp == m[1].ep){
		nextfile();
		return 1;
	}
	name = smprint("%.*s%s", utfnlen(m[1].sp, m[1].ep-m[1].sp), m[1].sp, suffix);
	if(name == nil)
		sysfatal("out of memory");
	if(iflag)
		for(p = name; *p != 0;){
			chartorune(&r, p);
			r = tolowerrune(r);
			p += runetochar(p, &r);
		}
	openfile(name);
	free(name);
	return 1;
}

static void
split(Biobuf *b)
{
	char *line;
	long n;

	for(n = 0; (line = Brdstr(b, '\n', 1)) != nil; n++){
		if(re == nil ? n % nline == 0 : !startfile(line) && out == nil)
			nextfile();
		else if(re != nil && xflag && regexec(re, line, nil, 0)){
			free(line);
			continue;
		}
		Bprint(out, "%s\n", line);
		free(line);
	}
	if(out != nil && Bterm(out) < 0)
		sysfatal("write error: %r");
}

int
main(int argc, char *argv[])
{
	Biobuf *b;
	char *exp;

	argv0 = "split";
	exp = nil;
	ARGBEGIN{
	case 'n': case 'l':
		nline = atol(EARGF(usage()));
		if(nline < 1)
			usage();
		break;
	case 'e':
		exp = EARGF(usage());
		break;
	case 'f':
		stem = EARGF(usage());
		break;
	case 's':
		suffix = EARGF(usage());
		break;
	case 'x':
		xflag = 1;
		break;
	case 'i':
		iflag = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc > 1)
		usage();
	if(exp != nil && (re = regcompflags(exp, iflag ? REfold : 0)) == nil)
		sysfatal("bad expression %s", exp);
	b = argc == 1 ? Bopen(argv[0], OREAD) : Bfdopen(0, OREAD);
	if(b == nil)
		sysfatal("can't open %s: %r", argc == 1 ? argv[0] : "standard input");
	split(b);
	exits(nil);
}
