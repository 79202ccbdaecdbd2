/* SPDX-License-Identifier: MIT */
/*
 * Before the machine stops: file servers write what they have not written
 * yet.  In 9P a wstat that changes nothing asks for that; and since a close
 * does not wait for its answer, it is also how to know that closes are done.
 */
#include "u.h"
#include "libc.h"
#include "boot.h"

enum
{
	Patience	= 3000,		/* ms, for one server */
};

/* Is it a directory of the host, which needs nothing of this? */
static int
isshare(char *server)
{
	char name[80];

	if(strncmp(server, "#s/", 3) == 0){
		snprint(name, sizeof name, "#9/%s", server+3);
		return access(name, AEXIST) == 0;
	}
	return strncmp(server, "#9/", 3) == 0;
}

static void
syncone(char *dir)
{
	Dir d;

	nulldir(&d);
	alarm(Patience);
	dirwstat(dir, &d);
	alarm(0);
}

/*
 * All servers mounted in our name space: "mount [-flags] server old [spec]".
 * Who made another name space looks after it.
 */
void
syncmounts(void)
{
	char file[32], *ns, *line, *next, *f[6];
	int n;

	snprint(file, sizeof file, "#p/%d/ns", getpid());
	ns = contents(file);
	for(line = ns; line != nil; line = next){
		next = strchr(line, '\n');
		if(next != nil)
			*next++ = 0;
		memset(f, 0, sizeof f);
		n = tokenize(line, f, nelem(f)-1);
		if(n < 3 || strcmp(f[0], "mount") != 0)
			continue;
		n = f[1][0] == '-' ? 2 : 1;
		if(f[n+1] != nil && !isshare(f[n]))
			syncone(f[n+1]);
	}
	free(ns);
}
