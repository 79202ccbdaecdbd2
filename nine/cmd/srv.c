/* SPDX-License-Identifier: MIT */
/* srv - post a connection to a file server in /srv, and mount it */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"

static void
usage(void)
{
	fprint(2, "usage: srv [-abcCmq] address|file [srvname [mtpt]]\n       srv -e [-abcCmq] command srvname [mtpt]\n");
	exits("usage");
}

/* The other end of a pipe that is the command's standard input and output. */
static int
command(char *cmd)
{
	int p[2];

	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	switch(rfork(RFPROC|RFFDG|RFNOTEG|RFREND|RFNOWAIT)){
	case -1:
		sysfatal("fork: %r");
	case 0:
		dup(p[0], 0);
		dup(p[0], 1);
		if(p[0] > 1)
			close(p[0]);
		if(p[1] > 1)
			close(p[1]);
		execl("/bin/rc", "rc", "-c", cmd, nil);
		sysfatal("exec /bin/rc: %r");
	}
	close(p[0]);
	return p[1];
}

/* a name with a slash or # in front is a file */
static int
connect(char *where)
{
	if(where[0] == '/' || where[0] == '#' || where[0] == '.')
		return open(where, ORDWR);
	return dial(netmkaddr(where, "tcp", "564"), nil, nil, nil);
}

static char*
lastelem(char *s)
{
	char *p;

	p = strrchr(s, '/');
	return p == nil? s: p+1;
}

int
main(int argc, char *argv[])
{
	char *name, *mtpt;
	int exec, domount, quiet, fd;
	ulong flag;

	exec = domount = quiet = 0;
	flag = 0;
	ARGBEGIN{
	case 'a':
		flag |= MAFTER;
		domount = 1;
		break;
	case 'b':
		flag |= MBEFORE;
		domount = 1;
		break;
	case 'c':
		flag |= MCREATE;
		domount = 1;
		break;
	case 'C':
		flag |= MCACHE;
		domount = 1;
		break;
	case 'e':
		exec = 1;
		break;
	case 'm':
		domount = 1;
		break;
	case 'q':
		quiet = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "srv";
	if(argc < 1+exec || argc > 3 || (flag & MAFTER && flag & MBEFORE))
		usage();
	name = argc > 1? argv[1]: lastelem(argv[0]);
	mtpt = argc > 2? argv[2]: smprint("/n/%s", name);
	fd = exec? command(argv[0]): connect(argv[0]);
	if(fd < 0)
		sysfatal("%s: %r", argv[0]);
	if(postfd(name, fd) < 0 && !quiet)
		sysfatal("cannot post /srv/%s: %r", name);
	if((domount || argc > 2) && mount(fd, -1, mtpt, flag, "") < 0)
		sysfatal("cannot mount on %s: %r", mtpt);
	exits(nil);
}
