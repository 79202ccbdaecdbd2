/* SPDX-License-Identifier: MIT */
/*
 * rc [-srdiIlxepvV] [-c cmd] [-m rcmain] [file [arg ...]]
 * Options only set flags and variables; /rc/lib/rcmain acts on them.
 */
#include "rc.h"

Shell sh;

static void
usage(void)
{
	fprint(2, "Usage: rc [-srdiIlxepvV] [-c cmd] [-m initial] [file [arg ...]]\n");
	exits("bad flags");
}

static int
isatty(int fd)
{
	char buf[64];
	long n;

	if(fd2path(fd, buf, sizeof buf) < 0)
		return 0;
	n = strlen(buf);
	return n >= 5 && strcmp(buf+n-5, "/cons") == 0;
}

static Word*
arguments(int argc, char **argv)
{
	Word *first, **l;

	first = nil;
	for(l = &first; argc > 0; argc--, argv++){
		*l = newword(*argv, nil);
		l = &(*l)->next;
	}
	return first;
}

/* . rcmain $*, by hand: a word of $* must not be read as a command */
static void
start(char *rcmain)
{
	int fd;

	fd = open(rcmain, OREAD|OCEXEC);
	if(fd < 0){
		fprint(2, "%s: ", rcmain);
		rcerror(".: can't open: %r");
	}
	pushlocal("0", newword(rcmain, nil));
	sourcefd(fd, rcmain, 0);
}

void
main(int argc, char **argv)
{
	char *cmd, *rcmain, buf[16];
	int only;

	fmtinstall('v', wordsfmt);
	cmd = nil;
	rcmain = "/rc/lib/rcmain";
	only = argc == 1;
	ARGBEGIN{
	case 'c':
		cmd = EARGF(usage());
		sh.flag['c'] = 1;
		break;
	case 'm':
		rcmain = EARGF(usage());
		break;
	case 's': case 'r': case 'd': case 'i': case 'I': case 'l':
	case 'x': case 'e': case 'p': case 'v': case 'V':
		sh.flag[ARGC()] = 1;
		break;
	default:
		usage();
	}ARGEND
	if(argv0 && argv0[0] == '-')
		sh.flag['l'] = 1;
	if(only && isatty(0))
		sh.flag['i'] = 1;
	if(sh.flag['I'])
		sh.flag['i'] = 0;
	sh.pid = getpid();
	trapinit();
	varinit();
	snprint(buf, sizeof buf, "%d", sh.pid);
	setvar("pid", newword(buf, nil));
	setvar("rcname", newword(argv0 ? argv0 : "rc", nil));
	setvar("cflag", cmd ? newword(cmd, nil) : nil);
	setvar("*", arguments(argc, argv));
	setstatus("");
	start(rcmain);
	rcexit(getstatus());
}
