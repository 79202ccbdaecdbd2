/*
 * The ramdisk as a file system: contents, holes, truncation, append,
 * permissions, renaming, exclusive use, remove on close, a full disk.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	MB	= 1024*1024,
};

static char buf[64*1024];

static int
put(char *file, char *text)
{
	int fd;

	fd = create(file, ORDWR, 0666);
	if(fd < 0 || write(fd, text, strlen(text)) != (long)strlen(text))
		fail(file, "cannot make it: %r");
	return fd;
}

static char*
get(int fd, vlong off)
{
	int n;

	n = pread(fd, buf, sizeof buf-1, off);
	if(n < 0)
		rerrstr(buf, sizeof buf);
	else
		buf[n] = 0;
	return buf;
}

static vlong
length(char *file)
{
	Dir *d;
	vlong n;

	d = dirstat(file);
	if(d == nil)
		return -1;
	n = d->length;
	free(d);
	return n;
}

static int
change(char *file, Dir *d)
{
	int r;

	r = dirwstat(file, d);
	nulldir(d);
	return r;
}

static void
contents(void)
{
	int fd, fd2;

	fd = put("/tmp/f/a", "hello, world");
	samestr("read", get(fd, 0), "hello, world");
	samestr("from the middle", get(fd, 7), "world");
	samestr("past the end", get(fd, 100), "");
	fails("negative", pread(fd, buf, 1, -2), "negative i/o offset");
	same("overwrite", pwrite(fd, "HELLO", 5, 0), 5);
	samestr("overwritten", get(fd, 0), "HELLO, world");
	same("beyond", pwrite(fd, "!", 1, 9000), 1);
	same("length", length("/tmp/f/a"), 9001);
	same("hole", pread(fd, buf, 100, 5000), 100);
	same("of zeros", buf[0] | buf[50] | buf[99], 0);
	same("offset", seek(fd, 0, 1), 12);
	same("seek end", seek(fd, -1, 2), 9000);
	same("last byte", read(fd, buf, 10), 1);
	fails("seek before", seek(fd, -1, 0) < 0? -1: 0, "negative i/o offset");
	fails("seek how", seek(fd, 0, 7) < 0? -1: 0, "bad arg in system call");
	fd2 = works("truncate", open("/tmp/f/a", OWRITE|OTRUNC));
	same("empty", length("/tmp/f/a"), 0);
	fails("write only", read(fd2, buf, 1), "inappropriate use of fd");
	pwrite(fd2, "x", 1, 5000);
	same("no old bytes", pread(fd, buf, 5001, 0), 5001);
	same("zero", buf[0] | buf[4999], 0);
	close(fd);
	close(fd2);
	fd = open("/tmp/f/a", OREAD);
	fails("read only", write(fd, buf, 1), "inappropriate use of fd");
	close(fd);
	fails("write a directory", open("/tmp/f", OWRITE), "'/tmp/f' file is a directory");
}

/* A file of the archive becomes private pages where it is written. */
static void
archive(void)
{
	static char old[8192], new[8192];
	int fd, n;

	fd = open("/386/init", ORDWR);
	if(works("open program", fd) < 0)
		return;
	n = pread(fd, old, sizeof old, 0);
	same("two pages", n, sizeof old);
	pwrite(fd, "changed", 7, 4090);
	pread(fd, new, sizeof new, 0);
	same("changed", memcmp(new+4090, "changed", 7), 0);
	same("before", memcmp(new, old, 4090), 0);
	same("after", memcmp(new+4097, old+4097, sizeof old-4097), 0);
	pwrite(fd, old+4090, 7, 4090);
	close(fd);
}

static void
big(void)
{
	int fd, i, n, bad;

	fd = create("/tmp/f/big", ORDWR, 0666);
	for(i = 0; i < 10*MB/(int)sizeof buf; i++){
		memset(buf, i, sizeof buf);
		if(write(fd, buf, sizeof buf) != sizeof buf)
			break;
	}
	same("10 MB written", i, 10*MB/sizeof buf);
	seek(fd, 0, 0);
	bad = 0;
	for(i = 0; (n = read(fd, buf, sizeof buf)) == sizeof buf; i++)
		bad += (uchar)buf[0] != (uchar)i || (uchar)buf[sizeof buf-1] != (uchar)i;
	same("10 MB read", i, 10*MB/sizeof buf);
	same("as written", bad, 0);
	close(fd);
	works("remove", remove("/tmp/f/big"));
}

static void
appending(void)
{
	int a, b;

	a = create("/tmp/f/log", OWRITE, DMAPPEND|0666);
	b = open("/tmp/f/log", OWRITE);
	write(a, "one\n", 4);
	pwrite(b, "two\n", 4, 0);
	write(a, "three\n", 6);
	close(a);
	close(b);
	a = open("/tmp/f/log", OREAD|OTRUNC);
	works("open", a);
	samestr("appended", get(a, 0), "one\ntwo\nthree\n");
	close(a);
}

static void
statting(void)
{
	Dir d, *s;
	uchar small[49];
	int fd;

	put("/tmp/f/s", "0123456789");
	nulldir(&d);
	d.length = 4;
	works("shorten", change("/tmp/f/s", &d));
	same("short", length("/tmp/f/s"), 4);
	d.length = 8;
	works("lengthen", change("/tmp/f/s", &d));
	fd = open("/tmp/f/s", OREAD);
	same("long", pread(fd, buf, 100, 0), 8);
	same("zero tail", memcmp(buf, "0123\0\0\0\0", 8), 0);
	close(fd);
	d.name = "t";
	works("rename", change("/tmp/f/s", &d));
	same("old name", length("/tmp/f/s"), -1);
	same("new name", length("/tmp/f/t"), 8);
	d.name = "a";
	fails("onto another", change("/tmp/f/t", &d), "file already exists");
	d.name = "x/y";
	fails("slash in name", change("/tmp/f/t", &d), "bad character in file name");
	d.mode = 0600;
	d.mtime = 1000000;
	works("mode and time", change("/tmp/f/t", &d));
	s = dirstat("/tmp/f/t");
	same("mode", s->mode, 0600);
	same("mtime", s->mtime, 1000000);
	same("qid", s->qid.type, 0);
	free(s);
	d.mode = DMDIR|0700;
	fails("become a directory", change("/tmp/f/t", &d), "permission denied");
	d.uid = "sys";
	d.name = "";
	works("sync", change("/tmp/f/t", (nulldir(&d), &d)));
	same("small buffer", stat("/tmp/f/t", small, 10), 2);
	same("says how much", small[0]+2 > 49, 1);
	fails("no buffer", stat("/tmp/f/t", small, 1), "stat buffer too small");
	memset(small, 0, sizeof small);
	fails("garbage", wstat("/tmp/f/t", small, sizeof small), "malformed stat buffer");
}

static void
removing(void)
{
	int fd, i, n;
	char name[64];
	Dir *d;

	close(create("/tmp/f/d", OREAD, DMDIR|0775));
	fd = put("/tmp/f/d/x", "still here");
	fails("not empty", remove("/tmp/f/d"), "directory not empty");
	works("remove open file", remove("/tmp/f/d/x"));
	samestr("lives on", get(fd, 0), "still here");
	close(fd);
	works("remove dir", remove("/tmp/f/d"));
	fails("again", remove("/tmp/f/d"), "'/tmp/f/d' does not exist");
	fd = create("/tmp/f/gone", ORDWR|ORCLOSE, 0666);
	works("remove on close", fd);
	close(fd);
	same("closed", length("/tmp/f/gone"), -1);
	fails("exists", create("/tmp/f/a", OWRITE|OEXCL, 0666), "'/tmp/f/a' file already exists");
	/* removing while reading, as rm -r does */
	close(create("/tmp/f/many", OREAD, DMDIR|0775));
	for(i = 0; i < 500; i++){
		snprint(name, sizeof name, "/tmp/f/many/a file with a name %d", i);
		close(create(name, OWRITE, 0666));
	}
	fd = open("/tmp/f/many", OREAD);
	while((n = dirread(fd, &d)) > 0){
		for(i = 0; i < n; i++){
			snprint(name, sizeof name, "/tmp/f/many/%s", d[i].name);
			remove(name);
		}
		free(d);
	}
	close(fd);
	works("all removed", remove("/tmp/f/many"));
}

static void
exclusive(void)
{
	int fd;

	fd = create("/tmp/f/lock", ORDWR, DMEXCL|0666);
	works("make lock", fd);
	fails("held", open("/tmp/f/lock", OREAD), "'/tmp/f/lock' device or object already in use");
	close(fd);
	fd = open("/tmp/f/lock", OREAD);
	works("free", fd);
	close(fd);
}

/* As user none: a child, since there is no way back. */
static void
permissions(void)
{
	int fd;

	close(create("/tmp/f/secret", OWRITE, 0600));
	close(create("/tmp/f/private", OREAD, DMDIR|0700));
	close(create("/tmp/f/private/x", OWRITE, 0666));
	close(create("/tmp/f/prog", OWRITE, 0644));
	fails("not executable", open("/tmp/f/prog", OEXEC), "'/tmp/f/prog' permission denied");
	if(fork() == 0){
		fd = open("#c/user", OWRITE);
		works("become none", write(fd, "none", 4));
		fails("secret", open("/tmp/f/secret", OREAD), "'/tmp/f/secret' permission denied");
		fails("private", open("/tmp/f/private/x", OREAD), "'/tmp/f/private/x' does not exist");
		fails("create", create("/tmp/f/private/y", OWRITE, 0666), "'/tmp/f/private/y' permission denied");
		fails("back", pwrite(fd, "glenda", 6, 0), "permission denied");
		fails("remove", remove("/boot"), "permission denied");
		exits(failed? "failed": nil);
	}
	free(wait());
	close(create("/tmp/f/ro", OREAD, DMDIR|0555));
	fails("read-only directory", create("/tmp/f/ro/x", OWRITE, 0666), "'/tmp/f/ro/x' permission denied");
	close(create("/tmp/f/dir", OREAD, DMDIR|0770));
	close(create("/tmp/f/dir/x", OWRITE, 0777));
	Dir *d = dirstat("/tmp/f/dir/x");
	same("mode from the directory", d == nil? 0: d->mode, 0771);
	free(d);
}

static void
full(void)
{
	int fd, n;
	vlong total;

	fd = create("/tmp/f/full", ORDWR, 0666);
	for(total = 0; (n = write(fd, buf, sizeof buf)) == sizeof buf; total += n)
		;
	if(n >= 0)
		n = write(fd, buf, sizeof buf);
	fails("full", n, "file system full");
	same("a lot of it", total > 8*MB, 1);
	close(fd);
	works("make room", remove("/tmp/f/full"));
	fd = create("/tmp/f/after", ORDWR, 0666);
	same("room again", write(fd, buf, sizeof buf), sizeof buf);
	fails("too far", pwrite(fd, "x", 1, 1LL<<60), "file system full");
	close(fd);
}

static void
descriptors(void)
{
	int fd, i;
	char path[64];

	fd = put("/tmp/f/fd", "abc");
	same("dup to 15", dup(fd, 15), 15);
	same("shared offset", seek(15, 0, 1), 3);
	fails("dup far", dup(fd, 200), "fd out of range or not open");
	fails("dup closed", dup(33, -1), "fd out of range or not open");
	works("fd2path", fd2path(15, path, sizeof path));
	samestr("path", path, "/tmp/f/fd");
	close(15);
	for(i = 0; i < 6000; i++)
		if(dup(fd, -1) < 0)
			break;
	fails("too many", dup(fd, -1), "no free file descriptors");
	same("how many", i > 4980 && i <= 5000, 1);
	for(i = 4; i < 5000; i++)
		if(i != fd)
			close(i);
	close(fd);
}

void
main(void)
{
	close(create("/tmp/f", OREAD, DMDIR|0777));
	contents();
	archive();
	big();
	appending();
	statting();
	removing();
	exclusive();
	permissions();
	full();
	descriptors();
	finish();
}
