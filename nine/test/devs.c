/*
 * The small devices: what #c, #d, #e, #p and #s say and accept.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

static char buf[16*1024];

static char*
get(char *file)
{
	int fd, n, k;

	fd = open(file, OREAD);
	if(fd < 0){
		rerrstr(buf, sizeof buf);
		return buf;
	}
	for(n = 0; n < (int)sizeof buf-1; n += k)
		if((k = read(fd, buf+n, sizeof buf-1-n)) <= 0)
			break;
	close(fd);
	buf[n] = 0;
	return buf;
}

static int
put(char *file, char *text)
{
	int fd, n;

	fd = open(file, OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n;
}

static int
nfields(char *s)
{
	int n;

	n = 0;
	for(;;){
		while(*s == ' ' || *s == '\n')
			s++;
		if(*s == 0)
			return n;
		n++;
		while(*s != 0 && *s != ' ' && *s != '\n')
			s++;
	}
}

static void
numbers(void)
{
	same("pid size", strlen(get("/dev/pid")), 12);
	same("pid", atoi(get("/dev/pid")), getpid());
	same("ppid", atoi(get("/dev/ppid")) > 0, 1);
	same("pgrpid", atoi(get("/dev/pgrpid")) > 0, 1);
	same("time size", strlen(get("/dev/time")), 12+3*22);
	same("time fields", nfields(get("/dev/time")), 4);
	same("time is now", atoi(get("/dev/time")) > 1700000000, 1);
	same("cputime size", strlen(get("/dev/cputime")), 6*12);
	same("sysstat size", strlen(get("/dev/sysstat")), 10*12+1);
	same("sysstat fields", nfields(get("/dev/sysstat")), 10);
	samestr("osversion", get("/dev/osversion"), "2000");
	same("swap", strstr(get("/dev/swap"), " memory\n4096 pagesize\n") != nil, 1);
	same("winsize", nfields(get("/dev/winsize")), 2);
	same("drivers", strstr(get("/dev/drivers"), "#c cons\n") != nil, 1);
}

static void
bintime(void)
{
	uchar b[24];
	vlong ns;
	int fd, i;

	fd = open("/dev/bintime", OREAD);
	same("bintime 24", read(fd, b, 24), 24);
	ns = 0;
	for(i = 0; i < 8; i++)
		ns = ns<<8 | b[i];
	ns = nsec()-ns;
	same("agrees with nsec", ns >= 0 && ns < 1000000000LL, 1);
	same("bintime 8", pread(fd, b, 8, 0), 8);
	close(fd);
}

static void
simple(void)
{
	char a[32], b[32];
	int fd;

	samestr("user", get("/dev/user"), getuser());
	same("null", strlen(get("/dev/null")), 0);
	same("into null", put("/dev/null", "gone"), 4);
	fd = open("/dev/zero", OREAD);
	memset(a, 1, sizeof a);
	same("zero", read(fd, a, sizeof a), sizeof a);
	memset(b, 0, sizeof b);
	same("is zero", memcmp(a, b, sizeof a), 0);
	close(fd);
	fd = open("/dev/random", OREAD);
	read(fd, a, sizeof a);
	same("random", read(fd, b, sizeof b), sizeof b);
	same("differs", memcmp(a, b, sizeof a) != 0, 1);
	close(fd);
	samestr("sysname", get("/dev/sysname"), sysname());
	same("set sysname", put("/dev/sysname", "test"), 4);
	samestr("changed", get("/dev/sysname"), "test");
	put("/dev/sysname", "nine");
	fails("become another", put("/dev/user", "nobody"), "permission denied");
	fails("reboot word", put("/dev/reboot", "nonsense"), "bad process or channel control request");
	fails("write time", put("/dev/time", "yesterday"), "bad arg in system call");
	fd = open("/dev/kprint", OREAD);
	works("kprint", fd);
	fails("kprint twice", open("/dev/kprint", OREAD), "'/dev/kprint' device or object already in use");
	close(fd);
	same("kmesg", strstr(get("/dev/kmesg"), "nine") != nil, 1);
}

static void
environment(void)
{
	static char big[17000];
	int fd;
	Dir *d;

	close(create("/env/testvar", OWRITE, 0666));
	same("set", put("/env/testvar", "value"), 5);
	samestr("get", get("/env/testvar"), "value");
	fd = open("/env/testvar", ORDWR|OTRUNC);
	works("truncate", fd);
	samestr("empty", get("/env/testvar"), "");
	same("list", write(fd, "a\0b\0", 4), 4);
	d = dirfstat(fd);
	same("length", d->length, 4);
	same("mode", d->mode, 0666);
	free(d);
	fails("too big", pwrite(fd, big, sizeof big, 0), "read or write too large");
	close(fd);
	if(rfork(RFPROC|RFFDG|RFENVG) == 0){
		put("/env/testvar", "child");
		remove("/env/testvar");
		exits(nil);
	}
	free(wait());
	same("not the child's", strlen(get("/env/testvar")), 1);
	if(rfork(RFPROC|RFFDG) == 0){
		remove("/env/testvar");
		exits(nil);
	}
	free(wait());
	samestr("shared", get("/env/testvar"), "'/env/testvar' file does not exist");
	fails("remove none", remove("/env/testvar"), "'/env/testvar' file does not exist");
	fails("no directories", create("/env/dir", OREAD, DMDIR|0777), "'/env/dir' permission denied");
	fails("bad spec", open("#ex", OREAD), "bad attach specifier");
	same("configuration", open("#ec", OREAD) >= 0, 1);
}

static void
srvs(void)
{
	char num[16];
	int p[2], fd, a;

	pipe(p);
	fd = create("/srv/test", OWRITE, 0600);
	works("create srv", fd);
	fails("not yet", open("/srv/test", ORDWR), "'/srv/test' device shut down");
	snprint(num, sizeof num, "%d", p[0]);
	same("post", write(fd, num, strlen(num)), strlen(num));
	close(fd);
	a = works("open srv", open("/srv/test", ORDWR));
	write(a, "hi", 2);
	same("it is the pipe", read(p[1], num, sizeof num), 2);
	fails("post again", create("/srv/test", OWRITE, 0600), "'/srv/test' srv file already exists");
	close(a);
	close(p[0]);
	write(p[1], "ho", 2);
	a = open("/srv/test", ORDWR);
	same("kept open by its name", read(a, num, sizeof num), 2);
	close(a);
	works("remove srv", remove("/srv/test"));
	same("gone", read(p[1], num, sizeof num), 0);
	close(p[1]);
	fd = create("/srv/bad", OWRITE, 0600);
	fails("post nothing", write(fd, "99", 2), "fd out of range or not open");
	close(fd);
	remove("/srv/bad");
}

static void
dups(void)
{
	char name[32];
	int fd, fd2;

	fd = open("/dev/null", OREAD);
	snprint(name, sizeof name, "/fd/%dctl", fd);
	same("ctl", strstr(get(name), "/dev/null\n") != nil, 1);
	same("ctl fields", nfields(buf) >= 9, 1);
	snprint(name, sizeof name, "/fd/%d", fd);
	fd2 = works("open fd", open(name, OREAD));
	fails("wrong mode", open(name, OWRITE), smprint("'%s' inappropriate use of fd", name));
	close(fd2);
	close(fd);
	fails("closed", open(name, OREAD), smprint("'%s' file does not exist", name));
}

static char*
proc(int pid, char *file)
{
	static char name[64];

	snprint(name, sizeof name, "/proc/%d/%s", pid, file);
	return name;
}

static int shared = 42;

static void
memory(int pid)
{
	char name[64];
	int fd, v;

	snprint(name, sizeof name, "/proc/%d/mem", pid);
	fd = open(name, ORDWR);
	works("mem", fd);
	v = 0;
	same("read mem", pread(fd, &v, sizeof v, (ulong)&shared), sizeof v);
	same("is ours", v, 42);
	v = 43;
	same("write mem", pwrite(fd, &v, sizeof v, (ulong)&shared), sizeof v);
	same("only his", shared, 42);
	v = 0;
	pread(fd, &v, sizeof v, (ulong)&shared);
	same("written", v, 43);
	same("text", pread(fd, &v, sizeof v, (ulong)memory & ~3), sizeof v);
	same("as here", v == *(int*)((ulong)memory & ~3), 1);
	fails("no such address", pread(fd, &v, sizeof v, 0), "bad arg in system call");
	close(fd);
}

static void
procs(void)
{
	char *f[12], line[256];
	int pid, me, p[2], fd;
	Waitmsg *w;

	me = getpid();
	same("status size", strlen(get(proc(me, "status"))), 176);
	tokenize(buf, f, 12);
	samestr("name", f[0], "devs");
	samestr("state", f[2], "Pread");
	same("args", strstr(get(proc(me, "args")), "devs") != nil, 1);
	same("set args", put(proc(me, "args"), "my args") == 7, 1);
	samestr("args set", get(proc(me, "args")), "my args");
	same("segments", strstr(get(proc(me, "segment")), "Stack ") != nil, 1);
	same("fds", strstr(get(proc(me, "fd")), "/dev/cons") != nil || strstr(buf, "#c/cons") != nil, 1);
	same("noteid", atoi(get(proc(me, "noteid"))) > 0, 1);
	fails("trace is bad", open("/proc/999999/status", OREAD), "'/proc/999999' file does not exist");
	pipe(p);
	pid = fork();
	if(pid == 0){
		close(p[1]);
		read(p[0], line, 1);
		exits(shared == 43? "changed": "same");
	}
	sleep(10);
	get(proc(pid, "status"));
	tokenize(buf, f, 12);
	samestr("waiting", f[2], "Pread");
	memory(pid);
	fd = open(proc(pid, "text"), OREAD);
	same("text file", read(fd, line, 4), 4);
	same("magic", memcmp(line, "\0\0\1\xeb", 4), 0);
	close(fd);
	close(p[0]);
	close(p[1]);
	w = wait();
	same("his variable", strstr(w->msg, "changed") != nil, 1);
	free(w);
	fails("he is gone", open(proc(pid, "status"), OREAD), smprint("'/proc/%d' file does not exist", pid));
}

static void
controls(void)
{
	char *f[12];
	int pid;
	Waitmsg *w;

	pid = fork();
	if(pid == 0)
		for(;;)
			sleep(1000);
	sleep(10);
	fails("bad word", put(proc(pid, "ctl"), "fly"), "unknown control message \"fly\"");
	same("stop", put(proc(pid, "ctl"), "pri 5"), 5);
	get(proc(pid, "status"));
	tokenize(buf, f, 12);
	same("base priority", atoi(f[10]), 5);
	fails("start", put(proc(pid, "ctl"), "start"), "bad process or channel control request");
	same("kill", put(proc(pid, "ctl"), "kill"), 4);
	w = wait();
	same("killed", w != nil && w->pid == pid, 1);
	free(w);
	pid = fork();
	if(pid == 0)
		for(;;)
			;
	same("stop", put(proc(pid, "ctl"), "stop"), 4);
	get(proc(pid, "status"));
	tokenize(buf, f, 12);
	samestr("stopped", f[2], "Stopped");
	same("start", put(proc(pid, "ctl"), "start"), 5);
	same("note", put(proc(pid, "note"), "die"), 3);
	w = wait();
	same("died of it", w != nil && strstr(w->msg, "die") != nil, 1);
	free(w);
}

void
main(void)
{
	numbers();
	bintime();
	simple();
	environment();
	srvs();
	dups();
	procs();
	controls();
	finish();
}
