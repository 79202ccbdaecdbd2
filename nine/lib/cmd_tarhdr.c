/* SPDX-License-Identifier: MIT */
/* Headers of tar archives.  Nothing in them is trusted: fields need not end in 0. */
#include "u.h"
#include "libc.h"
#include "../cmd/tar.h"

/* octal, or base 256 when the first bit is set; -1: neither */
static vlong
number(char *p, int n)
{
	vlong v;

	v = 0;
	if(*p & 0x80){
		v = *p++ & 0x3f;
		while(--n > 0){
			if(v >> 54)
				return -1;
			v = v<<8 | (uchar)*p++;
		}
		return v;
	}
	for(; n > 0 && *p == ' '; n--)
		p++;
	for(; n > 0 && '0' <= *p && *p <= '7'; n--){
		if(v >> 59)
			return -1;
		v = v*8 + *p++ - '0';
	}
	return n == 0 || *p == 0 || *p == ' ' ? v : -1;
}

static int
checksum(Thdr *h)
{
	uchar *p;
	int i, sum;

	p = (uchar*)h;
	sum = 0;
	for(i = 0; i < Tblock; i++)
		sum += i >= (int)offsetof(Thdr, chksum) && i < (int)offsetof(Thdr, type) ? ' ' : p[i];
	return sum;
}

static void
getstring(char *to, char *from, int n)
{
	int i;

	for(i = 0; i < n && from[i] != 0; i++)
		to[i] = from[i];
	to[i] = 0;
}

int
tarparse(Thdr *h, Tent *e)
{
	char name[101], prefix[156];
	int i;

	for(i = 0; i < Tblock && ((char*)h)[i] == 0; i++)
		;
	if(i == Tblock)
		return 0;
	if(number(h->chksum, sizeof h->chksum) != checksum(h))
		return -1;
	memset(e, 0, sizeof *e);
	e->size = number(h->size, sizeof h->size);
	if(e->size < 0 || e->size > 1LL<<50)
		return -1;
	e->mode = number(h->mode, sizeof h->mode) & 0777;
	e->mtime = number(h->mtime, sizeof h->mtime);
	getstring(name, h->name, sizeof h->name);
	getstring(prefix, h->prefix, sizeof h->prefix);
	if(memcmp(h->magic, "ustar", 6) == 0 && prefix[0] != 0)
		snprint(e->name, sizeof e->name, "%s/%s", prefix, name);
	else
		strcpy(e->name, name);
	getstring(e->uname, h->uname, sizeof h->uname);
	getstring(e->gname, h->gname, sizeof h->gname);
	e->type = h->type == 0 || h->type == '7' ? Tfile : h->type;
	if(e->type == Tfile && name[0] != 0 && name[strlen(name)-1] == '/')
		e->type = Tdir;
	if(e->type == Tdir || e->type == Tlink || e->type == Tsymlink)
		e->size = 0;
	return 1;
}

static int
putname(Thdr *h, char *name)
{
	char *p;
	long n;

	n = strlen(name);
	if(n <= (long)sizeof h->name){
		memmove(h->name, name, n);
		return 1;
	}
	for(p = name + n - sizeof h->name - 1; *p != 0; p++)
		if(*p == '/' && p > name && p - name <= (long)sizeof h->prefix && p[1] != 0){
			memmove(h->prefix, name, p-name);
			memmove(h->name, p+1, strlen(p+1));
			return 1;
		}
	return 0;
}

int
tarbuild(Thdr *h, Tent *e)
{
	memset(h, 0, sizeof *h);
	if(!putname(h, e->name))
		return 0;
	snprint(h->mode, sizeof h->mode, "%.6lo ", e->mode & 0777);
	snprint(h->uid, sizeof h->uid, "%.6o ", 0);
	snprint(h->gid, sizeof h->gid, "%.6o ", 0);
	if(e->size >= 1LL<<33){
		h->size[0] = (char)0x80;
		PBIT32((uchar*)h->size+4, 0);
		for(int i = 0; i < 8; i++)
			h->size[11-i] = e->size >> 8*i;
	}else
		snprint(h->size, sizeof h->size, "%.11llo", e->size);
	snprint(h->mtime, sizeof h->mtime, "%.11lo", e->mtime);
	h->type = e->type;
	memmove(h->magic, "ustar", 6);
	memmove(h->version, "00", 2);
	strecpy(h->uname, h->uname + sizeof h->uname, e->uname);
	strecpy(h->gname, h->gname + sizeof h->gname, e->gname);
	snprint(h->chksum, sizeof h->chksum, "%.6o", checksum(h));
	h->chksum[7] = ' ';
	return 1;
}

/* records "length key=value\n"; the length counts itself */
int
tarpaxname(char *p, long n, char *name)
{
	char *e, *key;
	long len;
	int found;

	found = 0;
	while(n > 0){
		len = strtol(p, &e, 10);
		if(len < 5 || len > n || *e != ' ' || p[len-1] != '\n')
			break;
		key = e+1;
		if(p+len - key > 6 && memcmp(key, "path=", 5) == 0 && p+len-1 - (key+5) <= Maxname){
			getstring(name, key+5, p+len-1 - (key+5));
			found = 1;
		}
		p += len;
		n -= len;
	}
	return found;
}
