/* SPDX-License-Identifier: MIT */
/*
 * Commands, by recursive descent.  From loosest to tightest: if for while
 * switch, then && ||, then ! @ with assignments and redirections in front
 * of a command, then |.
 */
#include "u.h"
#include "lib.h"
#include "tree.h"

extern void *malloc(ulong);
extern void free(void*);

enum
{
	Chunk	= 4096-sizeof(void*)-2*sizeof(long),
};

struct Arena
{
	Arena	*next;
	long	used;
	long	size;
	char	mem[];
};

static Tree	*andor(Parser*);
static Tree	*bang(Parser*);
static Tree	*word(Parser*);
static Tree	*argument(Parser*);
static Tree	*body(Parser*, int);

/* memory that goes away with the line */
void*
treealloc(Parser *p, long n)
{
	Arena *a;
	long size;

	n = (n+7) & ~7L;
	a = p->arena;
	if(a == nil || a->size - a->used < n){
		size = n > (long)Chunk ? n : (long)Chunk;
		a = malloc(sizeof *a + size);
		if(a == nil){
			p->error(p->aux, "out of memory", nil);
			__builtin_trap();
		}
		a->used = 0;
		a->size = size;
		a->next = p->arena;
		p->arena = a;
	}
	a->used += n;
	return a->mem + a->used - n;
}

void
arenafree(Arena *a)
{
	Arena *next;

	for(; a; a = next){
		next = a->next;
		free(a);
	}
}

Arena*
takearena(Parser *p)
{
	Arena *a;

	a = p->arena;
	p->arena = nil;
	p->hastok = 0;
	return a;
}

void
parserinit(Parser *p, int (*getc)(void*), void (*error)(void*, char*, char*), void *aux)
{
	memset(p, 0, sizeof *p);
	p->getc = getc;
	p->error = error;
	p->aux = aux;
	p->line = 1;
}

void
parserdone(Parser *p)
{
	arenafree(takearena(p));
}

void
parsefail(Parser *p, char *msg)
{
	if(p->failed++ == 0)
		p->error(p->aux, msg, p->hastok && p->tok.str[0] != '\n' ? p->tok.str : nil);
}

static void
syntax(Parser *p)
{
	parsefail(p, "syntax error");
}

static Tree*
node(Parser *p, int type, Tree *c0, Tree *c1)
{
	Tree *t;

	t = treealloc(p, sizeof *t);
	memset(t, 0, sizeof *t);
	t->type = type;
	t->c[0] = c0;
	t->c[1] = c1;
	return t;
}

/* the token to come; after a failure there is only the end */
static int
tok(Parser *p)
{
	if(p->failed)
		return Keof;
	if(!p->hastok){
		lexnext(p, &p->tok);
		p->hastok = 1;
		if(p->failed)
			return Keof;
	}
	return p->tok.type;
}

static void
next(Parser *p)
{
	p->hastok = 0;
}

static void
expect(Parser *p, int type)
{
	if(tok(p) != type)
		syntax(p);
	else
		next(p);
}

/* the keyword, if a word that is one stands here */
static int
key(Parser *p)
{
	return tok(p) == Kword ? p->tok.key : 0;
}

static void
skipnl(Parser *p)
{
	if(p->hastok){
		if(p->tok.type != '\n')
			return;
		next(p);
	}
	if(!p->failed)
		lexskipnl(p);
}

static int
deeper(Parser *p)
{
	if(p->depth++ < Maxdepth)
		return 1;
	parsefail(p, "nested too deeply");
	return 0;
}

static Tree*
brace(Parser *p)
{
	Tree *t;

	expect(p, '{');
	t = node(p, Tbrace, body(p, '}'), nil);
	expect(p, '}');
	return t;
}

static int
isword(Parser *p)
{
	switch(tok(p)){
	case Kword:
	case '$':
	case Kcount:
	case Kjoin:
	case '`':
	case '(':
		return 1;
	case '=':
		return 2;		/* only behind the first word */
	}
	return 0;
}

/* words, to the end of the list or the parenthesis; newlines are blanks there */
static Tree*
words(Parser *p, int paren)
{
	Tree *first, **l;

	first = nil;
	for(l = &first;; l = &(*l)->c[1]){
		if(paren)
			while(tok(p) == '\n')
				next(p);
		if(!isword(p) && tok(p) != Kredir)
			return first;
		if(tok(p) == Kredir && !paren)
			return first;
		*l = node(p, Tlist, argument(p), nil);
	}
}

static Tree*
dollar(Parser *p, int type)
{
	Tree *t, *w;

	if(!deeper(p))
		return nil;
	next(p);
	switch(tok(p)){
	case Kword:
		w = node(p, Tword, nil, nil);
		w->str = p->tok.str;
		w->quoted = p->tok.quoted;
		if(p->tok.key)
			p->lastword = 1;	/* a name, not a keyword */
		next(p);
		break;
	case '$':
		w = dollar(p, Tdol);
		break;
	case '(':
		next(p);
		w = node(p, Tparen, words(p, 1), nil);
		expect(p, ')');
		break;
	default:
		syntax(p);
		return nil;
	}
	p->depth--;
	t = node(p, type, w, nil);
	if(type == Tdol && tok(p) == Ksub){
		next(p);
		t->type = Tdolsub;
		t->c[1] = words(p, 1);
		expect(p, ')');
	}
	return t;
}

static Tree*
pipefd(Parser *p)
{
	Tree *t;

	t = node(p, Tpipefd, nil, nil);
	t->rtype = p->tok.rtype;
	if(t->rtype != Rread && t->rtype != Rwrite)
		syntax(p);
	next(p);
	t->c[0] = brace(p);
	return t;
}

static Tree*
piece(Parser *p)
{
	Tree *t;

	t = nil;
	if(!deeper(p))
		return nil;
	switch(tok(p)){
	case Kword:
	case '=':
		t = node(p, Tword, nil, nil);
		t->str = p->tok.str;
		t->quoted = p->tok.quoted;
		if(p->tok.type == '=')
			p->lastword = 1;
		next(p);
		break;
	case '$':
		t = dollar(p, Tdol);
		break;
	case Kcount:
		t = dollar(p, Tcount);
		break;
	case Kjoin:
		t = dollar(p, Tjoin);
		break;
	case '`':
		next(p);
		t = node(p, Tback, brace(p), nil);
		break;
	case '(':
		next(p);
		t = node(p, Tparen, words(p, 1), nil);
		expect(p, ')');
		break;
	case Kredir:
		t = pipefd(p);
		break;
	default:
		syntax(p);
	}
	p->depth--;
	return t;
}

static Tree*
word(Parser *p)
{
	Tree *t;

	t = piece(p);
	while(tok(p) == '^'){
		next(p);
		t = node(p, Tconc, t, piece(p));
	}
	return t;
}

/* behind the first word "=" is a character like others: dd -if=x */
static Tree*
argument(Parser *p)
{
	Tree *t;

	t = word(p);
	while(tok(p) == '^' || (tok(p) == '=' && p->tok.tight)){
		if(tok(p) == '^')
			next(p);
		t = node(p, Tconc, t, word(p));
	}
	return t;
}

/* the redirection at hand, without its command; nil if it is <{ or >{ */
static Tree*
redir(Parser *p)
{
	Tree *t;
	Token k;

	k = p->tok;
	if(k.type == Kdup){
		next(p);
		t = node(p, Tdup, nil, nil);
	}else{
		next(p);
		if(tok(p) == '{'){	/* <{...}: put the token back as it was */
			lexunget(p, '{');
			p->tok = k;
			return nil;
		}
		t = node(p, Tredir, nil, nil);
	}
	t->rtype = k.rtype;
	t->fd0 = k.fd0;
	t->fd1 = k.fd1;
	if(t->type == Tdup)
		return t;
	if(k.rtype == Rhere){
		if(tok(p) != Kword){
			syntax(p);
			return t;
		}
		lexheredoc(p, t, p->tok.str, p->tok.quoted);
		next(p);
		return t;
	}
	if(!isword(p)){
		syntax(p);
		return t;
	}
	t->c[0] = word(p);
	return t;
}

/* commands run inside the redirections, the first outermost */
static Tree*
wrap(Tree *redirs, Tree *cmd)
{
	Tree *r;

	if(redirs == nil)
		return cmd;
	for(r = redirs; r->c[1]; r = r->c[1])
		;
	r->c[1] = cmd;
	return redirs;
}

static Tree*
epilog(Parser *p, Tree *cmd)
{
	Tree *first, **l, *r;

	first = nil;
	for(l = &first; tok(p) == Kredir || tok(p) == Kdup; l = &r->c[1]){
		r = redir(p);
		if(r == nil){
			syntax(p);
			break;
		}
		*l = r;
	}
	return wrap(first, cmd);
}

static Tree*
simple(Parser *p, Tree *firstword)
{
	Tree *words, **wl, *redirs, **rl, *r;

	words = node(p, Tlist, firstword, nil);
	wl = &words->c[1];
	redirs = nil;
	rl = &redirs;
	for(;;){
		if(tok(p) == Kredir || tok(p) == Kdup){
			r = redir(p);
			if(r){
				*rl = r;
				rl = &r->c[1];
				continue;
			}
		}else if(!isword(p))
			break;
		*wl = node(p, Tlist, argument(p), nil);
		wl = &(*wl)->c[1];
	}
	return wrap(redirs, node(p, Tsimple, words, nil));
}

static Tree*
paren(Parser *p)
{
	Tree *t;

	skipnl(p);
	expect(p, '(');
	t = body(p, ')');
	expect(p, ')');
	skipnl(p);
	return t;
}

static Tree*
ifcmd(Parser *p)
{
	Tree *t;
	int ok;

	ok = p->iflast;
	next(p);
	if(key(p) == Knot){
		next(p);
		if(!ok)
			parsefail(p, "`if not' does not follow `if(...)'");
		skipnl(p);
		t = node(p, Tnot, nil, nil);
		t->c[0] = andor(p);
		return t;
	}
	t = node(p, Tif, paren(p), nil);
	t->c[1] = andor(p);
	return t;
}

static Tree*
forcmd(Parser *p)
{
	Tree *t;

	next(p);
	skipnl(p);
	t = node(p, Tfor, nil, nil);
	expect(p, '(');
	if(!isword(p))
		syntax(p);
	t->c[0] = word(p);
	if(key(p) == Kin){
		next(p);
		t->c[1] = node(p, Tparen, words(p, 1), nil);
	}
	expect(p, ')');
	skipnl(p);
	t->c[2] = andor(p);
	return t;
}

static Tree*
fncmd(Parser *p)
{
	Tree *t;

	next(p);
	t = node(p, Tfn, words(p, 0), nil);
	if(t->c[0] == nil)
		syntax(p);
	if(tok(p) == '{')
		t->c[1] = brace(p);
	return t;
}

int
iscase(Tree *t)
{
	Tree *w;

	if(t == nil || t->type != Tsimple)
		return 0;
	w = t->c[0]->c[0];
	return w && w->type == Tword && !w->quoted && strcmp(w->str, "case") == 0;
}

static Tree*
switchcmd(Parser *p)
{
	Tree *t, *b;

	next(p);
	t = node(p, Tswitch, word(p), nil);
	skipnl(p);
	t->c[1] = brace(p);
	b = t->c[1]->c[0];
	if(b && !iscase(b->type == Tseq ? b->c[0] : b))
		parsefail(p, "case missing in switch");
	return t;
}

static Tree*
keyword(Parser *p)
{
	Tree *t;

	switch(key(p)){
	case Kif:
		return ifcmd(p);
	case Kfor:
		return forcmd(p);
	case Kwhile:
		next(p);
		t = node(p, Twhile, paren(p), nil);
		t->c[1] = andor(p);
		return t;
	case Kswitch:
		return switchcmd(p);
	case Ktwiddle:
		next(p);
		t = node(p, Ttwiddle, word(p), nil);
		t->c[1] = words(p, 0);
		return epilog(p, t);
	case Kfn:
		return fncmd(p);
	}
	syntax(p);
	return nil;
}

/* a command that no operator has joined yet; nil for an empty one */
static Tree*
unit(Parser *p)
{
	Tree *t, *w;

	if(tok(p) == '{')
		return epilog(p, brace(p));
	if(key(p) && key(p) != Kin && key(p) != Knot)
		return keyword(p);
	if(isword(p) != 1 && tok(p) != Kredir)
		return nil;
	w = word(p);
	if(tok(p) != '=')
		return simple(p, w);
	next(p);
	t = node(p, Tassign, w, nil);
	if(isword(p) == 0 && tok(p) != Kredir)
		syntax(p);
	t->c[1] = argument(p);
	t->c[2] = bang(p);
	return t;
}

static Tree*
pipeline(Parser *p)
{
	Tree *t, *left;

	left = unit(p);
	/* what followed an assignment has been taken by it, pipes and all */
	while(tok(p) == Kpipe){
		if(left == nil){
			syntax(p);
			break;
		}
		t = node(p, Tpipe, left, nil);
		t->fd0 = p->tok.fd0;
		t->fd1 = p->tok.fd1;
		next(p);
		skipnl(p);
		if(key(p) == Kbang || key(p) == Ksubshell || tok(p) == Kdup || tok(p) == Kredir)
			t->c[1] = bang(p);
		else
			t->c[1] = unit(p);
		if(t->c[1] == nil)
			syntax(p);
		left = t;
	}
	return left;
}

static Tree*
bang(Parser *p)
{
	Tree *t;
	int k;

	t = nil;
	if(!deeper(p))
		return nil;
	k = key(p);
	if(k == Kbang || k == Ksubshell){
		next(p);
		t = node(p, k == Kbang ? Tbang : Tsubshell, nil, nil);
		t->c[0] = bang(p);
	}else if(tok(p) == Kredir || tok(p) == Kdup){
		t = redir(p);
		if(t)
			t->c[1] = bang(p);
		else
			t = pipeline(p);
	}else
		t = pipeline(p);
	p->depth--;
	return t;
}

static Tree*
andor(Parser *p)
{
	Tree *t;
	int type;

	if(!deeper(p))
		return nil;
	t = bang(p);
	while(tok(p) == Kandand || tok(p) == Koror){
		type = tok(p) == Kandand ? Tand : Tor;
		next(p);
		skipnl(p);
		t = node(p, type, t, nil);
		t->c[1] = bang(p);
	}
	p->depth--;
	return t;
}

static int
isif(Tree *t)
{
	while(t && t->type == Tnot)
		t = t->c[0];
	return t && t->type == Tif;
}

/* one command and its terminator, which is consumed unless it is the end */
static Tree*
command(Parser *p, int end)
{
	Tree *t;

	t = andor(p);
	if(t)
		p->iflast = isif(t);
	switch(tok(p)){
	case '&':
		next(p);
		return node(p, Tasync, t, nil);
	case ';':
		next(p);
		break;
	case '\n':
		if(end != '\n')
			next(p);
		break;
	default:
		if(tok(p) != end && !(tok(p) == Keof && end == '\n'))
			syntax(p);
	}
	return t;
}

static Tree*
body(Parser *p, int end)
{
	Tree *first, **l, *t;
	int iflast;

	iflast = p->iflast;
	p->iflast = 0;
	first = nil;
	l = &first;
	while(tok(p) != end && tok(p) != Keof){
		t = command(p, end);
		if(t == nil)
			continue;
		*l = node(p, Tseq, t, nil);
		l = &(*l)->c[1];
	}
	if(end != '\n')
		p->iflast = iflast;
	return first && first->c[1] == nil ? first->c[0] : first;
}

/* after an error: forget the line, including documents it announced */
static void
resync(Parser *p)
{
	int c;

	p->here = nil;
	p->hastok = 0;
	p->lastword = p->lastdol = p->inquote = 0;
	if(p->lastc == '\n' || p->lastc == Keof)
		return;
	do
		c = p->nahead > 0 ? p->ahead[--p->nahead] : p->getc(p->aux);
	while(c != '\n' && c != Keof);
	p->line++;
}

int
parseline(Parser *p, Tree **tp)
{
	Tree *t, *first, **l;
	int iflast;

	*tp = nil;
	p->failed = 0;
	p->depth = 0;
	p->hastok = 0;
	p->lastword = p->lastdol = p->inquote = 0;
	if(tok(p) == Keof && !p->failed)
		return Peof;
	first = nil;
	l = &first;
	iflast = p->iflast;
	while(tok(p) != '\n' && tok(p) != Keof){
		t = command(p, '\n');
		if(t == nil)
			continue;
		*l = node(p, Tseq, t, nil);
		l = &(*l)->c[1];
	}
	if(p->failed){
		p->iflast = 0;
		resync(p);
		return Perror;
	}
	if(first == nil)
		p->iflast = iflast;
	p->hastok = 0;
	*tp = first && first->c[1] == nil ? first->c[0] : first;
	return Pok;
}
