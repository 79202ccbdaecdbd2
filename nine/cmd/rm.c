/* SPDX-License-Identifier: MIT */
/*
 * rm - remove files.  -r: directories with all that is in them; -f: no
 * complaints.  The exit status is the last complaint.
 */
#include "u.h"
#include "libc.h"

static char status[ERRMAX];
static int force;

static void
complain(char *name)
{
	if(force)
		return;
	rerrstr(status, sizeof status);
	fprint(2, "rm: %s: %r\n", name);
	if(status[0] == 0)
		strcpy(status, "error");
}

static int
isdir(char *name)
{
	Dir *d;
	int dir;

	d = dirstat(name);
	dir = d != nil && (d->mode & DMDIR);
	free(d);
	return dir;
}

static void
empty(char *name)
{
	char *sub;
	Dir *d;
	long i, n;
	int fd;

	fd = open(name, OREAD);
	if(fd < 0){
		complain(name);
		return;
	}
	n = dirreadall(fd, &d);
	close(fd);
	if(n < 0){
		complain(name);
		return;
	}
	for(i = 0; i < n; i++){
		sub = smprint("%s/%s", name, d[i].name);
		if(sub == nil)
			sysfatal("out of memory");
		if(remove(sub) < 0){
			if(d[i].mode & DMDIR){
				empty(sub);
				if(remove(sub) < 0)
					complain(sub);
			}else
				complain(sub);
		}
		free(sub);
	}
	free(d);
}

int
main(int argc, char *argv[])
{
	char err[ERRMAX];
	int recurse;

	recurse = 0;
	ARGBEGIN{
	case 'r':
		recurse = 1;
		break;
	case 'f':
		force = 1;
		break;
	default:
		fprint(2, "usage: rm [-fr] file ...\n");
		exits("usage");
	}ARGEND
	USED(argc);
	for(; *argv != nil; argv++){
		if(remove(*argv) >= 0)
			continue;
		rerrstr(err, sizeof err);
		if(recurse && isdir(*argv)){
			empty(*argv);
			if(remove(*argv) >= 0)
				continue;
			rerrstr(err, sizeof err);
		}
		errstr(err, sizeof err);
		complain(*argv);
	}
	exits(status);
}
