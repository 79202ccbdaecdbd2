/* SPDX-License-Identifier: MIT */
/*
 * Variables and functions, and their images in /env.  Files there are
 * written only before something is run that could look at them.
 */
#include "rc.h"

enum
{
	Nhash	= 127,
};

static Var *vars[Nhash];
static int changes;			/* something differs from /env */

static Var*
newvar(char *name, Var *next)
{
	Var *v;

	v = alloc(sizeof *v + strlen(name)+1);
	memset(v, 0, sizeof *v);
	strcpy(v->name, name);
	v->next = next;
	return v;
}

Var*
gvar(char *name)
{
	Var *v, **h;
	uint k;
	char *s;

	k = 0;
	for(s = name; *s; s++)
		k = k*31 + (uchar)*s;
	h = &vars[k%Nhash];
	for(v = *h; v; v = v->next)
		if(strcmp(v->name, name) == 0)
			return v;
	*h = newvar(name, *h);
	return *h;
}

Var*
var(char *name)
{
	Var *v;

	for(v = sh.locals; v; v = v->next)
		if(strcmp(v->name, name) == 0)
			return v;
	return gvar(name);
}

static void
change(Var *v)
{
	v->changed = 1;
	changes = 1;
}

/* takes the words */
void
setvar(char *name, Word *val)
{
	Var *v;

	v = var(name);
	freewords(v->val);
	v->val = val;
	change(v);
}

void
pushlocal(char *name, Word *val)
{
	sh.locals = newvar(name, sh.locals);
	sh.locals->val = val;
	change(sh.locals);
}

/* down to what was there before */
void
poplocals(Var *until)
{
	Var *v;

	while((v = sh.locals) != until){
		sh.locals = v->next;
		change(var(v->name));
		freewords(v->val);
		free(v);
	}
}

void
fnunref(Fn *f)
{
	if(f == nil || --f->ref > 0)
		return;
	arenafree(f->arena);
	free(f);
}

/* takes the function; nil: there is none any more */
void
setfn(Var *v, Fn *f)
{
	fnunref(v->fn);
	v->fn = f;
	v->fnchanged = 1;
	changes = 1;
}

void
setstatus(char *s)
{
	Var *v;

	v = var("status");
	if(v->val && v->val->next == nil && strcmp(v->val->text, s) == 0)
		return;
	setvar("status", newword(s, nil));
}

char*
getstatus(void)
{
	Var *v;

	v = var("status");
	return v->val ? v->val->text : "";
}

/* anything but bars and zeros */
int
isfalse(void)
{
	char *s;

	for(s = getstatus(); *s; s++)
		if(*s != '|' && *s != '0')
			return 1;
	return 0;
}

static int
envfile(char *prefix, char *name)
{
	char file[256];

	if(strchr(name, '/') || snprint(file, sizeof file, "/env/%s%s", prefix, name) >= (int)sizeof file-1)
		return -1;
	return create(file, OWRITE, 0666);
}

static void
exportvar(Var *v)
{
	char *s, *p;
	Word *w;
	long n;
	int fd;

	v->changed = 0;
	fd = envfile("", v->name);
	if(fd < 0)
		return;
	n = 0;
	for(w = v->val; w; w = w->next)
		n += strlen(w->text)+1;
	p = s = alloc(n+1);
	for(w = v->val; w; w = w->next){
		strcpy(p, w->text);
		p += strlen(p)+1;
	}
	if(n > 0 && write(fd, s, n) != n)
		message("can't export %s: %r", v->name);
	free(s);
	close(fd);
}

static void
exportfn(Var *v)
{
	char file[256], *s;
	int fd;

	v->fnchanged = 0;
	if(v->fn == nil){
		if(strchr(v->name, '/') == nil && snprint(file, sizeof file, "/env/fn#%s", v->name) < (int)sizeof file-1)
			remove(file);
		return;
	}
	fd = envfile("fn#", v->name);
	if(fd < 0)
		return;
	s = treetext(v->fn->body);
	if(s == nil || fprint(fd, "fn %q %s\n", v->name, s) < 0)
		message("can't export fn %s: %r", v->name);
	free(s);
	close(fd);
}

static void
exportlocals(Var *v)
{
	if(v == nil)
		return;
	exportlocals(v->next);		/* the innermost is the one seen */
	if(v->changed)
		exportvar(v);
}

void
updenv(void)
{
	Var *v;
	int i;

	if(!changes)
		return;
	changes = 0;
	for(i = 0; i < Nhash; i++)
		for(v = vars[i]; v; v = v->next){
			if(v->changed)
				exportvar(v);
			if(v->fnchanged)
				exportfn(v);
		}
	exportlocals(sh.locals);
}

/* malloced, NUL behind it */
char*
wholefile(char *name, long *np)
{
	char *s, *t;
	long n, size, m;
	int fd;

	fd = open(name, OREAD);
	if(fd < 0)
		return nil;
	size = 512;
	s = alloc(size);
	for(n = 0; (m = read(fd, s+n, size-1-n)) > 0; ){
		n += m;
		if(n < size-1)
			continue;
		size *= 2;
		t = realloc(s, size);
		if(t == nil)
			break;
		s = t;
	}
	close(fd);
	s[n] = 0;
	*np = n;
	return s;
}

static void
importvar(char *name)
{
	char file[256], *s, *p, *e;
	Word *first, **l;
	Var *v;
	long n;

	if(snprint(file, sizeof file, "/env/%s", name) >= (int)sizeof file-1)
		return;
	s = wholefile(file, &n);
	if(s == nil)
		return;
	first = nil;
	l = &first;
	for(p = s; p < s+n; p = e+1){
		e = p+strlen(p);
		*l = newword(p, nil);
		l = &(*l)->next;
	}
	free(s);
	v = gvar(name);
	freewords(v->val);
	v->val = first;
	v->changed = 0;
}

static void
importfn(char *name)
{
	char file[256], *s;
	long n;
	Fn *f;
	Var *v;

	if(snprint(file, sizeof file, "/env/%s", name) >= (int)sizeof file-1)
		return;
	s = wholefile(file, &n);
	if(s == nil)
		return;
	f = parsefn(s);
	free(s);
	if(f == nil)
		return;
	v = gvar(name+3);
	setfn(v, f);
	v->fnchanged = 0;
}

static void
import(int fns)
{
	Dir *d;
	long i, n;
	int fd, isfn;

	fd = open("/env", OREAD);
	if(fd < 0){
		message("can't open /env: %r");
		return;
	}
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		isfn = strncmp(d[i].name, "fn#", 3) == 0;
		if(isfn && fns)
			importfn(d[i].name);
		if(!isfn && !fns)
			importvar(d[i].name);
	}
	free(d);
}

void
varinit(void)
{
	import(0);
}

void
importfns(void)
{
	import(1);
}

/* whatis without arguments */
void
listvars(int fd)
{
	Var *v;
	char *s;
	int i;

	for(i = 0; i < Nhash; i++)
		for(v = vars[i]; v; v = v->next){
			if(v->val)
				fprint(fd, v->val->next ? "%s=(%v)\n" : "%s=%v\n", v->name, v->val);
			if(v->fn){
				s = treetext(v->fn->body);
				fprint(fd, "fn %s %s\n", v->name, s);
				free(s);
			}
		}
}
