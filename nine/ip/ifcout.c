/*
 * The way out of an interface: a queue, and the process that empties it.
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
	Outlimit	= 512*1024,	/* bytes on their way out, before writers wait */
	Outmax		= 4*Outlimit,	/* and packets are dropped */
};

int
ifcfull(Ipifc *ifc)
{
	return ifc->oq.len >= Outlimit;
}

/* A frame for the device; does not sleep. */
void
ifcqueue(Ipifc *ifc, Block *b)
{
	if(ifc->dying || ifc->oq.mem + BALLOC(b) > Outmax){
		ifc->outerr++;
		freeb(b);
		return;
	}
	ifc->out++;
	iqput(&ifc->oq, b);
	if(ifc->or.p != nil)
		wakeup(&ifc->or);
}

static int
haswork(void *a)
{
	Ipifc *ifc;

	ifc = a;
	return ifc->oq.first != nil || ifc->dying;
}

static int
hasroom(void *a)
{
	Ipifc *ifc;

	ifc = a;
	return !ifcfull(ifc) || ifc->dying;
}

/* One process less that needs it. */
static void
ifcleave(Ipifc *ifc)
{
	ifc->nproc--;
	wakeup(&ifc->gone);
}

/* Called by writers that may sleep, before they make a packet for dst. */
void
ifcwait(Fs *f, Ip4 dst)
{
	Ipifc *ifc;
	Ip4 hop;

	if(islocal(f, dst))
		ifc = selfifc(f, dst);
	else
		ifc = findroute(f, dst, &hop);
	if(ifc == nil || !ifcfull(ifc))
		return;
	ifc->nproc++;			/* so that it stays until we are done */
	qlock(&ifc->owlk);
	if(waserror()){
		qunlock(&ifc->owlk);
		ifcleave(ifc);
		nexterror();
	}
	sleep(&ifc->ow, hasroom, ifc);
	poperror();
	qunlock(&ifc->owlk);
	ifcleave(ifc);
}

static void
sendone(Ipifc *ifc, Block *b)
{
	if(waserror()){
		ifc->outerr++;
		return;
	}
	ifc->m->send(ifc, b);
	poperror();
}

void
ifcsender(void *a)
{
	Ipifc *ifc;
	Block *b;
	int full;

	ifc = a;
	while(!ifc->dying){
		full = ifcfull(ifc);
		b = iqget(&ifc->oq);
		if(b == nil){
			if(waserror())
				continue;
			sleep(&ifc->or, haswork, ifc);
			poperror();
			continue;
		}
		sendone(ifc, b);
		if(full || ifc->tcpwait){
			if(ifcfull(ifc))
				continue;
			wakeup(&ifc->ow);
			if(ifc->tcpwait && ifc->oq.len <= Outlimit/2)
				tcpkick(ifc->fs, ifc);
		}
	}
	iqflush(&ifc->oq);
	wakeup(&ifc->ow);
	ifcprocend(ifc);
}

/* A kernel process that belongs to ifc; it ends by ifcprocend. */
void
ifcproc(Ipifc *ifc, char *name, void (*fn)(void*))
{
	ifc->nproc++;
	if(waserror()){
		ifc->nproc--;
		nexterror();
	}
	if(trykproc(name, fn, ifc) == nil)
		error("no free processes");
	poperror();
}

void
ifcprocend(Ipifc *ifc)
{
	ifcleave(ifc);
	pexit("unbind", 1);
}

static int
allgone(void *a)
{
	return ((Ipifc*)a)->nproc == 0;
}

/*
 * Wait for the processes, so that none of them sees the interface freed; a
 * note to us meanwhile only makes us look again.
 */
void
ifcreap(Ipifc *ifc)
{
	while(ifc->nproc > 0){
		if(waserror())
			continue;
		sleep(&ifc->gone, allgone, ifc);
		poperror();
	}
	freeb(ifc->held);
	iqflush(&ifc->oq);
	free(ifc);
}

/* --- the stack's own, for packets to ourselves --- */

void
startself(Fs *f)
{
	Ipifc *ifc;

	if(f->self != nil)
		return;
	ifc = smalloc(sizeof *ifc);
	ifc->fs = f;
	ifc->m = &loopmedium;
	ifc->mtu = loopmedium.mtu;
	strcpy(ifc->dev, "self");
	if(waserror()){
		free(ifc);
		nexterror();
	}
	ifcproc(ifc, "#Iself", ifcsender);
	poperror();
	f->self = ifc;
}
