/* SPDX-License-Identifier: MIT */
/*
 * dossrv: the first sector, which says where everything is, and the
 * allocation table.  Nothing on the disk is believed before it was checked.
 */
#include "u.h"
#include "libc.h"
#include "../cmd/dos.h"

enum
{
	Maxcluster	= 0x0FFFFFF0,
	Countbuf	= 64*1024,
};

static ulong
le(uchar *p, int n)
{
	ulong v;

	for(v = 0; n-- > 0; )
		v = v<<8 | p[n];
	return v;
}

static void
putle(uchar *p, ulong v, int n)
{
	for(; n-- > 0; v >>= 8)
		*p++ = v;
}

uvlong
clustoff(Fs *fs, ulong c)
{
	return ((uvlong)fs->data + (uvlong)(c-2)*fs->spc)*fs->bps;
}

static int
valid(Fs *fs, ulong c)
{
	return c >= 2 && c < fs->nclust+2;
}

static ulong
tableoff(Fs *fs, ulong c)
{
	return fs->bits == 12? c + c/2: c*(fs->bits/8);
}

static ulong
tablebase(Fs *fs)
{
	return fs->fat + (fs->activefat == ~0UL? 0: fs->activefat*fs->fatlen);
}

static uchar*
tablebyte(Fs *fs, ulong off, int modify)
{
	uchar *p;
	ulong sec;

	sec = tablebase(fs) + off/fs->bps;
	p = modify? modsec(fs, sec): getsec(fs, sec);
	return p == nil? nil: p + off%fs->bps;
}

/* An entry of twelve bits may lie across two sectors. */
ulong
fatget(Fs *fs, ulong c)
{
	ulong off, v;
	uchar *p;
	int i;

	if(!valid(fs, c))
		return 1;
	off = tableoff(fs, c);
	if(fs->bits == 12){
		v = 0;
		for(i = 1; i >= 0; i--){
			p = tablebyte(fs, off+i, 0);
			if(p == nil)
				return 1;
			v = v<<8 | *p;
		}
		v = c&1? v>>4: v&0xFFF;
		return v >= 0xFF8? (ulong)Eoc: v;
	}
	p = tablebyte(fs, off, 0);
	if(p == nil)
		return 1;
	v = le(p, fs->bits/8);
	if(fs->bits == 16)
		return v >= 0xFFF8? (ulong)Eoc: v;
	v &= 0x0FFFFFFF;
	return v >= Eoc? (ulong)Eoc: v;
}

static int
put12(Fs *fs, ulong c, ulong v)
{
	ulong off;
	uchar *p;

	off = tableoff(fs, c);
	p = tablebyte(fs, off, 1);
	if(p == nil)
		return -1;
	*p = c&1? (*p & 0x0F) | v<<4: v;
	p = tablebyte(fs, off+1, 1);
	if(p == nil)
		return -1;
	*p = c&1? v>>4: (*p & 0xF0) | (v>>8 & 0x0F);
	return 0;
}

int
fatset(Fs *fs, ulong c, ulong v)
{
	ulong old;
	uchar *p;

	if(!valid(fs, c))
		return -1;
	old = fatget(fs, c);
	if(fs->bits == 12){
		if(put12(fs, c, v) < 0)
			return -1;
	}else{
		p = tablebyte(fs, tableoff(fs, c), 1);
		if(p == nil)
			return -1;
		if(fs->bits == 32)
			v = (v & 0x0FFFFFFF) | (le(p, 4) & 0xF0000000);
		putle(p, v, fs->bits/8);
	}
	v &= 0x0FFFFFFF;
	if(old == 0 && v != 0)
		fs->nfree--;
	if(old != 0 && v == 0){
		fs->nfree++;
		if(c < fs->hint)
			fs->hint = c;
	}
	return 0;
}

/* The one behind near if that is free; marked as the end of a chain. */
ulong
fatalloc(Fs *fs, ulong near)
{
	ulong c, n;

	if(fs->nfree == 0)
		return 0;
	c = near != 0 && valid(fs, near+1)? near+1: fs->hint;
	for(n = 0; n < fs->nclust; n++, c++){
		if(!valid(fs, c))
			c = 2;
		if(n == 1 && near != 0)
			c = fs->hint;
		if(fatget(fs, c) != 0)
			continue;
		if(fatset(fs, c, Eoc) < 0)
			return 0;
		if(c >= fs->hint && (near == 0 || n > 0))
			fs->hint = c+1;
		return c;
	}
	return 0;
}

/* --- mounting --- */

static int
freein(Fs *fs, uchar *p, ulong c)
{
	ulong off;

	off = tableoff(fs, c);
	if(fs->bits == 16)
		return le(p+off, 2) == 0;
	if(fs->bits == 32)
		return (le(p+off, 4) & 0x0FFFFFFF) == 0;
	return (c&1? le(p+off, 2)>>4: le(p+off, 2)&0xFFF) == 0;
}

/* The table's own word, once: what FSInfo says may be wrong. */
static int
countfree(Fs *fs)
{
	uchar *p;
	ulong i, n, per, c;
	uvlong base;

	p = malloc(Countbuf);
	if(p == nil)
		return -1;
	base = (uvlong)tablebase(fs)*fs->bps;
	if(fs->bits == 12){
		n = tableoff(fs, fs->nclust+2)+2;
		if(n > fs->fatlen*fs->bps)
			n = fs->fatlen*fs->bps;
		if(n > Countbuf || devread(fs, p, n, base) < 0){
			free(p);
			return -1;
		}
		for(c = 2; c < fs->nclust+2; c++)
			fs->nfree += freein(fs, p, c);
		free(p);
		return 0;
	}
	per = Countbuf/(fs->bits/8);
	for(i = 0; i < fs->nclust+2; i += per){
		n = fs->nclust+2-i < per? fs->nclust+2-i: per;
		if(devread(fs, p, n*(fs->bits/8), base + (uvlong)i*(fs->bits/8)) < 0){
			free(p);
			return -1;
		}
		for(c = 0; c < n; c++)
			if(i+c >= 2)
				fs->nfree += freein(fs, p, c);
	}
	free(p);
	return 0;
}

static char*
geometry(Fs *fs, uchar *p)
{
	ulong rsv, total, rootents;

	fs->bps = le(p+11, 2);
	fs->spc = p[13];
	rsv = le(p+14, 2);
	fs->nfat = p[16];
	rootents = le(p+17, 2);
	total = le(p+19, 2);
	fs->fatlen = le(p+22, 2);
	if(total == 0)
		total = le(p+32, 4);
	if(fs->fatlen == 0)
		fs->fatlen = le(p+36, 4);
	if((p[0] != 0xEB && p[0] != 0xE9) || fs->bps < 512 || fs->bps > 4096 || (fs->bps & (fs->bps-1)))
		return "no FAT file system";
	if(fs->spc == 0 || (fs->spc & (fs->spc-1)) || rsv == 0 || fs->nfat == 0 || fs->fatlen == 0)
		return "no FAT file system";
	fs->clsize = fs->spc*fs->bps;
	fs->fat = rsv;
	if(fs->fatlen >= total/fs->nfat)
		return "the first sector makes no sense";
	fs->rootsec = rsv + fs->nfat*fs->fatlen;
	fs->rootlen = (rootents*Dirent + fs->bps-1)/fs->bps;
	fs->data = fs->rootsec + fs->rootlen;
	if(fs->data >= total)
		return "the first sector makes no sense";
	fs->nclust = (total - fs->data)/fs->spc;
	fs->bits = fs->nclust < 4085? 12: fs->nclust < 65525? 16: 32;
	if(le(p+22, 2) == 0 && rootents == 0)
		fs->bits = 32;
	fs->activefat = ~0UL;
	return nil;
}

/* What only FAT32 has; and the table must be as long as it says. */
static char*
geometry32(Fs *fs, uchar *p)
{
	uvlong have;

	if(fs->bits == 32){
		fs->rootclust = le(p+44, 4);
		fs->infosec = le(p+48, 2);
		if(fs->infosec >= fs->fat)
			fs->infosec = 0;
		if(le(p+40, 2) & 0x80)
			fs->activefat = le(p+40, 2) & 0xF;
		if(fs->activefat != ~0UL && fs->activefat >= fs->nfat)
			return "the first sector makes no sense";
	}
	have = (uvlong)fs->fatlen*fs->bps*8/fs->bits;
	if(have < 2)
		return "the first sector makes no sense";
	if(fs->nclust > have-2)
		fs->nclust = have-2;
	if(fs->nclust > Maxcluster)
		return "too big";
	if(fs->bits == 32 && !valid(fs, fs->rootclust))
		return "the first sector makes no sense";
	return nil;
}

/* nil, with errstr set */
Fs*
openfs(char *name, int rdonly)
{
	uchar sec[512];
	char *err;
	Fs *fs;

	fs = mallocz(sizeof *fs, 1);
	if(fs == nil)
		return nil;
	fs->rdonly = rdonly;
	fs->fd = open(name, rdonly? OREAD: ORDWR);
	if(fs->fd < 0 && !rdonly){
		fs->rdonly = 1;
		fs->fd = open(name, OREAD);
	}
	if(fs->fd < 0 || devread(fs, sec, sizeof sec, 0) < 0){
		closefs(fs);
		return nil;
	}
	err = geometry(fs, sec);
	if(err == nil)
		err = geometry32(fs, sec);
	fs->name = strdup(name);
	fs->hint = 2;
	if(err != nil || fs->name == nil || countfree(fs) < 0){
		if(err != nil)
			werrstr("%s: %s", name, err);
		closefs(fs);
		return nil;
	}
	return fs;
}

void
closefs(Fs *fs)
{
	if(fs->fd >= 0)
		close(fs->fd);
	freecache(fs);
	free(fs->name);
	free(fs);
}

static int
putinfo(Fs *fs)
{
	uchar *p;

	if(fs->infosec == 0)
		return 0;
	p = getsec(fs, fs->infosec);
	if(p == nil)
		return -1;
	if(le(p, 4) != 0x41615252 || le(p+484, 4) != 0x61417272)
		return 0;
	if(le(p+488, 4) == fs->nfree && le(p+492, 4) == fs->hint)
		return 0;
	p = modsec(fs, fs->infosec);
	if(p == nil)
		return -1;
	putle(p+488, fs->nfree, 4);
	putle(p+492, fs->hint, 4);
	return 0;
}

/* What was changed goes to the device. */
int
syncfs(Fs *fs)
{
	if(fs->rdonly || fs->ndirty == 0)
		return 0;
	if(putinfo(fs) < 0)
		return -1;
	return flushcache(fs);
}
