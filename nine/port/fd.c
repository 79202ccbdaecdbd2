/*
 * File descriptors: the table of a process (or of several that share it),
 * and the calls that are about nothing else.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

/* Make room for fd; 0 if it is too far out.  Called with f locked. */
static int
growfd(Fgrp *f, int fd)
{
	Chan **t;

	if(fd < f->nfd)
		return 1;
	if(fd >= f->nfd+DELTAFD || fd >= MAXNFD)
		return 0;
	t = malloc((f->nfd+DELTAFD)*sizeof t[0]);
	if(t == nil)
		return 0;
	memmove(t, f->fd, f->nfd*sizeof t[0]);
	free(f->fd);
	f->fd = t;
	f->nfd += DELTAFD;
	return 1;
}

/* The lowest free one from start on, or -1. */
static int
freefd(Fgrp *f, int start)
{
	int fd;

	for(fd = start; fd < f->nfd; fd++)
		if(f->fd[fd] == nil)
			return fd;
	if(!growfd(f, fd))
		return -1;
	return fd;
}

static void
setfd(Fgrp *f, int fd, Chan *c)
{
	f->fd[fd] = c;
	if(fd > f->maxfd)
		f->maxfd = fd;
}

/* -1: no more descriptors; c is then still the caller's. */
int
newfd(Chan *c)
{
	Fgrp *f;
	int fd;

	f = up->fgrp;
	lock(f);
	fd = freefd(f, 0);
	if(fd >= 0)
		setfd(f, fd, c);
	unlock(f);
	return fd;
}

int
newfd2(int fd[2], Chan *c[2])
{
	Fgrp *f;

	f = up->fgrp;
	lock(f);
	fd[0] = freefd(f, 0);
	fd[1] = fd[0] < 0? -1: freefd(f, fd[0]+1);
	if(fd[1] >= 0){
		setfd(f, fd[0], c[0]);
		setfd(f, fd[1], c[1]);
	}
	unlock(f);
	return fd[1] < 0? -1: 0;
}

/*
 * The channel of a descriptor, open for mode (-1: whatever).  With chkmnt it
 * must not be one that carries 9P; with iref the caller gets a reference.
 */
Chan*
fdtochan(int fd, int mode, int chkmnt, int iref)
{
	Chan *c;
	Fgrp *f;

	f = up->fgrp;
	if(fd < 0 || fd >= f->nfd || (c = f->fd[fd]) == nil)
		error(Ebadfd);
	if(chkmnt && (c->flag & CMSG))
		error(Ebadusefd);
	if(mode >= 0 && c->mode != ORDWR && (mode & ~OTRUNC) != c->mode)
		error(Ebadusefd);
	if(mode >= 0 && (mode & OTRUNC) && c->mode == OREAD)
		error(Ebadusefd);
	if(iref)
		incref(c);
	return c;
}

/* Close fd; if flag is not 0, only if the channel has it. */
void
fdclose(int fd, int flag)
{
	Chan *c;
	Fgrp *f;

	f = up->fgrp;
	lock(f);
	c = fd < f->nfd? f->fd[fd]: nil;
	if(c == nil || (flag != 0 && (c->flag & flag) == 0)){
		unlock(f);
		return;
	}
	f->fd[fd] = nil;
	if(fd == f->maxfd)
		while(f->maxfd >= 0 && f->fd[f->maxfd] == nil)
			f->maxfd--;
	unlock(f);
	cclose(c);
}

/* The part of an open mode that stays with the channel. */
int
openmode(ulong mode)
{
	mode &= ~(ulong)(OTRUNC|OCEXEC|ORCLOSE);
	if(mode > OEXEC)
		error(Ebadarg);
	if(mode == OEXEC)
		return OREAD;
	return mode;
}

long
sysclose(ulong *arg)
{
	fdtochan(arg[0], -1, 0, 0);
	fdclose(arg[0], 0);
	return 0;
}

long
sysdup(ulong *arg)
{
	Chan *c, *old;
	Fgrp *f;
	int fd;

	c = fdtochan(arg[0], -1, 0, 1);
	fd = (int)arg[1];
	if(fd == -1){
		fd = newfd(c);
		if(fd < 0){
			cclose(c);
			error(Enofd);
		}
		return fd;
	}
	f = up->fgrp;
	lock(f);
	if(fd < 0 || !growfd(f, fd)){
		unlock(f);
		cclose(c);
		error(Ebadfd);
	}
	old = f->fd[fd];
	setfd(f, fd, c);
	unlock(f);
	if(old != nil)
		cclose(old);
	return fd;
}

long
sysfd2path(ulong *arg)
{
	Chan *c;
	char *buf;

	validaddr(arg[1], arg[2], 1);
	c = fdtochan(arg[0], -1, 0, 1);
	buf = (char*)arg[1];
	if(arg[2] > 0)
		utfecpy(buf, buf+arg[2], chanpath(c));
	cclose(c);
	return 0;
}

/* Two ends, each readable and writable. */
long
syspipe(ulong *arg)
{
	static char *name[] = { "data", "data1" };
	Chan *c[2];
	int fd[2], i, bad;

	validaddr(arg[0], sizeof fd, 1);
	if(arg[0] & (BY2WD-1))
		error(Ebadarg);
	c[0] = c[1] = nil;
	if(waserror()){
		if(c[0] != nil)
			cclose(c[0]);
		if(c[1] != nil)
			cclose(c[1]);
		nexterror();
	}
	c[0] = devtab[devno('|', 0)]->attach("");
	c[1] = cclone(c[0]);
	for(i = 0; i < 2; i++){
		if(walk(&c[i], &name[i], 1, 1, &bad) < 0)
			error(up->errstr);
		c[i] = devtab[c[i]->type]->open(c[i], ORDWR);
	}
	if(newfd2(fd, c) < 0)
		error(Enofd);
	poperror();
	memmove((int*)arg[0], fd, sizeof fd);
	return 0;
}
