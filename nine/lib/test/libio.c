/* SPDX-License-Identifier: MIT */
/* What the library builds on system calls: buffers, directories, notes, locks. */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int failed;

static void
check(char *what, int ok)
{
	if(ok)
		return;
	print("FAIL %s: %r\n", what);
	failed++;
}

static void
buffers(void)
{
	Biobuf *b;
	char *s;
	int i, c;
	double d;

	b = Bopen("/tmp/libio", OWRITE);
	check("Bopen write", b != nil);
	if(b == nil)
		return;
	for(i = 0; i < 3000; i++)
		Bprint(b, "line %d\n", i);
	Bprint(b, "\xe2\x82\xac 2.5e1 tail");
	check("Boffset", Boffset(b) == 3000*6+10+90*2+900*3+2000*4+14);
	Bterm(b);
	b = Bopen("/tmp/libio", OREAD);
	for(i = 0; i < 3000; i++){
		s = Brdline(b, '\n');
		if(s == nil || strncmp(s, "line ", 5) != 0 || atoi(s+5) != i || Blinelen(b) != (int)(memchr(s, '\n', 20)-(void*)s)+1){
			check("Brdline", 0);
			break;
		}
	}
	check("Bgetrune", Bgetrune(b) == 0x20ac && Bungetrune(b) == 1 && Bgetrune(b) == 0x20ac);
	check("Bgetd", Bgetd(b, &d) == 1 && d == 25);
	s = Brdstr(b, '\n', 1);
	check("Brdstr", s && strcmp(s, " tail") == 0);
	free(s);
	check("Bgetc at the end", Bgetc(b) == Beof);
	check("Bseek", Bseek(b, 5, 0) == 5 && Bgetc(b) == '0' && Boffset(b) == 6);
	for(i = 0; (c = Bgetc(b)) != Beof; i++)
		if((i & 7) == 0){
			Bungetc(b);
			if(Bgetc(b) != c)
				check("Bungetc", 0);
		}
	check("Bread", Bseek(b, 0, 0) == 0 && Bread(b, (char[8]){0}, 5) == 5);
	Bterm(b);
	remove("/tmp/libio");
}

static void
directories(void)
{
	char name[64], buf[128];
	Dir *d, nd;
	long n;
	int i, fd;

	close(create("/tmp/libdir", OREAD, DMDIR|0777));
	for(i = 0; i < 100; i++){
		snprint(name, sizeof name, "/tmp/libdir/a-name-of-some-length-%d", i);
		close(create(name, OWRITE, 0666));
	}
	fd = open("/tmp/libdir", OREAD);
	n = dirreadall(fd, &d);
	check("dirreadall", n == 100);
	free(d);
	close(fd);
	check("chdir", chdir("/tmp/libdir") == 0 && getwd(buf, sizeof buf) && strcmp(buf, "/tmp/libdir") == 0);
	nulldir(&nd);
	nd.name = "renamed";
	check("dirwstat", dirwstat(name, &nd) >= 0);
	d = dirstat("renamed");
	check("dirstat", d && strcmp(d->name, "renamed") == 0 && d->length == 0);
	free(d);
	check("dirstat nothing", dirstat("nothing") == nil);
	check("access", access("renamed", AREAD) == 0 && access("renamed", AEXEC) < 0 && access("nothing", AEXIST) < 0 && access("/tmp", AEXIST) == 0);
	for(i = 0; i < 99; i++){
		snprint(name, sizeof name, "/tmp/libdir/a-name-of-some-length-%d", i);
		remove(name);
	}
	check("remove", remove("renamed") == 0 && chdir("/") == 0 && remove("/tmp/libdir") == 0);
}

static void
environ(void)
{
	char *s;
	int fd;

	check("putenv", putenv("libtest", "value") == 0);
	s = getenv("libtest");
	check("getenv", s && strcmp(s, "value") == 0);
	free(s);
	fd = create("/env/libtest", OWRITE, 0666);
	write(fd, "a\0b\0", 4);
	close(fd);
	s = getenv("libtest");
	check("getenv list", s && strcmp(s, "a b") == 0);
	free(s);
	check("getenv nothing", getenv("nosuchvariable") == nil);
	remove("/env/libtest");
}

static void
children(void)
{
	Waitmsg *w;
	int pid;

	pid = fork();
	if(pid == 0)
		exits("it's why");
	w = wait();
	check("wait", w && w->pid == pid && strstr(w->msg, ": it's why"));
	free(w);
	pid = fork();
	if(pid == 0){
		execl("/bin/echo", "echo", "-n", nil);
		exits("no exec");
	}
	w = wait();
	check("execl", w && w->pid == pid && w->msg[0] == 0);
	free(w);
	check("wait none", wait() == nil);
	check("getpid", getpid() > 0 && getppid() > 0 && getpid() != getppid());
}

static jmp_buf there;
static volatile int noted_;

static int
onnote(void *ureg, char *note)
{
	noted_++;
	if(strcmp(note, "jump") == 0)
		notejmp(ureg, there, 7);
	return strcmp(note, "count") == 0;
}

static void
notes(void)
{
	int v;

	atnotify(onnote, 1);
	postnote(PNPROC, getpid(), "count");
	sleep(0);
	check("atnotify", noted_ == 1);
	v = setjmp(there);
	if(v == 0){
		postnote(PNPROC, getpid(), "jump");
		sleep(0);
		check("notejmp", 0);
	}
	check("notejmp value", v == 7);
	postnote(PNPROC, getpid(), "count");
	sleep(0);
	check("note after notejmp", noted_ == 3);
	atnotify(onnote, 0);
}

enum
{
	Nproc	= 4,
	Rounds	= 2000,
};

static QLock ql;
static Lock l;
static Rendez full;
static int inside;
static long counter, sum;
static int waiting;

static void
worker(void)
{
	int i;

	for(i = 0; i < Rounds; i++){
		lock(&l);
		counter++;
		unlock(&l);
		qlock(&ql);
		if(inside++ != 0)
			sum = -1000000;
		if((i & 63) == 0)
			sleep(0);
		sum++;
		inside--;
		qunlock(&ql);
	}
	qlock(&ql);
	waiting++;
	rwakeup(&full);
	qunlock(&ql);
	_exits(nil);
}

static void
locks(void)
{
	int i;

	full.l = &ql;
	for(i = 0; i < Nproc; i++)
		if(rfork(RFPROC|RFMEM) == 0)
			worker();
	qlock(&ql);
	while(waiting < Nproc)
		rsleep(&full);
	qunlock(&ql);
	for(i = 0; i < Nproc; i++)
		waitpid();
	check("lock", counter == Nproc*Rounds);
	check("qlock", sum == Nproc*Rounds);
}

static void
dates(void)
{
	Tm *tm;

	check("gmtime", strcmp(asctime(gmtime(1767225600)), "Thu Jan  1 00:00:00 GMT 2026\n") == 0);
	check("gmtime leap", strcmp(asctime(gmtime(951782400)), "Tue Feb 29 00:00:00 GMT 2000\n") == 0);
	check("gmtime before", strcmp(asctime(gmtime(-1)), "Wed Dec 31 23:59:59 GMT 1969\n") == 0);
	tm = gmtime(1234567890);
	check("tm2sec", tm2sec(tm) == 1234567890);
	putenv("timezone", "EST -18000 EDT -14400\n 1000000000 1100000000\n");
	check("localtime", strcmp(asctime(localtime(1234567890)), "Fri Feb 13 18:31:30 EST 2009\n") == 0);
	check("localtime summer", localtime(1050000000)->tzoff == -14400);
	remove("/env/timezone");
	check("time", time(nil) > 1700000000);
}

void
main(void)
{
	buffers();
	directories();
	environ();
	children();
	notes();
	locks();
	dates();
	if(failed)
		exits("failed");
	print("ok libio\n");
	exits(nil);
}
