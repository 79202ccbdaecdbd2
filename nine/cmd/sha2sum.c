/* SPDX-License-Identifier: MIT */
/* sha2sum - SHA-256 digests */
#include "u.h"
#include "libc.h"
#include "libsec.h"
#include "digest.h"

int
main(int argc, char *argv[])
{
	ARGBEGIN{
	default:
		fprint(2, "usage: sha2sum [file...]\n");
		exits("usage");
	}ARGEND
	USED(argc);
	digestfiles(argv, "sha2sum", SHA2_256dlen);
}
