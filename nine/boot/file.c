/* SPDX-License-Identifier: MIT */
/* What boot and init both need: small files, and the end of the machine. */
#include "u.h"
#include "libc.h"
#include "boot.h"

/* the text of a small file, without the newline at its end; malloced */
char*
contents(char *file)
{
	char *s, *t;
	long n, m;
	int fd;

	fd = open(file, OREAD);
	if(fd < 0)
		return nil;
	s = nil;
	n = 0;
	do{
		t = realloc(s, n+513);
		if(t == nil)
			break;
		s = t;
		m = read(fd, s+n, 512);
		if(m > 0)
			n += m;
	}while(m > 0);
	close(fd);
	if(s){
		if(n > 0 && s[n-1] == '\n')
			n--;
		s[n] = 0;
	}
	return s;
}

/* A word of the kernel's command line: nil if it is not there, or empty. */
char*
conf(char *name)
{
	char file[64], *s;

	snprint(file, sizeof file, "#ec/%s", name);
	s = contents(file);
	if(s != nil && *s == 0){
		free(s);
		s = nil;
	}
	return s;
}

/* The machine's end; lguest says why, if there is a reason, and exits with status 1. */
void
halt(char *msg)
{
	char buf[256];
	int fd, n;

	if(msg && *msg)
		n = snprint(buf, sizeof buf, "exit 1 %s", msg);
	else
		n = snprint(buf, sizeof buf, "exit 0");
	fd = open("#c/reboot", OWRITE);
	if(fd < 0 || write(fd, buf, n) != n)
		fprint(2, "%s: can't halt: %r\n", argv0);
	exits(msg);
}
