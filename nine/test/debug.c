/*
 * A small debugger and the program it debugs, which is this file, too: what
 * #p must be able to do so that breakpoints, registers and system calls can
 * be seen and changed from outside.
 *
 *	debug		all of it
 *	debug PROG	with another program: where it starts, its calls, its end
 */
#include "u.h"
#include "libc.h"
#include "ureg.h"
#include "test.h"
#include "debugger.h"

enum
{
	Int3	= 0xCC,
	Fpsize	= 108,
	Ncalls	= 3,			/* of another program that are watched */
};

/* One instruction after the other, so that single steps can be watched. */
int steps(int);
extern char step1[], step2[], step3[];
asm(".text\n.globl steps\nsteps:\n"
	"movl 4(%esp), %eax\n"
	"step1: addl $2, %eax\n"
	"step2: addl $3, %eax\n"
	"step3: ret\n");

static char *self;
static uchar saved;			/* the byte a breakpoint replaces */

/* --- the debuggee ----------------------------------------------------------- */

static volatile int result, rounds, go;
static volatile int *volatile nowhere = (int*)8;

static void
debuggee(void)
{
	double f;
	char buf[8];

	for(;;){
		result = steps(10);
		rounds++;
		if(go == 1)
			open("/no/such/file", OREAD);
		if(go == 2)
			read(open("/dev/osversion", OREAD), buf, sizeof buf);
		if(go == 3)
			*nowhere = 1;
		if(go == 4)
			exits("enough");
		if(go == 5){
			f = 1.0;
			asm volatile("fldpi; fstpl %0" : "=m"(f));
			asm volatile("fldpi; fldz; fld1; int3; fstp %%st(0); fstp %%st(0); fstpl %0" : "=m"(f));
			result = f*100;
		}
		if(go == 6){
			if(fork() == 0)
				exits(steps(10) == 15? "child": "wrong");
			go = 0;
		}
		sleep(1);
	}
}

static void
setbreak(void *at)
{
	uchar b;

	b = Int3;
	same("read text", get("mem", (ulong)at, &saved, 1), 1);
	same("write text", put("mem", (ulong)at, &b, 1), 1);
}

static void
clearbreak(void *at)
{
	same("restore text", put("mem", (ulong)at, &saved, 1), 1);
}

/* Let it run up to the next note, which must be a breakpoint; it is taken away. */
static void
toBreak(char *name, void *at)
{
	same(name, ctl("startstop"), 9);
	samestr("stopped", state(), "Stopped");
	samestr("breakpoint note", text("note"), "sys: breakpoint");
	same("at", pc(), (ulong)at);
}

/* --- starting and stopping ------------------------------------------------------- */

static void
start(char *prog, char *arg)
{
	char *argv[3];
	int fd, me;

	dir = fork();
	if(dir == 0){
		me = getpid();
		dir = me;
		fd = file("ctl", OWRITE);
		write(fd, "hang", 4);
		close(fd);
		argv[0] = prog;
		argv[1] = arg;
		argv[2] = nil;
		exec(prog, argv);
		exits("exec");
	}
	same("waitstop", ctl("waitstop"), 8);
	samestr("hangs at exec", state(), "Stopped");
}

static ulong
entryof(void)
{
	uchar h[32];

	if(get("text", 0, h, sizeof h) != sizeof h)
		return 0;
	return h[20]<<24 | h[21]<<16 | h[22]<<8 | h[23];
}

static void
ends(char *want)
{
	Waitmsg *w;

	w = wait();
	if(w == nil || w->pid != dir || strstr(w->msg, want) == nil)
		fail("his end", "%s, wanted %s", w == nil? "nothing": w->msg, want);
	else
		ok("his end");
	free(w);
}

static void
setgo(int n)
{
	same("set variable", put("mem", (ulong)&go, &n, sizeof n), sizeof n);
}

/* --- tests ------------------------------------------------------------------------ */

static void
breakpoints(void)
{
	Ureg u;
	int v;

	start(self, "-d");
	same("first instruction", pc(), entryof());
	setbreak(steps);
	same("ours is not his", steps(10), 15);
	toBreak("run to steps", steps);
	get("regs", 0, &u, sizeof u);
	same("stack", get("mem", u.sp+4, &v, sizeof v), sizeof v);
	same("argument", v, 10);
	v = 20;
	same("change it", put("mem", u.sp+4, &v, sizeof v), sizeof v);
	/* single steps: a breakpoint on the next instruction, this one restored */
	clearbreak(steps);
	setbreak(step1);
	toBreak("step", step1);
	get("regs", 0, &u, sizeof u);
	same("ax after one", u.ax, 20);
	clearbreak(step1);
	setbreak(step2);
	toBreak("step", step2);
	get("regs", 0, &u, sizeof u);
	same("ax after two", u.ax, 22);
	u.ax = 100;
	u.cs = 0x1234;
	u.flags = ~0UL;
	same("write regs", put("regs", 0, &u, sizeof u), sizeof u);
	v = u.sp;
	get("regs", 0, &u, sizeof u);
	same("cs stays", u.cs != 0x1234, 1);
	same("privileged flags stay", u.flags & 0x3000, 0);
	same("sp", u.sp, (ulong)v);
	u.flags = 0x202;
	put("regs", 0, &u, sizeof u);
	clearbreak(step2);
	setbreak(step3);
	toBreak("step", step3);
	get("regs", 0, &u, sizeof u);
	same("ax after three", u.ax, 103);
	/* skip the return: nothing but the new place matters */
	setpc((ulong)step2);
	clearbreak(step3);
	setbreak(step3);
	toBreak("moved back", step3);
	get("regs", 0, &u, sizeof u);
	same("added again", u.ax, 106);
	clearbreak(step3);
	setbreak(steps);
	toBreak("next round", steps);
	get("mem", (ulong)&result, &v, sizeof v);
	same("what steps gave him", v, 106);
	same("kregs", get("kregs", 0, &u, sizeof u) == sizeof u && u.pc > 0xC0000000, 1);
	clearbreak(steps);
}

/* He has a breakpoint in steps; so has his child, who is not debugged and breaks. */
static void
children(void)
{
	char *f[5], buf[128];
	int fd, kid, me;

	setgo(6);
	setbreak(steps);
	toBreak("before the fork", steps);
	setgo(6);
	clearbreak(steps);
	setbreak(step1);
	toBreak("in the round", step1);
	setpc((ulong)steps);		/* once more over it, without one there */
	clearbreak(step1);
	same("go on", ctl("start"), 5);
	fd = file("wait", OREAD);
	buf[read(fd, buf, sizeof buf-1)] = 0;
	close(fd);
	same("his child's record", tokenize(buf, f, 5), 5);
	samestr("his child's message", strchr(f[4], ':')+2, "child");
	kid = atoi(f[0]);
	me = getpid();
	same("another process", kid > 0 && kid != dir && kid != me, 1);
	same("stop again", ctl("stop"), 4);
	samestr("stopped", state(), "Stopped");
}

static void
calls(void)
{
	char want[128], *s;
	int i;

	setgo(1);
	/* Sleep's way out may be first */
	for(i = 0; i < 10; i++){
		same("startsyscall", ctl("startsyscall"), 12);
		s = text("syscall");
		if(strstr(s, " Open ") != nil)
			break;
	}
	snprint(want, sizeof want, "%d debug Open ", dir);
	same("the call", strncmp(s, want, strlen(want)), 0);
	same("its name", strstr(s, "/\"/no/such/file\" 0x0") != nil || strstr(s, "/\"/no/such/file\" 0") != nil, 1);
	same("its end", ctl("startsyscall"), 12);
	s = text("syscall");
	same("result and error", strstr(s, " = -1 \"'/no/such/file' file does not exist\" ") == s
		|| strstr(s, " = -1 \"'/no' file does not exist\" ") == s, 1);
	same("two times", tokenize(strrchr(s, '"')+1, (char*[3]){nil}, 3), 2);
	setgo(2);
	for(i = 0; i < 20; i++){
		ctl("startsyscall");
		s = text("syscall");
		if(strstr(s, "\" = 4") != nil || strstr(s, "2000\"") != nil)
			break;
	}
	same("what was read", strstr(s, "/\"2000\" 8 -1 = 4 \"\" ") != nil, 1);
	same("the file is quiet then", (setgo(0), ctl("start")), 5);
	sleep(10);
	samestr("no call shown", text("syscall"), "");
	same("stop", ctl("stop"), 4);
}

static void
floats(void)
{
	static uchar one[10] = { 0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f };
	uchar f[Fpsize+20], r[10];
	int v, top;

	setgo(5);
	same("to the loads", ctl("startstop"), 9);
	samestr("breakpoint", text("note"), "sys: breakpoint");
	same("size", get("fpregs", 0, f, sizeof f), Fpsize);
	same("control word", (f[0] | f[1]<<8) & ~0x40, 0x232);	/* one bit is always set */
	top = f[5]>>3 & 7;
	same("three on the stack", top, 5);
	same("tags", f[8] | f[9]<<8, 0<<14 | 1<<12 | 0<<10 | 0x3FF);
	same("st0 is one", memcmp(f+28, one, 10), 0);
	memmove(r, f+28, 10);
	r[9] = 0x40;			/* 2^0x4000-bias: 4 is 1.0 times 2^2 */
	r[8] = 0x01;
	/* in st2's place: that is what he keeps */
	same("write", put("fpregs", 28+20, r, 10), 10);
	get("fpregs", 0, f, sizeof f);
	same("written", memcmp(f+28+20, r, 10), 0);
	setpc(pc()+1);
	setgo(0);
	setbreak(steps);
	toBreak("next round", steps);
	get("mem", (ulong)&result, &v, sizeof v);
	same("he got four", v, 400);
	clearbreak(steps);
}

/* Where the time goes: the first number is all of it, the others are for 8 bytes of text each. */
static void
profiled(void)
{
	static ulong prof[32*1024];
	ulong sum;
	int i, n;

	dir = fork();
	if(dir == 0)
		for(;;)
			;
	fails("off", get("profile", 0, prof, 4), "profile is off");
	same("profile", ctl("profile"), 7);
	sleep(200);
	n = get("profile", 0, prof, sizeof prof) / (int)sizeof prof[0];
	same("a table", n > 100, 1);
	sum = 0;
	for(i = 1; i < n; i++)
		sum += prof[i];
	same("some ticks", prof[0] >= 20, 1);
	same("all of them in the loop", sum, prof[0]);
	same("which is here", prof[((ulong)pc()-0x400000)/8] > 0, 1);
	same("kill", ctl("kill"), 4);
	ends("illed");
}

static void
ending(void)
{
	uvlong rec[2*8];
	int fd;

	fd = open("/proc/trace", OREAD);
	works("trace", fd);
	fails("trace twice", open("/proc/trace", OREAD), "'/proc/trace' already open");
	same("trace him", ctl("trace 1"), 7);
	same("profile", ctl("profile"), 7);
	setgo(0);
	same("start", ctl("start"), 5);
	sleep(30);
	same("records", read(fd, rec, sizeof rec), sizeof rec);
	same("of his", (ulong)rec[0], dir);
	close(fd);
	same("stop", ctl("stop"), 4);
	samestr("profile is a table", get("profile", 0, rec, sizeof rec) == sizeof rec? "": "no", "");
	setgo(3);
	same("startstop", ctl("startstop"), 9);
	same("the fault", strncmp(text("note"), "sys: trap: fault write addr=0x8", 31), 0);
	setgo(3);
	setpc((ulong)steps+0);
	same("kill", ctl("kill"), 4);
	ends("killed");
	fails("he is gone", ctl("start"), smprint("'/proc/%d' file does not exist", dir));
	start(self, "-d");
	setgo(4);
	fails("to the end", ctl("startstop"), "process exited");
	ends("enough");
	/* an undebugged fault leaves him for a debugger */
	start(self, "-d");
	setgo(3);
	same("start", ctl("start"), 5);
	ends("fault write");
	samestr("broken", state(), "Broken");
	same("his registers are there", pc() != 0, 1);
	same("waitstop", ctl("waitstop"), 8);
	same("kill", ctl("kill"), 4);
}

/* Somebody else's program: to its first instruction and call by call to the end. */
static void
another(char *prog)
{
	ulong at;
	int n;
	char *s;

	start(prog, nil);
	at = entryof();
	same("first instruction", pc(), at);
	setbreak((void*)at);
	toBreak("breaks there", (void*)at);
	clearbreak((void*)at);
	for(n = 0; n < 2*Ncalls; n++){
		same("startsyscall", ctl("startsyscall"), 12);
		s = text("syscall");
		same("in, then out", *s == ' ', n%2);
	}
	at = pc();
	setbreak((void*)at);
	toBreak("breaks after the call", (void*)at);
	clearbreak((void*)at);
	same("go on", ctl("start"), 5);
	ends("");
}

void
main(int argc, char **argv)
{
	self = argv[0];
	if(strchr(self, '/') == nil)
		self = "/test/debug";
	if(argc > 1 && strcmp(argv[1], "-d") == 0)
		debuggee();
	if(argc > 1)
		another(argv[1]);
	else{
		profiled();
		breakpoints();
		children();
		calls();
		floats();
		ending();
	}
	finish();
}
