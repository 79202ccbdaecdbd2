/* SPDX-License-Identifier: MIT */
/* newns - run a command in a name space made from a file */
#include "u.h"
#include "libc.h"

static void
usage(void)
{
	fprint(2, "usage: auth/newns [-ad] [-n namespace] [command [arg ...]]\n");
	exits("usage");
}

/* The command, as given or in /bin of the new name space. */
static void
run(char **argv)
{
	char *file;

	if(strchr(argv[0], '/') == nil){
		file = smprint("/bin/%s", argv[0]);
		exec(file, argv);
	}else
		exec(argv[0], argv);
	sysfatal("%s: %r", argv[0]);
}

int
main(int argc, char *argv[])
{
	static char *shell[] = { "rc", "-i", nil };
	char *file;
	int add, r;

	add = 0;
	file = nil;
	argv0 = "newns";
	ARGBEGIN{
	case 'a':
		add = 1;
		break;
	case 'd':
		newnsdebug = 1;
		break;
	case 'n':
		file = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(add){
		rfork(RFNAMEG);
		r = addns(getuser(), file);
	}else
		r = newns(getuser(), file);
	if(r < 0)
		sysfatal("%s: %r", file != nil ? file : "/lib/namespace");
	run(argc > 0 ? argv : shell);
	exits(nil);
}
