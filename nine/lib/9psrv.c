/* SPDX-License-Identifier: MIT */
/* The loop of a 9P server: reading requests, checking them, answering. */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "9pimpl.h"

char Esrvcall[] = "%r";
char Esrvperm[] = "permission denied";
char Esrvexist[] = "file already exists";
char Esrvnonexist[] = "file does not exist";
char Esrvnotdir[] = "not a directory";
char Esrvisdir[] = "file is a directory";
char Esrvmem[] = "no memory in the file server";
static char Ebadfid[] = "unknown fid";
static char Edupfid[] = "fid already in use";
static char Enotopen[] = "fid is not open for that";
static char Eopen[] = "fid is already open";
static char Ebadname[] = "bad character in file name";
static char Ebadreq[] = "bad 9P request";

/* One whole message: its length; 0 at the end, -1 if it is none. */
int
read9pmsg(int fd, void *buf, uint size)
{
	uchar *p;
	uint n;
	long m;

	p = buf;
	m = readn(fd, p, BIT32SZ);
	if(m != BIT32SZ)
		return m < 0? -1: 0;
	n = GBIT32(p);
	if(n < MSGHDRSZ || n > size){
		werrstr("bad length in 9P2000 message header");
		return -1;
	}
	m = readn(fd, p+BIT32SZ, n-BIT32SZ);
	if(m != (long)n-BIT32SZ)
		return m < 0? -1: 0;
	return n;
}

/* The first message of the session, of which the length may have been read. */
static int
firstmsg(Srv *s, uchar *buf, uint size)
{
	uint n;

	if(s->nfirst != BIT32SZ)
		return read9pmsg(s->in, buf, size);
	n = GBIT32(s->first);
	if(n < MSGHDRSZ || n > size)
		return -1;
	memmove(buf, s->first, BIT32SZ);
	return readn(s->in, buf+BIT32SZ, n-BIT32SZ) == (long)n-BIT32SZ? (int)n: 0;
}

static void
freereq(Req *r)
{
	srvputfid(r->fid);
	srvputfid(r->newfid);
	free(r->buf);
	free(r->data);
	free(r->aux);
	free(r);
}

/* A reply is written as one piece; a note only makes us try again. */
static void
reply(Srv *s, Fcall *f)
{
	uchar *buf;
	char err[ERRMAX];
	uint n;

	n = sizeS2M(f);
	if(n == 0 || n > s->msize){
		f->type = Rerror;
		f->ename = "reply too long";
		n = sizeS2M(f);
	}
	buf = malloc(n);
	if(buf == nil)
		sysfatal("no memory for a reply");
	convS2M(f, buf, n);
	qlock(&s->wlk);
	while(write(s->out, buf, n) < 0){
		rerrstr(err, sizeof err);
		if(strcmp(err, "interrupted") != 0)
			break;		/* the client is gone: the loop will see it */
	}
	qunlock(&s->wlk);
	free(buf);
}

void
srvrespond(Req *r, char *err)
{
	Srv *s;
	char text[ERRMAX];
	int forgotten;

	s = r->srv;
	if(err == Esrvcall){
		rerrstr(text, sizeof text);
		err = text;
	}
	r->out.tag = r->in.tag;
	r->out.type = r->in.type+1;
	if(err != nil){
		r->out.type = Rerror;
		r->out.ename = err;
	}
	lock(&s->lk);
	r->worker = 0;
	forgotten = r->forgotten;
	unlock(&s->lk);
	if(!forgotten)
		reply(s, &r->out);
	srvdelreq(r);
	freereq(r);
}

static char*
version(Req *r)
{
	Srv *s;

	s = r->srv;
	if(r->in.msize < 256)
		return "message size too small";
	srvreset(s);
	r->forgotten = 0;
	s->msize = r->in.msize < Srvmsize? r->in.msize: Srvmsize;
	r->out.msize = s->msize;
	r->out.version = VERSION9P;
	if(strncmp(r->in.version, VERSION9P, strlen(VERSION9P)) != 0)
		r->out.version = "unknown";
	return nil;
}

static char*
attach(Req *r)
{
	char *err;

	if(r->in.afid != NOFID)
		return "authentication not required";
	r->fid = srvnewfid(r->srv, r->in.fid, r->in.uname);
	if(r->fid == nil)
		return Esrvmem;
	err = r->srv->attach(r);
	if(err == nil && !srvaddfid(r->fid))
		err = Edupfid;
	r->out.qid = r->fid->qid;
	return err;
}

/* The names, on a copy of the fid; how far it went is in out.nwqid. */
static char*
walknames(Req *r, Fid *f)
{
	char *err;
	int i;

	err = nil;
	for(i = 0; i < r->in.nwname; i++){
		if((f->qid.type & QTDIR) == 0)
			err = Esrvnotdir;
		else
			err = r->srv->walk1(f, r->in.wname[i], &f->qid);
		if(err != nil)
			break;
		r->out.wqid[i] = f->qid;
	}
	r->out.nwqid = i;
	return i == 0? err: nil;
}

static char*
walk(Req *r)
{
	Fid *f;
	char *err;

	if(r->fid->omode != -1)
		return "cannot walk an open fid";
	if(r->in.newfid != r->in.fid && (f = srvgetfid(r->srv, r->in.newfid)) != nil){
		srvputfid(f);
		return Edupfid;
	}
	f = r->newfid = srvnewfid(r->srv, r->in.newfid, r->fid->uid);
	if(f == nil)
		return Esrvmem;
	f->qid = r->fid->qid;
	err = r->srv->clone(r->fid, f);
	if(err == nil)
		err = walknames(r, f);
	if(err != nil || r->out.nwqid < r->in.nwname)
		return err;
	if(r->in.newfid == r->in.fid)
		srvdelfid(r->fid);
	return srvaddfid(f)? nil: Edupfid;
}

static char*
doopen(Req *r)
{
	char *err;
	int how;

	how = r->in.mode & 3;
	if(r->fid->omode != -1)
		return Eopen;
	if((r->fid->qid.type & QTDIR) && (how == OWRITE || how == ORDWR || (r->in.mode & OTRUNC)))
		return Esrvisdir;
	err = r->srv->open(r);
	if(err == nil)
		r->fid->omode = r->in.mode;
	r->out.qid = r->fid->qid;
	return err;
}

static char*
docreate(Req *r)
{
	char *err, *n;

	n = r->in.name;
	if(r->fid->omode != -1)
		return Eopen;
	if((r->fid->qid.type & QTDIR) == 0)
		return Esrvnotdir;
	if(*n == 0 || strchr(n, '/') != nil || strcmp(n, ".") == 0 || strcmp(n, "..") == 0)
		return Ebadname;
	if((r->in.perm & DMDIR) && (r->in.mode & 3) != OREAD)
		return Esrvisdir;
	err = r->srv->create(r);
	if(err == nil)
		r->fid->omode = r->in.mode;
	r->out.qid = r->fid->qid;
	return err;
}

static char*
doread(Req *r)
{
	if(r->fid->omode == -1 || (r->fid->omode & 3) == OWRITE)
		return Enotopen;
	if(r->in.offset < 0)
		return "negative i/o offset";
	if(r->in.count > r->srv->msize-IOHDRSZ)
		r->in.count = r->srv->msize-IOHDRSZ;
	r->data = malloc(r->in.count+1);
	if(r->data == nil)
		return Esrvmem;
	r->out.data = (char*)r->data;
	r->out.count = 0;
	return r->srv->read(r);
}

static char*
dowrite(Req *r)
{
	int how;

	how = r->fid->omode & 3;
	if(r->fid->omode == -1 || (how != OWRITE && how != ORDWR))
		return Enotopen;
	if(r->in.offset < 0)
		return "negative i/o offset";
	return r->srv->write(r);
}

static char*
doremove(Req *r)
{
	char *err;

	err = r->srv->remove(r);
	srvdelfid(r->fid);
	return err;
}

static char*
dostat(Req *r)
{
	char *err;
	Dir d;
	uint n;

	memset(&d, 0, sizeof d);
	err = r->srv->stat(r, &d);
	if(err != nil)
		return err;
	n = sizeD2M(&d);
	r->data = malloc(n);
	if(r->data == nil)
		return Esrvmem;
	r->out.nstat = convD2M(&d, r->data, n);
	r->out.stat = r->data;
	return nil;
}

static char*
dowstat(Req *r)
{
	Dir d;
	char *err, *strs;

	if(statcheck(r->in.stat, r->in.nstat) < 0)
		return "malformed stat buffer";
	strs = malloc(r->in.nstat);
	if(strs == nil)
		return Esrvmem;
	convM2D(r->in.stat, r->in.nstat, &d, strs);
	err = strchr(d.name, '/') != nil? Ebadname: r->srv->wstat(r, &d);
	free(strs);
	return err;
}

/* The handler of a request, and whether it may wait. */
static char*
perform(Req *r)
{
	switch(r->in.type){
	case Tversion:
		return version(r);
	case Tauth:
		return "authentication not required";
	case Tattach:
		return attach(r);
	case Twalk:
		return walk(r);
	case Topen:
		return doopen(r);
	case Tcreate:
		return docreate(r);
	case Tread:
		return doread(r);
	case Twrite:
		return dowrite(r);
	case Tclunk:
		srvdelfid(r->fid);
		return nil;
	case Tremove:
		return doremove(r);
	case Tstat:
		return dostat(r);
	case Twstat:
		return dowstat(r);
	}
	return Ebadreq;
}

/* In one process from beginning to end, since the error text is a process's own. */
void
srvdo(Req *r)
{
	srvrespond(r, perform(r));
}

static void
flush(Req *r)
{
	ulong old;

	old = srvfindreq(r->srv, r->in.oldtag, r);
	if(old != 0)
		srvinterrupt(r->srv, old);
	srvrespond(r, nil);
}

static int
wantsfid(int type)
{
	return type >= Twalk && type <= Twstat;
}

static void
handle(Req *r)
{
	if(wantsfid(r->in.type)){
		r->fid = srvgetfid(r->srv, r->in.fid);
		if(r->fid == nil){
			srvrespond(r, Ebadfid);
			return;
		}
	}
	switch(r->in.type){
	case Tflush:
		if(srvfindreq(r->srv, r->in.oldtag, r) != 0)
			srvwork(r, flush);
		else
			srvrespond(r, nil);
		return;
	case Tattach:
	case Twalk:
	case Topen:
	case Tcreate:
	case Tread:
	case Twrite:
	case Tremove:
	case Tstat:
	case Twstat:
		if(r->srv->concurrent){
			srvwork(r, srvdo);
			return;
		}
	}
	srvdo(r);
}

static Req*
newreq(Srv *s, uchar *buf, int n)
{
	Req *r;

	r = mallocz(sizeof *r, 1);
	if(r == nil)
		return nil;
	r->srv = s;
	r->buf = malloc(n);
	if(r->buf == nil){
		free(r);
		return nil;
	}
	memmove(r->buf, buf, n);
	if(convM2S(r->buf, n, &r->in) != (uint)n){
		r->in.tag = GBIT16(buf+BIT32SZ+BIT8SZ);
		r->in.type = Terror;		/* nobody handles that */
	}
	return r;
}

void
srvloop(Srv *s)
{
	uchar *buf;
	Req *r;
	int n;

	s->msize = Srvmsize;
	buf = malloc(Srvmsize);
	if(buf == nil)
		sysfatal("no memory for requests");
	for(n = firstmsg(s, buf, s->msize); n > 0; n = read9pmsg(s->in, buf, s->msize)){
		r = newreq(s, buf, n);
		if(r == nil)
			sysfatal("no memory for requests");
		srvaddreq(r);
		handle(r);
	}
	free(buf);
	srvendwork();
}
