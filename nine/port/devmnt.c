/*
 * #M: files of 9P servers.  Every operation on such a file is one message to
 * its server and the reply, or a few of them for what is longer than a
 * message.  Nothing a server says is believed further than the channel goes
 * on which it says it.
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
	Maxlen	= 0x7FFFFFFF,		/* of what is cached of a file */
};

static Chan*
mntnoattach(char *spec)
{
	(void)spec;
	error(Enoattach);
}

/* Says where an operation on c goes; c->fid is the file's name there. */
static Mntrpc*
rpc(Chan *c, int type)
{
	return newrpc(mntof(c), type, c->fid);
}

static Walkqid*
mntwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Mntrpc *r;
	Walkqid *wq;

	if(nc != nil || nname > MAXWELEM || (c->flag & COPEN))
		error(Ebadusefd);
	r = nil;
	wq = smalloc(sizeof *wq + nname*sizeof wq->qid[0]);
	if(waserror()){
		if(nc != nil)
			cclose(nc);
		freerpc(r);
		free(wq);
		nexterror();
	}
	r = rpc(c, Twalk);
	nc = mntchan(c->mchan);
	r->t.newfid = nc->fid;
	r->t.nwname = nname;
	memmove(r->t.wname, name, nname*sizeof name[0]);
	mountrpc(r);
	if(r->reply.nwqid > nname)
		error(Emountrpc);
	wq->nqid = r->reply.nwqid;
	memmove(wq->qid, r->reply.wqid, wq->nqid*sizeof wq->qid[0]);
	poperror();
	freerpc(r);
	if(wq->nqid < nname){
		cclose(nc);
		return wq;
	}
	nc->type = c->type;
	nc->flag |= c->flag & CCACHE;
	nc->qid = nname > 0? wq->qid[nname-1]: c->qid;
	nc->mqid = c->mqid;
	wq->clone = nc;
	return wq;
}

/* Who asks shall know where the entry comes from, and not by the server's word. */
static void
stamp(Chan *c, uchar *p)
{
	PBIT16(p+BIT16SZ, 'M');
	PBIT32(p+2*BIT16SZ, c->dev);
}

static int
mntstat(Chan *c, uchar *buf, int n)
{
	Mntrpc *r;

	if(n < BIT16SZ)
		error(Eshortstat);
	r = rpc(c, Tstat);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	mountrpc(r);
	if(statcheck(r->reply.stat, r->reply.nstat) < 0)
		error(Ebadstat);
	if(r->reply.nstat > n){
		PBIT16(buf, r->reply.nstat-BIT16SZ);
		n = BIT16SZ;
	}else{
		n = r->reply.nstat;
		memmove(buf, r->reply.stat, n);
		stamp(c, buf);
	}
	poperror();
	freerpc(r);
	return n;
}

static void
nowopen(Chan *c, Mntrpc *r, int omode)
{
	c->qid = r->reply.qid;
	c->iounit = mntiounit(r->m, r->reply.iounit);
	c->offset = 0;
	c->mode = openmode(omode);
	c->flag |= COPEN;
	mcacheopen(c, r->t.type == Tcreate || (omode & OTRUNC));
}

static Chan*
mntopen(Chan *c, int omode)
{
	Mntrpc *r;

	openmode(omode);
	r = rpc(c, Topen);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.mode = omode;
	mountrpc(r);
	nowopen(c, r, omode);
	poperror();
	freerpc(r);
	return c;
}

static void
mntcreate(Chan *c, char *name, int omode, ulong perm)
{
	Mntrpc *r;

	openmode(omode);
	r = rpc(c, Tcreate);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.name = name;
	r->t.mode = omode;
	r->t.perm = perm;
	mountrpc(r);
	nowopen(c, r, omode);
	poperror();
	freerpc(r);
}

static void
simple(Chan *c, int type)
{
	Mntrpc *r;

	r = rpc(c, type);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	mountrpc(r);
	poperror();
	freerpc(r);
}

/* Without waiting: whoever reads replies next finds this one's, too. */
static void
clunkasync(Chan *c)
{
	Mntrpc *r;

	r = rpc(c, Tclunk);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	sendrpc(r);
	poperror();
	freerpc(r);
}

/*
 * The last one to leave waits for the answer, so that the server does not
 * find itself answering a closed connection.
 */
static void
mntclose(Chan *c)
{
	Mnt *m;

	mcacheclose(c);
	m = mntof(c);
	if(m->dead)
		return;
	if(c->flag & CRCLOSE)
		simple(c, Tremove);
	else if(c->mchan->ref == 1 || m->nidle >= Maxidle)
		simple(c, Tclunk);
	else
		clunkasync(c);
}

/* Takes the channel with it: the caller sees to that. */
static void
mntremove(Chan *c)
{
	simple(c, Tremove);
}

static int
mntwstat(Chan *c, uchar *buf, int n)
{
	Mntrpc *r;

	mcachewrite(c, Maxlen, 0);	/* its length may change */
	r = rpc(c, Twstat);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.nstat = n;
	r->t.stat = buf;
	mountrpc(r);
	poperror();
	freerpc(r);
	return n;
}

/* One message's worth. */
static long
readonce(Chan *c, void *buf, long n, vlong off)
{
	Mntrpc *r;
	ulong age;

	age = mcacheage(c);
	r = rpc(c, Tread);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.offset = off;
	r->t.count = n;
	mountrpc(r);
	if(r->reply.count > (ulong)n)
		error(Emountrpc);
	n = r->reply.count;
	mcachefill(c, (uchar*)r->reply.data, n, off, age);
	memmove(buf, r->reply.data, n);
	poperror();
	freerpc(r);
	return n;
}

static long
writeonce(Chan *c, void *buf, long n, vlong off)
{
	Mntrpc *r;

	r = rpc(c, Twrite);
	if(waserror()){
		freerpc(r);
		nexterror();
	}
	r->t.offset = off;
	r->t.count = n;
	r->t.data = buf;
	mountrpc(r);
	if(r->reply.count > (ulong)n)
		error(Emountrpc);
	n = r->reply.count;
	poperror();
	freerpc(r);
	return n;
}

/* In pieces of iounit until one comes up short, or a note. */
static long
pieces(long (*once)(Chan*, void*, long, vlong), Chan *c, uchar *p, long n, vlong off)
{
	long done, want, got;

	done = 0;
	do{
		want = n-done;
		if((ulong)want > c->iounit)
			want = c->iounit;
		got = once(c, p+done, want, off+done);
		done += got;
	}while(got == want && done < n && up->nnote == 0);
	return done;
}

/*
 * Entries are whole ones, and from here.  One reply is all that is read: how
 * much of the buffer is left says nothing about what the next entry needs.
 */
static long
readdir(Chan *c, uchar *p, long n, vlong off)
{
	long i, len;

	if((ulong)n > c->iounit)
		n = c->iounit;
	n = readonce(c, p, n, off);
	for(i = 0; i < n; i += len){
		if(n-i < BIT16SZ)
			error(Ebadstat);
		len = BIT16SZ+GBIT16(p+i);
		if(len > n-i || statcheck(p+i, len) < 0)
			error(Ebadstat);
		stamp(c, p+i);
	}
	return n;
}

static long
mntread(Chan *c, void *buf, long n, vlong off)
{
	long had;

	if(c->qid.type & QTDIR)
		return readdir(c, buf, n, off);
	had = mcacheread(c, buf, n, off);
	if(had > 0 && had == n)
		return n;
	return had + pieces(readonce, c, (uchar*)buf+had, n-had, off+had);
}

static long
mntwrite(Chan *c, void *buf, long n, vlong off)
{
	long done;

	mcachewrite(c, n, off);
	if(waserror()){
		mcachewrite(c, n, off);
		nexterror();
	}
	done = pieces(writeonce, c, buf, n, off);
	poperror();
	mcachewrite(c, n, off);
	return done;
}

Dev mntdevtab =
{
	'M',
	"mnt",

	devreset,
	devinit,
	devshutdown,
	mntnoattach,
	mntwalk,
	mntstat,
	mntopen,
	mntcreate,
	mntclose,
	mntread,
	devbread,
	mntwrite,
	devbwrite,
	mntremove,
	mntwstat,
};
