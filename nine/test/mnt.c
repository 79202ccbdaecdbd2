/*
 * The mount driver against servers that are made for it here: polite ones,
 * slow ones, dead ones and hostile ones.  What ordinary files must do when
 * they are behind a mount is in mntfs.c, garbage in mntfuzz.c.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "test.h"
#include "mntserver.h"

/* A connection to a new server that behaves so. */
static int
connect(int what)
{
	int p[2];

	how = what;
	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	if(rfork(RFPROC|RFFDG|RFNOWAIT|RFREND) == 0){
		close(p[1]);
		server(p[0]);
	}
	close(p[0]);
	return p[1];
}

static int
mnt(int what)
{
	return mount(connect(what), -1, "/mnt", MREPL|MCREATE, "");
}

static void
unmnt(void)
{
	unmount(nil, "/mnt");
}

static int
fileof(int what)
{
	int fd;

	if(mnt(what) < 0)
		return -1;
	fd = open("/mnt/file", ORDWR);
	unmnt();
	return fd;
}

static void
versions(void)
{
	char v[32];
	int fd;

	fd = connect(Polite);
	strcpy(v, "9P2000");
	same("fversion", fversion(fd, 0, v, sizeof v), 6);
	samestr("version", v, "9P2000");
	same("fversion again", fversion(fd, 8192, v, sizeof v), 6);
	fails("read of a connection", read(fd, v, 1), "inappropriate use of fd");
	fails("write to it", write(fd, v, 1), "inappropriate use of fd");
	fails("no room", fversion(fd, 0, v, 0), "bad arg in system call");
	strcpy(v, "8P");
	fails("other version", fversion(fd, 0, v, sizeof v), "bad 9P version specification");
	close(fd);
	strcpy(v, "9P2000");
	fails("grow", fversion(connect(Grow), 8192, v, sizeof v), "server tries to increase msize in fversion");
	fails("tiny", fversion(connect(Tiny), 0, v, sizeof v), "nonsense value of msize in fversion");
	fails("stranger", fversion(connect(Stranger), 0, v, sizeof v), "bad 9P version returned from server");
	fails("end", fversion(connect(Eof), 0, v, sizeof v), "mount rpc error");
	fd = open("/dev/zero", ORDWR);
	if(fd < 0)
		fd = open("/dev/null", ORDWR);
	fails("no server", mount(fd, -1, "/mnt", MREPL, ""), "mount rpc error");
	fails("mount closed fd", mount(99, -1, "/mnt", MREPL, ""), "fd out of range or not open");
	fails("mount flags", mount(fd, -1, "/mnt", 3, ""), "bad arg in system call");
	close(fd);
}

static void
auth(void)
{
	int fd, afd;
	char buf[16];

	fd = connect(Polite);
	fails("no auth", fauth(fd, ""), "authentication not required by this one");
	close(fd);
	fd = connect(Wantauth);
	fails("unknown", mount(fd, -1, "/mnt", MREPL, ""), "who are you");
	afd = works("fauth", fauth(fd, "tree"));
	same("talk", write(afd, "secret", 6), 6);
	same("listen", read(afd, buf, 4), 4);
	works("mount with afd", mount(fd, afd, "/mnt", MREPL, "tree"));
	close(afd);
	unmnt();
	fd = connect(Polite);
	fails("not an auth file", mount(fd, fd, "/mnt", MREPL, ""), "inappropriate use of fd");
	close(fd);
}

static void
basics(void)
{
	static char big[20000];
	Dir *d;
	int fd, id;

	id = works("mount", mnt(Polite));
	d = dirstat("/mnt/file");
	if(d == nil)
		fail("stat", "%r");
	else{
		same("type", d->type, 'M');
		same("dev is not the server's", d->dev != 77, 1);
		free(d);
	}
	fails("error text", open("/mnt/none", OREAD), "'/mnt/none' no such thing here");
	fails("half a walk", open("/mnt/dir/none", OREAD), "'/mnt/dir/none' does not exist");
	fd = works("open", open("/mnt/file", ORDWR));
	same("long read", read(fd, big, sizeof big), sizeof big);
	same("long write", write(fd, big, sizeof big), sizeof big);
	same("at the end", pread(fd, big, 100, 100000), 0);
	close(fd);
	same("mount id", id > 0, 1);
	unmnt();
	sleep(50);
	same("all fids clunked", *counts, 0);
	fd = fileof(Small);
	same("read by iounit", read(fd, big, 1234), 1234);
	same("write by iounit", write(fd, big, 1234), 1234);
	close(fd);
	fd = fileof(Shortread);
	same("a short one ends it", read(fd, big, sizeof big), 8191);
	close(fd);
}

static int
noted1(void *u, char *s)
{
	USED(u);
	return strcmp(s, "alarm") == 0;
}

/* How a child ends that does f(fd). */
static char*
childdoes(void (*f)(int), int fd)
{
	static char rec[256];
	int n, pid;

	pid = fork();
	if(pid == 0){
		f(fd);
		exits(nil);
	}
	n = await(rec, sizeof rec-1);
	rec[n < 0? 0: n] = 0;
	return strchr(rec, '\'') == nil? "": strchr(rec, '\'');
}

static void
alarmedread(int fd)
{
	char c;

	alarm(100);
	read(fd, &c, 1);
}

static void
slow(void)
{
	char buf[8];
	int fd;

	atnotify(noted1, 1);
	fd = fileof(Slow);
	alarm(100);
	fails("interrupted read", read(fd, buf, 4), "interrupted");
	same("goes on", write(fd, buf, 4), 4);
	close(fd);
	fd = fileof(Late);
	alarm(100);
	same("answer before the flush counts", read(fd, buf, 4), 4);
	same("it", memcmp(buf, "late", 4), 0);
	close(fd);
	atnotify(noted1, 0);
	notify(nil);
	fd = fileof(Mute);
	same("killed at a mute server", strstr(childdoes(alarmedread, fd), "alarm") != nil, 1);
	same("which others can use", write(fd, buf, 4), 4);
	close(fd);
}

static void
openmany(int n)
{
	int i;

	for(i = 0; i < n; i++)
		if(open("/mnt/file", ORDWR) < 0)
			exits("open");
}

/* More closes at once than replies may pile up. */
static void
exiting(void)
{
	*counts = 0;
	mnt(Polite);
	samestr("300 files open at exit", childdoes(openmany, 300), "''");
	sleep(50);
	same("are closed", *counts, 1);
	unmnt();
	sleep(50);
	same("and the root", *counts, 0);
}

static void
dead(void)
{
	char buf[8];
	int fd;

	fd = fileof(Dying);
	if(fork() == 0){
		sleep(20);
		fails("somebody else's write", write(fd, buf, 4), "i/o on hungup channel");
		exits(nil);
	}
	fails("server died", read(fd, buf, 4), "mount rpc error");
	fails("and is dead", read(fd, buf, 4), "i/o on hungup channel");
	waitpid();
	works("close", close(fd));
	fd = fileof(Badsize);
	same("nothing to be had", fd, -1);
}

static void
lies(void)
{
	char buf[300];
	int fd;

	fd = fileof(Hugeread);
	fails("more than asked", read(fd, buf, 10), "mount rpc error");
	fails("more than written", write(fd, buf, 10), "mount rpc error");
	close(fd);
	mnt(Badstat);
	fails("bad stat", stat("/mnt/file", (uchar*)buf, sizeof buf), "malformed stat buffer");
	unmnt();
	mnt(Manyqids);
	fails("too many qids", open("/mnt/file", OREAD), "'/mnt/file' mount rpc error");
	unmnt();
	mnt(Wrongtype);
	fails("wrong type", stat("/mnt/file", (uchar*)buf, sizeof buf), "mount rpc error");
	unmnt();
	mnt(Baddir);
	fd = open("/mnt/dir", OREAD);
	fails("cut directory", read(fd, buf, sizeof buf), "malformed stat buffer");
	close(fd);
	unmnt();
}

/* Bytes the kernel has allocated. */
static int
kmalloc(void)
{
	char buf[512], *p;
	int fd, n;

	fd = open("/dev/swap", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n < 0? 0: n] = 0;
	p = strstr(buf, "swap\n");
	return p == nil? 0: atoi(p+5);		/* kernel malloc, used */
}

static void
nomore(void)
{
	int i, fd, before, after;

	before = after = 0;
	for(i = 0; i < 1000; i++){
		if(i == 100)
			before = kmalloc();
		fd = fileof(i%50 == 0? Dying: Polite);
		if(fd < 0){
			fail("mount again", "%d: %r", i);
			return;
		}
		if(i%50 == 0)
			read(fd, &after, 1);
		close(fd);
	}
	sleep(100);
	after = kmalloc();
	if(after > before+64*1024)
		fail("1000 mounts leave nothing", "%d bytes of kernel memory, before %d", after, before);
	else
		ok("1000 mounts leave nothing");
}

void
main(void)
{
	rfork(RFNAMEG);
	counts = segattach(0, "shared", nil, 4096);
	if(counts == (void*)-1)
		sysfatal("segattach: %r");
	versions();
	auth();
	*counts = 0;
	basics();
	slow();
	exiting();
	dead();
	lies();
	nomore();
	finish();
}
