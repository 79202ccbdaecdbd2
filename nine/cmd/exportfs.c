/* SPDX-License-Identifier: MIT */
/*
 * exportfs - serve a part of the name space, as seen from here with all that
 * is mounted in it, over descriptors 0 and 1.  A fid is a name and, once
 * open, a descriptor; what may block is done by several processes.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "exportfs.h"

typedef struct File File;
struct File
{
	char	*name;
	int	fd;			/* -1: not open */
};

static char *root = "/";

/* nothing but slashes between root and the rest */
static char*
join(char *dir, char *name)
{
	char *e;

	e = dir+strlen(dir);
	return smprint("%s%s%s", dir, e > dir && e[-1] == '/'? "": "/", name);
}

static char*
hold(Fid *fid, char *name)
{
	File *f;

	f = mallocz(sizeof *f, 1);
	if(f == nil)
		return Esrvmem;
	f->fd = -1;
	f->name = strdup(name);
	if(f->name == nil){
		free(f);
		return Esrvmem;
	}
	fid->aux = f;
	return nil;
}

static char*
fsattach(Req *r)
{
	Dir *d;

	d = dirstat(root);
	if(d == nil)
		return Esrvcall;
	r->fid->qid = exportqid(d->type, d->dev, d->qid);
	free(d);
	return hold(r->fid, root);
}

static char*
fsclone(Fid *old, Fid *new)
{
	return hold(new, ((File*)old->aux)->name);
}

/* One element less, but never out of the tree. */
static char*
parent(char *name)
{
	char *p, *s;

	s = strdup(name);
	if(s == nil || strcmp(s, root) == 0)
		return s;
	p = strrchr(s, '/');
	if(p != nil && p-s < (long)strlen(root)){
		free(s);
		return strdup(root);
	}
	if(p != nil)
		*p = 0;
	return s;
}

static char*
fswalk1(Fid *fid, char *name, Qid *q)
{
	File *f;
	Dir *d;
	char *s;

	f = fid->aux;
	if(strchr(name, '/') != nil || name[0] == 0)
		return "bad character in file name";
	s = strcmp(name, "..") == 0? parent(f->name): join(f->name, name);
	if(s == nil)
		return Esrvmem;
	d = dirstat(s);
	if(d == nil){
		free(s);
		return exporterror();
	}
	*q = exportqid(d->type, d->dev, d->qid);
	free(d);
	free(f->name);
	f->name = s;
	return nil;
}

/* What is behind an open descriptor may not be what the name said. */
static char*
opened(Req *r, int fd)
{
	File *f;
	Dir *d;

	f = r->fid->aux;
	if(fd < 0)
		return exporterror();
	d = dirfstat(fd);
	if(d != nil)
		r->fid->qid = exportqid(d->type, d->dev, d->qid);
	free(d);
	r->out.iounit = iounit(fd);
	if(r->out.iounit > r->srv->msize-IOHDRSZ)
		r->out.iounit = 0;
	f->fd = fd;
	return nil;
}

static char*
fsopen(Req *r)
{
	return opened(r, open(((File*)r->fid->aux)->name, r->in.mode & (3|OTRUNC|ORCLOSE)));
}

static char*
fscreate(Req *r)
{
	File *f;
	char *s, *err;

	f = r->fid->aux;
	s = join(f->name, r->in.name);
	if(s == nil)
		return Esrvmem;
	err = opened(r, create(s, (r->in.mode & (3|OTRUNC|ORCLOSE)) | OEXCL, r->in.perm));
	if(err != nil){
		free(s);
		return err;
	}
	free(f->name);
	f->name = s;
	return nil;
}

/* Entries keep their lengths, so offsets stay right. */
static void
mapqids(uchar *p, long n)
{
	Qid q;
	long i, len;

	for(i = 0; n-i >= BIT16SZ; i += len){
		len = BIT16SZ+GBIT16(p+i);
		if(len > n-i || len < STATFIXLEN)
			break;
		q.type = GBIT8(p+i+8);
		q.vers = GBIT32(p+i+9);
		q.path = GBIT64(p+i+13);
		q = exportqid(GBIT16(p+i+2), GBIT32(p+i+4), q);
		PBIT64(p+i+13, q.path);
	}
}

static char*
fsread(Req *r)
{
	long n;

	n = pread(((File*)r->fid->aux)->fd, r->data, r->in.count, r->in.offset);
	if(n < 0)
		return Esrvcall;
	if(r->fid->qid.type & QTDIR)
		mapqids(r->data, n);
	r->out.count = n;
	return nil;
}

static char*
fswrite(Req *r)
{
	long n;

	n = pwrite(((File*)r->fid->aux)->fd, r->in.data, r->in.count, r->in.offset);
	if(n < 0)
		return Esrvcall;
	r->out.count = n;
	return nil;
}

static char*
fsremove(Req *r)
{
	File *f;

	f = r->fid->aux;
	return remove(f->name) < 0? exporterror(): nil;
}

static char*
fsstat(Req *r, Dir *d)
{
	File *f;
	Dir *have;

	f = r->fid->aux;
	have = f->fd >= 0? dirfstat(f->fd): dirstat(f->name);
	if(have == nil)
		return exporterror();
	*d = *have;
	d->qid = exportqid(d->type, d->dev, d->qid);
	if(strcmp(f->name, root) == 0)
		d->name = "/";
	/* the strings stay where they are until the reply is made */
	r->aux = have;
	return nil;
}

static char*
fswstat(Req *r, Dir *d)
{
	File *f;
	char *s, *p;

	f = r->fid->aux;
	d->qid.path = ~0ULL;
	d->qid.vers = ~0UL;
	d->qid.type = (uchar)~0;
	d->type = (ushort)~0;
	d->dev = ~0U;
	if((f->fd >= 0? dirfwstat(f->fd, d): dirwstat(f->name, d)) < 0)
		return exporterror();
	if(d->name[0] == 0 || strcmp(f->name, root) == 0)
		return nil;
	p = parent(f->name);
	s = p == nil? nil: join(p, d->name);
	free(p);
	if(s != nil){
		free(f->name);
		f->name = s;
	}
	return nil;
}

static void
fsdestroy(Fid *fid)
{
	File *f;

	f = fid->aux;
	if(f == nil)
		return;
	if(f->fd >= 0)
		close(f->fd);
	free(f->name);
	free(f);
}

static Srv fs =
{
	.in = 0,
	.out = 1,
	.concurrent = 1,
	.attach = fsattach,
	.clone = fsclone,
	.walk1 = fswalk1,
	.open = fsopen,
	.create = fscreate,
	.read = fsread,
	.write = fswrite,
	.remove = fsremove,
	.stat = fsstat,
	.wstat = fswstat,
	.destroyfid = fsdestroy,
};

static void
refuse(char *why)
{
	write(1, why, strlen(why));
	exits(why);
}

/*
 * The client says what it wants: the name of the tree, answered by OK or the
 * reason why not; then perhaps a line "impo filter cipher", of which there is
 * only the one that asks for neither.  What comes instead is 9P.
 */
static void
handshake(void)
{
	static char dir[1024], line[64], err[ERRMAX];
	long n, m;

	n = read(0, dir, sizeof dir-1);
	if(n <= 0)
		exits("no tree named");
	dir[n] = 0;
	if(chdir(dir) < 0){
		rerrstr(err, sizeof err);
		refuse(err);
	}
	root = dir;
	if(write(1, "OK", 2) != 2 || readn(0, fs.first, BIT32SZ) != BIT32SZ)
		exits("hung up");
	if(memcmp(fs.first, "impo", BIT32SZ) != 0){
		fs.nfirst = BIT32SZ;
		return;
	}
	for(n = 0; n < (long)sizeof line-1; n += m){
		m = read(0, line+n, 1);
		if(m != 1)
			exits("hung up");
		if(line[n] == '\n')
			break;
	}
	line[n] = 0;
	if(strcmp(line, " nofilter clear") != 0)
		exits("unknown filter or cipher");
}

static void
mountservice(char *file)
{
	int fd;

	fd = open(file, ORDWR);
	if(fd < 0)
		sysfatal("%s: %r", file);
	if(mount(fd, -1, "/mnt", MREPL|MCREATE, "") < 0)
		sysfatal("cannot mount %s: %r", file);
	root = "/mnt";
}

static void
usage(void)
{
	fprint(2, "usage: exportfs [-r root | -S service]\n");
	exits("usage");
}

int
main(int argc, char *argv[])
{
	char *service;
	int known;

	service = nil;
	known = 0;
	ARGBEGIN{
	case 'r':
		root = cleanname(EARGF(usage()));
		known = 1;
		break;
	case 'S':
		service = EARGF(usage());
		known = 1;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "exportfs";
	if(argc != 0)
		usage();
	rfork(RFNOTEG|RFNAMEG|RFFDG|RFREND);
	if(service != nil)
		mountservice(service);
	if(!known)
		handshake();
	if(chdir(root) < 0)
		sysfatal("%s: %r", root);
	srvloop(&fs);
	exits(nil);
}
