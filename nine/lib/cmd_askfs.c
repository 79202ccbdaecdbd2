/* SPDX-License-Identifier: MIT */
/* A file that answers questions: for ndb/cs and ndb/dns. */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "../cmd/ask.h"

enum
{
	Qroot,
	Qfile,
};

typedef struct Askfid Askfid;
struct Askfid
{
	QLock	lk;
	Answer	a;
};

static char *filename;
static char *(*asker)(char*, Answer*);
static char *owner;

void
answer(Answer *a, char *fmt, ...)
{
	va_list ap;

	if(a->n >= Maxanswer)
		return;
	va_start(ap, fmt);
	a->line[a->n] = vsmprint(fmt, ap);
	va_end(ap);
	if(a->line[a->n] != nil)
		a->n++;
}

void
freeanswer(Answer *a)
{
	while(a->n > 0)
		free(a->line[--a->n]);
}

static void
setqid(Qid *q, int path)
{
	q->path = path;
	q->vers = 0;
	q->type = path == Qroot? QTDIR: QTFILE;
}

static char*
hold(Fid *fid)
{
	fid->aux = mallocz(sizeof(Askfid), 1);
	return fid->aux == nil? Esrvmem: nil;
}

static char*
askattach(Req *r)
{
	setqid(&r->fid->qid, Qroot);
	return hold(r->fid);
}

static char*
askclone(Fid *old, Fid *new)
{
	new->qid = old->qid;
	return hold(new);
}

static char*
askwalk1(Fid *fid, char *name, Qid *q)
{
	if(strcmp(name, "..") == 0)
		setqid(&fid->qid, Qroot);
	else if(fid->qid.path == Qroot && strcmp(name, filename) == 0)
		setqid(&fid->qid, Qfile);
	else
		return Esrvnonexist;
	*q = fid->qid;
	return nil;
}

static char*
askopen(Req *r)
{
	if(r->fid->qid.path == Qroot && (r->in.mode & ~OCEXEC) != OREAD)
		return Esrvperm;
	if((r->in.mode & 3) == OEXEC || (r->in.mode & ORCLOSE))
		return Esrvperm;
	return nil;
}

static void
filldir(int path, Dir *d)
{
	memset(d, 0, sizeof *d);
	setqid(&d->qid, path);
	d->mode = path == Qroot? DMDIR|0555: 0666;
	d->name = path == Qroot? "/": filename;
	d->uid = d->gid = d->muid = owner;
	d->atime = d->mtime = time(nil);
}

/* One line for each read, found by its offset in all of them. */
static void
readanswer(Req *r, Answer *a)
{
	uvlong off;
	uint n;
	int i;

	off = r->in.offset;
	for(i = 0; i < a->n; i++){
		n = strlen(a->line[i]);
		if(off < n){
			n -= off;
			if(n > r->in.count)
				n = r->in.count;
			memmove(r->data, a->line[i]+off, n);
			r->out.count = n;
			return;
		}
		off -= n;
	}
}

static char*
askread(Req *r)
{
	Askfid *f;
	Dir d;

	if(r->fid->qid.path == Qroot){
		if(r->in.offset == 0){
			filldir(Qfile, &d);
			if(sizeD2M(&d) <= r->in.count)
				r->out.count = convD2M(&d, r->data, r->in.count);
		}
		return nil;
	}
	f = r->fid->aux;
	qlock(&f->lk);
	readanswer(r, &f->a);
	qunlock(&f->lk);
	return nil;
}

/* The question is all that is written at once. */
static char*
askwrite(Req *r)
{
	char query[Maxquery];
	Askfid *f;
	char *err;
	uint n;

	n = r->in.count;
	if(n >= sizeof query)
		return "query too long";
	memmove(query, r->in.data, n);
	query[n] = 0;
	while(n > 0 && (query[n-1] == '\n' || query[n-1] == ' '))
		query[--n] = 0;
	f = r->fid->aux;
	qlock(&f->lk);
	freeanswer(&f->a);
	err = asker(query, &f->a);
	qunlock(&f->lk);
	r->out.count = r->in.count;
	return err;
}

static char*
askstat(Req *r, Dir *d)
{
	filldir(r->fid->qid.path, d);
	return nil;
}

static void
askdestroy(Fid *fid)
{
	Askfid *f;

	f = fid->aux;
	if(f == nil)
		return;
	freeanswer(&f->a);
	free(f);
}

/* In the background, posted and mounted behind mtpt. */
int
askfs(char *name, char *srv, char *mtpt, char *(*ask)(char*, Answer*))
{
	static Srv s;

	filename = name;
	asker = ask;
	owner = getuser();
	s.concurrent = 1;
	s.attach = askattach;
	s.clone = askclone;
	s.walk1 = askwalk1;
	s.open = askopen;
	s.read = askread;
	s.write = askwrite;
	s.stat = askstat;
	s.destroyfid = askdestroy;
	return srvstart(&s, srv, mtpt, MAFTER);
}
