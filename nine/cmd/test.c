/* SPDX-License-Identifier: MIT */
/* test - set the status by a condition */
#include "u.h"
#include "libc.h"

static char **arg;			/* next word */
static char **endarg;
static int nest;

static int	orexpr(void);
static void	bad(char*) NORETURN;

static void
bad(char *what)
{
	if(what == nil)
		fprint(2, "test: argument expected\n");
	else
		fprint(2, "test: unexpected operator/operand: %s\n", what);
	exits("bad syntax");
}

static char*
next(void)
{
	if(arg >= endarg)
		bad(nil);
	return *arg++;
}

static int
match(char *s)
{
	if(arg < endarg && strcmp(*arg, s) == 0){
		arg++;
		return 1;
	}
	return 0;
}

static int
mode(char *name, ulong bits, ulong want)
{
	Dir *d;
	int ok;

	d = dirstat(name);
	ok = d != nil && (d->mode & bits) == want;
	free(d);
	return ok;
}

static int
nonempty(char *name)
{
	Dir *d;
	int ok;

	d = dirstat(name);
	ok = d != nil && d->length > 0;
	free(d);
	return ok;
}

static int
same(Dir *a, Dir *b)
{
	return a->type == b->type && a->dev == b->dev && a->qid.path == b->qid.path;
}

static int
iscons(int fd)
{
	Dir *d, *c;
	int ok;

	d = dirfstat(fd);
	c = dirstat("/dev/cons");
	ok = d != nil && c != nil && same(d, c);
	free(d);
	free(c);
	return ok;
}

/* 1: a's time is larger, -1: b's, 0: equal or not comparable */
static int
timecmp(char *a, char *b)
{
	Dir *da, *db;
	int c;

	da = dirstat(a);
	db = dirstat(b);
	c = 0;
	if(da != nil && db != nil)
		c = da->mtime > db->mtime ? 1 : da->mtime < db->mtime ? -1 : 0;
	free(da);
	free(db);
	return c;
}

/* seconds since the epoch; with units, so long before now */
static ulong
moment(char *s)
{
	static char units[] = "yMdhms";
	static ulong seconds[] = { 365*86400, 30*86400, 86400, 3600, 60, 1 };
	ulong ago, n;
	char *p, *u, *end;

	ago = 0;
	for(p = s; *p != 0; p = end+1){
		n = strtoul(p, &end, 10);
		if(end == p)
			break;
		if(*end == 0 && p == s)
			return n;
		u = *end != 0 ? strchr(units, *end) : nil;
		if(u == nil)
			break;
		ago += n*seconds[u-units];
	}
	if(*p != 0 || p == s){
		fprint(2, "test: bad time syntax, %s\n", s);
		exits("bad time syntax");
	}
	return time(nil) - ago;
}

static int
older(char *name, char *when)
{
	ulong t;
	Dir *d;
	int ok;

	t = moment(when);
	d = dirstat(name);
	ok = d != nil && d->mtime <= t;
	free(d);
	return ok;
}

static int
isnumber(char *s, long *n)
{
	char *end;

	*n = strtol(s, &end, 10);
	return end != s && *end == 0;
}

static int
filetest(int c, char *name)
{
	switch(c){
	case 'r':
		return access(name, AREAD) == 0;
	case 'w':
		return access(name, AWRITE) == 0;
	case 'x':
		return access(name, AEXEC) == 0;
	case 'e':
		return access(name, AEXIST) == 0;
	case 'f':
		return mode(name, DMDIR, 0);
	case 'd':
		return mode(name, DMDIR, DMDIR);
	case 'A':
		return mode(name, DMAPPEND, DMAPPEND);
	case 'L':
		return mode(name, DMEXCL, DMEXCL);
	case 'T':
		return mode(name, DMTMP, DMTMP);
	case 's':
		return nonempty(name);
	}
	return 0;
}

/* -t's operand may be left out */
static int
terminal(void)
{
	long fd;

	fd = 1;
	if(arg < endarg && isnumber(*arg, &fd))
		arg++;
	return iscons(fd);
}

static int
compare(char *op, long a, long b)
{
	if(strcmp(op, "-eq") == 0)
		return a == b;
	if(strcmp(op, "-ne") == 0)
		return a != b;
	if(strcmp(op, "-gt") == 0)
		return a > b;
	if(strcmp(op, "-ge") == 0)
		return a >= b;
	if(strcmp(op, "-lt") == 0)
		return a < b;
	if(strcmp(op, "-le") == 0)
		return a <= b;
	bad(op);
}

/* an integer is digits, or -l and a string, whose length it is */
static long
operand(void)
{
	long n;

	if(match("-l"))
		return strlen(next());
	if(arg >= endarg || !isnumber(*arg, &n))
		bad(arg < endarg ? *arg : nil);
	arg++;
	return n;
}

static int
binary(char *s)
{
	char *op;
	long n;

	if(arg >= endarg)
		return s[0] != 0;
	op = next();
	if(strcmp(op, "=") == 0)
		return strcmp(next(), s) == 0;
	if(strcmp(op, "!=") == 0)
		return strcmp(next(), s) != 0;
	if(strcmp(op, "-nt") == 0)
		return timecmp(s, next()) > 0;
	if(strcmp(op, "-ot") == 0)
		return timecmp(s, next()) < 0;
	if(strcmp(op, "-older") == 0)
		return older(s, next());
	if(op[0] != '-' || !isnumber(s, &n))
		bad(op);
	return compare(op, n, operand());
}

static int
primary(void)
{
	char *s;
	int v;

	if(arg+1 < endarg && strcmp(arg[1], "=") != 0 && strcmp(arg[1], "!=") != 0){
		if(match("(")){
			if(++nest > 500)
				bad("(");
			v = orexpr();
			if(arg >= endarg)
				bad(nil);
			if(!match(")"))
				bad(*arg);
			nest--;
			return v;
		}
		if(strcmp(*arg, "-l") == 0){
			long n;

			n = operand();
			s = next();
			return compare(s, n, operand());
		}
	}
	s = next();
	if(arg+1 < endarg && (strcmp(*arg, "=") == 0 || strcmp(*arg, "!=") == 0))
		return binary(s);
	if(s[0] == '-' && s[1] != 0 && s[2] == 0){
		if(strchr("rwxefdALTs", s[1]) != nil)
			return filetest(s[1], next());
		switch(s[1]){
		case 't':
			return terminal();
		case 'n':
			return next()[0] != 0;
		case 'z':
			return next()[0] == 0;
		}
	}
	return binary(s);
}

static int
notexpr(void)
{
	int odd;

	for(odd = 0; match("!"); odd = !odd)
		;
	return odd ? !primary() : primary();
}

static int
andexpr(void)
{
	int v;

	v = notexpr();
	while(match("-a"))
		v &= notexpr();
	return v;
}

static int
orexpr(void)
{
	int v;

	v = andexpr();
	while(match("-o"))
		v |= andexpr();
	return v;
}

int
main(int argc, char *argv[])
{
	char *base;
	int v;

	base = utfrrune(argv[0], '/');
	base = base != nil ? base+1 : argv[0];
	if(strcmp(base, "[") == 0){
		if(argc < 2 || strcmp(argv[argc-1], "]") != 0)
			bad("[");
		argc--;
	}
	arg = argv+1;
	endarg = argv+argc;
	if(arg == endarg)
		exits("false");
	v = orexpr();
	if(arg < endarg)
		bad(*arg);
	exits(v ? nil : "false");
}
