/* SPDX-License-Identifier: MIT */
/* pwd - print the working directory */
#include "u.h"
#include "libc.h"

static char path[8192];

int
main(void)
{
	if(getwd(path, sizeof path) == nil){
		fprint(2, "pwd: %r\n");
		exits("getwd");
	}
	print("%s\n", path);
	exits(nil);
}
