/* SPDX-License-Identifier: MIT */
/*
 * Commands, by recursive descent.  From loosest to tightest: if for while
 * switch, then && ||, then ! @ with assignments and redirections in front
 * of a command, then |.
 */
#include "u.h"
#include "lib.h"
#include "tree.h"
#include "parse.h"

static Tree	*andor(Parser*);
static Tree	*bang(Parser*);

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
	while(tok(p) == Kpipe && longer(p)){
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
	while((tok(p) == Kandand || tok(p) == Koror) && longer(p)){
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

Tree*
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
	p->depth = p->links = 0;
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
