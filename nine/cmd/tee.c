/* SPDX-License-Identifier: MIT */
/* tee - copy input to output and to files; -a appends, -i ignores interrupts */
#include "u.h"
#include "libc.h"

static char buf[8192];

static void
usage(void)
{
	fprint(2, "usage: tee [-ai] [file ...]\n");
	exits("usage");
}

static int
ignore(void *u, char *note)
{
	USED(u);
	return strcmp(note, "interrupt") == 0;
}

static int
openout(char *name, int append)
{
	int fd;

	fd = append ? open(name, OWRITE) : create(name, OWRITE, 0666);
	if(fd < 0 && append)
		fd = create(name, OWRITE, 0666);
	if(fd < 0){
		fprint(2, "tee: cannot open %s: %r\n", name);
		return -1;
	}
	if(append)
		seek(fd, 0, 2);
	return fd;
}

int
main(int argc, char *argv[])
{
	int append, i, nfd, *fd;
	char *status;
	long n;

	append = 0;
	ARGBEGIN{
	case 'a':
		append = 1;
		break;
	case 'i':
		atnotify(ignore, 1);
		break;
	case 'u':			/* unbuffered, as it always is */
		break;
	default:
		usage();
	}ARGEND
	fd = malloc((argc+1)*sizeof *fd);
	if(fd == nil)
		sysfatal("out of memory");
	status = nil;
	nfd = 0;
	fd[nfd++] = 1;
	for(; *argv != nil; argv++){
		fd[nfd] = openout(*argv, append);
		if(fd[nfd] < 0)
			status = "open";
		else
			nfd++;
	}
	while((n = read(0, buf, sizeof buf)) > 0)
		for(i = 0; i < nfd; i++)
			write(fd[i], buf, n);
	exits(status);
}
