/* SPDX-License-Identifier: MIT */
/* fsize - names and sizes of files */
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
		fprint(2, "usage: fsize file...\n");
		exits("usage");
	}
	status = nil;
	for(; *argv != nil; argv++){
		d = dirstat(*argv);
		if(d == nil){
			fprint(2, "fsize: %s: %r\n", *argv);
			status = "stat";
			continue;
		}
		print("%s: %lld\n", *argv, d->length);
		free(d);
	}
	exits(status);
}
