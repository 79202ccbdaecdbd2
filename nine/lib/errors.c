/* SPDX-License-Identifier: MIT */
/* The error string, and messages that end with it. */
#include "u.h"
#include "libc.h"

/* %r; reading the string and putting it back leaves it as it was */
int
errfmt(Fmt *f)
{
	char buf[ERRMAX];

	rerrstr(buf, sizeof buf);
	return fmtstrcpy(f, buf);
}

int
rerrstr(char *buf, uint n)
{
	char tmp[ERRMAX];

	tmp[0] = 0;
	errstr(tmp, sizeof tmp);
	utfecpy(buf, buf+n, tmp);
	errstr(tmp, sizeof tmp);
	return 0;
}

void
werrstr(char *fmt, ...)
{
	char buf[ERRMAX];
	va_list args;

	va_start(args, fmt);
	vseprint(buf, buf+sizeof buf, fmt, args);
	va_end(args);
	errstr(buf, sizeof buf);
}

void
perror(char *s)
{
	if(s && *s)
		fprint(2, "%s: %r\n", s);
	else
		fprint(2, "%r\n");
}

void
sysfatal(char *fmt, ...)
{
	char buf[1024];
	va_list args;

	va_start(args, fmt);
	vseprint(buf, buf+sizeof buf, fmt, args);
	va_end(args);
	if(argv0)
		fprint(2, "%s: %s\n", argv0, buf);
	else
		fprint(2, "%s\n", buf);
	exits(buf);
}

/* a line of /sys/log/name, if there is such a log, and of the console */
void
syslog(int cons, char *name, char *fmt, ...)
{
	char buf[1024], file[64], *p, *e;
	va_list args;
	int fd;

	e = buf+sizeof buf-1;
	p = seprint(buf, e, "%s %.15s ", sysname(), ctime(time(nil))+4);
	va_start(args, fmt);
	p = vseprint(p, e, fmt, args);
	va_end(args);
	*p++ = '\n';
	snprint(file, sizeof file, "/sys/log/%s", name);
	fd = open(file, OWRITE);
	if(fd >= 0){
		seek(fd, 0, 2);
		write(fd, buf, p-buf);
		close(fd);
	}
	if(cons && (fd = open("/dev/cons", OWRITE)) >= 0){
		write(fd, buf, p-buf);
		close(fd);
	}
}
