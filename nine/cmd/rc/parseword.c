/* SPDX-License-Identifier: MIT */
/*
 * The parser's lower half: memory, the token to come, words and
 * redirections.
 */
#include "u.h"
#include "lib.h"
#include "tree.h"
#include "parse.h"

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

void
syntax(Parser *p)
{
	parsefail(p, "syntax error");
}

Tree*
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
int
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

void
next(Parser *p)
{
	p->hastok = 0;
}

void
expect(Parser *p, int type)
{
	if(tok(p) != type)
		syntax(p);
	else
		next(p);
}

/* the keyword, if a word that is one stands here */
int
key(Parser *p)
{
	return tok(p) == Kword ? p->tok.key : 0;
}

void
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

int
deeper(Parser *p)
{
	if(p->depth++ < Maxdepth)
		return 1;
	parsefail(p, "nested too deeply");
	return 0;
}

/* chains hang down to the left: walking them takes stack */
int
longer(Parser *p)
{
	if(p->links++ < Maxlinks)
		return 1;
	parsefail(p, "too many operators");
	return 0;
}

Tree*
brace(Parser *p)
{
	Tree *t;

	expect(p, '{');
	t = node(p, Tbrace, body(p, '}'), nil);
	expect(p, '}');
	return t;
}

int
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
Tree*
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

Tree*
word(Parser *p)
{
	Tree *t;

	t = piece(p);
	while(tok(p) == '^' && longer(p)){
		next(p);
		t = node(p, Tconc, t, piece(p));
	}
	return t;
}

/* behind the first word "=" is a character like others: dd -if=x */
Tree*
argument(Parser *p)
{
	Tree *t;

	t = word(p);
	while((tok(p) == '^' || (tok(p) == '=' && p->tok.tight)) && longer(p)){
		if(tok(p) == '^')
			next(p);
		t = node(p, Tconc, t, word(p));
	}
	return t;
}

/* the redirection at hand, without its command; nil if it is <{ or >{ */
Tree*
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
