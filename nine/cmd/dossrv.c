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

static char Infoname[] = ".dfree";
static char Erdonly[] = "file system is read only";
static char *deffile;
static char *owner;
static int rdonly;
static Fs *fss;

static Node*
node(Fid *fid)
{
	return ((Aux*)fid->aux)->n;
}

static Qid
qidof(Node *n)
{
	Qid q;

	q.path = n->path;
	q.vers = n->mtime ^ n->length<<8 ^ n->start<<16 ^ n->changes<<24;
	q.type = n->attr & Adir? QTDIR: QTFILE;
	return q;
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

/* --- file systems --- */

static Fs*
getfs(char *name)
{
	Fs *fs;

	for(fs = fss; fs != nil; fs = fs->next)
		if(strcmp(fs->name, name) == 0)
			return fs;
	fs = openfs(name, rdonly);
	if(fs != nil){
		fs->next = fss;
		fss = fs;
	}
	return fs;
}

/* Nobody uses it: the device may change until somebody does. */
static void
release(Fs *fs)
{
	Fs **l;

	if(fs->ref > 0)
		return;
	if(syncfs(fs) < 0)
		fprint(2, "dossrv: %s: %r\n", fs->name);
	for(l = &fss; *l != fs; l = &(*l)->next)
		;
	*l = fs->next;
	closefs(fs);
}

static void
letgo(Node *n)
{
	Fs *fs;

	fs = n->fs;
	putnode(n);
	release(fs);
}

/* The host is told, too, by the disk's ctl file; other devices have none. */
static void
flushdevice(Fs *fs)
{
	char *ctl, *slash;
	int fd;

	slash = strrchr(fs->name, '/');
	if(slash == nil)
		return;
	ctl = smprint("%.*sctl", (int)(slash+1-fs->name), fs->name);
	if(ctl == nil)
		return;
	fd = open(ctl, OWRITE);
	if(fd >= 0){
		write(fd, "flush", 5);
		close(fd);
	}
	free(ctl);
}

static char*
sync(Node *n)
{
	char *err;

	err = n->dirty? updatenode(n): nil;
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return err;
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
	fs = getfs(name);
	if(fs == nil)
		return Esrvcall;
	n = rootnode(fs);
	if(n == nil)
		return Esrvmem;
	err = hold(r->fid, n);
	if(err != nil)
		letgo(n);
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
		letgo(node(old));
		return err;
	}
	a = new->aux;
	a->info = ((Aux*)old->aux)->info;
	if(a->info)
		new->qid = infoqid();
	return nil;
}

/* "%r" is the error of the system call that failed. */
static char*
why(char *err)
{
	return err != nil && strcmp(err, "%r") == 0? Esrvcall: err;
}

static char*
child(Node *d, char *name, Node **n)
{
	Entry *e;
	char *err;

	*n = nil;
	e = malloc(sizeof *e);
	if(e == nil)
		return Esrvmem;
	err = findentry(d, name, e);
	if(err == nil && e->end == 0)
		err = Esrvnonexist;
	if(err == nil && (*n = getnode(d, e)) == nil)
		err = Esrvmem;
	free(e);
	return why(err);
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
	}else if(d->parent == nil && strcmp(name, Infoname) == 0){
		a->info = 1;
		*q = infoqid();
		return nil;
	}else{
		err = child(d, name, &n);
		if(err != nil)
			return err;
	}
	a->n = n;
	letgo(d);
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
			return Erdonly;
		if((n->attr & Ardonly) && (how == OWRITE || how == ORDWR || (r->in.mode & OTRUNC)))
			return Esrvperm;
		if((r->in.mode & ORCLOSE) && n->parent == nil)
			return Esrvperm;
	}
	if(r->in.mode & OTRUNC){
		err = setlength(n, 0);
		if(err != nil)
			return why(err);
		n->mtime = time(nil);
		n->changes++;
		n->dirty = 1;
	}
	n->opens++;
	r->fid->qid = qidof(n);
	return nil;
}

/* A directory begins with itself and its parent. */
static char*
makedir(Node *n)
{
	ulong up, c;
	uchar *p;
	char *err;
	int i;

	err = setclusters(n, 1);
	if(err != nil)
		return err;
	for(i = 0; i < 2; i++){
		p = dirbytes(n, i*Dirent, 1);
		if(p == nil)
			return "%r";
		up = n->parent->parent == nil? 0: n->parent->start;
		c = i == 0? n->start: up;
		memset(p, 0, Dirent);
		memset(p, ' ', 11);
		memset(p, '.', i+1);
		p[11] = Adir;
		setdostime(p+22, n->mtime);
		p[26] = c;
		p[27] = c>>8;
		if(n->fs->bits == 32){
			p[20] = c>>16;
			p[21] = c>>24;
		}
	}
	return updatenode(n);
}

static char*
newfile(Node *d, char *name, ulong perm, Node **np)
{
	Entry *e;
	Node *n;
	char *err;
	int attr;

	attr = perm & DMDIR? Adir: Aarchive;
	if((perm & 0222) == 0 && (perm & DMDIR) == 0)
		attr |= Ardonly;
	e = malloc(sizeof *e);
	if(e == nil)
		return Esrvmem;
	err = addentry(d, name, attr, 0, e);
	n = nil;
	if(err == nil && (n = getnode(d, e)) == nil)
		err = Esrvmem;
	free(e);
	if(err != nil)
		return err;
	if(perm & DMDIR)
		err = makedir(n);
	if(err != nil){
		setclusters(n, 0);
		delentry(n);
		n->gone = 1;
		letgo(n);
		return err;
	}
	*np = n;
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
		return Erdonly;
	if(d->parent == nil && samename(r->in.name, Infoname))
		return Esrvexist;
	err = child(d, r->in.name, &n);
	if(err == nil){
		letgo(n);
		return Esrvexist;
	}
	if(err != Esrvnonexist)
		return why(err);
	err = newfile(d, r->in.name, r->in.perm, &n);
	if(err != nil)
		return why(err);
	a->n = n;
	letgo(d);
	n->opens++;
	r->fid->qid = qidof(n);
	return nil;
}

static void
filldir(Node *n, Dir *d)
{
	d->qid = qidof(n);
	d->mode = n->attr & Ardonly? 0444: 0666;
	if(n->attr & Adir)
		d->mode = DMDIR|0777;
	d->atime = n->atime;
	d->mtime = n->mtime;
	d->length = n->attr & Adir? 0: n->length;
	d->name = n->name;
	d->uid = d->gid = d->muid = owner;
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
	return why(err);
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
	return why(err);
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
	return why(err);
}

static char*
removenode(Node *n)
{
	char *err;

	if(n->gone)
		return Egone;
	if(n->parent == nil)
		return Esrvperm;
	if(n->fs->rdonly)
		return Erdonly;
	if(n->attr & Ardonly)
		return Esrvperm;
	err = n->attr & Adir? emptydir(n): nil;
	/* The entry first: clusters nobody has are better than two who have them. */
	if(err == nil)
		err = delentry(n);
	if(err == nil){
		n->gone = 1;
		err = setclusters(n, 0);
	}
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return why(err);
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
		d->name = Infoname;
	}
	return nil;
}

static char*
checkname(Node *n, char *name)
{
	Node *other;
	char *err;

	if(n->parent == nil)
		return Esrvperm;
	if(n->parent->parent == nil && samename(name, Infoname))
		return Esrvexist;
	err = child(n->parent, name, &other);
	if(err == Esrvnonexist)
		return nil;
	if(err != nil)
		return err;
	err = other == n? nil: Esrvexist;	/* itself in other letters */
	letgo(other);
	return err;
}

/* All is checked before anything is done; nothing to do: sync. */
static char*
doswstat(Req *r, Dir *d)
{
	int rename, none;
	char *err;
	Node *n;

	n = node(r->fid);
	if(((Aux*)r->fid->aux)->info)
		return Esrvperm;
	if(n->gone)
		return Egone;
	none = d->name[0] == 0 && d->length == -1 && d->mode == ~0UL && d->mtime == ~0UL;
	if(none){
		err = sync(n);
		flushdevice(n->fs);
		return why(err);
	}
	if(n->fs->rdonly)
		return Erdonly;
	rename = d->name[0] != 0 && strcmp(d->name, n->name) != 0;
	err = rename? checkname(n, d->name): nil;
	if(err != nil)
		return why(err);
	if(d->mode != ~0UL && ((d->mode&DMDIR) != 0) != ((n->attr&Adir) != 0))
		return Esrvperm;
	if(d->length != -1 && (d->length < 0 || d->length > 0xFFFFFFFFLL))
		return "file too large";
	if(d->length != -1 && d->length != n->length && (n->attr & Adir))
		return Esrvperm;
	if(d->length != -1 && (n->attr & Adir) == 0 && d->length != n->length){
		err = setlength(n, d->length);
		n->mtime = time(nil);
		n->changes++;
	}
	if(err == nil && d->mode != ~0UL && (n->attr & Adir) == 0)
		n->attr = d->mode & 0222? n->attr & ~Ardonly: n->attr | Ardonly;
	if(err == nil && d->mtime != ~0UL)
		n->mtime = d->mtime;
	if(err == nil && rename)
		err = renamenode(n, d->name);
	if(err == nil && n->parent != nil)
		err = updatenode(n);
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return why(err);
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
	if(sync(n) != nil)
		fprint(2, "dossrv: %s: %r\n", n->name);
}

static void
dosdestroy(Fid *fid)
{
	if(fid->aux == nil)
		return;
	letgo(node(fid));
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
	owner = getuser();
	if(stdio){
		dos.in = 0;
		dos.out = 1;
		srvloop(&dos);
	}else if(srvstart(&dos, argc == 1? argv[0]: "dos", nil, 0) < 0)
		sysfatal("cannot serve: %r");
	exits(nil);
}
