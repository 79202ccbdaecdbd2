/*
 * Files behind a mount: what create, write, rename, remove and the rest must
 * do.  Run in a directory of ramfs, or of anything else that keeps files,
 * given as the argument.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Big	= 10*1024*1024,
	Chunk	= 40000,		/* longer than a message carries */
	Many	= 1000,
	Clients	= 20,
};

static char buf[Chunk];

static int
put(char *name, ulong perm, char *s)
{
	int fd;

	fd = create(name, OWRITE, perm);
	if(fd < 0)
		return -1;
	if(write(fd, s, strlen(s)) != (long)strlen(s)){
		close(fd);
		return -1;
	}
	return close(fd);
}

static char*
get(char *name)
{
	int fd, n;

	fd = open(name, OREAD);
	if(fd < 0)
		return "cannot open";
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n < 0? 0: n] = 0;
	return buf;
}

static void
contents(void)
{
	int fd;

	works("create", put("a", 0666, "hello"));
	samestr("read", get("a"), "hello");
	works("create again truncates", put("a", 0666, "hi"));
	samestr("truncated", get("a"), "hi");
	fd = create("a", OWRITE|OEXCL, 0666);
	fails("exclusive create", fd, "'a' file already exists");
	fd = open("a", ORDWR);
	same("write far out", pwrite(fd, "x", 1, 10000), 1);
	same("hole", pread(fd, buf, 10, 5000), 10);
	same("reads as zeros", buf[0]|buf[9], 0);
	same("length", seek(fd, 0, 2), 10001);
	close(fd);
	fd = open("a", OWRITE|OTRUNC);
	close(fd);
	samestr("open with truncate", get("a"), "");
	works("append-only", put("log", DMAPPEND|0666, "one "));
	fd = open("log", OWRITE);
	same("at the end, whatever the offset", pwrite(fd, "two", 3, 0), 3);
	close(fd);
	samestr("appended", get("log"), "one two");
	works("remove it", remove("log"));
	fails("no such file", open("nosuch", OREAD), "'nosuch' file does not exist");
	fails("through a file", open("a/b", OREAD), "'a' not a directory");
}

static void
exclusive(void)
{
	int fd;

	fd = works("lock file", create("lock", ORDWR, DMEXCL|0666));
	fails("opened once", open("lock", OREAD), "'lock' device or object already in use");
	close(fd);
	fd = works("free again", open("lock", OREAD));
	close(fd);
	fd = works("remove on close", create("temp", ORDWR|ORCLOSE, 0666));
	same("is there", access("temp", AEXIST), 0);
	close(fd);
	same("is gone", access("temp", AEXIST), -1);
	fd = create("open", ORDWR, 0666);
	write(fd, "still", 5);
	works("remove an open one", remove("open"));
	same("its data stay", pread(fd, buf, 5, 0), 5);
	close(fd);
}

static void
names(void)
{
	Dir d, *e;
	int fd;

	fd = works("mkdir", create("dir", OREAD, DMDIR|0775));
	close(fd);
	works("in it", put("dir/x", 0664, "x"));
	fails("not empty", remove("dir"), "directory not empty");
	nulldir(&d);
	d.name = "renamed";
	works("rename", dirwstat("dir/x", &d));
	samestr("new name", get("dir/renamed"), "x");
	same("old name", access("dir/x", AEXIST), -1);
	put("dir/y", 0664, "y");
	fails("rename onto another", dirwstat("dir/y", &d), "file already exists");
	nulldir(&d);
	d.mode = 0400;
	works("chmod", dirwstat("dir/y", &d));
	fails("then no writing", open("dir/y", OWRITE), "'dir/y' permission denied");
	e = dirstat("dir/y");
	same("mode", e == nil? 0: e->mode, 0400);
	same("type", e == nil? 0: e->type, 'M');
	free(e);
	nulldir(&d);
	d.length = 0;
	works("truncate by wstat", dirwstat("dir/renamed", &d));
	samestr("empty", get("dir/renamed"), "");
	works("remove", remove("dir/renamed"));
	works("remove the other", remove("dir/y"));
	works("remove dir", remove("dir"));
	fails("write a directory", open(".", OWRITE), "file is a directory");
}

static void
big(void)
{
	long i, n, k;
	int fd, bad;

	fd = create("big", ORDWR, 0666);
	for(i = 0; i < Big; i += n){
		n = Big-i < Chunk? Big-i: Chunk;
		for(k = 0; k < n; k++)
			buf[k] = (i+k)*7 + ((i+k)>>13);
		if(write(fd, buf, n) != n){
			fail("10 MB", "at %ld: %r", i);
			break;
		}
	}
	seek(fd, 0, 0);
	bad = 0;
	for(i = 0; (n = read(fd, buf, 33333)) > 0; i += n)
		for(k = 0; k < n; k++)
			bad += buf[k] != (char)((i+k)*7 + ((i+k)>>13));
	same("10 MB read", i, Big);
	same("and right", bad, 0);
	close(fd);
	works("remove it", remove("big"));
}

static int
byname(const void *a, const void *b)
{
	return strcmp(((Dir*)a)->name, ((Dir*)b)->name);
}

static void
many(void)
{
	char name[32];
	Dir *d;
	int fd, i, bad;
	long n;

	fd = create("many", OREAD, DMDIR|0775);
	close(fd);
	for(i = 0; i < Many; i++){
		sprint(name, "many/file%.4d", i);
		fd = create(name, OWRITE, 0666);
		if(fd < 0)
			fail(name, "%r");
		close(fd);
	}
	fd = open("many", OREAD);
	n = dirreadall(fd, &d);
	same("1000 entries", n, Many);
	close(fd);
	bad = 0;
	if(n == Many){
		qsort(d, n, sizeof d[0], byname);
		for(i = 0; i < n; i++){
			sprint(name, "file%.4d", i);
			bad += strcmp(d[i].name, name) != 0;
		}
	}
	same("each once", bad, 0);
	/* removing while reading skips nothing */
	fd = open("many", OREAD);
	while((n = dirread(fd, &d)) > 0){
		for(i = 0; i < n; i++){
			sprint(name, "many/%s", d[i].name);
			bad += remove(name) < 0;
		}
		free(d);
	}
	close(fd);
	same("all removed", bad, 0);
	works("and the directory", remove("many"));
}

static void
client(int id)
{
	char name[32], want[64], have[64];
	int i, fd;
	long n;

	sprint(name, "client%d", id);
	for(i = 0; i < 30; i++){
		n = sprint(want, "%d says %d", id, i);
		fd = create(name, ORDWR, 0666);
		if(fd < 0 || write(fd, want, n) != n)
			exits("write");
		if(pread(fd, have, sizeof have, 0) != n || memcmp(have, want, n) != 0)
			exits("read");
		close(fd);
		if(remove(name) < 0)
			exits("remove");
	}
	exits(nil);
}

static void
clients(void)
{
	Waitmsg *w;
	int i, bad;

	for(i = 0; i < Clients; i++)
		if(fork() == 0)
			client(i);
	bad = 0;
	for(i = 0; i < Clients; i++){
		w = wait();
		if(w == nil || w->msg[0] != 0)
			bad++;
		free(w);
	}
	same("20 clients", bad, 0);
}

void
main(int argc, char *argv[])
{
	if(argc != 2 || chdir(argv[1]) < 0)
		sysfatal("usage: mntfs directory: %r");
	contents();
	exclusive();
	names();
	big();
	many();
	clients();
	finish();
}
