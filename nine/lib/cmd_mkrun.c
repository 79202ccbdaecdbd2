/* SPDX-License-Identifier: MIT */
/* mk's recipes: each is run by an rc of its own, with its variables in /env. */
#include "u.h"
#include "libc.h"
#include "regexp.h"
#include "../cmd/mk.h"

int nrunning, nfailed, nproc = 1;
static Job *running;

void
touchtarget(char *name)
{
	Dir d;
	int fd;

	print("touch(%s)\n", name);
	if(nflag)
		return;
	nulldir(&d);
	d.mtime = time(nil);
	if(dirwstat(name, &d) >= 0)
		return;
	fd = create(name, OREAD, 0666);
	if(fd < 0)
		sysfatal("can't touch %s: %r", name);
	close(fd);
}

static void
single(char *name, char *value)
{
	Word *w;

	w = nil;
	if(value != nil)
		addword(&w, value);
	setvar(name, w, Vrecipe);
}

static void
setrecipevars(Job *j)
{
	char name[16];
	int i;

	setvar("target", copywords(j->targets), Vrecipe);
	setvar("alltarget", copywords(j->all), Vrecipe);
	setvar("prereq", copywords(j->prereqs), Vrecipe);
	setvar("newprereq", copywords(j->newer), Vrecipe);
	single("stem", j->arc->stem[0]);
	for(i = 1; i < Nstem; i++){
		snprint(name, sizeof name, "stem%d", i);
		single(name, j->arc->stem[i]);
	}
	snprint(name, sizeof name, "%d", nrunning);
	single("nproc", name);
	snprint(name, sizeof name, "%d", getpid());
	single("pid", name);
}

static void
finish(Job *j, int ok)
{
	Word *w;
	Node *n;
	ulong old, vers;

	for(w = j->all; w != nil; w = w->next){
		n = lookup(w->s);
		if(n == nil || n->job != j)
			continue;
		n->job = nil;
		n->pretend = 0;
		n->state = ok ? Made : Failed;
		if(!ok){
			if(n->attr & Adelete && !(n->attr & Avirtual) && remove(n->name) >= 0)
				fprint(2, "mk: deleting %s\n", n->name);
			continue;
		}
		/* what was made, or only said to be, is newer than all there was */
		old = n->time;
		vers = n->vers;
		if(n->attr & (Avirtual|Aupdate) || nflag || tflag || (n->time = mtime(n->name, &n->vers)) == 0)
			n->time = time(nil);
		n->fresh = n->time != old || n->vers != vers || n->attr & (Avirtual|Aupdate) || nflag || tflag;
	}
}

static void
freejob(Job *j)
{
	freewords(j->targets);
	freewords(j->all);
	freewords(j->prereqs);
	freewords(j->newer);
	free(j);
}

static void
collect(Job *j, Node *n)
{
	Arc *a;

	for(a = n->arcs; a != nil; a = a->next){
		if(a->node == nil)
			continue;
		if(!hasword(j->prereqs, a->node->name))
			addword(&j->prereqs, a->node->name);
		if((n->time == 0 || a->node->time > n->time) && !hasword(j->newer, a->node->name))
			addword(&j->newer, a->node->name);
	}
}

/* the recipe makes all targets of its rule: those in the graph are done with this one */
static Job*
newjob(Node *n, Arc *a)
{
	Job *j;
	Node *t;
	Word *w;
	char *s;

	j = emalloc(sizeof *j);
	j->rule = a->rule;
	j->arc = a;
	if(a->rule->meta && (a->rule->re != nil || strpbrk(a->rule->target, "%&") == nil))
		addword(&j->all, n->name);
	else
		for(w = a->rule->targets; w != nil; w = w->next){
			s = stemmed(w->s, a);
			addword(&j->all, s);
			free(s);
		}
	for(w = j->all; w != nil; w = w->next){
		t = lookup(w->s);
		/* one that was left unmade, nobody having asked for it yet, is made now */
		if(t == nil || (t->state == Made && !t->pretend) || t->job != nil)
			continue;
		if(t != n && t->attr & Avirtual && !a->rule->meta){
			/* virtual targets that share a recipe are made one by one */
			continue;
		}
		t->job = j;
		t->pretend = 0;
		t->state = Begun;
		addword(&j->targets, t->name);
		collect(j, t);
	}
	return j;
}

static void
showrecipe(Job *j)
{
	char *s;

	if(j->rule->attr & Aquiet && !nflag)
		return;
	s = expandtext(j->rule->recipe);
	print("%s", s);
	free(s);
}

static void
runrecipe(Job *j)
{
	int fd;

	exportvars();
	fd = open("/dev/null", OREAD);
	if(fd > 0){
		dup(fd, 0);
		close(fd);
	}
	if(j->rule->attr & Aerror)
		execl("/bin/rc", "rc", "-I", "-c", j->rule->recipe, nil);
	else
		execl("/bin/rc", "rc", "-eI", "-c", j->rule->recipe, nil);
	sysfatal("can't exec rc: %r");
}

/* 1: started, or done at once */
int
startjob(Node *n, Arc *a)
{
	Job *j;
	Word *w;

	j = newjob(n, a);
	setrecipevars(j);
	if(tflag){
		for(w = j->targets; w != nil; w = w->next)
			if(!(n->attr & Avirtual))
				touchtarget(w->s);
		finish(j, 1);
		freejob(j);
		return 1;
	}
	showrecipe(j);
	if(nflag){
		finish(j, 1);
		freejob(j);
		return 1;
	}
	j->pid = rfork(RFPROC|RFFDG|RFENVG);
	if(j->pid < 0)
		sysfatal("can't fork: %r");
	if(j->pid == 0)
		runrecipe(j);
	j->next = running;
	running = j;
	nrunning++;
	return 1;
}

static void
complain(Job *j, char *msg)
{
	char *s, *p;

	setrecipevars(j);
	s = expandtext(j->rule->recipe);
	for(p = s; *p != 0; p++)
		if(*p == '\n')
			*p = ' ';
	fprint(2, "mk: %s : exit status=%s\n", s, msg);
	free(s);
}

int
waitjob(void)
{
	Waitmsg *w;
	Job *j, **l;
	int ok;

	if(running == nil)
		return 0;
	w = wait();
	if(w == nil)
		sysfatal("wait: %r");
	for(l = &running; (j = *l) != nil && j->pid != w->pid; l = &j->next)
		;
	if(j == nil){
		free(w);
		return 1;
	}
	*l = j->next;
	nrunning--;
	ok = w->msg[0] == 0 || j->rule->attr & Aerror;
	if(w->msg[0] != 0)
		complain(j, w->msg);
	nfailed += !ok;
	finish(j, ok);
	freejob(j);
	free(w);
	return 1;
}
