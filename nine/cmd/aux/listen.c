/* SPDX-License-Identifier: MIT */
/*
 * listen - answer calls with the programs of a directory.  A file tcp23 there
 * is run for each call to port 23 of tcp; the ones of a trusted directory as
 * who we are, the others as none.  Every minute we look what files there are.
 * Each service has a process that waits for its calls.
 */
#include "u.h"
#include "libc.h"
#include "netserve.h"

enum
{
	Period	= 60*1000,		/* ms between looks */
};

typedef struct Service Service;
struct Service
{
	char	*name;			/* tcp23 */
	char	*dir;			/* where its file is */
	int	trusted;
	int	pid;			/* who waits for calls, 0: nobody */
	int	seen;			/* at the last look */
	Service	*next;
};

static Service *services;
static Service *answering;		/* in the process of a service */
static char *proto = "tcp";
static char *host = "*";
static int quiet;

static void
usage(void)
{
	fprint(2, "usage: aux/listen [-q] [-d directory] [-t directory] [-a address] [protocol]\n");
	exits("usage");
}

static char**
args(char *dir)
{
	static char *argv[5];

	argv[0] = smprint("%s/%s", answering->dir, answering->name);
	argv[1] = answering->name;
	argv[2] = proto;
	argv[3] = dir;
	argv[4] = nil;
	return argv;
}

static void
logto(char *dir)
{
	NetConnInfo *c;

	c = getnetconninfo(dir, -1);
	if(c != nil)
		syslog(0, "listen", "%s call from %s!%s in %s", answering->name, c->rsys, c->rserv, dir);
	freenetconninfo(c);
}

/* The process of a service: never returns. */
static void
serve(Service *s)
{
	char dir[NETPATHLEN], addr[256];

	answering = s;
	snprint(addr, sizeof addr, "%s!%s!%s", proto, host, s->name+strlen(proto));
	if(announce(addr, dir) < 0){
		if(!quiet)
			fprint(2, "listen: announce %s: %r\n", addr);
		syslog(0, "listen", "announce %s: %r", addr);
		exits("announce");
	}
	netlisten(dir, s->trusted, quiet? nil: logto, args);
	exits("listen");
}

static void
start(Service *s)
{
	int pid;

	pid = rfork(RFPROC|RFFDG|RFNOTEG|RFNOWAIT);
	if(pid == 0)
		serve(s);
	if(pid > 0)
		s->pid = pid;
}

static void
stop(Service *s)
{
	if(s->pid != 0)
		postnote(PNPROC, s->pid, "kill");
	s->pid = 0;
}

static int
alive(Service *s)
{
	char name[32];

	snprint(name, sizeof name, "/proc/%d/status", s->pid);
	return access(name, AEXIST) == 0;
}

/* tcp23, and not tcp or tcp.old */
static int
isservice(char *name)
{
	long n;

	n = strlen(proto);
	if(strncmp(name, proto, n) != 0 || name[n] == 0)
		return 0;
	for(name += n; *name >= '0' && *name <= '9'; name++)
		;
	return *name == 0;
}

static void
look(char *dir, int trusted)
{
	Service *s;
	Dir *d;
	long i, n;
	int fd;

	fd = open(dir, OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		if(!isservice(d[i].name) || d[i].qid.type & QTDIR)
			continue;
		for(s = services; s != nil; s = s->next)
			if(strcmp(s->name, d[i].name) == 0)
				break;
		if(s == nil){
			s = mallocz(sizeof *s, 1);
			if(s == nil)
				break;
			s->name = strdup(d[i].name);
			s->next = services;
			services = s;
		}
		s->dir = dir;
		s->trusted = trusted;
		s->seen = 1;
	}
	if(n > 0)
		free(d);
}

static void
scan(char *dir, char *trusted)
{
	Service *s;

	for(s = services; s != nil; s = s->next)
		s->seen = 0;
	if(dir != nil)
		look(dir, 0);
	if(trusted != nil)
		look(trusted, 1);
	for(s = services; s != nil; s = s->next)
		if(!s->seen)
			stop(s);
		else if(s->pid == 0 || !alive(s))
			start(s);
}

/* Ours end with us. */
static int
ending(void *ureg, char *note)
{
	Service *s;

	USED(ureg);
	USED(note);
	for(s = services; s != nil; s = s->next)
		stop(s);
	return 0;
}

int
main(int argc, char *argv[])
{
	char *dir, *trusted;

	dir = trusted = nil;
	ARGBEGIN{
	case 'a':
		host = EARGF(usage());
		break;
	case 'd':
		dir = EARGF(usage());
		break;
	case 'q':
		quiet = 1;
		break;
	case 't':
		trusted = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	argv0 = "listen";
	if(argc > 1)
		usage();
	if(argc == 1)
		proto = argv[0];
	if(dir == nil && trusted == nil)
		dir = "/rc/bin/service";
	rfork(RFNOTEG);
	atnotify(ending, 1);
	for(;;){
		scan(dir, trusted);
		sleep(Period);
	}
}
