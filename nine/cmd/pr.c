/* SPDX-License-Identifier: MIT */
/* pr - files in pages, with headings, in columns */
#include "u.h"
#include "libc.h"
#include "ctype.h"
#include "bio.h"

enum
{
	Heading	= 5,			/* lines above and below the text */
	Tab	= 8,
};

static int columns = 1;
static int merge;			/* -m: files side by side */
static int length = 66;
static int width = 72;
static int offset;
static int bare;			/* -t */
static int first = 1;
static int doublespace;
static int number;			/* -n: digits, 0: none */
static int separator = -1;
static char *header;
static char *status;
static Biobuf out;

/* a page: rows by columns */
static char **cell;
static int rows;
static long line;

static void
usage(void)
{
	fprint(2, "usage: pr [-dmt] [-N] [+N] [-h header] [-ik] [-l lines] [-n[k]] [-o offset] [-s[c]] [-w width] [file ...]\n");
	exits("usage");
}

/* how wide s is; it is cut so that it is not wider than max, if that is not 0 */
static int
cut(char *s, int max)
{
	Rune r;
	int n, w;

	for(w = 0; *s; s += n, w++){
		if(max > 0 && w >= max){
			*s = 0;
			break;
		}
		n = chartorune(&r, s);
	}
	return w;
}

/* A line without its newline and with blanks for tabs, malloced. */
static char*
getline(Biobuf *b)
{
	char *s, *t, *p, *q;
	int col;

	s = Brdstr(b, '\n', 1);
	if(s == nil)
		return nil;
	t = malloc(strlen(s)*Tab + 32);
	if(t == nil)
		sysfatal("no memory");
	q = t;
	if(number > 0 && !merge)
		q += sprint(q, "%*ld ", number, ++line);
	col = 0;
	for(p = s; *p; p++){
		if(*p == '\t'){
			do
				*q++ = ' ';
			while(++col % Tab != 0);
			continue;
		}
		if((*p & 0xC0) != 0x80)
			col++;
		*q++ = *p;
	}
	*q = 0;
	free(s);
	return t;
}

static void
heading(char *name, ulong mtime, int page)
{
	char *date;

	date = ctime((long)mtime);
	Bprint(&out, "\n\n%*s%.12s %.4s  %s  Page %d\n\n\n", offset, "", date+4, date+24, name, page);
}

static void
showrow(int row, int ncol)
{
	char *s;
	int c, w, colwidth;

	colwidth = width/ncol;
	Bprint(&out, "%*s", offset, "");
	if(merge && number > 0)
		Bprint(&out, "%*ld ", number, ++line);
	for(c = 0; c < ncol; c++){
		s = cell[c*rows+row];
		if(ncol == 1)
			w = s != nil ? cut(s, 0) : 0;
		else
			w = s != nil ? cut(s, separator >= 0 ? 0 : colwidth-1) : 0;
		if(s != nil)
			Bprint(&out, "%s", s);
		if(c == ncol-1)
			break;
		if(separator >= 0)
			Bputc(&out, separator);
		else
			Bprint(&out, "%*s", colwidth-w, "");
	}
	Bprint(&out, doublespace ? "\n\n" : "\n");
}

static void
clear(int ncol)
{
	int i;

	for(i = 0; i < ncol*rows; i++){
		free(cell[i]);
		cell[i] = nil;
	}
}

/* Fill the columns, each from its file or all from one; how many rows are used. */
static int
fill(Biobuf **in, int ncol)
{
	int c, r, used;

	used = 0;
	for(c = 0; c < ncol; c++)
		for(r = 0; r < rows; r++){
			cell[c*rows+r] = getline(in[merge ? c : 0]);
			if(cell[c*rows+r] == nil)
				break;
			if(r >= used)
				used = r+1;
		}
	return used;
}

static void
pages(Biobuf **in, int ncol, char *name, ulong mtime)
{
	int page, r, n;

	rows = bare ? length : length - 2*Heading;
	if(doublespace)
		rows /= 2;
	if(rows < 1)
		rows = 1;
	cell = calloc(ncol*rows, sizeof cell[0]);
	if(cell == nil)
		sysfatal("no memory");
	line = 0;
	for(page = 1; (n = fill(in, ncol)) > 0; page++){
		if(page >= first){
			if(!bare)
				heading(header != nil ? header : name, mtime, page);
			for(r = 0; r < n; r++)
				showrow(r, ncol);
			for(; !bare && r < rows; r++)
				Bprint(&out, doublespace ? "\n\n" : "\n");
			if(!bare)
				Bprint(&out, "\n\n\n\n\n");
		}
		clear(ncol);
	}
	free(cell);
}

static Biobuf*
openfile(char *name, ulong *mtime)
{
	Biobuf *b;
	Dir *d;
	int fd;

	fd = name != nil ? open(name, OREAD) : 0;
	if(fd < 0){
		fprint(2, "pr: can't open %s: %r\n", name);
		status = "open";
		return nil;
	}
	b = malloc(sizeof *b);
	if(b == nil)
		sysfatal("no memory");
	Binit(b, fd, OREAD);
	d = name != nil ? dirfstat(fd) : nil;
	*mtime = d != nil ? d->mtime : (ulong)time(nil);
	free(d);
	return b;
}

static void
pr(char *name)
{
	Biobuf *b;
	ulong mtime;

	b = openfile(name, &mtime);
	if(b == nil)
		return;
	pages(&b, columns, name != nil ? name : "", mtime);
	if(name != nil)
		close(Bfildes(b));
	free(b);
}

static void
prmerged(char **names)
{
	Biobuf *in[64];
	ulong mtime;
	int n;

	for(n = 0; *names != nil && n < nelem(in); names++){
		in[n] = openfile(*names, &mtime);
		if(in[n] != nil)
			n++;
	}
	if(n > 0)
		pages(in, n, "", (ulong)time(nil));
}

/* the number in the rest of the word, or in the next if there must be one */
static int
numarg(char **rest, char ***argv, int need)
{
	char *s;

	s = *rest;
	*rest = "";
	if(*s == 0 && need && (s = *++*argv) == nil)
		usage();
	return atoi(s);
}

/* one word of options; the first is - or + */
static char**
option(char **argv)
{
	char *s;

	s = *argv;
	if(*s++ == '+'){
		first = atoi(s);
		return argv;
	}
	while(*s)
		switch(*s++){
		case '0': case '1': case '2': case '3': case '4':
		case '5': case '6': case '7': case '8': case '9':
			columns = strtol(s-1, &s, 10);
			if(columns < 1 || columns > 64)
				usage();
			break;
		case 'd':
			doublespace = 1;
			break;
		case 'h':
			header = *s ? s : *++argv;
			if(header == nil)
				usage();
			return argv;
		case 'i':
			numarg(&s, &argv, 0);		/* what tabs could save is not saved */
			break;
		case 'l':
			length = numarg(&s, &argv, 1);
			break;
		case 'm':
			merge = 1;
			break;
		case 'n':
			number = numarg(&s, &argv, 0);
			if(number <= 0 || number > 20)
				number = 5;
			break;
		case 'o':
			offset = numarg(&s, &argv, 1);
			break;
		case 's':
			separator = *s ? *s++ : '\t';
			break;
		case 't':
			bare = 1;
			break;
		case 'w':
			width = numarg(&s, &argv, 1);
			break;
		default:
			usage();
		}
	return argv;
}

int
main(int argc, char *argv[])
{
	USED(argc);
	argv0 = "pr";
	for(argv++; *argv != nil && ((argv[0][0] == '-' && argv[0][1]) || argv[0][0] == '+'); argv++)
		argv = option(argv);
	if(length < 1 || width < columns || offset < 0 || offset > 1000)
		usage();
	if(length <= 2*Heading)
		bare = 1;
	Binit(&out, 1, OWRITE);
	if(merge)
		prmerged(argv);
	else if(*argv == nil)
		pr(nil);
	else
		for(; *argv != nil; argv++)
			pr(*argv);
	if(Bterm(&out) < 0)
		status = "write error";
	exits(status);
}
