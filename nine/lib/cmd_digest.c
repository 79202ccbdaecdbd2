/* SPDX-License-Identifier: MIT */
/* What md5sum, sha1sum and sha2sum have in common: all but the digest. */
#include "u.h"
#include "libc.h"
#include "libsec.h"
#include "../cmd/digest.h"

static uchar buf[32*1024];

static int
sum(int fd, char *name, char *cmd, int kind)
{
	uchar digest[Digestmax];
	Digest d;
	long n;
	int i;

	digestinit(&d, kind);
	while((n = read(fd, buf, sizeof buf)) > 0)
		digestadd(&d, buf, n);
	if(n < 0){
		fprint(2, "%s: reading %s: %r\n", cmd, name != nil ? name : "stdin");
		return -1;
	}
	digestsum(&d, digest);
	for(i = 0; i < kind; i++)
		print("%.2ux", digest[i]);
	if(name != nil)
		print("\t%s", name);
	print("\n");
	return 0;
}

void
digestfiles(char **files, char *cmd, int kind)
{
	char *status;
	int fd;

	status = nil;
	if(*files == nil && sum(0, nil, cmd, kind) < 0)
		status = "read";
	for(; *files != nil; files++){
		fd = open(*files, OREAD);
		if(fd < 0){
			fprint(2, "%s: %s: %r\n", cmd, *files);
			status = "can't open";
			continue;
		}
		if(sum(fd, *files, cmd, kind) < 0)
			status = "read";
		close(fd);
	}
	exits(status);
}
