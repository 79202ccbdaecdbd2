/*
 * Not a test by itself: a program with data far from its beginning, touched
 * only after a while.  mnt_page.rc runs it from a file server that has been
 * stopped by then.
 */
#include "u.h"
#include "libc.h"

static volatile char data[256*1024] = { [0] = 1, [200*1024] = 'x' };

void
main(int argc, char *argv[])
{
	if(argc > 1)
		sleep(atoi(argv[1]));
	print("paged in: %c\n", data[200*1024]);
	exits(nil);
}
