/*
 * A name server for the test of ndb/dns: it knows a few names under .test,
 * and answers some in ways no honest server would.  Questions come over UDP,
 * and for what does not fit over TCP.
 */
#include "u.h"
#include "libc.h"

enum
{
	Max	= 4096,
	Hdr	= 12,
};

static uchar *out;
static int nanswer;
static int asked;			/* questions that came */

static void
put(int v, int bytes)
{
	while(--bytes >= 0)
		*out++ = v >> 8*bytes;
}

static void
putname(char *s)
{
	char *dot;
	int n;

	while(*s){
		dot = strchr(s, '.');
		n = dot != nil? dot-s: (int)strlen(s);
		put(n, 1);
		memmove(out, s, n);
		out += n;
		s += n;
		if(*s == '.')
			s++;
	}
	put(0, 1);
}

/* An answer about the name asked for, which is at the beginning. */
static void
rr(int type, int ttl, uchar *data, int n)
{
	put(0xC00C, 2);
	put(type, 2);
	put(1, 2);
	put(ttl, 4);
	put(n, 2);
	memmove(out, data, n);
	out += n;
	nanswer++;
}

static void
namerr(int type, int pref, char *name)
{
	uchar *len;

	put(0xC00C, 2);
	put(type, 2);
	put(1, 2);
	put(300, 4);
	len = out;
	put(0, 2);
	if(pref >= 0)
		put(pref, 2);
	putname(name);
	len[0] = (out-len-2)>>8;
	len[1] = out-len-2;
	nanswer++;
}

/* The answers; the code of the reply, or -1: none at all. */
static int
lookup(char *name, int type, int tcp, uchar *buf)
{
	int i;

	if(strcmp(name, "one.test") == 0 && type == 1){
		rr(1, 300, (uchar*)"\177\0\0\1", 4);
		rr(1, 300, (uchar*)"\12\0\0\7", 4);
	}else if(strcmp(name, "alias.test") == 0)
		namerr(5, -1, "one.test");
	else if(strcmp(name, "loop.test") == 0)
		namerr(5, -1, "loop.test");
	else if(strcmp(name, "test") == 0 && type == 15){
		namerr(15, 10, "mail.test");
		namerr(15, 20, "mail2.test");
	}else if(strcmp(name, "1.0.0.127.in-addr.arpa") == 0)
		namerr(12, -1, "one.test");
	else if(strcmp(name, "count.test") == 0){
		rr(16, 300, (uchar*)"\1x", 2);
		out[-1] = '0' + asked%10;
	}else if(strcmp(name, "big.test") == 0){
		if(!tcp){
			buf[2] |= 2;
			return 0;
		}
		for(i = 0; i < 20; i++)
			rr(1, 300, (uchar*)"\1\2\3\4", 4);
	}else if(strcmp(name, "cut.test") == 0){
		rr(1, 300, (uchar*)"\1\2\3\4", 4);
		out -= 2;
	}else if(strcmp(name, "ring.test") == 0){
		put(0xC000 | (out-buf), 2);	/* a name that is where it is */
		put(0, 10);
		nanswer++;
	}else if(strcmp(name, "fail.test") == 0)
		return 2;
	else if(strcmp(name, "empty.test") == 0)
		return 0;
	else
		return 3;
	return 0;
}

/* buf has a question; it becomes the reply: its bytes, 0: none. */
static int
reply(uchar *buf, int n, int tcp)
{
	char name[256], *s;
	uchar *p, *e;
	int k, code;

	if(n < Hdr+5)
		return 0;
	s = name;
	e = buf+n;
	for(p = buf+Hdr; p < e && (k = *p++) != 0 && p+k < e && s+k < name+200; p += k){
		if(s != name)
			*s++ = '.';
		memmove(s, p, k);
		s += k;
	}
	*s = 0;
	asked++;
	out = p+4;
	nanswer = 0;
	buf[2] = 0x80;
	buf[3] = 0;
	code = lookup(name, p[0]<<8 | p[1], tcp, buf);
	buf[3] = 0x80 | code;
	buf[6] = nanswer>>8;
	buf[7] = nanswer;
	return out-buf;
}

static void
overtcp(void)
{
	static uchar buf[Max+2];
	char dir[64], ldir[64];
	int fd, l, n;

	if(announce("tcp!*!53", dir) < 0)
		sysfatal("announce tcp: %r");
	while((l = listen(dir, ldir)) >= 0){
		fd = accept(l, ldir);
		if(readn(fd, buf, 2) == 2 && (n = buf[0]<<8 | buf[1]) < 512 && readn(fd, buf+2, n) == n){
			n = reply(buf+2, n, 1);
			buf[0] = n>>8;
			buf[1] = n;
			write(fd, buf, n+2);
		}
		close(fd);
		close(l);
	}
}

void
main(void)
{
	static uchar buf[Max];
	char dir[64], data[80];
	int cfd, fd, n;

	if(rfork(RFPROC|RFFDG|RFNOWAIT) == 0)
		overtcp();
	cfd = announce("udp!*!53", dir);
	if(cfd < 0 || fprint(cfd, "headers") < 0)
		sysfatal("announce udp: %r");
	snprint(data, sizeof data, "%s/data", dir);
	fd = open(data, ORDWR);
	while((n = read(fd, buf, 600)) > 52){
		buf[52]++;		/* first the answer to another question */
		n = reply(buf+52, n-52, 0);
		write(fd, buf, 52+n);
		buf[52]--;
		write(fd, buf, 52+n);
	}
}
