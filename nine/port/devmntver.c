/*
 * How a connection to a 9P server begins: agreeing on a version,
 * authentication, attaching.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "fcall.h"
#include "devmnt.h"

enum
{
	Minmsize	= 256,
	Maxmsize	= 1024*1024,
	Patience	= 20,			/* ms between looks at somebody else's version */
};

static Ref mntids;
static Ref fids;

/* The connection a file is behind. */
Mnt*
mntof(Chan *c)
{
	if(c->mchan == nil || c->mchan->mux == nil)
		error(Eshutdown);
	return c->mchan->mux;
}

/*
 * A channel with a fid of its own, behind connection mc.  It is the mount
 * driver's, to be clunked, only when its type has been set.
 */
Chan*
mntchan(Chan *mc)
{
	Chan *c;

	c = newchan();
	do
		c->fid = incref(&fids);
	while(c->fid == NOFID || c->fid == 0);
	c->mchan = mc;
	incref(mc);
	c->dev = mc->mux->id;
	return c;
}

/* What a server asks for, within what the connection carries. */
ulong
mntiounit(Mnt *m, ulong n)
{
	if(n == 0 || n > m->msize-IOHDRSZ)
		return m->msize-IOHDRSZ;
	return n;
}

static int
nesting(Chan *c)
{
	int n;

	if(devtab[c->type]->dc != 'M')
		return 0;
	n = mntof(c)->depth + 1;
	if(n > Maxnest)
		error("too many mounts in mounts");
	return n;
}

static Mnt*
newmnt(Chan *c, ulong msize)
{
	Mnt *m;

	m = smalloc(sizeof *m);
	m->c = c;
	m->msize = msize;
	m->id = incref(&mntids);
	m->bufsize = msize;
	if(waserror()){
		free(m);
		nexterror();
	}
	m->depth = nesting(c);
	m->buf = smalloc(msize);
	poperror();
	return m;
}

/*
 * The server may answer with less than was asked for, in size and in
 * version: "9P2000" for "9P2000.x".
 */
static void
agree(Mnt *m, char *version)
{
	Mntrpc *r;
	ulong n;

	r = newrpc(m, Tversion, NOFID);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.msize = m->msize;
	r->t.version = version;
	sendrpc(r);
	waitrpc(r);
	if(r->err != nil)
		error(r->err);
	if(r->reply.type == Rerror)
		errorf("%.*s", ERRMAX-1, r->reply.ename);
	if(r->reply.type != Rversion)
		error("unexpected reply type in fversion");
	if(r->reply.msize > m->msize)
		error("server tries to increase msize in fversion");
	if(r->reply.msize < Minmsize || r->reply.msize > Maxmsize)
		error("nonsense value of msize in fversion");
	n = strlen(r->reply.version);
	if(n < strlen(VERSION9P) || strncmp(r->reply.version, version, n) != 0)
		error("bad 9P version returned from server");
	kstrdup(&m->version, r->reply.version);
	m->msize = r->reply.msize;
	poperror();
	freerpc(r);
}

static void
start(Chan *c, char *version, ulong msize)
{
	Mnt *m;

	m = newmnt(c, msize);
	c->mux = m;
	c->flag |= CMSG;
	if(waserror()){
		c->mux = nil;
		c->flag &= ~CMSG;
		mntfree(m);
		nexterror();
	}
	agree(m, version);
	poperror();
}

/*
 * Make c a connection, unless it is one.  The version is then what was
 * agreed, and good as long as c is.
 */
char*
mntversion(Chan *c, char *version, ulong msize)
{
	char *v;

	if(*version == 0)
		version = VERSION9P;
	if(msize == 0)
		msize = Msize;
	if(msize < Minmsize || msize > Maxmsize)
		error("nonsense value of msize in fversion");
	if(strncmp(version, VERSION9P, strlen(VERSION9P)) != 0)
		errorf("bad 9P version specification");
	while(c->mux != nil && c->mux->version == nil)
		tsleep(&up->sleep, return0, nil, Patience);
	if(c->mux == nil)
		start(c, version, msize);
	v = c->mux->version;
	if(strncmp(v, version, strlen(v)) != 0)
		errorf("incompatible 9P versions %.20s %.20s", v, version);
	return v;
}

/* A file of its own to talk to the server in, until both are content. */
Chan*
mntauth(Chan *mc, char *aname)
{
	Chan *c;
	Mntrpc *r;

	mntversion(mc, "", 0);
	c = mntchan(mc);
	r = nil;
	if(waserror()){
		freerpc(r);
		cclose(c);
		nexterror();
	}
	c->path = newpath("#M");
	r = newrpc(mc->mux, Tauth, NOFID);
	r->t.afid = c->fid;
	r->t.uname = up->user;
	r->t.aname = aname;
	mountrpc(r);
	c->type = devno('M', 0);
	c->qid = r->reply.aqid;
	c->qid.type |= QTAUTH;
	c->mode = ORDWR;
	c->flag |= COPEN|CCEXEC;
	c->iounit = mntiounit(mc->mux, 0);
	poperror();
	freerpc(r);
	return c;
}

/* The root of a tree the server has; ac is from mntauth, or nil. */
Chan*
mntattach(Chan *mc, Chan *ac, char *aname)
{
	Chan *c;
	Mntrpc *r;

	mntversion(mc, "", 0);
	if(ac != nil && (ac->mchan != mc || (ac->qid.type & QTAUTH) == 0))
		error(Ebadusefd);
	c = mntchan(mc);
	r = nil;
	if(waserror()){
		freerpc(r);
		cclose(c);
		nexterror();
	}
	c->path = newpath("#M");
	r = newrpc(mc->mux, Tattach, c->fid);
	r->t.afid = ac == nil? NOFID: ac->fid;
	r->t.uname = up->user;
	r->t.aname = aname;
	mountrpc(r);
	c->type = devno('M', 0);
	c->qid = r->reply.qid;
	c->mqid = c->qid;
	poperror();
	freerpc(r);
	return c;
}
