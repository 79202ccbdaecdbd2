/*
 * Processes that look at each other through every file of #p, stop, start
 * and kill each other, while they fork, exec and exit as fast as they can.
 * Nothing is known of what a read gives; but the kernel must survive it,
 * nobody may be left behind, and memory must come back.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Nproc	= 20,
	Rounds	= 60,
	Slots	= 60,			/* pids around one's own that are looked at */
};

static char *files[] = {
	"args", "ctl", "fd", "fpregs", "kregs", "mem", "note", "noteid", "ns",
	"proc", "profile", "regs", "segment", "status", "syscall", "text", "wait",
};

static char *words[] = {
	"stop", "start", "profile", "trace", "startstop", "startsyscall", "waitstop",
	"pri 5", "hang", "nohang", "closefiles", "kill", "private", "close 5",
};

static ulong seed;
static int me;				/* the one that nobody touches */

static int
chance(int n)
{
	seed = seed*1103515245 + 12345;
	return (seed>>16) % n;
}

static void
look(int pid)
{
	static char buf[8192];
	char name[64], *f;
	int fd, n, at;

	f = files[chance(nelem(files))];
	if(strcmp(f, "wait") == 0 || pid <= me)
		return;
	snprint(name, sizeof name, "/proc/%d/%s", pid, f);
	fd = open(name, ORDWR);
	if(fd < 0)
		fd = open(name, OREAD);
	if(fd < 0)
		return;
	if(strcmp(f, "mem") == 0){
		/* the same again: it gets a text of its own, but no new program */
		at = 0x400020 + chance(0x4000);
		n = pread(fd, buf, 64, at);
		if(n > 0)
			pwrite(fd, buf, n, at);
		pread(fd, buf, sizeof buf, 0xAFFFE000);
	}else if(strstr(f, "regs") != nil){
		n = read(fd, buf, sizeof buf);
		if(n > 0 && chance(4) == 0)
			pwrite(fd, buf, n, 0);
	}else
		read(fd, buf, sizeof buf);
	close(fd);
}

/* Words that wait do so for 5 ms at most. */
static void
steer(int pid)
{
	char name[64], *w;
	int fd;

	snprint(name, sizeof name, "/proc/%d/ctl", pid);
	fd = open(name, OWRITE);
	if(fd < 0)
		return;
	w = words[chance(nelem(words))];
	if(strcmp(w, "kill") != 0 || chance(4) == 0){
		alarm(5);
		write(fd, w, strlen(w));
		alarm(0);
	}
	close(fd);
}

static int
ignore(void *a, char *msg)
{
	(void)a;
	return strstr(msg, "alarm") != nil;
}

/* One's own children, and with luck others' and theirs. */
static void
mix(void)
{
	char *argv[] = { "/bin/echo", "-n", nil };
	int i, j, pid;

	seed = getpid()*7919;
	atnotify(ignore, 1);
	for(i = 0; i < Rounds; i++){
		pid = fork();
		if(pid == 0){
			if(chance(3) == 0)
				exec(argv[0], argv);
			for(j = chance(20); j > 0; j--)
				look(getpid() - chance(Slots));
			exits(nil);
		}
		for(j = 0; j < 8; j++)
			look(me + chance(getpid()-me+Slots));
		if(pid > 0){
			steer(pid);
			steer(pid + chance(3));
		}
	}
	exits(nil);
}

static int
alive(void)
{
	Dir *d;
	int fd, n, k;

	fd = open("/proc", OREAD);
	for(k = 0; (n = dirread(fd, &d)) > 0; k += n)
		free(d);
	close(fd);
	return k;
}

/* A stopped process is let go by killing it. */
static void
killall(void)
{
	char name[64], *e;
	Dir *d;
	long i, n;
	int fd, ctl;

	fd = open("/proc", OREAD);
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		if(strtol(d[i].name, &e, 10) <= me || *e != 0)
			continue;
		snprint(name, sizeof name, "/proc/%s/ctl", d[i].name);
		ctl = open(name, OWRITE);
		write(ctl, "kill", 4);
		close(ctl);
	}
	free(d);
}

void
main(void)
{
	int i, before;

	me = getpid();
	before = alive();
	for(i = 0; i < Nproc; i++)
		if(rfork(RFPROC|RFFDG|RFNOTEG|RFNOWAIT) == 0)
			mix();
	for(i = 0; i < 300 && alive() > before; i++){
		sleep(20);
		if(i >= 100)
			killall();
	}
	same("nobody left", alive() <= before, 1);
	finish();
}
