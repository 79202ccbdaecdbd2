/* SPDX-License-Identifier: MIT */
/*
 * broke - print the commands that end broken processes, those that
 * died of a fault and wait for a debugger; with a name, another user's.
 */
#include "u.h"
#include "libc.h"
#include "proclist.h"

int
main(int argc, char *argv[])
{
	Procinfo *p;
	char *user;
	long i, n;

	argv0 = "broke";
	if(argc > 2){
		fprint(2, "usage: broke [user]\n");
		exits("usage");
	}
	user = argc == 2 ? argv[1] : getuser();
	n = proclist(&p);
	if(n < 0)
		sysfatal("can't read /proc: %r");
	for(i = 0; i < n; i++)
		if(strcmp(p[i].state, "Broken") == 0 && strcmp(p[i].user, user) == 0)
			print("echo kill>/proc/%d/ctl # %s\n", p[i].pid, p[i].name);
	exits(nil);
}
