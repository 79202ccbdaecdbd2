/* SPDX-License-Identifier: MIT */
/* basename - the last element of a name, or with -d what is before it */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: basename [-d] string [suffix]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int dir, n;
	char *p;

	dir = 0;
	ARGBEGIN{
	case 'd':
		dir = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc < 1 || argc > 2)
		usage();
	p = utfrrune(argv[0], '/');
	if(dir){
		if(p != nil)
			*p = 0;
		print("%s\n", p != nil ? argv[0] : ".");
		exits(nil);
	}
	p = p != nil ? p+1 : argv[0];
	if(argc == 2){
		n = strlen(p) - strlen(argv[1]);
		if(n >= 0 && strcmp(p+n, argv[1]) == 0)
			p[n] = 0;
	}
	print("%s\n", p);
	exits(nil);
}
