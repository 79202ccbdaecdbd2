/* SPDX-License-Identifier: MIT */
/* listen1 - run a command for each call to one address */
#include "u.h"
#include "libc.h"
#include "netserve.h"

static char **command;

static void
usage(void)
{
	fprint(2, "usage: aux/listen1 [-tv] address command [argument ...]\n");
	exits("usage");
}

static char**
args(char *dir)
{
	USED(dir);
	return command;
}

static void
say(char *dir)
{
	NetConnInfo *c;

	c = getnetconninfo(dir, -1);
	if(c != nil)
		fprint(2, "listen1: call from %s!%s in %s\n", c->rsys, c->rserv, dir);
	freenetconninfo(c);
}

int
main(int argc, char *argv[])
{
	char dir[NETPATHLEN], *addr;
	int trusted, verbose;

	trusted = verbose = 0;
	ARGBEGIN{
	case 't':
		trusted = 1;
		break;
	case 'v':
		verbose = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "listen1";
	if(argc < 2)
		usage();
	command = argv+1;
	addr = netmkaddr(argv[0], "tcp", "*");
	if(announce(addr, dir) < 0)
		sysfatal("announce %s: %r", addr);
	if(verbose)
		fprint(2, "listen1: announced %s in %s\n", addr, dir);
	netlisten(dir, trusted, verbose? say: nil, args);
	sysfatal("listen: %r");
}
