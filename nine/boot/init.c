/* SPDX-License-Identifier: MIT */
/*
 * /386/init, process 1 after boot: environment and name space, then rc.
 *
 *	-t	terminal: termrc, a login shell on the console; halts at its end
 *	-c	CPU server: cpurc, and a shell on the console, ever again
 *	-m	manual: just the shell
 *
 * With words behind " -- " on the kernel's command line it does nothing of
 * this but runs rc with them; its status goes to /dev/reboot.
 */
#include "u.h"
#include "libc.h"
#include "boot.h"

enum
{
	Maxargs	= 128,
	Soon	= 1000,			/* ms: a shell that lived less long is not started again at once, */
	Patience = 64*Soon,		/* and later each time, up to this */
};

static int manual;

static void
setifnew(char *name, char *val)
{
	char *old;

	old = getenv(name);
	if(old == nil || *old == 0)
		putenv(name, val);
	free(old);
}

static char*
orelse(char *s, char *def)
{
	return s != nil && *s != 0 ? s : def;
}

static void
environment(char *user, char *service)
{
	char *s, home[64];

	setifnew("cputype", "386");
	s = getenv("cputype");
	putenv("objtype", orelse(s, "386"));
	free(s);
	putenv("service", service);
	putenv("user", user);
	s = contents("#c/sysname");
	setifnew("sysname", orelse(s, "nine"));
	free(s);
	snprint(home, sizeof home, "/usr/%s", user);
	putenv("home", home);
}

/* As the root wants it; a root that says nothing gets the usual one. */
static void
namespace(char *user)
{
	char *s;

	if(newns(user, "/lib/namespace") < 0 && newns(user, "#R/lib/namespace") < 0)
		fprint(2, "init: no name space: %r\n");
	s = contents("/adm/timezone/local");
	if(s != nil)
		putenv("timezone", s);
	free(s);
}

/* A directory of the host, which boot posted in /srv. */
static void
share(char *tag)
{
	char name[64];
	int fd;

	snprint(name, sizeof name, "#s/%s", tag);
	fd = open(name, ORDWR);
	if(fd < 0)
		return;			/* boot said why */
	snprint(name, sizeof name, "/n/%s", tag);
	if(access(name, AEXIST) < 0)
		close(create(name, OREAD, DMDIR|0775));
	if(mount(fd, -1, name, MREPL|MCREATE, "") < 0){
		fprint(2, "init: mount %s: %r\n", name);
		close(fd);
	}
}

/* What lguest was told to --share; "net" is for /lib/namespace. */
static void
shares(void)
{
	Dir *d;
	int fd, i, n;

	fd = open("#9", OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++)
		if(strcmp(d[i].name, "net") != 0)
			share(d[i].name);
	if(n > 0)
		free(d);
}

/* A stack of our own only where there is something to connect it to. */
static void
network(void)
{
	if(access("#l/ether0", AEXIST) < 0)
		return;
	bind("#l", "/net", MAFTER);
	bind("#I", "/net", MAFTER);
}

/* who said it is not news: "rc 2: why" is "why" */
static char*
reason(char *msg)
{
	char *s;

	s = strchr(msg, ' ');
	if(s == nil)
		return msg;
	for(s++; *s >= '0' && *s <= '9'; s++)
		;
	return s[0] == ':' && s[1] == ' ' ? s+2 : msg;
}

static void
shell(char **argv, char *home)
{
	if(home)
		chdir(home);
	exec("/bin/rc", argv);
	fprint(2, "init: can't exec /bin/rc: %r\n");
	exits("no rc");
}

/* also takes the children others left behind */
static char*
runrc(char **argv, char *home)
{
	char err[ERRMAX];
	Waitmsg *w;
	int pid;

	pid = fork();
	if(pid < 0)
		return smprint("fork: %r");
	if(pid == 0)
		shell(argv, home);
	for(;;){
		w = wait();
		if(w && w->pid == pid)
			return reason(w->msg);
		if(w == nil){
			rerrstr(err, sizeof err);
			if(strstr(err, "interrupted") == nil)
				return smprint("wait: %s", err);
		}
		free(w);
	}
}

/* interrupts are for what runs under rc; an alarm ends a wait */
static int
ignore(void *ureg, char *note)
{
	USED(ureg);
	return strcmp(note, "interrupt") == 0 || strcmp(note, "hangup") == 0 || strcmp(note, "alarm") == 0;
}

static void
end(char *status)
{
	syncmounts();
	halt(status);
}

static void
script(char *file)
{
	char *argv[] = { "rc", "-c", file, nil }, *status;

	if(manual || access(file, AEXIST) < 0)
		return;
	status = runrc(argv, nil);
	if(*status)
		fprint(2, "init: %s: %s\n", file, status);
}

static void
terminal(char *home)
{
	char *argv[] = { "rc", "-li", nil };

	script("/rc/bin/termrc");
	if(manual)
		argv[1] = "-i";
	print("nine: a Plan 9 kernel under lguest; exit or ^D at the prompt halts it\n");
	end(runrc(argv, home));
}

static void
server(char *home)
{
	char *argv[] = { "rc", "-li", nil }, *status;
	vlong t;
	int pause;

	script("/rc/bin/cpurc");
	if(manual)
		argv[1] = "-i";
	for(pause = Soon; ; ){
		fprint(2, "\ninit: starting /bin/rc\n");
		t = nsec();
		status = runrc(argv, home);
		fprint(2, "init: rc exit status: %s\n", status);
		if(nsec()-t > Soon*1000000LL)
			pause = Soon;
		else{
			sleep(pause);
			if(pause < Patience)
				pause *= 2;
		}
	}
}

static void
usage(void)
{
	fprint(2, "usage: init [-ctm]\n");
	halt("init: bad arguments");
}

int
main(int argc, char *argv[])
{
	char *av[Maxargs+2], *args, *user, *service, *home;
	int n;

	service = "terminal";
	ARGBEGIN{
	case 'c':
		service = "cpu";
		break;
	case 't':
		service = "terminal";
		break;
	case 'm':
		manual = 1;
		break;
	default:
		usage();
	}ARGEND
	user = orelse(contents("#c/user"), "glenda");
	environment(user, service);
	newnsdebug = conf("debugboot") != nil;
	namespace(user);
	shares();
	network();
	atnotify(ignore, 1);
	args = conf("kargs");
	n = args ? tokenize(args, av+1, Maxargs) : 0;
	av[0] = "rc";
	av[n+1] = nil;
	if(n > 0)
		end(runrc(av, nil));
	home = getenv("home");
	if(strcmp(service, "cpu") == 0)
		server(home);
	terminal(home);
	exits(nil);
}
