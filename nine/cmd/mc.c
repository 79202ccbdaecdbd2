/* SPDX-License-Identifier: MIT */
/* mc - put lines into as many columns as fit */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int width = 80;
static char **lines;
static long nlines, maxlines;
static int widest;
static Biobuf bout;

static void
readlines(Biobuf *b)
{
	char *s;

	while((s = Brdstr(b, '\n', 1)) != nil){
		if(nlines >= maxlines){
			maxlines = maxlines ? 2*maxlines : 256;
			lines = realloc(lines, maxlines * sizeof(char*));
			if(lines == nil)
				sysfatal("out of memory");
		}
		lines[nlines++] = s;
		if(utflen(s) > widest)
			widest = utflen(s);
	}
}

/* down the columns first */
static void
columns(void)
{
	long ncol, nrow, row, i;
	int col;

	ncol = width / (widest+1);
	if(ncol < 1)
		ncol = 1;
	nrow = (nlines + ncol - 1) / ncol;
	for(row = 0; row < nrow; row++){
		for(i = row; i < nlines; i += nrow){
			Bprint(&bout, "%s", lines[i]);
			if(i + nrow < nlines)
				for(col = utflen(lines[i]); col <= widest; col++)
					Bputc(&bout, ' ');
		}
		Bputc(&bout, '\n');
	}
}

/* As wide as the console, if that is where the output goes and it has a size. */
static void
consolewidth(void)
{
	char path[64], buf[64], *f[2];
	long n;
	int fd;

	if(fd2path(1, path, sizeof path) < 0 || (strcmp(path, "/dev/cons") != 0 && strcmp(path, "#c/cons") != 0))
		return;
	fd = open("/dev/winsize", OREAD);
	if(fd < 0)
		return;
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	if(tokenize(buf, f, 2) == 2 && atoi(f[1]) > 0)
		width = atoi(f[1]);
}

int
main(int argc, char *argv[])
{
	Biobuf *b;
	int i;

	argv0 = "mc";
	if(argc > 1 && argv[1][0] == '-' && argv[1][1] != 0){
		width = atoi(argv[1]+1);
		if(width < 1){
			fprint(2, "usage: mc [-width] [file ...]\n");
			exits("usage");
		}
		argc--;
		argv++;
	}else
		consolewidth();
	Binit(&bout, 1, OWRITE);
	if(argc < 2 && (b = Bfdopen(0, OREAD)) != nil)
		readlines(b);
	for(i = 1; i < argc; i++){
		b = Bopen(argv[i], OREAD);
		if(b == nil)
			sysfatal("can't open %s: %r", argv[i]);
		readlines(b);
		Bterm(b);
	}
	columns();
	if(Bterm(&bout) < 0)
		sysfatal("write error: %r");
	exits(nil);
}
