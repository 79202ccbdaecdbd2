/* SPDX-License-Identifier: MIT */
/* Putting questions to /net/cs or /net/dns: for ndb/csquery and ndb/dnsquery. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "../cmd/ask.h"

/* One question; 0: answered. */
static int
put(char *file, char *q)
{
	char buf[1024];
	int fd, n;

	fd = open(file, ORDWR);
	if(fd < 0)
		sysfatal("%s: %r", file);
	n = strlen(q);
	if(write(fd, q, n) != n){
		print("!%r\n");
		close(fd);
		return -1;
	}
	seek(fd, 0, 0);
	while((n = read(fd, buf, sizeof buf-1)) > 0){
		buf[n] = 0;
		print("%s\n", buf);
	}
	close(fd);
	return 0;
}

/* The arguments, or the lines of standard input; the exit status. */
char*
asktool(char *file, int argc, char **argv)
{
	Biobuf in;
	char *s;
	int bad;

	bad = 0;
	if(argc > 0){
		for(; argc > 0; argc--)
			bad |= put(file, *argv++);
		return bad? "no answer": nil;
	}
	Binit(&in, 0, OREAD);
	for(;;){
		print("> ");
		s = Brdline(&in, '\n');
		if(s == nil)
			break;
		s[Blinelen(&in)-1] = 0;
		if(*s != 0)
			bad |= put(file, s);
	}
	print("\n");
	return bad? "no answer": nil;
}
