/*
 * System calls with random and with half-sensible arguments, from several
 * processes at once that share what can be shared, half of them as none and
 * half as the host owner; beside them 9P servers that talk nonsense.  The
 * kernel must not panic, every process must die when it is told to, and
 * afterwards the machine must work as before.
 *
 *	sysfuzz [-s seconds] [-w workers] [seed]
 *
 * What a worker does follows from the seed, its round and its number; when
 * it does so beside the others does not.
 */
#include "u.h"
#include "libc.h"
#include "sys.h"
#include "fcall.h"
#include "test.h"
#include "fuzzargs.h"
#include "fuzztree.h"

enum
{
	Roundtime	= 1000,		/* ms, then all are killed */
	Patience	= 5000,		/* ms in which the killed must be gone */
	Depth		= 2,		/* children's children are enough */
	Calls		= 400,
};

static ulong serverseed;

static uint
rnd(uint n)
{
	serverseed = serverseed*1103515245 + 12345;
	return (serverseed>>16 & 0x7FFF) % n;
}

#include "badserver.h"

/* The clock nobody can set: ns. */
static vlong
fastns(void)
{
	char buf[128], *f[4];
	static int fd = -1;
	int n;

	if(fd < 0)
		fd = open("#c/time", OREAD|OCEXEC);
	n = pread(fd, buf, sizeof buf-1, 0);
	if(n <= 0)
		sysfatal("no time: %r");
	buf[n] = 0;
	if(tokenize(buf, f, nelem(f)) < 3)
		sysfatal("/dev/time is too short");
	return strtoll(f[2], nil, 10);
}

static long
rawcall(ulong n, ulong *a)
{
	long ret;

	__asm__ volatile(
		"pushl 16(%2); pushl 12(%2); pushl 8(%2); pushl 4(%2); pushl 0(%2); pushl $0\n"
		"int $0x40\n"
		"addl $24, %%esp"
		: "=a"(ret) : "0"(n), "r"(a) : "memory");
	return ret;
}

/* With the stack anywhere; it is back afterwards, if there is an afterwards. */
static void
wildstack(ulong n, ulong sp)
{
	__asm__ volatile(
		"movl %%esp, %%edi\n"
		"movl %1, %%esp\n"
		"int $0x40\n"
		"movl %%edi, %%esp"
		: "+a"(n) : "r"(sp) : "edi", "memory");
}

/* --- a worker ------------------------------------------------------------------ */

static void
onecall(Work *w)
{
	ulong a[5];
	Call *c;
	int i, n;

	c = &calltab[draw(w, nelem(calltab))];
	n = strlen(c->args);
	for(i = 0; i < nelem(a); i++)
		a[i] = value(w, i < n? c->args[i]: 'v');
	if(c->n == SLEEP || c->n == ALARM)
		a[0] &= 7;
	if(c->n == RFORK){
		if(w->depth >= Depth)
			a[0] &= ~(RFPROC|RFMEM|RFNOWAIT);
		if(rawcall(RFORK, a) == 0 && (a[0] & RFPROC)){
			w->depth++;
			w->seed += 7919;
			w->ncall = w->ncall/3;
		}
		return;
	}
	if(c->n == EXEC && draw(w, 4) != 0)
		return;			/* most of the time that was its end */
	if(draw(w, 100) == 0)
		wildstack(c->n, anything(w));
	else
		rawcall(c->n, a);
}

/* Descriptors of all kinds, whatever else comes. */
static void
descriptors(int srv0, int srv1)
{
	static char *name[] = { "/tmp/sysfuzz", "#p", "#e/sysfuzz", "/tmp/sysfuzz/a", "#c/random" };
	int i, p[2];

	for(i = 0; i < 3; i++){
		close(i);
		open("/dev/null", ORDWR);
	}
	dup(srv0, 3);
	dup(srv1, 4);
	for(i = 5; i < 40; i++)
		close(i);
	pipe(p);
	for(i = 0; i < nelem(name); i++)
		if(open(name[i], i == 3? ORDWR: OREAD) < 0)
			create(name[i], ORDWR, 0666);
}

static void
becomenone(void)
{
	int fd;

	fd = open("#c/user", OWRITE);
	write(fd, "none", 4);
	close(fd);
}

static void
worker(ulong seed, int eve, int srv0, int srv1)
{
	Work w;
	ulong a[5];

	memset(a, 0, sizeof a);
	w.seed = seed;
	w.depth = 0;
	w.ncall = Calls;
	descriptors(srv0, srv1);
	segattach(0, "memory", (void*)Hole, Holelen);
	chdir("/tmp/sysfuzz");
	if(!eve)
		becomenone();
	while(w.ncall-- > 0){
		/* by hand: our own stubs may be gone from what we can reach */
		if(draw(&w, 8)){
			a[0] = (ulong)handler;
			rawcall(NOTIFY, a);
		}
		a[0] = 1+draw(&w, 8);
		rawcall(ALARM, a);
		onecall(&w);
	}
	_exits(nil);
}

/* --- servers ------------------------------------------------------------------- */

static void
server(int fd, ulong seed)
{
	static uchar buf[40000], out[40000];
	Fcall t, r;
	int n;
	uint m;

	serverseed = seed;
	while((n = read9pmsg(fd, buf, sizeof buf)) > 0 || rnd(4)){
		memset(&t, 0, sizeof t);
		memset(&r, 0, sizeof r);
		if(n <= 0 || convM2S(buf, n, &t) != (uint)n){
			sleep(10);	/* not 9P: somebody wrote his own */
			continue;
		}
		fill(&t, &r);
		if(rnd(12) == 0)
			r.type = Rerror;
		m = convS2M(&r, out, sizeof out/2);
		if(rnd(8) == 0)
			m = spoil(out, m);
		if(m > 0)
			write(fd, out, m);
		if(rnd(200) == 0)
			break;
	}
	_exits(nil);
}

static int
startserver(ulong seed)
{
	int p[2];

	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	if(rfork(RFPROC|RFFDG|RFNOWAIT|RFNAMEG|RFENVG|RFNOTEG|RFREND) == 0){
		close(p[1]);
		server(p[0], seed);
	}
	close(p[0]);
	return p[1];
}

/* --- rounds -------------------------------------------------------------------- */

/* The host owner may not write to others' files in #p, but may let himself. */
static void
killone(int pid)
{
	char name[64];
	int fd;
	Dir d;

	snprint(name, sizeof name, "/proc/%d/ctl", pid);
	nulldir(&d);
	d.mode = 0660;
	dirwstat(name, &d);
	fd = open(name, OWRITE);
	write(fd, "kill", 4);
	close(fd);
}

/* Processes that we brought about; with kill set each is told to die. */
static int
others(int kill, int *one)
{
	Dir *d;
	int fd, n, i, pid, count;

	fd = open("/proc", OREAD);
	n = dirreadall(fd, &d);
	close(fd);
	count = 0;
	for(i = 0; i < n; i++){
		pid = atoi(d[i].name);
		if(pid < firstpid)
			continue;
		count++;
		*one = pid;
		if(kill)
			killone(pid);
	}
	if(n > 0)
		free(d);
	return count;
}

static void
show(int pid)
{
	static char *file[] = { "status", "args", "segment", "fd" };
	char name[64], buf[2000];
	int i, fd, n;

	for(i = 0; i < nelem(file); i++){
		snprint(name, sizeof name, "/proc/%d/%s", pid, file[i]);
		fd = open(name, OREAD);
		n = read(fd, buf, sizeof buf-1);
		close(fd);
		buf[n > 0? n: 0] = 0;
		print("# %s: %s\n", name, buf);
	}
}

/* All of them end. */
static int
finishall(void)
{
	vlong end;
	int pid;

	end = fastns() + Patience*1000000LL;
	while(others(1, &pid) > 0){
		if(fastns() > end){
			fail("killed processes end", "%d does not", pid);
			show(pid);
			return 0;
		}
		sleep(20);
	}
	return 1;
}

/* One worker after the other, as most do not live long. */
static void
manager(ulong seed, int eve, int srv0, int srv1)
{
	for(;;){
		switch(fork()){
		case -1:
			sleep(10);
			continue;
		case 0:
			rfork(RFNAMEG|RFENVG|RFNOTEG);
			worker(seed, eve, srv0, srv1);
		}
		waitpid();
		seed += 7;
	}
}

static int
round(ulong seed, int workers)
{
	int i, srv[2];

	close(create("/tmp/sysfuzz", OREAD, DMDIR|0777));
	close(create("/tmp/m1", OREAD, DMDIR|0777));
	close(create("/tmp/m2", OREAD, DMDIR|0777));
	for(i = 0; i < 2; i++)
		srv[i] = startserver(seed*2+i);
	for(i = 0; i < workers; i++)
		switch(rfork(RFPROC|RFFDG|RFNOWAIT|RFNAMEG|RFENVG|RFNOTEG|RFREND)){
		case -1:
			fail("fork", "%r");
			return 0;
		case 0:
			manager(seed*31013+i, i&1, srv[0], srv[1]);
		}
	close(srv[0]);
	close(srv[1]);
	sleep(Roundtime);
	if(!finishall())
		return 0;
	empty("/tmp");
	repair();
	return 1;
}

/* A shell, a pipe, three programs and a file: is all of it still there? */
static int
usable(void)
{
	char buf[64];
	int p[2], fd, n;

	remove("/tmp/sysfuzz.out");
	pipe(p);
	switch(rfork(RFPROC|RFFDG|RFENVG)){
	case -1:
		return 0;
	case 0:
		dup(p[1], 1);
		close(p[0]);
		close(p[1]);
		execl("/bin/rc", "rc", "-c",
			"echo is it all there | sed s/is.it/it.is/ >/tmp/sysfuzz.out; cat /tmp/sysfuzz.out", nil);
		_exits("exec");
	}
	close(p[1]);
	n = readn(p[0], buf, sizeof buf-1);
	close(p[0]);
	waitpid();
	buf[n > 0? n: 0] = 0;
	fd = remove("/tmp/sysfuzz.out");
	return fd >= 0 && strcmp(buf, "it.is all there\n") == 0;
}

static void
words(void)
{
	char buf[512];
	int fd, n;

	fd = open("#c/swap", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	for(buf[n > 0? n: 0] = 0; n > 0; n--)
		if(buf[n-1] == '\n')
			buf[n-1] = ' ';
	print("# %s\n", buf);
}

void
main(int argc, char *argv[])
{
	vlong end;
	ulong seed;
	int seconds, workers, n;

	seconds = 10;
	workers = 6;
	ARGBEGIN{
	case 's':
		seconds = atoi(EARGF(sysfatal("-s seconds")));
		break;
	case 'w':
		workers = atoi(EARGF(sysfatal("-w workers")));
		break;
	default:
		sysfatal("usage: sysfuzz [-s seconds] [-w workers] [seed]");
	}ARGEND
	seed = argc > 0? strtoul(argv[0], nil, 0): 1;
	rfork(RFNAMEG|RFENVG|RFNOTEG);
	learnall();
	check(usable(), "the machine works");
	remember();
	firstpid = fork();
	if(firstpid == 0)
		_exits(nil);
	waitpid();
	words();
	end = fastns() + seconds*1000000000LL;
	for(n = 0; fastns() < end; n++){
		if(!round(seed+n, workers)){
			fail("round", "seed %lud", seed+n);
			break;
		}
		if(!usable()){
			fail("the machine works", "not after seed %lud: %r", seed+n);
			break;
		}
	}
	words();
	print("# %d rounds of %d workers, %d names of devices\n", n, workers, npath);
	check(n > 0 && usable(), "and still does");
	finish();
}
