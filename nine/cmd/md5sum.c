/* SPDX-License-Identifier: MIT */
/* md5sum - MD5 digests */
#include "u.h"
#include "libc.h"
#include "libsec.h"
#include "digest.h"

int
main(int argc, char *argv[])
{
	ARGBEGIN{
	default:
		fprint(2, "usage: md5sum [file...]\n");
		exits("usage");
	}ARGEND
	USED(argc);
	digestfiles(argv, "md5sum", MD5dlen);
}
