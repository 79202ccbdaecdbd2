/* SPDX-License-Identifier: MIT */
/* ramfs's files: the tree, who may do what, and where the data are. */
#include "u.h"
#include "libc.h"
#include "../cmd/ramfs.h"

static uvlong lastpath;

File*
newfile(char *name, char *uid, char *gid, ulong mode)
{
	File *f;

	f = mallocz(sizeof *f, 1);
	if(f == nil)
		return nil;
	f->name = strdup(name);
	f->uid = strdup(uid);
	f->gid = strdup(gid);
	f->muid = strdup(uid);
	if(f->name == nil || f->uid == nil || f->gid == nil || f->muid == nil){
		putfile(f);
		return nil;
	}
	f->qid.path = lastpath++;
	f->qid.type = mode>>24;
	f->mode = mode;
	f->atime = f->mtime = time(nil);
	f->ref = 1;
	return f;
}

void
truncatefile(File *f, ulong length)
{
	ulong i, keep;

	keep = (length+Block-1)/Block;
	for(i = keep; i < f->nblock; i++){
		free(f->block[i]);
		f->block[i] = nil;
	}
	if(length < f->length && length%Block != 0 && keep <= f->nblock && f->block[keep-1] != nil)
		memset(f->block[keep-1]+length%Block, 0, Block-length%Block);
	f->length = length;
}

void
putfile(File *f)
{
	if(--f->ref > 0)
		return;
	truncatefile(f, 0);
	free(f->block);
	free(f->name);
	free(f->uid);
	free(f->gid);
	free(f->muid);
	free(f);
}

File*
filechild(File *d, char *name)
{
	File *f;

	for(f = d->first; f != nil; f = f->next)
		if(strcmp(f->name, name) == 0)
			break;
	return f;
}

void
filemodified(File *f, char *uid)
{
	char *s;

	f->mtime = time(nil);
	f->qid.vers++;
	if(strcmp(f->muid, uid) != 0 && (s = strdup(uid)) != nil){
		free(f->muid);
		f->muid = s;
	}
}

void
filelink(File *d, File *f)
{
	f->parent = d;
	if(d->first == nil)
		d->first = f;
	else
		d->last->next = f;
	d->last = f;
}

void
fileunlink(File *f)
{
	File **l, *d, *prev;

	d = f->parent;
	prev = nil;
	for(l = &d->first; *l != f; l = &(*l)->next)
		prev = *l;
	*l = f->next;
	if(d->last == f)
		d->last = prev;
	f->parent = nil;
	f->next = nil;
	putfile(f);
}

/* Has user all of want (bits as in the low three of mode)? A group is a user. */
int
fileallowed(File *f, char *user, ulong want)
{
	ulong have;

	have = f->mode;
	if(strcmp(user, f->gid) == 0)
		have |= f->mode>>3;
	if(strcmp(user, f->uid) == 0)
		have |= f->mode>>6;
	return (have & want) == want;
}

/* Block number i, to be written to; nil: no memory. */
uchar*
fileblock(File *f, ulong i)
{
	uchar **t;
	ulong n;

	if(i >= f->nblock){
		n = i + i/2 + 4;
		t = realloc(f->block, n*sizeof t[0]);
		if(t == nil)
			return nil;
		memset(t+f->nblock, 0, (n-f->nblock)*sizeof t[0]);
		f->block = t;
		f->nblock = n;
	}
	if(f->block[i] == nil)
		f->block[i] = mallocz(Block, 1);
	return f->block[i];
}
