/* SPDX-License-Identifier: MIT */
/*
 * diff - how two files, or the files of two directories, differ.  The
 * comparison is in lib/cmd_diffread.c and lib/cmd_difflcs.c; here are the ways to
 * print it and the walk through directories.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "diff.h"

enum
{
	Context	= 3,
};

typedef struct Change Change;
struct Change				/* lines a..b of the old, c..d of the new; from 1 */
{
	int	a, b, c, d;
};

static int mode;			/* 0 or one of a c e f n */
static int rflag, mflag, how, depth;
static int anychange, errors;
static Biobuf out;

static void diff(char*, char*);

static void
complain(char *what, char *name)
{
	Bflush(&out);
	fprint(2, "diff: %s %s: %r\n", what, name);
	errors = 1;
}

/* the changes in order, ended by one with a = 0 */
static Change*
changes(Text *t, Text *u)
{
	Change *c;
	int i, j, n, max;

	c = nil;
	n = max = i = j = 0;
	for(;;){
		while(i < t->nline && j < u->nline && !t->changed[i] && !u->changed[j])
			i++, j++;
		if(n >= max){
			max = max ? 2*max : 64;
			c = realloc(c, max * sizeof(Change));
			if(c == nil)
				sysfatal("out of memory");
		}
		if(i >= t->nline && j >= u->nline)
			break;
		c[n].a = i+1;
		c[n].c = j+1;
		while(i < t->nline && t->changed[i])
			i++;
		while(j < u->nline && u->changed[j])
			j++;
		c[n].b = i;
		c[n++].d = j;
	}
	memset(&c[n], 0, sizeof(Change));
	return c;
}

static void
range(int a, int b, char *sep)
{
	Bprint(&out, "%d", a > b ? b : a);
	if(a < b)
		Bprint(&out, "%s%d", sep, b);
}

static void
lines(Text *t, int a, int b, char *prefix)
{
	for(; a <= b; a++)
		Bprint(&out, "%s%s\n", prefix, t->line[a-1]);
}

static void
body(Text *t, Text *u, Change *c)
{
	lines(t, c->a, c->b, "< ");
	if(c->a <= c->b && c->c <= c->d)
		Bprint(&out, "---\n");
	lines(u, c->c, c->d, "> ");
}

/* for ed: the text ends with a single dot; a line that is one is put in as .. and mended */
static void
edtext(Text *u, Change *c)
{
	int i, open;

	open = 1;
	for(i = c->c; i <= c->d; i++){
		if(!open)
			Bprint(&out, "a\n");
		open = 1;
		if(mode == 'e' && strcmp(u->line[i-1], ".") == 0){
			Bprint(&out, "..\n.\ns/.//\n");
			open = 0;
		}else
			Bprint(&out, "%s\n", u->line[i-1]);
	}
	if(c->c <= c->d && open)
		Bprint(&out, ".\n");
}

static void
printchange(Text *t, Text *u, Change *c)
{
	int verb;

	verb = c->a > c->b ? 'a' : c->c > c->d ? 'd' : 'c';
	switch(mode){
	case 'e':
		range(c->a, c->b, ",");
		Bprint(&out, "%c\n", verb);
		edtext(u, c);
		break;
	case 'f':
		Bprint(&out, "%c", verb);
		range(c->a, c->b, " ");
		Bprint(&out, "\n");
		edtext(u, c);
		break;
	case 'n':
		Bprint(&out, "%s:", t->name);
		range(c->a, c->b, ",");
		Bprint(&out, " %c %s:", verb, u->name);
		range(c->c, c->d, ",");
		Bprint(&out, "\n");
		body(t, u, c);
		break;
	default:
		range(c->a, c->b, ",");
		Bprint(&out, "%c", verb);
		range(c->c, c->d, ",");
		Bprint(&out, "\n");
		body(t, u, c);
	}
}

/* c to e (not included) with the lines around them: returns e */
static Change*
hunk(Text *t, Text *u, Change *c)
{
	Change *e;
	int context, from, to, at;

	context = mode == 'a' ? t->nline + 1 : Context;
	for(e = c; e[1].a != 0 && e[1].a - e->b - 1 <= 2*context; e++)
		;
	from = c->a - context < 1 ? 1 : c->a - context;
	to = e->b + context > t->nline ? t->nline : e->b + context;
	Bprint(&out, "%s:", t->name);
	range(from, to, ",");
	Bprint(&out, " - %s:", u->name);
	range(from - c->a + c->c, to - e->b + e->d, ",");
	Bprint(&out, "\n");
	at = from;
	for(; c <= e; c++){
		lines(t, at, c->a-1, "  ");
		lines(t, c->a, c->b, "- ");
		lines(u, c->c, c->d, "+ ");
		at = c->b+1;
	}
	lines(t, at, to, "  ");
	return e+1;
}

static void
printall(Text *t, Text *u, Change *c)
{
	Change *e;

	if(mode == 'c' || mode == 'a')
		while(c->a != 0)
			c = hunk(t, u, c);
	else if(mode == 'e'){		/* last first, so that line numbers stay right */
		for(e = c; e->a != 0; e++)
			;
		while(e-- > c)
			printchange(t, u, e);
	}else
		for(; c->a != 0; c++)
			printchange(t, u, c);
}

static void
header(char *a, char *b)
{
	char s[4];

	snprint(s, sizeof s, mode ? " -%c" : "", mode);
	Bprint(&out, "diff%s %s %s\n", s, a, b);
}

static int
samebytes(char *a, char *b)
{
	static char x[8192], y[8192];
	int f, g, same;
	long n, m;

	f = open(a, OREAD);
	g = open(b, OREAD);
	do{
		n = readn(f, x, sizeof x);
		m = readn(g, y, sizeof y);
		same = n == m && (n <= 0 || memcmp(x, y, n) == 0);
	}while(same && n > 0);
	close(f);
	close(g);
	return same;
}

static void
files(char *a, char *b)
{
	Text t, u;
	Change *c;

	if(readtext(&t, a) < 0){
		complain("cannot open", a);
		return;
	}
	if(readtext(&u, b) < 0){
		complain("cannot open", b);
		freetext(&t);
		return;
	}
	if(t.binary || u.binary){
		if(!samebytes(a, b)){
			Bprint(&out, "binary files %s %s differ\n", a, b);
			anychange = 1;
		}
	}else{
		compare(&t, &u, how);
		c = changes(&t, &u);
		if(c->a != 0){
			anychange = 1;
			if(mflag)
				header(a, b);
			printall(&t, &u, c);
		}
		free(c);
	}
	freetext(&t);
	freetext(&u);
}

static int
byname(const void *a, const void *b)
{
	return strcmp(((Dir*)a)->name, ((Dir*)b)->name);
}

static long
readdir(char *name, Dir **d)
{
	long n;
	int fd;

	fd = open(name, OREAD);
	n = fd < 0 ? -1 : dirreadall(fd, d);
	close(fd);
	if(n < 0)
		complain("cannot open", name);
	else
		qsort(*d, n, sizeof(Dir), byname);
	return n;
}

static char*
path(char *dir, char *name)
{
	char *s;

	s = smprint("%s/%s", dir, name);
	if(s == nil)
		sysfatal("out of memory");
	return s;
}

static void
both(char *a, char *b, char *name)
{
	char *x, *y;

	x = path(a, name);
	y = path(b, name);
	diff(x, y);
	free(x);
	free(y);
}

static void
dirs(char *a, char *b)
{
	Dir *x, *y;
	long n, m, i, j;
	int c;

	n = readdir(a, &x);
	if(n < 0)
		return;
	m = readdir(b, &y);
	depth++;
	mflag = 1;
	for(i = j = 0; m >= 0 && (i < n || j < m);){
		c = i >= n ? 1 : j >= m ? -1 : strcmp(x[i].name, y[j].name);
		if(c == 0)
			both(a, b, x[i].name);
		else{
			Bprint(&out, "Only in %s: %s\n", c < 0 ? a : b, c < 0 ? x[i].name : y[j].name);
			anychange = 1;
		}
		i += c <= 0;
		j += c >= 0;
	}
	depth--;
	free(x);
	if(m >= 0)
		free(y);
}

/* 1: directory; -1: not there */
static int
isdir(char *name)
{
	Dir *d;
	int r;

	if(strcmp(name, "-") == 0)
		return 0;
	d = dirstat(name);
	if(d == nil){
		complain("can't stat", name);
		return -1;
	}
	r = (d->mode & DMDIR) != 0;
	free(d);
	return r;
}

static char*
base(char *name)
{
	char *s;

	s = strrchr(name, '/');
	return s == nil ? name : s+1;
}

static void
diff(char *a, char *b)
{
	int x, y;
	char *s;

	x = isdir(a);
	if(x < 0 || (y = isdir(b)) < 0)
		return;
	if(x && y){
		if(depth == 0 || rflag)
			dirs(a, b);
		else
			Bprint(&out, "Common subdirectories: %s and %s\n", a, b);
	}else if(!x && !y)
		files(a, b);
	else if(depth > 0){
		Bprint(&out, "File %s is a %s while file %s is a %s\n", a, x ? "directory" : "regular file",
			b, y ? "directory" : "regular file");
		anychange = 1;
	}else{
		s = x ? path(a, base(b)) : path(b, base(a));
		if(isdir(s) >= 0)
			files(x ? s : a, x ? b : s);
		free(s);
	}
}

static void
usage(void)
{
	fprint(2, "usage: diff [-acefmnbwr] file1 ... file2\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int i;

	argv0 = "diff";
	ARGBEGIN{
	case 'a': case 'c': case 'e': case 'f': case 'n':
		mode = ARGC();
		break;
	case 'b':
		how = Dblanks;
		break;
	case 'w':
		how = Dnoblanks;
		break;
	case 'm':
		mflag = 1;
		break;
	case 'r':
		rflag = mflag = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc < 2)
		usage();
	if(argc > 2 && isdir(argv[argc-1]) != 1)
		usage();
	Binit(&out, 1, OWRITE);
	for(i = 0; i < argc-1; i++)
		diff(argv[i], argv[argc-1]);
	if(Bterm(&out) < 0)
		sysfatal("write error: %r");
	exits(errors ? "error" : anychange ? "some" : nil);
}
