/* SPDX-License-Identifier: MIT */
/* ip/ping - ask a host to answer, and measure how long that takes */
#include "u.h"
#include "libc.h"

enum
{
	Iphdr	= 20,
	Hdr	= Iphdr+8,		/* IP and ICMP headers */
	Minsize	= Hdr+8,
	Maxsize	= 65535,
	Echo	= 8,
	Reply	= 0,
};

static int nmsg = 32, size = 64, interval = 1000, patience = 5000, quiet, lostonly;
static int sent, received, dups;
static vlong sum, min, max;

static void
usage(void)
{
	fprint(2, "usage: ip/ping [-alq] [-i ms] [-n count] [-s size] [-w ms] [-x net] host\n");
	exits("usage");
}

static int
onalarm(void *u, char *s)
{
	USED(u);
	return strcmp(s, "alarm") == 0;
}

static void
put64(uchar *p, vlong v)
{
	int i;

	for(i = 0; i < 8; i++)
		p[i] = v >> (56-8*i);
}

static vlong
get64(uchar *p)
{
	vlong v;
	int i;

	v = 0;
	for(i = 0; i < 8; i++)
		v = v<<8 | p[i];
	return v;
}

static void
send(int fd, int seq)
{
	static uchar buf[Maxsize];
	int i;

	memset(buf, 0, Hdr);
	buf[Iphdr] = Echo;
	buf[Iphdr+6] = seq>>8;
	buf[Iphdr+7] = seq;
	for(i = Hdr+8; i < size; i++)
		buf[i] = i;
	put64(buf+Hdr, nsec());
	if(write(fd, buf, size) != size)
		sysfatal("write: %r");
	sent++;
}

/* A reply to that, or an older one; 1: the one waited for. */
static int
got(uchar *buf, int n, int seq)
{
	vlong t;
	int s;

	if(n < Minsize || buf[Iphdr] != Reply)
		return 0;
	t = (nsec() - get64(buf+Hdr))/1000;
	s = buf[Iphdr+6]<<8 | buf[Iphdr+7];
	if(s != (seq & 0xFFFF)){
		dups++;
		return 0;
	}
	received++;
	sum += t;
	if(t < min || received == 1)
		min = t;
	if(t > max)
		max = t;
	if(!quiet && !lostonly)
		print("%d: rtt %lld µs, avg rtt %lld µs, ttl = %d\n", seq, t, sum/received, buf[8]);
	return 1;
}

static void
round1(int fd, int seq)
{
	static uchar buf[Maxsize];
	vlong end;
	long left;
	int n;

	send(fd, seq);
	end = nsec() + patience*1000000LL;
	while((left = (end-nsec())/1000000) > 0){
		alarm(left);
		n = read(fd, buf, sizeof buf);
		alarm(0);
		if(n > 0 && got(buf, n, seq))
			return;
		if(n <= 0)
			break;
	}
	if(!quiet)
		print("lost %d\n", seq);
}

void
main(int argc, char **argv)
{
	char *net, *addr;
	int fd, i;

	net = "/net";
	ARGBEGIN{
	case 'a':
	case 'q':
		quiet = 1;
		break;
	case 'l':
		lostonly = 1;
		break;
	case 'i':
		interval = atoi(EARGF(usage()));
		break;
	case 'n':
		nmsg = atoi(EARGF(usage()));
		break;
	case 's':
		size = atoi(EARGF(usage()));
		break;
	case 'w':
		patience = atoi(EARGF(usage()));
		break;
	case 'x':
		net = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc != 1 || nmsg < 1 || interval < 0 || patience < 1)
		usage();
	if(size < Minsize || size > Maxsize)
		sysfatal("size must be from %d to %d", Minsize, Maxsize);
	addr = smprint("%s/icmp!%s!1", net, argv[0]);
	atnotify(onalarm, 1);
	fd = dial(addr, nil, nil, nil);
	if(fd < 0)
		sysfatal("dial %s: %r", addr);
	if(!quiet)
		print("sending %d %d byte messages %d ms apart to %s\n\n", nmsg, size, interval, addr);
	for(i = 0; i < nmsg; i++){
		round1(fd, i);
		if(i < nmsg-1)
			sleep(interval);
	}
	print("%d sent, %d received, %d late or twice: rtt min/avg/max %lld/%lld/%lld µs\n",
		sent, received, dups, min, received > 0? sum/received: 0, max);
	exits(received == sent? nil: "lost messages");
}
