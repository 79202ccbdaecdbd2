/*
 * Arguments of exec: up to the limit of a hundred pages, beyond it, and with
 * pointers that lead nowhere.  The child says what it got.
 */
#include <u.h>
#include <libc.h>

static void
try(char *what, int count, int length)
{
	char **av, *s, err[ERRMAX];
	int i;

	if(fork() != 0){
		waitpid();
		return;
	}
	s = malloc(length+1);
	memset(s, 'a', length);
	s[length] = 0;
	av = mallocz((count+3)*sizeof av[0], 1);
	av[0] = "args";
	av[1] = "got";
	for(i = 0; i < count; i++)
		av[2+i] = s;
	exec("/limits/args", av);
	errstr(err, sizeof err);
	print("%s: %s\n", what, err);
	_exits(nil);
}

static void
wrong(char *what, char *file, char **av)
{
	Waitmsg *w;
	char *p, err[ERRMAX];

	if(fork() == 0){
		close(2);
		exec(file, av);
		errstr(err, sizeof err);
		print("%s: %s\n", what, err);
		_exits(nil);
	}
	w = wait();
	p = strstr(w->msg, " pc=");
	if(p)
		*p = 0;
	p = strstr(w->msg, ": ");
	if(p)
		print("%s: %s\n", what, p+2);
	free(w);
}

static void
got(int argc, char **argv)
{
	long n;
	int i;

	n = 0;
	for(i = 2; i < argc; i++){
		if(strspn(argv[i], "a") != strlen(argv[i]))
			print("argument %d is damaged\n", i);
		n += strlen(argv[i])+1;
	}
	print("%d arguments, %ld bytes\n", argc-2, n);
	exits(nil);
}

void
main(int argc, char **argv)
{
	char *av[3];

	if(argc > 1)
		got(argc, argv);
	try("none", 0, 0);
	try("many small", 20000, 7);
	try("one large", 1, 300000);
	try("99 pages", 99, 4091);
	try("101 pages", 101, 4095);
	try("one of a megabyte", 1, 1024*1024);
	try("a million empty", 1000000, 0);
	av[0] = "args";
	av[1] = (char*)0xc0100000;
	av[2] = nil;
	wrong("argument in the kernel", "/bin/echo", av);
	av[1] = (char*)4;
	wrong("argument at 4", "/bin/echo", av);
	wrong("no list", "/bin/echo", (char**)0x20);
	wrong("list in the kernel", "/bin/echo", (char**)0xc0100000);
	*(char**)0xafffeffc = "the last word of the stack";
	wrong("list without an end", "/bin/echo", (char**)0xafffeffc);
	wrong("no name", (char*)8, av);
	exits(nil);
}
