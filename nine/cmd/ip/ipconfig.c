/* SPDX-License-Identifier: MIT */
/*
 * ip/ipconfig - give a network interface its address: the one on the command
 * line, or one leased from a DHCP server, which a process in the background
 * then renews.
 */
#include "u.h"
#include "libc.h"
#include "dhcp.h"

enum
{
	Wait	= 1000,			/* ms for the first answer, twice that for the next */
	Soon	= 250,			/* the same with -b, before we go into the background */
	Again	= 30*1000,
	Tries	= 3,
	Forever	= 0xFFFFFFFF,
};

static char *net = "/net";
static char *type = "ether";
static char *device;
static int debug, nondb, mtu, always, background;
static int patience = Wait, tries = Tries;
static char *optgw, *optsys;
static Lease lease;
static int ifctl = -1;			/* ctl of the interface */

static void
usage(void)
{
	fprint(2, "usage: ip/ipconfig [-bdDn] [-g gateway] [-h host] [-m mtu] [-x net] "
		"[type [device]] [add|remove|unbind] [addr [mask]]\n");
	exits("usage");
}

static int
onalarm(void *u, char *s)
{
	USED(u);
	return strcmp(s, "alarm") == 0;
}

static int
ctl(int fd, char *fmt, ...)
{
	char buf[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprint(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if(debug)
		fprint(2, "ipconfig: %s\n", buf);
	return write(fd, buf, n) == n? 0: -1;
}

/* --- the interface --- */

/* Is the interface in this directory of our device? */
static int
isours(char *num)
{
	char name[128], buf[256], *f[3];
	int fd, n;

	snprint(name, sizeof name, "%s/ipifc/%s/status", net, num);
	fd = open(name, OREAD);
	if(fd < 0)
		return 0;
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0? n: 0] = 0;
	return tokenize(buf, f, 3) >= 2 && strcmp(f[0], "device") == 0 && strcmp(f[1], device) == 0;
}

static int
findifc(void)
{
	char name[128];
	Dir *d;
	int fd, i, n, found;

	snprint(name, sizeof name, "%s/ipifc", net);
	fd = open(name, OREAD);
	if(fd < 0)
		return -1;
	n = dirreadall(fd, &d);
	close(fd);
	found = -1;
	for(i = 0; i < n && found < 0; i++)
		if(d[i].name[0] >= '0' && d[i].name[0] <= '9' && isours(d[i].name)){
			snprint(name, sizeof name, "%s/ipifc/%s/ctl", net, d[i].name);
			found = open(name, ORDWR);
		}
	if(n > 0)
		free(d);
	return found;
}

/* Put the device and the stack in their places, if nobody did. */
static void
binddevices(void)
{
	char name[128];

	snprint(name, sizeof name, "%s/ipifc", net);
	if(access(name, AEXIST) < 0)
		bind("#I", net, MAFTER);
	if(strcmp(type, "ether") == 0 && access(device, AEXIST) < 0)
		bind("#l", net, MAFTER);
}

static void
openifc(void)
{
	char name[128];

	binddevices();
	ifctl = findifc();
	if(ifctl >= 0)
		return;
	snprint(name, sizeof name, "%s/ipifc/clone", net);
	ifctl = open(name, ORDWR);
	if(ifctl < 0)
		sysfatal("%s: %r", name);
	if(ctl(ifctl, "bind %s %s", type, device) < 0)
		sysfatal("can't bind %s: %r", device);
}

static void
readmac(void)
{
	char name[128], buf[16], two[3];
	int fd, i;

	snprint(name, sizeof name, "%s/addr", device);
	fd = open(name, OREAD);
	if(fd < 0 || readn(fd, buf, 12) != 12)
		sysfatal("%s: %r", name);
	close(fd);
	two[2] = 0;
	for(i = 0; i < 6; i++){
		two[0] = buf[2*i];
		two[1] = buf[2*i+1];
		lease.mac[i] = strtoul(two, nil, 16);
	}
}

/* --- what is known, for ndb/cs and ndb/dns --- */

static void
writendb(void)
{
	char name[128], ip[32], buf[1024], *p, *e;
	int fd, i, n;

	snprint(name, sizeof name, "%s/ndb", net);
	fd = open(name, OWRITE);
	if(fd < 0){
		fprint(2, "ipconfig: %s: %r\n", name);
		return;
	}
	p = buf;
	e = buf+sizeof buf;
	p = seprint(p, e, "ip=%s", ipdotted(ip, lease.ip));
	p = seprint(p, e, " ipmask=%s", ipdotted(ip, lease.mask));
	if(!iszero(lease.gw))
		p = seprint(p, e, " ipgw=%s", ipdotted(ip, lease.gw));
	p = seprint(p, e, "\n");
	if(lease.sys[0])
		p = seprint(p, e, "\tsys=%s\n", lease.sys);
	if(lease.domain[0])
		p = seprint(p, e, "\tdom=%s.%s\n", lease.sys[0]? lease.sys: "nine", lease.domain);
	for(i = 0; i < lease.ndns; i++)
		p = seprint(p, e, "\tdns=%s\n", ipdotted(ip, lease.dns[i]));
	n = p-buf;
	if(pwrite(fd, buf, n, 0) != n)
		fprint(2, "ipconfig: %s: %r\n", name);
	close(fd);
}

static void
addroute(void)
{
	char name[128], ip[32];
	int fd;

	if(iszero(lease.gw))
		return;
	snprint(name, sizeof name, "%s/iproute", net);
	fd = open(name, OWRITE);
	if(fd < 0 || ctl(fd, "add 0.0.0.0 0.0.0.0 %s", ipdotted(ip, lease.gw)) < 0)
		fprint(2, "ipconfig: route: %r\n");
	close(fd);
}

/* The interface gets what is in lease. */
static int
configure(void)
{
	char ip[32], mask[32];

	if(ctl(ifctl, "add %s %s", ipdotted(ip, lease.ip), ipdotted(mask, lease.mask)) < 0)
		return -1;
	if(mtu == 0)
		mtu = lease.mtu;
	if(mtu != 0 && ctl(ifctl, "mtu %d", mtu) < 0)
		fprint(2, "ipconfig: mtu %d: %r\n", mtu);
	addroute();
	if(!nondb)
		writendb();
	return 0;
}

/* --- DHCP --- */

/* An address, from nothing. */
static int
getlease(void)
{
	int fd, k;

	fd = dhcpopen(net);
	if(fd < 0)
		return -1;
	lease.xid = truerand();
	if(ctl(ifctl, "add 0.0.0.0 0.0.0.0") < 0){
		close(fd);
		return -1;
	}
	k = dhcpexchange(fd, &lease, Discover, 0, Offer, Offer, patience, tries);
	if(k == Offer)
		k = dhcpexchange(fd, &lease, Request, 0, Dack, Nak, patience, tries);
	close(fd);
	ctl(ifctl, "remove 0.0.0.0 0.0.0.0");
	if(k == Nak)
		werrstr("the DHCP server took its offer back");
	if(k == Dack && iszero(lease.mask))
		memset(lease.mask, 255, 3);
	return k == Dack? 0: -1;
}

static int
renewlease(void)
{
	int fd, k;

	fd = dhcpopen(net);
	if(fd < 0)
		return -1;
	lease.xid = truerand();
	k = dhcpexchange(fd, &lease, Request, 1, Dack, Nak, patience, tries);
	close(fd);
	return k == Dack? 0: -1;
}

/* In the background, as long as the machine is up: half way through ask again. */
static void
keeplease(void)
{
	char ip[32], mask[32];
	ulong left, t;

	left = lease.time;
	for(;;){
		t = left/2 < 60? 60: left/2;
		if(t > left)
			t = left;
		if(t > 24*3600)
			t = 24*3600;
		sleep(t*1000);
		left -= t;
		if(renewlease() == 0){
			left = lease.time;
			continue;
		}
		if(left > 0)
			continue;
		ctl(ifctl, "remove %s %s", ipdotted(ip, lease.ip), ipdotted(mask, lease.mask));
		while(getlease() < 0 || configure() < 0)
			sleep(Again);
		left = lease.time;
	}
}

/* As long as it takes. */
static void
waitlease(void)
{
	patience = Wait;
	tries = Tries;
	while(getlease() < 0 || configure() < 0)
		sleep(Again);
	if(lease.time != Forever && lease.time != 0)
		keeplease();
}

static void
inbackground(void (*fn)(void))
{
	if(rfork(RFPROC|RFFDG|RFNOTEG|RFNOWAIT) == 0){
		fn();
		exits(nil);
	}
}

static void
dhcp(void)
{
	char ip[32];

	if(strcmp(type, "ether") != 0)
		sysfatal("%s has no DHCP: say the address", type);
	readmac();
	if(background){
		patience = Soon;
		tries = 2;
	}
	if(getlease() < 0){
		if(!background)
			sysfatal("%s: %r", device);
		fprint(2, "ipconfig: %s: no answer from a DHCP server yet\n", device);
		inbackground(waitlease);
		return;
	}
	patience = Wait;
	tries = Tries;
	if(configure() < 0)
		sysfatal("%s: %s: %r", device, ipdotted(ip, lease.ip));
	if(lease.time != Forever && lease.time != 0)
		inbackground(keeplease);
}

/* --- the command line --- */

static void
setdevice(void)
{
	static char name[64];

	if(device != nil)
		return;
	device = "/dev/null";
	if(strcmp(type, "ether") == 0){
		snprint(name, sizeof name, "%s/ether0", net);
		device = name;
	}
}

static int
istype(char *s)
{
	return strcmp(s, "ether") == 0 || strcmp(s, "loopback") == 0 || strcmp(s, "pkt") == 0;
}

static void
doremove(char *verb, int argc, char **argv)
{
	ifctl = findifc();
	if(ifctl < 0)
		sysfatal("%s is not bound", device);
	if(strcmp(verb, "unbind") == 0){
		if(ctl(ifctl, "unbind") < 0)
			sysfatal("unbind: %r");
		return;
	}
	if(argc < 1)
		usage();
	if(ctl(ifctl, "remove %s %s", argv[0], argc > 1? argv[1]: "255.255.255.0") < 0)
		sysfatal("remove %s: %r", argv[0]);
}

void
main(int argc, char **argv)
{
	char *verb, *name;

	ARGBEGIN{
	case 'b':
		background = 1;
		break;
	case 'd':
		always = 1;
		break;
	case 'D':
		debug = dhcpdebug = 1;
		break;
	case 'n':
		nondb = 1;
		break;
	case 'p':			/* it always does */
		break;
	case 'g':
		optgw = EARGF(usage());
		break;
	case 'h':
		optsys = EARGF(usage());
		break;
	case 'm':
		mtu = atoi(EARGF(usage()));
		break;
	case 'x':
		net = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc > 0 && istype(argv[0])){
		type = *argv++;
		argc--;
		if(argc > 0 && argv[0][0] == '/'){
			device = *argv++;
			argc--;
		}
	}
	setdevice();
	verb = "add";
	if(argc > 0 && (strcmp(*argv, "add") == 0 || strcmp(*argv, "remove") == 0
	|| strcmp(*argv, "unbind") == 0)){
		verb = *argv++;
		argc--;
	}
	if(argc > 2)
		usage();
	atnotify(onalarm, 1);
	if(strcmp(verb, "add") != 0){
		doremove(verb, argc, argv);
		exits(nil);
	}
	name = optsys != nil? optsys: sysname();
	strecpy(lease.sys, lease.sys+sizeof lease.sys, name != nil? name: "");
	openifc();
	if(argc == 0 || always){
		dhcp();
		exits(nil);
	}
	ipparse(lease.ip, argv[0]);
	ipclassmask(&lease);
	if(argc > 1)
		ipparsemask(lease.mask, argv[1]);
	if(optgw != nil)
		ipparse(lease.gw, optgw);
	if(strcmp(type, "loopback") == 0)
		nondb = 1;
	if(configure() < 0)
		sysfatal("%s: %r", device);
	exits(nil);
}
