/*
 * System calls by their numbers, as old and foreign binaries make them: the
 * obsolete ones, numbers nobody has, raw results and arguments.  (What the
 * library uses every day is tested in the other programs here.)
 */
#include "u.h"
#include "libc.h"
#include "sys.h"
#include "test.h"

enum
{
	Oldstat	= 116,
	Oldwait	= 112,		/* four numbers of 12 bytes, 64 of message */
};

/*
 * call(number, words...): where the kernel looks, the stack must be as in a
 * stub that is called like a C function: return address, then the arguments.
 */
long call(int, ...);
asm(".globl call\n"
    "call:\n"
    "	movl	4(%esp), %eax\n"
    "	popl	%ecx\n"
    "	movl	%ecx, (%esp)\n"
    "	int	$0x40\n"
    "	movl	(%esp), %ecx\n"
    "	pushl	%ecx\n"
    "	ret\n");

static char	buf[512];
static uchar	stat116[Oldstat];

static ulong
get4(uchar *p)
{
	return p[0] | p[1]<<8 | p[2]<<16 | (ulong)p[3]<<24;
}

static void
errors(void)
{
	char err[ERRMAX], old[64];

	same("sysr1", call(SYSR1), 0);
	fails("close 77", call(CLOSE, 77), "fd out of range or not open");
	werrstr("first");
	strcpy(err, "second");
	same("errstr", call(ERRSTR, err, sizeof err), 0);
	samestr("errstr gives", err, "first");
	call(ERRSTR, err, sizeof err);
	samestr("errstr twice restores", err, "second");
	werrstr("kept");
	call(CLOSE, call(DUP, 1, -1));
	rerrstr(err, sizeof err);
	samestr("success leaves the text alone", err, "kept");
	memset(old, 'x', sizeof old);
	strcpy(old, "swapped in");
	same("_errstr", call(_ERRSTR, old), 0);
	samestr("_errstr gives", old, "kept");
}

static void
oldstats(void)
{
	Dir *d;
	int fd;

	d = dirstat("/tmp/calls");
	if(d == nil){
		fail("dirstat", "%r");
		return;
	}
	same("_stat", call(_STAT, "/tmp/calls", stat116), 0);
	samestr("_stat name", (char*)stat116, "calls");
	samestr("_stat owner", (char*)stat116+28, getuser());
	same("_stat qid", get4(stat116+84), (ulong)d->qid.path);
	same("_stat mode", get4(stat116+92), d->mode);
	same("_stat length", get4(stat116+104), 10);
	memset(stat116, 0, sizeof stat116);
	fd = open("/tmp/calls", OREAD);
	same("_fstat", call(_FSTAT, fd, stat116), 0);
	samestr("_fstat name", (char*)stat116, "calls");
	same("_fstat length", get4(stat116+104), 10);
	close(fd);
	free(d);
	fails("_stat of nothing", call(_STAT, "/tmp/nosuch", stat116), "'/tmp/nosuch' does not exist");
	if(call(_WSTAT, "/tmp/calls", stat116) >= 0)
		fail("_wstat", "worked");
	if(call(_FWSTAT, 0, stat116) >= 0)
		fail("_fwstat", "worked");
}

static void
oldio(void)
{
	int fd;

	fd = create("/tmp/calls", ORDWR, 0644);
	same("_write", call(_WRITE, fd, "0123456789", 10), 10);
	same("oseek from the start", call(OSEEK, fd, 2, 0), 2);
	memset(buf, 0, sizeof buf);
	same("_read", call(_READ, fd, buf, 3), 3);
	samestr("_read text", buf, "234");
	same("oseek from here", call(OSEEK, fd, -1, 1), 4);
	same("oseek from the end", call(OSEEK, fd, -2, 2), 8);
	same("_read goes on there", call(_READ, fd, buf, 10), 2);
	fails("oseek to before the start", call(OSEEK, fd, -20, 1), "negative i/o offset");
	fails("oseek with a bad whence", call(OSEEK, fd, 0, 3), "bad arg in system call");
	same("pread at -1 uses the offset", call(OSEEK, fd, 5, 0), 5);
	same("pread", call(PREAD, fd, buf, 2, -1, -1), 2);
	same("and moves it", call(OSEEK, fd, 0, 1), 7);
	same("pread elsewhere", call(PREAD, fd, buf, 2, 1, 0), 2);
	same("does not", call(OSEEK, fd, 0, 1), 7);
	fails("pread at a negative offset", call(PREAD, fd, buf, 2, 0, 0x80000000), "negative i/o offset");
	close(fd);
}

static void
oldprocs(void)
{
	char w[Oldwait];
	int pid;

	pid = call(RFORK, RFPROC|RFFDG);
	if(pid == 0)
		_exits("old");
	same("_wait", call(_WAIT, w), pid);
	same("_wait pid", atoi(w), pid);
	if(strstr(w+48, ": old") == nil)
		fail("_wait message", "%q", w+48);
	fails("_wait without children", call(_WAIT, 0), "no living children");
	fails("await without children", call(AWAIT, buf, sizeof buf), "no living children");
	fails("rfork copies and cleans", call(RFORK, RFNAMEG|RFCNAMEG), "bad arg in system call");
	fails("rfork RFMEM alone", call(RFORK, RFMEM), "bad arg in system call");
	fails("rfork RFNOWAIT alone", call(RFORK, RFNOWAIT), "bad arg in system call");
	same("alarm", call(ALARM, 5000), 0);
	pid = call(ALARM, 0);
	if(pid < 4000 || pid > 5000)
		fail("alarm's rest", "%d", pid);
}

static void
rest(void)
{
	uchar st[64];
	vlong t;
	ulong base;
	int fd;

	same("_fsession", call(_FSESSION, 0, buf, sizeof buf), 0);
	fd = open("/dev/cons", OREAD);
	fails("fauth on a console", call(FAUTH, fd, ""), "inappropriate use of fd");
	fails("fversion on a console", call(FVERSION, fd, 8192, buf, sizeof buf), "inappropriate use of fd");
	fails("mount a console", call(MOUNT, fd, -1, "/n", 0, ""), "inappropriate use of fd");
	fails("_mount", call(_MOUNT, fd, "/n", 0, ""), "inappropriate use of fd");
	close(fd);
	same("stat in too small a buffer", call(STAT, "/tmp/calls", st, 4), 2);
	if((st[0] | st[1]<<8) < 49+5)
		fail("size it wants", "%d", st[0] | st[1]<<8);
	fails("stat in no buffer", call(STAT, "/tmp/calls", st, 1), "stat buffer too small");
	fails("wstat of garbage", call(WSTAT, "/tmp/calls", "garbage", 7), "malformed stat buffer");
	fails("fwstat of garbage", call(FWSTAT, 0, "garbage", 7), "malformed stat buffer");
	fails("dup to 200", call(DUP, 1, 200), "fd out of range or not open");
	base = call(BRK_, 0);
	if(base < 0x1000 || base & 0xFFF)
		fail("brk_ 0", "%#lux", base);
	else
		ok("brk_ 0");
	t = 0;
	same("nsec", call(NSEC, &t), 0);
	if(t < 1000000000LL*1000000000)
		fail("nsec's time", "%lld", t);
	t = 0;
	fd = open("/tmp/calls", OREAD);
	call(SEEK, &t, fd, 7, 0, 0);
	same("seek's result", t, 7);
	close(fd);
	same("segflush", call(SEGFLUSH, buf, sizeof buf), 0);
	fails("segattach of no class", call(SEGATTACH, 0, "nosuch", 0, 4096), "bad arg in system call");
	fails("open mode 5", call(OPEN, "/dev/null", 5), "bad arg in system call");
	fails("open nothing", call(OPEN, "", 0), "empty file name");
	fails("chdir to a file", call(CHDIR, "/dev/null"), "'/dev/null' not a directory");
	fails("bind file on dir", call(BIND, "/dev/null", "/tmp", 0), "inconsistent mount");
	fails("bind before and after", call(BIND, "/tmp", "/n", 3), "bad arg in system call");
	fails("create in /dev", call(CREATE, "/dev/newfile", 1, 0666),
		"'/dev/newfile' mounted directory forbids creation");
	fails("unmount unrelated", call(UNMOUNT, "/tmp", "/n"), "not mounted");
	fails("exec of nothing", call(EXEC, "/tmp/nosuch", &t), "'/tmp/nosuch' does not exist");
}

/* Each in a child: the note it gets is its end. */
static void
notes(void)
{
	static struct
	{
		char *name;
		int nr;
		ulong arg;
		char *note;
	} t[] = {
		{ "call 48", 48, 0, "sys: bad sys call" },
		{ "call 49", 49, 0, "sys: bad sys call" },
		{ "call 54", 54, 0, "sys: bad sys call" },
		{ "call -1", -1, 0, "sys: bad sys call" },
		{ "call 0x40000000", 0x40000000, 0, "sys: bad sys call" },
		{ "errstr into page 0", ERRSTR, 8, "sys: bad address in syscall" },
		{ "stat a kernel address", STAT, 0xC0100000, "sys: bad address in syscall" },
		{ "pipe into page 0", PIPE, 4, "sys: bad address in syscall" },
		{ "nsec at the very top", NSEC, 0xFFFFFFFC, "sys: bad address in syscall" },
	};
	Waitmsg *w;
	uint i;
	int pid;

	for(i = 0; i < nelem(t); i++){
		pid = fork();
		if(pid == 0){
			close(2);
			call(t[i].nr, t[i].arg, t[i].arg, 64);
			_exits("returned");
		}
		w = wait();
		if(w == nil || strstr(w->msg, t[i].note) == nil)
			fail(t[i].name, "%q, wanted %q", w? w->msg: "no message", t[i].note);
		else
			ok(t[i].name);
		free(w);
	}
}

void
main(void)
{
	oldio();
	oldstats();
	errors();
	oldprocs();
	rest();
	notes();
	remove("/tmp/calls");
	finish();
}
