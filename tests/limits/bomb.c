/*
 * A fork bomb: every process makes more of them, in all the ways there are,
 * for as long as it lives.  Meanwhile another program must be able to read
 * and write files, and in the end one note clears everything away.
 */
#include <u.h>
#include <libc.h>

static void
explode(void)
{
	for(;;){
		switch(rfork(RFPROC|RFNOWAIT)){
		case -1:
			sleep(1);
			break;
		case 0:
			break;
		}
	}
}

/* Some work, while they do that. */
static int
work(void)
{
	char buf[100];
	int i, fd, n, good;

	good = 0;
	for(i = 0; i < 20; i++){
		fd = create("/tmp/bombwork", OWRITE, 0600);
		if(fd >= 0){
			fprint(fd, "line %d\n", i);
			close(fd);
		}
		fd = open("/tmp/bombwork", OREAD);
		n = fd < 0 ? -1 : read(fd, buf, sizeof buf);
		close(fd);
		if(n == snprint(buf+50, 50, "line %d\n", i) && memcmp(buf, buf+50, n) == 0)
			good++;
		sleep(10);
	}
	return good;
}

static int
processes(void)
{
	Dir *d;
	int fd, n;

	fd = open("/proc", OREAD);
	n = dirreadall(fd, &d);
	close(fd);
	free(d);
	return n;
}

void
main(void)
{
	vlong t;
	int pid, most, good, before, i;

	before = processes();
	t = nsec();
	pid = rfork(RFPROC|RFNOTEG|RFNOWAIT);
	if(pid == 0){
		close(2);
		explode();
	}
	sleep(300);
	most = processes();
	good = work();
	for(i = 0; i < 200; i++){
		postnote(PNGROUP, pid, "kill");
		sleep(10);
		if(processes() <= before)
			break;
	}
	t = (nsec()-t)/1000000;
	print("%s\n", most > 100 ? "hundreds of processes" : "hardly a bomb");
	print("%d pieces of work done\n", good);
	print("%s\n", processes() <= before ? "all gone" : "some are left");
	if(t > 15000)
		print("it took %lld ms\n", t);
	pid = fork();
	if(pid == 0)
		_exits(nil);
	print("%s\n", pid > 0 && waitpid() == pid ? "and fork works" : "no fork");
	exits(nil);
}
