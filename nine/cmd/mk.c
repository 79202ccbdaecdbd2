/* SPDX-License-Identifier: MIT */
/*
 * mk - maintain (make) related files.  Here: options, and the walk that finds
 * what is out of date and starts recipes as soon as all they need is made.
 */
#include "u.h"
#include "libc.h"
#include "regexp.h"
#include "mk.h"

int nflag, kflag, tflag, iflag;
static int aflag;			/* everything is out of date */
static Word *modified;			/* -w: pretend these have just changed */
static int didwork;

static void
usage(void)
{
	fprint(2, "usage: mk [-f file] [-n] [-a] [-e] [-t] [-k] [-i] [-s] [-w targets] [targets ...]\n");
	exits("usage");
}

static void
dontknow(Node *n)
{
	char dir[512];

	fprint(2, "mk: don't know how to make '%s' in %s\n", n->name, getwd(dir, sizeof dir));
	n->state = Failed;
	nfailed++;
	if(!kflag)
		exits("don't know how to make");
}

static Arc*
recipearc(Node *n)
{
	Arc *a;

	for(a = n->arcs; a != nil; a = a->next)
		if(a->rule->recipe != nil)
			return a;
	return nil;
}

/* P: the program's status says */
static int
byprogram(Node *n, Arc *a)
{
	Waitmsg *w;
	char *cmd;
	int r;

	cmd = smprint("%s %q %q", a->rule->prog, n->name, a->node->name);
	if(cmd == nil)
		sysfatal("out of memory");
	if(fork() == 0){
		execl("/bin/rc", "rc", "-c", cmd, nil);
		sysfatal("can't exec rc: %r");
	}
	free(cmd);
	w = wait();
	r = w == nil || w->msg[0] != 0;
	free(w);
	return r;
}

static int
outofdate(Node *n)
{
	Arc *a;

	if(n->attr & Avirtual || n->time == 0 || aflag)
		return 1;
	for(a = n->arcs; a != nil; a = a->next){
		if(a->node == nil)
			continue;
		if(a->rule->prog != nil ? byprogram(n, a) : a->node->fresh || a->node->time > n->time)
			return 1;
	}
	return 0;
}

static ulong
newest(Node *n)
{
	Arc *a;
	ulong t;

	for(t = 1, a = n->arcs; a != nil; a = a->next)
		if(a->node != nil && a->node->time > t)
			t = a->node->time;
	return t;
}

/* the states of prerequisites: 0 not yet, 1 all made, -1 one failed */
static int
ready(Node *n)
{
	Arc *a;
	int r;

	r = 1;
	for(a = n->arcs; a != nil; a = a->next){
		if(a->node == nil)
			continue;
		if(a->node->state == Failed)
			return -1;
		if(a->node->state != Made)
			r = 0;
	}
	return r;
}

/* missing ones that were passed over are needed after all */
static int
unpretend(Node *n)
{
	Arc *a;
	int any;

	any = 0;
	for(a = n->arcs; a != nil; a = a->next)
		if(a->node != nil && a->node->pretend){
			a->node->pretend = 0;
			a->node->wanted = 1;
			a->node->time = 0;
			a->node->state = Notmade;
			any = 1;
		}
	return any;
}

static void
norecipe(Node *n)
{
	if(n->time == 0 && n->arcs == nil){
		dontknow(n);
		return;
	}
	if(n->time == 0 && (n->attr & (Avirtual|Anorecipe)) == 0){
		Arc *a;

		for(a = n->arcs; a != nil && a->node == nil; a = a->next)
			;
		if(a == nil){
			dontknow(n);
			return;
		}
	}
	if(n->time == 0 || newest(n) > n->time)
		n->time = newest(n);
	n->state = Made;
}

/* one step for n and all below it; top: asked for by name */
static void
work(Node *n, int top)
{
	Arc *a;
	int r;

	if(n->state != Notmade)
		return;
	for(a = n->arcs; a != nil; a = a->next)
		if(a->node != nil){
			work(a->node, 0);
			if(nfailed > 0 && !kflag)
				return;
		}
	r = ready(n);
	if(r < 0)
		n->state = Failed;
	if(r <= 0)
		return;
	a = recipearc(n);
	if(a == nil){
		if(!unpretend(n))
			norecipe(n);
		else
			work(n, top);
		return;
	}
	if(n->time == 0 && !top && !iflag && !n->wanted && !aflag && (n->attr & Avirtual) == 0){
		n->pretend = 1;
		n->time = newest(n);
		n->state = Made;
		return;
	}
	if(!outofdate(n)){
		n->state = Made;
		return;
	}
	if(unpretend(n)){
		work(n, top);
		return;
	}
	while(nrunning >= nproc)
		waitjob();
	if(nfailed > 0 && !kflag)
		return;
	didwork = 1;
	startjob(n, a);
}

static void
mk(char *target)
{
	Node *n;
	Word *w;

	n = node(target);
	for(w = modified; w != nil; w = w->next)
		if(lookup(w->s) != nil){
			lookup(w->s)->time = time(nil);
			lookup(w->s)->fresh = 1;
		}
	n->wanted = 1;
	didwork = 0;
	while(n->state == Notmade || n->state == Begun){
		work(n, 1);
		if(nfailed > 0 && !kflag)
			break;
		if(n->state == Made || n->state == Failed)
			break;
		waitjob();
	}
	while(waitjob())
		;
	if(nfailed > 0 && !kflag)
		exits("error");
	if(!didwork && n->state == Made)
		print("mk: '%s' is up to date\n", target);
}

static void
setoptions(Word *args)
{
	Word *w;

	w = getvar("NPROC");
	if(w != nil)
		nproc = atoi(w->s);
	if(nproc < 1)
		nproc = 1;
	if(nproc > 64)
		nproc = 64;
	setvar("MKARGS", copywords(args), Vrecipe);
}

/* name=value among the arguments; the others are targets */
static Word*
arguments(int argc, char *argv[])
{
	Word *w;
	char *eq;
	int i;

	w = nil;
	for(i = 0; i < argc; i++){
		eq = strchr(argv[i], '=');
		if(eq == nil || eq == argv[i]){
			addword(&w, argv[i]);
			continue;
		}
		*eq = 0;
		setvar(argv[i], expand(eq+1), Vcmdline);
		*eq = '=';
	}
	return w;
}

static void
addmodified(char *s)
{
	char *f[64];
	int i, n;

	n = getfields(s, f, nelem(f), 1, ", ");
	for(i = 0; i < n; i++)
		addword(&modified, f[i]);
}

int
main(int argc, char *argv[])
{
	Word *files, *targets, *flags, *w;

	argv0 = "mk";
	files = flags = nil;
	for(int i = 1; i < argc && argv[i][0] == '-'; i++)
		addword(&flags, argv[i]);
	ARGBEGIN{
	case 'f':
		addword(&files, EARGF(usage()));
		break;
	case 'w':
		addmodified(EARGF(usage()));
		break;
	case 'n':
		nflag = 1;
		break;
	case 'a':
		aflag = 1;
		break;
	case 'e':
		eflag = 1;
		break;
	case 't':
		tflag = 1;
		break;
	case 'k':
		kflag = 1;
		break;
	case 'i':
		iflag = 1;
		break;
	case 's':
		break;			/* targets are always made one after the other */
	default:
		usage();
	}ARGEND
	readenv();
	setvar("MKFLAGS", flags, Vrecipe);
	targets = arguments(argc, argv);
	if(files == nil)
		addword(&files, "mkfile");
	for(w = files; w != nil; w = w->next)
		parse(w->s);
	setoptions(targets);
	if(targets == nil)
		targets = firsttargets;
	if(targets == nil){
		fprint(2, "mk: nothing to mk\n");
		exits("nothing to mk");
	}
	for(w = targets; w != nil; w = w->next)
		mk(w->s);
	exits(nfailed > 0 ? "error" : nil);
}
