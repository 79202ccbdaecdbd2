/* SPDX-License-Identifier: MIT */
/*
 * /boot/boot, process 1: finds the root and starts init there.  It reads its
 * orders in #ec, where the kernel's command line is:
 *
 *	nobootprompt=METHOD[!arg]	take this root and do not ask
 *	bootargs=METHOD[!arg]		ask; this is the default (ask: ramdisk is)
 *	bootdisk=[local!]DEVICE		the disk of local, and do not ask
 *	rootspec= rootdir=		what to attach to, which part to use
 *	init=PROGRAM [args]		instead of /386/init -t or -c
 *	user= sysname= service=		as variables of that name
 *	debugboot=			say what is done
 *
 * Without orders the root is the ramdisk, or a shared directory that looks
 * like a Plan 9 tree.
 */
#include "u.h"
#include "libc.h"
#include "boot.h"

enum
{
	Maxargs	= 32,
};

static int debugging;

void
debug(char *fmt, ...)
{
	char buf[256];
	va_list arg;

	if(!debugging)
		return;
	va_start(arg, fmt);
	vsnprint(buf, sizeof buf, fmt, arg);
	va_end(arg);
	fprint(2, "boot: %s\n", buf);
}

/* What methods need to work in; init makes a name space of its own. */
static void
setup(void)
{
	open("#c/cons", OREAD);
	open("#c/cons", OWRITE);
	open("#c/cons", OWRITE);
	bind("#c", "/dev", MREPL);
	bind("#S", "/dev", MAFTER);
	bind("#d", "/fd", MREPL);
	bind("#e", "/env", MREPL|MCREATE);
	bind("#ec", "/env", MAFTER);
	bind("#p", "/proc", MREPL);
	bind("#s", "/srv", MREPL|MCREATE);
	bind("#R/boot", "/boot", MREPL);
	bind("#R/386/bin", "/bin", MREPL);
}

static int
writefile(char *file, char *s)
{
	int fd, n, r;

	n = strlen(s);
	fd = open(file, OWRITE);
	if(fd < 0)
		return -1;
	r = write(fd, s, n) == n ? 0 : -1;
	close(fd);
	return r;
}

static void
makedir(char *user, char *fmt)
{
	char name[128];

	snprint(name, sizeof name, fmt, user);
	close(create(name, OREAD, DMDIR|0775));
}

/* On the ramdisk there is a home for glenda; somebody else needs one too, who shall own it. */
static void
makehome(char *user)
{
	char name[128];
	Dir d;

	if(strchr(user, '/') != nil || user[0] == '.' || strlen(user) > 64)
		return;
	snprint(name, sizeof name, "#R/usr/%s", user);
	if(access(name, AEXIST) == 0)
		return;
	makedir(user, "#R/usr/%s");
	makedir(user, "#R/usr/%s/lib");
	makedir(user, "#R/usr/%s/tmp");
	nulldir(&d);
	d.uid = d.gid = user;
	dirwstat(smprint("%s/tmp", name), &d);
	dirwstat(smprint("%s/lib", name), &d);
	dirwstat(name, &d);
}

/* Whose machine this is, and its name. */
static void
identity(void)
{
	char *s;

	s = conf("user");
	if(s != nil){
		makehome(s);
		if(writefile("#c/hostowner", s) < 0)
			fprint(2, "boot: user %s: %r\n", s);
	}
	free(s);
	s = conf("sysname");
	if(s != nil && writefile("#c/sysname", s) < 0)
		fprint(2, "boot: sysname %s: %r\n", s);
	free(s);
}

static Method*
method(char *what)
{
	Method *m;
	int n;

	n = strcspn(what, "!");
	for(m = methods; m->name; m++)
		if((int)strlen(m->name) == n && strncmp(m->name, what, n) == 0)
			return m;
	return nil;
}

/* METHOD[!arg]: make it the root, or say why not */
static int
tryroot(char *what)
{
	Method *m;
	char *arg;

	m = method(what);
	if(m == nil){
		fprint(2, "boot: no method %s: there are", what);
		for(m = methods; m->name; m++)
			fprint(2, "%s %s%s", m == methods ? "" : ",", m->name, m->arg);
		fprint(2, "\n");
		werrstr("no such method");
		return -1;
	}
	arg = strchr(what, '!');
	debug("root is from %s", what);
	if(m->root(arg ? arg+1 : "") == 0)
		return 0;
	fprint(2, "boot: %s: %r\n", what);
	return -1;
}

/* a line of the console, without its end; 0 at its end */
static int
readline(char *buf, int n)
{
	long m;

	m = read(0, buf, n-1);
	if(m <= 0)
		return 0;
	while(m > 0 && strchr(" \t\r\n", buf[m-1]) != nil)
		m--;
	buf[m] = 0;
	return 1;
}

static void
ask(char *def)
{
	char line[256], list[128], *p;
	Method *m;

	p = list;
	for(m = methods; m->name; m++)
		p = seprint(p, list+sizeof list, "%s%s", m == methods ? "" : ", ", m->name);
	for(;;){
		print("root is from (%s)[%s]: ", list, def);
		if(!readline(line, sizeof line)){
			print("\n");
			halt("no answer to \"root is from\"");
		}
		if(tryroot(line[0] ? line : def) == 0)
			return;
	}
}

/* The disk to boot from, as an order to local. */
static char*
bootdisk(void)
{
	char *s, *t;

	s = conf("bootdisk");
	if(s == nil || strncmp(s, "local!", 6) == 0)
		return s;
	t = smprint("local!%s", s);
	free(s);
	return t;
}

static void
findroot(void)
{
	char err[ERRMAX], *s;

	s = conf("nobootprompt");
	if(s == nil){
		s = conf("bootargs");
		if(s != nil){
			ask(strcmp(s, "ask") == 0 ? methods[0].name : s);
			return;
		}
		s = bootdisk();
	}
	if(s == nil)
		s = planshare("host") ? "virtio9p!host" : methods[0].name;
	if(tryroot(s) < 0){
		rerrstr(err, sizeof err);
		s = smprint("no root: %s: %s", s, err);
		halt(s);
	}
}

/*
 * /root is there: put it behind /, as /lib/namespace will by $rootdir.  The
 * ramdisk can take the place of / and does so there: names are found sooner.
 */
static void
bindroot(void)
{
	char buf[256], *dir;

	dir = conf("rootdir");
	if(dir == nil && access("#s/boot", AEXIST) < 0)
		putenv("ramroot", "#R");
	else
		putenv("rootdir", dir != nil ? dir : "/root");
	if(dir == nil)
		dir = "/root";
	if(bind(dir, "/", MAFTER|MCREATE) < 0){
		snprint(buf, sizeof buf, "/root/%s", dir);
		if(bind(buf, "/", MAFTER|MCREATE) < 0)
			halt(smprint("rootdir %s: not in the root: %r", dir));
		putenv("rootdir", buf);
	}
}

/*
 * init= or the root's own.  Commands on the kernel's command line are a thing
 * of our init; it is also for roots that have none.
 */
static void
startinit(void)
{
	char *argv[Maxargs+1], *init, *service, *kargs, flag[3];
	int n;

	init = conf("init");
	n = init != nil ? tokenize(init, argv, Maxargs) : 0;
	if(n == 0){
		kargs = conf("kargs");
		service = getenv("service");
		snprint(flag, sizeof flag, "-%c", service && strcmp(service, "cpu") == 0 ? 'c' : 't');
		argv[0] = "/386/init";
		if(kargs != nil || access(argv[0], AEXIST) < 0)
			argv[0] = "#R/386/init";
		argv[1] = flag;
		n = 2;
	}
	argv[n] = nil;
	debug("starting %s", argv[0]);
	exec(argv[0], argv);
	halt(smprint("can't start %s: %r", argv[0]));
}

int
main(int argc, char *argv[])
{
	USED(argc);
	USED(argv);
	argv0 = "boot";
	setup();
	debugging = conf("debugboot") != nil;
	identity();
	postshares();
	findroot();
	bindroot();
	startinit();
	exits(nil);
}
