/*
 * Interfaces: the conversations of the directory ipifc.  An interface is
 * bound to a medium, has addresses (ifcaddr.c), and one process that hands
 * packets to the device, which may sleep there (ifcout.c); the medium may
 * have others for input.
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
	Minmtu		= 68,
};

static Medium *media[] = { &loopmedium, &ethermedium, &pktmedium };

/* --- binding --- */

static Ipifc*
ifcbind(Conv *c, int argc, char **argv)
{
	Ipifc *ifc;
	Medium *m;
	int i, slot;

	if(argc < 2)
		error(Ecmdargs);
	if(c->ifc != nil)
		error("interface already bound");
	m = nil;
	for(i = 0; i < nelem(media); i++)
		if(strcmp(argv[1], media[i]->name) == 0)
			m = media[i];
	if(m == nil)
		error("unknown interface type");
	for(slot = 0; slot < Nifc && c->fs->ifc[slot] != nil; slot++)
		;
	if(slot == Nifc)
		error("too many interfaces");
	startself(c->fs);
	ifc = smalloc(sizeof *ifc);
	ifc->fs = c->fs;
	ifc->conv = c;
	ifc->m = m;
	ifc->mtu = m->mtu;
	utfecpy(ifc->dev, ifc->dev+sizeof ifc->dev, argc > 2? argv[2]: "");
	ifc->seed = 1;
	c->ifc = ifc;
	c->fs->ifc[slot] = ifc;
	if(waserror()){
		ifc->dying = 1;
		wakeup(&ifc->or);
		c->fs->ifc[slot] = nil;
		c->ifc = nil;
		ifcreap(ifc);
		nexterror();
	}
	ifcproc(ifc, "#Iout", ifcsender);
	m->bind(ifc, argc, argv);
	poperror();
	return ifc;
}

static void
dellifc(Ipifc *ifc, Lifc **p)
{
	Lifc *l;

	l = *p;
	*p = l->next;
	ifc->nlifc--;
	delroute(ifc->fs, l->net, l->mask, ifc);
	free(l);
}

static void
ifcunbind(Conv *c)
{
	Ipifc *ifc;
	int i;

	ifc = c->ifc;
	if(ifc == nil)
		return;
	c->ifc = nil;
	c->hungup = 1;
	wakeup(&c->rr);
	for(i = 0; i < Nifc; i++)
		if(c->fs->ifc[i] == ifc)
			c->fs->ifc[i] = nil;
	while(ifc->lifc != nil)
		dellifc(ifc, &ifc->lifc);
	ifcroutes(ifc);
	arpforget(ifc);
	ifc->dying = 1;
	if(!waserror()){
		ifc->m->unbind(ifc);
		poperror();
	}
	wakeup(&ifc->or);
	wakeup(&ifc->ow);
	ifcreap(ifc);
}

/* add ADDR [MASK [REMOTE [MTU]]] */
static void
ifcadd(Ipifc *ifc, int argc, char **argv)
{
	Ip4 addr, mask, remote;
	Lifc *l, **p;
	int mtu;

	if(argc < 2 || argc > 6)
		error(Ecmdargs);
	mtu = ifc->mtu;
	if(parseip(argv[1], &addr) < 0)
		error(Ebadip);
	mask = addr == 0? 0: classmask(addr);
	if(argc > 2 && parsemask(argv[2], &mask) < 0)
		error(Ebadip);
	remote = addr & mask;
	if(argc > 3 && parseip(argv[3], &remote) < 0)
		error(Ebadip);
	if(argc > 4){
		mtu = atoi(argv[4]);
		if(mtu < Minmtu || mtu > ifc->m->maxmtu)
			error("bad mtu");
	}
	for(l = ifc->lifc; l != nil; l = l->next)
		if(l->addr == addr)
			return;
	if(ismcast(addr) || isbcast(addr))
		error(Ebadip);
	if(ifc->nlifc >= Nlifc)
		error("too many addresses");
	l = smalloc(sizeof *l);
	l->addr = addr;
	l->mask = mask;
	l->net = addr & mask;
	l->remote = remote;
	if(waserror()){
		free(l);
		nexterror();
	}
	if(addr != 0)
		addroute(ifc->fs, l->net, mask, addr, ifc, "ifc");
	poperror();
	for(p = &ifc->lifc; *p != nil; p = &(*p)->next)
		;
	*p = l;
	ifc->nlifc++;
	ifc->mtu = mtu;
	if(ifc->m == &ethermedium && addr != 0)
		arpannounce(ifc, addr);
}

static void
ifcremove(Ipifc *ifc, int argc, char **argv)
{
	Lifc **p;
	Ip4 addr;

	if(argc < 2)
		error(Ecmdargs);
	if(parseip(argv[1], &addr) < 0)
		error(Ebadip);
	for(p = &ifc->lifc; *p != nil; p = &(*p)->next)
		if((*p)->addr == addr){
			dellifc(ifc, p);
			return;
		}
	error("address not on this interface");
}

static void
ifcmtu(Ipifc *ifc, int argc, char **argv)
{
	int mtu;

	if(argc != 2)
		error(Ecmdargs);
	mtu = atoi(argv[1]);
	if(mtu < Minmtu || mtu > ifc->m->maxmtu)
		error("bad mtu");
	ifc->mtu = mtu;
}

static void
ifcctl(Conv *c, int argc, char **argv)
{
	char *w;

	w = argv[0];
	if(strcmp(w, "bind") == 0){
		ifcbind(c, argc, argv);
		return;
	}
	if(strcmp(w, "iprouting") == 0){
		c->fs->forward = argc < 2 || atoi(argv[1]) != 0;
		return;
	}
	if(c->ifc == nil)
		error("interface not yet bound");
	if(strcmp(w, "add") == 0 || strcmp(w, "try") == 0)
		ifcadd(c->ifc, argc, argv);
	else if(strcmp(w, "remove") == 0)
		ifcremove(c->ifc, argc, argv);
	else if(strcmp(w, "mtu") == 0)
		ifcmtu(c->ifc, argc, argv);
	else if(strcmp(w, "unbind") == 0)
		ifcunbind(c);
	else if(c->ifc->m->ctl == nil || !c->ifc->m->ctl(c->ifc, argc, argv))
		error("unknown control request");
}

/* --- as a protocol --- */

static void
ifcclose(Conv *c)
{
	if(c->ifc != nil && c->ifc->m->unbindonclose)
		ifcunbind(c);
}

static int
ifcbusy(Conv *c)
{
	return c->ifc != nil;
}

static void
ifcnoconnect(Conv *c, int argc, char **argv)
{
	USED(c); USED(argc); USED(argv);
	error("connect not supported");
}

/* What a pkt interface's user writes has been received. */
static long
ifcwrite(Conv *c, uchar *p, long n)
{
	Block *b;

	if(c->ifc == nil || !c->ifc->sinkin)
		error(Ebadusefd);
	if(n > Maxip)
		error(Etoobig);
	b = ipalloc(n);
	if(b == nil)
		error(Enomem);
	b->rp -= Iphsize;
	b->wp = b->rp;
	if(waserror()){
		freeb(b);
		nexterror();
	}
	memmove(b->wp, p, n);
	poperror();
	b->wp += n;
	if(c->ifc == nil){		/* unbound while the copy slept */
		freeb(b);
		error(Ehungup);
	}
	ipinput(c->fs, c->ifc, b);
	return n;
}

void
ifcstatus(Ipifc *ifc, Text *t)
{
	Lifc *l;

	textadd(t, "device %s maxtu %d sendra 0 recvra 0 mflag 0 oflag 0 maxraint 0 minraint 0 "
		"linkmtu %d reachtime 0 rxmitra 0 ttl 255 routerlt 0 "
		"pktin %lud pktout %lud errin %lud errout %lud\n",
		ifc->dev, ifc->mtu, ifc->mtu, ifc->in, ifc->out, ifc->inerr, ifc->outerr);
	for(l = ifc->lifc; l != nil; l = l->next)
		textadd(t, "\t%-40#I %-10M %-40#I %-12lud %-12lud\n", l->addr, l->mask, l->remote,
			Allones, Allones);
}

static void
ifcstate(Conv *c, Text *t)
{
	if(c->ifc != nil)
		ifcstatus(c->ifc, t);
}

static void
ifclocal(Conv *c, Text *t)
{
	Lifc *l;

	if(c->ifc != nil)
		for(l = c->ifc->lifc; l != nil; l = l->next)
			textadd(t, "%-40#I -> %-40#I\n", l->addr, l->addr);
}

Proto ipifcproto =
{
	.name = "ipifc",
	.ipproto = -1,
	.maxconv = Nifc,
	.connect = ifcnoconnect,
	.announce = ifcnoconnect,
	.close = ifcclose,
	.busy = ifcbusy,
	.read = msgread,
	.write = ifcwrite,
	.ctl = ifcctl,
	.state = ifcstate,
	.local = ifclocal,
};
