/* SPDX-License-Identifier: MIT */
/*
 * mntgen - a directory in which every name is an empty directory to mount on.
 * A name is there from the first walk to it; it is gone from the listing when
 * nobody holds it any more, which a mount point does.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"

enum
{
	Maxnames	= 1000,
};

typedef struct Point Point;
struct Point
{
	Point	*next;
	char	*name;
	uvlong	path;
	int	ref;			/* fids */
};

static Point *points;			/* oldest first */
static int npoints;
static uvlong lastpath;
static ulong born;

static void
drop(Point *p)
{
	Point **l;

	if(p == nil || --p->ref > 0)
		return;
	for(l = &points; *l != p; l = &(*l)->next)
		;
	*l = p->next;
	npoints--;
	free(p->name);
	free(p);
}

static Point*
lookup(char *name)
{
	Point **l, *p;

	for(l = &points; (p = *l) != nil; l = &p->next)
		if(strcmp(p->name, name) == 0){
			p->ref++;
			return p;
		}
	if(npoints >= Maxnames)
		return nil;
	p = mallocz(sizeof *p, 1);
	if(p == nil)
		return nil;
	p->name = strdup(name);
	if(p->name == nil){
		free(p);
		return nil;
	}
	p->path = ++lastpath;
	p->ref = 1;
	npoints++;
	return *l = p;
}

static char*
genattach(Req *r)
{
	r->fid->qid = (Qid){ 0, 0, QTDIR };
	r->fid->aux = nil;
	return nil;
}

static char*
genclone(Fid *old, Fid *new)
{
	Point *p;

	p = old->aux;
	if(p != nil)
		p->ref++;
	new->aux = p;
	return nil;
}

static char*
genwalk1(Fid *fid, char *name, Qid *q)
{
	Point *p;

	if(strcmp(name, "..") == 0){
		drop(fid->aux);
		fid->aux = nil;
		*q = (Qid){ 0, 0, QTDIR };
		return nil;
	}
	if(fid->aux != nil)
		return Esrvnonexist;
	p = lookup(name);
	if(p == nil)
		return Esrvmem;
	fid->aux = p;
	*q = (Qid){ p->path, 0, QTDIR };
	return nil;
}

static char*
genopen(Req *r)
{
	return (r->in.mode & ~OEXEC) != OREAD ? Esrvperm : nil;
}

static void
filldir(Dir *d, Point *p)
{
	memset(d, 0, sizeof *d);
	d->qid.path = p != nil ? p->path : 0;
	d->qid.type = QTDIR;
	d->mode = DMDIR|0555;
	d->name = p != nil ? p->name : "/";
	d->uid = d->gid = d->muid = getuser();
	d->atime = d->mtime = born;
}

/* Each time from the first name: there are few, and they come and go. */
static char*
genread(Req *r)
{
	vlong off;
	uint n, m;
	Point *p;
	Dir d;

	n = 0;
	off = 0;
	for(p = r->fid->aux == nil ? points : nil; p != nil; p = p->next){
		filldir(&d, p);
		m = sizeD2M(&d);
		if(off >= (vlong)r->in.offset){
			if(n+m > r->in.count)
				break;
			convD2M(&d, (uchar*)r->out.data+n, m);
			n += m;
		}
		off += m;
	}
	r->out.count = n;
	return nil;
}

static char*
genstat(Req *r, Dir *d)
{
	filldir(d, r->fid->aux);
	return nil;
}

static void
gendestroy(Fid *fid)
{
	drop(fid->aux);
}

static char*
genperm(Req *r)
{
	USED(r);
	return Esrvperm;
}

static char*
genwstat(Req *r, Dir *d)
{
	USED(r);
	USED(d);
	return Esrvperm;
}

static Srv gen =
{
	.attach = genattach,
	.clone = genclone,
	.walk1 = genwalk1,
	.open = genopen,
	.create = genperm,
	.read = genread,
	.write = genperm,
	.remove = genperm,
	.stat = genstat,
	.wstat = genwstat,
	.destroyfid = gendestroy,
};

static void
usage(void)
{
	fprint(2, "usage: aux/mntgen [-s srvname] [mountpoint]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	char *name;

	name = nil;
	argv0 = "mntgen";
	ARGBEGIN{
	case 's':
		name = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc > 1)
		usage();
	born = time(nil);
	if(srvstart(&gen, name, argc == 1 ? argv[0] : name != nil ? nil : "/n", MAFTER) < 0)
		sysfatal("cannot serve: %r");
	exits(nil);
}
