/*
 * What leak.c does again and again: function i does it for the i-th time.
 */

static void
child(int flags)
{
	switch(rfork(RFPROC|flags)){
	case -1:
		sysfatal("rfork %#ux: %r", flags);
	case 0:
		_exits(nil);
	}
	if((flags & RFNOWAIT) == 0)
		waitpid();
}

static void
forks(int i)
{
	USED(i);
	child(RFFDG|RFREND);
}

static void
forkgroups(int i)
{
	static int flags[] = {
		RFNAMEG, RFENVG, RFNAMEG|RFENVG|RFFDG|RFNOTEG|RFREND, RFCNAMEG|RFFDG, RFCENVG|RFCFDG,
		RFMEM, RFMEM|RFNAMEG, RFNOMNT|RFNAMEG,
	};

	child(flags[i%nelem(flags)]);
}

static void
orphans(int i)
{
	child(RFNOWAIT|RFFDG);
	if(i%10 == 0)
		sleep(1);
}

static void
groups(int i)
{
	rfork(RFNAMEG);
	rfork(RFENVG);
	rfork(RFFDG);
	rfork(RFREND);
	rfork(RFCNAMEG|RFNAMEG);	/* refused */
	if(i%3 == 0)
		rfork(RFNOTEG);
}

static void
execs(int i)
{
	static char *av[] = { "leak", "-x", nil };

	if(fork() == 0){
		exec("/test/leak", av);
		_exits("exec");
	}
	waitpid();
	USED(i);
}

/* Each fails at another stage: no file, no program, bad arguments. */
static void
badexecs(int i)
{
	static char *file[] = { "/nonesuch", "/dev/null", "/tmp", "/rc/lib/rcmain", "", "/test/leak" };
	char *av[] = { "x", (char*)0x10, nil };

	USED(i);
	if(fork() == 0){
		close(2);
		exec(file[i%nelem(file)], av);
		_exits(nil);
	}
	waitpid();
}

static void
pipes(int i)
{
	static char buf[8192];
	int p[2];

	pipe(p);
	write(p[0], buf, 1 + i%sizeof buf);
	if(i%2)
		read(p[1], buf, 100);
	close(p[i%2]);
	close(p[!(i%2)]);
}

static void
opens(int i)
{
	static char *file[] = {
		"/dev/null", "/dev/random", "/env/path", "/proc/1/status", "/srv", "/fd/1", "/bin/ls",
		"/tmp", "#c/time", "#d/0ctl", "/nonesuch/a/b", "/dev/null/x", "#\001", "/bin", "/proc",
	};
	char buf[300];
	int fd;

	fd = open(file[i%nelem(file)], i%4);
	read(fd, buf, sizeof buf);
	fd2path(fd, buf, sizeof buf);
	fstat(fd, (uchar*)buf, sizeof buf);
	close(fd);
	stat(file[i%nelem(file)], (uchar*)buf, sizeof buf);
}

static void
files(int i)
{
	char name[64];
	Dir d;
	int fd;

	snprint(name, sizeof name, "/tmp/leak%d", i%10);
	fd = create(name, ORDWR | (i%3 == 0? ORCLOSE: 0), 0666 | (i%7 == 0? DMDIR: 0));
	write(fd, name, sizeof name);
	pwrite(fd, name, sizeof name, 50000);
	nulldir(&d);
	d.name = "leakname";
	d.length = 10;
	dirfwstat(fd, &d);
	close(fd);
	remove("/tmp/leakname");
	remove(name);
}

static void
segments(int i)
{
	char *p;

	p = segattach(0, i%2? "shared": "memory", nil, 1 + i%20000);
	if(p == (char*)-1)
		sysfatal("segattach: %r");
	*p = 1;
	segfree(p, 1);
	if(i%3 == 0)
		child(RFFDG);
	segdetach(p);
	segattach(0, "none", nil, 4096);
	segattach(0, "shared", (void*)0x400000, 4096);
}

static void
breaks(int i)
{
	char *p;

	p = sbrk(100000 + i*16);
	memset(p, 1, 20000);
	if(i%50 == 0)
		child(RFMEM);
	brk(p);
}

static void
rendezvouses(int i)
{
	if(rfork(RFPROC|RFNOWAIT|RFMEM) == 0){
		rendezvous((void*)0x1234, (void*)2);
		_exits(nil);
	}
	if(rendezvous((void*)0x1234, (void*)1) != (void*)2)
		sysfatal("rendezvous %d: %r", i);
}

static int got;

static int
catch(void *u, char *s)
{
	USED(u);
	USED(s);
	got++;
	return 1;
}

static void
notes(int i)
{
	USED(i);
	got = 0;
	postnote(PNPROC, getpid(), "made up");
	if(got != 1)
		sysfatal("%d notes", got);
}

static void
alarms(int i)
{
	alarm(1000);
	if(i%100 == 0){
		alarm(1);
		sleep(50);
	}
	alarm(0);
}

static void
envs(int i)
{
	char name[32];

	snprint(name, sizeof name, "leak%d", i%20);
	putenv(name, "some value");
	free(getenv(name));
	snprint(name, sizeof name, "/env/leak%d", i%20);
	remove(name);
}

static void
binds(int i)
{
	USED(i);
	bind("/lib", "/n", MAFTER);
	bind("/bin", "/n", MBEFORE);
	bind("/n", "/n", MREPL);
	bind("/dev/null", "/dev/zero", MREPL);
	bind("/dev/null", "/n", MREPL);		/* refused */
	bind("/nonesuch", "/n", MREPL);
	access("/n/nonesuch", AEXIST);
	unmount("/dev/null", "/dev/zero");
	unmount("/bin", "/n");
	unmount(nil, "/n");
	unmount(nil, "/n");
}

/* ramfs serves; each mount is a conversation of its own, or a second one on the same. */
static void
mounts(int i)
{
	char buf[100];
	int fd, f;

	fd = open("/srv/leak", ORDWR);
	if(mount(fd, -1, "/n", i%2? MREPL|MCREATE: MAFTER, i%5? "": "spec") < 0)
		sysfatal("mount: %r");
	f = create("/n/file", ORDWR|ORCLOSE, 0666);
	write(f, "hello", 5);
	pread(f, buf, sizeof buf, 0);
	close(f);
	open("/n/nonesuch", OREAD);
	unmount(nil, "/n");
}

/* The server ends with its last user, and with it all that was its. */
static void
servers(int i)
{
	int p[2];

	USED(i);
	pipe(p);
	if(rfork(RFPROC|RFFDG|RFNOWAIT) == 0){
		dup(p[0], 0);
		dup(p[0], 1);
		close(p[0]);
		close(p[1]);
		execl("/bin/ramfs", "ramfs", "-i", nil);
		_exits("exec");
	}
	close(p[0]);
	if(mount(p[1], -1, "/n", MREPL|MCREATE, "") < 0)
		sysfatal("mount of a new ramfs: %r");
	close(create("/n/file", OWRITE, 0666));
	unmount(nil, "/n");
	sleep(1);
}

static void
posts(int i)
{
	int fd, p[2];

	USED(i);
	pipe(p);
	fd = create("#s/leakpost", OWRITE, 0600);
	fprint(fd, "%d", p[0]);
	close(fd);
	close(p[0]);
	close(p[1]);
	close(open("#s/leakpost", ORDWR));
	remove("#s/leakpost");
}

static void
directories(int i)
{
	static char *dir[] = { "/", "/dev", "/proc", "/env", "/bin" };
	Dir *d;
	int fd;

	fd = open(dir[i%nelem(dir)], OREAD);
	if(dirread(fd, &d) > 0)
		free(d);
	close(fd);
}

static void
processfiles(int i)
{
	static char *file[] = { "ns", "fd", "segment", "status", "args", "text", "regs", "mem", "note", "wait" };
	char name[64], buf[512];
	int fd;

	snprint(name, sizeof name, "/proc/%d/%s", getpid(), file[i%nelem(file)]);
	fd = open(name, OREAD);
	if(i%nelem(file) < 6)
		read(fd, buf, sizeof buf);
	close(fd);
	fd = open("/proc/1/ctl", OWRITE);
	write(fd, "no such word", 12);
	close(fd);
}

/* Ends badly; a few of them are kept for a debugger. */
static void
faults(int i)
{
	USED(i);
	if(fork() == 0){
		close(2);
		notify(nil);
		*(volatile int*)0 = 1;
	}
	waitpid();
}

/* Killed where it waits: for a pipe, a meeting, a child, or time. */
static void
kills(int i)
{
	char c;
	int p[2], pid;

	pipe(p);
	pid = rfork(RFPROC|RFFDG|RFREND);
	if(pid == 0){
		notify(nil);
		write(p[0], "x", 1);
		switch(i%4){
		case 0:
			read(p[0], &c, 1);
			break;
		case 1:
			rendezvous(&c, &c);
			break;
		case 2:
			if(fork() == 0){
				sleep(1);
				_exits(nil);
			}
			waitpid();
			break;
		}
		sleep(100000);
	}
	read(p[1], &c, 1);
	sleep(0);
	postnote(PNPROC, pid, "kill");
	waitpid();
	close(p[0]);
	close(p[1]);
	if(i%20 == 0)
		sleep(2);
}

/* A program from a server: its image lives no longer than the connection. */
static void
mountedprograms(int i)
{
	USED(i);
	if(mount(open("/srv/leak", ORDWR), -1, "/n", MREPL, "") < 0)
		sysfatal("mount: %r");
	if(fork() == 0){
		execl("/n/leak", "leak", "-x", nil);
		_exits("exec");
	}
	waitpid();
	unmount(nil, "/n");
}

static void
badcalls(int i)
{
	static char *bad = (char*)0xC0000000;
	char buf[8];

	USED(i);
	if(rfork(RFPROC|RFFDG) == 0){
		atnotify(catch, 1);
		close(2);
		open(bad, OREAD);
		open((char*)0x10, OREAD);
		mount(1, -1, bad, 0, bad);
		mount(1, 99, "/n", 0, "");
		write(1, bad, 10);
		await(buf, sizeof buf);
		fversion(1, 0, buf, sizeof buf);
		fauth(1, "x");
		dup(1, 5000);
		pipe((int*)bad);
		rfork(RFMEM);
		_exits(nil);
	}
	waitpid();
}

/* Of the IP stack, if there is one: none of them meets another. */
static void
conversations(int i)
{
	static char *proto[] = { "#I/udp", "#I/tcp", "#I/icmp" };
	static char *ctl[] = { "announce *!0", "connect 127.0.0.1!9", "announce 99999", "no such word" };
	char name[64], num[16];
	int fd, data, n;

	snprint(name, sizeof name, "%s/clone", proto[i%nelem(proto)]);
	fd = open(name, ORDWR);
	if(fd < 0)
		return;
	n = read(fd, num, sizeof num-1);
	num[n > 0? n: 0] = 0;
	n = i/nelem(proto)%nelem(ctl);
	if(n == 1 && i%nelem(proto) == 1)
		n = 0;			/* nobody listens: that would take its time */
	write(fd, ctl[n], strlen(ctl[n]));
	snprint(name, sizeof name, "%s/%d/data", proto[i%nelem(proto)], atoi(num));
	data = open(name, ORDWR);
	if(i%nelem(proto) == 0)
		write(data, name, sizeof name);
	close(data);
	close(fd);
}

/* Files with something of the host behind them, where there is such a device. */
static void
hostfiles(int i)
{
	static char *file[] = {
		"/n/doc/design.md", "#S/sd00/data", "#S/sd00/ctl", "#S/sdctl", "#t/eia0status", "#k/fs/ctl",
		"#P/cputype", "#g", "/n/doc", "/n/doc/nonesuch",
	};
	char buf[1024];
	int fd;

	fd = open(file[i%nelem(file)], OREAD);
	read(fd, buf, sizeof buf);
	close(fd);
}
