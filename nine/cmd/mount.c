/* SPDX-License-Identifier: MIT */
/* mount - attach a file server to the name space */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: mount [-abcCnq] /srv/service dir [spec]\n");
	exits("usage");
}

static void
fail(int quiet, char *what, char *name)
{
	if(quiet)
		exits(nil);
	fprint(2, "mount: %s %s: %r\n", what, name);
	exits(what);
}

int
main(int argc, char *argv[])
{
	ulong flag;
	int fd, quiet;

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
	case 'C':
		flag |= MCACHE;
		break;
	case 'n':
		break;			/* no authentication: we never have any */
	case 'q':
		quiet = 1;
		break;
	default:
		usage();
	}ARGEND
	if((argc != 2 && argc != 3) || (flag & MAFTER && flag & MBEFORE))
		usage();
	fd = open(argv[0], ORDWR);
	if(fd < 0)
		fail(quiet, "open", argv[0]);
	if(mount(fd, -1, argv[1], flag, argc == 3? argv[2]: "") < 0)
		fail(quiet, "mount", argv[1]);
	exits(nil);
}
