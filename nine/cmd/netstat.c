/* SPDX-License-Identifier: MIT */
/* netstat - the conversations and interfaces of a network */
#include "u.h"
#include "libc.h"

static char *net = "/net";

static void
usage(void)
{
	fprint(2, "usage: netstat [-in] [-p proto] [net]\n");
	exits("usage");
}

/* The first line of a file, or "". */
static char*
line(char *buf, int n, char *fmt, ...)
{
	char name[256];
	va_list ap;
	int fd, m;

	va_start(ap, fmt);
	vsnprint(name, sizeof name, fmt, ap);
	va_end(ap);
	buf[0] = 0;
	fd = open(name, OREAD);
	if(fd < 0)
		return buf;
	m = read(fd, buf, n-1);
	close(fd);
	buf[m > 0? m: 0] = 0;
	if(strchr(buf, '\n') != nil)
		*strchr(buf, '\n') = 0;
	return buf;
}

static int
bynumber(const void *a, const void *b)
{
	return atoi(((Dir*)a)->name) - atoi(((Dir*)b)->name);
}

/* The directories of conversations, in order. */
static int
convs(char *proto, Dir **d)
{
	char name[256];
	int fd, i, k, n;

	snprint(name, sizeof name, "%s/%s", net, proto);
	fd = open(name, OREAD);
	if(fd < 0)
		return -1;
	n = dirreadall(fd, d);
	close(fd);
	for(i = k = 0; i < n; i++)
		if((*d)[i].mode & DMDIR)
			(*d)[k++] = (*d)[i];
	if(k > 0)
		qsort(*d, k, sizeof **d, bynumber);
	if(n > 0 && k == 0)
		free(*d);
	return k;
}

/* ADDR!PORT in two words */
static char*
port(char *s)
{
	char *p;

	p = strchr(s, '!');
	if(p == nil)
		return "";
	*p++ = 0;
	return p;
}

static void
proto1(char *proto)
{
	char status[256], local[128], remote[128], *lport, *rport, *p;
	Dir *d;
	int i, n;

	n = convs(proto, &d);
	for(i = 0; i < n; i++){
		line(status, sizeof status, "%s/%s/%s/status", net, proto, d[i].name);
		p = strchr(status, ' ');
		if(p != nil)
			*p = 0;
		line(local, sizeof local, "%s/%s/%s/local", net, proto, d[i].name);
		line(remote, sizeof remote, "%s/%s/%s/remote", net, proto, d[i].name);
		lport = port(local);
		rport = port(remote);
		print("%-4s %-4s %-10s %-12s %-5s %-5s %s\n", proto, d[i].name, d[i].uid, status,
			lport, rport, remote);
	}
	if(n > 0)
		free(d);
}

static void
interfaces(void)
{
	char status[1024], *f[48];
	Dir *d;
	int i, n, k;

	n = convs("ipifc", &d);
	print("%-20s %5s %10s %10s %8s %8s\n", "device", "mtu", "in", "out", "errin", "errout");
	for(i = 0; i < n; i++){
		line(status, sizeof status, "%s/ipifc/%s/status", net, d[i].name);
		k = tokenize(status, f, nelem(f));
		if(k < 8)
			continue;
		print("%-20s %5s %10s %10s %8s %8s\n", f[1], f[3], f[k-7], f[k-5], f[k-3], f[k-1]);
	}
	if(n > 0)
		free(d);
}

void
main(int argc, char **argv)
{
	char *proto;
	int ifc;

	proto = nil;
	ifc = 0;
	ARGBEGIN{
	case 'i':
		ifc = 1;
		break;
	case 'n':			/* names are never looked up */
		break;
	case 'p':
		proto = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc > 1)
		usage();
	if(argc == 1)
		net = argv[0];
	if(access(net, AEXIST) < 0)
		sysfatal("%s: %r", net);
	if(ifc)
		interfaces();
	else if(proto != nil)
		proto1(proto);
	else{
		proto1("tcp");
		proto1("udp");
	}
	exits(nil);
}
