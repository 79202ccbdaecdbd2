/* SPDX-License-Identifier: MIT */
/* grep - lines of files that match a pattern, regexp(6) */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"

typedef struct Input Input;
struct Input
{
	int	fd;
	char	*name;
	char	*buf;			/* shared by all inputs, grows with the longest line */
	char	*p;			/* next line */
	char	*end;			/* of what was read */
	int	eof;
};

static int flag[Runeself];
static char *pattern;			/* all of them, | between */
static Redfa *dfa;
static Biobuf out;
static char *buf;
static long bufsize = 64*1024;
static int tagged;			/* names before lines */
static int anymatch, anyerror;

static void
usage(void)
{
	fprint(2, "usage: grep [-bchiLlnsv] [-f file] [-e expr] [file ...]\n");
	exits("usage");
}

void
regerror(char *s)
{
	USED(s);
	fprint(2, "grep: syntax error\n");
	exits("syntax");
}

static void*
must(void *p)
{
	if(p == nil)
		sysfatal("out of memory");
	return p;
}

/*
 * Each must be right by itself, so that (a and b) do not make (a|b).
 * A star at the start repeats nothing, which is allowed here.
 */
static void
addone(char *s, int flags)
{
	char *p;

	if(s[0] == '*' && s[1] != 0)
		s++;
	regfree(regcompflags(s, flags));
	p = must(smprint("%s%s%s", pattern != nil ? pattern : "", pattern != nil ? "|" : "", s));
	free(pattern);
	pattern = p;
}

/* newlines in a pattern separate alternatives */
static void
addpattern(char *s)
{
	char *p, *nl;

	s = must(strdup(s));
	for(p = s; (nl = strchr(p, '\n')) != nil; p = nl+1){
		*nl = 0;
		addone(p, flag['i'] ? REfold : 0);
	}
	addone(p, flag['i'] ? REfold : 0);
	free(s);
}

static void
addfile(char *name)
{
	Biobuf *b;
	char *s;

	b = Bopen(name, OREAD);
	if(b == nil){
		fprint(2, "grep: can't open %s: %r\n", name);
		exits("open");
	}
	while((s = Brdstr(b, '\n', 1)) != nil){
		addone(s, flag['i'] ? REfold : 0);
		free(s);
	}
	Bterm(b);
}

/* room for more behind the unfinished line, which moves to the front */
static void
makeroom(Input *in)
{
	long n;

	n = in->end - in->p;
	memmove(buf, in->p, n);
	if(n > bufsize/2){
		bufsize *= 2;
		buf = must(realloc(buf, bufsize));
	}
	in->p = buf;
	in->end = buf+n;
}

/* the next line without its newline; its length or -1 */
static long
nextline(Input *in, char **line)
{
	char *nl, *from;
	long n;

	from = in->p;
	while((nl = memchr(from, '\n', in->end - from)) == nil && !in->eof){
		n = in->end - in->p;
		makeroom(in);
		from = in->p + n;
		n = read(in->fd, in->end, bufsize - (in->end - buf));
		if(n < 0){
			fprint(2, "grep: read error on %s: %r\n", in->name);
			anyerror = 1;
		}
		if(n <= 0)
			in->eof = 1;
		else
			in->end += n;
	}
	*line = in->p;
	if(nl == nil){
		n = in->end - in->p;
		in->p = in->end;
		return n > 0 ? n : -1;
	}
	in->p = nl+1;
	return nl - *line;
}

static void
show(Input *in, long lineno, char *line, long n)
{
	if(tagged)
		Bprint(&out, "%s:", in->name);
	if(flag['n'])
		Bprint(&out, "%ld: ", lineno);
	Bwrite(&out, line, n);
	Bputc(&out, '\n');
	if(flag['b'])
		Bflush(&out);
}

static void
grep(int fd, char *name)
{
	Input in;
	char *line;
	long n, lineno, count;

	memset(&in, 0, sizeof in);
	in.fd = fd;
	in.name = name;
	in.p = in.end = buf;
	count = 0;
	for(lineno = 1; (n = nextline(&in, &line)) >= 0; lineno++){
		if(redfaline(dfa, line, n) == flag['v'])
			continue;
		count++;
		if(flag['c'])
			continue;
		if(flag['l'] || flag['L'] || flag['s'])
			break;
		show(&in, lineno, line, n);
	}
	if(count > 0)
		anymatch = 1;
	if(flag['s'])
		return;
	if(flag['c'])
		Bprint(&out, tagged ? "%s:%ld\n" : "%.0s%ld\n", name, count);
	if((flag['l'] && count > 0) || (flag['L'] && count == 0))
		Bprint(&out, "%s\n", name);
}

static void
files(int argc, char *argv[])
{
	int fd;

	tagged = argc > 1 && !flag['h'];
	if(argc == 0)
		grep(0, "stdin");
	for(; *argv != nil; argv++){
		fd = open(*argv, OREAD);
		if(fd < 0){
			Bflush(&out);
			fprint(2, "grep: can't open %s: %r\n", *argv);
			anyerror = 1;
			continue;
		}
		grep(fd, *argv);
		close(fd);
		if(flag['s'] && anymatch)
			break;
	}
}

int
main(int argc, char *argv[])
{
	Reprog *prog;
	int i, nexpr;
	struct { int file; char *arg; } *expr;

	expr = must(malloc((argc+1)*sizeof *expr));
	nexpr = 0;
	ARGBEGIN{
	case 'e': case 'f':
		expr[nexpr].file = ARGC() == 'f';
		expr[nexpr++].arg = EARGF(usage());
		break;
	default:
		if(ARGC() >= nelem(flag) || strchr("bchiLlnsv1", ARGC()) == nil)
			usage();
		flag[ARGC()] = 1;
	}ARGEND
	argv0 = "grep";
	for(i = 0; i < nexpr; i++)
		if(expr[i].file)
			addfile(expr[i].arg);
		else
			addpattern(expr[i].arg);
	if(nexpr == 0){
		if(argc == 0)
			usage();
		addpattern(argv[0]);
		argc--;
		argv++;
	}
	if(pattern == nil)
		regerror("no pattern");
	prog = regcompflags(pattern, flag['i'] ? REfold : 0);
	dfa = must(redfa(prog));
	buf = must(malloc(bufsize));
	Binit(&out, 1, OWRITE);
	files(argc, argv);
	Bterm(&out);
	exits(anyerror ? "errors" : anymatch ? nil : "no matches");
}
