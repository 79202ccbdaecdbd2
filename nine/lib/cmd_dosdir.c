/* SPDX-License-Identifier: MIT */
/* dossrv: entries of directories. */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

enum
{
	Free	= 0xE5,			/* first byte of an entry that is not used */
	Maxdir	= 65536*Dirent,
	Tries	= 9999,
};

static char Eioerr[] = "%r";

/* Bytes there are for entries. */
static ulong
dirsize(Node *d)
{
	ulong n;

	n = d->fixed? d->fs->rootlen*d->fs->bps: d->nclust*d->fs->clsize;
	return n < Maxdir? n: Maxdir;
}

/* d's runs are loaded. */
uchar*
dirbytes(Node *d, ulong pos, int modify)
{
	ulong c, sec;
	uchar *p;
	Fs *fs;
	int i;

	fs = d->fs;
	if(pos >= dirsize(d))
		return nil;
	if(d->fixed)
		sec = fs->rootsec + pos/fs->bps;
	else{
		c = pos/fs->clsize;
		for(i = 0; c >= d->run[i].at+d->run[i].n; i++)
			;
		sec = clustoff(fs, d->run[i].clust + c-d->run[i].at)/fs->bps
			+ pos%fs->clsize/fs->bps;
	}
	p = modify? modsec(fs, sec): getsec(fs, sec);
	return p == nil? nil: p + pos%fs->bps;
}

/* A long name being put together from entry to entry. */
typedef struct Long Long;
struct Long
{
	ushort	u[Maxlong+13];
	int	next;			/* number of the entry that must follow; 0: complete */
	int	n;
	int	sum;
	ulong	first;
	int	valid;
};

static void
longentry(Long *l, uchar *p, ulong pos)
{
	int i;

	i = getlong(p, l->u);
	if(i != 0 && (p[0] & 0x40)){
		l->valid = 1;
		l->first = pos;
		l->sum = p[13];
		l->n = i*13;
	}else if(!l->valid || i != l->next || p[13] != l->sum){
		l->valid = 0;
		return;
	}
	l->next = i-1;
}

static void
name(Entry *e, Long *l)
{
	e->first = e->pos;
	if(l->valid && l->next == 0 && l->sum == shortsum(e->raw) && unitsname(l->u, l->n, e->name)
	&& strcmp(e->name, ".") != 0 && strcmp(e->name, "..") != 0)
		e->first = l->first;
	else
		showshort(e->raw, e->name);
}

/* The first file at or behind pos: *more is 0 when there is none. */
char*
nextentry(Node *d, ulong pos, Entry *e, int *more)
{
	uchar *p;
	char *err;
	Long l;

	*more = 0;
	err = loadruns(d);
	if(err != nil)
		return err;
	l.valid = 0;
	for(; pos < dirsize(d); pos += Dirent){
		p = dirbytes(d, pos, 0);
		if(p == nil)
			return Eioerr;
		if(p[0] == 0)
			return nil;
		if(p[0] != Free && (p[11] & 0x3F) == Along){
			longentry(&l, p, pos);
			continue;
		}
		if(p[0] == Free || p[0] == '.' || (p[11] & Avolume)){
			l.valid = 0;
			continue;
		}
		memmove(e->raw, p, Dirent);
		e->pos = pos;
		e->end = pos+Dirent;
		name(e, &l);
		*more = 1;
		return nil;
	}
	return nil;
}

/* nil with e->end 0: there is none of that name. */
char*
findentry(Node *d, char *want, Entry *e)
{
	char shown[16], *err;
	ulong pos;
	int more;

	for(pos = 0;; pos = e->end){
		err = nextentry(d, pos, e, &more);
		if(err != nil || !more){
			e->end = 0;
			return err;
		}
		if(samename(e->name, want))
			return nil;
		showshort(e->raw, shown);
		if(samename(shown, want))
			return nil;
	}
}

static char*
hasraw(Node *d, uchar *raw, int *has)
{
	ulong pos;
	uchar *p;

	*has = 0;
	for(pos = 0; pos < dirsize(d); pos += Dirent){
		p = dirbytes(d, pos, 0);
		if(p == nil)
			return Eioerr;
		if(p[0] == 0)
			break;
		if((p[11] & 0x3F) != Along && memcmp(p, raw, 11) == 0){
			*has = 1;
			break;
		}
	}
	return nil;
}

/* A place for n entries in a row; the directory grows if need be. */
static char*
findroom(Node *d, int n, ulong *at)
{
	ulong pos, size;
	int have;
	uchar *p;
	char *err;

	have = 0;
	for(pos = 0; pos < dirsize(d); pos += Dirent){
		p = dirbytes(d, pos, 0);
		if(p == nil)
			return Eioerr;
		have = p[0] == 0 || p[0] == Free? have+1: 0;
		if(have == n){
			*at = pos - (n-1)*Dirent;
			return nil;
		}
	}
	size = pos + (n-have)*Dirent;
	if(d->fixed || size > Maxdir)
		return "directory full";
	err = setclusters(d, (size + d->fs->clsize-1)/d->fs->clsize);
	*at = pos - have*Dirent;
	return err;
}

/* The short name, and how many entries the long one takes. */
static char*
names(Node *d, char *s, uchar *raw, ushort *u, int *nu)
{
	char *err;
	int lower, has, i;

	*nu = 0;
	if(shortname(s, raw, &lower)){
		raw[12] = lower;
		return nil;
	}
	*nu = longunits(s, u);
	if(*nu < 0)
		return "name not possible on a FAT file system";
	raw[12] = 0;
	for(i = 1; i < Tries; i++){
		aliasname(s, raw, i);
		err = hasraw(d, raw, &has);
		if(err != nil || !has)
			return err;
	}
	return "directory full";
}

/* raw has all of the short entry but the name; e says where they are. */
static char*
putentries(Node *d, char *s, Entry *e)
{
	ushort u[Maxlong+13];
	int nu, nlong, i, sum;
	uchar *p;
	char *err;

	err = names(d, s, e->raw, u, &nu);
	nlong = (nu+12)/13;
	if(err == nil)
		err = findroom(d, nlong+1, &e->first);
	if(err != nil)
		return err;
	sum = shortsum(e->raw);
	for(i = nlong; i > 0; i--){
		p = dirbytes(d, e->first + (nlong-i)*Dirent, 1);
		if(p == nil)
			return Eioerr;
		putlong(p, u, nu, i, i == nlong, sum);
	}
	e->pos = e->first + nlong*Dirent;
	e->end = e->pos + Dirent;
	p = dirbytes(d, e->pos, 1);
	if(p == nil)
		return Eioerr;
	memmove(p, e->raw, Dirent);
	strecpy(e->name, e->name+sizeof e->name, s);
	return nil;
}

char*
addentry(Node *d, char *s, int attr, ulong start, Entry *e)
{
	char *err;

	err = loadruns(d);
	if(err != nil)
		return err;
	memset(e->raw, 0, Dirent);
	e->raw[11] = attr;
	e->raw[26] = start;
	e->raw[27] = start>>8;
	if(d->fs->bits == 32){
		e->raw[20] = start>>16;
		e->raw[21] = start>>24;
	}
	setdostime(e->raw+22, time(nil));
	memmove(e->raw+14, e->raw+22, 4);
	memmove(e->raw+18, e->raw+24, 2);
	return putentries(d, s, e);
}

static char*
clearentries(Node *d, ulong first, ulong pos)
{
	uchar *p;

	for(; first <= pos; first += Dirent){
		p = dirbytes(d, first, 1);
		if(p == nil)
			return Eioerr;
		p[0] = Free;
	}
	return nil;
}

char*
delentry(Node *n)
{
	return clearentries(n->parent, n->first, n->pos);
}

char*
emptydir(Node *d)
{
	Entry *e;
	char *err;
	int more;

	e = malloc(sizeof *e);
	if(e == nil)
		return "no memory";
	err = nextentry(d, 0, e, &more);
	free(e);
	if(err == nil && more)
		err = "directory not empty";
	return err;
}

/* A new entry with the same contents, and the old one goes. */
char*
renamenode(Node *n, char *s)
{
	ulong first, pos;
	char *err, *copy;
	Entry *e;
	uchar *p;

	e = malloc(sizeof *e);
	copy = strdup(s);
	if(e == nil || copy == nil){
		free(e);
		free(copy);
		return "no memory";
	}
	first = n->first;
	pos = n->pos;
	err = updatenode(n);
	if(err == nil){
		p = dirbytes(n->parent, pos, 0);
		if(p == nil)
			err = Eioerr;
		else{
			memmove(e->raw, p, Dirent);
			err = putentries(n->parent, s, e);
		}
	}
	if(err == nil)
		err = clearentries(n->parent, first, pos);
	if(err == nil){
		n->first = e->first;
		n->pos = e->pos;
		free(n->name);
		n->name = copy;
		copy = nil;
	}
	free(copy);
	free(e);
	return err;
}
