/* SPDX-License-Identifier: MIT */
/*
 * look - lines of a sorted file that begin with a string, found by halving.
 * The order the file is in must be that of the options.
 */
#include "u.h"
#include "libc.h"
#include "ctype.h"
#include "bio.h"

static int dictionary, fold, numeric, exact, interactive;
static int tab = '\t';
static Biobuf in;
static Biobuf out;

static void
usage(void)
{
	fprint(2, "usage: look [-dfinx] [-t c] [string] [file]\n");
	exits("usage");
}

/* the key of a line, as it is compared; in buf, which is big enough */
static char*
key(char *s, char *buf)
{
	char *t;
	int c;

	for(t = buf; *s && (*s != tab || numeric); s++){
		c = (uchar)*s;
		if(dictionary && c < Runeself && !isalnum(c) && c != ' ' && c != '\t')
			continue;
		*t++ = fold && 'A' <= c && c <= 'Z' ? (char)(c+'a'-'A') : *s;
	}
	*t = 0;
	return buf;
}

/* <0: the line is before what is looked for; 0: it is that */
static int
compare(char *line, char *want)
{
	double a, b;
	char *k;
	int r;

	if(numeric){
		a = strtod(line, nil);
		b = strtod(want, nil);
		return a < b ? -1 : a > b;
	}
	k = malloc(strlen(line)+1);
	if(k == nil)
		sysfatal("no memory");
	key(line, k);
	r = exact ? strcmp(k, want) : strncmp(k, want, strlen(want));
	free(k);
	return r;
}

/* The line that begins at or behind off, in a part of the file that ends at end. */
static char*
lineat(vlong off, vlong end)
{
	int c;

	if(off > 0){
		Bseek(&in, off-1, 0);
		while((c = Bgetc(&in)) != '\n')
			if(c < 0)
				return nil;
	}else
		Bseek(&in, 0, 0);
	if(Boffset(&in) >= end)
		return nil;
	return Brdstr(&in, '\n', 1);
}

/* The lowest offset such that the line at or behind it is not before want. */
static vlong
find(char *want)
{
	vlong lo, hi, mid;
	char *line;

	lo = 0;
	hi = Bseek(&in, 0, 2);
	while(lo < hi){
		mid = lo + (hi-lo)/2;
		line = lineat(mid, hi);
		if(line != nil && compare(line, want) < 0)
			lo = mid+1;
		else
			hi = mid;
		free(line);
	}
	return lo;
}

static int
look(char *string)
{
	char *want, *line;
	int found;

	want = malloc(strlen(string)+1);
	if(want == nil)
		sysfatal("no memory");
	key(string, want);
	found = 0;
	line = lineat(find(want), 1LL<<62);
	for(; line != nil; line = Brdstr(&in, '\n', 1)){
		if(compare(line, want) != 0)
			break;
		Bprint(&out, "%s\n", line);
		found = 1;
		free(line);
	}
	free(line);
	free(want);
	Bflush(&out);
	return found;
}

int
main(int argc, char *argv[])
{
	char *file, *string;
	Biobuf words;
	int fd, found;

	ARGBEGIN{
	case 'd':
		dictionary = 1;
		break;
	case 'f':
		fold = 1;
		break;
	case 'i':
		interactive = 1;
		break;
	case 'n':
		numeric = 1;
		break;
	case 'x':
		exact = 1;
		break;
	case 't':
		tab = (uchar)*_args;
		_args = "";
		break;
	default:
		usage();
	}ARGEND
	argv0 = "look";
	string = nil;
	if(!interactive){
		if(argc < 1)
			usage();
		string = *argv++;
		argc--;
	}
	if(argc > 1)
		usage();
	file = "/lib/words";
	if(argc == 1)
		file = argv[0];
	else
		dictionary = fold = 1;
	fd = open(file, OREAD);
	if(fd < 0){
		fprint(2, "look: can't open %s\n", file);
		exits("no dictionary");
	}
	Binit(&in, fd, OREAD);
	Binit(&out, 1, OWRITE);
	found = 0;
	if(interactive){
		Binit(&words, 0, OREAD);
		while((string = Brdstr(&words, '\n', 1)) != nil){
			found |= look(string);
			free(string);
		}
	}else
		found = look(string);
	exits(found ? nil : "not found");
}
