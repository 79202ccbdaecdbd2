/*
 * The kernel's own memory: a program may make it hold pipes full of data,
 * environment variables, mounts, segments.  It must refuse in time.
 *
 *	kernel pipes|env|binds|segs|dirs|names|mounts|full
 */
#include <u.h>
#include <libc.h>

static char buf[32*1024], err[ERRMAX];
static char said[256];			/* printed when there is memory again: even a pipe needs some */

static void
refused(char *what, int n, int max)
{
	char *p;

	err[0] = 0;
	errstr(err, sizeof err);
	p = strstr(err, "' ");
	snprint(said, sizeof said, "%s: %s%s\n", what, n == max ? "all of them" : n > 50 ? "many: " : "few: ", p ? p+2 : err);
}

/* Full pipes, by several processes, as each may have 5000 descriptors. */
static void
pipes(void)
{
	char *p;
	int i, n, fd[2], go[2];
	Waitmsg *w;

	pipe(go);
	for(i = 0; i < 4; i++){
		if(fork() != 0)
			continue;
		/* when all have been forked, and not before */
		read(go[0], buf, 1);
		for(n = 0; n < 2400; n++)
			if(pipe(fd) < 0 || write(fd[1], buf, 30000) != 30000)
				break;
		errstr(err, sizeof err);
		sleep(300);
		_exits(n == 2400 ? "all" : err);
	}
	write(go[1], "four", 4);
	/* let them end before we need memory ourselves */
	sleep(1500);
	for(i = 0; i < 4; i++){
		w = wait();
		if(w == nil){
			print("pipes: %r\n");
			continue;
		}
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
		if(segattach(0, "shared", (void*)(0x500000+i*0x100000), 0x100000) == (void*)-1)
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

/* Names in #s, each with a channel behind it. */
static void
names(void)
{
	char name[32];
	int i, fd;

	for(i = 0; i < 5000; i++){
		snprint(name, sizeof name, "#s/%.20d", i);
		fd = create(name, OWRITE, 0600);
		if(fd < 0)
			break;
		fprint(fd, "0");
		close(fd);
	}
	refused("names in #s", i, 5000);
	while(--i >= 0){
		snprint(name, sizeof name, "#s/%.20d", i);
		remove(name);
	}
}

static void
startramfs(void)
{
	if(fork() == 0){
		execl("/bin/ramfs", "ramfs", "-S", "limit", nil);
		_exits("exec");
	}
	waitpid();
}

/* One server, mounted again and again. */
static void
mounts(void)
{
	int i;

	startramfs();
	rfork(RFNAMEG);
	for(i = 0; i < 3000; i++)
		if(mount(open("/srv/limit", ORDWR), -1, "/n", MAFTER, "") < 0)
			break;
	refused("mounts", i, 3000);
	unmount(nil, "/n");
	remove("/srv/limit");
}

/* A server whose memory grows until it is the one that has to go. */
static void
full(void)
{
	int i, fd;

	startramfs();
	rfork(RFNAMEG);
	mount(open("/srv/limit", ORDWR), -1, "/n", MREPL|MCREATE, "");
	fd = create("/n/file", OWRITE, 0666);
	for(i = 0; i < 10000; i++)
		if(write(fd, buf, sizeof buf) != sizeof buf)
			break;
	err[0] = 0;
	errstr(err, sizeof err);
	/* it dies before the request, or before the reply; or the request has no room */
	snprint(said, sizeof said, "a full server: %s\n", i < 50? "at once": strcmp(err, "mount rpc error") == 0
		|| strcmp(err, "i/o on hungup channel") == 0 || strcmp(err, "kernel allocate failed") == 0? "refused": err);
	unmount(nil, "/n");
	remove("/srv/limit");
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
	case 'n': names(); break;
	case 'm': mounts(); break;
	case 'f': full(); break;
	}
	print("%s", said);
	if(fork() == 0)
		execl("/bin/echo", "echo", "nine lives", nil);
	waitpid();
	exits(nil);
}
