/*
 * Media without a device.  A loopback sends packets back; a test can ask it
 * to lose, double and swap some.  pkt is for a program: packets it writes to
 * the interface's data file have been received, those sent are read there.
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
	Pktlimit	= 256*1024,
};

static void
nobind(Ipifc *ifc, int argc, char **argv)
{
	USED(ifc); USED(argc); USED(argv);
}

static void
nounbind(Ipifc *ifc)
{
	USED(ifc);
}

static void
rawoutput(Ipifc *ifc, Block *b, Ip4 hop)
{
	USED(hop);
	ifcqueue(ifc, b);
}

/* one in a thousand, this often? */
static int
chance(Ipifc *ifc, int permille)
{
	if(permille == 0)
		return 0;
	ifc->seed = ifc->seed*1103515245 + 12345;
	return (ifc->seed>>8) % 1000 < (ulong)permille;
}

static Block*
copyblock(Block *b)
{
	Block *nb;

	nb = ipalloc(BLEN(b)-Iphsize);
	if(nb == nil)
		return nil;
	nb->rp -= Iphsize;
	memmove(nb->rp, b->rp, BLEN(b));
	nb->wp = nb->rp + BLEN(b);
	nb->flag = b->flag;
	return nb;
}

static void
loopsend(Ipifc *ifc, Block *b)
{
	Block *dup, *held;

	if(chance(ifc, ifc->drop)){
		freeb(b);
		return;
	}
	dup = chance(ifc, ifc->dup)? copyblock(b): nil;
	held = ifc->held;
	ifc->held = nil;
	if(held == nil && chance(ifc, ifc->reorder))
		ifc->held = b;			/* goes behind the next one */
	else
		ipinput(ifc->fs, ifc, b);
	if(dup != nil)
		ipinput(ifc->fs, ifc, dup);
	if(held != nil)
		ipinput(ifc->fs, ifc, held);
}

static int
permille(char *s)
{
	int n;

	n = atoi(s);
	if(n < 0 || n > 1000)
		error(Ebadarg);
	return n;
}

/* faults DROP DUP REORDER [SEED] */
static int
loopctl(Ipifc *ifc, int argc, char **argv)
{
	if(strcmp(argv[0], "faults") != 0)
		return 0;
	if(argc != 4 && argc != 5)
		error(Ecmdargs);
	ifc->drop = permille(argv[1]);
	ifc->dup = permille(argv[2]);
	ifc->reorder = permille(argv[3]);
	if(argc == 5)
		ifc->seed = strtoul(argv[4], nil, 10);
	return 1;
}

static void
pktbind(Ipifc *ifc, int argc, char **argv)
{
	USED(argc); USED(argv);
	ifc->sinkin = 1;
	ifc->conv->hungup = 0;
}

static void
pktsend(Ipifc *ifc, Block *b)
{
	b->flag = 0;
	msgput(ifc->conv, b, Pktlimit);
}

Medium loopmedium =
{
	.name = "loopback",
	.mtu = 64*1024-1,
	.maxmtu = 64*1024-1,
	.bind = nobind,
	.unbind = nounbind,
	.output = rawoutput,
	.send = loopsend,
	.ctl = loopctl,
};

Medium pktmedium =
{
	.name = "pkt",
	.mtu = 1500,
	.maxmtu = 64*1024-1,
	.unbindonclose = 1,
	.bind = pktbind,
	.unbind = nounbind,
	.output = rawoutput,
	.send = pktsend,
};
