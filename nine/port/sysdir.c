/*
 * The system calls on names and on what a directory says of a file: stat
 * and its relatives, remove, chdir, bind, mount, unmount.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Oldstat		= 116,		/* bytes of the stat of the first editions */
	Oldname		= 28,
	Maxstat		= 0xffff,	/* a stat cannot say it is longer */
};

/* The last element of the name a channel was reached by. */
static char*
lastname(Chan *c)
{
	char *s;

	if(c->path == nil || c->path->s[0] == 0)
		return "/";
	s = strrchr(c->path->s, '/');
	if(s == nil || s[1] == 0)
		return c->path->s;
	return s+1;
}

/*
 * The stat of c under the given name (nil: the device's own) as bytes into
 * buf.  It is made in a buffer of ours because the new name may need more
 * room than the old.
 */
static int
chanstat(Chan *c, char *name, uchar *buf, int n)
{
	uchar *raw;
	char *strs;
	Dir d;
	int r;

	raw = smalloc(DIRMAX);
	strs = smalloc(DIRMAX);
	if(waserror()){
		free(raw);
		free(strs);
		nexterror();
	}
	r = devtab[c->type]->stat(c, raw, DIRMAX);
	if(convM2D(raw, r, &d, strs) == 0)
		error(Ebadstat);
	if(name != nil)
		d.name = name;
	r = convD2M(&d, buf, n);
	if(r == 0)
		error(Eshortstat);
	poperror();
	free(raw);
	free(strs);
	return r;
}

static long
statandclose(Chan *c, char *name, uchar *buf, int n)
{
	if(waserror()){
		cclose(c);
		nexterror();
	}
	n = chanstat(c, name, buf, n);
	poperror();
	cclose(c);
	return n;
}

static int
statlen(ulong n)
{
	if((long)n < BIT16SZ)
		error(Eshortstat);
	return n > Maxstat? Maxstat: n;
}

long
sysstat(ulong *arg)
{
	Chan *c;
	int n;

	n = statlen(arg[2]);
	validaddr(arg[1], n, 1);
	c = namec(uname(arg[0]), Aaccess, 0, 0);
	return statandclose(c, lastname(c), (uchar*)arg[1], n);
}

long
sysfstat(ulong *arg)
{
	Chan *c;
	int n;

	n = statlen(arg[2]);
	validaddr(arg[1], n, 1);
	c = fdtochan(arg[0], -1, 0, 1);
	return statandclose(c, nil, (uchar*)arg[1], n);
}

static void
oldstr(uchar *p, char *s)
{
	memset(p, 0, Oldname);
	utfecpy((char*)p, (char*)p+Oldname, s);
}

/* What programs of the first editions take for a stat. */
static void
packold(Dir *d, uchar *p)
{
	ulong path;

	path = (ulong)d->qid.path & ~DMDIR;
	if(d->qid.type & QTDIR)
		path |= DMDIR;
	oldstr(p, d->name);
	oldstr(p+28, d->uid);
	oldstr(p+56, d->gid);
	p += 84;
	PBIT32(p, path);
	PBIT32(p+4, d->qid.vers);
	PBIT32(p+8, d->mode);
	PBIT32(p+12, d->atime);
	PBIT32(p+16, d->mtime);
	PBIT64(p+20, d->length);
	PBIT16(p+28, d->type);
	PBIT16(p+30, d->dev);
}

static long
oldstat(Chan *c, char *name, uchar *buf)
{
	uchar *raw;
	char *strs;
	Dir d;
	int n;

	raw = smalloc(2*DIRMAX);
	strs = smalloc(2*DIRMAX);
	if(waserror()){
		cclose(c);
		free(raw);
		free(strs);
		nexterror();
	}
	n = chanstat(c, name, raw, 2*DIRMAX);
	if(convM2D(raw, n, &d, strs) == 0)
		error(Ebadstat);
	packold(&d, buf);
	poperror();
	cclose(c);
	free(raw);
	free(strs);
	return 0;
}

long
sys_stat(ulong *arg)
{
	Chan *c;

	validaddr(arg[1], Oldstat, 1);
	c = namec(uname(arg[0]), Aaccess, 0, 0);
	return oldstat(c, lastname(c), (uchar*)arg[1]);
}

long
sys_fstat(ulong *arg)
{
	validaddr(arg[1], Oldstat, 1);
	return oldstat(fdtochan(arg[0], -1, 0, 1), nil, (uchar*)arg[1]);
}

long
sys_wstat(ulong *arg)
{
	(void)arg;
	error("old wstat system call - recompile");
}

long
sys_fwstat(ulong *arg)
{
	(void)arg;
	error("old fwstat system call - recompile");
}

/* A copy of the user's stat that is known to be well formed. */
static uchar*
statarg(ulong addr, ulong n)
{
	uchar *buf;

	if(n > Maxstat)
		error(Ebadstat);
	validaddr(addr, n, 0);
	buf = smalloc(n+1);
	memmove(buf, (void*)addr, n);
	if(statcheck(buf, n) < 0){
		free(buf);
		error(Ebadstat);
	}
	return buf;
}

/* A mount point keeps its name: it belongs to the name space, not to what is mounted. */
static void
norename(Chan *c, uchar *buf)
{
	if(ismtpt(c) && GBIT16(buf+STATFIXLEN-4*BIT16SZ) != 0)
		error(Eismtpt);
}

static long
wstatandclose(Chan *c, uchar *buf, int n)
{
	if(waserror()){
		cclose(c);
		nexterror();
	}
	norename(c, buf);
	n = devtab[c->type]->wstat(c, buf, n);
	poperror();
	cclose(c);
	return n;
}

long
syswstat(ulong *arg)
{
	uchar *buf;
	long n;

	buf = statarg(arg[1], arg[2]);
	if(waserror()){
		free(buf);
		nexterror();
	}
	n = wstatandclose(namec(uname(arg[0]), Aaccess, 0, 0), buf, arg[2]);
	poperror();
	free(buf);
	return n;
}

long
sysfwstat(ulong *arg)
{
	uchar *buf;
	long n;

	buf = statarg(arg[1], arg[2]);
	if(waserror()){
		free(buf);
		nexterror();
	}
	n = wstatandclose(fdtochan(arg[0], -1, 1, 1), buf, arg[2]);
	poperror();
	free(buf);
	return n;
}

/* A device's remove takes the channel with it: nothing is left for it to close. */
long
sysremove(ulong *arg)
{
	Chan *c;

	c = namec(uname(arg[0]), Aremove, 0, 0);
	if(ismtpt(c)){
		cclose(c);
		error(Eismtpt);
	}
	if(waserror()){
		c->type = 0;
		cclose(c);
		nexterror();
	}
	devtab[c->type]->remove(c);
	poperror();
	c->type = 0;
	cclose(c);
	return 0;
}

long
syschdir(ulong *arg)
{
	Chan *c, *old;

	c = namec(uname(arg[0]), Atodir, 0, 0);
	old = up->dot;
	up->dot = c;
	cclose(old);
	return 0;
}

static void
dropchans(Chan *a, Chan *b, Chan *c, Chan *d)
{
	if(a != nil)
		cclose(a);
	if(b != nil)
		cclose(b);
	if(c != nil)
		cclose(c);
	if(d != nil)
		cclose(d);
}

static void
mountflags(ulong flag)
{
	if((flag & ~(ulong)MMASK) || (flag & MORDER) == (MBEFORE|MAFTER))
		error(Ebadarg);
}

long
sysbind(ulong *arg)
{
	Chan *new, *old;
	int id;

	mountflags(arg[2]);
	new = namec(uname(arg[0]), Abind, 0, 0);
	old = nil;
	if(waserror()){
		cclose(new);
		if(old != nil)
			cclose(old);
		nexterror();
	}
	old = namec(uname(arg[1]), Amount, 0, 0);
	id = cmount(new, old, arg[2], nil);
	poperror();
	cclose(new);
	cclose(old);
	return id;
}

/* What the file server on fd has under the name spec goes on old; fd is then spent. */
static long
mount(int fd, int afd, char *old, ulong flag, char *spec)
{
	Chan *c, *ac, *root, *mtpt;
	int id;

	mountflags(flag);
	if(up->pgrp->noattach)
		error(Enoattach);
	ac = root = mtpt = nil;
	spec = validnamedup(spec, 1);
	c = nil;
	if(waserror()){
		free(spec);
		dropchans(c, ac, root, mtpt);
		nexterror();
	}
	if(afd >= 0)
		ac = fdtochan(afd, ORDWR, 0, 1);
	c = fdtochan(fd, ORDWR, 0, 1);
	root = mntattach(c, ac, spec);
	if(flag & MCACHE)
		root->flag |= CCACHE;
	mtpt = namec(old, Amount, 0, 0);
	id = cmount(root, mtpt, flag, spec);
	poperror();
	free(spec);
	dropchans(c, ac, root, mtpt);
	fdclose(fd, 0);
	return id;
}

long
sysmount(ulong *arg)
{
	return mount(arg[0], arg[1], uname(arg[2]), arg[3], uname(arg[4]));
}

long
sys_mount(ulong *arg)
{
	return mount(arg[0], -1, uname(arg[1]), arg[2], uname(arg[3]));
}

long
sysunmount(ulong *arg)
{
	Chan *mnt, *member;

	mnt = namec(uname(arg[1]), Amount, 0, 0);
	member = nil;
	if(waserror()){
		cclose(mnt);
		if(member != nil)
			cclose(member);
		nexterror();
	}
	/* opened, not just walked to: for /srv/x or /fd/0 that gives what is behind it */
	if(arg[0] != 0)
		member = namec(uname(arg[0]), Aopen, OREAD, 0);
	cunmount(mnt, member);
	poperror();
	cclose(mnt);
	if(member != nil)
		cclose(member);
	return 0;
}

/* The version agreed upon goes where the one asked for was. */
long
sysfversion(ulong *arg)
{
	char want[64], *v;
	Chan *c;
	long n;

	n = arg[3];
	validaddr(arg[2], n, 1);
	if(n <= 0 || vmemchr((void*)arg[2], 0, n) == nil)
		error(Ebadarg);
	utfecpy(want, want+sizeof want, (char*)arg[2]);
	c = fdtochan(arg[0], ORDWR, 0, 1);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	v = mntversion(c, want, arg[1]);
	if((long)strlen(v) >= n)
		error(Eshort);
	n = strlen(v);
	memmove((char*)arg[2], v, n+1);
	poperror();
	cclose(c);
	return n;
}

long
sysfauth(ulong *arg)
{
	Chan *c, *ac;
	char *aname;
	int fd;

	aname = validnamedup(uname(arg[1]), 1);
	c = nil;
	if(waserror()){
		free(aname);
		if(c != nil)
			cclose(c);
		nexterror();
	}
	c = fdtochan(arg[0], ORDWR, 0, 1);
	ac = mntauth(c, aname);
	fd = newfd(ac);
	if(fd < 0){
		cclose(ac);
		error(Enofd);
	}
	poperror();
	free(aname);
	cclose(c);
	return fd;
}

/* Sessions went with the first edition's protocol; the answer is "none". */
long
sys_fsession(ulong *arg)
{
	validaddr(arg[1], arg[2], 1);
	if(arg[2] < 1)
		error(Ebadarg);
	*(char*)arg[1] = 0;
	return 0;
}
