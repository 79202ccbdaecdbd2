/*
 * #9: the directories of the host (lguest's --share).  #9/TAG is a connection
 * to a 9P server, for one opener at a time: each write is a whole T-message,
 * reads give the replies as they come.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"
#include "error.h"
#include "vring.h"
#include "v9p.h"

static Share*
shareof(Chan *c)
{
	return share9p[c->qid.path-1];
}

static int
v9pgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q;

	(void)name; (void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, 0, 0, QTDIR);
		devdir(c, q, "#9", 0, eve, 0555, d);
		return 1;
	}
	if(i >= nshare9p)
		return -1;
	mkqid(&q, 1+i, 0, QTFILE);
	devdir(c, q, share9p[i]->tag, 0, eve, 0600, d);
	return 1;
}

static Chan*
v9pattach(char *spec)
{
	static QLock lk;

	if(*spec != 0)
		error(Ebadspec);
	qlock(&lk);
	v9pscan();
	qunlock(&lk);
	return devattach('9', spec);
}

static Walkqid*
v9pwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, v9pgen);
}

static int
v9pstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, v9pgen);
}

static Chan*
v9popen(Chan *c, int omode)
{
	Share *sh;

	if((c->qid.type & QTDIR) == 0 && shareof(c)->inuse)
		error(Einuse);
	c = devopen(c, omode, nil, 0, v9pgen);
	if((c->qid.type & QTDIR) == 0){
		sh = shareof(c);
		sh->inuse = 1;
		v9pbegin(sh);
	}
	return c;
}

static void
v9pclose(Chan *c)
{
	if((c->flag & COPEN) != 0 && (c->qid.type & QTDIR) == 0)
		v9pend(shareof(c));
}

static long
v9pread(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, v9pgen);
	return v9preply(shareof(c), buf, n);
}

static long
v9pwrite(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	return v9prequest(shareof(c), buf, n);
}

Dev v9pdevtab =
{
	'9',
	"v9p",

	v9pscan,
	devinit,
	devshutdown,
	v9pattach,
	v9pwalk,
	v9pstat,
	v9popen,
	devcreate,
	v9pclose,
	v9pread,
	devbread,
	v9pwrite,
	devbwrite,
	devremove,
	devwstat,
};
