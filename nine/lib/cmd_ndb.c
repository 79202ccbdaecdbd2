/* SPDX-License-Identifier: MIT */
/*
 * The network database: text files of entries.  An entry begins in the first
 * column and goes on in lines that begin with a blank; it consists of words
 * attr=value, a value with blanks being quoted.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/ask.h"

enum
{
	Maxfile	= 1024*1024,
};

static char*
contents(char *file)
{
	char *s, *t;
	long n, m;
	int fd;

	fd = open(file, OREAD);
	if(fd < 0)
		return nil;
	s = nil;
	n = 0;
	do{
		t = realloc(s, n+8193);
		if(t == nil){
			free(s);
			close(fd);
			return nil;
		}
		s = t;
		m = read(fd, s+n, 8192);
		if(m > 0)
			n += m;
	}while(m > 0 && n < Maxfile);
	s[n] = 0;
	close(fd);
	return s;
}

/* The next word of a line: cut off, *rest is what follows; nil: no more. */
static char*
word(char *s, char **rest)
{
	char *w;
	int quoted;

	while(*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	if(*s == 0 || *s == '#')
		return nil;
	w = s;
	quoted = 0;
	for(; *s && (quoted || (*s != ' ' && *s != '\t' && *s != '\r')); s++)
		if(*s == '"')
			quoted = !quoted;
	if(*s)
		*s++ = 0;
	*rest = s;
	return w;
}

static Ndbtuple*
tuple(char *w)
{
	Ndbtuple *t;
	char *v, *e;

	v = strchr(w, '=');
	if(v != nil)
		*v++ = 0;
	else
		v = "";
	if(*v == '"'){
		v++;
		e = strchr(v, '"');
		if(e != nil)
			*e = 0;
	}
	t = mallocz(sizeof *t, 1);
	if(t == nil)
		return nil;
	t->attr = strdup(w);
	t->val = strdup(v);
	if(t->attr == nil || t->val == nil)
		sysfatal("no memory");
	return t;
}

static void
addline(Ndbentry *e, char *line)
{
	Ndbtuple **l;
	char *w;

	for(l = &e->t; *l != nil; l = &(*l)->next)
		;
	while((w = word(line, &line)) != nil && (*l = tuple(w)) != nil)
		l = &(*l)->next;
}

Ndbentry*
ndbread(char *file)
{
	Ndbentry *first, **l, *e;
	char *text, *s, *next;

	text = contents(file);
	if(text == nil)
		return nil;
	first = nil;
	l = &first;
	e = nil;
	for(s = text; s != nil; s = next){
		next = strchr(s, '\n');
		if(next != nil)
			*next++ = 0;
		if(*s == 0 || *s == '#')
			continue;
		if((*s != ' ' && *s != '\t') || e == nil){
			e = mallocz(sizeof *e, 1);
			if(e == nil)
				break;
			*l = e;
			l = &e->next;
		}
		addline(e, s);
	}
	free(text);
	return first;
}

void
ndbfree(Ndbentry *e)
{
	Ndbentry *ne;
	Ndbtuple *t, *nt;

	for(; e != nil; e = ne){
		ne = e->next;
		for(t = e->t; t != nil; t = nt){
			nt = t->next;
			free(t->attr);
			free(t->val);
			free(t);
		}
		free(e);
	}
}

char*
ndbget(Ndbtuple *t, char *attr)
{
	for(; t != nil; t = t->next)
		if(strcmp(t->attr, attr) == 0)
			return t->val;
	return nil;
}

Ndbentry*
ndbmatch(Ndbentry *e, char *attr, char *val)
{
	Ndbtuple *t;

	for(; e != nil; e = e->next)
		for(t = e->t; t != nil; t = t->next)
			if(strcmp(t->attr, attr) == 0 && cistrcmp(t->val, val) == 0)
				return e;
	return nil;
}

Ndbentry*
ndbmatch2(Ndbentry *e, char *attr, char *val, char *third)
{
	for(; (e = ndbmatch(e, attr, val)) != nil; e = e->next)
		if(ndbget(e->t, third) != nil)
			return e;
	return nil;
}

/* As they were just now: they are small, and change under us. */
Ndbentry*
ndball(char *net)
{
	static char *files[] = { "/lib/ndb/local", "/lib/ndb/common" };
	char name[128];
	Ndbentry *first, **l;
	int i;

	snprint(name, sizeof name, "%s/ndb", net);
	first = ndbread(name);
	l = &first;
	for(i = 0; i < nelem(files); i++){
		while(*l != nil)
			l = &(*l)->next;
		*l = ndbread(files[i]);
	}
	return first;
}
