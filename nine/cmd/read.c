/* SPDX-License-Identifier: MIT */
/* read - copy a line, several (-n) or all (-m); takes no more from its input than it copies */
#include "u.h"
#include "libc.h"

static int multi;
static long nlines = 1;
static char *status;

/* byte by byte: who reads after us finds the rest */
static int
line(int fd, char *file)
{
	static char *buf;
	static long max;
	long n, m;
	char c;

	n = 0;
	for(;;){
		m = read(fd, &c, 1);
		if(m < 0){
			fprint(2, "read: error reading %s: %r\n", file);
			exits("read error");
		}
		if(m == 0){
			if(n == 0)
				status = "eof";
			break;
		}
		if(n >= max){
			max += 1024;
			buf = realloc(buf, max);
			if(buf == nil)
				sysfatal("out of memory");
		}
		buf[n++] = c;
		if(c == '\n')
			break;
	}
	if(n > 0 && write(1, buf, n) != n){
		fprint(2, "read: write error: %r\n");
		exits("write error");
	}
	return m;
}

static void
lines(int fd, char *file)
{
	do{
		if(line(fd, file) == 0){
			if(multi)
				status = nil;
			break;
		}
	}while(multi || --nlines > 0);
}

static void
usage(void)
{
	fprint(2, "usage: read [-m] [-n nlines] [files...]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int fd, i;

	argv0 = "read";
	ARGBEGIN{
	case 'm':
		multi = 1;
		break;
	case 'n':
		nlines = atol(EARGF(usage()));
		break;
	default:
		usage();
	}ARGEND
	if(argc == 0)
		lines(0, "<stdin>");
	for(i = 0; i < argc; i++){
		fd = open(argv[i], OREAD);
		if(fd < 0){
			fprint(2, "read: can't open %s: %r\n", argv[i]);
			exits("open");
		}
		lines(fd, argv[i]);
		close(fd);
	}
	exits(status);
}
