/*
 * #R: the ramdisk, a complete file system in memory.  It holds the root of
 * nine's files: what the archive brought, and whatever is made later.  One
 * tree, shared by all; permissions are those of the owner, of the group (its
 * namesake user and the host owner belong to it), and of the others.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "ram.h"

static void
ramreset(void)
{
	ramroot = ramnew(nil, "/", DMDIR|0775);
	if(rootdata != nil)
		ramload(rootdata, rootlen);
}

/* --- permissions --------------------------------------------------------------- */

enum
{
	Mayread		= 4,
	Maywrite	= 2,
	Mayexec		= 1,
};

static int
ingroup(char *gid)
{
	return strcmp(up->user, gid) == 0 || iseve();
}

static int
may(Ram *f, int need)
{
	ulong mode;

	mode = f->mode & 7;
	if(strcmp(up->user, f->uid) == 0)
		mode |= f->mode>>6 & 7;
	if(ingroup(f->gid))
		mode |= f->mode>>3 & 7;
	return (mode & need) == (ulong)need;
}

static void
must(Ram *f, int need)
{
	if(!may(f, need))
		error(Eperm);
}

/* --- the device ------------------------------------------------------------------ */

static void
setqid(Ram *f, Qid *q)
{
	mkqid(q, f->path, f->vers, f->mode>>24);
}

static void
setdir(Chan *c, Ram *f, Dir *d)
{
	d->type = devtab[c->type]->dc;
	d->dev = c->dev;
	setqid(f, &d->qid);
	d->mode = f->mode;
	d->atime = f->atime;
	d->mtime = f->mtime;
	d->length = f->mode & DMDIR? 0: f->length;
	d->name = f->name;
	d->uid = f->uid;
	d->gid = f->gid;
	d->muid = f->muid;
}

static Chan*
ramattach(char *spec)
{
	Chan *c;

	if(*spec != 0)
		error(Ebadspec);
	c = devattach('R', spec);
	c->aux = ramroot;
	incref(ramroot);
	setqid(ramroot, &c->qid);
	return c;
}

/* One name on; nil and the reason in *err, if that cannot be. */
static Ram*
walkname(Ram *f, char *name, char **err)
{
	if((f->mode & DMDIR) == 0){
		*err = Enotdir;
		return nil;
	}
	if(strcmp(name, "..") == 0)
		return f->parent;
	if(!may(f, Mayexec)){
		*err = Eperm;
		return nil;
	}
	*err = Enonexist;
	return ramlookup(f, name);
}

static Walkqid*
ramwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	Ram *f, *next;
	char *err;

	wq = smalloc(sizeof *wq + nname*sizeof wq->qid[0]);
	f = c->aux;
	err = nil;
	while(wq->nqid < nname){
		next = walkname(f, name[wq->nqid], &err);
		if(next == nil)
			break;
		f = next;
		setqid(f, &wq->qid[wq->nqid++]);
	}
	if(wq->nqid < nname){
		if(wq->nqid > 0)
			return wq;
		free(wq);
		error(err);
	}
	incref(f);
	if(nc == nil){
		if(waserror()){
			ramput(f);
			free(wq);
			nexterror();
		}
		nc = devclone(c);
		poperror();
	}
	nc->aux = f;
	setqid(f, &nc->qid);
	wq->clone = nc;
	return wq;
}

static int
ramstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	setdir(c, c->aux, &d);
	return convD2M(&d, buf, n);
}

/* What opening for omode takes. */
static void
openperm(Ram *f, int omode)
{
	static int need[] = { Mayread, Maywrite, Mayread|Maywrite, Mayexec };

	if((f->mode & DMDIR) && (omode & ~(OCEXEC|ORCLOSE)) != OREAD)
		error(Eperm);
	must(f, need[omode&3]);
	if(omode & OTRUNC)
		must(f, Maywrite);
	if(omode & ORCLOSE)
		must(f->parent, Maywrite);
	if((f->mode & DMEXCL) && f->nopen > 0)
		error(Einuse);
}

static void
nowopen(Chan *c, Ram *f, int omode)
{
	f->nopen++;
	setqid(f, &c->qid);
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
}

static Chan*
ramopen(Chan *c, int omode)
{
	Ram *f;

	f = c->aux;
	openmode(omode);
	if((f->mode & DMDIR) && ((omode & 3) == OWRITE || (omode & 3) == ORDWR || (omode & OTRUNC)))
		error(Eisdir);		/* whoever asks, so before permissions */
	openperm(f, omode);
	if((omode & OTRUNC) && (f->mode & DMAPPEND) == 0){
		ramtruncate(f, 0);
		ramchanged(f);
	}
	nowopen(c, f, omode);
	return c;
}

static void
ramcreate(Chan *c, char *name, int omode, ulong perm)
{
	Ram *dir, *f;

	dir = c->aux;
	if((dir->mode & DMDIR) == 0)
		error(Enotdir);
	if(!dir->linked)
		error(Enonexist);
	must(dir, Maywrite);
	if(strlen(name) > Maxname)
		error(Etoolong);
	if(ramlookup(dir, name) != nil)
		error(Eexist);
	openmode(omode);
	if(perm & DMDIR){
		if((omode & ~(OCEXEC|ORCLOSE)) != OREAD)
			error(Eperm);
		perm &= ~0777UL | (dir->mode & 0777);
	}else
		perm &= ~0666UL | (dir->mode & 0666);
	f = ramnew(dir, name, perm);
	ramchanged(dir);
	incref(f);
	c->aux = f;
	ramput(dir);
	nowopen(c, f, omode);
}

static void
checkremove(Ram *f)
{
	if(f == ramroot)
		error(Eperm);
	if(!f->linked)
		error(Enonexist);
	must(f->parent, Maywrite);
	if(f->first != nil)
		error("directory not empty");
}

/* Let go of the file a channel is on. */
static void
release(Chan *c)
{
	Ram *f;

	f = c->aux;
	c->aux = nil;
	if(c->flag & COPEN)
		f->nopen--;
	ramput(f);
}

static void
ramremove(Chan *c)
{
	Ram *f;

	f = c->aux;
	if(waserror()){
		release(c);
		nexterror();
	}
	checkremove(f);
	poperror();
	ramunlink(f);
	release(c);
}

static void
ramclose(Chan *c)
{
	if(c->aux == nil)
		return;
	if((c->flag & (COPEN|CRCLOSE)) == (COPEN|CRCLOSE))
		ramremove(c);
	else
		release(c);
}

/* c->dri is the path of the last entry delivered: files may come and go between reads. */
static long
readdir(Chan *c, Ram *dir, uchar *buf, long n)
{
	Dir d;
	Ram *f;
	long have, len;

	have = 0;
	for(f = dir->first; f != nil; f = f->next){
		if(f->path <= (ulong)c->dri)
			continue;
		setdir(c, f, &d);
		len = convD2M(&d, buf+have, n-have);
		if(len <= BIT16SZ){
			if(have == 0)
				error(Eshort);
			break;
		}
		have += len;
		c->dri = f->path;
	}
	return have;
}

static long
ramread(Chan *c, void *buf, long n, vlong off)
{
	Ram *f;

	f = c->aux;
	f->atime = coarseseconds();
	if(f->mode & DMDIR)
		return readdir(c, f, buf, n);
	return ramdataread(f, buf, n, off);
}

static long
ramwrite(Chan *c, void *buf, long n, vlong off)
{
	Ram *f;

	f = c->aux;
	if(f->mode & DMDIR)
		error(Eisdir);
	if(f->mode & DMAPPEND)
		off = f->length;
	ramchanged(f);			/* even by a write that fails half way */
	return ramdatawrite(f, buf, n, off);
}

/* --- wstat ------------------------------------------------------------------------ */

#define ASKED(x)	((x) != (__typeof__(x))~0ULL)

static void
checkname(Ram *f, char *name)
{
	if(f == ramroot || !f->linked)
		error(Eperm);
	must(f->parent, Maywrite);
	if(strlen(name) > Maxname)
		error(Etoolong);
	validname(name, 0);
	if(strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		error(Efilename);
	if(ramlookup(f->parent, name) != nil)
		error(Eexist);
}

/* Is every change asked for allowed?  Nothing is changed before all are known to be. */
static void
checkwstat(Ram *f, Dir *d, int rename)
{
	int owner;

	owner = strcmp(up->user, f->uid) == 0 || iseve();
	if(rename)
		checkname(f, d->name);
	if(ASKED(d->length) && d->length != (f->mode & DMDIR? 0: f->length)){
		if((f->mode & DMDIR) || d->length < 0)
			error(Eperm);
		if(d->length > ramlimit())
			error("file system full");
		must(f, Maywrite);
	}
	if(ASKED(d->mode) && (((d->mode ^ f->mode) & DMDIR) || (d->mode != f->mode && !owner)))
		error(Eperm);
	if(ASKED(d->mtime) && d->mtime != f->mtime && !owner)
		error(Eperm);
	if(*d->gid != 0 && strcmp(d->gid, f->gid) != 0 && !owner)
		error(Eperm);
	if(*d->uid != 0 && strcmp(d->uid, f->uid) != 0 && !iseve())
		error(Eperm);
	if(*d->muid != 0 && strcmp(d->muid, f->muid) != 0)
		error(Eperm);
	if(ASKED(d->qid.path) && d->qid.path != f->path)
		error(Eperm);
}

static void
applywstat(Ram *f, Dir *d, char *name, char *uid, char *gid)
{
	if(name != nil){
		ramhashout(f);
		free(f->name);
		f->name = name;
		ramhashin(f);
		ramchanged(f->parent);
	}
	if(uid != nil)
		f->uid = uid;
	if(gid != nil)
		f->gid = gid;
	if(ASKED(d->mode))
		f->mode = d->mode & RAMKEEP;
	if(ASKED(d->length) && (f->mode & DMDIR) == 0 && d->length != f->length){
		ramtruncate(f, d->length);
		ramchanged(f);
	}
	if(ASKED(d->mtime))
		f->mtime = d->mtime;
}

static int
ramwstat(Chan *c, uchar *buf, int n)
{
	char *strs, *name;
	Dir d;
	Ram *f;
	int rename;

	f = c->aux;
	strs = smalloc(n+1);
	name = nil;
	if(waserror()){
		free(strs);
		free(name);
		nexterror();
	}
	if(convM2D(buf, n, &d, strs) == 0)
		error(Ebadstat);
	rename = *d.name != 0 && strcmp(d.name, f->name) != 0;
	if(rename)
		kstrdup(&name, d.name);
	checkwstat(f, &d, rename);
	applywstat(f, &d, name, *d.uid? ramuser(d.uid): nil, *d.gid? ramuser(d.gid): nil);
	poperror();
	free(strs);
	return n;
}

Dev ramdevtab =
{
	'R',
	"ram",

	ramreset,
	devinit,
	devshutdown,
	ramattach,
	ramwalk,
	ramstat,
	ramopen,
	ramcreate,
	ramclose,
	ramread,
	devbread,
	ramwrite,
	devbwrite,
	ramremove,
	ramwstat,
};
