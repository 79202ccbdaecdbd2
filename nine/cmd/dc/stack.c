/* SPDX-License-Identifier: MIT */
/* dc: the stack, and where commands come from. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "dc.h"

enum
{
	Maxdepth	= 100,		/* strings that run strings */
};

/* the string, or with nil the file */
typedef struct Source Source;
struct Source
{
	char	*start;
	char	*s;
	Biobuf	*b;
};

Val *stack;
int nsource;

static Source source[Maxdepth+2];

char*
grow(char *s, int n)
{
	s = realloc(s, n);
	if(s == nil)
		sysfatal("no memory");
	return s;
}

void
readfrom(Biobuf *b)
{
	source[nsource++].b = b;
}

void
freeval(Val *v)
{
	if(v != nil){
		numfree(v->num);
		free(v->str);
		free(v);
	}
}

Val*
newval(Num *n, char *s)
{
	Val *v;

	v = mallocz(sizeof *v, 1);
	if(v == nil)
		sysfatal("no memory");
	v->num = n;
	v->str = s;
	return v;
}

Val*
copyval(Val *v)
{
	if(v == nil)
		return newval(numint(0), nil);
	if(v->str != nil)
		return newval(nil, strdup(v->str));
	return newval(numcopy(v->num), nil);
}

void
push(Val *v)
{
	v->next = stack;
	stack = v;
}

void
pushnum(Num *n)
{
	push(newval(n, nil));
}

Val*
pop(void)
{
	Val *v;

	v = stack;
	if(v == nil)
		oops("stack empty");
	stack = v->next;
	v->next = nil;
	return v;
}

Num*
popnum(void)
{
	Val *v;
	Num *n;

	if(stack != nil && stack->num == nil)
		oops("not a number");
	v = pop();
	n = v->num;
	free(v);
	return n;
}

long
poplong(void)
{
	Num *n;
	long v;

	n = popnum();
	v = numlong(n);
	numfree(n);
	return v;
}

int
get(void)
{
	Source *s;
	int c;

	while(nsource > 0){
		s = &source[nsource-1];
		c = s->s != nil ? (*s->s ? (uchar)*s->s++ : -1) : Bgetc(s->b);
		if(c >= 0)
			return c;
		free(s->start);
		nsource--;
	}
	return -1;
}

/* the same, but not beyond the string or file there is */
int
getmore(void)
{
	Source *s;

	if(nsource == 0)
		return -1;
	s = &source[nsource-1];
	if(s->s != nil)
		return *s->s ? (uchar)*s->s++ : -1;
	return Bgetc(s->b);
}

void
unget(int c)
{
	Source *s;

	if(c < 0 || nsource == 0)
		return;
	s = &source[nsource-1];
	if(s->s == nil)
		Bungetc(s->b);
	else if(s->s > s->start)
		s->s--;
}

/* a character that belongs to the command before it: not of another source */
int
operand(void)
{
	int c;

	c = get();
	if(c < 0)
		oops("missing register");
	return c;
}

/* Run a string; one that is at its end already makes way, so that loops do not nest. */
void
execute(char *str)
{
	Source *s;

	while(nsource > 0 && source[nsource-1].s != nil && *source[nsource-1].s == 0)
		free(source[--nsource].start);
	if(nsource >= Maxdepth)
		oops("Nesting depth.");
	s = &source[nsource++];
	s->start = s->s = str;
	s->b = nil;
}

/* leave n strings; 0: there were not as many */
int
leave(long n)
{
	for(; n > 0; n--){
		if(nsource == 0 || source[nsource-1].s == nil)
			return 0;
		free(source[--nsource].start);
	}
	return 1;
}

void
leaveall(void)
{
	while(nsource > 0 && source[nsource-1].s != nil)
		free(source[--nsource].start);
}
