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
		if(dir == nil || argv[i][0] == '/')
			s = strdup(argv[i]);
		else
			s = smprint("%s/%s", dir, argv[i]);
		/* one more byte: an empty name becomes . */
		if(s == nil || (s = realloc(s, strlen(s)+2)) == nil)
			sysfatal("out of memory");
		print("%s\n", cleanname(s));
		free(s);
	}
	exits(nil);
}
