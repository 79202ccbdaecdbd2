/* SPDX-License-Identifier: MIT */
/* Patterns: marked * ? and [...] in a word. */
#include "rc.h"

/* [a-z~...] behind its bracket; *pp is left behind the ] */
static int
inclass(char **pp, Rune r)
{
	char *p;
	Rune lo, hi;
	int hit, not;

	p = *pp;
	hit = 0;
	not = *p == '~';
	if(not)
		p++;
	while(*p && *p != ']'){
		p += chartorune(&lo, p);
		hi = lo;
		if(*p == '-' && p[1] && p[1] != ']'){
			p++;
			p += chartorune(&hi, p);
		}
		if(hi < lo ? hi <= r && r <= lo : lo <= r && r <= hi)
			hit = 1;
	}
	if(*p)
		p++;
	*pp = p;
	return hit != not;
}

/* does pattern p, with its marks, describe all of s? */
int
match(char *s, char *p)
{
	Rune r, q;
	char *star, *from;

	star = from = nil;
	for(;;){
		if(*p == Glob && p[1] == '*'){
			star = p += 2;
			from = s;
			continue;
		}
		if(*s == 0 && *p == 0)
			return 1;
		if(*s && *p){
			s += chartorune(&r, s);
			if(*p == Glob && p[1] == '?'){
				p += 2;
				continue;
			}
			if(*p == Glob && p[1] == '['){
				p += 2;
				if(inclass(&p, r))
					continue;
			}else{
				if(*p == Glob && p[1])
					p++;
				p += chartorune(&q, p);
				if(q == r)
					continue;
			}
		}
		/* no: let the last * take one more rune */
		if(star == nil || *from == 0)
			return 0;
		from += chartorune(&r, from);
		s = from;
		p = star;
	}
}

/* take the marks out, in place */
void
deglob(char *s)
{
	char *t;

	for(t = s; *s; ){
		if(*s == Glob && s[1])
			s++;
		*t++ = *s++;
	}
	*t = 0;
}

static int
hasmagic(char *s, long n)
{
	long i;

	for(i = 0; i+1 < n; i++)
		if(s[i] == Glob){
			if(s[i+1] != Glob)
				return 1;
			i++;
		}
	return 0;
}

static int
bytext(const void *a, const void *b)
{
	return strcmp((*(Word*const*)a)->text, (*(Word*const*)b)->text);
}

/* sort the words from w on, n of them, and link them again */
static void
sortwords(Word **l, int n)
{
	Word **a, *w;
	int i;

	a = alloc((n+1)*sizeof *a);
	for(i = 0, w = *l; w; w = w->next)
		a[i++] = w;
	qsort(a, n, sizeof *a, bytext);
	for(i = 0; i < n; i++){
		*l = a[i];
		l = &a[i]->next;
	}
	*l = nil;
	free(a);
}

static int	expand(char*, char*, Word***);

/* names in the directory that match the element [p, e) of the pattern */
static int
scandir(char *prefix, char *p, char *e, Word ***lp)
{
	char *elem, *name;
	Dir *d;
	long i, n, found;
	int fd, isdir;

	fd = open(*prefix ? prefix : ".", OREAD);
	if(fd < 0)
		return 0;
	n = dirreadall(fd, &d);
	close(fd);
	elem = alloc(e-p+1);
	memmove(elem, p, e-p);
	elem[e-p] = 0;
	found = 0;
	for(i = 0; i < n; i++){
		isdir = (d[i].mode & DMDIR) != 0;
		if((*e && !isdir) || !match(d[i].name, elem))
			continue;
		name = smprint("%s%s", prefix, d[i].name);
		if(name == nil)
			break;
		found += expand(name, e, lp);
		free(name);
	}
	free(elem);
	free(d);
	return (int)found;
}

/*
 * All files prefix^p, where the prefix is plain and p begins with a slash,
 * an element or nothing.  Returns how many were appended.
 */
static int
expand(char *prefix, char *p, Word ***lp)
{
	char *name, *e, *s;
	int n;

	for(e = p; *e == '/'; e++)
		;
	while(*e && *e != '/')
		e++;
	for(s = p; *s == '/'; s++)
		;
	if(*p == 0){
		if(access(prefix, AEXIST) < 0)
			return 0;
		**lp = newword(prefix, nil);
		*lp = &(**lp)->next;
		return 1;
	}
	n = hasmagic(s, e-s) ? s-p : e-p;
	name = alloc(strlen(prefix)+n+1);
	strcpy(name, prefix);
	strncat(name, p, n);
	if(hasmagic(s, e-s))
		n = scandir(name, s, e, lp);
	else{
		deglob(name+strlen(prefix));
		n = expand(name, e, lp);
	}
	free(name);
	return n;
}

/* takes the words; those that match no file stay as written */
Word*
globwords(Word *w)
{
	Word *first, **l, **start, *next;
	int n;

	first = nil;
	for(l = &first; w; w = next){
		next = w->next;
		w->next = nil;
		if(w->glob){
			start = l;
			n = expand("", w->text, &l);
			if(n > 0){
				sortwords(start, n);
				for(l = start; *l; l = &(*l)->next)
					;
				free(w);
				continue;
			}
			deglob(w->text);
			w->glob = 0;
		}
		*l = w;
		l = &w->next;
	}
	return first;
}

/* the same words without their marks */
Word*
plainwords(Word *w)
{
	Word *v;

	for(v = w; v; v = v->next)
		if(v->glob){
			deglob(v->text);
			v->glob = 0;
		}
	return w;
}
