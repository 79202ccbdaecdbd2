/*
 * The server of mnt.c: answers every request as a file server would, but for
 * what "how" says it does wrong.
 */
/* What the next server does, set before it is forked off. */
enum
{
	Polite,
	Grow,				/* answers with a bigger msize */
	Tiny,				/* with one too small */
	Stranger,			/* with another version */
	Wantauth,
	Slow,				/* a read is answered by the flush of it only */
	Late,				/* with the data first, then the flush */
	Mute,				/* reads are never answered, nor flushed */
	Dying,				/* at the first read */
	Small,				/* iounit 100 */
	Shortread,			/* one byte less than asked */
	Hugeread,			/* says it gave more than asked */
	Badstat,
	Baddir,
	Manyqids,
	Wrongtype,
	Badsize,
	Eof,				/* at the version */
};

static int how;
static int readtag;
static int authed;
static long *counts;			/* shared: fids in use; clunks are downs */

static void
fillstat(Fcall *r)
{
	static uchar buf[256];
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = "file";
	d.uid = d.gid = d.muid = "none";
	d.mode = 0666;
	d.type = 'X';
	d.dev = 77;
	r->nstat = convD2M(&d, buf, sizeof buf);
	r->stat = buf;
	if(how == Badstat)
		PBIT16(buf+41, 300);
}

static void
filldata(Fcall *t, Fcall *r)
{
	static char buf[70000];
	Fcall s;

	memset(buf, 'x', sizeof buf);
	r->data = buf;
	r->count = t->count > 64*1024? 64*1024: t->count;
	if(t->offset >= 100000)
		r->count = 0;
	if(how == Shortread && r->count > 0)
		r->count--;
	if(how == Hugeread)
		r->count = t->count+1;
	if(how == Baddir){
		fillstat(&s);
		memmove(buf, s.stat, s.nstat);
		r->count = s.nstat-3;
	}
}

static void
send(int fd, Fcall *r)
{
	static uchar buf[80000];
	uint n;

	n = convS2M(r, buf, sizeof buf);
	if(how == Badsize && r->type != Rversion)
		PBIT32(buf, 3);
	write(fd, buf, n);
}

static void
answerversion(Fcall *t, Fcall *r)
{
	r->msize = t->msize > 8216? 8216: t->msize;
	r->version = "9P2000";
	if(how == Grow)
		r->msize = t->msize+1;
	if(how == Tiny)
		r->msize = 100;
	if(how == Stranger)
		r->version = "unknown";
	if(how == Eof)
		exits(nil);
}

static void
error(Fcall *r, char *s)
{
	r->type = Rerror;
	r->ename = s;
}

static void
answerwalk(Fcall *t, Fcall *r)
{
	int i;

	r->nwqid = t->nwname;
	for(i = 0; i < t->nwname; i++){
		r->wqid[i].path = 2;
		if(strcmp(t->wname[i], "dir") == 0)
			r->wqid[i].type = QTDIR;
		if(strcmp(t->wname[i], "none") == 0){
			r->nwqid = i;
			if(i == 0)
				error(r, "no such thing here");
			return;
		}
	}
	if(how == Manyqids)
		r->nwqid++;
	else
		ainc(counts);
}

/* 0: no answer */
static int
answerread(int fd, Fcall *t, Fcall *r)
{
	USED(fd);
	readtag = t->tag;
	if(how == Dying)
		exits(nil);
	if(how == Slow || how == Late || how == Mute)
		return 0;
	filldata(t, r);
	return 1;
}

static int
answerflush(int fd, Fcall *t)
{
	Fcall r;

	if(how == Mute)
		return 0;
	if(how == Late && t->oldtag == readtag){
		memset(&r, 0, sizeof r);
		r.type = Rread;
		r.tag = readtag;
		r.count = 4;
		r.data = "late";
		send(fd, &r);
	}
	return 1;
}

static int
answer(int fd, Fcall *t, Fcall *r)
{
	r->tag = t->tag;
	r->type = t->type+1;
	switch(t->type){
	case Tversion:
		answerversion(t, r);
		break;
	case Tauth:
		if(how != Wantauth)
			error(r, "authentication not required by this one");
		ainc(counts);
		break;
	case Tattach:
		r->qid.type = QTDIR;
		ainc(counts);
		if(how == Wantauth && (t->afid == NOFID || !authed))
			error(r, "who are you");
		break;
	case Twalk:
		answerwalk(t, r);
		break;
	case Topen:
	case Tcreate:
		r->qid.path = 2;
		if(how == Small)
			r->iounit = 100;
		if(how == Baddir)
			r->qid.type = QTDIR;
		break;
	case Tread:
		return answerread(fd, t, r);
	case Twrite:
		r->count = t->count;
		if(how == Small && t->count > 100)
			error(r, "more than iounit");
		if(how == Hugeread)
			r->count++;
		if(t->count == 6 && memcmp(t->data, "secret", 6) == 0)
			authed = 1;
		break;
	case Tstat:
		fillstat(r);
		break;
	case Tflush:
		return answerflush(fd, t);
	case Tclunk:
	case Tremove:
		adec(counts);
		break;
	}
	if(how == Wrongtype && t->type == Tstat)
		r->type = Rwalk;
	return 1;
}

static void
server(int fd)
{
	static uchar buf[80000];
	Fcall t, r;
	int n;

	while((n = read9pmsg(fd, buf, sizeof buf)) > 0){
		memset(&r, 0, sizeof r);
		if(convM2S(buf, n, &t) != (uint)n)
			exits("bad request");
		if(answer(fd, &t, &r))
			send(fd, &r);
	}
	exits(nil);
}
