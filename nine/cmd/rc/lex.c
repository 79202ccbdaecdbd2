/* SPDX-License-Identifier: MIT */
/*
 * Tokens.  A caret is put between a word and what follows it without a
 * blank; no character after a newline is looked at before the newline has
 * been delivered, so that a command can run before the next line is read.
 */
#include "u.h"
#include "lib.h"
#include "tree.h"

extern void *malloc(ulong);
extern void *realloc(void*, ulong);
extern void free(void*);

struct Here
{
	Tree	*t;
	char	*marker;
	Here	*next;
};

typedef struct Text Text;
struct Text
{
	char	*s;
	long	n;
	long	size;
};

static const struct
{
	char	*name;
	int	key;
} keywords[] =
{
	{ "for", Kfor },
	{ "in", Kin },
	{ "while", Kwhile },
	{ "if", Kif },
	{ "not", Knot },
	{ "switch", Kswitch },
	{ "fn", Kfn },
	{ "~", Ktwiddle },
	{ "!", Kbang },
	{ "@", Ksubshell },
};

int
wordchar(int c)
{
	return c > 0 && strchr("\n \t#;&|^$=`'{}()<>", c) == nil;
}

int
idchar(int c)
{
	return c > ' ' && strchr("!\"#$%&'()+,-./:;<=>?@[\\]^`{|}~", c) == nil;
}

/* up to two characters can be given back */
void
lexunget(Parser *p, int c)
{
	p->ahead[p->nahead++] = c;
}

static int
raw(Parser *p)
{
	int c;

	if(p->nahead > 0)
		return p->ahead[--p->nahead];
	do
		c = p->getc(p->aux);
	while(c == 0);			/* NULs have no place in words */
	return c;
}

/* the character to come; backslash-newline outside quotes is a blank */
static int
look(Parser *p)
{
	int c, d;

	c = raw(p);
	if(c == '\\' && !p->inquote){
		d = raw(p);
		if(d == '\n'){
			p->line++;
			c = ' ';
		}else
			lexunget(p, d);
	}
	lexunget(p, c);
	return c;
}

static int
advance(Parser *p)
{
	look(p);
	return p->lastc = raw(p);
}

static void
put(Text *t, int c)
{
	char *s;

	if(t->n == t->size){
		t->size = t->size ? 2*t->size : 64;
		s = realloc(t->s, t->size);
		if(s == nil){		/* the caller sees a short text, then no memory for the tree */
			t->size = t->n;
			return;
		}
		t->s = s;
	}
	t->s[t->n++] = (char)c;
}

static char*
done(Parser *p, Text *t)
{
	char *s;

	s = treealloc(p, t->n+1);
	memmove(s, t->s ? t->s : "", t->n);
	s[t->n] = 0;
	free(t->s);
	return s;
}

static void
readheredoc(Parser *p, Here *h)
{
	Text t;
	long start;
	int c, n;

	memset(&t, 0, sizeof t);
	n = strlen(h->marker);
	for(;;){
		start = t.n;
		while((c = raw(p)) != Keof && c != '\n')
			put(&t, c);
		if(t.n-start == n && memcmp(t.s ? t.s+start : "", h->marker, n) == 0){
			t.n = start;
			break;
		}
		if(c == Keof){
			if(p->failed == 0)
				parsefail(p, "EOF in here document");
			break;
		}
		put(&t, '\n');
		p->line++;
	}
	if(c == '\n')
		p->line++;
	h->t->str = done(p, &t);
}

/* a newline has been read: now come the documents asked for before it */
static void
newline(Parser *p)
{
	Here *h;

	p->line++;
	p->lastword = p->lastdol = 0;
	h = p->here;
	p->here = nil;
	p->inquote = 1;
	for(; h; h = h->next)
		readheredoc(p, h);
	p->inquote = 0;
}

void
lexheredoc(Parser *p, Tree *t, char *marker, int quoted)
{
	Here *h, **l;

	h = treealloc(p, sizeof *h);
	h->t = t;
	h->marker = marker;
	h->next = nil;
	t->quoted = quoted;
	t->str = "";
	for(l = &p->here; *l; l = &(*l)->next)
		;
	*l = h;
}

static void
skipwhite(Parser *p)
{
	int c;

	for(;;){
		c = look(p);
		if(c == '#'){
			p->inquote = 1;
			while((c = look(p)) != '\n' && c != Keof)
				advance(p);
			p->inquote = 0;
			return;
		}
		if(c != ' ' && c != '\t')
			return;
		advance(p);
	}
}

void
lexskipnl(Parser *p)
{
	for(;;){
		skipwhite(p);
		if(look(p) != '\n')
			return;
		advance(p);
		newline(p);
	}
}

/* complain about a redirection, showing it up to where it went wrong */
static int
badfds(Parser *p, Token *t, char *err)
{
	char *s;
	int n;

	n = strlen(t->str);
	s = treealloc(p, n+2);
	memset(s, 0, n+2);
	strcpy(s, t->str);
	if(p->lastc > 0 && p->lastc != '\n')
		s[n] = (char)p->lastc;
	t->str = s;
	p->hastok = 1;
	parsefail(p, err);
	return 0;
}

static int
number(Parser *p, Token *t, char *err)
{
	int n;

	if(look(p) < '0' || look(p) > '9'){
		if(look(p) != '\n')
			advance(p);
		return badfds(p, t, err);
	}
	for(n = 0; look(p) >= '0' && look(p) <= '9'; )
		n = (n*10 + advance(p) - '0') % 100000;
	return n;
}

/* [n] or [n=m] or [n=] behind a redirection or a pipe */
static void
fds(Parser *p, Token *t, char *op, char *err)
{
	if(look(p) != '[')
		return;
	advance(p);
	t->str = op;
	t->fd0 = number(p, t, err);
	if(p->failed)
		return;
	if(look(p) == '='){
		advance(p);
		if(t->type == Kpipe)
			t->fd1 = number(p, t, err);
		else{
			t->type = Kdup;
			t->fd1 = look(p) == ']' ? -1 : number(p, t, err);
		}
	}
	if(p->failed)
		return;
	if(look(p) == ']')
		advance(p);
	else{
		if(look(p) != '\n')
			advance(p);
		badfds(p, t, err);
	}
}

static void
redirection(Parser *p, Token *t, int c)
{
	t->type = Kredir;
	t->rtype = c == '<' ? Rread : Rwrite;
	if(c == '>' && look(p) == '>')
		t->rtype = Rappend;
	if(c == '<' && look(p) == '<')
		t->rtype = Rhere;
	if(c == '<' && look(p) == '>')
		t->rtype = Rrdwr;
	if(t->rtype > Rwrite)
		advance(p);
	t->fd0 = c == '>';
	fds(p, t, c == '>' ? ">[" : "<[", "redirection syntax");
}

static void
quotedword(Parser *p, Token *t)
{
	Text s;
	int c;

	memset(&s, 0, sizeof s);
	p->inquote = 1;
	for(;;){
		c = advance(p);
		if(c == Keof){
			p->inquote = 0;
			parsefail(p, "EOF in quoted string");
			break;
		}
		if(c == '\n')
			p->line++;
		if(c == '\''){
			if(look(p) != '\'')
				break;
			advance(p);
		}
		put(&s, c);
	}
	p->inquote = 0;
	t->type = Kword;
	t->quoted = 1;
	t->str = done(p, &s);
	p->lastword = 1;
	p->lastdol = 0;
}

static void
plainword(Parser *p, Token *t, int c)
{
	Text s;
	int i;

	memset(&s, 0, sizeof s);
	for(;;){
		if(c == '*' || c == '?' || c == '[' || c == Glob)
			put(&s, Glob);
		put(&s, c);
		c = look(p);
		if(p->lastdol ? !idchar(c) : !wordchar(c))
			break;
		advance(p);
	}
	t->type = Kword;
	t->str = done(p, &s);
	p->lastword = 1;
	p->lastdol = 0;
	for(i = 0; i < nelem(keywords); i++)
		if(strcmp(t->str, keywords[i].name) == 0){
			t->key = keywords[i].key;
			p->lastword = 0;
		}
}

static void
operator(Parser *p, Token *t, int c)
{
	switch(c){
	case '$':
		p->lastdol = 1;
		if(look(p) == '#'){
			advance(p);
			t->type = Kcount;
		}else if(look(p) == '"'){
			advance(p);
			t->type = Kjoin;
		}
		break;
	case '&':
		if(look(p) == '&'){
			advance(p);
			t->type = Kandand;
		}
		break;
	case '|':
		if(look(p) == '|'){
			advance(p);
			t->type = Koror;
			break;
		}
		t->type = Kpipe;
		t->fd0 = 1;
		t->fd1 = 0;
		fds(p, t, "|[", "pipe syntax");
		break;
	case '>':
	case '<':
		redirection(p, t, c);
		break;
	}
}

static char*
opname(Parser *p, Token *t, int c)
{
	char *s;

	switch(t->type){
	case Kandand:
		return "&&";
	case Koror:
		return "||";
	case Kcount:
		return "$#";
	case Kjoin:
		return "$\"";
	}
	if(c == Keof)
		return "EOF";
	s = treealloc(p, 2);
	s[0] = (char)c;
	s[1] = 0;
	return s;
}

void
lexnext(Parser *p, Token *t)
{
	int c;

	memset(t, 0, sizeof *t);
	if(p->lastword){
		p->lastword = 0;
		c = look(p);
		if(c == '('){
			advance(p);
			t->type = Ksub;
			t->str = "(";
			return;
		}
		if(wordchar(c) || c == '\'' || c == '`' || c == '$'){
			t->type = '^';
			t->str = "^";
			return;
		}
	}
	p->inquote = 0;
	c = look(p);
	t->tight = c != ' ' && c != '\t';
	if(!p->lastdol)
		skipwhite(p);
	c = advance(p);
	if(c == '\''){
		quotedword(p, t);
		return;
	}
	if(wordchar(c)){
		plainword(p, t, c);
		return;
	}
	p->lastdol = 0;
	t->type = c;
	operator(p, t, c);
	if(p->failed == 0)
		t->str = opname(p, t, c);
	if(c == '\n')
		newline(p);
}
