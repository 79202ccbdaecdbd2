/*
 * TCP over the loopback of #I: calls, refusals, streams both ways, half
 * close, reset, a lossy wire, many conversations at a time, and that
 * nothing is left of them.
 */
#include "u.h"
#include "libc.h"
#include "iptest.h"

enum
{
	Chunk	= 8192,
	Bulk	= 4*1024*1024,
	Lossy	= 1024*1024,
	Many	= 200,
};

/* The stream both ends know: byte i of it. */
static uchar
byteat(ulong i)
{
	return i*2654435761UL >> 23;
}

static void
sendstream(int fd, ulong n)
{
	static uchar buf[Chunk];
	ulong i, k, m;

	for(i = 0; i < n; i += m){
		m = n-i < Chunk? n-i: Chunk;
		for(k = 0; k < m; k++)
			buf[k] = byteat(i+k);
		if(write(fd, buf, m) != (long)m)
			sysfatal("write at %lud: %r", i);
	}
}

/* Bytes that were as they should be, up to the first wrong one or the end. */
static ulong
recvstream(int fd)
{
	static uchar buf[Chunk];
	ulong i;
	long m, k;

	for(i = 0; (m = read(fd, buf, sizeof buf)) > 0; i += m)
		for(k = 0; k < m; k++)
			if(buf[k] != byteat(i+k))
				return i+k;
	if(m < 0)
		print("# read at %lud: %r\n", i);
	return i;
}

/* A child that takes one call and echoes it, or sends n bytes and leaves. */
static void
serve(Call *l, ulong n)
{
	static char buf[Chunk];
	Call c;
	long m;

	if(rfork(RFPROC|RFFDG|RFREND|RFNOWAIT) != 0)
		return;
	if(take(l, &c) < 0)
		sysfatal("listen: %r");
	if(n > 0)
		sendstream(c.data, n);
	else
		while((m = read(c.data, buf, sizeof buf)) > 0)
			if(write(c.data, buf, m) != m)
				break;
	exits(nil);
}

static void
simple(void)
{
	char buf[256];
	Call l, a, b, c;

	fails("refused", callto(&a, "tcp", "127.0.0.1!81"), "connection refused");
	works("announce", announced(&l, "tcp", "*!80"));
	fails("announce again", announced(&b, "tcp", "80"), "address in use");
	endcall(&b);
	samestr("listening", strcpy(buf, "Listen"), "Listen");
	linefile(buf, sizeof buf, "%s/status", l.dir);
	same("status", strncmp(buf, "Listen qin 0 qout 0 ", 20), 0);
	works("connect", callto(&a, "tcp", "127.0.0.1!80"));
	works("listen", take(&l, &b));
	linefile(buf, sizeof buf, "%s/status", b.dir);
	same("status", strncmp(buf, "Established ", 12), 0);
	samestr("local", linefile(buf, sizeof buf, "%s/local", b.dir), "127.0.0.1!80");
	samestr("remote", linefile(buf, sizeof buf, "%s/remote", a.dir), "127.0.0.1!80");
	same("write", write(a.data, "hello", 5), 5);
	same("read", readsoon(b.data, buf, sizeof buf, 10000), 5);
	write(b.data, "a", 1);
	write(b.data, "b", 1);
	sleep(1);
	same("stream", readsoon(a.data, buf, sizeof buf, 10000), 2);
	fails("nothing", readsoon(a.data, buf, sizeof buf, 30), "interrupted");
	fails("connect twice", ctl(&a, "connect 127.0.0.1!80"), "connection in use");
	works("keepalive", ctl(&a, "keepalive 10000"));
	endcall(&a);
	same("end", readsoon(b.data, buf, sizeof buf, 10000), 0);
	same("end again", readsoon(b.data, buf, sizeof buf, 10000), 0);
	endcall(&b);

	works("own port", newcall(&a, "tcp"));
	works("connect from", ctl(&a, "connect 127.0.0.1!80 5555"));
	works("listen", take(&l, &b));
	samestr("local port", linefile(buf, sizeof buf, "%s/remote", b.dir), "127.0.0.1!5555");
	works("own port", newcall(&c, "tcp"));
	fails("same ends", ctl(&c, "connect 127.0.0.1!80 5555"), "address in use");
	endcall(&c);
	works("hangup", ctl(&a, "hangup"));
	fails("reset", readsoon(b.data, buf, sizeof buf, 10000), "connection reset");
	fails("write after reset", write(b.data, "x", 1), "connection reset");
	endcall(&a);
	endcall(&b);

	works("connect", callto(&a, "tcp", "127.0.0.1!80"));
	works("listen", take(&l, &b));
	write(a.data, "unread", 6);
	sleep(1);
	endcall(&b);
	fails("closed with data unread", readsoon(a.data, buf, sizeof buf, 10000), "connection reset");
	endcall(&a);

	works("connect", callto(&a, "tcp", "127.0.0.1!80"));
	endcall(&l);
	fails("listener gone", readsoon(a.data, buf, sizeof buf, 10000), "connection reset");
	endcall(&a);
	fails("refused again", callto(&a, "tcp", "127.0.0.1!80"), "connection refused");
	fails("not connected", newcall(&a, "tcp") < 0 || opendata(&a) < 0? 0: (int)read(a.data, buf, 1),
		"not connected");
	endcall(&a);
}

/* The number behind NAME: in stats. */
static long
counter(char *name)
{
	char buf[1024], *s;
	int fd, n;

	fd = open("#I/tcp/stats", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0? n: 0] = 0;
	s = strstr(buf, name);
	return s == nil? -1: atol(s+strlen(name)+2);
}

static void
halfclose(void)
{
	char buf[64];
	Call l, a, b;

	works("announce", announced(&l, "tcp", "127.0.0.1!82"));
	works("connect", callto(&a, "tcp", "127.0.0.1!82"));
	works("listen", take(&l, &b));
	write(a.data, "question", 8);
	works("half close", ctl(&a, "halfclose"));
	fails("no more writing", write(a.data, "x", 1), "i/o on hungup channel");
	same("question", readsoon(b.data, buf, sizeof buf, 10000), 8);
	same("its end", readsoon(b.data, buf, sizeof buf, 10000), 0);
	same("answer", write(b.data, "answer", 6), 6);
	same("arrives", readsoon(a.data, buf, sizeof buf, 10000), 6);
	endcall(&b);
	same("end", readsoon(a.data, buf, sizeof buf, 10000), 0);
	endcall(&a);

	works("connect", callto(&a, "tcp", "127.0.0.1!82"));
	works("listen", take(&l, &b));
	write(a.data, "last words", 10);
	if(rfork(RFPROC|RFFDG|RFNOWAIT) == 0){
		sleep(30);
		ctl(&a, "close");	/* wakes the reader: Go's net relies on it */
		exits(nil);
	}
	same("close ends a read", readsoon(a.data, buf, sizeof buf, 10000), 0);
	same("and says so", readsoon(b.data, buf, sizeof buf, 10000), 10);
	write(b.data, "nobody listens", 14);
	same("end", readsoon(b.data, buf, sizeof buf, 10000), 0);
	same("nothing comes", readsoon(a.data, buf, sizeof buf, 100), 0);
	endcall(&a);
	endcall(&b);
	endcall(&l);
}

/* On a good wire nothing is sent twice - unless the host stops us for 200 ms. */
static void
halfcloses(void)
{
	long n, before;
	int i;

	n = 0;
	for(i = 0; i < 4; i++){
		before = counter("RetransSegs");
		halfclose();
		n = counter("RetransSegs") - before;
		if(n == 0)
			break;
	}
	same("nothing was sent twice", n, 0);
}

static void
streams(char *name, ulong n)
{
	Call l, a;
	vlong t;

	works("announce", announced(&l, "tcp", "83"));
	serve(&l, n);
	t = nsec();
	works(name, callto(&a, "tcp", "127.0.0.1!83"));
	same("bytes", recvstream(a.data), n);
	t = nsec()-t;
	print("# %s: %lud bytes in %lld us\n", name, n, t/1000);
	endcall(&a);

	serve(&l, 0);
	works("echo", callto(&a, "tcp", "127.0.0.1!83"));
	if(rfork(RFPROC|RFFDG|RFNOWAIT) == 0){
		sendstream(a.data, n/4);
		ctl(&a, "halfclose");
		exits(nil);
	}
	same("echoed", recvstream(a.data), n/4);
	endcall(&a);
	endcall(&l);
}

static void
lossy(Call *lo)
{
	works("faults", ctl(lo, "faults 20 20 50 4711"));
	works("mtu", ctl(lo, "mtu 1500"));
	streams("lossy", Lossy);
	works("worse", ctl(lo, "faults 100 50 100 3"));
	streams("very lossy", Lossy/16);
	works("no faults", ctl(lo, "faults 0 0 0"));
	works("mtu", ctl(lo, "mtu 65535"));
}

static void
many(void)
{
	static Call a[Many], b[Many];
	char buf[16];
	Call l;
	int i, good;

	works("announce", announced(&l, "tcp", "84"));
	for(good = i = 0; i < Many; i++)
		if(works("call", callto(&a[i], "tcp", "127.0.0.1!84")) == 0 && take(&l, &b[i]) >= 0)
			good++;
	same("conversations", good, Many);
	for(i = 0; i < Many; i++)
		write(a[i].data, &i, sizeof i);
	for(good = i = 0; i < Many; i++)
		if(readsoon(b[i].data, buf, sizeof buf, 10000) == sizeof i && *(int*)buf == i)
			good++;
	same("messages", good, Many);
	for(i = 0; i < Many; i++){
		endcall(&a[i]);
		endcall(&b[i]);
	}
	for(good = i = 0; i < 2000; i++){
		if(callto(&a[0], "tcp", "127.0.0.1!84") < 0 || take(&l, &b[0]) < 0)
			break;
		if(i%3 == 0)
			ctl(&a[0], "hangup");
		endcall(&b[0]);
		endcall(&a[0]);
	}
	same("one after the other", i, 2000);
	endcall(&l);
	for(i = 0; i < 100 && counter("CurrEstab") > 0; i++)
		sleep(50);
	same("none is left", counter("CurrEstab"), 0);
}

/* More calls than a listener keeps: the rest must wait, and then come through. */
static void
backlog(void)
{
	static Call a[100];
	Call l, b;
	int i, n;

	works("announce", announced(&l, "tcp", "85"));
	for(n = 0; n < 100; n++){
		newcall(&a[n], "tcp");
		atnotify(wakeme, 1);
		alarm(1500);
		i = ctl(&a[n], "connect 127.0.0.1!85");
		alarm(0);
		if(i < 0)
			break;
	}
	check(n >= 64 && n < 100, "backlog is limited");
	works("one is taken", take(&l, &b));
	endcall(&b);
	endcall(&l);
	for(i = 0; i <= n && i < 100; i++)
		endcall(&a[i]);
}

void
main(void)
{
	Call lo;

	works("loopback", loopback(&lo));
	simple();
	halfcloses();
	streams("stream", Bulk);
	lossy(&lo);
	many();
	backlog();
	unused1();
	finish();
}
