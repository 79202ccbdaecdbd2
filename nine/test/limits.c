/*
 * What happens at the limits: too many processes, no memory, and programs
 * that do not want to give up the processor.  The kernel must say so in its
 * documented way and go on.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

enum
{
	MB	= 1024*1024,
};

static void
bomb(void)
{
	int n, pid, i, p[2];
	char c, err[ERRMAX];

	pipe(p);
	err[0] = 0;
	for(n = 0; n < 5000; n++){
		pid = rfork(RFPROC|RFMEM|RFFDG);
		if(pid == 0){
			close(p[1]);
			read(p[0], &c, 1);
			_exits(nil);
		}
		if(pid < 0){
			errstr(err, sizeof err);
			break;
		}
	}
	print("# %d processes, then: %s\n", n, err);
	check(n > 50 && n < 5000, "processes run out");
	check(strncmp(err, "no free processes", 17) == 0
	|| strcmp(err, "virtual memory allocation failed") == 0
	|| strcmp(err, "kernel allocate failed") == 0, "with an error");
	/* one by one: only 128 wait records are kept */
	for(i = 0; i < n; i++){
		write(p[1], "x", 1);
		if(waitpid() < 0)
			break;
	}
	check(i == n, "all of them end");
	close(p[0]);
	close(p[1]);
	pid = fork();
	if(pid == 0)
		_exits(nil);
	check(pid > 0 && waitpid() == pid, "and there is room again");
}

static void
hog(void)
{
	Waitmsg *w;
	char *p;
	int pid, i;

	for(i = 0; i < 2; i++){
		pid = fork();
		if(pid == 0){
			p = sbrk(1000*MB);
			if(p == (char*)-1)
				_exits("sbrk");
			for(; ; p += 4096)
				*p = 1;
		}
		w = wait();
		check(w && strstr(w->msg, "virtual memory allocation failed") != nil, "out of memory");
	}
	/* several at once */
	for(i = 0; i < 5; i++){
		pid = fork();
		if(pid == 0){
			p = sbrk(1000*MB);
			for(; ; p += 4096)
				*p = 1;
		}
	}
	for(i = 0; i < 5; i++){
		w = wait();
		if(w == nil || w->msg[0] == 0)
			break;
	}
	check(i == 5, "five of them");
	p = malloc(MB);
	check(p != nil, "memory is back");
	memset(p, 1, MB);
}

/* A process that never sleeps does not keep others from running. */
static void
spin(void)
{
	int pid[3], i;
	vlong t;

	for(i = 0; i < 3; i++){
		pid[i] = fork();
		if(pid[i] == 0)
			for(;;)
				;
	}
	t = nsec();
	for(i = 0; i < 5; i++)
		sleep(20);
	t = nsec()-t;
	check(t < 5000*1000000LL, "sleeping beside three that spin");
	for(i = 0; i < 3; i++)
		postnote(PNPROC, pid[i], "kill");
	for(i = 0; i < 3; i++)
		waitpid();
	check(i == 3, "spinning processes can be killed");
}

/* Kernel memory: pipes full of data nobody reads, in several processes. */
static void
pipes(void)
{
	static char buf[32*1024];
	char err[ERRMAX];
	int p[2], i, n;
	Waitmsg *w;

	for(n = 0; n < 4; n++)
		if(fork() == 0){
			for(i = 0; i < 2400; i++){
				if(pipe(p) < 0 || write(p[1], buf, sizeof buf) != sizeof buf)
					break;
			}
			err[0] = 0;
			errstr(err, sizeof err);
			sleep(50);
			_exits(err);
		}
	for(n = 0; n < 4; n++){
		w = wait();
		if(w == nil)
			break;
	}
	check(n == 4, "kernel memory in pipes");
	i = fork();
	if(i == 0)
		_exits(nil);
	check(i > 0 && waitpid() == i, "all of it is back");
}

static void
fds(void)
{
	int i, fd, last;

	last = -1;
	for(i = 0; i < 6000; i++){
		fd = open("/dev/null", OREAD);
		if(fd < 0)
			break;
		last = fd;
	}
	checkerr(fd < 0, "no free file descriptors", "descriptors run out");
	check(last > 4000 && last < 5001, "at 5000");
	for(i = 3; i <= last; i++)
		close(i);
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	spin();
	hog();
	bomb();
	pipes();
	fds();
	done();
}
