/* SPDX-License-Identifier: MIT */
/*
 * Reads a sed script.  Everything wrong with it is fatal: one line that
 * shows the command in question.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/sed.h"

typedef struct Script Script;
struct Script
{
	char	*p;			/* what is not read yet */
	char	*line;			/* start of the command, for messages */
	int	global;
	Cmd	*cmd;
	int	ncmd;
	Outfile	*files;
};

static void
bad(Script *s, char *msg)
{
	int n;

	n = strcspn(s->line, "\n");
	fprint(2, "sed: %s: %.*s\n", msg, n < 60 ? n : 60, s->line);
	exits("script");
}

static void*
must(void *p)
{
	if(p == nil)
		sysfatal("out of memory");
	return p;
}

static void
skip(Script *s, char *set)
{
	s->p += strspn(s->p, set);
}

/* up to one of set, fresh memory */
static char*
word(Script *s, char *set)
{
	char *w;
	long n;

	skip(s, " \t");
	n = strcspn(s->p, set);
	w = must(malloc(n+1));
	memmove(w, s->p, n);
	w[n] = 0;
	s->p += n;
	return w;
}

/*
 * Up to the delimiter, which is passed.  \n becomes a newline and a quoted
 * delimiter is itself; other quoting stays, for the expression or the right
 * side.  Within brackets of an expression the delimiter is a character.
 */
static char*
delimited(Script *s, Rune delim, int expr)
{
	char *w, *q;
	int class, n;
	Rune r;

	w = q = must(malloc(strlen(s->p)+1));
	for(class = 0;; ){
		n = chartorune(&r, s->p);
		if(r == 0 || (r == '\n' && expr))
			bad(s, "Command garbled");
		if(r == delim && !class)
			break;
		if(r == '\\' && s->p[1] != 0){
			s->p++;
			n = chartorune(&r, s->p);
			if(r == 'n')
				r = '\n';
			else if(r != delim || (expr && strchr("|()*+?^$.[]", r) != nil && r < Runeself))
				*q++ = '\\';
		}else if(expr && r == '[' && !class){
			class = 1;
			if(s->p[1] == '^'){
				*q++ = '[';
				s->p++;
				r = '^';
			}
		}else if(r == ']')
			class = 0;
		q += runetochar(q, &r);
		s->p += n;
	}
	s->p += n;
	*q = 0;
	return w;
}

static Reprog*
expression(Script *s, Rune delim)
{
	char *w;
	Reprog *re;

	w = delimited(s, delim, 1);
	re = w[0] != 0 ? regcomp(w) : nil;
	free(w);
	return re;
}

static void
address(Script *s, Addr *a)
{
	Rune r;

	a->type = Anone;
	if('0' <= *s->p && *s->p <= '9'){
		a->type = Aline;
		a->line = strtol(s->p, &s->p, 10);
		if(a->line == 0)
			bad(s, "line number 0 is illegal");
	}else if(*s->p == '$'){
		a->type = Alast;
		s->p++;
	}else if(*s->p == '/' || (*s->p == '\\' && s->p[1] != 0)){
		a->type = Are;
		if(*s->p == '\\')
			s->p++;
		s->p += chartorune(&r, s->p);
		a->re = expression(s, r);
	}
}

static Outfile*
outfile(Script *s)
{
	Outfile *f;
	char *name;

	name = word(s, "\n");
	if(name[0] == 0)
		bad(s, "No file name");
	for(f = s->files; f != nil; f = f->link)
		if(strcmp(f->name, name) == 0)
			return f;
	f = must(mallocz(sizeof *f, 1));
	f->name = name;
	f->b = Bopen(name, OWRITE);
	if(f->b == nil){
		fprint(2, "sed: cannot create %s: %r\n", name);
		exits("create");
	}
	f->link = s->files;
	s->files = f;
	return f;
}

/*
 * Of a, i, c: after \ and newline, as long as lines end in \.  Blanks that
 * begin a line are dropped unless quoted.
 */
static char*
text(Script *s)
{
	char *w, *q;

	skip(s, " \t");
	if(*s->p == '\\'){
		s->p++;
		skip(s, " \t");
		if(*s->p == '\n')
			s->p++;
	}
	w = q = must(malloc(strlen(s->p)+2));
	skip(s, " \t");
	for(; *s->p != 0 && *s->p != '\n'; s->p++){
		if(*s->p == '\\' && s->p[1] != 0)
			s->p++;
		*q++ = *s->p;
		if(*s->p == '\n')
			s->p += strspn(s->p+1, " \t");
	}
	*q++ = '\n';
	*q = 0;
	return w;
}

static void
subargs(Script *s, Cmd *c)
{
	Rune delim;

	s->p += chartorune(&delim, s->p);
	if(delim == 0 || delim == '\n' || delim == '\\')
		bad(s, "Command garbled");
	c->re = expression(s, delim);
	c->text = delimited(s, delim, 0);
	c->global = s->global;
	for(;;)
		switch(*s->p){
		case 'g':
			c->global = 1;
			s->p++;
			break;
		case 'p':
			c->print = 1;
			s->p++;
			break;
		case 'w':
			s->p++;
			c->out = outfile(s);
			return;
		default:
			if(*s->p < '1' || *s->p > '9')
				return;
			c->nth = strtol(s->p, &s->p, 10);
		}
}

/* y's strings: one rune each, \\ is \ */
static Rune*
runes(char *w, int *n)
{
	Rune *r;
	char *p;

	r = must(malloc((utflen(w)+1)*sizeof *r));
	*n = 0;
	for(p = w; *p != 0; (*n)++){
		if(*p == '\\' && p[1] != 0)
			p++;
		p += chartorune(&r[*n], p);
	}
	r[*n] = 0;
	free(w);
	return r;
}

static void
yargs(Script *s, Cmd *c)
{
	Rune delim;
	int n, m;

	s->p += chartorune(&delim, s->p);
	if(delim == 0 || delim == '\n' || delim == '\\')
		bad(s, "Command garbled");
	c->from = runes(delimited(s, delim, 0), &n);
	c->to = runes(delimited(s, delim, 0), &m);
	if(n != m)
		bad(s, "Command garbled");
}

static void
function(Script *s, Cmd *c)
{
	c->fn = *s->p;
	if(c->fn != 0)
		s->p++;
	switch(c->fn){
	default:
		bad(s, "Unrecognized command");
		break;
	case 'd': case 'D': case 'g': case 'G': case 'h': case 'H': case 'l':
	case 'n': case 'N': case 'p': case 'P': case 'q': case 'x': case '=':
	case '{': case '}':
		break;
	case 'a': case 'i': case 'c':
		c->text = text(s);
		break;
	case 'b': case 't': case ':':
		c->text = word(s, ";\n} \t");
		break;
	case 'r':
		c->text = word(s, "\n");
		break;
	case 'w':
		c->out = outfile(s);
		break;
	case 's':
		subargs(s, c);
		break;
	case 'y':
		yargs(s, c);
		break;
	}
	if((c->fn == ':' || c->fn == '}') && c->a1.type != Anone)
		bad(s, "No addresses allowed");
	if(c->fn == ':' && c->text[0] == 0)
		bad(s, "No label");
}

static void
command(Script *s)
{
	Cmd *c;

	s->line = s->p;
	c = &s->cmd[s->ncmd++];
	address(s, &c->a1);
	skip(s, " \t");
	if(c->a1.type != Anone && *s->p == ','){
		s->p++;
		skip(s, " \t");
		address(s, &c->a2);
		if(c->a2.type == Anone)
			bad(s, "Unrecognized command");
	}
	skip(s, " \t");
	while(*s->p == '!'){
		c->not = 1;
		s->p++;
		skip(s, " \t");
	}
	function(s, c);
	skip(s, " \t");
	if(c->fn != '{' && *s->p != 0 && *s->p != '}' && *s->p != '#' && strchr(";\n", *s->p) == nil)
		bad(s, "Command garbled");
}

static int
label(Script *s, char *name)
{
	int i;

	for(i = 0; i < s->ncmd; i++)
		if(s->cmd[i].fn == ':' && strcmp(s->cmd[i].text, name) == 0)
			return i;
	fprint(2, "sed: Undefined label: %s\n", name);
	exits("script");
}

/* where b, t and { go */
static void
link(Script *s)
{
	int i, depth, *open;
	Cmd *c;

	open = must(malloc((s->ncmd+1)*sizeof *open));
	depth = 0;
	for(i = 0; i < s->ncmd; i++){
		c = &s->cmd[i];
		c->jump = s->ncmd;
		if((c->fn == 'b' || c->fn == 't') && c->text[0] != 0)
			c->jump = label(s, c->text);
		else if(c->fn == '{')
			open[depth++] = i;
		else if(c->fn == '}'){
			if(depth == 0){
				fprint(2, "sed: Too many }'s\n");
				exits("script");
			}
			s->cmd[open[--depth]].jump = i;
		}
	}
	if(depth > 0){
		fprint(2, "sed: Too many {'s\n");
		exits("script");
	}
	free(open);
}

Cmd*
sedscript(char *script, int global, int *ncmd)
{
	Script s;

	memset(&s, 0, sizeof s);
	s.p = script;
	s.global = global;
	s.cmd = must(mallocz((strlen(script)+1)*sizeof *s.cmd, 1));
	for(;;){
		skip(&s, " \t\n;");
		if(*s.p == 0)
			break;
		if(*s.p == '#')
			s.p += strcspn(s.p, "\n");
		else
			command(&s);
	}
	link(&s);
	*ncmd = s.ncmd;
	return s.cmd;
}
