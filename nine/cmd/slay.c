/* SPDX-License-Identifier: MIT */
/*
 * slay - print the commands that end processes of that name for sure:
 * to look at first, then to be run with | rc.
 */
#include "u.h"
#include "libc.h"
#include "proclist.h"

static int
named(char *name, char **names)
{
	for(; *names != nil; names++)
		if(strcmp(name, *names) == 0)
			return 1;
	return 0;
}

int
main(int argc, char *argv[])
{
	Procinfo *p;
	char *user;
	long i, n;

	argv0 = "slay";
	if(argc < 2){
		fprint(2, "usage: slay name ...\n");
		exits("usage");
	}
	user = getuser();
	n = proclist(&p);
	if(n < 0)
		sysfatal("can't read /proc: %r");
	for(i = 0; i < n; i++)
		if(strcmp(p[i].user, user) == 0 && named(p[i].name, argv+1))
			print("echo kill>/proc/%d/ctl # %s\n", p[i].pid, p[i].name);
	exits(nil);
}
