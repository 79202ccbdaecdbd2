/* SPDX-License-Identifier: MIT */
/* Where commands come from: files, strings, the terminal. */
#include "rc.h"

static void
prompt(Input *in)
{
	Word *w;

	w = var("prompt")->val;
	if(w && in->prompted)
		w = w->next;
	in->prompted = 1;
	if(w)
		fprint(2, "%s", w->text);
	else if(var("prompt")->val == nil)
		fprint(2, "%% ");
}

/*
 * A read that a note gets us out of, even one that comes just before it.
 * -1 with the error "interrupted" then.
 */
static long
readinput(int fd, char *buf, long n)
{
	if(setjmp(readjmp) == 0){
		reading = 1;
		if(ntrap == 0){
			n = read(fd, buf, n);
			reading = 0;
			return n;
		}
	}
	reading = 0;
	werrstr("interrupted");
	return -1;
}

static int
fill(Input *in)
{
	char err[ERRMAX];
	long n;

	if(in->fd < 0)
		return -1;
	while((n = readinput(in->fd, in->buf, sizeof in->buf)) < 0){
		rerrstr(err, sizeof err);
		traps();		/* does not return if it was for the terminal */
		if(strstr(err, "interrupted") == nil)
			return -1;
	}
	in->n = n;
	in->pos = 0;
	return n > 0 ? 0 : -1;
}

static int
nextbyte(void *v)
{
	Input *in;
	int c;

	in = v;
	if(in->interactive && in->atbol)
		prompt(in);
	in->atbol = 0;
	if(in->str){
		c = (uchar)*in->str;
		if(c == 0)
			return -1;
		in->str++;
	}else{
		if(in->pos >= in->n && fill(in) < 0)
			return -1;
		c = (uchar)in->buf[in->pos++];
	}
	if(c == '\n')
		in->atbol = 1;
	if(sh.flag['v'] || (sh.flag['V'] && in->up))	/* -V: not rcmain */
		fprint(2, "%c", c);
	return c;
}

static void
complain(void *v, char *msg, char *token)
{
	Input *in;
	char where[300];

	in = v;
	if(strcmp(msg, "out of memory") == 0)
		rcerror(msg);
	where[0] = 0;
	if(in->name && !in->interactive)
		snprint(where, sizeof where, "%s:%d: ", in->name, in->p.line);
	else if(in->name)
		snprint(where, sizeof where, "%s: ", in->name);
	else if(!in->interactive)
		snprint(where, sizeof where, "line %d: ", in->p.line);
	if(token)
		fprint(mapfd(2), "rc: %stoken %q: %s\n", where, token, msg);
	else
		fprint(mapfd(2), "rc: %s%s\n", where, msg);
	setvar("status", newword(msg, nil));
}

/* -r: the command as it was understood */
static void
show(Tree *t)
{
	char *s;

	s = treetext(t);
	fprint(2, "%s\n", s ? s : "");
	free(s);
}

static void
runline(Input *in, Tree *t)
{
	Arena *a;

	a = takearena(&in->p);
	in->running = a;
	if(sh.flag['r'])
		show(t);
	run(t, 0);
	in->running = nil;
	arenafree(a);
	traps();
	if(sh.flag['s'] && isfalse())
		fprint(2, "status=%v\n", var("status")->val);
}

/* read and run until the end of the input, or a syntax error in a file */
void
source(Input *in)
{
	Tree *t;
	int r;

	in->up = sh.input;
	in->redirs = sh.redirs;
	in->locals = sh.locals;
	in->level = sh.level;
	sh.input = in;
	parserinit(&in->p, nextbyte, complain, in);
	in->atbol = 1;
	if(in->interactive)
		setjmp(in->again);
	for(;;){
		in->prompted = 0;
		r = parseline(&in->p, &t);
		if(r == Peof)
			break;
		if(r == Perror && !in->interactive)
			break;
		if(r == Pok && t)
			runline(in, t);
	}
	parserdone(&in->p);
	sh.input = in->up;
}

void
sourcefd(int fd, char *name, int interactive)
{
	Input *in;

	in = alloc(sizeof *in);
	memset(in, 0, sizeof *in);
	in->fd = fd;
	in->name = name;
	in->interactive = interactive;
	source(in);
	close(fd);
	free(in);
}

void
sourcestring(char *s)
{
	Input *in;

	in = alloc(sizeof *in);
	memset(in, 0, sizeof *in);
	in->fd = -1;
	in->str = s;
	source(in);
	free(in);
}

/* a child has no use for what its parent reads */
void
closeinputs(void)
{
	Input *in;

	for(in = sh.input; in; in = in->up){
		if(in->fd > 2)
			close(in->fd);
		in->fd = -1;
	}
}

static int
nextchar(void *v)
{
	char **s;

	s = v;
	return **s ? (uchar)*(*s)++ : -1;
}

static void
quiet(void *v, char *msg, char *token)
{
	USED(v);
	USED(token);
	if(strcmp(msg, "out of memory") == 0)
		rcerror(msg);
}

/* the function in "fn name {...}"; nil if it is not one */
Fn*
parsefn(char *s)
{
	Parser p;
	Tree *t;
	Fn *f;

	parserinit(&p, nextchar, quiet, &s);
	if(parseline(&p, &t) != Pok || t == nil || t->type != Tfn || t->c[1] == nil){
		parserdone(&p);
		return nil;
	}
	f = alloc(sizeof *f);
	f->ref = 1;
	f->arena = takearena(&p);
	f->body = t->c[1];
	return f;
}

/* to the nearest interactive input, dropping everything on the way */
void
unwind(void)
{
	Input *in;

	while((in = sh.input) != nil && !sh.ischild){
		arenafree(in->running);
		in->running = nil;
		parserdone(&in->p);
		if(in->interactive){
			popredirs(in->redirs);
			poplocals(in->locals);
			sh.level = in->level;
			sh.quiet = 0;
			in->n = in->pos = 0;
			in->atbol = 1;
			in->p.nahead = 0;
			in->p.here = nil;
			in->p.iflast = 0;
			longjmp(in->again, 1);
		}
		if(in->fd > 2)
			close(in->fd);
		sh.input = in->up;
		free(in);
	}
	rcexit(getstatus());
}
