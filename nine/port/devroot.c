/*
 * #/: where every name space begins.  Fixed, empty directories: something to
 * bind and mount on.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static Dirtab rootdir[] =
{
	{ "#/",		{ 0, 0, QTDIR },	0,	DMDIR|0555 },
	{ "bin",	{ 1, 0, QTDIR },	0,	DMDIR|0555 },
	{ "boot",	{ 2, 0, QTDIR },	0,	DMDIR|0555 },
	{ "dev",	{ 3, 0, QTDIR },	0,	DMDIR|0555 },
	{ "env",	{ 4, 0, QTDIR },	0,	DMDIR|0555 },
	{ "fd",		{ 5, 0, QTDIR },	0,	DMDIR|0555 },
	{ "mnt",	{ 6, 0, QTDIR },	0,	DMDIR|0555 },
	{ "net",	{ 7, 0, QTDIR },	0,	DMDIR|0555 },
	{ "net.alt",	{ 8, 0, QTDIR },	0,	DMDIR|0555 },
	{ "proc",	{ 9, 0, QTDIR },	0,	DMDIR|0555 },
	{ "root",	{ 10, 0, QTDIR },	0,	DMDIR|0555 },
	{ "srv",	{ 11, 0, QTDIR },	0,	DMDIR|0555 },
};

/* Below the root there is only the way back. */
static int
rootgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	(void)name;
	if(i == DEVDOTDOT)
		i = 0;
	else if(c->qid.path != 0 || ++i >= ntab)
		return -1;
	devdir(c, tab[i].qid, tab[i].name, 0, eve, tab[i].perm, d);
	return 1;
}

static Chan*
rootattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('/', spec);
}

static Walkqid*
rootwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, rootdir, nelem(rootdir), rootgen);
}

static int
rootstat(Chan *c, uchar *buf, int n)
{
	Dirtab *t;
	Dir d;

	t = &rootdir[c->qid.path];
	devdir(c, t->qid, t->name, 0, eve, t->perm, &d);
	return convD2M(&d, buf, n);
}

static Chan*
rootopen(Chan *c, int omode)
{
	return devopen(c, omode, rootdir, nelem(rootdir), rootgen);
}

static void
rootclose(Chan *c)
{
	(void)c;
}

static long
rootread(Chan *c, void *buf, long n, vlong off)
{
	(void)off;
	return devdirread(c, buf, n, rootdir, nelem(rootdir), rootgen);
}

static long
rootwrite(Chan *c, void *buf, long n, vlong off)
{
	(void)c; (void)buf; (void)n; (void)off;
	error(Eisdir);
}

Dev rootdevtab =
{
	'/',
	"root",

	devreset,
	devinit,
	devshutdown,
	rootattach,
	rootwalk,
	rootstat,
	rootopen,
	devcreate,
	rootclose,
	rootread,
	devbread,
	rootwrite,
	devbwrite,
	devremove,
	devwstat,
};
