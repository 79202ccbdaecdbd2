/* SPDX-License-Identifier: MIT */
/* dossrv: what requests do, without the protocol. */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../cmd/dos.h"

char Dosinfo[] = ".dfree";
char Edosrdonly[] = "file system is read only";
char *dosowner;
static Fs *fss;

Qid
qidof(Node *n)
{
	Qid q;

	q.path = n->path;
	q.vers = n->mtime ^ n->length<<8 ^ n->start<<16 ^ n->changes<<24;
	q.type = n->attr & Adir? QTDIR: QTFILE;
	return q;
}

Fs*
getfs(char *name, int rdonly)
{
	Fs *fs;

	for(fs = fss; fs != nil; fs = fs->next)
		if(strcmp(fs->name, name) == 0)
			return fs;
	fs = openfs(name, rdonly);
	if(fs != nil){
		fs->next = fss;
		fss = fs;
	}
	return fs;
}

/* Nobody uses it: the device may change until somebody does. */
static void
release(Fs *fs)
{
	Fs **l;

	if(fs->ref > 0)
		return;
	if(syncfs(fs) < 0)
		fprint(2, "dossrv: %s: %r\n", fs->name);
	for(l = &fss; *l != fs; l = &(*l)->next)
		;
	*l = fs->next;
	closefs(fs);
}

void
dosletgo(Node *n)
{
	Fs *fs;

	fs = n->fs;
	putnode(n);
	release(fs);
}

/* The host is told, too, by the disk's ctl file; other devices have none. */
static void
flushdevice(Fs *fs)
{
	char *ctl, *slash;
	int fd;

	slash = strrchr(fs->name, '/');
	if(slash == nil)
		return;
	ctl = smprint("%.*sctl", (int)(slash+1-fs->name), fs->name);
	if(ctl == nil)
		return;
	fd = open(ctl, OWRITE);
	if(fd >= 0){
		write(fd, "flush", 5);
		close(fd);
	}
	free(ctl);
}

char*
syncnode(Node *n)
{
	char *err;

	err = n->dirty? updatenode(n): nil;
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return err;
}

/* "%r" is the error of the system call that failed. */
char*
doswhy(char *err)
{
	return err != nil && strcmp(err, "%r") == 0? Esrvcall: err;
}

char*
child(Node *d, char *name, Node **n)
{
	Entry *e;
	char *err;

	*n = nil;
	e = malloc(sizeof *e);
	if(e == nil)
		return Esrvmem;
	err = findentry(d, name, e);
	if(err == nil && e->end == 0)
		err = Esrvnonexist;
	if(err == nil && (*n = getnode(d, e)) == nil)
		err = Esrvmem;
	free(e);
	return doswhy(err);
}

void
filldir(Node *n, Dir *d)
{
	d->qid = qidof(n);
	d->mode = n->attr & Ardonly? 0444: 0666;
	if(n->attr & Adir)
		d->mode = DMDIR|0777;
	d->atime = n->atime;
	d->mtime = n->mtime;
	d->length = n->attr & Adir? 0: n->length;
	d->name = n->name;
	d->uid = d->gid = d->muid = dosowner;
}

char*
removenode(Node *n)
{
	char *err;

	if(n->gone)
		return Egone;
	if(n->parent == nil)
		return Esrvperm;
	if(n->fs->rdonly)
		return Edosrdonly;
	if(n->attr & Ardonly)
		return Esrvperm;
	err = n->attr & Adir? emptydir(n): nil;
	/* The entry first: clusters nobody has are better than two who have them. */
	if(err == nil)
		err = delentry(n);
	if(err == nil){
		n->gone = 1;
		err = setclusters(n, 0);
	}
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return doswhy(err);
}

static char*
checkname(Node *n, char *name)
{
	Node *other;
	char *err;

	if(n->parent == nil)
		return Esrvperm;
	if(n->parent->parent == nil && samename(name, Dosinfo))
		return Esrvexist;
	err = child(n->parent, name, &other);
	if(err == Esrvnonexist)
		return nil;
	if(err != nil)
		return err;
	err = other == n? nil: Esrvexist;	/* itself in other letters */
	dosletgo(other);
	return err;
}

/* All is checked before anything is done; nothing to do: sync. */
char*
wstatnode(Node *n, Dir *d)
{
	int rename, none;
	char *err;

	if(n->gone)
		return Egone;
	none = d->name[0] == 0 && d->length == -1 && d->mode == ~0UL && d->mtime == ~0UL;
	if(none){
		err = syncnode(n);
		flushdevice(n->fs);
		return doswhy(err);
	}
	if(n->fs->rdonly)
		return Edosrdonly;
	rename = d->name[0] != 0 && strcmp(d->name, n->name) != 0;
	err = rename? checkname(n, d->name): nil;
	if(err != nil)
		return doswhy(err);
	if(d->mode != ~0UL && ((d->mode&DMDIR) != 0) != ((n->attr&Adir) != 0))
		return Esrvperm;
	if(d->length != -1 && (d->length < 0 || d->length > 0xFFFFFFFFLL))
		return "file too large";
	if(d->length != -1 && d->length != n->length && (n->attr & Adir))
		return Esrvperm;
	if(d->length != -1 && (n->attr & Adir) == 0 && d->length != n->length){
		err = setlength(n, d->length);
		n->mtime = time(nil);
		n->changes++;
	}
	if(err == nil && d->mode != ~0UL && (n->attr & Adir) == 0)
		n->attr = d->mode & 0222? n->attr & ~Ardonly: n->attr | Ardonly;
	if(err == nil && d->mtime != ~0UL)
		n->mtime = d->mtime;
	if(err == nil && rename)
		err = renamenode(n, d->name);
	if(err == nil && n->parent != nil)
		err = updatenode(n);
	if(err == nil && syncfs(n->fs) < 0)
		err = Esrvcall;
	return doswhy(err);
}
