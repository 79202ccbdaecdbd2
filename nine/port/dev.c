/*
 * What devices have in common: defaults for the entries of a Dev, and the
 * whole of walk, stat, open and directory reading for those whose files are
 * a table or come from a generator function.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

int
devno(int c, int user)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		if(devtab[i]->dc == c)
			return i;
	if(!user)
		panic("devno %C", c);
	return -1;
}

void
mkqid(Qid *q, vlong path, ulong vers, int type)
{
	q->type = type;
	q->vers = vers;
	q->path = path;
}

int
iseve(void)
{
	return strcmp(eve, up->user) == 0;
}

void
devreset(void)
{
}

void
devinit(void)
{
}

void
devshutdown(void)
{
}

Chan*
devattach(int dc, char *spec)
{
	char buf[64];
	Chan *c;

	c = newchan();
	mkqid(&c->qid, 0, 0, QTDIR);
	c->type = devno(dc, 0);
	snprint(buf, sizeof buf, "#%C%s", dc, spec == nil? "": spec);
	c->path = newpath(buf);
	return c;
}

/* A second handle on the file, not open even if c is. */
Chan*
devclone(Chan *c)
{
	Chan *nc;

	nc = newchan();
	nc->type = c->type;
	nc->dev = c->dev;
	nc->mode = c->mode;
	nc->qid = c->qid;
	nc->umh = nil;
	nc->aux = c->aux;
	nc->mqid = c->mqid;
	return nc;
}

/*
 * The time for directory entries.  Generators make dozens of them for one
 * that is wanted, so the clock is read ten times a second.
 */
ulong
coarseseconds(void)
{
	static uvlong last;
	static ulong sec;
	uvlong now;

	now = cycles();
	if(sec == 0 || now-last >= m->cyclefreq/10){
		last = now;
		sec = seconds();
	}
	return sec;
}

/* A Dir for a file of c's device; the strings are not copied. */
void
devdir(Chan *c, Qid qid, char *name, vlong length, char *user, long perm, Dir *d)
{
	if(c->flag & CMSG)
		qid.type |= QTMOUNT;
	d->name = name;
	d->type = devtab[c->type]->dc;
	d->dev = c->dev;
	d->qid = qid;
	d->mode = perm | (ulong)qid.type<<24;
	d->atime = d->mtime = coarseseconds();
	d->length = length;
	d->uid = user;
	d->gid = eve;
	d->muid = user;
}

/*
 * The generator of a one-directory device that is a table.  A table's first
 * entry may be "." : the directory itself, with its permissions.
 */
int
devgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	if(tab == nil)
		return -1;
	if(i == DEVDOTDOT){
		devdir(c, tab[0].qid, up->genbuf, 0, eve, 0555, d);
		return 1;
	}
	i++;
	if(i >= ntab)
		return -1;
	tab += i;
	if(name != nil && strcmp(name, tab->name) != 0)
		return 0;
	devdir(c, tab->qid, tab->name, tab->length, eve, tab->perm, d);
	return 1;
}

/* One name: 1 and the file's qid, or 0. */
static int
walkname(Chan *c, char *name, Dirtab *tab, int ntab, Devgen *gen, Qid *q)
{
	Dir d;
	int i;

	if(strcmp(name, ".") == 0){
		*q = c->qid;
		return 1;
	}
	if(strcmp(name, "..") == 0){
		if((*gen)(c, nil, tab, ntab, DEVDOTDOT, &d) != 1)
			return 0;
		*q = d.qid;
		return 1;
	}
	for(i = 0;; i++)
		switch((*gen)(c, name, tab, ntab, i, &d)){
		case -1:
			return 0;
		case 1:
			if(strcmp(name, d.name) == 0){
				*q = d.qid;
				return 1;
			}
		}
}

/*
 * With no names a clone.  If not all names can be walked there is no clone
 * in the answer; if not even the first can, that is an error.
 */
Walkqid*
devwalk(Chan *c, Chan *nc, char **name, int nname, Dirtab *tab, int ntab, Devgen *gen)
{
	Chan *mine;
	Walkqid *wq;
	char *err;
	int i;

	if(nname > 0)
		isdir(c);
	mine = nil;
	wq = smalloc(sizeof *wq + nname*sizeof wq->qid[0]);
	if(waserror()){
		if(mine != nil){
			mine->type = 0;		/* nothing for the device to close */
			cclose(mine);
		}
		free(wq);
		nexterror();
	}
	if(nc == nil)
		nc = mine = devclone(c);
	wq->clone = nc;
	for(i = 0; i < nname; i++){
		err = nil;
		if((nc->qid.type & QTDIR) == 0)
			err = Enotdir;
		else if(!walkname(nc, name[i], tab, ntab, gen, &wq->qid[i]))
			err = Enonexist;
		if(err != nil){
			if(i == 0)
				error(err);
			break;
		}
		nc->qid = wq->qid[i];
		wq->nqid++;
	}
	poperror();
	if(wq->nqid < nname){
		if(mine != nil){
			mine->type = 0;
			cclose(mine);
		}
		wq->clone = nil;
	}
	return wq;
}

static int
statdir(Dir *d, uchar *buf, int n)
{
	n = convD2M(d, buf, n);
	if(n == 0)
		error(Ebadarg);
	return n;
}

/* A directory no generator speaks of, such as the root of an attach. */
static int
statself(Chan *c, uchar *buf, int n)
{
	Dir d;
	char *name;

	if((c->qid.type & QTDIR) == 0)
		error(Enonexist);
	name = "/";
	if(c->path != nil && strcmp(c->path->s, "/") != 0){
		name = strrchr(c->path->s, '/');
		name = name == nil? c->path->s: name+1;
	}
	devdir(c, c->qid, name, 0, eve, DMDIR|0555, &d);
	return statdir(&d, buf, n);
}

int
devstat(Chan *c, uchar *buf, int n, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	int i;

	for(i = 0;; i++)
		switch((*gen)(c, nil, tab, ntab, i, &d)){
		case -1:
			return statself(c, buf, n);
		case 1:
			if(c->qid.path != d.qid.path)
				break;
			if(c->flag & CMSG)
				d.mode |= DMMOUNT;
			return statdir(&d, buf, n);
		}
}

/*
 * As many whole entries as fit.  c->dri is the next to be read; a read at
 * offset 0 (see sysfile.c) has set it back.
 */
long
devdirread(Chan *c, char *buf, long n, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	long have, m;

	for(have = 0; have < n; c->dri++){
		switch((*gen)(c, nil, tab, ntab, c->dri, &d)){
		case -1:
			return have;
		case 0:
			continue;
		}
		m = convD2M(&d, (uchar*)buf+have, n-have);
		if(m <= BIT16SZ){
			if(have == 0)
				error(Eshort);
			return have;
		}
		have += m;
	}
	return have;
}

/* May the current user use a file of this owner and mode so? */
void
devpermcheck(char *owner, ulong perm, int omode)
{
	static int need[] = { 0400, 0200, 0600, 0100 };
	int t;

	if(strcmp(up->user, owner) == 0)
		perm <<= 0;
	else if(iseve())
		perm <<= 3;
	else
		perm <<= 6;
	t = need[omode&3];
	if(omode & OTRUNC)
		t |= 0200;
	if((perm & t) != (ulong)t)
		error(Eperm);
}

Chan*
devopen(Chan *c, int omode, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	int i, r;

	for(i = 0; (r = (*gen)(c, nil, tab, ntab, i, &d)) != -1; i++)
		if(r == 1 && c->qid.path == d.qid.path){
			devpermcheck(d.uid, d.mode, omode);
			break;
		}
	if((c->qid.type & QTDIR) && omode != OREAD)
		error(Eperm);
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	return c;
}

void
devcreate(Chan *c, char *name, int omode, ulong perm)
{
	(void)c; (void)name; (void)omode; (void)perm;
	error(Eperm);
}

/* A remove, also one refused, is the end of the channel. */
void
devremove(Chan *c)
{
	devtab[c->type]->close(c);
	error(Eperm);
}

int
devwstat(Chan *c, uchar *buf, int n)
{
	(void)c; (void)buf; (void)n;
	error(Eperm);
}

Block*
devbread(Chan *c, long n, ulong off)
{
	Block *b;

	b = allocb(n);
	if(b == nil)
		error(Enomem);
	if(waserror()){
		freeb(b);
		nexterror();
	}
	b->wp += devtab[c->type]->read(c, b->wp, n, off);
	poperror();
	return b;
}

long
devbwrite(Chan *c, Block *b, ulong off)
{
	long n;

	if(waserror()){
		freeb(b);
		nexterror();
	}
	n = devtab[c->type]->write(c, b->rp, BLEN(b), off);
	poperror();
	freeb(b);
	return n;
}

/* --- texts as files, and commands written to them -------------------------- */

long
readmem(vlong off, char *buf, long n, void *mem, long size)
{
	if(off < 0 || off >= size)
		return 0;
	if(n > size-off)
		n = size-off;
	memmove(buf, (uchar*)mem+off, n);
	return n;
}

long
readstr(vlong off, char *buf, long n, char *s)
{
	return readmem(off, buf, n, s, strlen(s));
}

/* The same of an allocated text, which is freed. */
long
readtext(vlong off, char *buf, long n, char *s)
{
	if(waserror()){
		free(s);
		nexterror();
	}
	n = readstr(off, buf, n, s);
	poperror();
	free(s);
	return n;
}

/* size-1 columns and a blank */
long
readnum(vlong off, char *buf, long n, ulong val, int size)
{
	char tmp[32];

	snprint(tmp, sizeof tmp, "%*lud ", size-1, val);
	return readstr(off, buf, n, tmp);
}
