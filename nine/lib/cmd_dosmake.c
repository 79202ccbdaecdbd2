/* SPDX-License-Identifier: MIT */
/* dossrv: new files and directories. */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

/* A directory begins with itself and its parent. */
static char*
makedir(Node *n)
{
	ulong up, c;
	uchar *p;
	char *err;
	int i;

	err = setclusters(n, 1);
	if(err != nil)
		return err;
	for(i = 0; i < 2; i++){
		p = dirbytes(n, i*Dirent, 1);
		if(p == nil)
			return "%r";
		up = n->parent->parent == nil? 0: n->parent->start;
		c = i == 0? n->start: up;
		memset(p, 0, Dirent);
		memset(p, ' ', 11);
		memset(p, '.', i+1);
		p[11] = Adir;
		setdostime(p+22, n->mtime);
		p[26] = c;
		p[27] = c>>8;
		if(n->fs->bits == 32){
			p[20] = c>>16;
			p[21] = c>>24;
		}
	}
	return updatenode(n);
}

char*
makenode(Node *d, char *name, ulong perm, Node **np)
{
	Entry *e;
	Node *n;
	char *err;
	int attr;

	attr = perm & DMDIR? Adir: Aarchive;
	if((perm & 0222) == 0 && (perm & DMDIR) == 0)
		attr |= Ardonly;
	e = malloc(sizeof *e);
	if(e == nil)
		return "no memory";
	err = addentry(d, name, attr, 0, e);
	n = nil;
	if(err == nil && (n = getnode(d, e)) == nil)
		err = "no memory";
	free(e);
	if(err != nil)
		return err;
	if(perm & DMDIR)
		err = makedir(n);
	if(err != nil){
		setclusters(n, 0);
		delentry(n);
		n->gone = 1;
		putnode(n);
		return err;
	}
	*np = n;
	return nil;
}
