/* SPDX-License-Identifier: MIT */
/* prep and fdisk: the editor. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "../cmd/disk/parts.h"

enum
{
	Maxwords = 8,
};

/* Sums of numbers; . is where we are, $ the end; % of the disk, k m g bytes. */
int
parsenum(Table *t, char *s, vlong *v)
{
	vlong n;
	int sign;

	*v = 0;
	sign = 1;
	for(;;){
		if(*s == '.'){
			n = t->dot;
			s++;
		}else if(*s == '$'){
			n = t->secs;
			s++;
		}else if(*s >= '0' && *s <= '9'){
			n = strtoll(s, &s, 10);
			if(n < 0 || n > 1LL<<52)
				return -1;
			switch(*s){
			case '%':
				n = t->secs/100*n + t->secs%100*n/100;
				s++;
				break;
			case 'k': case 'K':
				n = n*1024/t->secsize;
				s++;
				break;
			case 'm': case 'M':
				n = n*1024*1024/t->secsize;
				s++;
				break;
			case 'g': case 'G':
				if(n > 1LL<<22)
					return -1;
				n = n*1024*1024*1024/t->secsize;
				s++;
				break;
			}
		}else
			return -1;
		*v += sign*n;
		if(*s == 0)
			return 0;
		if(*s != '+' && *s != '-')
			return -1;
		sign = *s++ == '+'? 1: -1;
	}
}

static char*
asknum(Table *t, Biobuf *in, char *what, char *given, vlong dflt, vlong *v)
{
	char *line;
	int r;

	if(given != nil)
		return parsenum(t, given, v) < 0? "not a number": nil;
	print("%s %lld: ", what, dflt);
	line = Brdstr(in, '\n', 1);
	if(line == nil)
		return "end of input";
	*v = dflt;
	r = *line == 0? 0: parsenum(t, line, v);
	free(line);
	return r < 0? "not a number": nil;
}

static char*
cmdadd(Table *t, Biobuf *in, int n, char **f)
{
	vlong start, end, gs, ge;
	char *err;
	int i;

	if(n < 2 || n > 4)
		return "a name [start [end]]";
	gs = t->dot;
	err = asknum(t, in, "start", n > 2? f[2]: nil, gs, &start);
	if(err != nil)
		return err;
	ge = t->secs;
	for(i = t->npart; i-- > 0; )
		if(t->part[i].start >= start)
			ge = t->part[i].start;
	err = asknum(t, in, "end", n > 3? f[3]: nil, ge, &end);
	if(err == nil)
		err = addpart(t, f[1], start, end, nil);
	if(err == nil){
		t->changed = 1;
		t->dot = end;
	}
	return err;
}

static char*
cmddel(Table *t, int n, char **f)
{
	Part *p;
	char *err;

	if(n != 2)
		return "d name";
	p = findpart(t, f[1]);
	if(p != nil)
		t->dot = p->start;
	err = delpart(t, f[1]);
	if(err == nil)
		t->changed = 1;
	return err;
}

static char*
cmddot(Table *t, int n, char **f)
{
	vlong v;

	if(n == 1){
		print("%lld\n", t->dot);
		return nil;
	}
	if(n != 2 || parsenum(t, f[1], &v) < 0 || v < 0 || v > t->secs)
		return "not on the disk";
	t->dot = v;
	return nil;
}

static void
help(Table *t)
{
	print(". [place] - print or set where we are\n"
		"a name [start [end]] - add a partition\n"
		"d name - delete a partition\n"
		"h - this text\n"
		"p - print the partitions\n"
		"P - print what #S is told\n"
		"q - quit\n"
		"w - write the table\n"
		"%s"
		"places are sectors: 100, 10%%, 64m, . $ and sums like .+1g\n", t->help != nil? t->help: "");
}

/* 1: it is the end. */
static int
command(Table *t, Biobuf *in, int n, char **f)
{
	static int warned;
	char *err;

	err = nil;
	if(strlen(f[0]) != 1)
		f[0][0] = '?';
	if(f[0][0] != 'q')
		warned = 0;
	switch(f[0][0]){
	case '.':
		err = cmddot(t, n, f);
		break;
	case 'a':
		err = cmdadd(t, in, n, f);
		break;
	case 'd':
		err = cmddel(t, n, f);
		break;
	case 'h':
		help(t);
		break;
	case 'p':
		printtable(t);
		break;
	case 'P':
		printctl(t, 1);
		break;
	case 'w':
		if(writetable(t) < 0)
			fprint(2, "?%r\n");
		break;
	case 'q':
		if(!t->changed || warned)
			return 1;
		warned = 1;
		err = "changes unwritten; q again to quit";
		break;
	default:
		if(t->more == nil || t->more(t, n, f) < 0)
			err = "unknown command: h helps";
	}
	if(err != nil)
		fprint(2, "?%s\n", err);
	return 0;
}

void
edittable(Table *t)
{
	char *line, *f[Maxwords];
	Biobuf in;
	int n, done;

	Binit(&in, 0, OREAD);
	for(done = 0; !done; free(line)){
		print(">>> ");
		line = Brdstr(&in, '\n', 1);
		if(line == nil)
			break;
		n = tokenize(line, f, nelem(f));
		if(n > 0)
			done = command(t, &in, n, f);
	}
	if(!done && t->changed)
		fprint(2, "%s: changes unwritten\n", argv0);
}
