/* SPDX-License-Identifier: MIT */
/* usage - the usage message of a script, from $flagfmt and $args */
#include "u.h"
#include "libc.h"

enum
{
	Maxflags	= 128,
};

/* flags without arguments go together: [-ab] [-c file] */
static void
showflags(char *fmt)
{
	char *f[Maxflags];
	int i, n, single;

	n = getfields(fmt, f, Maxflags, 1, ",");
	single = 0;
	for(i = 0; i < n; i++){
		f[i] += strspn(f[i], " \t");
		if(strpbrk(f[i], " \t") != nil)
			continue;
		fprint(2, "%s%s", single ? "" : " [-", f[i]);
		single = 1;
	}
	if(single)
		fprint(2, "]");
	for(i = 0; i < n; i++)
		if(strpbrk(f[i], " \t") != nil)
			fprint(2, " [-%s]", f[i]);
}

int
main(int argc, char *argv[])
{
	char *name, *fmt, *args;

	name = argc > 1 ? argv[1] : getenv("0");
	if(name == nil)
		name = "script";
	if(strrchr(name, '/') != nil)
		name = strrchr(name, '/')+1;
	fprint(2, "usage: %s", name);
	fmt = getenv("flagfmt");
	if(fmt != nil)
		showflags(fmt);
	args = getenv("args");
	if(args != nil && *args)
		fprint(2, " %s", args);
	fprint(2, "\n");
	exits(nil);
}
