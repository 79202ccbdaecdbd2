/* SPDX-License-Identifier: MIT */
/*
 * Commands.  "last" tells run that nothing will follow in this process, so
 * that the last program of a child can be executed without another fork.
 */
#include "rc.h"

/* a process that goes on running shell code */
int
subfork(int flags)
{
	int pid;

	updenv();
	pid = rfork(flags);
	if(pid == 0){
		sh.ischild = 1;
		closeinputs();
		traps();		/* a note that came this early ends it too */
	}
	return pid;
}

static void
condition(Tree *t)
{
	sh.quiet++;
	run(t, 0);
	sh.quiet--;
}

/* -e: failure is the end, unless somebody looks at the status */
void
checkfail(void)
{
	if(sh.flag['e'] && !sh.quiet && isfalse())
		rcexit(getstatus());
}

static void
pipeline(Tree *t)
{
	Redir rd, *redirs;
	char *right, *both;
	int fd[2], pid;

	if(pipe(fd) < 0)
		rcerror("can't get pipe: %r");
	pid = subfork(RFFDG|RFPROC|RFREND);
	if(pid < 0){
		close(fd[0]);
		close(fd[1]);
		rcerror("try again: %r");
	}
	if(pid == 0){
		close(fd[0]);
		pushredir(&rd, Ropen, fd[1], t->fd0);
		run(t->c[0], 1);
		rcexit(getstatus());
	}
	close(fd[1]);
	redirs = sh.redirs;
	pushredir(&rd, Ropen, fd[0], t->fd1);
	run(t->c[1], 0);
	popredirs(redirs);
	right = strdup(getstatus());
	waitfor(pid);
	both = smprint("%s|%s", getstatus(), right ? right : "");
	free(right);
	setstatus(both ? both : "");
	free(both);
}

static void
subshell(Tree *t, int last)
{
	int pid;

	if(last){
		run(t->c[0], 1);
		return;
	}
	pid = subfork(RFFDG|RFPROC|RFREND);
	if(pid < 0)
		rcerror("try again: %r");
	if(pid == 0){
		run(t->c[0], 1);
		rcexit(getstatus());
	}
	waitfor(pid);
	checkfail();
}

static void
async(Tree *t)
{
	char buf[16];
	Redir rd;
	int null, pid;

	null = open("/dev/null", OREAD);
	pid = subfork(RFFDG|RFPROC|RFREND|RFNOTEG);
	if(pid < 0){
		close(null);
		rcerror("try again: %r");
	}
	if(pid == 0){
		if(null >= 0)
			pushredir(&rd, Ropen, null, 0);
		run(t->c[0], 1);
		rcexit(getstatus());
	}
	close(null);
	snprint(buf, sizeof buf, "%d", pid);
	setvar("apid", newword(buf, nil));
	setstatus("");
}

/* the text, ready to be read; a writer process if a pipe may not hold it */
static int
heredoc(Tree *t)
{
	char *s;
	long n;
	int fd[2];

	s = heretext(t);
	n = strlen(s);
	if(pipe(fd) < 0)
		rcerror("can't get pipe: %r");
	if(n < 8192){
		if(n > 0)
			write(fd[1], s, n);
	}else if(subfork(RFFDG|RFPROC|RFREND|RFNOWAIT) == 0){
		close(fd[0]);
		write(fd[1], s, n);
		_exits(nil);
	}
	close(fd[1]);
	free(s);
	return fd[0];
}

static int
openredir(Tree *t)
{
	static char *const op[] = { "<", ">", ">>", "<>" };
	Word *w;
	int fd;

	if(t->rtype == Rhere)
		return heredoc(t);
	w = globwords(eval(t->c[0]));
	if(w == nil)
		rcerror("%s requires file", op[t->rtype]);
	if(w->next)
		rcerror("%s requires singleton", op[t->rtype]);
	switch(t->rtype){
	case Rread:
		fd = open(w->text, OREAD);
		break;
	case Rwrite:
		fd = create(w->text, OWRITE, 0666);
		break;
	case Rappend:
		fd = open(w->text, OWRITE);
		if(fd < 0)
			fd = create(w->text, OWRITE, 0666);
		if(fd >= 0)
			seek(fd, 0, 2);
		break;
	default:
		fd = open(w->text, ORDWR);
		if(fd < 0)
			fd = create(w->text, ORDWR, 0666);
		break;
	}
	if(fd < 0){
		fprint(mapfd(2), "%s: ", w->text);
		rcerror("can't open: %r");
	}
	freewords(w);
	return fd;
}

static void
redirected(Tree *t, int last)
{
	Redir rd, *redirs;
	int fd;

	redirs = sh.redirs;
	if(t->type == Tdup)
		pushredir(&rd, t->fd1 < 0 ? Rclose : Rdup, t->fd1 < 0 ? t->fd0 : t->fd1, t->fd0);
	else{
		fd = openredir(t);
		if(fd == t->fd0){	/* as wanted, by chance: but ours to close */
			fd = dup(fd, -1);
			close(t->fd0);
		}
		pushredir(&rd, Ropen, fd, t->fd0);
	}
	if(t->c[1])
		run(t->c[1], last);
	else
		setstatus("");
	popredirs(redirs);
}

static void
assign(Tree *t, int last)
{
	Var *locals;
	char *name;
	Word *val;
	Tree *end;

	val = globwords(eval(t->c[1]));
	name = single(t->c[0], "variable name");
	for(end = t; end && end->type == Tassign; end = end->c[2])
		;
	if(end == nil){			/* no command behind it: for good */
		setvar(name, val);
		free(name);
		run(t->c[2], last);
		return;
	}
	locals = sh.locals;
	pushlocal(name, val);
	free(name);
	run(t->c[2], last);
	poplocals(locals);
}

static void
loop(Tree *t)
{
	Var *locals;
	Word *all, *w;
	char *name;

	if(t->c[1])
		all = globwords(eval(t->c[1]));
	else
		all = copywords(var("*")->val, nil);
	name = single(t->c[0], "variable name");
	locals = sh.locals;
	pushlocal(name, nil);
	for(w = all; w; w = w->next){
		setvar(name, newword(w->text, nil));
		run(t->c[2], 0);
		traps();
	}
	poplocals(locals);
	free(name);
	freewords(all);
}

static void
whileloop(Tree *t)
{
	for(;;){
		if(t->c[0])
			condition(t->c[0]);
		else
			setstatus("");
		if(isfalse())
			break;
		run(t->c[1], 0);
		traps();
	}
}

static int
matchany(char *s, Tree *pats)
{
	Word *w, *all;
	int hit;

	all = eval(pats);
	hit = 0;
	for(w = all; w && !hit; w = w->next)
		hit = w->glob ? match(s, w->text) : strcmp(s, w->text) == 0;
	freewords(all);
	return hit;
}

static Tree*
head(Tree *t)
{
	return t && t->type == Tseq ? t->c[0] : t;
}

static Tree*
tail(Tree *t)
{
	return t && t->type == Tseq ? t->c[1] : nil;
}

static void
switchcmd(Tree *t)
{
	Tree *b;
	Word *w;
	char *s;

	b = t->c[1]->c[0];		/* starts with a case: the parser saw to that */
	w = plainwords(eval(t->c[0]));
	s = joinwords(w, " ");
	freewords(w);
	while(b && !(iscase(head(b)) && matchany(s, head(b)->c[0]->c[1])))
		b = tail(b);
	free(s);
	for(b = tail(b); b && !iscase(head(b)); b = tail(b))
		run(head(b), 0);
}

static void
twiddle(Tree *t)
{
	Word *w;
	char *s;

	w = plainwords(eval(t->c[0]));
	s = joinwords(w, " ");
	freewords(w);
	setstatus(matchany(s, t->c[1]) ? "" : "no match");
	free(s);
	checkfail();
}

static void
define(Tree *t)
{
	Word *names, *w;
	char *text;
	Fn *f;

	names = globwords(eval(t->c[0]));
	text = t->c[1] ? treetext(t->c[1]) : nil;
	if(t->c[1] && text == nil)
		rcerror("out of memory");
	for(w = names; w; w = w->next){
		f = nil;
		if(text){
			char *src;

			src = smprint("fn x %s\n", text);
			f = src ? parsefn(src) : nil;
			free(src);
			if(f == nil)
				rcerror("can't define fn %s", w->text);
		}
		setfn(gvar(w->text), f);
	}
	free(text);
	freewords(names);
	setstatus("");
}

/* each arm returns; nil is the empty command, which leaves $status alone */
void
run(Tree *t, int last)
{
	for(; t && t->type == Tseq; t = t->c[1]){
		run(t->c[0], last && t->c[1] == nil);
		traps();
	}
	if(t == nil)
		return;
	switch(t->type){
	case Tsimple:
		simple(t, last);
		break;
	case Tassign:
		assign(t, last);
		break;
	case Tredir:
	case Tdup:
		redirected(t, last);
		break;
	case Tpipe:
		pipeline(t);
		break;
	case Tand:
	case Tor:
		condition(t->c[0]);
		if(isfalse() == (t->type == Tor))
			run(t->c[1], last);
		break;
	case Tbang:
		condition(t->c[0]);
		setstatus(isfalse() ? "" : "false");
		break;
	case Tsubshell:
		subshell(t, last);
		break;
	case Tbrace:
		run(t->c[0], last);
		break;
	case Tif:
		condition(t->c[0]);
		sh.ifnot = isfalse();
		if(!sh.ifnot){
			run(t->c[1], last);
			sh.ifnot = 0;
		}
		break;
	case Tnot:
		if(sh.ifnot)
			run(t->c[0], last);
		break;
	case Tfor:
		loop(t);
		break;
	case Twhile:
		whileloop(t);
		break;
	case Tswitch:
		switchcmd(t);
		break;
	case Ttwiddle:
		twiddle(t);
		break;
	case Tfn:
		define(t);
		break;
	case Tasync:
		async(t);
		break;
	}
}
