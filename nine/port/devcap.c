/*
 * #¤: how a process becomes another user.  A program of the host owner's
 * that has checked somebody's claim writes the hash of a capability to
 * caphash and gives the capability itself, from@to@key, to a process of
 * from's, which writes it to capuse and is to from then on.
 *
 * The hash is the HMAC-SHA1 of from@to with the key.  Each works once.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Qdir,
	Qhash,
	Quse,

	Maxcap	= 256,			/* hashes kept; then the oldest goes */
	Capsize	= 512,			/* bytes of a capability */
};

typedef struct Cap Cap;
struct Cap
{
	uchar	hash[SHA1len];
	Cap	*next;
};

static struct {
	QLock	lk;
	Cap	*first;			/* oldest */
	int	n;
	int	shut;			/* caphash was removed */
} caps;

static Dirtab capdir[] =
{
	{ ".",		{ Qdir, 0, QTDIR },	0,	DMDIR|0555 },
	{ "capuse",	{ Quse, 0, 0 },		0,	0222 },
	{ "caphash",	{ Qhash, 0, 0 },	0,	0200 },
};

/* Without caphash once the host owner has removed it. */
static int
ncapdir(void)
{
	return caps.shut? nelem(capdir)-1: nelem(capdir);
}

static Chan*
capattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach(0xA4, spec);
}

static Walkqid*
capwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, capdir, ncapdir(), devgen);
}

static int
capstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, capdir, ncapdir(), devgen);
}

static Chan*
capopen(Chan *c, int omode)
{
	if((c->qid.type & QTDIR) == 0 && (ulong)c->qid.path == Qhash && (caps.shut || !iseve()))
		error(Eperm);
	return devopen(c, omode, capdir, ncapdir(), devgen);
}

static void
capclose(Chan *c)
{
	(void)c;
}

/* From then on nobody can make a new one. */
static void
capremove(Chan *c)
{
	if((c->qid.type & QTDIR) || (ulong)c->qid.path != Qhash || !iseve())
		error(Eperm);
	caps.shut = 1;
}

static long
capread(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	if((c->qid.type & QTDIR) == 0)
		error(Eperm);
	return devdirread(c, buf, n, capdir, ncapdir(), devgen);
}

static void
addcap(uchar *hash)
{
	Cap *new, *old, **l;

	new = smalloc(sizeof *new);
	memmove(new->hash, hash, SHA1len);
	old = nil;
	qlock(&caps.lk);
	if(caps.n == Maxcap){
		old = caps.first;
		caps.first = old->next;
		caps.n--;
	}
	for(l = &caps.first; *l != nil; l = &(*l)->next)
		;
	*l = new;
	caps.n++;
	qunlock(&caps.lk);
	free(old);
}

/* 0: there is no such hash.  Which bytes differ does not show in the time. */
static int
takecap(uchar *hash)
{
	Cap *p, **l;
	int i, diff;

	qlock(&caps.lk);
	for(l = &caps.first; (p = *l) != nil; l = &p->next){
		diff = 0;
		for(i = 0; i < SHA1len; i++)
			diff |= p->hash[i] ^ hash[i];
		if(diff == 0)
			break;
	}
	if(p != nil){
		*l = p->next;
		caps.n--;
	}
	qunlock(&caps.lk);
	free(p);
	return p != nil;
}

/* s, which is ours, is from@to@key; or to@key, for whoever has it. */
static void
usecap(char *s)
{
	uchar hash[SHA1len];
	char *key, *to;

	key = strrchr(s, '@');
	if(key == nil)
		error(Eshort);
	*key++ = 0;
	hmac_sha1((uchar*)s, strlen(s), (uchar*)key, strlen(key), hash);
	if(!takecap(hash))
		errorf("invalid capability %s@%s", s, key);
	to = strchr(s, '@');
	if(to == nil)
		to = s;
	else{
		*to++ = 0;
		if(strcmp(s, up->user) != 0)
			error("capability must match user");
	}
	kstrdup(&up->user, to);
	up->basepri = PriNormal;
}

static long
capwrite(Chan *c, void *buf, long n, vlong off)
{
	uchar hash[SHA1len];
	char *s;

	(void)off;
	switch((ulong)c->qid.path){
	case Qhash:
		if(!iseve() || caps.shut)
			error(Eperm);
		if(n < SHA1len)
			error(Eshort);
		memmove(hash, buf, SHA1len);
		addcap(hash);
		return n;
	case Quse:
		if(n >= Capsize)
			error(Etoobig);
		s = smalloc(n+1);
		if(waserror()){
			free(s);
			nexterror();
		}
		memmove(s, buf, n);
		usecap(s);
		poperror();
		free(s);
		return n;
	}
	error(Eperm);
}

Dev capdevtab =
{
	0xA4,				/* ¤ */
	"cap",

	devreset,
	devinit,
	devshutdown,
	capattach,
	capwalk,
	capstat,
	capopen,
	devcreate,
	capclose,
	capread,
	devbread,
	capwrite,
	devbwrite,
	capremove,
	devwstat,
};
