/* SPDX-License-Identifier: MIT */
/*
 * con - call somebody and connect both directions with standard input and
 * output: what aux/trampoline and telnet are for elsewhere.
 */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: con [-l local] address\n");
	exits("usage");
}

static void
copy(int from, int to)
{
	static char buf[128*1024];
	long n;

	while((n = read(from, buf, sizeof buf)) > 0)
		if(write(to, buf, n) != n)
			break;
}

int
main(int argc, char *argv[])
{
	char *local;
	int fd, pid;

	local = nil;
	ARGBEGIN{
	case 'l':
		local = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	argv0 = "con";
	if(argc != 1)
		usage();
	fd = dial(netmkaddr(argv[0], "net", "telnet"), local, nil, nil);
	if(fd < 0)
		sysfatal("%s: %r", argv[0]);
	pid = fork();
	if(pid < 0)
		sysfatal("fork: %r");
	if(pid == 0){
		copy(0, fd);
		exits(nil);
	}
	/* the other side says when it is over: input may end first */
	copy(fd, 1);
	postnote(PNPROC, pid, "kill");
	exits(nil);
}
