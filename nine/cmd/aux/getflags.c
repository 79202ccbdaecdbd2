/* SPDX-License-Identifier: MIT */
/*
 * getflags - parse a script's arguments as $flagfmt says, and print an rc
 * script that sets $flagX for each flag X, $* and $status.
 */
#include "u.h"
#include "libc.h"

enum
{
	Maxflags	= 128,
};

typedef struct Flag Flag;
struct Flag
{
	Rune	letter;
	int	nargs;
};

static Flag flags[Maxflags];
static int nflags;

static void
fail(void)
{
	print("status=usage\n");
	exits(nil);
}

/* "a,b,c file,d x y" */
static void
parsefmt(char *s)
{
	char *f[Maxflags], *w[16];
	int i, n, k;

	n = getfields(s, f, Maxflags, 1, ",");
	for(i = 0; i < n; i++){
		k = tokenize(f[i], w, nelem(w));
		if(k == 0)
			continue;
		chartorune(&flags[nflags].letter, w[0]);
		flags[nflags++].nargs = k-1;
	}
}

static Flag*
lookup(Rune r)
{
	int i;

	for(i = 0; i < nflags; i++)
		if(flags[i].letter == r)
			return &flags[i];
	return nil;
}

/* One flag's arguments: the first may be the rest of its word. */
static char**
take(Flag *f, char *rest, char **argv)
{
	int i;

	print("flag%C=(", f->letter);
	for(i = 0; i < f->nargs; i++){
		if(i == 0 && *rest)
			print("%q", rest);
		else{
			if(*argv == nil)
				return nil;
			print("%s%q", i > 0 ? " " : "", *argv++);
		}
	}
	print(")\n");
	return argv;
}

int
main(int argc, char *argv[])
{
	char *fmt, *s;
	Flag *f;
	Rune r;
	int i;

	USED(argc);
	quotefmtinstall();
	fmt = getenv("flagfmt");
	if(fmt == nil){
		fprint(2, "$flagfmt not set\n");
		print("exit 'missing flagfmt'");
		exits(nil);
	}
	parsefmt(fmt);
	for(i = 0; i < nflags; i++)
		print("flag%C=()\n", flags[i].letter);
	for(argv++; *argv != nil && argv[0][0] == '-' && argv[0][1] != 0; ){
		s = *argv++ + 1;
		if(strcmp(s, "-") == 0)
			break;
		while(*s){
			s += chartorune(&r, s);
			f = lookup(r);
			if(f == nil)
				fail();
			if(f->nargs == 0){
				print("flag%C=1\n", r);
				continue;
			}
			argv = take(f, s, argv);
			if(argv == nil){
				print(")\n");
				fail();
			}
			break;
		}
	}
	print("*=(");
	for(; *argv != nil; argv++)
		print("%q%s", *argv, argv[1] != nil ? " " : "");
	print(")\nstatus=''\n");
	exits(nil);
}
