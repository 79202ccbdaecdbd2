/* SPDX-License-Identifier: MIT */
/*
 * kill - print the commands that would kill the processes of that name:
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

	argv0 = "kill";
	if(argc < 2){
		fprint(2, "usage: kill name ...\n");
		exits("usage");
	}
	user = getuser();
	n = proclist(&p);
	if(n < 0)
		sysfatal("can't read /proc: %r");
	for(i = 0; i < n; i++)
		if(strcmp(p[i].user, user) == 0 && named(p[i].name, argv+1))
			print("echo kill>/proc/%d/note # %s\n", p[i].pid, p[i].name);
	exits(nil);
}
