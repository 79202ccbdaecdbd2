/* SPDX-License-Identifier: MIT */
/*
 * ndb/cs - the connection server.  A question is net!host!service; each line
 * of the answer is a clone file and what to write to its ctl.  !attr=value
 * asks the database itself.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../ask.h"

enum
{
	Maxaddr	= 16,
};

static char *net = "/net";
static char *dnssrv = "/srv/dns";
static char *nets[] = { "tcp", "udp", "icmp" };

static void
usage(void)
{
	fprint(2, "usage: ndb/cs [-x net] [-s name] [-d dns]\n");
	exits("usage");
}

static int
isip(char *s)
{
	int dots, digits;

	if(strchr(s, ':') != nil)
		return 1;
	dots = digits = 0;
	for(; *s; s++)
		if(*s == '.')
			dots++;
		else if(*s >= '0' && *s <= '9')
			digits++;
		else
			return 0;
	return dots > 0 && dots <= 3 && digits > dots;
}

static int
isnumber(char *s)
{
	if(*s == 0)
		return 0;
	for(; *s; s++)
		if(*s < '0' || *s > '9')
			return 0;
	return 1;
}

/* The port of a service; "": there is none of that name. */
static void
service(Ndbentry *db, char *proto, char *svc, char *port, int n)
{
	Ndbentry *e;
	char *p;

	port[0] = 0;
	if(isnumber(svc) || strcmp(svc, "*") == 0){
		strecpy(port, port+n, svc);
		return;
	}
	e = ndbmatch2(db, proto, svc, "port");
	if(e != nil && (p = ndbget(e->t, "port")) != nil)
		strecpy(port, port+n, p);
}

static int
addhosts(Ndbtuple *t, char **addr, int n)
{
	for(; t != nil && n < Maxaddr; t = t->next)
		if(strcmp(t->attr, "ip") == 0 && (addr[n] = strdup(t->val)) != nil)
			n++;
	return n;
}

/* The resolver may have been started after us: then it is in /srv. */
static int
opendns(void)
{
	char buf[128];
	int fd;

	snprint(buf, sizeof buf, "%s/dns", net);
	fd = open(buf, ORDWR);
	if(fd >= 0)
		return fd;
	fd = open(dnssrv, ORDWR);
	if(fd < 0)
		return -1;
	if(mount(fd, -1, net, MAFTER, "") < 0){
		close(fd);
		return -1;
	}
	return open(buf, ORDWR);
}

/* Ask the resolver; 0 and the error text set if it knows nothing. */
static int
askdns(char *host, char **addr)
{
	char buf[512], *f[4];
	int fd, n, m;

	fd = opendns();
	if(fd < 0){
		werrstr("cs: can't translate address: no resolver: dns failure");
		return 0;
	}
	n = snprint(buf, sizeof buf, "%s ip", host);
	if(write(fd, buf, n) != n){
		close(fd);
		return 0;
	}
	seek(fd, 0, 0);
	for(n = 0; n < Maxaddr && (m = read(fd, buf, sizeof buf-1)) > 0; ){
		buf[m] = 0;
		if(tokenize(buf, f, nelem(f)) >= 3 && (addr[n] = strdup(f[2])) != nil)
			n++;
	}
	close(fd);
	return n;
}

/* $auth and the like: an attribute of our own entries names the host. */
static char*
meaning(Ndbentry *db, char *attr)
{
	char *v, *name, *p;
	Ndbentry *e;

	name = sysname();
	if(db != nil && (v = ndbget(db->t, attr)) != nil)	/* /net/ndb comes first */
		return v;
	e = name == nil? nil: ndbmatch2(db, "sys", name, attr);
	if(e != nil)
		return ndbget(e->t, attr);
	for(e = db; e != nil; e = e->next)
		if((p = ndbget(e->t, "ipnet")) != nil && *p != 0 && (v = ndbget(e->t, attr)) != nil)
			return v;
	return nil;
}

/* Addresses of a host, malloced. */
static int
hosts(Ndbentry *db, char *host, char **addr)
{
	static char *attrs[] = { "sys", "dom" };
	Ndbentry *e;
	int i, n;

	if(*host == '$' && (host = meaning(db, host+1)) == nil){
		werrstr("cs: can't translate address");
		return 0;
	}
	if(strcmp(host, "*") == 0 || isip(host)){
		addr[0] = strdup(host);
		return addr[0] != nil;
	}
	n = 0;
	for(i = 0; i < nelem(attrs) && n == 0; i++)
		for(e = db; n == 0 && (e = ndbmatch2(e, attrs[i], host, "ip")) != nil; e = e->next)
			n = addhosts(e->t, addr, n);
	if(n == 0)
		n = askdns(host, addr);
	return n;
}

static char*
hasnet(char *proto, char *buf, int n)
{
	snprint(buf, n, "%s/%s/clone", net, proto);
	return access(buf, AEXIST) == 0? buf: nil;
}

static int
translate1(Ndbentry *db, char *proto, char *host, char *svc, Answer *a)
{
	char clone[128], port[32], *addr[Maxaddr];
	int i, n;

	if(hasnet(proto, clone, sizeof clone) == nil){
		werrstr("cs: no such network");
		return 0;
	}
	if(*host == 0){
		werrstr("cs: can't translate address: dns failure");
		return 0;
	}
	if(strcmp(proto, "icmp") == 0 && *svc == 0)
		svc = "1";
	service(db, proto, svc, port, sizeof port);
	if(port[0] == 0){
		werrstr("cs: can't translate service");
		return 0;
	}
	n = hosts(db, host, addr);
	for(i = 0; i < n; i++){
		answer(a, "%s %s!%s", clone, addr[i], port);
		free(addr[i]);
	}
	return n;
}

/* The error string says why. */
static char*
failure(void)
{
	char err[ERRMAX];

	rerrstr(err, sizeof err);
	if(err[0] == 0)
		werrstr("cs: can't translate address");
	else if(strncmp(err, "cs:", 3) != 0 && strncmp(err, "dns:", 4) != 0)
		werrstr("cs: can't translate address: %s", err);
	return Esrvcall;
}

static char*
translate(Ndbentry *db, char *q, Answer *a)
{
	char *f[3], err[ERRMAX];
	int i, n;

	n = getfields(q, f, nelem(f), 0, "!");
	if(n < 2)
		return "bad format";
	if(n < 3)
		f[2] = "";
	if(strchr(f[2], '!') != nil)		/* !r and the like */
		*strchr(f[2], '!') = 0;
	err[0] = 0;
	errstr(err, sizeof err);
	if(strcmp(f[0], "net") == 0)
		f[0] = nets[0];
	for(i = 0; i < nelem(nets); i++)
		if(strcmp(f[0], nets[i]) == 0)
			return translate1(db, f[0], f[1], f[2], a) > 0? nil: failure();
	return "unknown network";
}

/* !attr=value: entries that have it, all their pairs on a line */
static char*
database(Ndbentry *db, char *q, Answer *a)
{
	char buf[512], *p, *e, *val;
	Ndbtuple *t;

	val = strchr(q, '=');
	if(val == nil)
		return "bad format";
	*val++ = 0;
	if(strchr(val, ' ') != nil)
		*strchr(val, ' ') = 0;
	for(; (db = ndbmatch(db, q, val)) != nil; db = db->next){
		p = buf;
		e = buf+sizeof buf;
		for(t = db->t; t != nil; t = t->next)
			p = seprint(p, e, "%s%s=%s", t == db->t? "": " ", t->attr, t->val);
		answer(a, "%s", buf);
	}
	return a->n > 0? nil: "no match";
}

static char*
ask(char *q, Answer *a)
{
	Ndbentry *db;
	char *err;

	db = ndball(net);
	if(*q == '!')
		err = database(db, q+1, a);
	else
		err = translate(db, q, a);
	ndbfree(db);
	return err;
}

void
main(int argc, char **argv)
{
	char *srv;

	srv = "cs";
	ARGBEGIN{
	case 'x':
		net = EARGF(usage());
		break;
	case 'd':
		dnssrv = EARGF(usage());
		break;
	case 's':
		srv = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc > 0)
		usage();
	if(askfs("cs", srv, net, ask) < 0)
		sysfatal("can't serve %s/cs: %r", net);
	exits(nil);
}
