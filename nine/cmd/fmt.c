/* SPDX-License-Identifier: MIT */
/*
 * fmt - fill paragraphs.  A paragraph is lines with the same indentation;
 * blank lines and a change of indentation end it.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int join = 1;
static int length = 70;
static int extra;			/* -i: more indentation */
static char **words;
static long nwords, maxwords;
static Biobuf bout;

/* columns of the white space at the beginning; *s is moved to what follows */
static int
indentation(char **s)
{
	int n;

	for(n = 0; **s == ' ' || **s == '\t'; (*s)++)
		n = **s == '\t' ? (n+8) & ~7 : n+1;
	return n;
}

static void
addwords(char *s)
{
	char *e;

	for(;;){
		while(*s == ' ' || *s == '\t')
			s++;
		if(*s == 0)
			return;
		for(e = s; *e != 0 && *e != ' ' && *e != '\t'; e++)
			;
		if(nwords >= maxwords){
			maxwords = maxwords ? 2*maxwords : 256;
			words = realloc(words, maxwords * sizeof(char*));
			if(words == nil)
				sysfatal("out of memory");
		}
		words[nwords++] = smprint("%.*s", utfnlen(s, e-s), s);
		if(words[nwords-1] == nil)
			sysfatal("out of memory");
		s = e;
	}
}

static void
indent(int n)
{
	for(; n >= 8; n -= 8)
		Bputc(&bout, '\t');
	for(; n > 0; n--)
		Bputc(&bout, ' ');
}

static void
flush(int in)
{
	long i;
	int col, n;

	for(i = 0, col = 0; i < nwords; i++){
		n = utflen(words[i]);
		if(col > 0 && col+1+n > length+extra){
			Bputc(&bout, '\n');
			col = 0;
		}
		if(col == 0){
			indent(in);
			col = in;
		}else{
			Bputc(&bout, ' ');
			col++;
		}
		Bprint(&bout, "%s", words[i]);
		col += n;
		free(words[i]);
	}
	if(nwords > 0)
		Bputc(&bout, '\n');
	nwords = 0;
}

static void
fmt(Biobuf *b)
{
	char *line, *s;
	int in, last;

	last = -1;
	while((line = Brdstr(b, '\n', 1)) != nil){
		s = line;
		in = indentation(&s);
		if(*s == 0){
			flush(last+extra);
			Bputc(&bout, '\n');
			last = -1;
		}else{
			if(!join || in != last)
				flush(last+extra);
			last = in;
			addwords(s);
		}
		free(line);
	}
	flush(last+extra);
}

static void
usage(void)
{
	fprint(2, "usage: fmt [-j] [-i indent] [-l length] [file...]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	Biobuf *b;
	int i;

	argv0 = "fmt";
	ARGBEGIN{
	case 'i':
		extra = atoi(EARGF(usage()));
		break;
	case 'j':
		join = 0;
		break;
	case 'l': case 'w':
		length = atoi(EARGF(usage()));
		break;
	default:
		usage();
	}ARGEND
	if(length < 1 || extra < 0 || extra > 10000)
		usage();
	Binit(&bout, 1, OWRITE);
	if(argc == 0 && (b = Bfdopen(0, OREAD)) != nil)
		fmt(b);
	for(i = 0; i < argc; i++){
		b = Bopen(argv[i], OREAD);
		if(b == nil)
			sysfatal("can't open %s: %r", argv[i]);
		fmt(b);
		Bterm(b);
	}
	Bterm(&bout);
	exits(nil);
}
