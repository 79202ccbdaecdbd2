/* SPDX-License-Identifier: MIT */
/* dossrv - FAT file systems, as files */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "dos.h"

typedef struct Aux Aux;
struct Aux
{
	Node	*n;
	int	info;			/* it is the file about free space */
	ulong	pos;			/* directory: where reading goes on, */
	uvlong	off;			/* at this offset */
};

static char *deffile;
static int rdonly;

static Node*
node(Fid *fid)
{
	return ((Aux*)fid->aux)->n;
}

static Qid
infoqid(void)
{
	Qid q;

	memset(&q, 0, sizeof q);
	q.path = ~0ULL>>1;
	return q;
}

static char*
hold(Fid *fid, Node *n)
{
	Aux *a;

	a = mallocz(sizeof *a, 1);
	if(a == nil)
		return Esrvmem;
	a->n = n;
	fid->aux = a;
	fid->qid = qidof(n);
	return nil;
}

/* --- requests --- */

static char*
dosattach(Req *r)
{
	Node *n;
	Fs *fs;
	char *name, *err;

	name = r->in.aname;
	if(*name == 0)
		name = deffile;
	if(name == nil)
		return "no file system device specified";
	fs = getfs(name, rdonly);
	if(fs == nil)
		return Esrvcall;
	n = rootnode(fs);
	if(n == nil)
		return Esrvmem;
	err = hold(r->fid, n);
	if(err != nil)
		dosletgo(n);
	return err;
}

static char*
dosclone(Fid *old, Fid *new)
{
	char *err;
	Aux *a;

	holdnode(node(old));
	err = hold(new, node(old));
	if(err != nil){
		dosletgo(node(old));
		return err;
	}
	a = new->aux;
	a->info = ((Aux*)old->aux)->info;
	if(a->info)
		new->qid = infoqid();
	return nil;
}

static char*
doswalk1(Fid *fid, char *name, Qid *q)
{
	Node *n, *d;
	char *err;
	Aux *a;

	a = fid->aux;
	d = a->n;
	if(d->gone)
		return Egone;
	if(strcmp(name, "..") == 0){
		n = d->parent != nil? d->parent: d;
		holdnode(n);
	}else if(d->parent == nil && strcmp(name, Dosinfo) == 0){
		a->info = 1;
		*q = infoqid();
		return nil;
	}else{
		err = child(d, name, &n);
		if(err != nil)
			return err;
	}
	a->n = n;
	dosletgo(d);
	*q = qidof(n);
	return nil;
}

static char*
dosopen(Req *r)
{
	Node *n;
	char *err;
	int how;

	n = node(r->fid);
	how = r->in.mode & 3;
	if(((Aux*)r->fid->aux)->info)
		return how == OREAD && (r->in.mode & (OTRUNC|ORCLOSE)) == 0? nil: Esrvperm;
	if(n->gone)
		return Egone;
	if(how == OWRITE || how == ORDWR || (r->in.mode & (OTRUNC|ORCLOSE))){
		if(n->fs->rdonly)
			return Edosrdonly;
		if((n->attr & Ardonly) && (how == OWRITE || how == ORDWR || (r->in.mode & OTRUNC)))
			return Esrvperm;
		if((r->in.mode & ORCLOSE) && n->parent == nil)
			return Esrvperm;
	}
	if(r->in.mode & OTRUNC){
		err = setlength(n, 0);
		if(err != nil)
			return doswhy(err);
		n->mtime = time(nil);
		n->changes++;
		n->dirty = 1;
	}
	n->opens++;
	r->fid->qid = qidof(n);
	return nil;
}

static char*
doscreate(Req *r)
{
	Node *d, *n;
	char *err;
	Aux *a;

	a = r->fid->aux;
	d = a->n;
	if(d->gone)
		return Egone;
	if(d->fs->rdonly)
		return Edosrdonly;
	if(d->parent == nil && samename(r->in.name, Dosinfo))
		return Esrvexist;
	err = child(d, r->in.name, &n);
	if(err == nil){
		dosletgo(n);
		return Esrvexist;
	}
	if(err != Esrvnonexist)
		return doswhy(err);
	err = makenode(d, r->in.name, r->in.perm, &n);
	if(err != nil)
		return doswhy(err);
	a->n = n;
	dosletgo(d);
	n->opens++;
	r->fid->qid = qidof(n);
	return nil;
}

static char*
readdir(Req *r, Aux *a)
{
	Entry *e;
	Node *n;
	char *err;
	int more;
	uint k;
	Dir d;

	if(r->in.offset == 0)
		a->pos = 0;
	e = malloc(sizeof *e);
	if(e == nil)
		return Esrvmem;
	memset(&d, 0, sizeof d);
	for(;;){
		err = nextentry(a->n, a->pos, e, &more);
		if(err != nil || !more)
			break;
		n = getnode(a->n, e);
		if(n == nil){
			err = Esrvmem;
			break;
		}
		filldir(n, &d);
		k = sizeD2M(&d);
		if(r->out.count+k > r->in.count){
			putnode(n);
			break;
		}
		r->out.count += convD2M(&d, r->data+r->out.count, k);
		putnode(n);
		a->pos = e->end;
	}
	free(e);
	return doswhy(err);
}

/* Clusters of so many bytes, how many there are, how many are free. */
static void
readinfo(Req *r, Fs *fs)
{
	char buf[64];
	int n;

	n = snprint(buf, sizeof buf, "%lud %lud %lud\n", fs->clsize, fs->nclust, fs->nfree);
	if(r->in.offset >= n)
		return;
	n -= r->in.offset;
	if((ulong)n > r->in.count)
		n = r->in.count;
	memmove(r->data, buf+r->in.offset, n);
	r->out.count = n;
}

static char*
dosread(Req *r)
{
	ulong n;
	char *err;
	Aux *a;

	a = r->fid->aux;
	if(a->info){
		readinfo(r, a->n->fs);
		return nil;
	}
	if(a->n->gone)
		return Egone;
	if(a->n->attr & Adir)
		return readdir(r, a);
	if(r->in.offset > 0xFFFFFFFFLL)
		return nil;
	err = readnode(a->n, r->data, r->in.count, r->in.offset, &n);
	r->out.count = n;
	return doswhy(err);
}

static char*
doswrite(Req *r)
{
	ulong n;
	char *err;
	Node *f;

	f = node(r->fid);
	if(f->gone)
		return Egone;
	if(r->in.offset > 0xFFFFFFFFLL)
		return "file too large";
	err = writenode(f, r->in.data, r->in.count, r->in.offset, &n);
	r->out.count = n;
	return doswhy(err);
}

static char*
dosremove(Req *r)
{
	return ((Aux*)r->fid->aux)->info? Esrvperm: removenode(node(r->fid));
}

static char*
dosstat(Req *r, Dir *d)
{
	Aux *a;

	a = r->fid->aux;
	if(a->n->gone)
		return Egone;
	filldir(a->n, d);
	if(a->info){
		d->qid = infoqid();
		d->mode = 0444;
		d->length = 0;
		d->name = Dosinfo;
	}
	return nil;
}

static char*
doswstat(Req *r, Dir *d)
{
	return ((Aux*)r->fid->aux)->info? Esrvperm: wstatnode(node(r->fid), d);
}

static void
dosclunk(Fid *fid)
{
	Node *n;

	if(((Aux*)fid->aux)->info)
		return;
	n = node(fid);
	n->opens--;
	if((fid->omode & ORCLOSE) && !n->gone && removenode(n) == nil)
		return;
	if(n->gone)
		return;
	/* There is nobody to tell; the next request that needs the device hears it. */
	if(syncnode(n) != nil)
		fprint(2, "dossrv: %s: %r\n", n->name);
}

static void
dosdestroy(Fid *fid)
{
	if(fid->aux == nil)
		return;
	dosletgo(node(fid));
	free(fid->aux);
}

static Srv dos =
{
	.attach = dosattach,
	.clone = dosclone,
	.walk1 = doswalk1,
	.open = dosopen,
	.create = doscreate,
	.read = dosread,
	.write = doswrite,
	.remove = dosremove,
	.stat = dosstat,
	.wstat = doswstat,
	.clunk = dosclunk,
	.destroyfid = dosdestroy,
};

static void
usage(void)
{
	fprint(2, "usage: dossrv [-rs] [-f device] [srvname]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	int stdio;

	stdio = 0;
	ARGBEGIN{
	case 'f':
		deffile = EARGF(usage());
		break;
	case 'r':
		rdonly = 1;
		break;
	case 's':
		stdio = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "dossrv";
	if(argc > 1)
		usage();
	dosowner = getuser();
	if(stdio){
		dos.in = 0;
		dos.out = 1;
		srvloop(&dos);
	}else if(srvstart(&dos, argc == 1? argv[0]: "dos", nil, 0) < 0)
		sysfatal("cannot serve: %r");
	exits(nil);
}
