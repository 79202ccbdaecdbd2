/* SPDX-License-Identifier: MIT */
/*
 * 9P2000 messages to bytes and back.  What each message is made of is said
 * once, in a table of one letter per field; packing, measuring and unpacking
 * go along it.
 */
#include "u.h"
#include "lib.h"
#include "fcall.h"

/*
 * t tag of Tflush, f fid, a afid, n newfid, m msize, c count, p perm, u iounit:
 * integers; o offset; 1 mode; v version, e error, U uname, A aname, N name:
 * strings; q qid, Q aqid; W names of a walk, w its qids; D counted data,
 * S counted stat.
 */
static char *layout[Tmax-Tversion] =
{
	[Tversion-Tversion] "mv",	[Rversion-Tversion] "mv",
	[Tauth-Tversion] "aUA",		[Rauth-Tversion] "Q",
	[Tattach-Tversion] "faUA",	[Rattach-Tversion] "q",
	[Rerror-Tversion] "e",
	[Tflush-Tversion] "t",		[Rflush-Tversion] "",
	[Twalk-Tversion] "fnW",		[Rwalk-Tversion] "w",
	[Topen-Tversion] "f1",		[Ropen-Tversion] "qu",
	[Tcreate-Tversion] "fNp1",	[Rcreate-Tversion] "qu",
	[Tread-Tversion] "foc",		[Rread-Tversion] "D",
	[Twrite-Tversion] "foD",	[Rwrite-Tversion] "c",
	[Tclunk-Tversion] "f",		[Rclunk-Tversion] "",
	[Tremove-Tversion] "f",		[Rremove-Tversion] "",
	[Tstat-Tversion] "f",		[Rstat-Tversion] "S",
	[Twstat-Tversion] "fS",		[Rwstat-Tversion] "",
};

static char*
fields(int type)
{
	if(type < Tversion || type >= Tmax)
		return nil;
	return layout[type-Tversion];
}

static ulong*
intfield(Fcall *f, int c)
{
	switch(c){
	case 'f':
		return &f->fid;
	case 'a':
		return &f->afid;
	case 'n':
		return &f->newfid;
	case 'm':
		return &f->msize;
	case 'c':
		return &f->count;
	case 'p':
		return &f->perm;
	case 'u':
		return &f->iounit;
	}
	return nil;
}

static char**
strfield(Fcall *f, int c)
{
	switch(c){
	case 'v':
		return &f->version;
	case 'e':
		return &f->ename;
	case 'U':
		return &f->uname;
	case 'A':
		return &f->aname;
	case 'N':
		return &f->name;
	}
	return nil;
}

/* Bytes of a string, or a number no message can have. */
static uint
strsize(char *s)
{
	uint n;

	n = s == nil? 0: strlen(s);
	return n > 0xFFFF? 0x7FFFFFF: BIT16SZ+n;
}

static uint
fieldsize(Fcall *f, int c)
{
	char **s;
	uint n;
	int i;

	if(intfield(f, c) != nil)
		return BIT32SZ;
	if((s = strfield(f, c)) != nil)
		return strsize(*s);
	switch(c){
	case '1':
		return BIT8SZ;
	case 't':
		return BIT16SZ;
	case 'o':
		return BIT64SZ;
	case 'q':
	case 'Q':
		return QIDSZ;
	case 'W':
		n = BIT16SZ;
		for(i = 0; i < f->nwname && i < MAXWELEM; i++)
			n += strsize(f->wname[i]);
		return n;
	case 'w':
		return BIT16SZ + f->nwqid*QIDSZ;
	case 'D':
		return BIT32SZ + f->count;
	case 'S':
		return BIT16SZ + f->nstat;
	}
	return 0;
}

uint
sizeS2M(Fcall *f)
{
	char *l;
	uint n;

	l = fields(f->type);
	if(l == nil || f->nwname > MAXWELEM || f->nwqid > MAXWELEM || f->count > 0x7FFFFFF)
		return 0;
	n = MSGHDRSZ;
	for(; *l != 0; l++)
		n += fieldsize(f, *l);
	return n >= 0x7FFFFFF? 0: n;
}

static uchar*
putstr(uchar *p, char *s)
{
	uint n;

	n = s == nil? 0: strlen(s);
	PBIT16(p, n);
	memmove(p+BIT16SZ, s, n);
	return p+BIT16SZ+n;
}

static uchar*
putqid(uchar *p, Qid *q)
{
	PBIT8(p, q->type);
	PBIT32(p+BIT8SZ, q->vers);
	PBIT64(p+BIT8SZ+BIT32SZ, q->path);
	return p+QIDSZ;
}

static uchar*
putfield(Fcall *f, int c, uchar *p)
{
	ulong *n;
	char **s;
	int i;

	if((n = intfield(f, c)) != nil){
		PBIT32(p, *n);
		return p+BIT32SZ;
	}
	if((s = strfield(f, c)) != nil)
		return putstr(p, *s);
	switch(c){
	case '1':
		PBIT8(p, f->mode);
		return p+BIT8SZ;
	case 't':
		PBIT16(p, f->oldtag);
		return p+BIT16SZ;
	case 'o':
		PBIT64(p, (uvlong)f->offset);
		return p+BIT64SZ;
	case 'q':
		return putqid(p, &f->qid);
	case 'Q':
		return putqid(p, &f->aqid);
	case 'W':
		PBIT16(p, f->nwname);
		p += BIT16SZ;
		for(i = 0; i < f->nwname; i++)
			p = putstr(p, f->wname[i]);
		return p;
	case 'w':
		PBIT16(p, f->nwqid);
		p += BIT16SZ;
		for(i = 0; i < f->nwqid; i++)
			p = putqid(p, &f->wqid[i]);
		return p;
	case 'D':
		PBIT32(p, f->count);
		memmove(p+BIT32SZ, f->data, f->count);
		return p+BIT32SZ+f->count;
	case 'S':
		PBIT16(p, f->nstat);
		memmove(p+BIT16SZ, f->stat, f->nstat);
		return p+BIT16SZ+f->nstat;
	}
	return p;
}

uint
convS2M(Fcall *f, uchar *buf, uint nbuf)
{
	uchar *p;
	char *l;
	uint n;

	n = sizeS2M(f);
	if(n == 0 || n > nbuf)
		return 0;
	PBIT32(buf, n);
	PBIT8(buf+BIT32SZ, f->type);
	PBIT16(buf+BIT32SZ+BIT8SZ, f->tag);
	p = buf+MSGHDRSZ;
	for(l = fields(f->type); *l != 0; l++)
		p = putfield(f, *l, p);
	return p == buf+n? n: 0;
}

/*
 * A string as it lies there has its length in front and no NUL behind: it is
 * moved one byte down to make room for one.  A NUL inside is refused, since
 * the rest would be lost.
 */
static uchar*
getstr(uchar *p, uchar *e, char **s)
{
	uint n;

	if(e-p < BIT16SZ)
		return nil;
	n = GBIT16(p);
	if((uint)(e-p-BIT16SZ) < n || memchr(p+BIT16SZ, 0, n) != nil)
		return nil;
	memmove(p+1, p+BIT16SZ, n);
	p[1+n] = 0;
	*s = (char*)p+1;
	return p+BIT16SZ+n;
}

static uchar*
getqid(uchar *p, uchar *e, Qid *q)
{
	if(e-p < QIDSZ)
		return nil;
	q->type = GBIT8(p);
	q->vers = GBIT32(p+BIT8SZ);
	q->path = GBIT64(p+BIT8SZ+BIT32SZ);
	return p+QIDSZ;
}

static uchar*
getnames(uchar *p, uchar *e, Fcall *f)
{
	int i;

	if(e-p < BIT16SZ || (f->nwname = GBIT16(p)) > MAXWELEM)
		return nil;
	p += BIT16SZ;
	for(i = 0; p != nil && i < f->nwname; i++)
		p = getstr(p, e, &f->wname[i]);
	return p;
}

static uchar*
getqids(uchar *p, uchar *e, Fcall *f)
{
	int i;

	if(e-p < BIT16SZ || (f->nwqid = GBIT16(p)) > MAXWELEM)
		return nil;
	p += BIT16SZ;
	for(i = 0; p != nil && i < f->nwqid; i++)
		p = getqid(p, e, &f->wqid[i]);
	return p;
}

/* The end of the field, or nil if it is not all there. */
static uchar*
getfield(Fcall *f, int c, uchar *p, uchar *e)
{
	ulong *n;
	char **s;

	if((n = intfield(f, c)) != nil){
		if(e-p < BIT32SZ)
			return nil;
		*n = GBIT32(p);
		return p+BIT32SZ;
	}
	if((s = strfield(f, c)) != nil)
		return getstr(p, e, s);
	switch(c){
	case '1':
		if(e-p < BIT8SZ)
			return nil;
		f->mode = GBIT8(p);
		return p+BIT8SZ;
	case 't':
		if(e-p < BIT16SZ)
			return nil;
		f->oldtag = GBIT16(p);
		return p+BIT16SZ;
	case 'o':
		if(e-p < BIT64SZ)
			return nil;
		f->offset = (vlong)GBIT64(p);
		return p+BIT64SZ;
	case 'q':
		return getqid(p, e, &f->qid);
	case 'Q':
		return getqid(p, e, &f->aqid);
	case 'W':
		return getnames(p, e, f);
	case 'w':
		return getqids(p, e, f);
	case 'D':
		if(e-p < BIT32SZ || (f->count = GBIT32(p)) > (ulong)(e-p-BIT32SZ))
			return nil;
		f->data = (char*)p+BIT32SZ;
		return p+BIT32SZ+f->count;
	case 'S':
		if(e-p < BIT16SZ || (f->nstat = GBIT16(p)) > e-p-BIT16SZ)
			return nil;
		f->stat = p+BIT16SZ;
		return p+BIT16SZ+f->nstat;
	}
	return nil;
}

uint
convM2S(uchar *buf, uint nbuf, Fcall *f)
{
	uchar *p, *e;
	char *l;

	if(nbuf < MSGHDRSZ || GBIT32(buf) != nbuf)
		return 0;
	f->type = GBIT8(buf+BIT32SZ);
	f->tag = GBIT16(buf+BIT32SZ+BIT8SZ);
	l = fields(f->type);
	if(l == nil)
		return 0;
	p = buf+MSGHDRSZ;
	e = buf+nbuf;
	for(; p != nil && *l != 0; l++)
		p = getfield(f, *l, p, e);
	return p == e? nbuf: 0;
}
