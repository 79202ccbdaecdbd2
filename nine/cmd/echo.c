/* SPDX-License-Identifier: MIT */
/* echo - print arguments, in a single write */
#include "u.h"
#include "libc.h"

int
main(int argc, char *argv[])
{
	char *buf, *p;
	int i, first, nl;
	long n;

	nl = 1;
	first = 1;
	if(argc > 1 && strcmp(argv[1], "-n") == 0){
		nl = 0;
		first = 2;
	}
	n = 1;
	for(i = first; i < argc; i++)
		n += strlen(argv[i]) + 1;
	p = buf = malloc(n);
	if(buf == nil)
		exits("no memory");
	for(i = first; i < argc; i++){
		if(i > first)
			*p++ = ' ';
		strcpy(p, argv[i]);
		p += strlen(p);
	}
	if(nl)
		*p++ = '\n';
	if(write(1, buf, p-buf) < 0){
		fprint(2, "echo: write error: %r\n");
		exits("write error");
	}
	exits(nil);
}
