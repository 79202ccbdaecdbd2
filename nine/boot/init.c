/* SPDX-License-Identifier: MIT */
/*
 * /boot/init, process 1: console, name space, environment, then rc - on the
 * words behind " -- " of the kernel's command line, else interactively.
 * When rc is done the machine is: its status goes to /dev/reboot.
 */
#include "u.h"
#include "libc.h"

enum
{
	Maxargs	= 128,
};

typedef struct Place Place;
struct Place
{
	char	*new;
	char	*old;
	int	flag;
};

static const Place places[] =
{
	{ "#R", "/", MREPL|MCREATE },
	{ "#c", "/dev", MREPL },
	{ "#d", "/fd", MREPL },
	{ "#e", "/env", MREPL|MCREATE },
	{ "#p", "/proc", MREPL },
	{ "#s", "/srv", MREPL|MCREATE },
	{ "/386/bin", "/bin", MREPL },
	{ "/rc/bin", "/bin", MAFTER },
};

static void
console(void)
{
	open("#c/cons", OREAD);
	open("#c/cons", OWRITE);
	open("#c/cons", OWRITE);
}

static void
namespace(void)
{
	int i;

	for(i = 0; i < nelem(places); i++)
		if(bind(places[i].new, places[i].old, places[i].flag) < 0)
			fprint(2, "init: bind %s %s: %r\n", places[i].new, places[i].old);
}

/* the text of a small file, without the newline at its end; malloced */
static char*
contents(char *file)
{
	char *s, *t;
	long n, m;
	int fd;

	fd = open(file, OREAD);
	if(fd < 0)
		return nil;
	s = nil;
	n = 0;
	do{
		t = realloc(s, n+513);
		if(t == nil)
			break;
		s = t;
		m = read(fd, s+n, 512);
		if(m > 0)
			n += m;
	}while(m > 0);
	close(fd);
	if(s){
		if(n > 0 && s[n-1] == '\n')
			n--;
		s[n] = 0;
	}
	return s;
}

static void
setifnew(char *name, char *val)
{
	char *old;

	old = getenv(name);
	if(old == nil || *old == 0)
		putenv(name, val);
	free(old);
}

/* A directory of the host: post its server, and mount it. */
static void
share(char *tag)
{
	char name[64];
	int fd, srv;

	snprint(name, sizeof name, "#9/%s", tag);
	fd = open(name, ORDWR);
	if(fd < 0){
		fprint(2, "init: %s: %r\n", name);
		return;
	}
	snprint(name, sizeof name, "/srv/%s", tag);
	srv = create(name, OWRITE, 0600);
	if(srv < 0 || fprint(srv, "%d", fd) < 0)
		fprint(2, "init: %s: %r\n", name);
	close(srv);
	snprint(name, sizeof name, "/n/%s", tag);
	close(create(name, OREAD, DMDIR|0775));
	if(mount(fd, -1, name, MREPL|MCREATE, "") < 0)
		fprint(2, "init: mount %s: %r\n", name);
	close(fd);
}

/* What lguest was told to --share. */
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
		share(d[i].name);
	if(n > 0)
		free(d);
}

static void
environment(void)
{
	char *user, *name, home[64];

	user = contents("#c/user");
	if(user == nil || *user == 0)
		user = "glenda";
	name = contents("#c/sysname");
	if(name == nil || *name == 0)
		name = "nine";
	setifnew("cputype", "386");
	setifnew("objtype", "386");
	setifnew("service", "terminal");
	setifnew("user", user);
	setifnew("sysname", name);
	snprint(home, sizeof home, "/usr/%s", user);
	setifnew("home", home);
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
halt(char *msg)
{
	char buf[256];
	int fd, n;

	if(msg && *msg)
		n = snprint(buf, sizeof buf, "exit 1 %s", msg);
	else
		n = snprint(buf, sizeof buf, "exit 0");
	fd = open("#c/reboot", OWRITE);
	if(fd < 0 || write(fd, buf, n) != n)
		fprint(2, "init: can't halt: %r\n");
	exits(msg);
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

/* interrupts are for what runs under rc */
static int
ignore(void *ureg, char *note)
{
	USED(ureg);
	return strcmp(note, "interrupt") == 0 || strcmp(note, "hangup") == 0;
}

void
main(void)
{
	char *argv[Maxargs+2], *args, *home;
	int n;

	console();
	namespace();
	environment();
	shares();
	atnotify(ignore, 1);
	args = contents("#ec/kargs");
	n = args ? tokenize(args, argv+1, Maxargs) : 0;
	argv[0] = "rc";
	argv[n+1] = nil;
	home = getenv("home");
	if(n == 0){
		argv[1] = "-li";
		argv[2] = nil;
		print("nine: a Plan 9 kernel under lguest; exit or ^D at the prompt halts it\n");
		halt(runrc(argv, home));
	}
	halt(runrc(argv, nil));
}
