/* SPDX-License-Identifier: MIT */
/* mtime - when files were changed, in seconds since the epoch */
#include "u.h"
#include "libc.h"

int
main(int argc, char *argv[])
{
	char *status;
	Dir *d;

	ARGBEGIN{
	default:
		argc = 0;
	}ARGEND
	if(argc == 0){
		fprint(2, "usage: mtime file...\n");
		exits("usage");
	}
	status = nil;
	for(; *argv != nil; argv++){
		d = dirstat(*argv);
		if(d == nil){
			fprint(2, "mtime: %s: %r\n", *argv);
			status = "stat";
			continue;
		}
		print("%11lud %s\n", d->mtime, *argv);
		free(d);
	}
	exits(status);
}
