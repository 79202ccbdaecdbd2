/* SPDX-License-Identifier: MIT */
/* man - print pages of the manual: /sys/man/SECTION/NAME, plain text */
#include "u.h"
#include "libc.h"

static char buf[8192];

static int
print1(char *section, char *name)
{
	char path[256];
	long n;
	int fd;

	snprint(path, sizeof path, "/sys/man/%s/%s", section, name);
	fd = open(path, OREAD);
	if(fd < 0)
		return 0;
	while((n = read(fd, buf, sizeof buf)) > 0)
		if(write(1, buf, n) != n)
			exits("write error");
	close(fd);
	return 1;
}

static int
page(char *section, char *name)
{
	static char *sections[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	int i, found;

	if(strchr(name, '/') != nil)
		return 0;
	if(section != nil)
		return print1(section, name);
	found = 0;
	for(i = 0; i < nelem(sections); i++)
		found |= print1(sections[i], name);
	return found;
}

int
main(int argc, char *argv[])
{
	char *section, *status;

	section = nil;
	ARGBEGIN{
	default:
		argc = 0;
	}ARGEND
	if(argc > 1 && '1' <= argv[0][0] && argv[0][0] <= '8' && argv[0][1] == 0){
		section = argv[0];
		argc--;
		argv++;
	}
	if(argc < 1){
		fprint(2, "usage: man [section] name ...\n");
		exits("usage");
	}
	status = nil;
	for(; *argv != nil; argv++)
		if(!page(section, *argv)){
			fprint(2, "man: no manual page: %s\n", *argv);
			status = "no manual page";
		}
	exits(status);
}
