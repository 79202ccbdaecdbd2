/*
 * #k: files made of other files.  fs/ctl takes
 *
 *	mirror NAME FILE ...		the same on each; reads from the first that can
 *	cat NAME FILE ...		one after the other
 *	inter NAME FILE ...		8 KB of each in turn
 *	part NAME FILE OFFSET LENGTH	a piece, in bytes
 *	del NAME
 *
 * and fs/NAME is the file then.  ctl reads as the commands that would make
 * what there is.  A device that is deleted lives on for those who have it
 * open; the lock is only about the list.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "devfs.h"

enum
{
	Qtop,				/* qid.path: one of these, or a device's number */
	Qfs,
	Qctl,
	Qfirst,

	Maxdev	= 64,
};

static struct {
	QLock	lk;
	Fsdev	*first;
	int	n;
	ulong	path;
} fs;

static Cmdtab fscmd[] =
{
	{ Fmirror,	"mirror",	0 },
	{ Fcat,		"cat",		0 },
	{ Finter,	"inter",	0 },
	{ Fpart,	"part",		5 },
	{ Fdel,		"del",		2 },
};

static void
putfsdev(Fsdev *f)
{
	int i;

	if(decref(f) > 0)
		return;
	for(i = 0; i < f->n; i++)
		cclose(f->in[i].c);
	free(f->name);
	free(f->conf);
	free(f->owner);
	free(f);
}

/* By name, or by path if that is nil; the link that leads to it.  fs.lk is held. */
static Fsdev**
lookup(char *name, ulong path)
{
	Fsdev **l;

	for(l = &fs.first; *l != nil; l = &(*l)->next)
		if(name != nil? strcmp((*l)->name, name) == 0: (*l)->path == path)
			break;
	return l;
}

/* With a reference for the caller; an error if it is gone. */
static Fsdev*
getfsdev(Chan *c)
{
	Fsdev *f;

	qlock(&fs.lk);
	f = *lookup(nil, c->qid.path);
	if(f != nil)
		incref(f);
	qunlock(&fs.lk);
	if(f == nil)
		error(Enonexist);
	return f;
}

static int
fsgen(Chan *c, char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Fsdev *f;
	Qid q;

	(void)tab; (void)ntab;
	if(i == DEVDOTDOT){
		mkqid(&q, Qtop, 0, QTDIR);
		devdir(c, q, "#k", 0, eve, 0555, d);
		return 1;
	}
	if((ulong)c->qid.path == Qtop){
		mkqid(&q, Qfs, 0, QTDIR);
		devdir(c, q, "fs", 0, eve, 0775, d);
		return i == 0? 1: -1;
	}
	if(i == 0){
		mkqid(&q, Qctl, 0, QTFILE);
		devdir(c, q, "ctl", 0, eve, 0660, d);
		return 1;
	}
	qlock(&fs.lk);
	f = nil;
	if(name != nil)
		f = i == 1? *lookup(name, 0): nil;
	else
		for(f = fs.first; f != nil && i > 1; i--)
			f = f->next;
	if(f != nil){
		utfecpy(up->genbuf, up->genbuf+sizeof up->genbuf, f->name);
		mkqid(&q, f->path, 0, QTFILE);
		devdir(c, q, up->genbuf, f->size, eve, 0660, d);
	}
	qunlock(&fs.lk);
	return f == nil? -1: 1;
}

static void
fsinit(void)
{
	fs.path = Qfirst;
}

static Chan*
fsattach(char *spec)
{
	if(*spec != 0)
		error(Ebadspec);
	return devattach('k', spec);
}

static Walkqid*
fswalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, fsgen);
}

static int
fsstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, fsgen);
}

static Chan*
fsopen(Chan *c, int omode)
{
	Fsdev *f;

	if((ulong)c->qid.path < Qfirst)
		return devopen(c, omode, nil, 0, fsgen);
	f = getfsdev(c);
	if(waserror()){
		putfsdev(f);
		nexterror();
	}
	c = devopen(c, omode, nil, 0, fsgen);
	poperror();
	c->aux = f;
	return c;
}

static void
fsclose(Chan *c)
{
	if((c->flag & COPEN) && (ulong)c->qid.path >= Qfirst)
		putfsdev(c->aux);
}

/* --- making them ---------------------------------------------------------------- */

static vlong
sizeof_chan(Chan *c)
{
	uchar buf[sizeof(Dir)+256];
	Dir d;
	int n;

	n = devtab[c->type]->stat(c, buf, sizeof buf);
	if(convM2D(buf, n, &d, nil) == 0)
		error(Ebadstat);
	return d.length;
}

/* For reading and writing, or what is allowed. */
static void
openinner(Inner *in, char *file)
{
	if(waserror())
		in->c = namec(file, Aopen, OREAD, 0);
	else{
		in->c = namec(file, Aopen, ORDWR, 0);
		poperror();
	}
	in->size = sizeof_chan(in->c);
}

static vlong
bytes(Cmdbuf *cb, char *s)
{
	vlong v;
	char *e;

	v = strtoll(s, &e, 0);
	if(e == s || *e != 0 || v < 0)
		cmderror(cb, "bad offset or length");
	return v;
}

static void
setsize(Fsdev *f, Cmdbuf *cb)
{
	vlong min;
	int i;

	min = f->in[0].size;
	f->size = 0;
	for(i = 0; i < f->n; i++){
		if(f->in[i].size < min)
			min = f->in[i].size;
		f->size += f->in[i].size;
	}
	switch(f->type){
	case Fmirror:
		f->size = min;
		break;
	case Finter:
		f->size = min/Blksize*Blksize * f->n;
		break;
	case Fpart:
		f->start = bytes(cb, cb->f[3]);
		f->size = bytes(cb, cb->f[4]);
		if(f->start > min || f->size > min - f->start)
			cmderror(cb, "beyond the end of the file");
		break;
	}
}

static void
confline(Fsdev *f, Cmdbuf *cb)
{
	char *p, *e;
	int i, n;

	n = 2;
	for(i = 0; i < cb->nf; i++)
		n += 2*strlen(cb->f[i]) + 4;
	p = f->conf = smalloc(n);
	e = p+n;
	for(i = 0; i < cb->nf; i++)
		p = seprint(p, e, i == 0? "%q": " %q", cb->f[i]);
	seprint(p, e, "\n");
}

static void
insert(Fsdev *f)
{
	qlock(&fs.lk);
	if(waserror()){
		qunlock(&fs.lk);
		nexterror();
	}
	if(fs.n == Maxdev)
		error(Enodev);
	if(strcmp(f->name, "ctl") == 0 || *lookup(f->name, 0) != nil)
		error(Eexist);
	f->path = fs.path++;
	*lookup("", 0) = f;		/* at the end: no name is empty */
	fs.n++;
	poperror();
	qunlock(&fs.lk);
}

static void
make(int type, Cmdbuf *cb)
{
	Fsdev *f;
	int i, nfile;

	nfile = type == Fpart? 1: cb->nf-2;
	if(nfile < 1 || nfile > Maxin)
		cmderror(cb, Ecmdargs);
	validname(cb->f[1], 0);
	if(cb->f[1][0] == 0)
		error(Eempty);
	f = smalloc(sizeof *f);
	f->ref = 1;
	f->type = type;
	if(waserror()){
		putfsdev(f);
		nexterror();
	}
	kstrdup(&f->name, cb->f[1]);
	for(i = 0; i < nfile; i++){
		f->n = i;
		openinner(&f->in[i], cb->f[2+i]);
		f->n = i+1;
	}
	setsize(f, cb);
	confline(f, cb);
	insert(f);
	poperror();
}

static void
del(char *name)
{
	Fsdev *f, **l;

	qlock(&fs.lk);
	l = lookup(name, 0);
	f = *l;
	if(f != nil){
		*l = f->next;
		fs.n--;
	}
	qunlock(&fs.lk);
	if(f == nil)
		error(Enonexist);
	putfsdev(f);
}

static void
fsctl(char *s, long n)
{
	Cmdbuf *cb;
	int type;

	cb = parsecmd(s, n);
	if(waserror()){
		free(cb);
		nexterror();
	}
	type = lookupcmd(cb, fscmd, nelem(fscmd))->index;
	if(type == Fdel)
		del(cb->f[1]);
	else
		make(type, cb);
	poperror();
	free(cb);
}

static char*
ctltext(void)
{
	Fsdev *f;
	char *s, *p, *e;
	int n;

	qlock(&fs.lk);
	if(waserror()){
		qunlock(&fs.lk);
		nexterror();
	}
	n = 1;
	for(f = fs.first; f != nil; f = f->next)
		n += strlen(f->conf);
	p = s = smalloc(n);
	e = s+n;
	for(f = fs.first; f != nil; f = f->next)
		p = seprint(p, e, "%s", f->conf);
	poperror();
	qunlock(&fs.lk);
	return s;
}

static long
fsread(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR)
		return devdirread(c, buf, n, nil, 0, fsgen);
	if((ulong)c->qid.path == Qctl)
		return readtext(off, buf, n, ctltext());
	return fstransfer(c->aux, buf, n, off, 0);
}

static long
fswrite(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR)
		error(Eisdir);
	if((ulong)c->qid.path == Qctl){
		fsctl(buf, n);
		return n;
	}
	return fstransfer(c->aux, buf, n, off, 1);
}

Dev fsdevtab =
{
	'k',
	"fs",

	devreset,
	fsinit,
	devshutdown,
	fsattach,
	fswalk,
	fsstat,
	fsopen,
	devcreate,
	fsclose,
	fsread,
	devbread,
	fswrite,
	devbwrite,
	devremove,
	devwstat,
};
