/* SPDX-License-Identifier: MIT */
/* cat - catenate files */
#include "u.h"
#include "libc.h"

static char buf[32*1024];

static void
cat(int fd, char *name)
{
	long n;

	while((n = read(fd, buf, sizeof buf)) > 0)
		if(write(1, buf, n) != n)
			sysfatal("write error copying %s: %r", name);
	if(n < 0)
		sysfatal("error reading %s: %r", name);
}

int
main(int argc, char *argv[])
{
	int fd;

	argv0 = "cat";
	if(argc == 1)
		cat(0, "<stdin>");
	for(argv++; *argv != nil; argv++){
		fd = open(*argv, OREAD);
		if(fd < 0)
			sysfatal("can't open %s: %r", *argv);
		cat(fd, *argv);
		close(fd);
	}
	exits(nil);
}
