/* SPDX-License-Identifier: MIT */
/* bind - change the name space */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: bind [-b|-a|-c|-bc|-ac] new old\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	ulong flag;
	int quiet;

	flag = 0;
	quiet = 0;
	ARGBEGIN{
	case 'a':
		flag |= MAFTER;
		break;
	case 'b':
		flag |= MBEFORE;
		break;
	case 'c':
		flag |= MCREATE;
		break;
	case 'q':
		quiet = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc != 2 || (flag & MAFTER && flag & MBEFORE))
		usage();
	if(bind(argv[0], argv[1], flag) >= 0)
		exits(nil);
	if(quiet)
		exits(nil);
	/* the name at fault makes a clearer message than the call */
	if(access(argv[0], AEXIST) < 0)
		fprint(2, "bind: %s: %r\n", argv[0]);
	else if(access(argv[1], AEXIST) < 0)
		fprint(2, "bind: %s: %r\n", argv[1]);
	else{
		bind(argv[0], argv[1], flag);
		fprint(2, "bind %s %s: %r\n", argv[0], argv[1]);
	}
	exits("bind");
}
