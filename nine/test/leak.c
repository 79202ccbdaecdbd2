/*
 * What is done ten thousand times leaves nothing behind: pages and the
 * kernel's own memory, as #c/swap counts them, and the processes in #p are
 * the same before and after.  The first few hundred times are not counted:
 * the kernel keeps some things for the next time, such as images, kernel
 * stacks and free channels.
 *
 *	leak [-n times] [what ...]
 */
#include "u.h"
#include "libc.h"
#include "test.h"
#include "leakdeeds.h"

enum
{
	Times		= 10000,
	Warm		= 300,
	Crowd		= 50,
	Slackpages	= 8,		/* a page or two for each size of small object */
	Slackbytes	= 4096,
};

typedef struct Usage Usage;
struct Usage
{
	long	pages;
	long	bytes;
	int	procs;
};

static int nproc;			/* before anything was done */

static long
field(char *buf, char *name)
{
	char *p;

	p = strstr(buf, name);
	if(p == nil)
		sysfatal("#c/swap has no%s", name);
	while(p > buf && p[-1] != '\n')
		p--;
	return atol(p);
}

static void
usage(Usage *u)
{
	char buf[512];
	Dir *d;
	int fd, n;

	sleep(0);			/* who just died is taken apart by the next to run */
	fd = open("#c/swap", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0? n: 0] = 0;
	u->pages = field(buf, " user\n");
	u->bytes = field(buf, " kernel malloc\n");
	fd = open("#p", OREAD);
	u->procs = dirreadall(fd, &d);
	close(fd);
	free(d);
}

typedef struct Deed Deed;
struct Deed
{
	char	*name;
	void	(*f)(int);
	int	share;			/* done so many times less often, as it takes long */
};

static Deed deeds[] =
{
	{ "forks", forks, 1 },
	{ "forks with groups", forkgroups, 1 },
	{ "orphans", orphans, 1 },
	{ "groups", groups, 1 },
	{ "execs", execs, 1 },
	{ "failing execs", badexecs, 1 },
	{ "pipes", pipes, 1 },
	{ "opens", opens, 1 },
	{ "files", files, 1 },
	{ "segments", segments, 1 },
	{ "breaks", breaks, 1 },
	{ "rendezvous", rendezvouses, 1 },
	{ "notes", notes, 1 },
	{ "alarms", alarms, 1 },
	{ "environment", envs, 1 },
	{ "binds", binds, 1 },
	{ "mounts", mounts, 1 },
	{ "servers", servers, 20 },
	{ "posts", posts, 1 },
	{ "directories", directories, 2 },
	{ "files of processes", processfiles, 1 },
	{ "faults", faults, 5 },
	{ "kills", kills, 5 },
	{ "mounted programs", mountedprograms, 20 },
	{ "conversations", conversations, 1 },
	{ "files of the host", hostfiles, 1 },
	{ "bad calls", badcalls, 2 },
};

/* ------------------------------------------------------------------------------- */

/* As many processes as at the start, once all have ended that are about to. */
static void
settle(void)
{
	Usage u;
	int i;

	for(i = 0; i < 100; i++){
		usage(&u);
		if(u.procs <= nproc)
			break;
		sleep(20);
	}
}

static void
measure(Deed *d, int times)
{
	Usage a, b;
	vlong t;
	int i;

	times /= d->share;
	for(i = 0; i < Warm; i++)
		d->f(i);
	settle();
	usage(&a);
	t = nsec();
	for(i = 0; i < times; i++)
		d->f(i);
	t = (nsec()-t)/1000000;
	settle();
	usage(&b);
	if(b.procs > nproc || b.pages-a.pages > Slackpages || b.bytes-a.bytes > Slackbytes)
		fail(d->name, "%d times: %ld pages, %ld bytes, %d processes more", times,
			b.pages-a.pages, b.bytes-a.bytes, b.procs-nproc);
	else
		ok(d->name);
	print("# %lld ms; %+ld pages %+ld bytes\n", t, b.pages-a.pages, b.bytes-a.bytes);
}

/* The server of mounts. */
static void
startramfs(void)
{
	Waitmsg *w;

	if(fork() == 0){
		execl("/bin/ramfs", "ramfs", "-S", "leak", nil);
		_exits("exec");
	}
	w = wait();
	if(w == nil || w->msg[0] != 0)
		sysfatal("ramfs does not start");
	free(w);
	if(fork() == 0){
		mount(open("/srv/leak", ORDWR), -1, "/n", MREPL|MCREATE, "");
		execl("/bin/cp", "cp", "/test/leak", "/n/leak", nil);
		_exits("exec");
	}
	w = wait();
	if(w == nil || w->msg[0] != 0)
		sysfatal("no copy of the program");
	free(w);
}

/* The kernel keeps what many processes at once needed, and four that are broken. */
static void
crowd(void)
{
	int i;

	for(i = 0; i < Crowd; i++)
		if(fork() == 0){
			sleep(200);
			_exits(nil);
		}
	while(waitpid() > 0)
		;
	for(i = 0; i < 4; i++)
		faults(i);
}

void
main(int argc, char *argv[])
{
	Usage u;
	int i, j, times;

	times = Times;
	ARGBEGIN{
	case 'n':
		times = atoi(EARGF(sysfatal("-n times")));
		break;
	case 'x':
		_exits(nil);
	default:
		sysfatal("usage: leak [-n times] [what ...]");
	}ARGEND
	rfork(RFNAMEG|RFENVG);
	atnotify(catch, 1);
	startramfs();
	crowd();
	usage(&u);
	nproc = u.procs;
	for(i = 0; i < nelem(deeds); i++){
		for(j = 0; j < argc; j++)
			if(strcmp(argv[j], deeds[i].name) == 0)
				break;
		if(argc == 0 || j < argc)
			measure(&deeds[i], times);
	}
	remove("/srv/leak");
	finish();
}
