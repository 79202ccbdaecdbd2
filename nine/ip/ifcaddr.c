/*
 * Whose address is it?  Questions about the addresses of all interfaces.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

Ipifc*
ifcof(Fs *f, Ip4 a)
{
	Lifc *l;
	int i;

	for(i = 0; i < Nifc; i++)
		if(f->ifc[i] != nil)
			for(l = f->ifc[i]->lifc; l != nil; l = l->next)
				if(l->addr == a)
					return f->ifc[i];
	return nil;
}

int
islocal(Fs *f, Ip4 a)
{
	Ipifc *ifc;
	int i;

	if(a == 0)
		return 0;
	if(isloop(a)){			/* all of 127 is the loopback's */
		for(i = 0; i < Nifc; i++)
			if((ifc = f->ifc[i]) != nil && ifc->m == &loopmedium && ifc->lifc != nil)
				return 1;
		return 0;
	}
	return ifcof(f, a) != nil;
}

int
isbroadcast(Ipifc *ifc, Ip4 a)
{
	Lifc *l;

	if(isbcast(a))
		return 1;
	for(l = ifc->lifc; l != nil; l = l->next)
		if(l->mask < Allones-1 && l->addr != 0 && (a == (l->net | ~l->mask) || a == l->net))
			return 1;
	return 0;
}

/* Is a packet that came in through ifc for us? */
int
forus(Fs *f, Ipifc *ifc, Ip4 dst)
{
	Lifc *l;

	if(islocal(f, dst))
		return !isloop(dst) || ifc->m == &loopmedium || ifc == f->self;
	if(ismcast(dst))
		return dst == 0xE0000001;
	if(isbroadcast(ifc, dst))
		return 1;
	for(l = ifc->lifc; l != nil; l = l->next)
		if(l->addr == 0)	/* looking for its address: anything might be the answer */
			return 1;
	return 0;
}

Ip4
srcaddrif(Ipifc *ifc, Ip4 hop)
{
	Lifc *l;

	for(l = ifc->lifc; l != nil; l = l->next)
		if((hop & l->mask) == l->net && l->mask != 0)
			return l->addr;
	return ifc->lifc != nil? ifc->lifc->addr: 0;
}

Ip4
srcaddr(Fs *f, Ip4 dst)
{
	Ipifc *ifc;
	Ip4 hop;

	if(islocal(f, dst))
		return dst;
	ifc = findroute(f, dst, &hop);
	return ifc == nil? 0: srcaddrif(ifc, hop);
}

/* Where packets to ourselves go: the loopback with the address, or our own. */
Ipifc*
selfifc(Fs *f, Ip4 dst)
{
	Ipifc *ifc;
	int i;

	for(i = 0; i < Nifc && isloop(dst); i++)
		if((ifc = f->ifc[i]) != nil && ifc->m == &loopmedium)
			return ifc;
	ifc = ifcof(f, dst);
	return ifc != nil && ifc->m == &loopmedium? ifc: f->self;
}

void
selftext(Fs *f, Text *t)
{
	Lifc *l;
	int i;

	for(i = 0; i < Nifc; i++)
		if(f->ifc[i] != nil)
			for(l = f->ifc[i]->lifc; l != nil; l = l->next){
				textadd(t, "%-44#I 01 4u\n", l->addr);
				if(l->addr != 0 && l->mask < Allones-1)
					textadd(t, "%-44#I 01 4b\n", l->net | ~l->mask);
			}
}
