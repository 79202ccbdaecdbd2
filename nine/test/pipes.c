/*
 * Pipes: blocks stay whole, ends close, writers wait, and the note of a
 * write nobody will read.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Big	= 200*1000,
	Limit	= 32*1024,
};

static char note[ERRMAX];

static int
gotnote(void *u, char *s)
{
	USED(u);
	strecpy(note, note+sizeof note, s);
	return 1;
}

static void
simple(void)
{
	char buf[64];
	int p[2];

	works("pipe", pipe(p));
	same("write", write(p[0], "hello", 5), 5);
	same("read", read(p[1], buf, sizeof buf), 5);
	same("bytes", memcmp(buf, "hello", 5), 0);
	same("the other way", write(p[1], "back", 4), 4);
	same("read back", read(p[0], buf, 2), 2);
	same("rest", read(p[0], buf, sizeof buf), 2);
	write(p[0], "one", 3);
	write(p[0], "two", 3);
	same("first block", read(p[1], buf, sizeof buf), 3);
	same("second block", read(p[1], buf, sizeof buf), 3);
	write(p[0], "", 0);
	same("empty block", read(p[1], buf, sizeof buf), 0);
	fails("seek", seek(p[0], 0, 0) < 0? -1: 0, "seek on a stream");
	write(p[0], "last", 4);
	close(p[0]);
	same("after close", read(p[1], buf, sizeof buf), 4);
	same("end", read(p[1], buf, sizeof buf), 0);
	note[0] = 0;
	fails("write to nobody", write(p[1], "x", 1), "i/o on hungup channel");
	note[strlen("sys: write on closed pipe")] = 0;	/* " pc=..." follows */
	samestr("note", note, "sys: write on closed pipe");
	same("ends 1", read(p[1], buf, sizeof buf), 0);
	same("ends 2", read(p[1], buf, sizeof buf), 0);
	fails("no end of ends", read(p[1], buf, sizeof buf), "i/o on hungup channel");
	close(p[1]);
}

static void
length(void)
{
	Dir *d;
	int p[2];

	pipe(p);
	write(p[0], "12345", 5);
	d = dirfstat(p[1]);
	if(d == nil)
		fail("stat", "%r");
	else{
		same("length", d->length, 5);
		samestr("name", d->name, "data1");
		same("device", d->type, '|');
		free(d);
	}
	close(p[0]);
	close(p[1]);
}

/* A child writes more than fits: it must wait for us, and lose nothing. */
static void
big(void)
{
	static uchar buf[Big];
	int p[2], i, n, got, bad;

	pipe(p);
	if(fork() == 0){
		for(i = 0; i < Big; i++)
			buf[i] = i*7 + (i>>8);
		close(p[0]);
		n = write(p[1], buf, Big);
		exits(n == Big? nil: "short");
	}
	close(p[1]);
	for(got = 0; got < Big; got += n){
		n = read(p[0], buf+got, 3000);
		if(n <= 0)
			break;
	}
	same("all of it", got, Big);
	bad = 0;
	for(i = 0; i < got; i++)
		bad += buf[i] != (uchar)(i*7 + (i>>8));
	same("in order", bad, 0);
	close(p[0]);
	waitpid();
}

/* How much goes in without a reader, until an alarm ends the wait. */
static void
limit(void)
{
	static char buf[1024];
	int p[2], n;

	pipe(p);
	alarm(200);
	for(n = 0; n < 1000; n++)
		if(write(p[0], buf, sizeof buf) < 0)
			break;
	alarm(0);
	same("a limit", n >= Limit/1024 && n <= Limit/1024+1, 1);
	samestr("the alarm ended it", note, "alarm");
	close(p[0]);
	close(p[1]);
}

/* Writers of whole blocks do not mix them. */
static void
atomic(void)
{
	static char buf[5000];
	int p[2], i, k, n, bad, blocks;

	pipe(p);
	for(k = 0; k < 3; k++)
		if(fork() == 0){
			memset(buf, 'a'+k, sizeof buf);
			for(i = 0; i < 50; i++)
				if(write(p[1], buf, sizeof buf) != sizeof buf)
					exits("write");
			exits(nil);
		}
	close(p[1]);
	bad = blocks = 0;
	while((n = read(p[0], buf, sizeof buf)) > 0){
		blocks++;
		for(i = 0; i < n; i++)
			bad += buf[i] != buf[0];
		bad += n != sizeof buf;
	}
	same("blocks", blocks, 150);
	same("unmixed", bad, 0);
	close(p[0]);
	for(k = 0; k < 3; k++)
		waitpid();
}

static void
attached(void)
{
	char buf[16];
	int a, b;

	works("bind pipe", bind("#|", "/mnt", MREPL));
	a = works("data", open("/mnt/data", ORDWR));
	b = works("data1", open("/mnt/data1", ORDWR));
	write(a, "xyz", 3);
	same("through names", read(b, buf, sizeof buf), 3);
	close(a);
	close(b);
	a = open("/mnt/data", ORDWR);
	b = open("/mnt/data1", ORDWR);
	same("open again", write(a, "again", 5), 5);
	same("works again", read(b, buf, sizeof buf), 5);
	close(a);
	close(b);
	unmount(nil, "/mnt");
}

void
main(void)
{
	atnotify(gotnote, 1);
	simple();
	length();
	big();
	limit();
	atomic();
	attached();
	finish();
}
