/* SPDX-License-Identifier: MIT */
/* sleep - suspend for a number of seconds, a fraction allowed */
#include "u.h"
#include "libc.h"

int
main(int argc, char *argv[])
{
	long secs, ms, scale;
	char *p;

	if(argc != 2){
		fprint(2, "usage: sleep time\n");
		exits("usage");
	}
	secs = strtol(argv[1], &p, 0);
	ms = 0;
	if(*p == '.')
		for(scale = 100; *++p >= '0' && *p <= '9'; scale /= 10)
			ms += (*p - '0')*scale;
	for(; secs > 0; secs--)
		if(sleep(1000) < 0)
			exits("interrupted");
	if(ms > 0)
		sleep(ms);
	exits(nil);
}
