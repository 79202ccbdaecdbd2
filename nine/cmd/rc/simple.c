/* SPDX-License-Identifier: MIT */
/* Functions, builtins, programs; and waiting for them. */
#include "rc.h"

enum
{
	Maxlevel	= 2000,		/* of functions: the stack has 16 MB */
	Maxdone		= 64,
};

typedef struct Done Done;
struct Done
{
	int	pid;
	char	*msg;
};

/* children that ended while another one was waited for, oldest first */
static Done done[Maxdone];
static int ndone;

static void
remember(Waitmsg *w)
{
	if(ndone == Maxdone){
		free(done[0].msg);
		memmove(done, done+1, (Maxdone-1)*sizeof done[0]);
		ndone--;
	}
	done[ndone].pid = w->pid;
	done[ndone].msg = strdup(w->msg);
	ndone++;
}

static int
recall(int pid)
{
	int i;

	for(i = 0; i < ndone; i++)
		if(done[i].pid == pid){
			setstatus(done[i].msg ? done[i].msg : "");
			free(done[i].msg);
			memmove(done+i, done+i+1, (--ndone-i)*sizeof done[0]);
			return 1;
		}
	return 0;
}

/* $status becomes that of the child; -1: there is no such child */
int
waitfor(int pid)
{
	char err[ERRMAX];
	Waitmsg *w;

	if(recall(pid))
		return 0;
	for(;;){
		w = wait();
		if(w == nil){
			rerrstr(err, sizeof err);
			if(strstr(err, "interrupted") == nil)
				return -1;
			traps();
			continue;
		}
		if(w->pid == pid){
			setstatus(w->msg);
			free(w);
			return 0;
		}
		remember(w);
		free(w);
	}
}

void
waitall(void)
{
	char err[ERRMAX];
	Waitmsg *w;

	for(;;){
		w = wait();
		if(w){
			remember(w);
			free(w);
			continue;
		}
		rerrstr(err, sizeof err);
		if(strstr(err, "interrupted") == nil)
			return;
		traps();
	}
}

void
callfn(Fn *f, Word *args)
{
	Var *locals;

	if(++sh.level > Maxlevel)
		rcerror("functions nested too deeply");
	locals = sh.locals;
	pushlocal("*", copywords(args, nil));
	f->ref++;
	run(f->body, 0);
	fnunref(f);
	poplocals(locals);
	sh.level--;
}

static int
searched(char *name)
{
	return name[0] != '/' && name[0] != '#' && strncmp(name, "./", 2) != 0 && strncmp(name, "../", 3) != 0;
}

/* become the program; returns if that cannot be */
void
execute(Word *args)
{
	char **argv, *file, err[ERRMAX];
	Word *w, *path;
	int i;

	updenv();
	argv = alloc((count(args)+1)*sizeof *argv);
	for(i = 0, w = args; w; w = w->next)
		argv[i++] = w->text;
	argv[i] = nil;
	doredirs();
	if(!searched(args->text))
		exec(args->text, argv);
	else
		for(path = var("path")->val; path; path = path->next){
			file = path->text[0] ? smprint("%s/%s", path->text, args->text) : strdup(args->text);
			if(file == nil)
				break;
			exec(file, argv);
			free(file);
			rerrstr(err, sizeof err);
			if(strstr(err, " allocat") || strstr(err, " full"))
				break;	/* elsewhere it would not go better */
		}
	rerrstr(err, sizeof err);
	fprint(2, "%s: %s\n", args->text, err);
	free(argv);
	werrstr("%s", err);
}

void
program(Word *args, int last)
{
	char buf[ERRMAX];
	int pid;

	updenv();
	pid = 0;
	if(!last || !sh.ischild)
		pid = rfork(RFFDG|RFPROC|RFREND);
	if(pid < 0)
		rcerror("try again: %r");
	if(pid == 0){
		/* exec forgets our handler: no note may be caught and lost before */
		notify(nil);
		sh.ischild = 1;
		traps();
		execute(args);
		snprint(buf, sizeof buf, "can't exec: %r");
		_exits(buf);
	}
	waitfor(pid);
}

/* what <{} left open is closed behind the command */
void
simple(Tree *t, int last)
{
	Redir *redirs;
	Word *args;
	Fn *f;

	redirs = sh.redirs;
	args = globwords(eval(t->c[0]));
	if(args == nil)
		rcerror("empty argument list");
	if(sh.flag['x'])
		fprint(2, "%v\n", args);
	f = gvar(args->text)->fn;
	if(f)
		callfn(f, args->next);
	else if(!builtin(args, last))
		program(args, last);
	freewords(args);
	popredirs(redirs);
	checkfail();
}
