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

static void
fill(Fcall *t, Fcall *r)
{
	static uchar st[200];
	static char data[9000];
	int i;
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = "f";
	d.uid = d.gid = d.muid = "u";
	d.qid.path = rnd(5);
	d.mode = rnd(2) == 0? DMDIR|0777: 0666;
	r->type = t->type+1;
	r->tag = t->tag;
	r->msize = 8216;
	r->version = "9P2000";
	r->ename = "no";
	r->qid.path = rnd(5);
	r->qid.type = rnd(2) == 0? QTDIR: 0;
	r->iounit = rnd(3) == 0? rnd(300): 0;
	r->nwqid = t->type == Twalk? t->nwname: 0;
	for(i = 0; i < r->nwqid; i++)
		r->wqid[i] = r->qid;
	r->nstat = convD2M(&d, st, sizeof st);
	r->stat = st;
	for(i = 0; i+r->nstat < 4000; i += r->nstat)
		memmove(data+i, st, r->nstat);
	r->count = t->count < 4000? t->count: (ulong)i;
	r->data = data;
}

/* Spoil the n bytes of a good reply; how many there are then. */
static uint
spoil(uchar *p, uint n)
{
	uint i;

	switch(rnd(9)){
	case 0:
		PBIT16(p+5, rnd(70));
		break;
	case 1:
		p[4] = 100+rnd(30);
		break;
	case 2:
		PBIT32(p, rnd(4) == 0? 0xFFFFFFF0u+rnd(16): rnd(n+20));
		break;
	case 3:
		for(i = 1+rnd(4); i > 0; i--)
			p[rnd(n)] = rnd(256);
		break;
	case 4:
		n = rnd(n);
		break;
	case 5:
		if(n > 7)
			for(i = 7; i < n && i < 11; i++)
				p[i] = 0xFF;
		break;
	case 6:
		memmove(p+n, p, n);
		n *= 2;
		break;
	case 7:
		for(i = 0; i < n; i++)
			p[i] = rnd(256);
		break;
	case 8:
		if(n > 7){
			n = 7+rnd(n-7);
			PBIT32(p, n);
		}
	}
	return n;
}

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
