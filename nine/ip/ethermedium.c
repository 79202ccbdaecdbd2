/*
 * The medium ether: a network device whose files follow #l.  The IP and the
 * ARP frames come in through two connections, each read by a process.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

enum
{
	Readmax	= 64*1024+Etherhsize,
	Defmtu	= 1500,
};

typedef struct Ether Ether;
struct Ether
{
	Chan	*ip;			/* data files */
	Chan	*arp;
	Chan	*ipctl;
	Chan	*arpctl;
	Proc	*readip;		/* who may sleep in the device */
	Proc	*readarp;
	Proc	*writer;
	int	nuser;			/* of them */
};

/* A whole small file. */
static int
filetext(char *name, char *buf, int n)
{
	Chan *c;

	c = namec(name, Aopen, OREAD, 0);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	n = devtab[c->type]->read(c, buf, n-1, 0);
	buf[n] = 0;
	poperror();
	cclose(c);
	return n;
}

/* Open a connection for frames of a type; the files are left in *ctl and *data. */
static void
dialtype(char *dev, int type, Chan **ctl, Chan **data)
{
	char buf[128], num[16];
	int n;

	snprint(buf, sizeof buf, "%s/clone", dev);
	*ctl = namec(buf, Aopen, ORDWR, 0);
	n = devtab[(*ctl)->type]->read(*ctl, num, sizeof num-1, 0);
	num[n] = 0;
	n = snprint(buf, sizeof buf, "connect %d", type);
	devtab[(*ctl)->type]->write(*ctl, buf, n, 0);
	snprint(buf, sizeof buf, "%s/%d/data", dev, atoi(num));
	*data = namec(buf, Aopen, ORDWR, 0);
}

static void
readaddr(Ipifc *ifc)
{
	char buf[128], two[3];
	int i;

	snprint(buf, sizeof buf, "%s/addr", ifc->dev);
	if(filetext(buf, buf, sizeof buf) < 12)
		error("bad ethernet address");
	two[2] = 0;
	for(i = 0; i < 6; i++){
		two[0] = buf[2*i];
		two[1] = buf[2*i+1];
		ifc->mac[i] = strtoul(two, nil, 16);
	}
}

static void
input(Ipifc *ifc, Block *b, int arp)
{
	if(BLEN(b) < Etherhsize){
		ifc->inerr++;
		freeb(b);
		return;
	}
	if(arp){
		arpinput(ifc, b);
		return;
	}
	b->rp += Etherhsize;
	ipinput(ifc->fs, ifc, b);
}

/* Until the interface is unbound, or the device fails. */
static void
readloop(Ipifc *ifc, Chan *c, int arp)
{
	Block *b;

	if(waserror())
		return;
	while(!ifc->dying){
		b = devtab[c->type]->bread(c, Readmax, 0);
		if(b == nil)
			break;
		if(ifc->dying){
			freeb(b);
			break;
		}
		input(ifc, b, arp);
	}
	poperror();
}

static void
ipreader(void *a)
{
	Ipifc *ifc;
	Ether *e;

	ifc = a;
	e = ifc->arg;
	e->readip = up;
	readloop(ifc, e->ip, 0);
	e->readip = nil;
	e->nuser--;
	ifcprocend(ifc);
}

static void
arpreader(void *a)
{
	Ipifc *ifc;
	Ether *e;

	ifc = a;
	e = ifc->arg;
	e->readarp = up;
	readloop(ifc, e->arp, 1);
	e->readarp = nil;
	e->nuser--;
	ifcprocend(ifc);
}

static void
closechan(Chan **c)
{
	if(*c != nil)
		cclose(*c);
	*c = nil;
}

static void
etherfree(Ether *e)
{
	closechan(&e->ip);
	closechan(&e->arp);
	closechan(&e->ipctl);
	closechan(&e->arpctl);
	free(e);
}

static int
unused(void *a)
{
	return ((Ether*)a)->nuser == 0;
}

static void
prod(Proc *p)
{
	if(p != nil)
		postnote(p, 1, "unbind", NUser);
}

/* Those who sleep in the device are woken by a note. */
static void
etherunbind(Ipifc *ifc)
{
	Ether *e;

	e = ifc->arg;
	if(e == nil)
		return;
	while(!unused(e)){
		prod(e->readip);
		prod(e->readarp);
		prod(e->writer);
		if(waserror())
			continue;
		tsleep(&ifc->gone, unused, e, 50);
		poperror();
	}
	ifc->arg = nil;
	etherfree(e);
}

/* bind ether DEV */
static void
etherbind(Ipifc *ifc, int argc, char **argv)
{
	Ether *e;
	int mtu;

	mtu = 0;
	if(argc < 3)
		error(Ecmdargs);
	readaddr(ifc);
	e = smalloc(sizeof *e);
	if(waserror()){
		etherfree(e);
		ifc->arg = nil;
		nexterror();
	}
	dialtype(argv[2], 0x800, &e->ipctl, &e->ip);
	dialtype(argv[2], 0x806, &e->arpctl, &e->arp);
	poperror();
	ifc->mtu = Defmtu;
	ifc->offload = etheroffload(e->ip, &mtu);
	if(mtu >= 576)
		ifc->mtu = mtu < Maxip? mtu: Maxip;
	ifc->arg = e;
	if(waserror()){
		ifc->dying = 1;
		etherunbind(ifc);
		nexterror();
	}
	ifcproc(ifc, "#Iip", ipreader);
	e->nuser++;
	ifcproc(ifc, "#Iarp", arpreader);
	e->nuser++;
	poperror();
}

/*
 * Put the Ethernet header in front and queue the frame.  Padding a short one
 * is the device's business: passt, for one, takes it for data.
 */
void
etheraddress(Ipifc *ifc, Block *b, uchar *mac, int type)
{
	uchar *p;

	if(b->rp - b->base < Etherhsize){
		ifc->outerr++;		/* ip.c made room, so this does not happen */
		freeb(b);
		return;
	}
	b->rp -= Etherhsize;
	p = b->rp;
	memmove(p, mac, 6);
	memmove(p+6, ifc->mac, 6);
	hnputs(p+12, type);
	ifcqueue(ifc, b);
}

static void
ethersend(Ipifc *ifc, Block *b)
{
	Ether *e;

	e = ifc->arg;
	if(e == nil || ifc->dying){
		freeb(b);
		error(Ehungup);
	}
	e->writer = up;
	e->nuser++;
	if(waserror()){
		e->writer = nil;
		e->nuser--;
		nexterror();
	}
	devtab[e->ip->type]->bwrite(e->ip, b, 0);
	poperror();
	e->writer = nil;
	e->nuser--;
}

Medium ethermedium =
{
	.name = "ether",
	.mtu = Defmtu,
	.maxmtu = Maxip,
	.bind = etherbind,
	.unbind = etherunbind,
	.output = arpoutput,
	.send = ethersend,
};
