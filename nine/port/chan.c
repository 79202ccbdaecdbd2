/*
 * Channels: handles on files, open or merely walked to.  Here are their
 * birth, death and comparison, and the start-up of devices; names become
 * channels in namec.c, the mount table is in mount.c.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Lowstack	= KSTACK/2,	/* do not begin a close with less left */
};

static struct
{
	Lock;
	Chan	*free;
} chanalloc;

static struct
{
	Rendez	r;
	Chan	*first;			/* to be closed, linked by next */
} dying;

void
chandevreset(void)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		devtab[i]->reset();
}

static int
isdying(void *a)
{
	(void)a;
	return dying.first != nil;
}

static void
finish(Chan *c)
{
	if(!waserror()){
		devtab[c->type]->close(c);
		poperror();
	}
	chanfree(c);
}

/* Closes what others could not close where they were. */
static void
closeproc(void *a)
{
	Chan *c;

	(void)a;
	for(;;){
		sleep(&dying.r, isdying, nil);
		c = dying.first;
		dying.first = c->next;
		finish(c);
	}
}

/* Nobody refers to c any more: let it be closed later. */
void
ccloseq(Chan *c)
{
	c->next = dying.first;
	dying.first = c;
	wakeup(&dying.r);
}

void
chandevinit(void)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		devtab[i]->init();
	kproc("close", closeproc, nil);
}

/* In reverse: what was made last may rest on what was made first. */
void
chandevshutdown(void)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		;
	while(--i >= 0)
		devtab[i]->shutdown();
}

/*
 * A fresh channel belongs to the root device, whose close does nothing, so
 * that it can be closed before a device has made it its own.
 */
Chan*
newchan(void)
{
	Chan *c;

	lock(&chanalloc);
	c = chanalloc.free;
	if(c != nil)
		chanalloc.free = c->next;
	unlock(&chanalloc);
	if(c == nil)
		c = smalloc(sizeof *c);
	else
		memset(c, 0, sizeof *c);
	c->ref = 1;
	return c;
}

/* The walk that made c went wrong: no device knows of it. */
void
chanfree(Chan *c)
{
	c->flag = CFREE;
	putmhead(c->umh);
	if(c->umc != nil)
		cclose(c->umc);
	if(c->mchan != nil)
		cclose(c->mchan);
	if(c->mux != nil)
		mntfree(c->mux);
	free(c->dirrock);
	pathclose(c->path);
	c->umh = nil;
	c->umc = nil;
	c->mchan = nil;
	c->mux = nil;
	c->dirrock = nil;
	c->path = nil;
	lock(&chanalloc);
	c->next = chanalloc.free;
	chanalloc.free = c;
	unlock(&chanalloc);
}

static int
stacklow(void)
{
	char here;

	return up != nil && &here - up->kstack < Lowstack;
}

/*
 * Errors of a close have no one to go to.  The path of a channel may hold the
 * last reference to another, and so on as deep as a user cares to nest
 * mounts: when the stack gets short the rest is left to closeproc.
 */
void
cclose(Chan *c)
{
	if(c->flag & CFREE)
		panic("cclose of a free channel");
	if(decref(c) > 0)
		return;
	if(stacklow())
		ccloseq(c);
	else
		finish(c);
}

/* A second handle on the same file. */
Chan*
cclone(Chan *c)
{
	Chan *nc;
	Walkqid *wq;

	wq = devtab[c->type]->walk(c, nil, nil, 0);
	if(wq == nil)
		error("clone failed");
	nc = wq->clone;
	free(wq);
	nc->path = c->path;
	if(c->path != nil)
		incref(c->path);
	return nc;
}

/* A handle only the caller holds; uses up the reference to c, unless it raises an error. */
Chan*
cunique(Chan *c)
{
	Chan *nc;

	if(c->ref == 1)
		return c;
	nc = cclone(c);
	cclose(c);
	return nc;
}

int
eqqid(Qid a, Qid b)
{
	return a.path == b.path && a.vers == b.vers;
}

int
eqchanddq(Chan *c, int type, uint dev, Qid qid, int skipvers)
{
	if(c->qid.path != qid.path || c->type != type || c->dev != dev)
		return 0;
	return skipvers || c->qid.vers == qid.vers;
}

int
eqchan(Chan *a, Chan *b, int skipvers)
{
	return eqchanddq(a, b->type, b->dev, b->qid, skipvers);
}

void
isdir(Chan *c)
{
	if((c->qid.type & QTDIR) == 0)
		error(Enotdir);
}

/* Was c reached by crossing a mount at its very name? */
int
ismtpt(Chan *c)
{
	return c->path != nil && c->path->mlen > 0 && c->path->mtpt[c->path->mlen-1] != nil;
}
