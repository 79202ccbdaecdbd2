/* SPDX-License-Identifier: MIT */
/* Lists of words: the only kind of value there is. */
#include "rc.h"

Word*
newnword(char *s, long n, Word *next)
{
	Word *w;

	w = alloc(sizeof *w + n+1);
	memmove(w->text, s, n);
	w->text[n] = 0;
	w->glob = 0;
	w->next = next;
	return w;
}

Word*
newword(char *s, Word *next)
{
	return newnword(s, strlen(s), next);
}

Word*
copywords(Word *w, Word *tail)
{
	Word *first, **l;

	first = nil;
	for(l = &first; w; w = w->next){
		*l = newword(w->text, nil);
		(*l)->glob = w->glob;
		l = &(*l)->next;
	}
	*l = tail;
	return first;
}

void
freewords(Word *w)
{
	Word *next;

	for(; w; w = next){
		next = w->next;
		free(w);
	}
}

int
count(Word *w)
{
	int n;

	for(n = 0; w; w = w->next)
		n++;
	return n;
}

/* malloced */
char*
joinwords(Word *w, char *between)
{
	char *s, *p;
	Word *v;
	long n;

	n = 1;
	for(v = w; v; v = v->next)
		n += strlen(v->text)+strlen(between);
	p = s = alloc(n);
	*p = 0;
	for(; w; w = w->next){
		strcpy(p, w->text);
		p += strlen(p);
		if(w->next){
			strcpy(p, between);
			p += strlen(p);
		}
	}
	return s;
}

/* copy with marks, so that it can be put beside a word that has some */
static char*
marked(char *p, Word *w)
{
	char *s;

	for(s = w->text; *s; s++){
		if(*s == Glob && !w->glob)
			*p++ = Glob;
		*p++ = *s;
	}
	*p = 0;
	return p;
}

static Word*
join(Word *a, Word *b)
{
	Word *w;
	char *p;
	long n;

	n = strlen(a->text)+strlen(b->text);
	if(!a->glob && !b->glob){
		w = newnword(a->text, strlen(a->text), nil);
		w = realloc(w, sizeof *w + n+1);
		if(w == nil)
			rcerror("out of memory");
		strcpy(w->text+strlen(w->text), b->text);
		return w;
	}
	w = alloc(sizeof *w + 2*n+1);
	w->next = nil;
	w->glob = 1;
	p = marked(w->text, a);
	marked(p, b);
	return w;
}

/* a ^ b; takes both */
Word*
concat(Word *a, Word *b)
{
	Word *first, **l, *p, *q;

	if(a == nil && b == nil)
		return nil;
	if(a == nil || b == nil)
		rcerror("null list in concatenation");
	if(a->next && b->next && count(a) != count(b))
		rcerror("mismatched list lengths in concatenation");
	first = nil;
	l = &first;
	for(p = a, q = b; p && q; ){
		*l = join(p, q);
		l = &(*l)->next;
		if(p->next == nil && q->next == nil)
			break;
		if(p->next)
			p = p->next;
		if(q->next)
			q = q->next;
	}
	freewords(a);
	freewords(b);
	return first;
}

/* %v: quoted where needed, separated by blanks */
int
wordsfmt(Fmt *f)
{
	Word *w;

	for(w = va_arg(f->args, Word*); w; w = w->next)
		if(fmtprint(f, w->next ? "%q " : "%q", w->text) < 0)
			return -1;
	return 0;
}
