/* SPDX-License-Identifier: MIT */
/*
 * cpu's note file: a directory with one file, cpunote.  A read of it waits
 * for what the terminal's side writes to a pipe when it gets a note.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../cmd/cpu.h"

enum
{
	Qdir,
	Qnote,
};

static int notes;

static char*
noteattach(Req *r)
{
	r->fid->qid.path = Qdir;
	r->fid->qid.vers = 0;
	r->fid->qid.type = QTDIR;
	return nil;
}

/* A fid is its qid. */
static char*
noteclone(Fid *old, Fid *new)
{
	USED(old);
	USED(new);
	return nil;
}

static char*
notewalk1(Fid *fid, char *name, Qid *q)
{
	USED(fid);
	q->vers = 0;
	if(strcmp(name, "..") == 0){
		q->path = Qdir;
		q->type = QTDIR;
		return nil;
	}
	if(strcmp(name, "cpunote") != 0)
		return Esrvnonexist;
	q->path = Qnote;
	q->type = QTFILE;
	return nil;
}

static char*
noteopen(Req *r)
{
	return (r->in.mode & 3) == OREAD? nil: Esrvperm;
}

static void
notedir(Qid q, Dir *d)
{
	memset(d, 0, sizeof *d);
	d->qid = q;
	d->mode = q.type & QTDIR? DMDIR|0555: 0444;
	d->name = q.type & QTDIR? "/": "cpunote";
	d->uid = d->gid = d->muid = "none";
}

static char*
noteread(Req *r)
{
	Dir d;
	Qid q;
	long n;

	if(r->fid->qid.type & QTDIR){
		q.path = Qnote;
		q.vers = 0;
		q.type = QTFILE;
		notedir(q, &d);
		n = r->in.offset == 0? convD2M(&d, r->data, r->in.count): 0;
		r->out.count = n <= BIT16SZ? 0: n;
		return nil;
	}
	n = read(notes, r->data, r->in.count);
	if(n < 0)
		return Esrvcall;
	r->out.count = n;
	return nil;
}

static char*
notestat(Req *r, Dir *d)
{
	notedir(r->fid->qid, d);
	return nil;
}

static Srv fs =
{
	.concurrent = 1,
	.attach = noteattach,
	.clone = noteclone,
	.walk1 = notewalk1,
	.open = noteopen,
	.read = noteread,
	.stat = notestat,
};

int
noteserver(int fd, char *mtpt)
{
	notes = fd;
	return srvstart(&fs, nil, mtpt, MBEFORE);
}
