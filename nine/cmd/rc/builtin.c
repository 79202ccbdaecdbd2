/* SPDX-License-Identifier: MIT */
/* Commands that must run in rc itself.  args[0] is their own name. */
#include "rc.h"

static void
usage(char *fmt, ...)
{
	char buf[200];
	va_list args;

	va_start(args, fmt);
	vseprint(buf, buf+sizeof buf, fmt, args);
	va_end(args);
	fprint(mapfd(2), "Usage: %s\n", buf);
	setstatus("usage");
}

static int
trycd(char *dir, Word *cdpath)
{
	char *full;
	int r;

	if(dir[0] == '/' || dir[0] == '#' || cdpath == nil || strcmp(dir, ".") == 0 ||
	   strcmp(dir, "..") == 0 || strncmp(dir, "./", 2) == 0 || strncmp(dir, "../", 3) == 0)
		return chdir(dir);
	for(; cdpath; cdpath = cdpath->next){
		full = cdpath->text[0] ? smprint("%s/%s", cdpath->text, dir) : strdup(dir);
		r = full ? chdir(full) : -1;
		if(r >= 0){
			if(cdpath->text[0] && strcmp(cdpath->text, ".") != 0)
				fprint(mapfd(1), "%s\n", full);
			free(full);
			return 0;
		}
		free(full);
	}
	return -1;
}

static void
cd(Word *args, int last)
{
	Word *home;

	USED(last);
	setstatus("can't cd");
	switch(count(args)){
	case 1:
		home = var("home")->val;
		if(home == nil)
			fprint(mapfd(2), "Can't cd -- $home empty\n");
		else if(chdir(home->text) >= 0)
			setstatus("");
		else
			fprint(mapfd(2), "Can't cd %s: %r\n", home->text);
		break;
	case 2:
		if(trycd(args->next->text, var("cdpath")->val) >= 0)
			setstatus("");
		else
			fprint(mapfd(2), "Can't cd %s: %r\n", args->next->text);
		break;
	default:
		fprint(mapfd(2), "Usage: cd [directory]\n");
	}
}

static int
openscript(char *name)
{
	/* a descriptor file would share its flags with what it is a copy of */
	if(strncmp(name, "#d/", 3) == 0 || strncmp(name, "/fd/", 4) == 0)
		return dup(mapfd(atoi(strrchr(name, '/')+1)), -1);
	return open(name, OREAD|OCEXEC);
}

static void
dot(Word *args, int last)
{
	Var *locals;
	Word *w;
	int fd, interactive;
	char *name;

	USED(last);
	w = args->next;
	interactive = w && strcmp(w->text, "-i") == 0;
	if(interactive)
		w = w->next;
	if(w == nil){
		usage(". [-i] file [arg ...]");
		return;
	}
	fd = openscript(w->text);
	if(fd < 0){
		fprint(mapfd(2), "%s: ", w->text);
		rcerror(".: can't open: %r");
	}
	locals = sh.locals;
	pushlocal("*", copywords(w->next, nil));
	pushlocal("0", newword(w->text, nil));
	name = strncmp(w->text, "#d/", 3) == 0 ? nil : var("0")->val->text;
	sourcefd(fd, name, interactive);
	poplocals(locals);
}

static void
evalcmd(Word *args, int last)
{
	char *s, *t;

	USED(last);
	if(args->next == nil)
		rcerror("Usage: eval cmd ...");
	s = joinwords(args->next, " ");
	t = smprint("%s\n", s);
	free(s);
	if(t == nil)
		rcerror("out of memory");
	sourcestring(t);
	free(t);
}

static void
execcmd(Word *args, int last)
{
	Input *in;

	USED(last);
	if(args->next == nil)
		rcerror("empty argument list");
	for(in = sh.input; in && !in->interactive; in = in->up)
		;
	/* who types at a shell should not lose it to a misspelt name */
	if(in && !sh.ischild && access(args->next->text, AEXEC) < 0 && args->next->text[0] == '/'){
		fprint(mapfd(2), "%s: %r\n", args->next->text);
		setstatus("can't exec");
		return;
	}
	execute(args->next);
	rcexit("can't exec");
}

static void
exitcmd(Word *args, int last)
{
	USED(last);
	switch(count(args)){
	default:
		usage("exit [status]");
		fprint(mapfd(2), "Exiting anyway\n");
		rcexit(args->next->text);
	case 2:
		rcexit(args->next->text);
	case 1:
		rcexit(getstatus());
	}
}

static void
shift(Word *args, int last)
{
	Var *star;
	Word *w;
	int n;

	USED(last);
	if(count(args) > 2){
		usage("shift [n]");
		setstatus("shift usage");
		return;
	}
	n = args->next ? atoi(args->next->text) : 1;
	star = var("*");
	for(; n > 0 && star->val; n--){
		w = star->val;
		star->val = w->next;
		free(w);
	}
	w = star->val;
	star->val = nil;
	setvar("*", w);
	setstatus("");
}

static void
flagcmd(Word *args, int last)
{
	uchar *f;
	char *s;

	USED(last);
	s = args->next ? args->next->text : "";
	if(count(args) < 2 || count(args) > 3 || s[0] == 0 || s[1] || (s[0] & 0x80)){
		usage("flag [letter] [+-]");
		setstatus("flag usage");
		return;
	}
	f = &sh.flag[(int)s[0]];
	if(args->next->next == nil)
		setstatus(*f ? "" : "flag not set");
	else{
		*f = args->next->next->text[0] != '-';
		setstatus("");
	}
}

static void
finit(Word *args, int last)
{
	USED(args);
	USED(last);
	importfns();
	setstatus("");
}

static void
rforkcmd(Word *args, int last)
{
	static const struct
	{
		char	c;
		int	bit;
	} bits[] =
	{
		{ 'n', RFNAMEG }, { 'N', RFCNAMEG }, { 'e', RFENVG }, { 'E', RFCENVG },
		{ 's', RFNOTEG }, { 'f', RFFDG }, { 'F', RFCFDG }, { 'm', RFNOMNT },
	};
	char *s;
	int i, flags;

	USED(last);
	flags = 0;
	s = args->next ? args->next->text : "ens";
	for(; *s; s++){
		for(i = 0; i < nelem(bits) && bits[i].c != *s; i++)
			;
		if(i == nelem(bits))
			break;
		flags |= bits[i].bit;
	}
	if(*s || count(args) > 2){
		usage("rfork [fnesFNEm]");
		setstatus("rfork usage");
		return;
	}
	updenv();
	if(rfork(flags) < 0){
		fprint(mapfd(2), "rc: rfork failed: %r\n");
		setstatus("rfork failed");
	}else
		setstatus("");
}

static void
waitcmd(Word *args, int last)
{
	USED(last);
	if(count(args) > 2){
		usage("wait [pid]");
		return;
	}
	if(args->next)
		waitfor(atoi(args->next->text));
	else
		waitall();
}

/* the program the path leads to; malloced */
static char*
onpath(char *name)
{
	Word *path;
	char *file;
	Dir *d;

	if(name[0] == '/' || name[0] == '#' || strncmp(name, "./", 2) == 0 || strncmp(name, "../", 3) == 0)
		return access(name, AEXEC) >= 0 ? strdup(name) : nil;
	for(path = var("path")->val; path; path = path->next){
		file = path->text[0] ? smprint("%s/%s", path->text, name) : strdup(name);
		if(file == nil)
			return nil;
		d = dirstat(file);
		if(d && !(d->mode & DMDIR) && access(file, AEXEC) >= 0){
			free(d);
			return file;
		}
		free(d);
		free(file);
	}
	return nil;
}

static int
describe(int fd, char *name)
{
	Var *v;
	char *s;
	int known;

	v = var(name);
	known = 0;
	if(v->val){
		fprint(fd, v->val->next ? "%s=(%v)\n" : "%s=%v\n", name, v->val);
		known = 1;
	}
	if(gvar(name)->fn){
		s = treetext(gvar(name)->fn->body);
		fprint(fd, "fn %q %s\n", name, s);
		free(s);
	}else if(isbuiltin(name))
		fprint(fd, "builtin %s\n", name);
	else if((s = onpath(name)) != nil){
		fprint(fd, "%s\n", s);
		free(s);
	}else if(!known){
		fprint(mapfd(2), "%s: not found\n", name);
		return -1;
	}
	return 0;
}

static void
whatis(Word *args, int last)
{
	Word *w;
	int bad;

	USED(last);
	if(args->next == nil){
		listvars(mapfd(1));
		return;
	}
	bad = 0;
	for(w = args->next; w; w = w->next)
		if(describe(mapfd(1), w->text) < 0)
			bad = 1;
	setstatus(bad ? "not found" : "");
}

static void
builtincmd(Word *args, int last)
{
	if(args->next == nil){
		usage("builtin cmd [arg ...]");
		return;
	}
	if(!builtin(args->next, last))
		program(args->next, last);
}

static const struct
{
	char	*name;
	void	(*fn)(Word*, int);
} builtins[] =
{
	{ "cd", cd },
	{ ".", dot },
	{ "eval", evalcmd },
	{ "exec", execcmd },
	{ "exit", exitcmd },
	{ "shift", shift },
	{ "flag", flagcmd },
	{ "rfork", rforkcmd },
	{ "wait", waitcmd },
	{ "whatis", whatis },
	{ "builtin", builtincmd },
	{ "finit", finit },
};

static int
index(char *name)
{
	int i;

	for(i = 0; i < nelem(builtins); i++)
		if(strcmp(name, builtins[i].name) == 0)
			return i;
	return -1;
}

int
isbuiltin(char *name)
{
	return index(name) >= 0;
}

/* 0: args[0] is none */
int
builtin(Word *args, int last)
{
	int i;

	i = index(args->text);
	if(i < 0)
		return 0;
	builtins[i].fn(args, last);
	return 1;
}
