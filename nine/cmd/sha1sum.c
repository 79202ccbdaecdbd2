/* SPDX-License-Identifier: MIT */
/* sha1sum - SHA-1 digests */
#include "u.h"
#include "libc.h"
#include "libsec.h"
#include "digest.h"

int
main(int argc, char *argv[])
{
	ARGBEGIN{
	default:
		fprint(2, "usage: sha1sum [file...]\n");
		exits("usage");
	}ARGEND
	USED(argc);
	digestfiles(argv, "sha1sum", SHA1dlen);
}
