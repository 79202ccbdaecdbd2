/*
 * Notes: delivery, continuing, dying, alarms, faults as notes, and how a
 * broken call to noted ends.
 */
#include <u.h>
#include <libc.h>
#include <ureg.h>
#include "t.h"

static char got[ERRMAX];
static int ngot;
static volatile ulong four = 4;		/* the compiler is not to know what we do with it */
static volatile int zero, one = 1;
static jmp_buf env;

static void
catch(void *v, char *msg)
{
	USED(v);
	strecpy(got, got+sizeof got, msg);
	ngot++;
	noted(NCONT);
}

static void
escape(void *v, char *msg)
{
	strecpy(got, got+sizeof got, msg);
	notejmp(v, env, 1);
}

/* How a child running f ends. */
static char*
fate(void (*f)(void))
{
	Waitmsg *w;

	switch(fork()){
	case -1:
		return "fork failed";
	case 0:
		close(2);
		f();
		_exits("survived");
	}
	w = wait();
	return w ? w->msg : "wait failed";
}

static void
nullread(void)
{
	notify(nil);
	*(volatile int*)four;
}

static void
kernelwrite(void)
{
	notify(nil);
	*(volatile int*)0xC0100000 = 1;
}

static void
textwrite(void)
{
	notify(nil);
	*(volatile int*)(void*)textwrite = 1;
}

static void
divide(void)
{
	notify(nil);
	one = one/zero;
}

static void
illegal(void)
{
	notify(nil);
	__asm__ volatile("ud2");
}

static void
privileged(void)
{
	notify(nil);
	__asm__ volatile("mov %%cr0, %%eax" : : : "eax");
}

static void
breakpoint(void)
{
	notify(nil);
	__asm__ volatile("int3");
}

static void
badpointer(void)
{
	notify(nil);
	write(1, (void*)0x20000000, 10);
}

static void
notnoted(void)
{
	notify(nil);
	noted(NCONT);
}

static void
overflow(void)
{
	volatile char big[64*1024];

	big[0] = one;
	if(one)
		overflow();
	big[1] = big[0];
}

static void
self(void)
{
	notify(nil);
	postnote(PNPROC, getpid(), "hello");
	sleep(1000);
}

static int
has(char *s, char *part)
{
	if(strstr(s, part))
		return 1;
	werrstr("%s", s);
	return 0;
}

static void
faults(void)
{
	check(has(fate(nullread), "sys: trap: fault read addr=0x4 pc=0x"), "read of 4");
	check(has(fate(kernelwrite), "sys: trap: fault write addr=0xc0100000 pc=0x"), "write to the kernel");
	check(has(fate(textwrite), "sys: trap: fault write addr=0x4"), "write to text");
	check(has(fate(divide), "sys: trap: divide error pc=0x"), "division by zero");
	check(has(fate(illegal), "sys: trap: invalid opcode pc=0x"), "ud2");
	check(has(fate(privileged), "sys: trap: general protection violation pc=0x"), "mov cr0");
	check(has(fate(breakpoint), "sys: breakpoint pc=0x"), "int3");
	check(has(fate(badpointer), "sys: bad address in syscall pc=0x"), "bad pointer in a call");
	check(has(fate(notnoted), "Suicide"), "noted outside a handler");
	check(has(fate(overflow), "sys: trap: fault write addr=0xae"), "stack overflow");
	check(has(fate(self), ": hello"), "note without a handler");
}

static void
handlers(void)
{
	vlong t;

	notify(catch);
	postnote(PNPROC, getpid(), "first");
	check(ngot == 1 && strcmp(got, "first") == 0, "handler runs");
	alarm(20);
	t = nsec();
	checkerr(sleep(2000) < 0, "interrupted", "alarm interrupts a sleep");
	t = nsec()-t;
	check(ngot == 2 && strcmp(got, "alarm") == 0, "alarm note");
	check(t > 10*1000000LL && t < 1900*1000000LL, "alarm's time");
	alarm(5000);
	check(alarm(0) > 4000, "what was left of an alarm");
	notify(escape);
	if(setjmp(env) == 0){
		*(volatile int*)four;
		check(0, "fault survived");
	}else
		check(has(got, "sys: trap: fault read addr=0x4"), "notejmp out of a fault");
	if(setjmp(env) == 0){
		*(volatile int*)(four+4) = 1;
		check(0, "fault survived");
	}else
		check(has(got, "fault write addr=0x8"), "and again");
	notify(nil);
}

static void
groups(void)
{
	int pid, i;
	Waitmsg *w;

	for(i = 0; i < 3; i++){
		pid = rfork(RFPROC|RFFDG|RFNOTEG);
		if(pid == 0){
			if(fork() == 0){
				sleep(10000);
				_exits("slept");
			}
			sleep(10000);
			_exits("slept");
		}
		sleep(20);
		postnote(PNGROUP, pid, "hangup");
		w = wait();
		if(!check(w && has(w->msg, "hangup"), "note to a group"))
			break;
	}
}

/* Floating point of the interrupted program is untouched by its handler. */
static void
fphandler(void *v, char *msg)
{
	volatile double d;

	USED(v);
	USED(msg);
	d = 1;
	d = d/3;
	noted(NCONT);
}

static void
fp(void)
{
	double r;

	notify(fphandler);
	__asm__ volatile("fldpi");
	postnote(PNPROC, getpid(), "fp");
	__asm__ volatile("fstpl %0" : "=m"(r));
	check(r > 3.14159 && r < 3.1416, "registers across a handler");
	notify(nil);
}

/* A handler that goes on elsewhere, still in the note, and comes back. */
static ulong wherefrom;
static int beenthere;

static void
elsewhere(Ureg *ur)
{
	beenthere++;
	ur->pc = wherefrom;
	noted(NRSTR);
}

static void
detour(void *v, char *msg)
{
	Ureg *ur;

	USED(msg);
	ur = v;
	wherefrom = ur->pc;
	ur->pc = (ulong)elsewhere;
	noted(NSAVE);
}

/* A handler that is interrupted waits; a handler may refuse. */
static void
refuse(void *v, char *msg)
{
	USED(v);
	USED(msg);
	noted(NDFLT);
}

static void
refusing(void)
{
	notify(refuse);
	postnote(PNPROC, getpid(), "no thanks");
	_exits("survived");
}

static void
selector(void *v, char *msg)
{
	USED(msg);
	((Ureg*)v)->cs = 0x60;
	noted(NCONT);
}

static void
badselector(void)
{
	notify(selector);
	postnote(PNPROC, getpid(), "x");
	_exits("survived");
}

static void
savedstates(void)
{
	notify(detour);
	postnote(PNPROC, getpid(), "go");
	check(beenthere == 1, "NSAVE and NRSTR");
	postnote(PNPROC, getpid(), "go");
	check(beenthere == 2, "and again");
	notify(nil);
	check(has(fate(refusing), ": no thanks"), "NDFLT");
	check(has(fate(badselector), "Suicide"), "bad selector in a Ureg");
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	faults();
	handlers();
	savedstates();
	groups();
	fp();
	done();
}
