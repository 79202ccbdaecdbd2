/*
 * The file system and descriptors at their limits: full, deep, long, many,
 * far.  Each answer is an error, and after it all is as before.
 */
#include <u.h>
#include <libc.h>

enum
{
	Big	= 64*1024,
};

static char buf[Big], err[ERRMAX];

static char*
error(void)
{
	err[0] = 0;
	errstr(err, sizeof err);
	return err;
}

/* Write until it is full; then room must come back. */
static void
full(void)
{
	long n;
	vlong total;
	int fd, i;

	memset(buf, 'x', sizeof buf);
	for(i = 0; i < 2; i++){
		fd = create("/tmp/full", ORDWR, 0600);
		total = 0;
		while((n = write(fd, buf, Big)) > 0)
			total += n;
		print("full: %s: %s\n", n < 0 ? error() : "nothing written",
			total > 16*1024*1024 ? "after many MB" : "at once");
		n = create("/tmp/other", OWRITE, 0600);
		print("another: %s\n", n < 0 ? error() : write(n, buf, Big) < 0 ? error() : "written");
		close(n);
		remove("/tmp/other");
		if(fork() == 0)
			execl("/bin/echo", "echo", "a program runs", nil);
		waitpid();
		print("last byte: %s\n", pread(fd, buf, 1, total-1) == 1 && buf[0] == 'x' ? "there" : "gone");
		close(fd);
		remove("/tmp/full");
	}
	fd = create("/tmp/full", ORDWR, 0600);
	print("far: %s\n", pwrite(fd, "x", 1, 0x7fffffffffffffffLL) < 0 ? error() : "written");
	print("negative: %s\n", pwrite(fd, "x", 1, -2) < 0 ? error() : "written");
	print("read far: %ld\n", pread(fd, buf, 1, 0x7ffffffffffffffeLL));
	close(fd);
	remove("/tmp/full");
}

/* Directories in directories, by relative names, then by one long name. */
static void
deep(void)
{
	static char name[8000];
	int i, fd, made;

	chdir("/tmp");
	for(made = 0; made < 1000; made++){
		fd = create("deeper", OREAD, DMDIR|0777);
		if(fd < 0 || chdir("deeper") < 0)
			break;
		close(fd);
	}
	print("deep: %s\n", made == 1000 ? "a thousand" : error());
	fd = open(".", OREAD);
	print("its name: %s\n", fd2path(fd, name, sizeof name) == 0
		&& strlen(name) == 4+1000*7 ? "whole" : name);
	close(fd);
	print("open by it: %s\n", (fd = open(name, OREAD)) < 0 ? error() : "works");
	close(fd);
	for(i = made; i > 0; i--){
		chdir("..");
		if(remove("deeper") < 0)
			break;
	}
	print("up again: %s\n", i == 0 ? "all removed" : error());
	strcpy(name, "/tmp");
	for(i = 4; i < 7000; i += 2)
		strcpy(name+i, "/.");
	print("dots: %s\n", chdir(name) < 0 ? error() : "fine");
	for(i = 4; i < 7000; i += 3)
		strcpy(name+i, "/..");
	print("dot-dots: %s\n", chdir(name) < 0 ? error() : "fine");
	chdir("/tmp");
}

/* What error says of a long name, its length left out. */
static char*
tail(char *s)
{
	char *p;

	p = strrchr(s, '\'');
	return p ? p+1 : s;
}

static void
longnames(void)
{
	static char name[40000];
	int n, fd, last;

	last = 0;
	for(n = 1; n < 400; n++){
		memset(name, 'n', n);
		name[n] = 0;
		fd = create(name, ORDWR, 0600);
		if(fd < 0)
			break;
		last = n;
		close(fd);
		if(remove(name) < 0)
			break;
	}
	print("longest name: %d: %s\n", last, tail(error()));
	memset(name, '/', sizeof name-1);
	print("slashes: %s\n", chdir(name) < 0 ? tail(error()) : "fine");
	memset(name, 'n', sizeof name-1);
	print("40000: %s\n", open(name, OREAD) < 0 ? tail(error()) : "opened");
}

static void
many(void)
{
	int i, fd, n;
	char name[32];

	for(n = 0; n < 10000; n++)
		if(dup(1, -1) < 0)
			break;
	print("descriptors: %s\n", error());
	print("pipe: %s\n", pipe((int*)buf) < 0 ? error() : "made");
	if(fork() == 0)
		execl("/bin/echo", "echo", "a program with all of them open", nil);
	waitpid();
	for(i = 3; i < 5000; i++)
		close(i);
	fd = dup(1, 4999);
	print("beyond the table: %s\n", fd < 0 ? error() : "made");
	close(fd);
	for(n = 0; n < 3000; n++){
		snprint(name, sizeof name, "/tmp/many%d", n);
		fd = create(name, ORDWR, 0600);
		if(fd < 0)
			break;
		close(fd);
	}
	print("files: %s\n", n == 3000 ? "three thousand" : error());
	while(--n >= 0){
		snprint(name, sizeof name, "/tmp/many%d", n);
		remove(name);
	}
	for(n = 0; n < 1000; n++)
		if(pipe((int*)buf) < 0)
			break;
	print("pipes: %s\n", n == 1000 ? "a thousand" : error());
	for(i = 3; i < 3000; i++)
		close(i);
}

void
main(void)
{
	full();
	deep();
	longnames();
	many();
	exits(nil);
}
