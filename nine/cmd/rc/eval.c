/* SPDX-License-Identifier: MIT */
/* Words of a tree to words of a list. */
#include "rc.h"

/* $2 is element 2 of $*; returns the words without copying, -1 in *np: all */
static Word*
lookup(char *name, int *single)
{
	Word *w;
	char *s;
	int n;

	n = 0;
	for(s = name; *s >= '0' && *s <= '9' && n < 1000000; s++)
		n = n*10 + *s - '0';
	*single = *s == 0 && n > 0;
	if(!*single)
		return var(name)->val;
	for(w = var("*")->val; w && --n > 0; w = w->next)
		;
	return w;
}

static Word*
value(char *name)
{
	Word *w;
	int single;

	w = lookup(name, &single);
	if(w && single)
		return newword(w->text, nil);
	return copywords(w, nil);
}

/* the one word that t must be; malloced */
char*
single(Tree *t, char *what)
{
	Word *w;
	char *s;

	w = plainwords(eval(t));
	if(w == nil || w->next)
		rcerror("%s not singleton!", what);
	s = strdup(w->text);
	if(s == nil)
		rcerror("out of memory");
	freewords(w);
	return s;
}

static Word*
dollar(Tree *t)
{
	char *name, buf[16];
	Word *w;
	int one;

	name = single(t->c[0], "variable name");
	switch(t->type){
	case Tcount:
		w = lookup(name, &one);
		snprint(buf, sizeof buf, "%d", one ? w != nil : count(w));
		w = newword(buf, nil);
		break;
	default:
		w = value(name);
		break;
	}
	free(name);
	return w;
}

static Word*
joined(Tree *t)
{
	Word *w, *j;
	char *s;

	w = dollar(t);
	s = joinwords(w, " ");
	freewords(w);
	j = newword(s, nil);
	free(s);
	return j;
}

/* n-m, n- or n, from 1; what is out of range selects nothing */
static Word**
slice(Word *v, char *s, Word **l)
{
	long from, to, i;
	char *e;

	from = to = strtol(s, &e, 10);
	if(*e == '-')
		to = e[1] ? strtol(e+1, nil, 10) : 0x7FFFFFFF;
	if(from < 1)
		return l;
	for(i = 1; v && i <= to; i++, v = v->next)
		if(i >= from){
			*l = newword(v->text, nil);
			l = &(*l)->next;
		}
	return l;
}

static Word*
subscript(Tree *t)
{
	char *name;
	Word *subs, *s, *v, *first, **l;

	name = single(t->c[0], "variable name");
	subs = plainwords(eval(t->c[1]));
	v = var(name)->val;
	first = nil;
	l = &first;
	for(s = subs; s; s = s->next)
		l = slice(v, s->text, l);
	freewords(subs);
	free(name);
	return first;
}

/* split in place by any character of $ifs */
static Word*
split(char *s, long n)
{
	Word *first, **l, *ifs;
	char *stop, *p, *e;

	ifs = var("ifs")->val;
	stop = ifs ? ifs->text : "";
	first = nil;
	l = &first;
	for(p = s; p < s+n; p = e){
		while(p < s+n && (*p == 0 || strchr(stop, *p)))
			p++;
		for(e = p; e < s+n && *e && strchr(stop, *e) == nil; e++)
			;
		if(e > p){
			*l = newnword(p, e-p, nil);
			l = &(*l)->next;
		}
	}
	return first;
}

/* `{...}: the output of a child as words */
static Word*
backquote(Tree *t)
{
	char *s, *r;
	long n, m, size;
	int fd[2], pid;
	Redir rd;
	Word *w;

	if(pipe(fd) < 0)
		rcerror("can't make pipe: %r");
	pid = subfork(RFFDG|RFPROC|RFREND);
	if(pid < 0){
		close(fd[0]);
		close(fd[1]);
		rcerror("try again: %r");
	}
	if(pid == 0){
		close(fd[0]);
		pushredir(&rd, Ropen, fd[1], 1);
		run(t->c[0], 1);
		rcexit(getstatus());
	}
	close(fd[1]);
	size = 1024;
	s = alloc(size);
	n = 0;
	for(;;){
		m = read(fd[0], s+n, size-n);
		if(m <= 0)
			break;
		n += m;
		if(n == size){
			size *= 2;
			r = realloc(s, size);
			if(r == nil)
				break;
			s = r;
		}
	}
	close(fd[0]);
	w = split(s, n);
	free(s);
	waitfor(pid);
	return w;
}

/* <{...}: the name of a pipe to or from a child */
static Word*
pipefd(Tree *t)
{
	char name[32];
	int fd[2], pid, mine;
	Redir rd, *keep;

	if(pipe(fd) < 0)
		rcerror("can't make pipe: %r");
	mine = t->rtype == Rread ? 0 : 1;
	pid = subfork(RFFDG|RFPROC|RFREND);
	if(pid < 0){
		close(fd[0]);
		close(fd[1]);
		rcerror("try again: %r");
	}
	if(pid == 0){
		close(fd[mine]);
		pushredir(&rd, Ropen, fd[1-mine], 1-mine);
		run(t->c[0], 1);
		rcexit(getstatus());
	}
	close(fd[1-mine]);
	keep = alloc(sizeof *keep);	/* simple() closes it behind the command */
	pushredir(keep, Ropen, fd[mine], fd[mine]);
	keep->heap = 1;
	snprint(name, sizeof name, "/fd/%d", fd[mine]);
	return newword(name, nil);
}

static Word*
word(Tree *t)
{
	Word *w;

	w = newword(t->str, nil);
	if(!t->quoted && strchr(t->str, Glob))
		w->glob = 1;
	return w;
}

static Word*
list(Tree *t)
{
	Word *first, **l;

	first = nil;
	for(l = &first; t; t = t->c[1]){
		*l = eval(t->c[0]);
		while(*l)
			l = &(*l)->next;
	}
	return first;
}

Word*
eval(Tree *t)
{
	Word *w;

	if(t == nil)
		return nil;
	switch(t->type){
	case Tword:
		return word(t);
	case Tlist:
		return list(t);
	case Tparen:
		return list(t->c[0]);
	case Tconc:
		w = eval(t->c[0]);
		return concat(w, eval(t->c[1]));
	case Tdol:
	case Tcount:
		return dollar(t);
	case Tjoin:
		return joined(t);
	case Tdolsub:
		return subscript(t);
	case Tback:
		return backquote(t);
	case Tpipefd:
		return pipefd(t);
	}
	return nil;
}

/* a here document with its $names replaced; malloced */
char*
heretext(Tree *t)
{
	Fmt f;
	char *s, *e, *name, *val;
	Word *w;
	Rune r;
	int n;

	if(fmtstrinit(&f) < 0)
		rcerror("out of memory");
	for(s = t->str; *s; ){
		n = chartorune(&r, s);
		if(r != '$' || t->quoted){
			fmtprint(&f, "%.*s", 1, s);
			s += n;
			continue;
		}
		s++;
		if(*s == '$'){
			fmtrune(&f, '$');
			s++;
			continue;
		}
		for(e = s; idchar((uchar)*e) || *e == '*'; e++)
			;
		if(e == s){
			fmtrune(&f, '$');
			continue;
		}
		name = alloc(e-s+1);
		memmove(name, s, e-s);
		name[e-s] = 0;
		w = value(name);
		val = joinwords(w, " ");
		fmtstrcpy(&f, (f.flags = 0, val));
		free(val);
		free(name);
		freewords(w);
		s = *e == '^' ? e+1 : e;
	}
	s = fmtstrflush(&f);
	if(s == nil)
		rcerror("out of memory");
	return s;
}
