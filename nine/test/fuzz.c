/*
 * Nonsense: system calls with random arguments, programs with random
 * headers, random instructions.  Whatever happens to the program, the kernel
 * must be there afterwards.  An argument is the seed.
 */
#include <u.h>
#include <libc.h>
#include <sys.h>
#include "t.h"

static ulong seed = 1;
static char scratch[8192];
static int inchild;			/* a victim may jump anywhere, even to main */

static ulong
rnd(void)
{
	seed = seed*1664525 + 1013904223;
	return seed>>8;
}

static ulong values[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x1001,
	0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x400000, 0x400020, 0x401000, 0x7FFFFFFF,
	0x80000000, 0xAEFFF000, 0xAFFFEFFC, 0xAFFFF000, 0xAFFFEFF0, 0xBFFFFFFF, 0xC0000000,
	0xC0100000, 0xFF800000, 0xFFFFF000, 0xFFFFFFFE, 0xFFFFFFFF,
};
static char *names[] = {
	"", "/", ".", "..", "/tmp", "/tmp/fuzz", "/dev/null", "/env/fuzz", "#c", "#e", "#p", "#s", "#|",
	"#R", "#d", "#/", "#M", "#c/cons/x", "////", "/tmp/../tmp/./fuzz", "shared", "memory",
	"/proc/1/status", "/srv/fuzz",
};

static ulong
value(void)
{
	switch(rnd()%6){
	case 0:
		return (ulong)names[rnd()%nelem(names)];
	case 1:
		return (ulong)scratch + rnd()%sizeof scratch;
	case 2:
		return rnd()%12;
	case 3:
		return rnd()<<8 ^ rnd();
	}
	return values[rnd()%nelem(values)];
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

/* These would stop the test itself rather than find anything. */
static int
skip(ulong n, ulong *a)
{
	switch(n){
	case EXITS:
	case RENDEZVOUS:
	case _WAIT:
	case AWAIT:
		return 1;
	case SLEEP:
	case TSEMACQUIRE:
		a[0] &= 15;
		a[1] &= 15;
		return 0;
	case SEMACQUIRE:
		a[1] = 0;
		return 0;
	case RFORK:
		a[0] &= ~(RFPROC|RFCFDG);
		return 0;
	case PREAD:
	case _READ:
		return (long)a[0] < 3;	/* the console would wait for us */
	case PWRITE:
	case _WRITE:
		return (long)a[0] < 3;
	case CLOSE:
	case DUP:
		return a[0] < 3 || a[1] < 3;
	}
	return 0;
}

static void
calls(int n)
{
	ulong a[5];
	ulong call;
	int i;

	alarm(2000);
	while(n-- > 0){
		call = rnd()%60;
		for(i = 0; i < nelem(a); i++)
			a[i] = value();
		if(!skip(call, a))
			rawcall(call, a);
	}
	_exits(nil);
}

static void
instructions(void)
{
	int i;

	for(i = 0; i < 64; i++)
		scratch[i] = rnd();
	alarm(200);
	((void (*)(void))(void*)scratch)();
	_exits(nil);
}

static void
headers(void)
{
	static uchar h[4096] = { 0, 0, 1, 0xEB };
	char *av[] = { "/tmp/fuzzprog", nil };
	int i, fd;

	for(i = 4; i < 32; i++)
		h[i] = 0;
	for(i = 1; i < 8; i++){
		ulong v = rnd()%3 ? rnd()%8192 : value();

		if(i == 5 && rnd()%2)
			v = 0x400020;
		h[4*i] = v>>24;
		h[4*i+1] = v>>16;
		h[4*i+2] = v>>8;
		h[4*i+3] = v;
	}
	fd = create("/tmp/fuzzprog", OWRITE, 0777);
	write(fd, h, rnd()%sizeof h);
	close(fd);
	alarm(500);
	exec("/tmp/fuzzprog", av);
	_exits(nil);
}

static int
alive(void)
{
	int pid;

	pid = fork();
	if(pid == 0)
		_exits(nil);
	return pid > 0 && waitpid() == pid;
}

/* Run f many times, each in a child of its own with its own everything. */
static void
torture(char *name, int rounds, void (*f)(void))
{
	int i;

	for(i = 0; i < rounds; i++){
		if(inchild)
			_exits("strayed");
		switch(rfork(RFPROC|RFFDG|RFNAMEG|RFENVG|RFNOTEG|RFREND)){
		case -1:
			check(0, name);
			return;
		case 0:
			inchild = 1;
			close(2);
			f();
			_exits(nil);
		}
		waitpid();
		rnd();
	}
	check(alive(), name);
}

static void
manycalls(void)
{
	calls(300);
}

void
main(int argc, char **argv)
{
	if(argc > 1)
		seed = strtoul(argv[1], 0, 0);
	chdir("/tmp");
	torture("random system calls", 60, manycalls);
	torture("random instructions", 100, instructions);
	torture("random headers", 100, headers);
	remove("/tmp/fuzzprog");
	remove("/tmp/fuzz");
	done();
}
