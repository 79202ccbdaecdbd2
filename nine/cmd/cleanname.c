/* SPDX-License-Identifier: MIT */
/* cleanname - names without //, . and .. */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: cleanname [-d pwd] name...\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	char *dir, *s;
	int i;

	dir = nil;
	ARGBEGIN{
	case 'd':
		dir = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc < 1)
		usage();
	for(i = 0; i < argc; i++){
		/* one more byte than the name has: an empty one becomes . */
		if(dir == nil || argv[i][0] == '/')
			s = smprint("%s ", argv[i]);
		else
			s = smprint("%s/%s ", dir, argv[i]);
		if(s == nil)
			sysfatal("out of memory");
		s[strlen(s)-1] = 0;
		print("%s\n", cleanname(s));
		free(s);
	}
	exits(nil);
}
