/* SPDX-License-Identifier: MIT */
/* touch - set the modification time of files, making them if need be */
#include "u.h"
#include "libc.h"

static int nocreate;
static ulong mtime;

static void
usage(void)
{
	fprint(2, "usage: touch [-c] [-t time] files\n");
	exits("usage");
}

static int
touch(char *name)
{
	Dir d;
	int fd, ok;

	nulldir(&d);
	d.mtime = mtime;
	if(dirwstat(name, &d) >= 0)
		return 1;
	if(nocreate){
		fprint(2, "touch: %s: cannot wstat: %r\n", name);
		return 0;
	}
	fd = create(name, OREAD|OEXCL, 0666);
	if(fd < 0){
		fprint(2, "touch: %s: cannot create: %r\n", name);
		return 0;
	}
	ok = dirfwstat(fd, &d) >= 0;
	if(!ok)
		fprint(2, "touch: %s: cannot wstat: %r\n", name);
	close(fd);
	return ok;
}

int
main(int argc, char *argv[])
{
	char *status;

	mtime = time(nil);
	ARGBEGIN{
	case 't':
		mtime = strtoul(EARGF(usage()), nil, 0);
		break;
	case 'c':
		nocreate = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argc == 0)
		usage();
	status = nil;
	for(; *argv != nil; argv++)
		if(!touch(*argv))
			status = "touch";
	exits(status);
}
