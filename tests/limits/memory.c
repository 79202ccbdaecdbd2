/*
 * Memory runs out: who is told, who dies, and that others do not.
 *
 *	memory grow	ask with sbrk until it says no
 *	memory eat	touch new pages until the end
 *	memory two	two of them at once
 *	memory squeeze	one takes nearly all and sits on it, others want some
 *	memory touch N	touch N pages, and be content
 */
#include <u.h>
#include <libc.h>

enum
{
	MB	= 1024*1024,
};

static void
eat(void)
{
	char *p;

	p = sbrk(1500*MB);
	if(p == (char*)-1)
		exits("sbrk");
	for(; ; p += 4096)
		*p = 1;
}

/* The stack is 16 MB below 0xaffff000; 2 GB less page 0 and that is for the rest. */
static void
grow(void)
{
	ulong n;
	char err[ERRMAX];

	for(n = 0; n < 4000; n++)
		if(sbrk(MB) == (char*)-1)
			break;
	errstr(err, sizeof err);
	print("grow: %s MB, then: %s\n", n > 1000 && n < 2900 ? "some thousand" : "too few or many", err);
	if(malloc(0x7FFFFFFF) != nil)
		print("malloc of 2 GB\n");
	if(sbrk(0xFFFFF000) != (char*)-1)
		print("sbrk wraps around\n");
}

/* Free pages, from the line "used/all user"; all of them to *all. */
static long
freepages(long *all)
{
	static char buf[512];
	char *f[64];
	int fd, n, i;

	fd = open("/dev/swap", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	n = tokenize(buf, f, nelem(f));
	for(i = 1; i < n; i++)
		if(strcmp(f[i], "user") == 0 && strchr(f[i-1], '/'))
			return (*all = atoi(strchr(f[i-1], '/')+1)) - atoi(f[i-1]);
	sysfatal("/dev/swap has no such line");
	return -1;
}

/* Take all but some pages, say so, and stay.  The last 1/32 is not for programs. */
static void
hold(int fd, int leave)
{
	char *p;
	long n, all;

	p = sbrk(1500*MB);
	while((n = freepages(&all)-leave) > 0)
		for(n = n/2+1; n > 0; n--, p += 4096)
			*p = 1;
	write(fd, "x", 1);
	sleep(100000);
}

static void
report(char *who)
{
	Waitmsg *w;

	w = wait();
	if(strstr(w->msg, "virtual memory allocation failed") || strstr(w->msg, "Insufficient physical memory"))
		print("%s: killed for want of memory\n", who);
	else
		print("%s: '%s'\n", who, w->msg);
	free(w);
}

/* It is the big one that has to go, though it asks for nothing any more. */
static void
squeeze(void)
{
	char c;
	int p[2], i;
	long all;

	freepages(&all);
	pipe(p);
	if(fork() == 0){
		close(2);
		hold(p[1], all/16);
	}
	close(p[1]);
	if(read(p[0], &c, 1) != 1)
		print("the big one did not get that far\n");
	for(i = 0; i < 3; i++){
		if(fork() == 0){
			memset(sbrk(all/8*4096), 1, all/8*4096);
			_exits(nil);
		}
		if(i == 0)
			report("the big one");
		report("a small one");
	}
}

static void
two(int n)
{
	int i;

	for(i = 0; i < n; i++)
		if(fork() == 0){
			close(2);
			eat();
		}
	for(i = 0; i < n; i++)
		report("eater");
}

void
main(int argc, char **argv)
{
	if(argc < 2 || (argc < 3 && strcmp(argv[1], "touch") == 0))
		exits("usage");
	if(strcmp(argv[1], "grow") == 0)
		grow();
	if(strcmp(argv[1], "eat") == 0)
		eat();
	if(strcmp(argv[1], "squeeze") == 0)
		squeeze();
	if(strcmp(argv[1], "touch") == 0)
		memset(sbrk(atoi(argv[2])*4096), 1, atoi(argv[2])*4096);
	if(strcmp(argv[1], "two") == 0)
		two(2);
	exits(nil);
}
