/*
 * Processes: rfork's rules, exits and await, memory shared and copied,
 * rendezvous, semaphores, exec's errors.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

static int shared;
static long sem;

/* Run f in a child made with flags; its exit message, freed by nobody. */
static char*
child(int flags, void (*f)(void))
{
	Waitmsg *w;
	int pid;

	pid = rfork(flags);
	if(pid < 0)
		return "rfork failed";
	if(pid == 0){
		f();
		_exits(nil);
	}
	w = wait();
	if(w == nil || w->pid != pid)
		return "wait failed";
	return w->msg;
}

static void
setshared(void)
{
	shared = 42;
}

static void
exitbye(void)
{
	_exits("bye");
}

static void
badflags(void)
{
	checkerr(rfork(RFFDG|RFCFDG) < 0, "bad arg in system call", "copy and clean fds");
	checkerr(rfork(RFNAMEG|RFCNAMEG) < 0, "bad arg in system call", "copy and clean names");
	checkerr(rfork(RFENVG|RFCENVG) < 0, "bad arg in system call", "copy and clean env");
	checkerr(rfork(RFMEM) < 0, "bad arg in system call", "RFMEM without RFPROC");
	checkerr(rfork(RFNOWAIT) < 0, "bad arg in system call", "RFNOWAIT without RFPROC");
	check(rfork(RFREND|RFNOTEG) == 0, "rfork without RFPROC");
}

static void
memory(void)
{
	char *s;

	shared = 1;
	child(RFPROC|RFFDG, setshared);
	check(shared == 1, "fork copies data");
	child(RFPROC|RFFDG|RFMEM, setshared);
	check(shared == 42, "RFMEM shares data");
	s = child(RFPROC|RFFDG, exitbye);
	check(strstr(s, ": bye") != nil, "exit message");
	check(strcmp(child(RFPROC, setshared), "") == 0, "empty exit message");
}

static void
waiting(void)
{
	char buf[512], *f[6];
	int n, pid;

	checkerr(await(buf, sizeof buf) < 0, "no living children", "await without child");
	pid = rfork(RFPROC|RFNOWAIT);
	if(pid == 0)
		_exits(nil);
	checkerr(await(buf, sizeof buf) < 0, "no living children", "RFNOWAIT leaves no record");
	pid = fork();
	if(pid == 0)
		_exits("two words");
	n = await(buf, sizeof buf-1);
	check(n > 0, "await");
	buf[n > 0 ? n : 0] = 0;
	n = tokenize(buf, f, nelem(f));
	check(n == 5 && atoi(f[0]) == pid, "five fields");
	check(n == 5 && strstr(f[4], "two words") != nil, "quoted message");
	pid = fork();
	if(pid == 0)
		_exits(nil);
	n = await(buf, sizeof buf-1);
	buf[n > 0 ? n : 0] = 0;
	check(n > 0 && strcmp(buf+n-2, "''") == 0, "empty message is ''");
}

static void
meet(void)
{
	int pid;
	void *v;

	pid = rfork(RFPROC|RFMEM);
	if(pid == 0){
		v = rendezvous((void*)0x1234, (void*)7);
		_exits(v == (void*)9 ? nil : "wrong value");
	}
	v = rendezvous((void*)0x1234, (void*)9);
	check(v == (void*)7, "rendezvous value");
	check(wait()->msg[0] == 0, "rendezvous other side");
}

static void
semaphores(void)
{
	int pid, i;
	vlong t;

	sem = 0;
	check(semacquire(&sem, 0) == 0, "semacquire without waiting");
	t = nsec();
	check(tsemacquire(&sem, 50) == 0, "tsemacquire times out");
	t = nsec()-t;
	check(t >= 50*1000000LL && t < 3000*1000000LL, "after its time");
	pid = rfork(RFPROC|RFMEM);
	if(pid == 0){
		for(i = 0; i < 1000; i++)
			if(semacquire(&sem, 1) != 1)
				_exits("semacquire");
		_exits(nil);
	}
	for(i = 0; i < 1000; i++)
		semrelease(&sem, 1);
	check(wait()->msg[0] == 0, "a thousand handed over");
	check(sem == 0, "none left");
	check(semrelease(&sem, 3) == 3, "semrelease value");
	sem = -1;
	checkerr(semacquire(&sem, 0) < 0, "bad arg in system call", "negative semaphore");
}

static void
execs(void)
{
	char *av[] = { "x", nil };
	int fd;

	checkerr(exec("/nonexist", av) < 0, "'/nonexist' file does not exist", "exec of nothing");
	fd = create("/tmp/junk", OWRITE, 0777);
	fprint(fd, "this is not a program, but it is long enough to be one\n");
	close(fd);
	checkerr(exec("/tmp/junk", av) < 0, "exec header invalid", "exec of junk");
	fd = create("/tmp/junk", OWRITE|OTRUNC, 0777);
	fprint(fd, "#!/tmp/junk\n");
	close(fd);
	checkerr(exec("/tmp/junk", av) < 0, "exec header invalid", "script of a script");
	fd = create("/tmp/junk", OWRITE|OTRUNC, 0777);
	fprint(fd, "#!/a/very/very/long/line/without/an/end/in/32/bytes\n");
	close(fd);
	checkerr(exec("/tmp/junk", av) < 0, "exec header invalid", "long #! line");
	remove("/tmp/junk");
}

static void
manychildren(void)
{
	int i, n;

	for(i = 0; i < 50; i++)
		if(fork() == 0)
			_exits(nil);
	for(n = 0; waitpid() > 0; n++)
		;
	check(n == 50, "fifty children");
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	badflags();
	waiting();
	memory();
	meet();
	semaphores();
	execs();
	manychildren();
	done();
}
