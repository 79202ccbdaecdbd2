/* SPDX-License-Identifier: MIT */
/*
 * join - relational join of two files sorted on the join field.  Lines of the
 * second file with one key are kept in memory, so it need not be seekable.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxfield	= 1000,
	Maxout		= 256,
};

typedef struct Line Line;
typedef struct File File;

struct Line
{
	char	*text;
	char	**field;
	int	nfield;
};

struct File
{
	char	*name;
	Biobuf	*b;
	int	key;			/* index of the join field */
	int	unpaired;		/* -a: print those without partner */
	Line	*cur;			/* nil: end */
};

static File files[2];
static struct {
	int	file;
	int	field;
} out[Maxout];
static int nout;
static char *separators = " \t";
static int sep = -1;			/* -t: exactly this character */
static char *empty = "";
static Biobuf bout;

static void
usage(void)
{
	fprint(2, "usage: join [-an] [-e s] [-jn m] [-o list] [-tc] file1 file2\n");
	exits("usage");
}

static int
split(char *s, char **f)
{
	int n;
	char *p;

	if(sep < 0)
		return getfields(s, f, Maxfield, 1, separators);
	for(n = 0; n < Maxfield; s = p){
		f[n++] = s;
		p = utfrune(s, sep);
		if(p == nil)
			break;
		*p = 0;
		p += runelen(sep);
	}
	return n;
}

static void
freeline(Line *l)
{
	if(l == nil)
		return;
	free(l->text);
	free(l->field);
	free(l);
}

static Line*
readline(File *f)
{
	static char *field[Maxfield];
	Line *l;
	char *s;

	s = Brdstr(f->b, '\n', 1);
	if(s == nil)
		return nil;
	l = mallocz(sizeof *l, 1);
	if(l == nil)
		sysfatal("out of memory");
	l->text = s;
	l->nfield = split(s, field);
	l->field = malloc((l->nfield+1) * sizeof(char*));
	if(l->field == nil)
		sysfatal("out of memory");
	memmove(l->field, field, l->nfield * sizeof(char*));
	return l;
}

static char*
field(Line *l, int n)
{
	return l != nil && n < l->nfield && l->field[n][0] != 0 ? l->field[n] : empty;
}

static char*
key(int i)
{
	Line *l;

	l = files[i].cur;
	return files[i].key < l->nfield ? l->field[files[i].key] : "";
}

static void
put(char *s, int *first)
{
	if(!*first)
		Bputrune(&bout, sep < 0 ? ' ' : sep);
	*first = 0;
	Bprint(&bout, "%s", s);
}

static void
putrest(Line *l, int keyfield, int *first)
{
	int i;

	if(l == nil)
		return;
	for(i = 0; i < l->nfield; i++)
		if(i != keyfield)
			put(l->field[i], first);
}

static void
putpair(Line *a, Line *b)
{
	int i, first;

	first = 1;
	for(i = 0; i < nout; i++)
		put(field(out[i].file == 0 ? a : b, out[i].field), &first);
	if(nout == 0){
		put(a != nil ? field(a, files[0].key) : field(b, files[1].key), &first);
		putrest(a, files[0].key, &first);
		putrest(b, files[1].key, &first);
	}
	Bputc(&bout, '\n');
}

static void
advance(int i)
{
	freeline(files[i].cur);
	files[i].cur = readline(&files[i]);
}

static void
alone(int i)
{
	if(files[i].unpaired)
		putpair(i == 0 ? files[0].cur : nil, i == 1 ? files[1].cur : nil);
	advance(i);
}

/* all lines of file 2 with this key, times those of file 1 */
static void
product(void)
{
	Line **group, **more;
	char *k;
	long n, i;

	k = strdup(key(0));
	group = nil;
	for(n = 0; files[1].cur != nil && strcmp(key(1), k) == 0; n++){
		more = realloc(group, (n+1) * sizeof(Line*));
		if(more == nil || k == nil)
			sysfatal("out of memory");
		group = more;
		group[n] = files[1].cur;
		files[1].cur = readline(&files[1]);
	}
	for(; files[0].cur != nil && strcmp(key(0), k) == 0; advance(0))
		for(i = 0; i < n; i++)
			putpair(files[0].cur, group[i]);
	for(i = 0; i < n; i++)
		freeline(group[i]);
	free(group);
	free(k);
}

static void
join(void)
{
	int c;

	files[0].cur = readline(&files[0]);
	files[1].cur = readline(&files[1]);
	while(files[0].cur != nil || files[1].cur != nil){
		if(files[0].cur == nil)
			c = 1;
		else if(files[1].cur == nil)
			c = -1;
		else
			c = strcmp(key(0), key(1));
		if(c == 0)
			product();
		else
			alone(c > 0);
	}
}

static int
number(char *s)
{
	char *e;
	long n;

	n = strtol(s, &e, 10);
	if(*s == 0 || *e != 0 || n < 1 || n > Maxfield)
		usage();
	return n;
}

static int
isfieldspec(char *s)
{
	return (s[0] == '1' || s[0] == '2') && s[1] == '.' && '1' <= s[2] && s[2] <= '9';
}

static void
outlist(char *s)
{
	char *f[Maxout];
	int i, n;

	n = getfields(s, f, Maxout, 1, ", ");
	for(i = 0; i < n; i++){
		if(!isfieldspec(f[i]) || nout >= Maxout)
			usage();
		out[nout].file = f[i][0] - '1';
		out[nout++].field = number(f[i]+2) - 1;
	}
}

/* the value of an option: the rest of the word, or the next one */
static char*
value(char *s, int *argc, char ***argv)
{
	if(*s != 0)
		return s;
	if(*argc < 2)
		usage();
	(*argc)--;
	return *++*argv;
}

static void
option(int *argc, char ***argv)
{
	char *s, *v;
	Rune r;

	s = **argv + 1;
	switch(*s){
	case 'a':
		v = value(s+1, argc, argv);
		if(number(v) > 2)
			usage();
		files[number(v)-1].unpaired = 1;
		break;
	case 'e':
		empty = value(s+1, argc, argv);
		break;
	case 't':
		v = value(s+1, argc, argv);
		chartorune(&r, v);
		sep = r;
		break;
	case 'o':
		outlist(value(s+1, argc, argv));
		while(*argc > 1 && isfieldspec((*argv)[1])){
			(*argc)--;
			outlist(*++*argv);
		}
		break;
	case 'j':
		if((s[1] == '1' || s[1] == '2') && s[2] == 0)
			files[s[1]-'1'].key = number(value("", argc, argv)) - 1;
		else
			files[0].key = files[1].key = number(value(s+1, argc, argv)) - 1;
		break;
	case '1': case '2':
		files[*s-'1'].key = number(value(s+1, argc, argv)) - 1;
		break;
	default:
		usage();
	}
}

int
main(int argc, char *argv[])
{
	int i;

	argv0 = "join";
	for(argc--, argv++; argc > 0 && argv[0][0] == '-' && argv[0][1] != 0; argc--, argv++)
		option(&argc, &argv);
	if(argc != 2)
		usage();
	for(i = 0; i < 2; i++){
		files[i].name = argv[i];
		files[i].b = strcmp(argv[i], "-") == 0 ? Bfdopen(0, OREAD) : Bopen(argv[i], OREAD);
		if(files[i].b == nil)
			sysfatal("can't open %s: %r", argv[i]);
	}
	Binit(&bout, 1, OWRITE);
	join();
	if(Bterm(&bout) < 0)
		sysfatal("write error: %r");
	exits(nil);
}
