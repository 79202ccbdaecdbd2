/* SPDX-License-Identifier: MIT */
/* uniq - leave out, count or pick lines that repeat the one before */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int mode;			/* 'u', 'd', 'c' or 0 */
static long fields, chars;		/* not compared */
static Biobuf bin, bout;

static void
usage(void)
{
	fprint(2, "usage: uniq [-udc] [-+ num] [file]\n");
	exits("usage");
}

/* where comparison starts */
static char*
skip(char *s)
{
	Rune r;
	long n;

	for(n = 0; n < fields; n++){
		while(*s == ' ' || *s == '\t')
			s++;
		while(*s != 0 && *s != ' ' && *s != '\t')
			s++;
	}
	for(n = 0; n < chars && *s != 0; n++)
		s += chartorune(&r, s);
	return s;
}

static void
put(char *line, long count)
{
	if((mode == 'u' && count != 1) || (mode == 'd' && count == 1))
		return;
	if(mode == 'c')
		Bprint(&bout, "%4ld ", count);
	Bprint(&bout, "%s\n", line);
}

static void
uniq(void)
{
	char *last, *line;
	long count;

	last = Brdstr(&bin, '\n', 1);
	if(last == nil)
		return;
	count = 1;
	while((line = Brdstr(&bin, '\n', 1)) != nil){
		if(strcmp(skip(last), skip(line)) == 0){
			count++;
			free(line);
			continue;
		}
		put(last, count);
		free(last);
		last = line;
		count = 1;
	}
	put(last, count);
}

static long
number(char *s)
{
	char *e;
	long n;

	n = strtol(s, &e, 10);
	if(*e != 0 || n < 0)
		usage();
	return n;
}

int
main(int argc, char *argv[])
{
	int fd;
	char *s;

	argv0 = "uniq";
	for(argc--, argv++; argc > 0; argc--, argv++){
		s = argv[0];
		if(*s == '-' && '0' <= s[1] && s[1] <= '9')
			fields = number(s+1);
		else if(*s == '+' && '0' <= s[1] && s[1] <= '9')
			chars = number(s+1);
		else if(*s == '-' && s[1] != 0 && strchr("udc", s[1]) != nil && s[2] == 0)
			mode = s[1];
		else if(*s == '-' && s[1] != 0)
			usage();
		else
			break;
	}
	if(argc > 1)
		usage();
	fd = 0;
	if(argc == 1 && (fd = open(argv[0], OREAD)) < 0)
		sysfatal("cannot open %s: %r", argv[0]);
	Binit(&bin, fd, OREAD);
	Binit(&bout, 1, OWRITE);
	uniq();
	if(Bterm(&bout) < 0)
		sysfatal("write error: %r");
	exits(nil);
}
