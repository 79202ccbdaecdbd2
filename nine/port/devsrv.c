/*
 * #s: channels with names.  Create a file, write a descriptor number into
 * it, and whoever opens the name has that channel.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

typedef struct Srv Srv;
struct Srv
{
	char	*name;
	char	*owner;
	ulong	perm;
	Chan	*chan;			/* nil until a descriptor is posted */
	ulong	path;
	Srv	*next;
};

static QLock srvlk;
static Srv *srv;
static ulong srvpath;

/* By name, or by path if name is nil; the link that leads to it, for removal. */
static Srv**
lookup(char *name, ulong path)
{
	Srv **l;

	for(l = &srv; *l != nil; l = &(*l)->next)
		if(name != nil? strcmp((*l)->name, name) == 0: (*l)->path == path)
			break;
	return l;
}

static int
srvgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Srv *s;
	Qid q;

	(void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, 0, 0, QTDIR);
		devdir(c, q, "#s", 0, eve, 0555, d);
		return 1;
	}
	qlock(&srvlk);
	s = nil;
	if(name != nil)
		s = i == 0? *lookup(name, 0): nil;
	else
		for(s = srv; s != nil && i > 0; i--)
			s = s->next;
	if(s != nil){
		utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, s->name);
		mkqid(&q, s->path, 0, QTFILE);
		devdir(c, q, up->genbuf, 0, s->owner, s->perm, d);
	}
	qunlock(&srvlk);
	return s == nil? -1: 1;
}

/*
 * The name under which a channel is posted, nil: none.  Good until the caller
 * sleeps; nothing sleeps between looking at the list and changing it, so no
 * lock is needed to read it.
 */
char*
srvname(Chan *c)
{
	Srv *s;

	for(s = srv; s != nil; s = s->next)
		if(s->chan == c)
			return s->name;
	return nil;
}

static void
srvinit(void)
{
	srvpath = 1;
}

static Chan*
srvattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('s', spec);
}

static Walkqid*
srvwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, srvgen);
}

static int
srvstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, srvgen);
}

/* A mode asks no more of a posted channel than it was opened for. */
static Chan*
posted(Srv *s, int omode)
{
	Chan *c;

	c = s->chan;
	if(c == nil)
		error(Eshutdown);
	if(omode & OTRUNC)
		error(Esrvexist);
	if(omode & ORCLOSE)
		error(Eperm);		/* it would stick to the channel, which is not the opener's */
	if(openmode(omode) != c->mode && c->mode != ORDWR)
		error(Eperm);
	devpermcheck(s->owner, s->perm, omode);
	incref(c);
	return c;
}

static Chan*
srvopen(Chan *c, int omode)
{
	Chan *nc;
	Srv *s;

	if(c->qid.type & QTDIR){
		if(omode & ORCLOSE)
			error(Eperm);
		if(omode != OREAD)
			error(Eisdir);
		c->mode = omode;
		c->flag |= COPEN;
		c->offset = 0;
		return c;
	}
	qlock(&srvlk);
	if(waserror()){
		qunlock(&srvlk);
		nexterror();
	}
	s = *lookup(nil, c->qid.path);
	if(s == nil)
		error(Eshutdown);
	nc = posted(s, omode);
	poperror();
	qunlock(&srvlk);
	cclose(c);
	return nc;
}

static void
freesrv(Srv *s)
{
	if(s->chan != nil)
		cclose(s->chan);
	free(s->name);
	free(s->owner);
	free(s);
}

static void
srvcreate(Chan *c, char *name, int omode, ulong perm)
{
	Srv *s;

	if(openmode(omode) != OWRITE || (perm & DMDIR))
		error(Eperm);
	if(strlen(name) >= sizeof up->genbuf)
		error(Etoolong);
	s = smalloc(sizeof *s);
	if(waserror()){
		freesrv(s);
		nexterror();
	}
	kstrdup(&s->name, name);
	kstrdup(&s->owner, up->user);
	s->perm = perm & 0777;
	qlock(&srvlk);
	if(*lookup(name, 0) != nil){
		qunlock(&srvlk);
		error(Esrvexist);
	}
	s->path = srvpath++;
	s->next = srv;
	srv = s;
	mkqid(&c->qid, s->path, 0, QTFILE);
	qunlock(&srvlk);
	poperror();
	c->flag |= COPEN;
	c->mode = OWRITE;
	c->offset = 0;
}

/* "boot" is where the root came from; it stays. */
static void
srvremove(Chan *c)
{
	Srv *s, **l;

	if(c->qid.type & QTDIR)
		error(Eperm);
	qlock(&srvlk);
	if(waserror()){
		qunlock(&srvlk);
		nexterror();
	}
	l = lookup(nil, c->qid.path);
	s = *l;
	if(s == nil)
		error(Enonexist);
	if(strcmp(s->name, "boot") == 0)
		error(Eperm);
	if(strcmp(s->owner, up->user) != 0 && !iseve())
		error(Eperm);
	*l = s->next;
	poperror();
	qunlock(&srvlk);
	freesrv(s);
}

static int
srvwstat(Chan *c, uchar *buf, int n)
{
	char *strs;
	Dir d;
	Srv *s;

	if(c->qid.type & QTDIR)
		error(Eperm);
	strs = smalloc(n+1);
	qlock(&srvlk);
	if(waserror()){
		qunlock(&srvlk);
		free(strs);
		nexterror();
	}
	s = *lookup(nil, c->qid.path);
	if(s == nil)
		error(Enonexist);
	if(strcmp(s->owner, up->user) != 0 && !iseve())
		error(Eperm);
	n = convM2D(buf, n, &d, strs);
	if(n == 0)
		error(Eshortstat);
	if(*d.name != 0 && strcmp(d.name, s->name) != 0)
		error(Eperm);
	if(d.mode != ~(ulong)0)
		s->perm = d.mode & 0777;
	if(*d.uid != 0)
		kstrdup(&s->owner, d.uid);
	poperror();
	qunlock(&srvlk);
	free(strs);
	return n;
}

static void
srvclose(Chan *c)
{
	if(c->flag & CRCLOSE)
		srvremove(c);
}

static long
srvread(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	isdir(c);
	return devdirread(c, buf, n, nil, 0, srvgen);
}

/* The channel that may be posted for descriptor fd. */
static Chan*
postable(int fd)
{
	Chan *c;

	c = fdtochan(fd, -1, 0, 1);
	if((c->flag & (CCEXEC|CRCLOSE)) || (c->qid.type & QTAUTH)){
		cclose(c);
		error("posted fd has remove-on-close or close-on-exec or is an auth fd");
	}
	return c;
}

static long
srvwrite(Chan *c, void *buf, long n, vlong off)
{
	Chan *nc;
	Srv *s;
	char num[32];

	if(off < 0 || n <= 0 || n >= (long)sizeof num)
		error(Etoobig);
	memmove(num, buf, n);
	num[n] = 0;
	nc = postable(strtoul(num, nil, 0));
	qlock(&srvlk);
	if(waserror()){
		qunlock(&srvlk);
		cclose(nc);
		nexterror();
	}
	s = *lookup(nil, c->qid.path);
	if(s == nil)
		error(Enonexist);
	if(s->chan != nil)
		error(Ebadusefd);
	s->chan = nc;
	poperror();
	qunlock(&srvlk);
	return n;
}

Dev srvdevtab =
{
	's',
	"srv",

	devreset,
	srvinit,
	devshutdown,
	srvattach,
	srvwalk,
	srvstat,
	srvopen,
	srvcreate,
	srvclose,
	srvread,
	devbread,
	srvwrite,
	devbwrite,
	srvremove,
	srvwstat,
};
