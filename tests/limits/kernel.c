/*
 * The kernel's own memory: a program may make it hold pipes full of data,
 * environment variables, mounts, segments.  It must refuse in time.
 *
 *	kernel pipes|env|binds|segs|dirs
 */
#include <u.h>
#include <libc.h>

static char buf[32*1024], err[ERRMAX];

static void
refused(char *what, int n, int max)
{
	char *p;

	err[0] = 0;
	errstr(err, sizeof err);
	p = strstr(err, "' ");
	print("%s: %s%s\n", what, n == max ? "all of them" : n > 50 ? "many: " : "few: ", p ? p+2 : err);
}

/* Full pipes, by several processes, as each may have 5000 descriptors. */
static void
pipes(void)
{
	char *p;
	int i, n, fd[2];
	Waitmsg *w;

	for(i = 0; i < 4; i++){
		if(fork() != 0)
			continue;
		for(n = 0; n < 2400; n++)
			if(pipe(fd) < 0 || write(fd[1], buf, 30000) != 30000)
				break;
		errstr(err, sizeof err);
		sleep(300);
		_exits(n == 2400 ? "all" : err);
	}
	/* let them end before we need memory ourselves */
	sleep(1500);
	for(i = 0; i < 4; i++){
		w = wait();
		p = strstr(w->msg, ": ");
		/* the pipe itself, its data, a page of the program: texts for the same want */
		if(strstr(w->msg, "kernel allocate failed") || strstr(w->msg, "no free memory")
		|| strstr(w->msg, "virtual memory allocation failed"))
			print("pipes: no memory\n");
		else
			print("pipes: %s\n", p ? p+2 : "no error");
	}
}

static void
env(void)
{
	char name[32];
	int i, fd, n;

	rfork(RFENVG);
	for(i = 0; i < 100000; i++){
		snprint(name, sizeof name, "/env/limit%d", i);
		fd = create(name, OWRITE, 0666);
		if(fd < 0)
			break;
		n = write(fd, buf, 16000);
		close(fd);
		if(n != 16000)
			break;
	}
	refused("env", i, 100000);
	rfork(RFCENVG);
}

static void
binds(void)
{
	int i;

	rfork(RFNAMEG);
	for(i = 0; i < 20000; i++)
		if(bind("/lib", "/n", MAFTER) < 0)
			break;
	refused("binds", i, 20000);
}

static void
segs(void)
{
	int i;

	for(i = 0; i < 100; i++)
		if(segattach(0, "shared", (void*)(0x20000000+i*0x100000), 0x100000) == (void*)-1)
			break;
	refused("segments", i, 100);
}

/* Empty files take the kernel's memory, not the file system's. */
static void
dirs(void)
{
	char name[300];
	int i, fd, base;

	fd = create("/tmp/dirs", OREAD, DMDIR|0777);
	close(fd);
	chdir("/tmp/dirs");
	memset(name, 'x', sizeof name);
	base = 240;
	for(i = 0; i < 400000; i++){
		snprint(name+base, sizeof name-base, "%d", i);
		fd = create(name, OREAD, 0600);
		if(fd < 0)
			break;
		close(fd);
	}
	refused("empty files", i, 400000);
	while(--i >= 0){
		snprint(name+base, sizeof name-base, "%d", i);
		remove(name);
	}
}

void
main(int argc, char **argv)
{
	if(argc < 2)
		exits("usage");
	switch(argv[1][0]){
	case 'p': pipes(); break;
	case 'e': env(); break;
	case 'b': binds(); break;
	case 's': segs(); break;
	case 'd': dirs(); break;
	}
	if(fork() == 0)
		execl("/bin/echo", "echo", "nine lives", nil);
	waitpid();
	exits(nil);
}
