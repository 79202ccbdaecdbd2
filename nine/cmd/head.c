/* SPDX-License-Identifier: MIT */
/* head - print the first lines (or bytes, -c) of files */
#include "u.h"
#include "libc.h"

static char buf[8192];
static vlong count = 10;
static int bytes;

static void
usage(void)
{
	fprint(2, "usage: head [-n lines | -c bytes] [file ...]\n");
	exits("usage");
}

static vlong
number(char *s)
{
	char *end;
	vlong n;

	n = strtoll(s, &end, 10);
	if(end == s || *end != 0 || n < 0)
		usage();
	return n;
}

/* how many of the n bytes belong to the head */
static long
wanted(char *p, long n, vlong *left)
{
	char *q, *end;

	if(bytes){
		if(n > *left)
			n = *left;
		*left -= n;
		return n;
	}
	end = p+n;
	for(q = p; *left > 0 && q < end; --*left){
		q = memchr(q, '\n', end-q);
		if(q == nil)
			return n;
		q++;
	}
	return q-p;
}

static int
head(int fd, char *name)
{
	vlong left;
	long n, m;

	left = count;
	while(left > 0){
		n = read(fd, buf, sizeof buf);
		if(n < 0){
			fprint(2, "head: %s: %r\n", name);
			return 0;
		}
		if(n == 0)
			break;
		m = wanted(buf, n, &left);
		if(write(1, buf, m) != m)
			sysfatal("write error: %r");
	}
	return 1;
}

int
main(int argc, char *argv[])
{
	char *status;
	int fd;

	argv0 = "head";
	/* the old way: head -20 */
	if(argc > 1 && argv[1][0] == '-' && '0' <= argv[1][1] && argv[1][1] <= '9'){
		count = number(argv[1]+1);
		argc--;
		argv++;
	}
	ARGBEGIN{
	case 'n':
		count = number(EARGF(usage()));
		break;
	case 'c':
		count = number(EARGF(usage()));
		bytes = 1;
		break;
	default:
		usage();
	}ARGEND
	status = nil;
	if(argc == 0 && !head(0, "<stdin>"))
		status = "errors";
	for(; *argv != nil; argv++){
		fd = open(*argv, OREAD);
		if(fd < 0)
			fprint(2, "head: can't open %s: %r\n", *argv);
		if(fd < 0 || !head(fd, *argv))
			status = "errors";
		if(fd >= 0)
			close(fd);
	}
	exits(status);
}
