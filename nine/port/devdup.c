/*
 * #d: the descriptors of the process that looks.  Opening N gives what
 * descriptor N is; Nctl describes it in a line.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

/* qid.path: 0 the directory, else 1 + 2*fd, +1 for its ctl file */
#define QFD(q)	(((int)(q).path - 1) >> 1)
#define QCTL(q)	(((int)(q).path - 1) & 1)

enum
{
	Maxline	= 256,			/* of a description, without the path */
};

static Chan*
openfd(int fd)
{
	Fgrp *f;

	f = up->fgrp;
	if(fd < 0 || fd > f->maxfd)
		return nil;
	return f->fd[fd];
}

static int
dupgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	static int perm[] = { 0400, 0200, 0600, 0100 };
	Chan *f;
	Qid q;

	(void)name; (void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, 0, 0, QTDIR);
		devdir(c, q, "#d", 0, eve, 0555, d);
		return 1;
	}
	if(i/2 > up->fgrp->maxfd)
		return -1;
	f = openfd(i/2);
	if(f == nil)
		return 0;
	mkqid(&q, 1+i, 0, QTFILE);
	if(i & 1){
		snprint(up->genbuf, sizeof up->genbuf, "%dctl", i/2);
		devdir(c, q, up->genbuf, 0, eve, 0400, d);
	}else{
		snprint(up->genbuf, sizeof up->genbuf, "%d", i/2);
		devdir(c, q, up->genbuf, 0, eve, perm[f->mode&3], d);
	}
	return 1;
}

static Chan*
dupattach(char *spec)
{
	return devattach('d', spec);
}

static Walkqid*
dupwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, dupgen);
}

static int
dupstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, dupgen);
}

static Chan*
dupopen(Chan *c, int omode)
{
	Chan *f;

	if(omode & ORCLOSE)
		error(Eperm);
	if(c->qid.type & QTDIR){
		if(omode != OREAD)
			error(Eisdir);
	}else if(!QCTL(c->qid)){
		f = fdtochan(QFD(c->qid), openmode(omode), 0, 1);
		cclose(c);
		if(omode & OCEXEC)
			f->flag |= CCEXEC;
		return f;
	}else if(omode != OREAD)
		error(Eperm);
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	return c;
}

static void
dupclose(Chan *c)
{
	(void)c;
}

/* Also what #p/N/fd shows of each descriptor. */
char*
fdline(char *s, char *e, Chan *c, int fd)
{
	static char *mode[] = { "r ", "w ", "rw", "r " };

	return seprint(s, e, "%3d %.2s %C %4lud (%.16llux %lud %.2ux) %5lud %8lld %s\n",
		fd, mode[c->mode&3], devtab[c->type]->dc, c->dev,
		c->qid.path, c->qid.vers, c->qid.type,
		c->iounit, c->offset, chanpath(c));
}

static char*
ctltext(int fd)
{
	char *s;
	Chan *c;
	int len;

	c = fdtochan(fd, -1, 0, 0);
	len = strlen(chanpath(c)) + Maxline;
	s = smalloc(len);
	fdline(s, s+len, c, fd);
	return s;
}

static long
dupread(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, dupgen);
	return readtext(off, buf, n, ctltext(QFD(c->qid)));
}

static long
dupwrite(Chan *c, void *buf, long n, vlong off)
{
	(void)c; (void)buf; (void)n; (void)off;
	error(Eperm);
}

Dev dupdevtab =
{
	'd',
	"dup",

	devreset,
	devinit,
	devshutdown,
	dupattach,
	dupwalk,
	dupstat,
	dupopen,
	devcreate,
	dupclose,
	dupread,
	devbread,
	dupwrite,
	devbwrite,
	devremove,
	devwstat,
};
