/* SPDX-License-Identifier: MIT */
/* Dir to its wire form and back: the encoding of stat, directories and 9P. */
#include "u.h"
#include "lib.h"

static void
strings(Dir *d, char *s[4])
{
	s[0] = d->name;
	s[1] = d->uid;
	s[2] = d->gid;
	s[3] = d->muid;
}

uint
sizeD2M(Dir *d)
{
	char *s[4];
	uint n;
	int i;

	strings(d, s);
	n = STATFIXLEN;
	for(i = 0; i < 4; i++)
		if(s[i])
			n += strlen(s[i]);
	return n;
}

uint
convD2M(Dir *d, uchar *buf, uint nbuf)
{
	char *s[4];
	uchar *p;
	uint n, len;
	int i;

	if(nbuf < BIT16SZ)
		return 0;
	n = sizeD2M(d);
	if(n > 0xFFFF+BIT16SZ)
		return 0;
	PBIT16(buf, n-BIT16SZ);
	if(n > nbuf)
		return BIT16SZ;
	p = buf+BIT16SZ;
	PBIT16(p, d->type);
	p += BIT16SZ;
	PBIT32(p, d->dev);
	p += BIT32SZ;
	PBIT8(p, d->qid.type);
	p += BIT8SZ;
	PBIT32(p, d->qid.vers);
	p += BIT32SZ;
	PBIT64(p, d->qid.path);
	p += BIT64SZ;
	PBIT32(p, d->mode);
	p += BIT32SZ;
	PBIT32(p, d->atime);
	p += BIT32SZ;
	PBIT32(p, d->mtime);
	p += BIT32SZ;
	PBIT64(p, (uvlong)d->length);
	p += BIT64SZ;
	strings(d, s);
	for(i = 0; i < 4; i++){
		len = s[i] ? strlen(s[i]) : 0;
		PBIT16(p, len);
		p += BIT16SZ;
		memmove(p, s[i] ? s[i] : "", len);
		p += len;
	}
	return p - buf;
}

/* exactly one whole entry, with four strings that fill it? */
int
statcheck(uchar *buf, uint nbuf)
{
	uchar *p, *e;
	int i;

	if(nbuf < STATFIXLEN || nbuf != (uint)BIT16SZ+GBIT16(buf))
		return -1;
	e = buf+nbuf;
	p = buf+STATFIXLEN-4*BIT16SZ;
	for(i = 0; i < 4; i++){
		if(e-p < BIT16SZ || e-p-BIT16SZ < GBIT16(p))
			return -1;
		p += BIT16SZ+GBIT16(p);
	}
	return p == e ? 0 : -1;
}

/*
 * Strings are copied to strs, which must hold nbuf bytes; without strs the
 * Dir gets empty ones.
 */
uint
convM2D(uchar *buf, uint nbuf, Dir *d, char *strs)
{
	static char none[1];
	char *s[4];
	uchar *p;
	uint n;
	int i;

	if(nbuf < STATFIXLEN || (n = BIT16SZ+GBIT16(buf)) > nbuf || statcheck(buf, n) < 0)
		return 0;
	p = buf+BIT16SZ;
	d->type = GBIT16(p);
	p += BIT16SZ;
	d->dev = GBIT32(p);
	p += BIT32SZ;
	d->qid.type = GBIT8(p);
	p += BIT8SZ;
	d->qid.vers = GBIT32(p);
	p += BIT32SZ;
	d->qid.path = GBIT64(p);
	p += BIT64SZ;
	d->mode = GBIT32(p);
	p += BIT32SZ;
	d->atime = GBIT32(p);
	p += BIT32SZ;
	d->mtime = GBIT32(p);
	p += BIT32SZ;
	d->length = (vlong)GBIT64(p);
	p += BIT64SZ;
	for(i = 0; i < 4; i++){
		n = GBIT16(p);
		p += BIT16SZ;
		s[i] = none;
		if(strs){
			s[i] = strs;
			memmove(strs, p, n);
			strs[n] = 0;
			strs += n+1;
		}
		p += n;
	}
	d->name = s[0];
	d->uid = s[1];
	d->gid = s[2];
	d->muid = s[3];
	return p - buf;
}

void
nulldir(Dir *d)
{
	memset(d, 0xFF, sizeof *d);
	d->name = d->uid = d->gid = d->muid = "";
}
