/*
 * Real-time processes: what is promised is given, and no more, whatever the
 * others do; and promises that cannot be kept are not made.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Run	= 600,			/* ms a share is measured for */
	Nhog	= 8,
	Big	= 16*1024*1024,		/* bytes the kernel takes some ms to clear */
	SAdmit	= 0, SRelease, SEdf, SRun, SReady, SSleep, SYield, SSlice, SDeadline, SExpel,
};

static int hogs[Nhog];

static int
ctl(int pid, char *word)
{
	char name[64];
	int fd, n;

	snprint(name, sizeof name, "/proc/%d/ctl", pid);
	fd = open(name, OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, word, strlen(word));
	close(fd);
	return n;
}

/* ms of processor time, from status. */
static long
cpu(int pid)
{
	char name[64], buf[256], *f[12];
	int fd;

	snprint(name, sizeof name, "/proc/%d/status", pid);
	fd = open(name, OREAD);
	if(read(fd, buf, 176) != 176)
		buf[0] = 0;
	buf[176] = 0;
	close(fd);
	if(fd < 0 || tokenize(buf, f, 12) < 5)
		return -1;
	return atoi(f[3]) + atoi(f[4]);
}

static int
hog(void)
{
	int pid;

	pid = fork();
	if(pid == 0)
		for(;;)
			;
	return pid;
}

static void
end(int pid)
{
	Waitmsg *w;

	ctl(pid, "kill");
	w = wait();
	same("ended", w != nil && w->pid == pid, 1);
	free(w);
}

/* Percent of the time that passes. */
static long
share(int pid)
{
	vlong t;
	long c;

	t = nsec();
	c = cpu(pid);
	sleep(Run);
	c = cpu(pid) - c;
	t = (nsec()-t) / 1000000;
	return c*100/t;
}

/* All the ordinary ones' time: of a single one it is a quantum or nothing. */
static long
allhogs(void)
{
	long c;
	int i;

	c = 0;
	for(i = 0; i < Nhog; i++)
		c += cpu(hogs[i]);
	return c;
}

/* Does he get several times as much as an ordinary one meanwhile, and do they get something? */
static void
ahead(char *name, int pid)
{
	long a, b;

	a = cpu(pid);
	b = allhogs();
	sleep(Run);
	a = cpu(pid) - a;
	b = allhogs() - b;
	if(a < 3*b/Nhog || b == 0)
		fail(name, "%ld ms, %d others %ld", a, Nhog, b);
	else
		ok(name);
}

static void
between(char *name, long got, long low, long high)
{
	if(got < low || got > high)
		fail(name, "%ld, wanted %ld to %ld", got, low, high);
	else
		ok(name);
}

static int
realtime(char *period, char *cost, char *more)
{
	int pid;

	pid = hog();
	works("period", ctl(pid, period));
	works("cost", ctl(pid, cost));
	if(more != nil)
		works(more, ctl(pid, more));
	works("admit", ctl(pid, "admit"));
	return pid;
}

static void
mistakes(void)
{
	int pid;

	pid = hog();
	fails("no period", ctl(pid, "admit"), "period not set");
	works("period", ctl(pid, "period 10ms"));
	fails("no cost", ctl(pid, "admit"), "cost not set, or less than 10us");
	works("cost", ctl(pid, "cost 20ms"));
	fails("too much", ctl(pid, "admit"), "cost greater than the deadline");
	works("deadline", ctl(pid, "deadline 15ms"));
	fails("too late", ctl(pid, "admit"), "deadline after the period");
	fails("no time", ctl(pid, "period soon"), "bad arg in system call");
	fails("no unit", ctl(pid, "period 10h"), "bad arg in system call");
	fails("far too long", ctl(pid, "period 9000000000000s"), "bad arg in system call");
	works("us", ctl(pid, "deadline 10000us"));
	works("ns", ctl(pid, "cost 9900000"));
	fails("more than there is", ctl(pid, "admit"), "not schedulable");
	works("less", ctl(pid, "cost 1ms"));
	works("admit", ctl(pid, "admit"));
	fails("twice", ctl(pid, "admit"), "real-time process is admitted: expel it first");
	fails("while admitted", ctl(pid, "cost 2ms"), "real-time process is admitted: expel it first");
	works("expel", ctl(pid, "expel"));
	works("expel again", ctl(pid, "expel"));
	works("and back", ctl(pid, "admit"));
	end(pid);
	if(fork() == 0){
		if(write(open("#c/user", OWRITE), "none", 4) != 4)
			exits("none");
		fails("not for everybody", ctl(getpid(), "admit"), "permission denied");
		exits(failed? "failed": nil);
	}
	free(wait());
}

static void
shares(void)
{
	int i, a, b, c;

	for(i = 0; i < Nhog; i++)
		hogs[i] = hog();
	a = realtime("period 20ms", "cost 8ms", nil);
	ahead("40 percent beside hogs", a);
	b = realtime("period 50ms", "cost 20ms", nil);
	ahead("another 40", b);
	ahead("and the first", a);
	fails("no third", (works("period", ctl(hogs[0], "period 10ms")),
		works("cost", ctl(hogs[0], "cost 3ms")), ctl(hogs[0], "admit")), "not schedulable");
	end(b);
	works("there is room now", ctl(hogs[0], "admit"));
	works("expel", ctl(hogs[0], "expel"));
	works("expel", ctl(a, "expel"));
	c = cpu(a);
	b = allhogs();
	sleep(Run);
	same("an ordinary one again", cpu(a) - c <= 3*(allhogs() - b)/Nhog, 1);
	end(a);
	for(i = 0; i < Nhog; i++)
		end(hogs[i]);
	a = realtime("period 20ms", "cost 8ms", nil);
	between("no more than 40 alone", share(a), 10, 65);
	end(a);
	a = realtime("period 20ms", "cost 8ms", "extra");
	between("but for the extra", share(a), 66, 110);
	end(a);
}

/* sleep(0) is to be done for the period. */
static void
rounds(void)
{
	vlong t;
	int i, me;

	me = getpid();
	ctl(me, "period 20ms");
	ctl(me, "cost 5ms");
	works("admit myself", ctl(me, "admit"));
	sleep(0);
	t = nsec();
	for(i = 0; i < 10; i++)
		sleep(0);
	t = (nsec()-t)/1000000;
	between("ten periods", t, 190, 800);
	works("expel myself", ctl(me, "expel"));
}

static volatile int missed;

static int
miss(void *a, char *msg)
{
	USED(a);
	if(strncmp(msg, "sys: deadline miss", 18) != 0)
		return 0;
	missed++;
	return 1;
}

/* The kernel is not preempted: a long call of another makes him miss his deadline. */
static void
misses(void)
{
	struct { ulong pid, what; vlong ns; } r[64];
	Waitmsg *w;
	char *big;
	int fd, zero, n, i, pid, seen[16];

	pid = fork();
	if(pid == 0){
		atnotify(miss, 1);
		while(missed == 0)
			;
		exits("missed");
	}
	sleep(20);			/* his handler is there */
	fd = open("/proc/trace", OREAD);
	works("trace", fd);
	ctl(pid, "trace 1");
	ctl(pid, "period 2ms");
	ctl(pid, "cost 500us");
	ctl(pid, "deadlinenotes");
	works("admit", ctl(pid, "admit"));
	zero = open("/dev/zero", OREAD);
	big = malloc(Big);
	for(i = 0; i < 1000 && cpu(pid) >= 0; i++){
		read(zero, big, Big);
		segfree(big, Big);	/* the next has to fetch pages again */
	}
	ctl(pid, "kill");		/* should he not have noticed */
	close(zero);
	w = wait();
	same("he noticed", w != nil && strstr(w->msg, "missed") != nil, 1);
	free(w);
	memset(seen, 0, sizeof seen);
	while((n = read(fd, r, sizeof r)) > 0)
		for(i = 0; i < n/(int)sizeof r[0]; i++)
			if(r[i].pid == (ulong)pid && r[i].what < 16)
				seen[r[i].what]++;
	same("was admitted", seen[SAdmit], 1);
	same("periods", seen[SRelease] > 0, 1);
	same("missed", seen[SDeadline] > 0, 1);
	same("expelled at the end", seen[SExpel], 1);
	close(fd);
}

void
main(void)
{
	mistakes();
	shares();
	rounds();
	misses();
	finish();
}
