/* SPDX-License-Identifier: MIT */
/*
 * dossrv: files and directories somebody looks at, and where their data are.
 * All who look at the same one share its node.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

char Efull[] = "file system full";
char Ecorrupt[] = "file system is damaged";
char Egone[] = "file has been removed";
static char Eioerr[] = "%r";

ulong
startof(Fs *fs, uchar *raw)
{
	ulong c;

	c = raw[26] | raw[27]<<8;
	if(fs->bits == 32)
		c |= raw[20]<<16 | (ulong)raw[21]<<24;
	return c;
}

Node*
rootnode(Fs *fs)
{
	Node *n;

	if(fs->root != nil){
		fs->root->ref++;
		return fs->root;
	}
	n = mallocz(sizeof *n, 1);
	if(n == nil)
		return nil;
	n->fs = fs;
	n->ref = 1;
	n->attr = Adir;
	n->name = strdup("/");
	n->start = fs->rootclust;
	n->fixed = fs->bits != 32;
	n->mtime = n->atime = time(nil);
	fs->root = n;
	fs->ref++;
	return n;
}

static void
fromentry(Node *n, Entry *e)
{
	n->first = e->first;
	n->pos = e->pos;
	n->attr = e->raw[11];
	n->start = startof(n->fs, e->raw);
	n->length = e->raw[28] | e->raw[29]<<8 | e->raw[30]<<16 | (ulong)e->raw[31]<<24;
	if(n->attr & Adir)
		n->length = 0;
	n->mtime = dostime(e->raw+22);
	n->atime = n->mtime;
}

/*
 * The place of the entry names the file; it is unique because a sector is in
 * one directory only.
 */
static uvlong
pathof(Node *dir, ulong pos)
{
	uvlong at;
	ulong c;
	int i;

	if(dir->fixed)
		at = (uvlong)dir->fs->rootsec*dir->fs->bps + pos;
	else{
		c = pos/dir->fs->clsize;
		for(i = 0; i < dir->nrun && c >= dir->run[i].at+dir->run[i].n; i++)
			;
		if(i == dir->nrun)
			return pos/Dirent;
		at = clustoff(dir->fs, dir->run[i].clust + c-dir->run[i].at) + pos%dir->fs->clsize;
	}
	return at/Dirent + 1;
}

Node*
getnode(Node *dir, Entry *e)
{
	Node *n;

	for(n = dir->fs->nodes; n != nil; n = n->next)
		if(n->parent == dir && n->pos == e->pos && !n->gone){
			n->ref++;
			return n;
		}
	n = mallocz(sizeof *n, 1);
	if(n == nil)
		return nil;
	n->name = strdup(e->name);
	if(n->name == nil){
		free(n);
		return nil;
	}
	n->fs = dir->fs;
	n->ref = 1;
	n->parent = dir;
	dir->ref++;
	fromentry(n, e);
	n->path = pathof(dir, e->pos);
	n->next = n->fs->nodes;
	n->fs->nodes = n;
	n->fs->ref++;
	return n;
}

void
holdnode(Node *n)
{
	n->ref++;
}

/* The last one of a file system takes it with him. */
void
putnode(Node *n)
{
	Node **l, *parent;
	Fs *fs;

	if(--n->ref > 0)
		return;
	fs = n->fs;
	parent = n->parent;
	if(n->dirty && !n->gone)
		updatenode(n);
	for(l = &fs->nodes; *l != nil; l = &(*l)->next)
		if(*l == n){
			*l = n->next;
			break;
		}
	if(fs->root == n)
		fs->root = nil;
	fs->ref--;
	free(n->run);
	free(n->name);
	free(n);
	if(parent != nil)
		putnode(parent);
}

/* --- clusters --- */

static char*
addrun(Node *n, ulong c)
{
	Run *r;

	if(n->nrun > 0){
		r = &n->run[n->nrun-1];
		if(r->clust+r->n == c){
			r->n++;
			n->nclust++;
			return nil;
		}
	}
	r = realloc(n->run, (n->nrun+1)*sizeof *r);
	if(r == nil)
		return "no memory";
	n->run = r;
	r += n->nrun++;
	r->at = n->nclust++;
	r->clust = c;
	r->n = 1;
	return nil;
}

/* The chain as runs; one that is broken, or a circle, ends in an error. */
char*
loadruns(Node *n)
{
	ulong c;
	char *err;

	if(n->loaded || n->fixed)
		return nil;
	n->nrun = 0;
	n->nclust = 0;
	for(c = n->start; c != 0 && c < Eoc; c = fatget(n->fs, c)){
		if(c < 2 || c >= n->fs->nclust+2 || n->nclust >= n->fs->nclust)
			return Ecorrupt;
		err = addrun(n, c);
		if(err != nil)
			return err;
	}
	if(c == 0 && n->start != 0)
		return Ecorrupt;
	n->loaded = 1;
	return nil;
}

static ulong
lastcluster(Node *n)
{
	Run *r;

	if(n->nrun == 0)
		return 0;
	r = &n->run[n->nrun-1];
	return r->clust+r->n-1;
}

static char*
zerocluster(Node *n, ulong c)
{
	ulong s, i;

	s = clustoff(n->fs, c)/n->fs->bps;
	for(i = 0; i < n->fs->spc; i++)
		if(newsec(n->fs, s+i) == nil)
			return Eioerr;
	return nil;
}

static char*
onemore(Node *n)
{
	ulong last, c;
	char *err;

	last = lastcluster(n);
	c = fatalloc(n->fs, last);
	if(c == 0)
		return n->fs->nfree == 0? Efull: Eioerr;
	err = n->attr & Adir? zerocluster(n, c): nil;
	if(err == nil && last != 0 && fatset(n->fs, last, c) < 0)
		err = Eioerr;
	if(err == nil)
		err = addrun(n, c);
	if(err != nil){
		if(last != 0)
			fatset(n->fs, last, Eoc);
		fatset(n->fs, c, 0);
		return err;
	}
	if(last == 0){
		n->start = c;
		n->dirty = 1;
	}
	return nil;
}

static char*
oneless(Node *n)
{
	ulong c;
	Run *r;

	c = lastcluster(n);
	r = &n->run[n->nrun-1];
	if(n->attr & Adir)
		dropsec(n->fs, clustoff(n->fs, c)/n->fs->bps, n->fs->spc);
	if(--r->n == 0)
		n->nrun--;
	n->nclust--;
	if(n->nclust == 0){
		n->start = 0;
		n->dirty = 1;
	}else if(fatset(n->fs, lastcluster(n), Eoc) < 0)
		return Eioerr;
	return fatset(n->fs, c, 0) < 0? Eioerr: nil;
}

char*
setclusters(Node *n, ulong want)
{
	ulong had;
	char *err;

	err = loadruns(n);
	if(err == nil && n->fixed)
		err = Efull;
	had = n->nclust;
	while(err == nil && n->nclust < want){
		err = onemore(n);
		if(err != nil)
			while(n->nclust > had && oneless(n) == nil)
				;
	}
	while(err == nil && n->nclust > want)
		err = oneless(n);
	return err;
}

/* --- data --- */

/* Bytes of the file from off on that are in a row on the disk, and where. */
static ulong
extent(Node *n, ulong off, ulong len, uvlong *at)
{
	ulong c, room;
	Run *r;
	int lo, hi, mid;

	c = off/n->fs->clsize;
	lo = 0;
	hi = n->nrun;
	while(hi-lo > 1){
		mid = (lo+hi)/2;
		if(n->run[mid].at <= c)
			lo = mid;
		else
			hi = mid;
	}
	if(n->nrun == 0 || c >= n->nclust)
		return 0;
	r = &n->run[lo];
	*at = clustoff(n->fs, r->clust + c-r->at) + off%n->fs->clsize;
	room = (r->n - (c-r->at))*n->fs->clsize - off%n->fs->clsize;
	return len < room? len: room;
}

char*
readnode(Node *n, void *a, ulong len, ulong off, ulong *got)
{
	uvlong at;
	ulong k;
	char *err;

	*got = 0;
	err = loadruns(n);
	if(err != nil)
		return err;
	if(off >= n->length)
		return nil;
	if(len > n->length-off)
		len = n->length-off;
	for(; len > 0; len -= k, off += k, *got += k){
		k = extent(n, off, len, &at);
		if(k == 0)
			return Ecorrupt;
		if(devread(n->fs, (char*)a + *got, k, at) < 0)
			return Eioerr;
	}
	return nil;
}

static char*
writeat(Node *n, void *a, ulong len, ulong off)
{
	uvlong at;
	ulong k;

	for(; len > 0; len -= k, off += k, a = (char*)a+k){
		k = extent(n, off, len, &at);
		if(k == 0)
			return Ecorrupt;
		if(devwrite(n->fs, a, k, at) < 0)
			return Eioerr;
	}
	return nil;
}

/* What was beyond the end of the file is anything; it must read as zeros. */
static char*
zeros(Node *n, ulong from, ulong to)
{
	ulong k, size;
	uchar *z;
	char *err;

	size = 32*1024;
	z = mallocz(size, 1);
	if(z == nil)
		return "no memory";
	err = nil;
	for(; from < to && err == nil; from += k){
		k = to-from < size? to-from: size;
		err = writeat(n, z, k, from);
	}
	free(z);
	return err;
}

static ulong
clusters(Node *n, ulong length)
{
	return length/n->fs->clsize + (length%n->fs->clsize != 0);
}

char*
setlength(Node *n, ulong length)
{
	ulong old;
	char *err;

	old = n->length;
	if(length < old){
		n->length = length;
		n->dirty = 1;
		return setclusters(n, clusters(n, length));
	}
	err = setclusters(n, clusters(n, length));
	if(err == nil)
		err = zeros(n, old, length);
	if(err == nil && length != old){
		n->length = length;
		n->dirty = 1;
	}
	return err;
}

/* As much as there is room for. */
char*
writenode(Node *n, void *a, ulong len, ulong off, ulong *put)
{
	ulong end;
	char *err;

	*put = 0;
	if(len > 0xFFFFFFFFUL - off)
		return "file too large";
	if(len == 0)
		return nil;
	end = off+len;
	err = loadruns(n);
	if(err == nil && off > n->length)
		err = setlength(n, off);
	if(err == nil && clusters(n, end) > n->nclust)
		err = setclusters(n, clusters(n, end));
	if(err == nil)
		err = writeat(n, a, len, off);
	if(err != nil)
		return err;
	if(end > n->length)
		n->length = end;
	n->mtime = time(nil);
	n->attr |= Aarchive;
	n->changes++;
	n->dirty = 1;
	*put = len;
	return nil;
}

/* --- the entry --- */

char*
updatenode(Node *n)
{
	uchar *p;

	n->dirty = 0;
	if(n->parent == nil || n->gone)
		return nil;
	p = dirbytes(n->parent, n->pos, 1);
	if(p == nil)
		return Eioerr;
	p[11] = n->attr;
	setdostime(p+22, n->mtime);
	p[18] = p[24];
	p[19] = p[25];
	p[26] = n->start;
	p[27] = n->start>>8;
	if(n->fs->bits == 32){
		p[20] = n->start>>16;
		p[21] = n->start>>24;
	}
	if((n->attr & Adir) == 0){
		p[28] = n->length;
		p[29] = n->length>>8;
		p[30] = n->length>>16;
		p[31] = n->length>>24;
	}
	return nil;
}
