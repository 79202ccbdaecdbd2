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
	Patience	= 5000,		/* ms, for all of them */
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

/*
 * All servers mounted in our name space: "mount [-flags] server old [spec]".
 * Who made another name space looks after it.
 */
static char**
servers(char *ns)
{
	char **dirs, *line, *next, *f[6];
	int i, n;

	n = 2;
	for(line = ns; line != nil && *line; line++)
		n += *line == '\n';
	dirs = calloc(n, sizeof dirs[0]);
	if(dirs == nil)
		return nil;
	n = 0;
	for(line = ns; line != nil; line = next){
		next = strchr(line, '\n');
		if(next != nil)
			*next++ = 0;
		memset(f, 0, sizeof f);
		if(tokenize(line, f, nelem(f)-1) < 3 || strcmp(f[0], "mount") != 0)
			continue;
		i = f[1][0] == '-' ? 2 : 1;
		if(f[i+1] == nil || isshare(f[i]))
			continue;
		dirs[n++] = f[i+1];
	}
	return n > 0 ? dirs : nil;
}

/*
 * By a process of its own: a server that does not answer holds it for good, not us.
 */
void
syncmounts(void)
{
	char file[32], *ns, **dirs;
	int pid, w;
	Dir d;

	snprint(file, sizeof file, "#p/%d/ns", getpid());
	ns = contents(file);
	dirs = servers(ns);
	if(dirs == nil)
		return;
	pid = fork();
	if(pid == 0){
		nulldir(&d);
		for(; *dirs != nil; dirs++)
			dirwstat(*dirs, &d);
		_exits(nil);
	}
	alarm(Patience);
	do
		w = waitpid();
	while(w >= 0 && w != pid);
	alarm(0);
}
