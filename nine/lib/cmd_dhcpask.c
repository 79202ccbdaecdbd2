/* SPDX-License-Identifier: MIT */
/* Talking to a DHCP server, for ip/ipconfig.  Alarms must not kill the caller. */
#include "u.h"
#include "libc.h"
#include "../cmd/ip/dhcp.h"

enum
{
	Udphdr	= 52,
};

int dhcpdebug;

int
dhcpopen(char *net)
{
	char name[128], num[16];
	int c, fd, n;

	snprint(name, sizeof name, "%s/udp/clone", net);
	c = open(name, ORDWR);
	if(c < 0)
		return -1;
	n = read(c, num, sizeof num-1);
	num[n > 0? n: 0] = 0;
	if(fprint(c, "announce 68") < 0 || fprint(c, "headers") < 0){
		close(c);
		return -1;
	}
	snprint(name, sizeof name, "%s/udp/%s/data", net, num);
	fd = open(name, ORDWR);
	close(c);
	return fd;
}

static void
mapped(uchar *p, uchar *ip)
{
	memset(p, 0, 12);
	if(!iszero(ip))
		p[10] = p[11] = 0xFF;
	memmove(p+12, ip, 4);
}

static int
send(int fd, Lease *l, int kind, int renew)
{
	static uchar all[] = { 255, 255, 255, 255 };
	static uchar none[4];
	uchar buf[Udphdr+Dhcpmax];
	int n;

	memset(buf, 0, Udphdr);
	mapped(buf, renew? l->server: all);
	mapped(buf+16, renew? l->ip: none);
	buf[49] = 67;
	buf[51] = 68;
	n = dhcpmsg(buf+Udphdr, l, kind, renew);
	return write(fd, buf, Udphdr+n) == Udphdr+n? 0: -1;
}

/*
 * A message and the reply of one of two kinds; the kind, or -1.  The first try
 * waits for ms, each other one twice as long as that before it.
 */
int
dhcpexchange(int fd, Lease *l, int kind, int renew, int good, int bad, int first, int tries)
{
	uchar buf[Udphdr+Dhcpmax];
	int try, n, k, ms;
	vlong end;

	for(try = 0; try < tries; try++){
		if(send(fd, l, kind, renew) < 0)
			return -1;
		end = nsec() + (first*1000000LL<<try);
		while((ms = (end-nsec())/1000000) > 0){
			alarm(ms);
			n = read(fd, buf, sizeof buf);
			alarm(0);
			if(n <= Udphdr)
				break;
			k = dhcpparse(buf+Udphdr, n-Udphdr, l);
			if(dhcpdebug)
				fprint(2, "ipconfig: dhcp message %d\n", k);
			if(k == good || k == bad)
				return k;
		}
	}
	werrstr("no answer from a DHCP server");
	return -1;
}
