/* SPDX-License-Identifier: MIT */
/* unmount - undo a bind or mount */
#include "u.h"
#include "libc.h"

int
main(int argc, char *argv[])
{
	char *new, *old;

	argv0 = "unmount";
	if(argc != 2 && argc != 3){
		fprint(2, "usage: unmount mountpoint\n\tunmount mounted mountpoint\n");
		exits("usage");
	}
	new = argc == 3 ? argv[1] : nil;
	old = argv[argc-1];
	if(unmount(new, old) < 0)
		sysfatal("%s: %r", old);
	exits(nil);
}
