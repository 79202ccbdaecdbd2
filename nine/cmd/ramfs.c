/* SPDX-License-Identifier: MIT */
/* ramfs - a file system in memory */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "ramfs.h"

typedef struct Aux Aux;
struct Aux
{
	File	*f;
	uvlong	seen;			/* directory: qid.path of the last entry read */
};

static File *root;
static char Eexcl[] = "device or object already in use";

static File*
file(Fid *fid)
{
	return ((Aux*)fid->aux)->f;
}

static char*
hold(Fid *fid, File *f)
{
	Aux *a;

	a = mallocz(sizeof *a, 1);
	if(a == nil)
		return Esrvmem;
	a->f = f;
	f->ref++;
	fid->aux = a;
	fid->qid = f->qid;
	return nil;
}

static char*
ramattach(Req *r)
{
	return hold(r->fid, root);
}

static char*
ramclone(Fid *old, Fid *new)
{
	return hold(new, file(old));
}

static char*
ramwalk1(Fid *fid, char *name, Qid *q)
{
	Aux *a;
	File *f;

	a = fid->aux;
	f = a->f;
	if(!fileallowed(f, fid->uid, DMEXEC))
		return Esrvperm;
	if(strcmp(name, "..") == 0){
		if(f != root)
			f = f->parent;
	}else
		f = filechild(f, name);
	if(f == nil)
		return Esrvnonexist;
	f->ref++;
	putfile(a->f);
	a->f = f;
	*q = f->qid;
	return nil;
}

static char*
ramopen(Req *r)
{
	static ulong need[] = { DMREAD, DMWRITE, DMREAD|DMWRITE, DMEXEC };
	File *f;
	ulong want;

	f = file(r->fid);
	want = need[r->in.mode & 3];
	if(r->in.mode & OTRUNC)
		want |= DMWRITE;
	if(!fileallowed(f, r->fid->uid, want))
		return Esrvperm;
	if((r->in.mode & ORCLOSE) && (f == root || f->parent == nil || !fileallowed(f->parent, r->fid->uid, DMWRITE)))
		return Esrvperm;
	if((f->mode & DMEXCL) && f->opens > 0)
		return Eexcl;
	if((r->in.mode & OTRUNC) && (f->mode & DMAPPEND) == 0){
		truncatefile(f, 0);
		filemodified(f, r->fid->uid);
	}
	f->opens++;
	r->fid->qid = f->qid;
	return nil;
}

static char*
ramcreate(Req *r)
{
	File *d, *f;
	Aux *a;
	ulong perm;

	a = r->fid->aux;
	d = a->f;
	if(d->parent == nil && d != root)
		return Esrvnonexist;
	if(!fileallowed(d, r->fid->uid, DMWRITE))
		return Esrvperm;
	if(filechild(d, r->in.name) != nil)
		return Esrvexist;
	perm = r->in.perm & (DMDIR|DMAPPEND|DMEXCL|DMTMP|0777);
	if(perm & DMDIR)
		perm &= ~0777UL | (d->mode & 0777);
	else
		perm &= ~0666UL | (d->mode & 0666);
	f = newfile(r->in.name, r->fid->uid, d->gid, perm);
	if(f == nil)
		return Esrvmem;
	filelink(d, f);
	filemodified(d, r->fid->uid);
	f->ref++;
	f->opens++;
	putfile(d);
	a->f = f;
	r->fid->qid = f->qid;
	return nil;
}

static void
filldir(File *f, Dir *d)
{
	d->qid = f->qid;
	d->mode = f->mode;
	d->atime = f->atime;
	d->mtime = f->mtime;
	d->length = f->mode & DMDIR? 0: f->length;
	d->name = f->name;
	d->uid = f->uid;
	d->gid = f->gid;
	d->muid = f->muid;
}

/* On from the entry last seen; that one may be gone, its place is not. */
static char*
readdir(Req *r, Aux *a)
{
	File *f;
	Dir d;
	uint n;

	if(r->in.offset == 0)
		a->seen = 0;
	memset(&d, 0, sizeof d);
	for(f = a->f->first; f != nil; f = f->next){
		if(f->qid.path <= a->seen)
			continue;
		filldir(f, &d);
		n = sizeD2M(&d);
		if(r->out.count+n > r->in.count)
			break;
		r->out.count += convD2M(&d, r->data+r->out.count, n);
		a->seen = f->qid.path;
	}
	return nil;
}

static char*
ramread(Req *r)
{
	File *f;
	ulong off, n, i, k;

	f = file(r->fid);
	f->atime = time(nil);
	if(f->mode & DMDIR)
		return readdir(r, r->fid->aux);
	if(r->in.offset >= f->length)
		return nil;
	off = r->in.offset;
	n = r->in.count;
	if(n > f->length-off)
		n = f->length-off;
	for(i = 0; i < n; i += k){
		k = Block - (off+i)%Block;
		if(k > n-i)
			k = n-i;
		if((off+i)/Block < f->nblock && f->block[(off+i)/Block] != nil)
			memmove(r->data+i, f->block[(off+i)/Block]+(off+i)%Block, k);
		else
			memset(r->data+i, 0, k);
	}
	r->out.count = n;
	return nil;
}

static char*
ramwrite(Req *r)
{
	File *f;
	ulong off, n, i, k;
	uchar *b;

	f = file(r->fid);
	n = r->in.count;
	if(f->mode & DMAPPEND)
		r->in.offset = f->length;
	if(r->in.offset+n > Maxfile)
		return "file too large";
	off = r->in.offset;
	for(i = 0; i < n; i += k){
		k = Block - (off+i)%Block;
		if(k > n-i)
			k = n-i;
		b = fileblock(f, (off+i)/Block);
		if(b == nil)
			break;
		memmove(b+(off+i)%Block, r->in.data+i, k);
	}
	if(i == 0 && n > 0)
		return Esrvmem;
	if(off+i > f->length)
		f->length = off+i;
	filemodified(f, r->fid->uid);
	r->out.count = i;
	return nil;
}

static char*
removefile(File *f, char *uid)
{
	if(f == root || f->parent == nil)
		return Esrvperm;
	if(!fileallowed(f->parent, uid, DMWRITE))
		return Esrvperm;
	if(f->first != nil)
		return "directory not empty";
	filemodified(f->parent, uid);
	fileunlink(f);
	return nil;
}

static char*
ramremove(Req *r)
{
	return removefile(file(r->fid), r->fid->uid);
}

static char*
ramstat(Req *r, Dir *d)
{
	filldir(file(r->fid), d);
	return nil;
}

/* What may be changed, and by whom; nothing is changed yet. */
static char*
checkwstat(File *f, char *uid, Dir *d)
{
	if(d->name[0] != 0 && strcmp(d->name, f->name) != 0){
		if(f == root || f->parent == nil || !fileallowed(f->parent, uid, DMWRITE))
			return Esrvperm;
		if(strcmp(d->name, ".") == 0 || strcmp(d->name, "..") == 0)
			return Esrvperm;
		if(filechild(f->parent, d->name) != nil)
			return Esrvexist;
	}
	if(d->length != -1 && (ulong)d->length != f->length){
		if((f->mode & DMDIR) || !fileallowed(f, uid, DMWRITE))
			return Esrvperm;
		if(d->length < 0 || d->length > Maxfile)
			return "file too large";
	}
	if((d->mode != ~0UL && d->mode != f->mode) || d->mtime != ~0UL || d->gid[0] != 0)
		if(strcmp(uid, f->uid) != 0)
			return Esrvperm;
	if(d->mode != ~0UL && ((d->mode ^ f->mode) & DMDIR))
		return Esrvperm;
	if(d->uid[0] != 0 && strcmp(d->uid, f->uid) != 0)
		return Esrvperm;
	return nil;
}

static char*
setstr(char **to, char *s)
{
	if(*s == 0)
		return nil;
	s = strdup(s);
	if(s == nil)
		return Esrvmem;
	free(*to);
	*to = s;
	return nil;
}

static char*
ramwstat(Req *r, Dir *d)
{
	File *f;
	char *err;

	f = file(r->fid);
	err = checkwstat(f, r->fid->uid, d);
	if(err == nil)
		err = setstr(&f->name, d->name);
	if(err == nil)
		err = setstr(&f->gid, d->gid);
	if(err != nil)
		return err;
	if(d->mode != ~0UL){
		f->mode = d->mode & (DMDIR|DMAPPEND|DMEXCL|DMTMP|0777);
		f->qid.type = f->mode>>24;
	}
	if(d->length != -1){
		truncatefile(f, d->length);
		filemodified(f, r->fid->uid);
	}
	if(d->mtime != ~0UL)
		f->mtime = d->mtime;
	return nil;
}

static void
ramclunk(Fid *fid)
{
	File *f;

	f = file(fid);
	f->opens--;
	if(fid->omode & ORCLOSE)
		removefile(f, fid->uid);
}

static void
ramdestroy(Fid *fid)
{
	if(fid->aux == nil)
		return;
	putfile(file(fid));
	free(fid->aux);
}

static Srv ram =
{
	.attach = ramattach,
	.clone = ramclone,
	.walk1 = ramwalk1,
	.open = ramopen,
	.create = ramcreate,
	.read = ramread,
	.write = ramwrite,
	.remove = ramremove,
	.stat = ramstat,
	.wstat = ramwstat,
	.clunk = ramclunk,
	.destroyfid = ramdestroy,
};

/* Memory of ours shows the files: not even the owner may look. */
static void
beprivate(void)
{
	char name[32];
	int fd;

	snprint(name, sizeof name, "/proc/%d/ctl", getpid());
	fd = open(name, OWRITE);
	if(fd < 0 || write(fd, "private", 7) != 7)
		fprint(2, "ramfs: cannot be private: %r\n");
	close(fd);
}

static void
usage(void)
{
	fprint(2, "usage: ramfs [-ips] [-m mountpoint] [-S srvname]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	char *mtpt, *name;
	int stdio, private;

	mtpt = "/tmp";
	name = nil;
	stdio = private = 0;
	ARGBEGIN{
	case 'i':
		stdio = 1;
		break;
	case 'p':
		private = 1;
		break;
	case 's':
		mtpt = nil;
		name = "ramfs";
		break;
	case 'S':
		mtpt = nil;
		name = EARGF(usage());
		break;
	case 'm':
		mtpt = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	argv0 = "ramfs";
	if(argc != 0)
		usage();
	root = newfile("/", getuser(), getuser(), DMDIR|0775);
	if(root == nil)
		sysfatal("no memory");
	if(private)
		beprivate();
	if(stdio){
		ram.in = 0;
		ram.out = 1;
		srvloop(&ram);
	}else if(srvstart(&ram, name, mtpt, MREPL|MCREATE) < 0)
		sysfatal("cannot serve: %r");
	exits(nil);
}
