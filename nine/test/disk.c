/*
 * #S, on a disk that may be written all over (sd00, an overlay) and one that
 * may not (sd01): every size and offset against a copy in memory, several
 * processes at once with memory shared and not, partitions, raw commands.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Model	= 1024*1024,		/* of the disk is ours */
	Nproc	= 8,
	Share	= Model/Nproc,
	Rounds	= 60,
	Big	= 300*1024,
};

static uchar model[Model], buf[Model+16];
static char text[8192];

static char*
get(char *file)
{
	int fd, n;

	fd = open(file, OREAD);
	n = fd < 0? -1: read(fd, text, sizeof text-1);
	text[n < 0? 0: n] = 0;
	close(fd);
	return text;
}

static int
put(char *file, char *s)
{
	int fd, n;

	fd = open(file, OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, s, strlen(s));
	close(fd);
	return n;
}

static ulong
rnd(ulong *seed, ulong n)
{
	*seed = *seed*1664525 + 1013904223;
	return (*seed>>8)%n;
}

/* Anything anywhere; what is read is what the model has. */
static int
exercise(int fd, ulong from, ulong len, ulong seed, uchar *b)
{
	ulong at, n, i;
	int r;

	for(r = 0; r < Rounds; r++){
		at = from + rnd(&seed, len);
		n = 1 + rnd(&seed, r%4 == 0? len: 3000);
		if(n > from+len-at)
			n = from+len-at;
		if(rnd(&seed, 4) == 0){		/* whole sectors, too */
			at = (at+511)&~511UL;
			n &= ~511UL;
			if(at+n > from+len || n == 0)
				continue;
		}
		if(rnd(&seed, 2)){
			for(i = 0; i < n; i++)
				model[at+i] = b[i] = rnd(&seed, 256);
			if(pwrite(fd, b, n, at) != (long)n)
				return -1;
		}else{
			memset(b, 0xEE, n);
			if(pread(fd, b, n, at) != (long)n)
				return -1;
			if(memcmp(b, model+at, n) != 0){
				werrstr("%lud bytes at %lud differ", n, at);
				return -1;
			}
		}
	}
	return 0;
}

static void
anything(void)
{
	int fd, i;

	fd = works("open", open("#S/sd00/data", ORDWR));
	same("read all", readn(fd, model, Model), Model);
	for(i = 0; i < 4; i++)
		works("any size and place", exercise(fd, 0, Model, i, buf+i));
	works("flush", put("#S/sd00/ctl", "flush"));
	same("again", pread(fd, buf, Model, 0), Model);
	same("all of it", memcmp(buf, model, Model), 0);
	close(fd);
}

/* Each in a part of its own: with memory shared, and not. */
static void
together(int flags, char *name)
{
	int fd, i, bad;
	Waitmsg *w;

	fd = open("#S/sd00/data", ORDWR);
	bad = 0;
	for(i = 0; i < Nproc; i++)
		switch(rfork(RFPROC|flags)){
		case -1:
			fail(name, "%r");
			return;
		case 0:
			if(exercise(fd, i*Share, Share, i+77, malloc(Share+16)) < 0){
				rerrstr(text, sizeof text);
				_exits(text);
			}
			_exits(nil);
		}
	for(i = 0; i < Nproc; i++){
		w = wait();
		if(w != nil && w->msg[0] != 0){
			fail(name, "%s", w->msg);
			bad = 1;
		}
		free(w);
	}
	if(!bad)
		ok(name);
	close(fd);
}

static void
partitions(void)
{
	int fd, other;

	works("part", put("#S/sd00/ctl", "part x 4 8"));
	works("the same again", put("#S/sd00/ctl", "part x 4 8"));
	fails("another of that name", put("#S/sd00/ctl", "part x 4 9"), "bad process or channel control request");
	fails("backwards", put("#S/sd00/ctl", "part y 9 8"), "bad process or channel control request");
	fails("beyond the end", put("#S/sd00/ctl", "part y 0 99999999999"), "bad process or channel control request");
	fails("no number", put("#S/sd00/ctl", "part y zero 9"), "bad arg in system call");
	fails("no name for a file", put("#S/sd00/ctl", "part a/b 0 9"), "bad character in file name");
	fails("no word", put("#S/sd00/ctl", "eat y"), "unknown control message \"eat y\"");
	same("listed", strstr(get("#S/sd00/ctl"), "\npart x 4 8\n") != nil, 1);
	fd = works("open partition", open("#S/sd00/x", ORDWR));
	same("all of it and no more", pread(fd, buf, 4000, 0), 4*512);
	same("from the middle", pread(fd, buf, 4000, 2000), 48);
	same("at its end", pread(fd, buf, 10, 4*512), 0);
	fails("write there", pwrite(fd, buf, 10, 4*512), "i/o error");
	same("write over the end", pwrite(fd, "abcdefgh", 8, 4*512-3), 3);
	other = open("#S/sd00/data", OREAD);
	same("is where it should be", pread(other, buf, 3, 8*512-3), 3);
	same("and says so", memcmp(buf, "abc", 3), 0);
	close(other);
	works("delpart", put("#S/sd00/ctl", "delpart x"));
	fails("it was open", pread(fd, buf, 10, 0), "media or partition has changed");
	works("a new one", put("#S/sd00/ctl", "part x 0 8"));
	fails("is not the old one", pread(fd, buf, 10, 0), "media or partition has changed");
	close(fd);
	works("gone", put("#S/sd00/ctl", "delpart x"));
	fails("twice", put("#S/sd00/ctl", "delpart x"), "no such partition");
	fails("data stays", put("#S/sd00/ctl", "delpart data"), "permission denied");
}

static void
forget(void)
{
	int fd, i;

	works("zero", put("#S/sd00/ctl", "zero 10 13"));
	fd = open("#S/sd00/data", ORDWR);
	memset(buf, 1, 3*512);
	same("read zeros", pread(fd, buf, 3*512, 10*512), 3*512);
	for(i = 0; i < 3*512 && buf[i] == 0; i++)
		;
	same("all zeros", i, 3*512);
	works("discard", put("#S/sd00/ctl", "discard 0 100"));
	fails("outside", put("#S/sd00/ctl", "discard 0 99999999999"), "bad arg in system call");
	fails("backwards", put("#S/sd00/ctl", "zero 9 8"), "bad arg in system call");
	close(fd);
}

static int
raw(int fd, uchar *cmd, int n, void *a, long len, int wr, int *status)
{
	int m;

	if(write(fd, cmd, n) != n)
		return -1;
	m = wr? write(fd, a, len): read(fd, a, len);
	*status = read(fd, text, 12) > 0? atoi(text): -1;
	return m;
}

static void
rawcommands(void)
{
	static uchar inq[6] = { 0x12, 0, 0, 0, 36 }, cap[10] = { 0x25 }, test[6],
		rd[10] = { 0x28, 0, 0, 0, 0, 5, 0, 0, 2 }, wr[10] = { 0x2A, 0, 0, 0, 0, 5, 0, 0, 2 },
		far[10] = { 0x28, 0, 0xFF, 0, 0, 0, 0, 0, 2 }, odd[6] = { 0x55 }, sense[6] = { 3, 0, 0, 0, 18 };
	int fd, st;

	fd = works("open raw", open("#S/sd00/raw", ORDWR));
	fails("only one", open("#S/sd00/raw", ORDWR), "'#S/sd00/raw' device or object already in use");
	same("test unit ready", raw(fd, test, 6, buf, 0, 0, &st), 0);
	same("is", st, 0);
	same("inquiry", raw(fd, inq, 6, buf, 36, 0, &st), 36);
	same("who", memcmp(buf+8, "lguest", 6), 0);
	same("capacity", raw(fd, cap, 10, buf, 8, 0, &st), 8);
	same("sector", buf[6]<<8 | buf[7], 512);
	memset(buf, 0x5A, 1024);
	same("write", raw(fd, wr, 10, buf, 1024, 1, &st), 1024);
	same("wrote", st, 0);
	memset(buf, 0, 1024);
	same("read", raw(fd, rd, 10, buf, 1024, 0, &st), 1024);
	same("what was written", buf[0] == 0x5A && buf[1023] == 0x5A, 1);
	same("outside", raw(fd, far, 10, buf, 1024, 0, &st), 0);
	same("is an error", st, 2);
	same("sense", raw(fd, sense, 6, buf, 18, 0, &st), 18);
	same("says so", buf[2]<<8 | buf[12], 0x521);
	same("unknown", raw(fd, odd, 6, buf, 10, 0, &st), 0);
	same("is an error", st, 2);
	fails("no command", write(fd, buf, 3), "bad arg in system call");
	close(fd);
}

static void
readonly(void)
{
	int fd;

	fd = works("open the other", open("#S/sd01/data", ORDWR));
	fails("write it", write(fd, "x", 1), "disk is read-only");
	same("read it", read(fd, buf, Big), Big);
	fails("zero it", put("#S/sd01/ctl", "zero 0 1"), "disk is read-only");
	close(fd);
	same("sdctl", strstr(get("#S/sdctl"), "read-only") != nil, 1);
	fails("sd02", open("#S/sd02/data", OREAD), "'#S/sd02' file does not exist");
}

int
main(void)
{
	anything();
	together(RFMEM, "processes that share memory");
	together(0, "processes that do not");
	partitions();
	rawcommands();
	forget();
	readonly();
	finish();
	exits(nil);
}
