/*
 * A 9P server whose replies are spoiled at random: other tags, types, sizes
 * and counts, bytes changed, cut off, doubled, or nothing but noise.  The
 * client does everything one can do to files.  It may get any error, and be
 * killed by its alarm when an answer never comes; the kernel must go on, and
 * have its memory back.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "test.h"

enum
{
	Patience	= 60,			/* ms for a client */
	Rounds		= 25,
};

static ulong seed;

static uint
rnd(uint n)
{
	seed = seed*1103515245 + 12345;
	return (seed>>16 & 0x7FFF) % n;
}

#include "badserver.h"

static void
server(int fd)
{
	static uchar buf[40000], out[40000];
	Fcall t, r;
	int n;
	uint m;

	while((n = read9pmsg(fd, buf, sizeof buf)) > 0){
		memset(&t, 0, sizeof t);
		memset(&r, 0, sizeof r);
		if(convM2S(buf, n, &t) != (uint)n)
			exits("bad request");
		fill(&t, &r);
		if(rnd(12) == 0)
			r.type = Rerror;
		m = convS2M(&r, out, sizeof out/2);
		if(t.type == Tversion? rnd(10) == 0: rnd(5) == 0)
			m = spoil(out, m);
		if(m > 0)
			write(fd, out, m);
		if(rnd(60) == 0)
			exits("enough");
	}
	exits(nil);
}

static void
client(int fd)
{
	static uchar buf[10000];
	Dir *d, nd;
	int f;

	alarm(Patience);
	rfork(RFNAMEG);
	if(mount(fd, -1, "/mnt", MREPL|MCREATE, "") < 0)
		exits(nil);
	stat("/mnt/a", buf, sizeof buf);
	f = open("/mnt/a/b", ORDWR);
	read(f, buf, sizeof buf);
	write(f, buf, sizeof buf);
	fstat(f, buf, sizeof buf);
	close(f);
	f = open("/mnt", OREAD);
	if(dirreadall(f, &d) > 0)
		free(d);
	close(f);
	f = create("/mnt/c", OWRITE|ORCLOSE, 0666);
	write(f, buf, 10);
	nulldir(&nd);
	nd.name = "other";
	dirwstat("/mnt/d", &nd);
	remove("/mnt/e");
	chdir("/mnt/x/y/z/../..");
	execl("/mnt/prog", "prog", nil);
	exits(nil);
}

static void
once(void)
{
	int p[2], i;

	rnd(1);		/* what the children draw is lost on us */
	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	if(fork() == 0){
		close(p[1]);
		alarm(4*Patience);
		server(p[0]);
	}
	if(fork() == 0){
		close(p[0]);
		client(p[1]);
	}
	close(p[0]);
	close(p[1]);
	for(i = 0; i < 2; i++)
		if(waitpid() < 0)
			fail("wait", "%r");
}

void
main(int argc, char *argv[])
{
	int i;

	seed = argc > 1? strtoul(argv[1], nil, 0): 1;
	for(i = 0; i < Rounds; i++)
		once();
	ok("mntfuzz");
	finish();
}
