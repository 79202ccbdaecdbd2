/*
 * Routes: a list, longest mask first.  Those of the networks of interfaces
 * come and go with the addresses; others name a gateway, which must be on
 * one of these networks.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ip.h"

static Route*
match(Fs *f, Ip4 dst, int onlink)
{
	Route *r;

	for(r = f->route; r != nil; r = r->next)
		if((dst & r->mask) == r->dst && (r->ifc != nil || !onlink))
			return r;
	return nil;
}

/* The interface for packets to dst, and the next hop; nil: no way. */
Ipifc*
findroute(Fs *f, Ip4 dst, Ip4 *hop)
{
	Route *r;

	*hop = dst;
	r = match(f, dst, 0);
	if(r == nil)
		return nil;
	if(r->ifc != nil)
		return r->ifc;
	*hop = r->gate;
	r = match(f, r->gate, 1);
	return r == nil? nil: r->ifc;
}

void
addroute(Fs *f, Ip4 dst, Ip4 mask, Ip4 gate, Ipifc *ifc, char *tag)
{
	Route *r, **l;

	dst &= mask;
	for(r = f->route; r != nil; r = r->next)
		if(r->dst == dst && r->mask == mask && r->ifc == ifc){
			r->gate = gate;
			return;
		}
	if(f->nroute >= Nroute)
		error("too many routes");
	r = smalloc(sizeof *r);
	r->dst = dst;
	r->mask = mask;
	r->gate = gate;
	r->ifc = ifc;
	utfecpy(r->tag, r->tag+sizeof r->tag, tag);
	/* of equal masks an interface's own route comes first */
	for(l = &f->route; *l != nil; l = &(*l)->next)
		if((*l)->mask < mask || ((*l)->mask == mask && ifc != nil))
			break;
	r->next = *l;
	*l = r;
	f->nroute++;
}

static void
unlinkroute(Fs *f, Route **l)
{
	Route *r;

	r = *l;
	*l = r->next;
	f->nroute--;
	free(r);
}

int
delroute(Fs *f, Ip4 dst, Ip4 mask, Ipifc *ifc)
{
	Route *r, **l;

	for(l = &f->route; (r = *l) != nil; l = &r->next)
		if(r->dst == (dst & mask) && r->mask == mask && r->ifc == ifc){
			unlinkroute(f, l);
			return 0;
		}
	return -1;
}

void
ifcroutes(Ipifc *ifc)
{
	Route **l;

	for(l = &ifc->fs->route; *l != nil; )
		if((*l)->ifc == ifc)
			unlinkroute(ifc->fs, l);
		else
			l = &(*l)->next;
}

static void
flushroutes(Fs *f)
{
	Route **l;

	for(l = &f->route; *l != nil; )
		if((*l)->ifc == nil)
			unlinkroute(f, l);
		else
			l = &(*l)->next;
}

/* add TARGET MASK HOP, remove TARGET MASK, flush; a target may end in /BITS */
void
routectl(Fs *f, int argc, char **argv)
{
	Ip4 dst, mask, gate;

	if(argc == 0)
		error(Ebadctl);
	if(strcmp(argv[0], "flush") == 0){
		flushroutes(f);
		return;
	}
	if(strcmp(argv[0], "tag") == 0)		/* taken, and of no use here */
		return;
	if(strcmp(argv[0], "add") != 0 && strcmp(argv[0], "remove") != 0)
		error("unknown route command");
	if(argc < 3)
		error(Ecmdargs);
	if(parseip(argv[1], &dst) < 0 || parsemask(argv[2], &mask) < 0)
		error(Ebadip);
	if(argv[0][0] == 'r'){
		if(delroute(f, dst, mask, nil) < 0)
			error("no such route");
		return;
	}
	if(argc < 4)
		error(Ecmdargs);
	if(parseip(argv[3], &gate) < 0)
		error(Ebadip);
	addroute(f, dst, mask, gate, nil, "none");
}

void
routetext(Fs *f, Text *t)
{
	Route *r;

	for(r = f->route; r != nil; r = r->next){
		textadd(t, "%-15I %-4M %-15I %-4s %-4s ", r->dst, r->mask, r->gate,
			r->ifc != nil? "4i": "4", r->tag);
		if(r->ifc != nil && r->ifc->conv != nil)
			textadd(t, "%3d\n", r->ifc->conv->x);
		else
			textadd(t, "%3s\n", "-");
	}
}
