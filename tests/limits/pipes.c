/*
 * Pipes: much at once, much altogether, nobody at the other end.
 */
#include <u.h>
#include <libc.h>

enum
{
	MB	= 1024*1024,
	Huge	= 8*MB,
};

static uchar*
pattern(ulong n)
{
	ulong i, *p;

	p = malloc(n);
	for(i = 0; i < n/sizeof(ulong); i++)
		p[i] = i*2654435761U;
	return (uchar*)p;
}

/* One write of 8 MB; the reader takes odd pieces. */
static void
onewrite(void)
{
	uchar *out, *in;
	int p[2];
	long n, r;

	out = pattern(Huge);
	pipe(p);
	if(fork() == 0){
		close(p[0]);
		if(write(p[1], out, Huge) != Huge)
			_exits("short");
		_exits(nil);
	}
	close(p[1]);
	in = malloc(Huge+100001);
	for(n = 0; (r = read(p[0], in+n, 100001)) > 0 && n < Huge; n += r)
		;
	print("one write: %s\n", n == Huge && memcmp(in, out, Huge) == 0 ? "all of it" : "damaged");
	print("writer: '%s'\n", wait()->msg);
	close(p[0]);
	free(in);
	free(out);
}

/* Two writers: what one write says is not mixed with the other's. */
static void
atomic(void)
{
	char buf[1000];
	int p[2], i, j, n, bad, lines;

	pipe(p);
	for(i = 0; i < 4; i++)
		if(fork() == 0){
			memset(buf, 'a'+i, sizeof buf);
			for(j = 0; j < 500; j++)
				write(p[1], buf, sizeof buf);
			_exits(nil);
		}
	close(p[1]);
	bad = lines = 0;
	while((n = readn(p[0], buf, sizeof buf)) == sizeof buf){
		lines++;
		for(j = 1; j < n; j++)
			bad += buf[j] != buf[0];
	}
	print("atomic: %d writes, %d bytes astray\n", lines, bad);
	while(waitpid() > 0)
		;
	close(p[0]);
}

static void
nobody(void)
{
	char c, err[ERRMAX];
	int p[2];

	pipe(p);
	close(p[0]);
	print("read: %d\n", (int)read(p[1], &c, 1));
	if(fork() == 0){
		write(p[1], "x", 1);
		_exits("survived");
	}
	print("write: %s\n", strstr(wait()->msg, "write on closed pipe") ? "killed by the note" : "no note");
	notify(nil);
	close(p[1]);
	if(write(p[1], "x", 1) < 0){
		errstr(err, sizeof err);
		print("closed: %s\n", err);
	}
}

/* A chain of sixty processes, each passing on what it reads. */
static void
chain(void)
{
	char c;
	int first[2], p[2], in, i;
	long n, sum;

	pipe(first);
	in = first[0];
	for(i = 0; i < 60; i++){
		pipe(p);
		if(fork() == 0){
			close(first[1]);
			close(p[0]);
			while(read(in, &c, 1) == 1){
				c++;
				write(p[1], &c, 1);
			}
			_exits(nil);
		}
		close(in);
		close(p[1]);
		in = p[0];
	}
	for(i = 0; i < 100; i++){
		c = i;
		write(first[1], &c, 1);
	}
	close(first[1]);
	sum = 0;
	for(n = 0; read(in, &c, 1) == 1; n++)
		sum += c;
	close(in);
	while(waitpid() > 0)
		;
	print("chain: %ld bytes, sum %ld\n", n, sum);
}

void
main(void)
{
	onewrite();
	atomic();
	nobody();
	chain();
	exits(nil);
}
