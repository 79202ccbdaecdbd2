/* SPDX-License-Identifier: MIT */
/*
 * mk's graph: a node for each target, with an arc to each prerequisite.  Of
 * several metarules that match, those that would need what neither exists nor
 * can be made are forgotten.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"
#include "../cmd/mk.h"

enum
{
	Nhash	= 509,
};

static Node *hash[Nhash];

static Node**
slot(char *name)
{
	ulong h;

	for(h = 0; *name != 0; name++)
		h = h*31 + (uchar)*name;
	return &hash[h % Nhash];
}

Node*
lookup(char *name)
{
	Node *n;

	for(n = *slot(name); n != nil; n = n->hash)
		if(strcmp(n->name, name) == 0)
			return n;
	return nil;
}

ulong
mtime(char *name, ulong *vers)
{
	Dir *d;
	ulong t;

	d = dirstat(name);
	if(d == nil)
		return 0;
	t = d->mtime != 0 ? d->mtime : 1;
	*vers = d->qid.vers;
	free(d);
	return t;
}

/* the part of name that % (anything) or & (without . and /) stands for */
static char*
stemof(char *pat, char *name)
{
	char *p, *s;
	long n, na, nb;

	p = strpbrk(pat, "%&");
	n = strlen(name);
	na = p - pat;
	nb = strlen(p+1);
	if(n <= na+nb || strncmp(name, pat, na) != 0 || strcmp(name+n-nb, p+1) != 0)
		return nil;
	s = smprint("%.*s", utfnlen(name+na, n-na-nb), name+na);
	if(s != nil && *p == '&' && strpbrk(s, "./") != nil){
		free(s);
		return nil;
	}
	return s;
}

int
matchmeta(Rule *r, char *name, Arc *a)
{
	Resub m[Nstem];
	int i;

	if(r->re == nil){
		a->stem[0] = stemof(r->target, name);
		return a->stem[0] != nil;
	}
	memset(m, 0, sizeof m);
	if(!regexec(r->re, name, m, Nstem))
		return 0;
	/* the whole is in parentheses of ours: the user's \1 is our second */
	for(i = 1; i < Nstem; i++)
		if(i+1 < Nstem && m[i+1].sp != nil)
			a->stem[i] = smprint("%.*s", utfnlen(m[i+1].sp, m[i+1].ep-m[i+1].sp), m[i+1].sp);
	return 1;
}

char*
stemmed(char *s, Arc *a)
{
	Fmt f;
	Rune r;
	int i;

	fmtstrinit(&f);
	while(*s != 0){
		s += chartorune(&r, s);
		if((r == '%' || r == '&') && a->rule->re == nil && a->rule->meta)
			fmtprint(&f, "%s", a->stem[0]);
		else if(r == '\\' && a->rule->re != nil && '0' <= *s && *s <= '9'){
			i = *s++ - '0';
			fmtprint(&f, "%s", a->stem[i] != nil ? a->stem[i] : "");
		}else
			fmtrune(&f, r);
	}
	s = fmtstrflush(&f);
	if(s == nil)
		sysfatal("out of memory");
	return s;
}

static Arc*
newarc(Node *n, Rule *r, Arc *like)
{
	Arc *a, **e;

	a = emalloc(sizeof *a);
	*a = *like;
	a->next = nil;
	a->rule = r;
	for(e = &n->arcs; *e != nil; e = &(*e)->next)
		;
	*e = a;
	return a;
}

/* does something exist, or say how to make it? */
static int
makeable(Node *n)
{
	Arc *a;

	if(n->time != 0 || n->attr & Avirtual)
		return 1;
	for(a = n->arcs; a != nil; a = a->next)
		if(a->rule->recipe != nil || (a->rule->attr & (Anorecipe|Avirtual)) || !a->rule->meta)
			return 1;
	return 0;
}

static void
addarcs(Node *n, Rule *r, Arc *like)
{
	Word *w;
	char *s;

	n->attr |= r->attr;
	if(r->prereqs == nil)
		newarc(n, r, like);
	for(w = r->prereqs; w != nil; w = w->next){
		s = r->meta ? stemmed(w->s, like) : strdup(w->s);
		newarc(n, r, like)->node = node(s);
	}
}

/* would all it needs be there? */
static int
useful(Rule *r, Arc *like)
{
	Word *w;
	Node *p;
	char *s;

	for(w = r->prereqs; w != nil; w = w->next){
		s = stemmed(w->s, like);
		p = node(s);
		free(s);
		if(!makeable(p))
			return 0;
	}
	return 1;
}

static void
ambiguous(Node *n, Rule *a, Rule *b)
{
	fprint(2, "mk: ambiguous recipes for %s:\n\t%s (%s:%d)\n\t%s (%s:%d)\n", n->name,
		a->target, a->file, a->line, b->target, b->file, b->line);
	exits("ambiguous");
}

static void
metarules(Node *n, Rule *maker)
{
	Rule *r;
	Arc like;

	for(r = rules; r != nil; r = r->next){
		memset(&like, 0, sizeof like);
		like.rule = r;
		if(!r->meta || r->used || (r->attr & Aexists && n->time == 0))
			continue;
		if(maker != nil && !maker->meta && r->recipe != nil)
			continue;
		if(!matchmeta(r, n->name, &like))
			continue;
		r->used = 1;
		if(useful(r, &like) && (maker == nil || r->recipe == nil || maker->recipe != r->recipe)){
			if(r->recipe != nil && maker != nil)
				ambiguous(n, maker, r);
			addarcs(n, r, &like);
			if(r->recipe != nil)
				maker = r;
		}
		r->used = 0;
	}
}

Node*
node(char *name)
{
	Node *n, **h;
	Rule *r, *maker;
	Arc like;

	n = lookup(name);
	if(n != nil){
		if(n->building){
			fprint(2, "mk: cycle in graph detected at target %s\n", name);
			exits("cycle");
		}
		return n;
	}
	n = emalloc(sizeof *n);
	n->name = strdup(name);
	n->time = mtime(name, &n->vers);
	h = slot(name);
	n->hash = *h;
	*h = n;
	n->building = 1;
	maker = nil;
	memset(&like, 0, sizeof like);
	for(r = rules; r != nil; r = r->next){
		if(r->meta || strcmp(r->target, name) != 0)
			continue;
		if(r->recipe != nil && maker != nil && maker->recipe != r->recipe)
			ambiguous(n, maker, r);
		if(r->recipe != nil)
			maker = r;
		like.rule = r;
		addarcs(n, r, &like);
	}
	metarules(n, maker);
	n->building = 0;
	if(n->attr & Avirtual)
		n->time = 0;
	return n;
}
