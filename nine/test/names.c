/*
 * Names: walking, "..", devices by letter, error texts, mounts and unions.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

static void
put(char *file, char *text)
{
	int fd;

	fd = create(file, OWRITE, 0666);
	if(fd < 0 || write(fd, text, strlen(text)) != (long)strlen(text))
		fail(file, "cannot make it: %r");
	close(fd);
}

static char*
get(char *file)
{
	static char buf[256];
	int fd, n;

	fd = open(file, OREAD);
	if(fd < 0){
		rerrstr(buf, sizeof buf);
		return buf;
	}
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n < 0? 0: n] = 0;
	return buf;
}

static void
mkdir(char *d)
{
	int fd;

	fd = create(d, OREAD, DMDIR|0775);
	if(fd < 0)
		fail(d, "mkdir: %r");
	close(fd);
}

static char*
wd(void)
{
	static char buf[256];

	return getwd(buf, sizeof buf);
}

static void
texts(void)
{
	fails("nonexistent", open("/nonexist", OREAD), "'/nonexist' file does not exist");
	fails("deeper", open("/tmp/nosuch", OREAD), "'/tmp/nosuch' does not exist");
	fails("much deeper", open("/tmp/nosuch/b/c", OREAD), "'/tmp/nosuch' does not exist");
	fails("empty", open("", OREAD), "empty file name");
	fails("mode", open("/tmp", 5), "bad arg in system call");
	fails("bad device", open("#\xc3\xbf", OREAD), "unknown device in # filename");
	same("root device", open("#/", OREAD) >= 0, 1);
	same("in root device", open("#//bin", OREAD) >= 0, 1);
	fails("mount driver", open("#M", OREAD), "mount/attach disallowed");
	fails("control char", open("/tmp/a\001b", OREAD), "bad character in file name");
	fails("chdir to file", chdir("/dev/null"), "'/dev/null' not a directory");
	fails("through file", open("/dev/null/x", OREAD), "'/dev/null' not a directory");
	fails("file with slash", open("/dev/null/", OREAD), "'/dev/null' not a directory");
	fails("create in dev", create("/dev/newfile", OWRITE, 0666), "'/dev/newfile' mounted directory forbids creation");
	fails("write pid", open("/dev/pid", OWRITE), "'/dev/pid' permission denied");
	fails("bind file on dir", bind("/dev/null", "/tmp", MREPL), "inconsistent mount");
	fails("bind flags", bind("/tmp", "/mnt", 3), "bad arg in system call");
	fails("not mounted", unmount(nil, "/tmp"), "not mounted");
	fails("close", close(77), "fd out of range or not open");
}

static void
dots(void)
{
	mkdir("/tmp/n");
	mkdir("/tmp/n/a");
	mkdir("/tmp/n/a/b");
	put("/tmp/n/f", "top");
	works("chdir", chdir("/tmp/n/a/b"));
	samestr("wd", wd(), "/tmp/n/a/b");
	samestr("dotdot", get("../../f"), "top");
	samestr("dot", get("./.././../f"), "top");
	samestr("down and up", get("/tmp/n/a/../a/b/../../f"), "top");
	works("chdir ..", chdir(".."));
	samestr("wd ..", wd(), "/tmp/n/a");
	works("chdir /..", chdir("/../../tmp"));
	samestr("above root", wd(), "/tmp");
	chdir("/");
}

static void
mounts(void)
{
	mkdir("/tmp/n/m");
	mkdir("/tmp/n/under");
	put("/tmp/n/under/g", "under");
	works("bind", bind("/tmp/n/under", "/tmp/n/m", MREPL));
	samestr("through bind", get("/tmp/n/m/g"), "under");
	samestr("out of mount", get("/tmp/n/m/../f"), "top");
	works("chdir m", chdir("/tmp/n/m"));
	samestr("wd in mount", wd(), "/tmp/n/m");
	works("chdir out", chdir(".."));
	samestr("wd out of mount", wd(), "/tmp/n");
	chdir("/");
	fails("remove mount point", remove("/tmp/n/m"), "is a mount point");
	fails("create in bound", create("/tmp/n/m/x", OWRITE, 0666), "'/tmp/n/m/x' mounted directory forbids creation");
	fails("unmount wrong", unmount("/tmp/n/a", "/tmp/n/m"), "not in union");
	works("unmount", unmount(nil, "/tmp/n/m"));
	fails("gone", open("/tmp/n/m/g", OREAD), "'/tmp/n/m/g' does not exist");
	put("/tmp/n/file1", "one");
	put("/tmp/n/file2", "two");
	works("bind file", bind("/tmp/n/file2", "/tmp/n/file1", MREPL));
	samestr("bound file", get("/tmp/n/file1"), "two");
	works("unmount file", unmount("/tmp/n/file2", "/tmp/n/file1"));
	samestr("unbound file", get("/tmp/n/file1"), "one");
	fails("bind file before", bind("/tmp/n/file2", "/tmp/n/file1", MBEFORE), "inconsistent mount");
}

static int
count(char *dir, char *name)
{
	Dir *d;
	int fd, n, i, k;

	fd = open(dir, OREAD);
	k = 0;
	while((n = dirread(fd, &d)) > 0){
		for(i = 0; i < n; i++)
			if(strcmp(d[i].name, name) == 0)
				k++;
		free(d);
	}
	if(n < 0)
		fail(dir, "dirread: %r");
	close(fd);
	return k;
}

static void
unions(void)
{
	mkdir("/tmp/n/u");
	mkdir("/tmp/n/v");
	put("/tmp/n/u/both", "u");
	put("/tmp/n/v/both", "v");
	put("/tmp/n/v/only", "v only");
	works("bind after", bind("/tmp/n/v", "/tmp/n/u", MAFTER|MCREATE));
	samestr("first wins", get("/tmp/n/u/both"), "u");
	samestr("second found", get("/tmp/n/u/only"), "v only");
	same("listed twice", count("/tmp/n/u", "both"), 2);
	same("listed once", count("/tmp/n/u", "only"), 1);
	put("/tmp/n/u/new", "made");
	samestr("created in the creating one", get("/tmp/n/v/new"), "made");
	works("bind before", bind("/tmp/n/a", "/tmp/n/u", MBEFORE));
	same("third member", count("/tmp/n/u", "b"), 1);
	works("bind union", bind("/tmp/n/u", "/mnt", MREPL));
	samestr("copied union", get("/mnt/only"), "v only");
	same("copied union lists", count("/mnt", "both"), 2);
	unmount(nil, "/mnt");
	works("unmount one", unmount("/tmp/n/a", "/tmp/n/u"));
	same("third gone", count("/tmp/n/u", "b"), 0);
	works("unmount all", unmount(nil, "/tmp/n/u"));
	same("alone", count("/tmp/n/u", "both"), 1);
}

static void
listing(void)
{
	Dir *d;

	same("dev in /", count("/", "dev"), 1);
	same("null in /dev", count("/dev", "null"), 1);
	d = dirstat("/proc");
	if(d == nil)
		fail("stat /proc", "%r");
	else{
		samestr("name of a mount", d->name, "proc");
		same("type of a mount", d->type, 'p');
		free(d);
	}
	d = dirstat("/tmp/n/f");
	if(d == nil)
		fail("stat f", "%r");
	else{
		samestr("name", d->name, "f");
		same("length", d->length, 3);
		same("mode", d->mode, 0664);
		free(d);
	}
}

static void
offsets(void)
{
	char buf[512];
	int fd;

	fd = open("/", OREAD);
	same("read dir", read(fd, buf, sizeof buf) > 0, 1);
	fails("pread dir", pread(fd, buf, sizeof buf, 7), "seek in directory");
	fails("seek dir", seek(fd, 7, 0) < 0? -1: 0, "file is a directory");
	works("rewind", seek(fd, 0, 0) < 0? -1: 0);
	same("read again", read(fd, buf, sizeof buf) > 0, 1);
	fails("small", pread(fd, buf, 10, 0), "i/o count too small");
	close(fd);
}

static void
nsfile(void)
{
	char name[64], *s;
	int fd, n;
	static char buf[8192];

	snprint(name, sizeof name, "/proc/%d/ns", getpid());
	fd = open(name, OREAD);
	for(n = 0; n < (int)sizeof buf-1; n += fd){
		int k = read(fd, buf+n, sizeof buf-1-n);
		if(k <= 0)
			break;
		n += k-fd;
	}
	close(fd);
	s = strstr(buf, "bind  #c /dev\n");
	same("ns bind", s != nil, 1);
	same("ns cd", strstr(buf, "cd /\n") != nil, 1);
}

/* How the next child ends, in quotes. */
static char*
ending(void)
{
	static char rec[256];
	char *w;
	int n;

	n = await(rec, sizeof rec-1);
	rec[n < 0? 0: n] = 0;
	w = strchr(rec, '\'');
	return w == nil? rec: w;
}

/* Changes in a copied name space stay there. */
static void
groups(void)
{
	if(rfork(RFPROC|RFFDG|RFNAMEG) == 0){
		bind("/tmp/n/v", "/mnt", MREPL);
		exits(access("/mnt/only", AEXIST) < 0? "not there": nil);
	}
	samestr("child saw its bind", ending(), "''");
	same("parent does not", access("/mnt/only", AEXIST), -1);
	if(rfork(RFPROC|RFFDG|RFCNAMEG) == 0)
		exits(access("/tmp", AEXIST) < 0? nil: "there");
	samestr("clean name space is empty", ending(), "''");
	if(rfork(RFPROC|RFFDG|RFNAMEG|RFNOMNT) == 0){
		if(open("#s", OREAD) >= 0 || open("#R", OREAD) >= 0)
			exits("not forbidden");
		exits(open("#c/pid", OREAD) < 0? "pid": nil);
	}
	samestr("no mount group", ending(), "''");
}

/* Each path holds on to the mount points before it; closing the last lets go of all. */
static void
deep(void)
{
	int i;

	mkdir("/tmp/n/deep");
	if(rfork(RFPROC|RFFDG|RFNAMEG) == 0){
		chdir("/tmp/n/deep");
		for(i = 0; i < 300; i++){
			close(create("x", OREAD, DMDIR|0775));
			if(bind("x", "x", MREPL|MCREATE) < 0 || chdir("x") < 0)
				exits("bind");
		}
		for(i = 0; i < 300; i++)
			if(chdir("..") < 0)
				exits("chdir ..");
		exits(strcmp(wd(), "/tmp/n/deep") == 0? nil: wd());
	}
	samestr("300 mounts deep and back", ending(), "''");
	if(rfork(RFPROC|RFFDG|RFNAMEG) == 0){
		chdir("/tmp/n/deep");
		for(i = 0; i < 300; i++)
			if(bind("x", "x", MREPL|MCREATE) < 0 || chdir("x") < 0)
				exits("bind");
		exits(nil);
	}
	samestr("300 mounts let go", ending(), "''");
}

void
main(void)
{
	texts();
	dots();
	mounts();
	unions();
	listing();
	offsets();
	nsfile();
	groups();
	deep();
	finish();
}
