/* SPDX-License-Identifier: MIT */
/* mk's words and variables: lists of strings, as in rc. */
#include "u.h"
#include "libc.h"
#include "regexp.h"
#include "../cmd/mk.h"

typedef struct Var Var;
struct Var
{
	Var	*next;
	char	*name;
	Word	*value;
	int	origin;
};

static Var *vars;
int eflag;

void*
emalloc(ulong n)
{
	void *p;

	p = mallocz(n, 1);
	if(p == nil)
		sysfatal("out of memory");
	return p;
}

Word*
newword(char *s)
{
	Word *w;

	w = emalloc(sizeof *w);
	w->s = strdup(s);
	if(w->s == nil)
		sysfatal("out of memory");
	return w;
}

void
addword(Word **l, char *s)
{
	while(*l != nil)
		l = &(*l)->next;
	*l = newword(s);
}

void
freewords(Word *w)
{
	Word *n;

	for(; w != nil; w = n){
		n = w->next;
		free(w->s);
		free(w);
	}
}

Word*
copywords(Word *w)
{
	Word *l, **e;

	l = nil;
	for(e = &l; w != nil; w = w->next, e = &(*e)->next)
		*e = newword(w->s);
	return l;
}

int
hasword(Word *w, char *s)
{
	for(; w != nil; w = w->next)
		if(strcmp(w->s, s) == 0)
			return 1;
	return 0;
}

char*
joinwords(Word *w, char *sep)
{
	Fmt f;
	char *s;
	int first;

	fmtstrinit(&f);
	for(first = 1; w != nil; w = w->next, first = 0)
		fmtprint(&f, "%s%s", first ? "" : sep, w->s);
	s = fmtstrflush(&f);
	if(s == nil)
		sysfatal("out of memory");
	return s;
}

static Var*
findvar(char *name)
{
	Var *v;

	for(v = vars; v != nil; v = v->next)
		if(strcmp(v->name, name) == 0)
			return v;
	return nil;
}

Word*
getvar(char *name)
{
	Var *v;

	v = findvar(name);
	return v != nil ? v->value : nil;
}

/* the command line wins over mkfiles, and those over the environment (-e: the other way) */
void
setvar(char *name, Word *value, int origin)
{
	Var *v;

	v = findvar(name);
	if(v == nil){
		v = emalloc(sizeof *v);
		v->name = strdup(name);
		v->next = vars;
		vars = v;
	}else if(origin == Vmkfile && (v->origin == Vcmdline || (eflag && v->origin == Venv))){
		freewords(value);
		return;
	}
	freewords(v->value);
	v->value = value;
	v->origin = origin;
}

static void
readvar(char *name)
{
	char file[256], *s, *p;
	Word *w;
	vlong n;
	int fd;

	snprint(file, sizeof file, "/env/%s", name);
	fd = open(file, OREAD);
	if(fd < 0)
		return;
	n = seek(fd, 0, 2);
	s = emalloc(n + 2);
	n = pread(fd, s, n, 0);
	close(fd);
	w = nil;
	for(p = s; n > 0 && p < s+n; p += strlen(p)+1)
		addword(&w, p);
	free(s);
	setvar(name, w, Venv);
}

void
readenv(void)
{
	Dir *d;
	long i, n;
	int fd;

	fd = open("/env", OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++)
		if(strchr("*0", d[i].name[0]) == nil && strncmp(d[i].name, "fn#", 3) != 0
		&& strcmp(d[i].name, "status") != 0 && strcmp(d[i].name, "pid") != 0)
			readvar(d[i].name);
	if(n >= 0)
		free(d);
}

void
exportvars(void)
{
	char file[256];
	Word *w;
	Var *v;
	int fd;

	for(v = vars; v != nil; v = v->next){
		if(v->origin == Venv || strchr(v->name, '/') != nil)
			continue;
		snprint(file, sizeof file, "/env/%s", v->name);
		fd = create(file, OWRITE, 0666);
		if(fd < 0)
			continue;
		for(w = v->value; w != nil; w = w->next)
			write(fd, w->s, strlen(w->s)+1);
		close(fd);
	}
}

/* past the end of what is quoted by ' at s, a ${...} or a `{...} */
char*
skipquoted(char *s)
{
	int depth;

	if(*s == '\''){
		for(s++; *s != 0; s++)
			if(*s == '\''){
				if(s[1] != '\'')
					return s+1;
				s++;
			}
		return s;
	}
	if((*s == '$' || *s == '`') && s[1] == '{'){
		s += 2;
		for(depth = 1; *s != 0 && depth > 0; s++)
			if(*s == '\'')
				s = skipquoted(s) - 1;
			else
				depth += *s == '{' ? 1 : *s == '}' ? -1 : 0;
		return s;
	}
	return s+1;
}

static int
namechar(int c)
{
	return c == '_' || ('0' <= c && c <= '9') || ('a' <= (c|32) && (c|32) <= 'z') || c >= 0x80;
}

/* ${x:a%b=c%d}: the words that match a%b, changed */
static Word*
pattern(Word *w, char *from, char *to)
{
	Word *l;
	char *fp, *tp, *s;
	long n, na, nb;

	fp = strchr(from, '%');
	tp = strchr(to, '%');
	na = fp != nil ? fp - from : (long)strlen(from);
	nb = fp != nil ? (long)strlen(fp+1) : 0;
	l = nil;
	for(; w != nil; w = w->next){
		n = strlen(w->s);
		if(fp == nil ? strcmp(w->s, from) != 0 : n < na+nb || strncmp(w->s, from, na) != 0
		|| strcmp(w->s+n-nb, fp+1) != 0){
			addword(&l, w->s);
			continue;
		}
		if(tp == nil)
			s = strdup(to);
		else
			s = smprint("%.*s%.*s%s", utfnlen(to, tp-to), to,
				fp == nil ? 0 : utfnlen(w->s+na, n-na-nb), w->s+na, tp+1);
		if(s == nil)
			sysfatal("out of memory");
		addword(&l, s);
		free(s);
	}
	return l;
}

static Word*
braced(char *s)
{
	char *colon, *eq;

	colon = strchr(s, ':');
	eq = colon != nil ? strchr(colon, '=') : nil;
	if(eq == nil)
		return copywords(getvar(s));
	*colon++ = 0;
	*eq++ = 0;
	return pattern(getvar(s), colon, eq);
}

/* the value of what begins at *sp, $ or ` */
static Word*
special(char **sp)
{
	char *s, *e, *name, *end;
	Word *w;

	s = *sp;
	if(*s == '`' && s[1] != '{'){
		e = strchr(s+1, '`');
		if(e == nil)
			sysfatal("missing closing `");
		s++;
		end = e+1;
	}else if(s[1] == '{'){
		end = skipquoted(s);
		s += 2;
		e = end - 1;
	}else{
		for(e = s+1; namechar((uchar)*e); e++)
			;
		end = e;
		s++;
	}
	name = smprint("%.*s", utfnlen(s, e-s), s);
	if(name == nil)
		sysfatal("out of memory");
	if(**sp == '`'){
		e = output(name);
		w = nil;
		for(s = strtok(e, " \t\n"); s != nil; s = strtok(nil, " \t\n"))
			addword(&w, s);
		free(e);
	}else if(s[-1] == '{')
		w = braced(name);
	else
		w = copywords(getvar(name));
	free(name);
	*sp = end;
	return w;
}

/* s without quotes at the end of the word being made */
static void
append(char **word, char *s, long n)
{
	char *w;
	long old;

	old = *word != nil ? (long)strlen(*word) : 0;
	w = realloc(*word, old+n+1);
	if(w == nil)
		sysfatal("out of memory");
	memmove(w+old, s, n);
	w[old+n] = 0;
	*word = w;
}

static void
endword(Word **l, char **word)
{
	if(*word != nil)
		addword(l, *word);
	free(*word);
	*word = nil;
}

Word*
expand(char *s)
{
	Word *l, *w, *v;
	char *word, *e;

	l = nil;
	word = nil;
	while(*s != 0){
		if(*s == ' ' || *s == '\t' || *s == '\n'){
			endword(&l, &word);
			s++;
		}else if(*s == '\''){
			e = skipquoted(s);
			append(&word, "", 0);
			for(s++; s < e-1; s++){
				append(&word, s, 1);
				s += *s == '\'';
			}
			s = e;
		}else if(*s == '`' || (*s == '$' && (s[1] == '{' || namechar((uchar)s[1])))){
			v = special(&s);
			for(w = v; w != nil; w = w->next){
				append(&word, w->s, strlen(w->s));
				if(w->next != nil)
					endword(&l, &word);
			}
			freewords(v);
		}else
			append(&word, s++, 1);
	}
	endword(&l, &word);
	return l;
}

char*
expandtext(char *s)
{
	char *out, *t, *start;
	Word *w;

	out = nil;
	append(&out, "", 0);
	while(*s != 0){
		start = s;
		if(*s == '$' && namechar((uchar)s[1])){
			for(t = ++s; namechar((uchar)*s); s++)
				;
			t = smprint("%.*s", utfnlen(t, s-t), t);
			w = t != nil && findvar(t) != nil ? getvar(t) : nil;
			if(t != nil && findvar(t) != nil){
				free(t);
				t = joinwords(w, " ");
				append(&out, t, strlen(t));
			}else
				append(&out, start, s-start);
			free(t);
		}else{
			s = *s == '\'' ? skipquoted(s) : s+1;
			append(&out, start, s-start);
		}
	}
	return out;
}
