/*
 * #I without TCP: files, addresses, routes, UDP with and without headers,
 * fragments, ICMP, loopback and pkt interfaces.
 */
#include "u.h"
#include "libc.h"
#include "iptest.h"

static void
files(void)
{
	char buf[512];
	Call c;
	Dir *d;

	d = dirstat("#I/tcp");
	check(d != nil && (d->mode & DMDIR), "tcp is a directory");
	free(d);
	d = dirstat("#I/udp/clone");
	check(d != nil && (d->mode & 0777) == 0666, "clone is for all");
	free(d);
	fails("no such protocol", open("#I/xtp/clone", ORDWR), "'#I/xtp' file does not exist");
	fails("no such conversation", open("#I/tcp/99/ctl", ORDWR), "'#I/tcp/99' does not exist");
	fails("no such stack", open("#I77/tcp", OREAD), "bad attach specifier");
	works("clone", newcall(&c, "udp"));
	samestr("local of nothing", linefile(buf, sizeof buf, "%s/local", c.dir), "::!0");
	samestr("status", linefile(buf, sizeof buf, "%s/status", c.dir), "Open qin 0 qout 0");
	fails("word", ctl(&c, "frobnicate"), "unknown control request");
	fails("bad address", ctl(&c, "connect 1.2.3.400!7"), "bad ip address syntax");
	fails("no port", ctl(&c, "connect 1.2.3.4"), "malformed address");
	fails("nowhere", ctl(&c, "connect 1.2.3.4!7"), "no route");
	endcall(&c);
	fails("closed", open("#I/udp/0/data", ORDWR), "'#I/udp/0/data' i/o on hungup channel");
	same("ndb", open("#I/ndb", ORDWR) >= 0, 1);
}

static void
addresses(Call *lo)
{
	char buf[512];
	int fd;

	fails("bind again", ctl(lo, "bind loopback /dev/null"), "interface already bound");
	works("second address", ctl(lo, "add 10.9.8.7 255.255.255.0"));
	fails("bad mask", ctl(lo, "add 10.9.8.9 255.0.255.0"), "bad ip address syntax");
	works("prefix", ctl(lo, "add 10.1.1.1 /30"));
	works("remove", ctl(lo, "remove 10.1.1.1 /30"));
	fails("remove again", ctl(lo, "remove 10.1.1.1 /30"), "address not on this interface");
	linefile(buf, sizeof buf, "#I/ipifc/%d/status", lo->n);
	check(strncmp(buf, "device /dev/null maxtu 65535 ", 29) == 0, "status of interface");
	fd = open("#I/iproute", ORDWR);
	works("add route", write(fd, "add 0.0.0.0 0.0.0.0 10.9.8.1", 28));
	same("routes", read(fd, buf, sizeof buf-1) > 0, 1);
	fails("bad route", write(fd, "add 0.0.0.0 0.0.0.0", 19), "wrong #args in control message");
	works("remove route", write(fd, "remove 0.0.0.0 0.0.0.0", 22));
	fails("no route", write(fd, "remove 0.0.0.0 0.0.0.0", 22), "no such route");
	close(fd);
	linefile(buf, sizeof buf, "#I/iproute");
	check(strstr(buf, "10.9.8.0") != nil && strstr(buf, "/120") != nil && strstr(buf, " 4i ") != nil,
		"iproute");
}

static void
udp(void)
{
	char buf[256], *big;
	Call a, b, c, d;
	int i;

	works("announce", announced(&a, "udp", "*!7001"));
	fails("announce again", announced(&b, "udp", "7001"), "address in use");
	endcall(&b);
	works("connect", callto(&b, "udp", "127.1!7001"));
	samestr("remote", linefile(buf, sizeof buf, "%s/remote", b.dir), "127.0.0.1!7001");
	samestr("announced", linefile(buf, sizeof buf, "%s/local", a.dir), "::!7001");
	same("write", write(b.data, "hello", 5), 5);
	works("listen", take(&a, &c));
	same("read", read(c.data, buf, sizeof buf), 5);
	write(c.data, "one", 3);
	write(c.data, "", 0);
	write(c.data, "three", 5);
	same("answer", readsoon(b.data, buf, sizeof buf, 10000), 3);
	same("empty", readsoon(b.data, buf, sizeof buf, 10000), 0);
	same("cut", readsoon(b.data, buf, 3, 10000), 3);
	write(b.data, "x", 1);
	same("rest is gone", readsoon(c.data, buf, sizeof buf, 10000), 1);

	works("another caller", callto(&d, "udp", "10.9.8.7!7001!r"));
	write(d.data, "d", 1);
	endcall(&c);
	works("listen", take(&a, &c));
	same("its message", read(c.data, buf, sizeof buf), 1);
	big = malloc(60000);
	for(i = 0; i < 60000; i++)
		big[i] = i*7>>3;
	same("big", write(d.data, big, 60000), 60000);
	memset(big, 0, 60000);
	same("big arrives", readsoon(c.data, big, 60000, 10000), 60000);
	for(i = 0; i < 60000 && big[i] == (char)(i*7>>3); i++)
		;
	same("all of it", i, 60000);
	fails("too big", write(d.data, big, 65508), "read or write too large");
	free(big);
	endcall(&a);
	endcall(&b);
	endcall(&c);
	endcall(&d);
	works("to nobody", callto(&b, "udp", "127.0.0.1!7002"));
	write(b.data, "x", 1);
	fails("refused", readsoon(b.data, buf, 10, 10000), "connection refused");
	samestr("err", linefile(buf, sizeof buf, "%s/err", b.dir), "connection refused");
	endcall(&b);
}

static void
headers(void)
{
	uchar m[128], r[128];
	Call a, b;

	works("announce", announced(&a, "udp", "7003"));
	works("headers", ctl(&a, "headers"));
	opendata(&a);
	works("announce 2", announced(&b, "udp", "10.9.8.7!7004"));
	works("headers 2", ctl(&b, "headers"));
	opendata(&b);
	memset(m, 0, sizeof m);
	m[10] = m[11] = 0xFF;
	m[12] = 10;
	m[13] = 9;
	m[14] = 8;
	m[15] = 7;
	m[48] = 7003>>8;
	m[49] = 7003&0xFF;
	memmove(m+52, "text", 4);
	same("write", write(b.data, m, 56), 56);
	same("read", readsoon(a.data, r, sizeof r, 10000), 56);
	same("from", memcmp(r, m, 16), 0);
	same("from port", r[48]<<8 | r[49], 7004);
	same("to port", r[50]<<8 | r[51], 7003);
	same("data", memcmp(r+52, "text", 4), 0);
	same("reply", write(a.data, r, 56), 56);
	same("arrives", readsoon(b.data, r, sizeof r, 10000), 56);
	same("port", r[48]<<8 | r[49], 7003);
	fails("short", write(b.data, m, 51), "read or write too small");
	endcall(&a);
	endcall(&b);
}

/* Loopback with a small mtu, losing nothing but swapping and doubling. */
static void
fragments(Call *lo)
{
	static char m[30000], r[30000];
	Call a, b, c;
	int i, j, bad;

	works("mtu", ctl(lo, "mtu 576"));
	works("faults", ctl(lo, "faults 0 100 300 7"));
	works("announce", announced(&a, "udp", "7005"));
	works("connect", callto(&b, "udp", "127.0.0.1!7005"));
	write(b.data, "x", 1);
	write(b.data, "x", 1);		/* lets a packet that was held back go */
	works("listen", take(&a, &c));
	works("no faults", ctl(lo, "faults 0 0 0"));
	while(readsoon(c.data, r, sizeof r, 50) > 0)
		;
	works("faults", ctl(lo, "faults 0 100 300 7"));
	bad = 0;
	for(i = 0; i < 20; i++){
		for(j = 0; j < (int)sizeof m; j++)
			m[j] = i*31+j*j;
		write(b.data, m, sizeof m - i);
		ctl(lo, "faults 0 0 0");
		write(b.data, "x", 1);
		for(j = 0; j < 3; j++)
			if(readsoon(c.data, r, sizeof r, 3000) == (int)sizeof m-i)
				break;
		if(j == 3 || memcmp(r, m, sizeof m-i) != 0)
			bad++;
		while(readsoon(c.data, r, sizeof r, 20) > 0)
			;
		ctl(lo, "faults 0 100 300 %d", i);
	}
	same("datagrams lost", bad, 0);
	works("no faults", ctl(lo, "faults 0 0 0"));
	works("mtu back", ctl(lo, "mtu 65535"));
	endcall(&a);
	endcall(&b);
	endcall(&c);
}

static void
icmp(void)
{
	uchar m[64], r[128];
	Call c;

	works("icmp", callto(&c, "icmp", "127.0.0.1!1"));
	memset(m, 0, sizeof m);
	m[20] = 8;
	m[26] = 1;
	memmove(m+28, "payload", 7);
	same("echo", write(c.data, m, sizeof m), sizeof m);
	same("reply", readsoon(c.data, r, sizeof r, 10000), sizeof m);
	same("type", r[20], 0);
	same("sequence", r[26], 1);
	same("data", memcmp(r+28, m+28, sizeof m-28), 0);
	fails("short", write(c.data, m, 20), "read or write too small");
	fails("nothing more", readsoon(c.data, r, sizeof r, 50), "interrupted");
	endcall(&c);
}

static ushort
sum(uchar *p, int n)
{
	ulong s;

	for(s = 0; n > 1; n -= 2, p += 2)
		s += p[0]<<8 | p[1];
	if(n)
		s += p[0]<<8;
	s = (s>>16) + (s&0xFFFF);
	s += s>>16;
	return ~s;
}

/* A stack of its own whose wire is in our hands. */
static void
pkt(void)
{
	uchar m[2048], r[2048];
	Call p, c, a;
	int i, n;

	stack = "#I3";
	works("pkt", interface(&p, "bind pkt", "192.168.1.1 255.255.255.0"));
	opendata(&p);
	memset(m, 0, sizeof m);
	memmove(m, "\x45\0\0\x20\0\1\0\0\x40\x01\0\0\xc0\xa8\1\2\xc0\xa8\1\1\x08", 21);
	n = sum(m, 20);
	m[10] = n>>8;
	m[11] = n;
	n = sum(m+20, 12);
	m[22] = n>>8;
	m[23] = n;
	same("echo in", write(p.data, m, 32), 32);
	same("reply out", readsoon(p.data, r, sizeof r, 10000), 32);
	same("swapped", r[15] == 1 && r[19] == 2, 1);
	m[10]++;
	write(p.data, m, 32);
	fails("bad checksum", readsoon(p.data, r, sizeof r, 50), "interrupted");
	for(i = 0; i < 20; i++)
		write(p.data, m, i);
	works("out", callto(&c, "udp", "192.168.1.9!9"));
	write(c.data, "abc", 3);
	same("udp out", readsoon(p.data, r, sizeof r, 10000), 31);
	same("udp", memcmp(r+28, "abc", 3), 0);
	works("far", ctl(&p, "mtu 1500"));
	same("long", write(c.data, m, sizeof m), sizeof m);
	same("first piece", readsoon(p.data, r, sizeof r, 10000), 1500);
	same("second", readsoon(p.data, r, sizeof r, 10000), 20+8+2048-1480);
	fails("no route", callto(&a, "udp", "8.8.8.8!9"), "no route");
	works("unbind", ctl(&p, "unbind"));
	fails("unbound", ctl(&p, "mtu 1500"), "interface not yet bound");
	same("end", readsoon(p.data, r, sizeof r, 100), 0);
	endcall(&c);
	endcall(&p);
	for(i = 0; i < 100; i++){
		if(interface(&p, "bind pkt", "192.168.1.1 255.255.255.0") < 0)
			break;
		endcall(&p);
	}
	same("bind and close", i, 100);
	stack = "#I";
}

void
main(void)
{
	Call lo;

	files();
	works("loopback", loopback(&lo));
	addresses(&lo);
	udp();
	headers();
	icmp();
	fragments(&lo);
	pkt();
	unused1();
	finish();
}
