/* SPDX-License-Identifier: MIT */
/*
 * sort - sort or merge files.  All lines are held in memory; the sort is
 * by merging, so it is stable.  Lines equal under all keys are compared as
 * a whole under the flags outside of keys, unless only one is to remain.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "sort.h"

enum
{
	Maxkey	= 64,
};

static Key key[Maxkey];
static int nkey;
static int global;			/* flags outside keys */
static Key whole;			/* the line under those */
static int cflag, uflag;
static char *outname;
static Line *line, *spare;
static long nline, maxline;

static void
fatal(char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprint(buf, sizeof buf, fmt, ap);
	va_end(ap);
	fprint(2, "sort: %s\n", buf);
	exits("usage");
}

static int
keyscmp(Line *a, Line *b)
{
	int i, c;

	for(i = 0; i < nkey; i++)
		if((c = keycmp(a, b, &key[i])) != 0)
			return c;
	return 0;
}

static int
linecmp(Line *a, Line *b)
{
	int c;

	c = keyscmp(a, b);
	if(c != 0 || uflag)
		return c;
	return keycmp(a, b, &whole);
}

/* --- reading, sorting, writing --- */

static void
addline(char *s, long n)
{
	if(nline == maxline){
		maxline = maxline ? 2*maxline : 1024;
		line = realloc(line, maxline*sizeof *line);
		if(line == nil)
			sysfatal("out of memory");
	}
	line[nline].s = s;
	line[nline++].n = n;
}

/* everything of a file in one piece of memory, where it stays */
static char*
slurp(int fd, char *name, long *size)
{
	char *p, *bigger;
	long n, len, max;

	len = 0;
	max = 32*1024;
	p = malloc(max);
	if(p == nil)
		sysfatal("out of memory");
	for(;;){
		n = read(fd, p+len, max-len);
		if(n < 0)
			sysfatal("read %s: %r", name);
		if(n == 0)
			break;
		len += n;
		if(len == max){
			max *= 2;
			bigger = realloc(p, max);
			if(bigger == nil)
				sysfatal("out of memory");
			p = bigger;
		}
	}
	*size = len;
	return p;
}

static void
readfile(char *name)
{
	char *p, *e, *nl;
	long n;
	int fd;

	fd = strcmp(name, "-") == 0 ? 0 : open(name, OREAD);
	if(fd < 0)
		sysfatal("open %s: %r", name);
	p = slurp(fd, name, &n);
	if(fd != 0)
		close(fd);
	for(e = p+n; p < e; p = nl+1){
		nl = memchr(p, '\n', e-p);
		if(nl == nil){
			fprint(2, "sort: newline added\n");
			addline(p, e-p);
			break;
		}
		addline(p, nl-p);
	}
}

static void
mergesort(Line *a, Line *tmp, long n)
{
	long half, i, j, k;

	if(n < 2)
		return;
	half = n/2;
	mergesort(a, tmp, half);
	mergesort(a+half, tmp, n-half);
	if(linecmp(&a[half-1], &a[half]) <= 0)
		return;
	memmove(tmp, a, half*sizeof *a);
	for(i = 0, j = half, k = 0; i < half; k++)
		if(j < n && linecmp(&tmp[i], &a[j]) > 0)
			a[k] = a[j++];
		else
			a[k] = tmp[i++];
}

static void
check(void)
{
	long i;
	int c;

	for(i = 1; i < nline; i++){
		c = linecmp(&line[i-1], &line[i]);
		if(c > 0 || (c == 0 && uflag)){
			fprint(2, "sort: -c file not in sort\n");
			exits("order");
		}
	}
}

static void
output(void)
{
	Biobuf b;
	long i;
	int fd;

	fd = 1;
	if(outname != nil && (fd = create(outname, OWRITE, 0666)) < 0)
		sysfatal("create %s: %r", outname);
	Binit(&b, fd, OWRITE);
	for(i = 0; i < nline; i++){
		if(uflag && i > 0 && keyscmp(&line[i-1], &line[i]) == 0)
			continue;
		Bwrite(&b, line[i].s, line[i].n);
		if(Bputc(&b, '\n') < 0)
			sysfatal("write: %r");
	}
	if(Bterm(&b) < 0)
		sysfatal("write: %r");
}

/* --- arguments --- */

static int
flagbit(int c)
{
	switch(c){
	case 'b':
		return Blank1|Blank2;
	case 'd':
		return Dict;
	case 'f':
		return Fold;
	case 'i':
		return Ignore;
	case 'w':
		return White;
	case 'n':
		return Numeric|Blank1;
	case 'g':
		return General|Blank1;
	case 'M':
		return Month|Blank1;
	case 'r':
		return Reverse;
	}
	return 0;
}

/* m.n and flags; returns what follows */
static char*
parsepos(char *s, Pos *pos, Key *k, int blank)
{
	int bit;

	pos->field = strtol(s, &s, 10);
	pos->chars = 0;
	if(*s == '.')
		pos->chars = strtol(s+1, &s, 10);
	for(; (bit = flagbit((uchar)*s)) != 0; s++){
		if(*s == 'b')
			bit = blank;
		k->flags |= bit;
		k->own = 1;
	}
	if(pos->field < 0 || pos->chars < 0)
		fatal("bad field: %s", s);
	return s;
}

static Key*
newkey(void)
{
	if(nkey == Maxkey)
		fatal("too many fields");
	return &key[nkey++];
}

static void
plus(char *s)
{
	Key *k;

	k = newkey();
	if(s[1] < '0' || s[1] > '9' || *parsepos(s+1, &k->beg, k, Blank1) != 0)
		fatal("unknown option: %s", s);
}

static void
minus(char *s)
{
	Key *k;

	if(nkey == 0 || key[nkey-1].hasend)
		fatal("unknown option: %s", s);
	k = &key[nkey-1];
	k->hasend = 1;
	if(*parsepos(s+1, &k->end, k, Blank2) != 0)
		fatal("unknown option: %s", s);
}

/* -k counts from 1, and its end is included */
static void
posix(char *s)
{
	char *p;
	Key *k;

	k = newkey();
	p = parsepos(s, &k->beg, k, Blank1);
	if(--k->beg.field < 0)
		fatal("field offset must be positive");
	if(k->beg.chars > 0)
		k->beg.chars--;
	if(*p == ','){
		p = parsepos(p+1, &k->end, k, Blank2);
		if(--k->end.field < 0)
			fatal("field offset must be positive");
		k->hasend = 1;
		k->wholefield = k->end.chars == 0;
	}
	if(*p != 0)
		fatal("unknown option: -k %s", s);
}

static char*
operand(char **s, char ***argv)
{
	char *p;

	p = *s;
	*s = "";
	if(*p != 0)
		return p;
	if((*argv)[1] == nil)
		fatal("missing argument");
	return *++*argv;
}

static void
options(char *s, char ***argv)
{
	char *word;
	int c;

	for(word = s++; (c = (uchar)*s++) != 0;)
		switch(c){
		case 'c':
			cflag = 1;
			break;
		case 'm':			/* merging is what sorting does */
			break;
		case 'u':
			uflag = 1;
			break;
		case 'o':
			outname = operand(&s, argv);
			break;
		case 'T':
			operand(&s, argv);
			break;
		case 't':
			chartorune(&tab, operand(&s, argv));
			break;
		case 'k':
			posix(operand(&s, argv));
			break;
		default:
			if(flagbit(c) == 0)
				fatal("unknown option: %s", word);
			global |= flagbit(c);
		}
}

static void
setkeys(void)
{
	int i;

	/* without fields there is no field to ignore blanks of */
	whole.flags = global;
	if((global & (Numeric|General|Month)) == 0)
		whole.flags &= ~(Blank1|Blank2);
	if(nkey == 0)
		key[nkey++] = whole;
	for(i = 0; i < nkey; i++)
		if(!key[i].own)
			key[i].flags |= global;
}

int
main(int argc, char *argv[])
{
	char **file;
	int nfile, i;

	argv0 = "sort";
	file = malloc((argc+1)*sizeof *file);
	if(file == nil)
		sysfatal("out of memory");
	nfile = 0;
	for(argv++; *argv != nil; argv++)
		if(argv[0][0] == '+')
			plus(*argv);
		else if(argv[0][0] != '-' || argv[0][1] == 0)
			file[nfile++] = *argv;
		else if('0' <= argv[0][1] && argv[0][1] <= '9')
			minus(*argv);
		else
			options(*argv, &argv);
	if(nfile == 0)
		file[nfile++] = "-";
	if(cflag && nfile > 1)
		fatal("-c can have at most one input file");
	setkeys();
	for(i = 0; i < nfile; i++)
		readfile(file[i]);
	if(cflag){
		check();
		exits(nil);
	}
	spare = malloc((nline/2+1)*sizeof *spare);
	if(spare == nil)
		sysfatal("out of memory");
	mergesort(line, spare, nline);
	output();
	exits(nil);
}
