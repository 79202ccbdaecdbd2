/*
 * exec: arguments, scripts, what survives, and files that change between one
 * exec and the next.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

static char out[256*1024];

/* Run a program; what it writes is in out, its exit message is returned. */
static char*
run(char *path, char **av)
{
	Waitmsg *w;
	int p[2], n, m;

	pipe(p);
	switch(fork()){
	case -1:
		return "fork failed";
	case 0:
		dup(p[1], 1);
		close(p[0]);
		close(p[1]);
		exec(path, av);
		_exits("exec failed");
	}
	close(p[1]);
	for(n = 0; n < (int)sizeof out-1 && (m = read(p[0], out+n, sizeof out-1-n)) > 0; n += m)
		;
	out[n] = 0;
	close(p[0]);
	w = wait();
	return w ? w->msg : "wait failed";
}

static int
saying(char *path, char **av, char *want)
{
	char *msg;

	msg = run(path, av);
	if(msg[0] == 0 && strcmp(out, want) == 0)
		return 1;
	werrstr("'%s' said '%s'", msg, out);
	return 0;
}

static void
copy(char *from, char *to)
{
	static char buf[8192];
	int f, t, n;

	f = open(from, OREAD);
	t = create(to, OWRITE, 0777);
	while((n = read(f, buf, sizeof buf)) > 0)
		write(t, buf, n);
	close(f);
	close(t);
}

static void
script(char *text)
{
	int fd;

	fd = create("/tmp/script", OWRITE, 0777);
	write(fd, text, strlen(text));
	close(fd);
}

static void
arguments(void)
{
	static char *av[4000];
	static char word[200*1024];
	char *two[] = { "echo", "one", "two  three", "", "x", nil };
	char *big[] = { "echo", word, nil };
	int i;

	check(saying("/bin/echo", two, "one two  three  x\n"), "arguments");
	av[0] = "echo";
	for(i = 1; i < nelem(av)-1; i++)
		av[i] = "arg";
	av[i] = nil;
	check(run("/bin/echo", av)[0] == 0 && (int)strlen(out) == 4*(i-1), "four thousand arguments");
	memset(word, 'x', sizeof word-1);
	check(run("/bin/echo", big)[0] == 0 && strlen(out) == sizeof word, "200 KB in one argument");
	memset(word, 'x', sizeof word-1);
	for(i = 1; i < 5; i++)
		av[i] = word;
	av[i] = nil;
	checkerr(exec("/bin/echo", av) < 0, "virtual memory allocation failed", "more than 100 pages");
}

static void
scripts(void)
{
	char *av[] = { "whatever", "a", "b c", nil };

	script("#!/bin/echo\n");
	check(saying("/tmp/script", av, "/tmp/script a b c\n"), "script");
	script("#!/bin/echo -n -x\n");
	check(saying("/tmp/script", av, "-x /tmp/script a b c"), "script with arguments");
	script("#! /bin/rc\necho $0 $#* $1\n");
	check(saying("/tmp/script", av, "/tmp/script 2 a\n"), "rc script");
	remove("/tmp/script");
}

static void
changing(void)
{
	char *av[] = { "prog", "hello", nil };
	int i;

	for(i = 0; i < 3; i++){
		copy("/bin/echo", "/tmp/prog");
		check(saying("/tmp/prog", av, "hello\n"), "fresh program");
		copy("/bin/basename", "/tmp/prog");
		av[1] = "/a/b/hello2";
		check(saying("/tmp/prog", av, "hello2\n"), "changed program");
		av[1] = "hello";
	}
	remove("/tmp/prog");
}

/* Run by ourselves: report pid, fds and notify state. */
static void
report(void)
{
	char buf[1];

	print("%d %d", getpid(), read(9, buf, 1) < 0 && read(10, buf, 1) >= 0);
	exits(nil);
}

static void
keeps(char *self)
{
	char *av[] = { self, "report", nil };
	char want[32];
	int p[2], pid, n, fd;

	pipe(p);
	pid = fork();
	if(pid == 0){
		dup(p[1], 1);
		fd = open("/dev/null", OREAD|OCEXEC);
		dup(fd, 9);
		close(fd);
		close(9);
		fd = open("/dev/null", OREAD);
		dup(fd, 10);
		close(fd);
		exec(self, av);
		_exits("exec");
	}
	close(p[1]);
	n = read(p[0], out, sizeof out-1);
	out[n > 0 ? n : 0] = 0;
	close(p[0]);
	waitpid();
	snprint(want, sizeof want, "%d 1", pid);
	if(strcmp(out, want) != 0)
		werrstr("'%s' for '%s'", out, want);
	check(strcmp(out, want) == 0, "pid and descriptors survive");
}

void
main(int argc, char **argv)
{
	if(argc > 1)
		report();
	arguments();
	scripts();
	changing();
	keeps(argv[0]);
	done();
}
