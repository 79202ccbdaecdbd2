/* SPDX-License-Identifier: MIT */
/*
 * etherping: what an ethernet does to frames, without any protocol above it.
 * One machine echoes (-e) or receives a flood (-r), the other measures round
 * trips, or sends the flood (-f) and asks afterwards what has come.
 */
#include "u.h"
#include "libc.h"

enum
{
	Type	= 0x88B5,		/* for experiments */
	Eaddr	= 6,
	Hdr	= 14,
	Opoff	= Hdr,			/* op[1] zero[3] seq[8] a[8] b[8] */
	Seqoff	= Hdr+4,
	Minframe	= 60,
	Maxframe	= 65535,

	Request	= 1,
	Reply,
	Data,				/* of a flood */
	End,				/* seq frames were sent */
	Report,				/* seq came, a are missing, b came twice or late */
	Hello,
	Here,
};

static char *dev = "/net/ether0";
static int data;
static uchar me[Eaddr], peer[Eaddr];
static uchar in[Maxframe], out[Maxframe];
static int size = Minframe;

static void
put64(uchar *p, uvlong v)
{
	int i;

	for(i = 7; i >= 0; i--, v >>= 8)
		p[i] = v;
}

static uvlong
get64(uchar *p)
{
	uvlong v;
	int i;

	v = 0;
	for(i = 0; i < 8; i++)
		v = v<<8 | p[i];
	return v;
}

static void
getaddr(void)
{
	char path[128], text[2*Eaddr+1], byte[3];
	int fd, i;

	snprint(path, sizeof path, "%s/addr", dev);
	fd = open(path, OREAD);
	if(fd < 0 || readn(fd, text, 2*Eaddr) != 2*Eaddr)
		sysfatal("%s: %r", path);
	close(fd);
	byte[2] = 0;
	for(i = 0; i < Eaddr; i++){
		memmove(byte, text+2*i, 2);
		me[i] = strtoul(byte, nil, 16);
	}
}

static void
start(void)
{
	char path[128], num[16];
	int ctl, n;

	snprint(path, sizeof path, "%s/clone", dev);
	ctl = open(path, ORDWR);
	if(ctl < 0 || (n = read(ctl, num, sizeof num - 1)) <= 0)
		sysfatal("%s: %r", path);
	num[n] = 0;
	if(fprint(ctl, "connect %d", Type) < 0)
		sysfatal("connect: %r");
	snprint(path, sizeof path, "%s/%d/data", dev, atoi(num));
	data = open(path, ORDWR);
	if(data < 0)
		sysfatal("%s: %r", path);
	getaddr();
	memset(peer, 0xFF, Eaddr);
	out[12] = Type>>8;
	out[13] = Type&0xFF;
}

static void
send(int op, uvlong seq, uvlong a, uvlong b, int n)
{
	memmove(out, peer, Eaddr);
	out[Opoff] = op;
	put64(out+Seqoff, seq);
	put64(out+Seqoff+8, a);
	put64(out+Seqoff+16, b);
	if(write(data, out, n) != n)
		sysfatal("write: %r");
}

/* The next frame of somebody else; its length, -1: a note came. */
static int
receive(void)
{
	int n;

	do{
		n = read(data, in, sizeof in);
		if(n < 0)
			return -1;
	}while(n < Minframe || memcmp(in+Eaddr, me, Eaddr) == 0);
	return n;
}

static int
onnote(void *u, char *msg)
{
	USED(u);
	return strncmp(msg, "alarm", 5) == 0;
}

/* Ask until the answer comes. */
static void
ask(int op, uvlong seq, int answer)
{
	int i, n;

	for(i = 0; i < 100; i++){
		send(op, seq, 0, 0, Minframe);
		alarm(100);
		while((n = receive()) >= 0)
			if(in[Opoff] == answer){
				alarm(0);
				memmove(peer, in+Eaddr, Eaddr);
				return;
			}
	}
	sysfatal("nobody answers");
}

static void
answer(int n)
{
	memmove(peer, in+Eaddr, Eaddr);
	if(in[Opoff] == Hello)
		send(Here, 0, 0, 0, Minframe);
	else if(in[Opoff] == Request){
		memmove(out+Hdr, in+Hdr, n-Hdr);
		send(Reply, get64(in+Seqoff), 0, 0, n);
	}
}

static void
echo(void)
{
	int n;

	for(;;){
		n = receive();
		if(n < 0)
			sysfatal("read: %r");
		answer(n);
	}
}

static int
cmpulong(const void *a, const void *b)
{
	ulong x, y;

	x = *(const ulong*)a;
	y = *(const ulong*)b;
	return x < y? -1: x > y;
}

static void
ping(int count)
{
	ulong *ns;
	vlong t, sum;
	int i, n;

	ns = malloc(count*sizeof *ns);
	if(ns == nil)
		sysfatal("memory for %d round trips: %r", count);
	ask(Hello, 0, Here);
	sum = 0;
	for(i = 0; i < count; i++){
		t = nsec();
		send(Request, i, 0, 0, size);
		alarm(1000);
		while((n = receive()) >= 0 && (in[Opoff] != Reply || get64(in+Seqoff) != (uvlong)i))
			;
		t = nsec() - t;
		if(n < 0)
			sysfatal("lost: frame %d", i);
		if(n != size)
			sysfatal("frame %d came back with %d bytes", i, n);
		sum += t;
		ns[i] = t;		/* less than the alarm's second */
	}
	alarm(0);
	qsort(ns, count, sizeof *ns, cmpulong);
	print("%d round trips of %d bytes: min %lud us, median %lud us, avg %lld us, max %lud us\n",
		count, size, ns[0]/1000, ns[count/2]/1000, sum/count/1000, ns[count-1]/1000);
}

static void
report(char *what, uvlong n, uvlong sent, uvlong missing, uvlong again, vlong ns)
{
	vlong ms;

	ms = ns/1000000;
	print("%s %llud of %llud frames of %d bytes: %llud missing, %llud twice or late; %lld ms, %lld frames/s, %lld Mbit/s\n",
		what, n, sent, size, missing, again, ms,
		ms? (vlong)n*1000/ms: 0, ms? (vlong)n*size*8/1000/ms: 0);
}

static void
flood(uvlong count)
{
	uvlong i, missing;
	vlong t;

	ask(Hello, 0, Here);
	t = nsec();
	for(i = 0; i < count; i++)
		send(Data, i, 0, 0, size);
	ask(End, count, Report);
	t = nsec() - t;
	alarm(0);
	i = get64(in+Seqoff);
	missing = get64(in+Seqoff+8);
	report("sent", i, count, missing, get64(in+Seqoff+16), t);
	if(i != count || missing != 0)
		exits("lost");
}

static void
sink(void)
{
	uvlong next, n, seq, missing, again;
	vlong t;
	int len;

	next = n = missing = again = 0;
	t = 0;
	for(;;){
		len = receive();
		if(len < 0)
			sysfatal("read: %r");
		seq = get64(in+Seqoff);
		switch(in[Opoff]){
		case Data:
			if(n++ == 0){
				t = nsec();
				size = len;
			}
			if(seq < next)
				again++;
			else{
				missing += seq - next;
				next = seq+1;
			}
			break;
		case End:
			missing += seq - next;
			memmove(peer, in+Eaddr, Eaddr);
			send(Report, n, missing, again, Minframe);
			report("received", n, seq, missing, again, nsec()-t);
			exits(missing || again? "lost": nil);
		default:
			answer(len);
		}
	}
}

static void
usage(void)
{
	fprint(2, "usage: aux/etherping [-er] [-f frames] [-n count] [-s size] [device]\n");
	exits("usage");
}

void
main(int argc, char **argv)
{
	int mode, count;
	uvlong frames;

	mode = 'p';
	count = 1000;
	frames = 0;
	ARGBEGIN{
	case 'e':
	case 'r':
		mode = ARGC();
		break;
	case 'f':
		mode = 'f';
		frames = strtoull(EARGF(usage()), nil, 0);
		break;
	case 'n':
		count = atoi(EARGF(usage()));
		break;
	case 's':
		size = atoi(EARGF(usage()));
		break;
	default:
		usage();
	}ARGEND
	if(argc > 1 || size < Minframe || size > Maxframe || count < 1)
		usage();
	if(argc == 1)
		dev = argv[0];
	atnotify(onnote, 1);
	start();
	switch(mode){
	case 'e':
		echo();
		break;
	case 'r':
		sink();
		break;
	case 'f':
		flood(frames);
		break;
	default:
		ping(count);
	}
	exits(nil);
}
