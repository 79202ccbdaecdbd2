/* SPDX-License-Identifier: MIT */
/* Apart from bio.c, so that only who reads numbers carries strtod. */
#include "u.h"
#include "libc.h"
#include "bio.h"

/* a floating-point number, after any white space; Beof without one */
int
Bgetd(void *b, double *dp)
{
	char buf[64], *end;
	int c, n;

	do
		c = Bgetc(b);
	while(c == ' ' || c == '\t' || c == '\n' || c == '\r');
	for(n = 0; c > 0 && n < (int)sizeof buf-1 && strchr("0123456789+-.eE", c); n++){
		buf[n] = (char)c;
		c = Bgetc(b);
	}
	if(c >= 0)
		Bungetc(b);
	buf[n] = 0;
	*dp = strtod(buf, &end);
	return end == buf ? Beof : 1;
}
