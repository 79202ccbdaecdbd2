/* SPDX-License-Identifier: MIT */
/*
 * import - mount a tree that an exportfs serves.  Where it is reached is a
 * network address, or a file: a posted connection, a pipe, /fd/n.
 */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: import [-abcCA] host|file tree [mountpoint]\n       import -m [-abcCA] host|file mountpoint\n");
	exits("usage");
}

/* Say what tree we want; all that may come back besides OK is the reason why not. */
static void
handshake(int fd, char *tree)
{
	static char ask[] = "impo nofilter clear\n";
	char buf[ERRMAX];
	long n, m;

	n = strlen(tree);
	if(write(fd, tree, n) != n)
		sysfatal("cannot ask for %s: %r", tree);
	n = read(fd, buf, sizeof buf-1);
	if(n == 1 && (m = read(fd, buf+1, 1)) > 0)
		n += m;
	if(n <= 0)
		sysfatal("%s: no answer", tree);
	buf[n] = 0;
	if(strcmp(buf, "OK") != 0)
		sysfatal("%s: %s", tree, buf);
	n = sizeof ask-1;
	if(write(fd, ask, n) != n)
		sysfatal("%s: %r", tree);
}

/* a name with a slash or # in front is a file */
static int
connect(char *where)
{
	if(where[0] == '/' || where[0] == '#' || where[0] == '.')
		return open(where, ORDWR);
	return dial(netmkaddr(where, "tcp", "17007"), nil, nil, nil);
}

int
main(int argc, char *argv[])
{
	char *tree, *mtpt;
	ulong flag;
	int fd, plain;

	flag = 0;
	plain = 0;
	ARGBEGIN{
	case 'a':
		flag |= MAFTER;
		break;
	case 'b':
		flag |= MBEFORE;
		break;
	case 'c':
		flag |= MCREATE;
		break;
	case 'C':
		flag |= MCACHE;
		break;
	case 'A':
		break;			/* no authentication: we never have any */
	case 'm':
		plain = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "import";
	if((flag & MAFTER && flag & MBEFORE) || argc < 2 || argc > 3-plain)
		usage();
	tree = plain? nil: argv[1];
	mtpt = argv[argc-1];
	fd = connect(argv[0]);
	if(fd < 0)
		sysfatal("%s: %r", argv[0]);
	if(tree != nil)
		handshake(fd, tree);
	if(mount(fd, -1, mtpt, flag, "") < 0)
		sysfatal("cannot mount on %s: %r", mtpt);
	exits(nil);
}
