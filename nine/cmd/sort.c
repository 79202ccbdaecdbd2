/* SPDX-License-Identifier: MIT */
/*
 * sort - sort or merge files.  All lines are held in memory; the sort is
 * by merging, so it is stable, and lines equal under explicit keys are put
 * in the order of all their bytes.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxkey	= 64,
	/* flags of a key */
	Blank1	= 1<<0,			/* b on the start */
	Blank2	= 1<<1,			/* b on the end */
	Dict	= 1<<2,
	Fold	= 1<<3,
	Ignore	= 1<<4,
	White	= 1<<5,
	Numeric	= 1<<6,
	General	= 1<<7,
	Month	= 1<<8,
	Reverse	= 1<<9,
};

typedef struct Line Line;
typedef struct Pos Pos;
typedef struct Key Key;

struct Line
{
	char	*s;			/* without newline; may contain zeros */
	long	n;
};

struct Pos
{
	int	field;			/* fields to skip */
	int	chars;			/* then characters */
};

struct Key
{
	Pos	beg;
	Pos	end;
	int	hasend;
	int	wholefield;		/* end: of that field (-k m,n) */
	int	flags;
	int	own;			/* has flags of its own */
};

static Key key[Maxkey];
static int nkey;
static int global;			/* flags outside keys */
static int cflag, uflag;
static Rune tab;
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

/* --- comparing --- */

static int
isblank(int c)
{
	return c == ' ' || c == '\t';
}

static char*
skipblank(char *p, char *e)
{
	while(p < e && isblank(*p))
		p++;
	return p;
}

static int
nextrune(char **p, char *e)
{
	Rune r;

	if((uchar)**p < Runeself)
		return *(*p)++;
	if(!fullrune(*p, e-*p)){
		(*p)++;
		return Runeerror;
	}
	*p += chartorune(&r, *p);
	return r;
}

/* past one field; with a tab character also past that, unless it is the last */
static char*
skipfield(char *p, char *e, int intotab)
{
	char *q;

	if(tab == 0){
		p = skipblank(p, e);
		while(p < e && !isblank(*p))
			p++;
		return p;
	}
	while(p < e){
		q = p;
		if((Rune)nextrune(&p, e) == tab)
			return intotab ? p : q;
	}
	return e;
}

static char*
position(char *p, char *e, Pos *pos, int blank)
{
	int i;

	for(i = 0; i < pos->field && p < e; i++)
		p = skipfield(p, e, 1);
	if(blank)
		p = skipblank(p, e);
	for(i = 0; i < pos->chars && p < e; i++)
		nextrune(&p, e);
	return p;
}

static void
keypart(Line *l, Key *k, char **beg, char **end)
{
	char *e;

	e = l->s + l->n;
	*beg = position(l->s, e, &k->beg, k->flags & Blank1);
	*end = e;
	if(k->hasend){
		*end = position(l->s, e, &k->end, k->flags & Blank2);
		if(k->wholefield)
			*end = skipfield(*end, e, 0);
		else if(tab != 0 && k->end.field > 0 && k->end.chars == 0 && *end > l->s && *end < e)
			(*end)--;	/* just before, so without the separator */
	}
	if(*end < *beg)
		*end = *beg;
}

/* value of a number as text: sign, digits before and after the point */
typedef struct Num Num;
struct Num
{
	int	sign;			/* -1, 0, 1 */
	char	*whole;
	int	nwhole;
	char	*frac;
	int	nfrac;
};

static char*
digits(char *p, char *e)
{
	while(p < e && '0' <= *p && *p <= '9')
		p++;
	return p;
}

static void
number(char *p, char *e, Num *n)
{
	char *q;

	n->sign = 1;
	p = skipblank(p, e);
	if(p < e && (*p == '-' || *p == '+'))
		n->sign = *p++ == '-' ? -1 : 1;
	while(p < e && *p == '0')
		p++;
	q = digits(p, e);
	n->whole = p;
	n->nwhole = q-p;
	n->frac = q;
	n->nfrac = 0;
	if(q < e && *q == '.'){
		p = q+1;
		q = digits(p, e);
		while(q > p && q[-1] == '0')
			q--;
		n->frac = p;
		n->nfrac = q-p;
	}
	if(n->nwhole == 0 && n->nfrac == 0)
		n->sign = 0;
}

static int
numcmp(char *a, char *ae, char *b, char *be)
{
	Num x, y;
	int c, n;

	number(a, ae, &x);
	number(b, be, &y);
	if(x.sign != y.sign)
		return x.sign < y.sign ? -1 : 1;
	if((c = x.nwhole - y.nwhole) == 0
	&& (c = memcmp(x.whole, y.whole, x.nwhole)) == 0){
		n = x.nfrac < y.nfrac ? x.nfrac : y.nfrac;
		if((c = memcmp(x.frac, y.frac, n)) == 0)
			c = x.nfrac - y.nfrac;
	}
	return c*x.sign;
}

static double
general(char *p, char *e)
{
	char buf[128];
	long n;

	p = skipblank(p, e);
	n = e-p < (long)sizeof buf - 1 ? e-p : (long)sizeof buf - 1;
	memmove(buf, p, n);
	buf[n] = 0;
	return strtod(buf, nil);
}

static int
gencmp(char *a, char *ae, char *b, char *be)
{
	double x, y;

	x = general(a, ae);
	y = general(b, be);
	return x < y ? -1 : x > y;
}

/* 0 for what is no month: before January */
static int
month(char *p, char *e)
{
	static char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int i;

	p = skipblank(p, e);
	if(e-p >= 3)
		for(i = 0; i < 12; i++)
			if(cistrncmp(p, names+3*i, 3) == 0)
				return i+1;
	return 0;
}

static int
significant(int r, int flags)
{
	if((flags & White) && isblank(r))
		return 0;
	if((flags & Ignore) && (r < ' ' || r > '~'))
		return 0;
	if((flags & Dict) && !isblank(r) && !isalpharune(r) && !isdigitrune(r))
		return 0;
	return 1;
}

/* the next rune that counts, folded; -1 at the end */
static int
textrune(char **p, char *e, int flags)
{
	int r;

	while(*p < e){
		r = nextrune(p, e);
		if(significant(r, flags))
			return flags & Fold ? (int)toupperrune(r) : r;
	}
	return -1;
}

static int
textcmp(char *a, char *ae, char *b, char *be, int flags)
{
	long na, nb;
	int c, d;

	if((flags & (Dict|Fold|Ignore|White)) == 0){
		na = ae-a;
		nb = be-b;
		c = memcmp(a, b, na < nb ? na : nb);
		return c != 0 ? c : na < nb ? -1 : na > nb;
	}
	do{
		c = textrune(&a, ae, flags);
		d = textrune(&b, be, flags);
	}while(c == d && c >= 0);
	return c - d;
}

static int
keycmp(Line *a, Line *b, Key *k)
{
	char *p, *pe, *q, *qe;
	int c;

	keypart(a, k, &p, &pe);
	keypart(b, k, &q, &qe);
	if(k->flags & Month)
		c = month(p, pe) - month(q, qe);
	else if(k->flags & Numeric)
		c = numcmp(p, pe, q, qe);
	else if(k->flags & General)
		c = gencmp(p, pe, q, qe);
	else
		c = textcmp(p, pe, q, qe, k->flags);
	return k->flags & Reverse ? -c : c;
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
	if(c != 0 || uflag || !key[0].own)
		return c;
	c = textcmp(a->s, a->s+a->n, b->s, b->s+b->n, 0);
	return global & Reverse ? -c : c;
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
	char *p;
	long n, len, max;

	len = 0;
	max = 32*1024;
	p = malloc(max);
	for(;;){
		if(p == nil)
			sysfatal("out of memory");
		n = read(fd, p+len, max-len);
		if(n < 0)
			sysfatal("read %s: %r", name);
		if(n == 0)
			break;
		len += n;
		if(len == max){
			max *= 2;
			p = realloc(p, max);
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
		k->own = 2;
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
	key[nkey].own = 1;
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
	char *whole;
	int c;

	for(whole = s++; (c = (uchar)*s++) != 0;)
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
				fatal("unknown option: %s", whole);
			global |= flagbit(c);
		}
}

static void
setkeys(void)
{
	int i;

	if(nkey == 0){
		nkey = 1;
		key[0].flags = global;
	}
	for(i = 0; i < nkey; i++)
		if(key[i].own == 1)
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
