/* SPDX-License-Identifier: MIT */
/*
 * ndb/dns - the resolver.  A question is a name and a type; it is put to the
 * servers the network database names, and the answer is kept for as long as
 * it says.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../ask.h"

enum
{
	Maxserver	= 4,
	Tries		= 3,		/* of all servers */
	Wait		= 1500,		/* ms, the first time */
	Maxcache	= 512,		/* names */
	Negative	= 30,		/* s a failure is remembered */
	Maxchain	= 8,		/* cnames after each other */
};

typedef struct Cached Cached;
struct Cached
{
	Cached	*next;			/* newest first */
	char	*name;
	int	type;
	ulong	expires;
	Dnsrr	*rr;
	char	*why;			/* or there is no answer */
};

static char *net = "/net";
static char Enoserver[] = "dns: no server known: dns failure";
static char Enoanswer[] = "dns: no answer: dns failure";
static Cached *cache;
static int ncached;
static QLock lk;
static int debug;

static void
usage(void)
{
	fprint(2, "usage: ndb/dns [-rD] [-x net] [-s name]\n");
	exits("usage");
}

/* --- the cache --- */

static void
freecached(Cached *c)
{
	dnsfree(c->rr);
	free(c->name);
	free(c);
}

/* lk is held; what is too old goes. */
static Cached*
lookup(char *name, int type)
{
	Cached *c, **l;
	ulong now;

	now = time(nil);
	for(l = &cache; (c = *l) != nil; ){
		if(c->expires <= now){
			*l = c->next;
			ncached--;
			freecached(c);
			continue;
		}
		if(c->type == type && cistrcmp(c->name, name) == 0)
			return c;
		l = &c->next;
	}
	return nil;
}

static void
droplast(void)
{
	Cached **l;

	for(l = &cache; *l != nil && (*l)->next != nil; l = &(*l)->next)
		;
	if(*l == nil)
		return;
	freecached(*l);
	*l = nil;
	ncached--;
}

/* lk is held; rr belongs to the cache now. */
static Cached*
remember(char *name, int type, Dnsrr *rr, char *why)
{
	Cached *c;
	Dnsrr *r;
	ulong ttl;

	c = mallocz(sizeof *c, 1);
	if(c == nil || (c->name = strdup(name)) == nil){
		free(c);
		dnsfree(rr);
		return nil;
	}
	ttl = rr != nil? 24*3600: Negative;
	for(r = rr; r != nil; r = r->next)
		if(r->ttl < ttl)
			ttl = r->ttl;
	c->type = type;
	c->rr = rr;
	c->why = why;
	c->expires = time(nil) + (ttl > 0? ttl: 1);
	c->next = cache;
	cache = c;
	if(++ncached > Maxcache)
		droplast();
	return c;
}

/* --- asking --- */

static int
onalarm(void *u, char *s)
{
	USED(u);
	return strstr(s, "alarm") != nil;
}

static long
readfor(int fd, void *buf, long n, int ms)
{
	alarm(ms);
	n = read(fd, buf, n);
	alarm(0);
	return n;
}

/* The same question over TCP, which has room for any answer. */
static int
asktcp(char *server, uchar *q, int nq, uchar *buf, int size)
{
	uchar len[2];
	char *addr;
	int fd, n;

	addr = smprint("%s/tcp!%s!53", net, server);
	if(addr == nil)
		return -1;
	alarm(5*Wait);
	fd = dial(addr, nil, nil, nil);
	free(addr);
	n = -1;
	len[0] = nq>>8;
	len[1] = nq;
	if(fd >= 0 && write(fd, len, 2) == 2 && write(fd, q, nq) == nq && readn(fd, len, 2) == 2){
		n = len[0]<<8 | len[1];
		if(n > size || readn(fd, buf, n) != n)
			n = -1;
	}
	alarm(0);
	if(fd >= 0)
		close(fd);
	return n;
}

/* One server, one try.  The answer, or nil and *why, which may be nil: no reply. */
static Dnsrr*
askserver(char *server, char *name, int type, int ms, char **why)
{
	uchar q[512], *buf;
	char *addr;
	Dnsrr *r;
	int fd, nq, n, id, truncated;

	*why = nil;
	id = truerand() & 0xFFFF;
	nq = dnsquery(q, sizeof q, id, name, type);
	if(nq < 0){
		*why = "dns: bad name: dns failure";
		return nil;
	}
	addr = smprint("%s/udp!%s!53", net, server);
	fd = addr == nil? -1: dial(addr, nil, nil, nil);
	free(addr);
	if(fd < 0)
		return nil;
	buf = malloc(65536);
	r = nil;
	if(buf != nil && write(fd, q, nq) == nq)
		while((n = readfor(fd, buf, Dnsmax, ms)) > 0){
			truncated = 0;
			r = dnsreply(buf, n, id, name, type, why, &truncated);
			if(truncated && (n = asktcp(server, q, nq, buf, 65535)) > 0){
				dnsfree(r);
				r = dnsreply(buf, n, id, name, type, why, &truncated);
			}
			if(r != nil || *why != nil)
				break;
		}
	close(fd);
	free(buf);
	return r;
}

/* Addresses of servers, malloced: dns= of our own entries. */
static int
servers(char **s)
{
	Ndbentry *db, *e;
	Ndbtuple *t;
	int n;

	n = 0;
	db = ndball(net);
	for(e = db; e != nil && n == 0; e = e->next)
		for(t = e->t; t != nil && n < Maxserver; t = t->next)
			if(strcmp(t->attr, "dns") == 0 && (s[n] = strdup(t->val)) != nil)
				n++;
	ndbfree(db);
	return n;
}

static Dnsrr*
resolve(char *name, int type, char **why)
{
	char *s[Maxserver];
	Dnsrr *r;
	int i, n, try;

	n = servers(s);
	r = nil;
	*why = nil;
	for(try = 0; try < Tries && r == nil && *why == nil; try++)
		for(i = 0; i < n && r == nil && *why == nil; i++)
			r = askserver(s[i], name, type, Wait<<try, why);
	if(r == nil && *why == nil)
		*why = n == 0? Enoserver: Enoanswer;
	for(i = 0; i < n; i++)
		free(s[i]);
	return r;
}

/* --- questions --- */

/* The lines for one name; the name of a cname among them is left in alias. */
static int
tell(Dnsrr *r, char *name, int type, char *alias, Answer *a)
{
	int n;

	alias[0] = 0;
	for(n = 0; r != nil; r = r->next)
		if(r->type == type || type == Tall){
			answer(a, "%s %s\t%s", name, dnstypename(r->type), r->text);
			n++;
		}else if(r->type == Tcname)
			strecpy(alias, alias+Dnsname, r->text);
	return n;
}

/*
 * nil: answered.  Locks are not held while a server is asked, so two may ask
 * the same thing at a time; the second answer is forgotten.
 */
static char*
find(char *name, int type, char *alias, Answer *a)
{
	Cached *c;
	Dnsrr *r;
	char *why;

	qlock(&lk);
	c = lookup(name, type);
	if(c == nil){
		qunlock(&lk);
		r = resolve(name, type, &why);
		if(debug)
			fprint(2, "dns: %s %s: %s\n", name, dnstypename(type), r != nil? "found": why);
		if(r == nil && (why == Enoserver || why == Enoanswer))
			return why;		/* may be otherwise the next time */
		qlock(&lk);
		c = lookup(name, type);
		if(c == nil)
			c = remember(name, type, r, why);
		else
			dnsfree(r);
	}
	why = c == nil? Esrvmem: c->why;
	if(why == nil && tell(c->rr, name, type, alias, a) == 0 && alias[0] == 0)
		why = "dns: resource does not exist; negrcode 0";
	qunlock(&lk);
	return why;
}

/* 1.2.3.4 asked for as a name is 4.3.2.1.in-addr.arpa. */
static void
inverse(char *name, char *buf, int n)
{
	char tmp[Dnsname], *f[5];

	strecpy(tmp, tmp+sizeof tmp, name);
	if(strspn(name, "0123456789.") == strlen(name) && getfields(tmp, f, 5, 0, ".") == 4)
		snprint(buf, n, "%s.%s.%s.%s.in-addr.arpa", f[3], f[2], f[1], f[0]);
	else
		strecpy(buf, buf+n, name);
}

static char*
ask(char *q, Answer *a)
{
	char name[Dnsname], alias[Dnsname], *f[3], *why;
	int type, i, n;

	atnotify(onalarm, 1);
	n = tokenize(q, f, nelem(f));
	if(n < 1 || n > 2)
		return "bad format";
	type = dnstype(n == 2? f[1]: "ip");
	if(type < 0)
		return "unknown type";
	if(strlen(f[0]) >= Dnsname-20)
		return "dns: bad name: dns failure";
	strecpy(name, name+sizeof name, f[0]);
	if(type == Tptr)
		inverse(f[0], name, sizeof name);
	n = strlen(name);
	if(n > 0 && name[n-1] == '.')
		name[n-1] = 0;
	for(i = 0; i < Maxchain; i++){
		alias[0] = 0;
		why = find(name, type, alias, a);
		if(why != nil)
			return why;
		if(a->n > 0)
			return nil;
		strecpy(name, name+sizeof name, alias);
	}
	return "dns: too many aliases: dns failure";
}

void
main(int argc, char **argv)
{
	char *srv;

	srv = "dns";
	ARGBEGIN{
	case 'r':			/* ask a server that does the work: we know no other way */
		break;
	case 'D':
		debug = 1;
		break;
	case 'x':
		net = EARGF(usage());
		break;
	case 's':
		srv = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc > 0)
		usage();
	if(askfs("dns", srv, net, ask) < 0)
		sysfatal("can't serve %s/dns: %r", net);
	exits(nil);
}
