/* SPDX-License-Identifier: MIT */
/* mkdir - make directories; -p makes those above, too */
#include "u.h"
#include "libc.h"

static char *status;
static ulong mode = 0777;

static void
usage(void)
{
	fprint(2, "usage: mkdir [-p] [-m mode] dir...\n");
	exits("usage");
}

static int
makedir(char *name)
{
	int fd;

	if(access(name, AEXIST) == 0){
		fprint(2, "mkdir: %s already exists\n", name);
		status = "error";
		return -1;
	}
	fd = create(name, OREAD, DMDIR|mode);
	if(fd < 0){
		fprint(2, "mkdir: can't create %s: %r\n", name);
		status = "error";
		return -1;
	}
	close(fd);
	return 0;
}

/* every prefix of the name that does not exist */
static void
makepath(char *name)
{
	char *p;
	int last;

	for(p = name; ; p++){
		if(*p != '/' && *p != 0)
			continue;
		last = *p == 0;
		*p = 0;
		if(name[0] != 0 && access(name, AEXIST) < 0 && makedir(name) < 0)
			last = 1;
		if(last)
			return;
		*p = '/';
	}
}

int
main(int argc, char *argv[])
{
	int parents;
	char *end, *arg;

	parents = 0;
	ARGBEGIN{
	case 'p':
		parents = 1;
		break;
	case 'm':
		arg = EARGF(usage());
		mode = strtoul(arg, &end, 8);
		if(end == arg || *end != 0 || mode > 0777)
			usage();
		break;
	default:
		usage();
	}ARGEND
	if(argc == 0)
		usage();
	for(; *argv != nil; argv++)
		if(parents)
			makepath(*argv);
		else
			makedir(*argv);
	exits(status);
}
