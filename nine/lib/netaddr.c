/* SPDX-License-Identifier: MIT */
/*
 * Network addresses: "proto!host!service", perhaps with the network's
 * directory before it, and how the connection server (/net/cs) turns them into
 * a file to open and a text to write there.  Without one, numbers still work.
 */
#include "u.h"
#include "libc.h"
#include "netimpl.h"

/* Complete an address: network and service where it names none. */
char*
netmkaddr(char *addr, char *net, char *service)
{
	static char buf[Netaddrlen];
	char *p;

	p = strchr(addr, '!');
	if(p == nil){
		if(net == nil)
			net = "net";
		if(service == nil)
			snprint(buf, sizeof buf, "%s!%s", net, addr);
		else
			snprint(buf, sizeof buf, "%s!%s!%s", net, addr, service);
		return buf;
	}
	if(strchr(p+1, '!') != nil || service == nil)
		return addr;
	snprint(buf, sizeof buf, "%s!%s", addr, service);
	return buf;
}

/* "/net.alt", "x" as in /net.x, or nil for /net */
void
setnetmtpt(char *buf, int n, char *x)
{
	if(x == nil)
		x = "/net";
	if(*x == '/')
		strecpy(buf, buf+n, x);
	else
		snprint(buf, n, "/net%s", x);
}

int
netparse(Netaddr *a, char *addr)
{
	char *bang, *p;
	long n;

	strcpy(a->root, "/net");
	bang = strchr(addr, '!');
	if(bang == nil){
		if(snprint(a->rest, sizeof a->rest, "net!%s", addr) < (int)strlen(addr)+4)
			goto toolong;
		return 0;
	}
	for(p = bang; p > addr && *p != '/' && *p != '#'; p--)
		;
	if(*p == '/'){
		n = p-addr;
		if(n >= (long)sizeof a->root)
			goto toolong;
		memmove(a->root, addr, n);
		a->root[n] = 0;
		addr = p+1;
	}
	if(strlen(addr) >= sizeof a->rest)
		goto toolong;
	strcpy(a->rest, addr);
	return 0;
toolong:
	werrstr("address too long");
	return -1;
}

/* One line of cs's: the file, and the rest.  It speaks of its own /net. */
static int
takeline(Netaddr *a, char *line, Netdest *d)
{
	char *p;

	p = strchr(line, ' ');
	if(p == nil || p-line >= (long)sizeof d->clone || strlen(p+1) >= sizeof d->addr)
		return 0;
	*p++ = 0;
	if(strncmp(line, "/net/", 5) == 0 && strlen(a->root)+strlen(line) < sizeof d->clone)
		snprint(d->clone, sizeof d->clone, "%s%s", a->root, line+4);
	else
		strcpy(d->clone, line);
	strcpy(d->addr, p);
	return 1;
}

/* Nobody to ask: what is written in numbers needs no translation. */
static int
numeric(Netaddr *a, Netdest *d)
{
	char *p;

	p = strchr(a->rest, '!');
	if(p == nil || strncmp(a->rest, "net!", 4) == 0){
		werrstr("cannot translate %s: no connection server", a->rest);
		return -1;
	}
	*p = 0;
	if(strlen(a->root)+strlen(a->rest)+8 > sizeof d->clone){
		werrstr("address too long");
		return -1;
	}
	snprint(d->clone, sizeof d->clone, "%s/%s/clone", a->root, a->rest);
	*p = '!';
	strcpy(d->addr, p+1);
	return 1;
}

/* All the ways there; how many, or -1. */
int
netlookup(Netaddr *a, Netdest *d, int max)
{
	char buf[Netaddrlen+Maxpath];
	int fd, n;
	long m;

	snprint(buf, sizeof buf, "%s/cs", a->root);
	fd = open(buf, ORDWR);
	if(fd < 0)
		return numeric(a, d);
	m = strlen(a->rest);
	if(write(fd, a->rest, m) != m){
		close(fd);
		return -1;
	}
	seek(fd, 0, 0);
	n = 0;
	while(n < max && (m = read(fd, buf, sizeof buf-1)) > 0){
		buf[m] = 0;
		n += takeline(a, buf, d+n);
	}
	close(fd);
	if(n == 0)
		werrstr("cs gave empty translation list");
	return n == 0? -1: n;
}

/* The directory of the conversation whose clone (or listen) file gave number. */
void
netlinedir(char *dir, char *file, char *number)
{
	char *p;

	p = strrchr(file, '/');
	snprint(dir, NETPATHLEN, "%.*s/%s", p == nil? 0: (int)(p-file), file, number);
}

/* A conversation of one's own: its ctl file, and its directory. */
int
netclone(char *clone, char *dir)
{
	char number[16];
	long n;
	int fd;

	fd = open(clone, ORDWR);
	if(fd < 0)
		return -1;
	n = read(fd, number, sizeof number-1);
	if(n <= 0){
		close(fd);
		return -1;
	}
	number[n] = 0;
	netlinedir(dir, clone, number);
	return fd;
}

int
netdata(char *dir, int mode)
{
	char name[NETPATHLEN+8];

	snprint(name, sizeof name, "%s/data", dir);
	return open(name, mode);
}
